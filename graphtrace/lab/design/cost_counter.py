"""Count what a forward pass on the meta device would take, and stop it at the limits: nothing is allocated there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks
from torch.overrides import TorchFunctionMode

from graphtrace.lab.records import limits

_BACKWARD = 3  # a backward pass takes about twice what its forward takes


class OverLimitError(Exception):
    """A pass on the meta device went over a limit; its text is the message."""


class CostCounter(TorchFunctionMode):
    """Counts calls, floating-point operations, and the bytes that stay for backward."""

    def __init__(self) -> None:
        super().__init__()
        self.operations = self.flops = self.activation_bytes = 0
        self._limits = limits.current()
        self._storages: dict[int, Any] = {}  # held, so that no number is given twice

    def run(self, module: Callable[..., Tensor], *inputs: Tensor) -> Tensor:
        """Call a module and count it.

        Raises:
            OverLimitError: A limit is passed.
        """
        for parameter in module.parameters() if isinstance(module, nn.Module) else ():
            self._is_new(parameter)
        with saved_tensors_hooks(self._pack, lambda tensor: tensor), self:
            out = module(*inputs)
        self.check()
        return out

    def __torch_function__(self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run one call and count it."""
        out = func(*args, **(kwargs or {}))
        name = getattr(func, "__name__", "")
        if isinstance(out, Tensor) and name != "__get__":
            self.operations += 1
            self.flops += _BACKWARD * _flops(name, args, out)
            self.check()
            self._require("activation_bytes", out.nbytes, f"a layer makes {out.nbytes:,} bytes at once")
        return out

    def check(self) -> None:
        """Raise `OverLimitError` if any count is over its limit."""
        self._require(
            "operations", self.operations, f"a forward pass makes more than {self.operations - 1:,} torch calls"
        )
        self._require("flops", self.flops, f"an iteration takes {self.flops:,} floating-point operations")
        kept = self.activation_bytes
        self._require("activation_bytes", kept, f"data and what is kept for backward take {kept:,} bytes")

    def _require(self, name: str, amount: int, what: str) -> None:
        message = limits.over(name, amount, what, self._limits)
        if message is not None:
            raise OverLimitError(message)

    def _pack(self, tensor: Tensor) -> Tensor:
        if self._is_new(tensor):
            self.activation_bytes += tensor.untyped_storage().nbytes()
        return tensor

    def _is_new(self, tensor: Tensor) -> bool:
        storage = tensor.untyped_storage()
        return self._storages.setdefault(storage._cdata, storage) is storage

    def data(self, tensor: Tensor) -> None:
        """Count a tensor of the data."""
        self.activation_bytes += tensor.nbytes
        self._is_new(tensor)


def _flops(name: str, args: Any, out: Tensor) -> int:
    """Return multiplications and additions of one call; one per element of what is not a product."""
    count = out.numel()
    if name in ("linear", "matmul", "__matmul__"):
        return 2 * count * int(args[0].shape[-1])
    if name == "conv2d":
        return 2 * count * int(args[1][0].numel())
    if name == "rnn_tanh_cell":
        return 2 * count * (int(args[0].shape[-1]) + int(args[1].shape[-1]))
    return count


def meta(shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    """Return a tensor without memory."""
    return torch.empty(shape, dtype=dtype, device="meta")
