"""Random numbers of one machine, independent of what other threads of the process draw."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from graphtrace.examples.seeded import Seeded


class MachineRandom(Seeded):
    """A generator of its own, also for dropout, which becomes a product with a mask as in torch's kernel for the CPU.

    On an accelerator the mask is made on the CPU too, so that the numbers are those of the CPU.
    """

    def call(self, func: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]) -> object:
        """Replace dropout; give the generator to every other function that draws random numbers."""
        if func is functional.dropout:
            return self._dropout(*args, **kwargs)  # type: ignore[arg-type]  # its own arguments
        return super().call(func, args, kwargs)

    def _dropout(self, x: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
        if not training or not 0 < p < 1 or inplace or x.numel() == 0:
            return functional.dropout(x, p, training, inplace)
        mask = torch.empty_like(x, device="cpu", requires_grad=False)
        mask.bernoulli_(1 - p, generator=self.generator).div_(1 - p)
        return x * mask.to(x.device)
