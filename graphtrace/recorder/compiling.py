"""``torch.compile`` while a block records: compiled models run as they were written, so that nothing is hidden.

Otherwise the compiler would look through the recorder's own hooks, and compile again at every call of theirs.
"""

from __future__ import annotations

import sys
import threading

from torch import nn

_COMPILER = "torch._dynamo.eval_frame"  # loaded by what compiles, and by most optimizers
_EAGER = "torch.compile is off while a recording runs: what is shown is the model as it was written"


class _Switch:
    """Counts the blocks that record, of all threads: they end in any order."""

    def __init__(self) -> None:
        self._lock, self._count = threading.Lock(), 0
        self._before: object = None

    def turn_off(self) -> None:
        """Switch the compiler off for one block more."""
        from torch.compiler import set_stance

        with self._lock:
            if not self._count:
                self._before = set_stance("force_eager")
            self._count += 1

    def let_go(self) -> None:
        """One block less; after the last one the compiler is as it was."""
        with self._lock:
            self._count -= 1
            if not self._count:
                self._before.__exit__(None, None, None)  # type: ignore[attr-defined]


_SWITCH = _Switch()


class CompilerPause:
    """Switches ``torch.compile`` off for one block, once it is loaded: to load it takes seconds."""

    def __init__(self) -> None:
        self._off = False

    def begin(self) -> None:
        """Switch it off, unless that was done."""
        if not self._off and _COMPILER in sys.modules:
            self._off = True
            _SWITCH.turn_off()

    def end(self) -> None:
        """Let it be as it was."""
        if self._off:
            self._off = False
            _SWITCH.let_go()


def told_of(model: nn.Module | None) -> dict[str, None]:
    """Return the warnings of a recording of a compiled model; none of others."""
    compiled = any(
        hasattr(module, "_orig_mod") or getattr(module, "_compiled_call_impl", None) is not None
        for module in (() if model is None else model.modules())
    )
    return {_EAGER: None} if compiled else {}
