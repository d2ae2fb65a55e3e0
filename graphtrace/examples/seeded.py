"""Random numbers from a seed, without touching the process's own generator."""

from __future__ import annotations

from collections.abc import Callable

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
        func: Callable[..., object],
        types: object,
        args: tuple[object, ...] = (),
        kwargs: dict[str, object] | None = None,
    ) -> object:
        """Run a function of torch's, see `call`."""
        return self.call(func, args, dict(kwargs or {}))

    def call(self, func: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]) -> object:
        """Call a function of torch's; one that draws random numbers gets this generator.

        Args:
            func: A function of torch's.
            args: Its positional arguments.
            kwargs: Its keyword arguments; the generator is added here.
        """
        if func.__name__ in _DRAWS:
            kwargs["generator"] = self.generator
        return func(*args, **kwargs)
