"""Modules that the block constructs: what their constructors compute is one event each, and no operation."""

from __future__ import annotations

import re
import sys
import weakref
from types import FrameType

from torch import nn

from graphtrace.recorder.log import EventLog
from graphtrace.recorder.tensor_capture import TensorCapture

_LONGEST = 100
_NAMED = re.compile(r"\b(?:in_features|out_features)=")


def constructed_in(user: FrameType | None) -> nn.Module | None:
    """Return the module whose constructor runs here, None outside of one.

    Args:
        user: The innermost frame of the user's code; those of torch above it are searched as well.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name == "__init__":
            owner = frame.f_locals.get("self")
            if isinstance(owner, nn.Module):
                return owner
        if frame is user:
            return None
        frame = frame.f_back
    return None


class Initialisations:
    """Waits until constructors have run: their modules are told before the next event.

    Args:
        log: Where the events go.
        capture: How parameters are read.
    """

    def __init__(self, log: EventLog, capture: TensorCapture) -> None:
        self._log, self._capture = log, capture
        self._waiting: dict[int, weakref.ref[nn.Module]] = {}

    def note(self, module: nn.Module) -> None:
        """Note that a module's constructor computes."""
        known = self._waiting.get(id(module))
        if known is None or known() is not module:
            self._waiting[id(module)] = weakref.ref(module)
        self._log.ahead = self._tell

    def _tell(self) -> None:
        modules = [module for ref in self._waiting.values() if (module := ref()) is not None]
        self._waiting.clear()
        with self._log.quietly("an initialisation"):
            for module in modules:
                own = module.named_parameters(recurse=False)
                taken = {f"param:{name}": self._capture.take(tensor) for name, tensor in own}
                self._log.put("module_init", taken, {"module": described(module)})


def described(module: nn.Module) -> str:
    """Return what a module is in a few words: ``Linear(2, 3)``."""
    extra = _NAMED.sub("", " ".join(module.extra_repr().split())).removesuffix(", bias=True")
    return f"{type(module).__name__}({extra})"[:_LONGEST]
