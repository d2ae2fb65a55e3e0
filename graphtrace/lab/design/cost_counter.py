"""Count the cost of a forward pass on the meta device, and stop it at the limits: nothing is allocated there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks
from torch.overrides import TorchFunctionMode

from graphtrace.lab.records import limits

_WITH_BACKWARD = 3  # a backward pass takes about twice the operations of its forward pass


class OverLimitError(Exception):
    """A pass on the meta device went over a limit; its text is the message."""


class CostCounter(TorchFunctionMode):
    """Counts torch calls, floating-point operations, and the bytes that are saved for backward."""

    def __init__(self) -> None:
        super().__init__()
        self.operations = self.flops = self.activation_bytes = 0
        self._limits = limits.current()
        self._storages: dict[int, torch.UntypedStorage] = {}  # held, so that no address is used twice

    def run(self, module: Callable[..., Tensor], *inputs: Tensor) -> Tensor:
        """Call a module and count its cost.

        Raises:
            OverLimitError: A limit is passed.
        """
        for parameter in module.parameters() if isinstance(module, nn.Module) else ():
            self._is_new(parameter)
        with saved_tensors_hooks(self._pack, lambda tensor: tensor), self:
            out = module(*inputs)
        self._check()
        return out

    def __torch_function__(
        self,
        func: Callable[..., object],
        types: Sequence[type],
        args: tuple[object, ...] = (),
        kwargs: Mapping[str, object] | None = None,
    ) -> object:
        """Run one call and count its cost."""
        out = func(*args, **(kwargs or {}))
        name = getattr(func, "__name__", "")
        if isinstance(out, Tensor) and name != "__get__":
            self.operations += 1
            self.flops += _WITH_BACKWARD * _flops(name, args, out)
            self._check()
            self._require("activation_bytes", out.nbytes, f"a layer makes {out.nbytes:,} bytes at once")
        return out

    def count_data(self, tensor: Tensor) -> None:
        """Count the bytes of inputs or targets."""
        self.activation_bytes += tensor.nbytes
        self._is_new(tensor)

    def _check(self) -> None:
        calls = f"a forward pass makes more than {self.operations - 1:,} torch calls"
        self._require("operations", self.operations, calls)
        self._require("flops", self.flops, f"an iteration takes {self.flops:,} floating-point operations")
        nbytes = self.activation_bytes
        self._require("activation_bytes", nbytes, f"data and what is kept for backward take {nbytes:,} bytes")

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


def _flops(name: str, args: tuple[object, ...], out: Tensor) -> int:
    """Return the multiplications and additions of one call; of what is no product, one per number."""
    count = out.numel()
    tensors = [argument for argument in args[:2] if isinstance(argument, Tensor)]
    if name in ("linear", "matmul", "__matmul__"):
        return 2 * count * tensors[0].shape[-1]
    if name == "conv2d":
        return 2 * count * tensors[1][0].numel()
    if name == "rnn_tanh_cell":
        return 2 * count * (tensors[0].shape[-1] + tensors[1].shape[-1])
    return count


def meta(shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    """Return a tensor without memory."""
    return torch.empty(shape, dtype=dtype, device="meta")
