"""Random numbers of one machine: the same whatever other threads of the process draw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from graphtrace.examples.seeded import Seeded


class MachineRandom(Seeded):
    """Also draws dropout's masks from this generator, as torch's kernel for the CPU does (`MulBackward0` by a mask).

    On an accelerator the mask is drawn on the CPU too, so that the numbers agree with those of the CPU.
    """

    def call(self, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Replace a dropout that draws; hand the generator to everything else that does."""
        if func is functional.dropout:
            return self._dropout(*args, **kwargs)
        return super().call(func, args, kwargs)

    def _dropout(self, x: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
        if not training or not 0 < p < 1 or inplace or x.numel() == 0:
            return functional.dropout(x, p, training, inplace)
        mask = torch.empty_like(x, device="cpu", requires_grad=False)
        mask.bernoulli_(1 - p, generator=self.generator).div_(1 - p)
        return x * mask.to(x.device)
