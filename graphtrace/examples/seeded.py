"""Random numbers from a seed, without touching the process's own generator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

_DRAWS = {"randn", "rand", "randint", "uniform_", "normal_", "kaiming_uniform_", "bernoulli_"}


class Seeded(TorchFunctionMode):
    """Inside ``with Seeded(seed):`` torch draws the numbers that ``torch.manual_seed(seed)`` would give.

    The numbers come from a generator of its own, and a function mode is local to its thread. Forking
    the process's generator instead would let two sessions of the app disturb each other.
    """

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.generator = torch.Generator().manual_seed(seed)

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Run a function of torch's, see `call`."""
        return self.call(func, args, dict(kwargs or {}))

    def call(self, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Hand this generator to every function that draws."""
        if func.__name__ in _DRAWS:
            kwargs["generator"] = self.generator
        return func(*args, **kwargs)
