"""The .grad of every leaf: its value, and which backward passes are in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from graphtrace.model import Event, TensorData
from graphtrace.player.histories import Histories, ValuesAt
from graphtrace.player.state import Grad


class GradChange(NamedTuple):
    """A leaf's .grad from one cursor on; the gradients in it are ``added[name][first:end]``, of so many `passes`."""

    value: TensorData | None
    first: int
    end: int
    is_zero: bool
    passes: int = 0


_NONE = GradChange(None, 0, 0, False)


class GradHistories:
    """The changes of every leaf's .grad, and per leaf all gradients that were ever added to it, each once."""

    def __init__(self) -> None:
        self.changes: Histories[str, GradChange] = Histories()
        self.added: dict[str, list[TensorData]] = {}

    def begin(self, name: str, value: TensorData | None, passes: int) -> None:
        """Note what a .grad held when the recording began, and how many backward passes are in it."""
        layers = [] if value is None or not passes else [value]
        self.added[name] = layers
        self.changes.put(name, 0, GradChange(value, 0, len(layers), value is not None and not passes, passes))

    def accumulate(self, name: str, cursor: int, *values: TensorData | None) -> None:
        """Note that a .grad took a gradient in.

        A .grad that held something when nothing was known of it counts that as its first gradient.

        Args:
            name: The leaf.
            cursor: From where on.
            values: What the .grad was before, what was added to it, and what it is now.
        """
        before, gradient, after = values
        old, added = self._last(name), self.added.setdefault(name, [])
        first, passes = old.first, old.passes
        if first == old.end:
            first, held = len(added), [before] if before is not None and not old.is_zero else []
            added += held
            passes = len(held)
        new = [gradient] if gradient is not None else []
        added += new
        self.changes.put(name, cursor, GradChange(after, first, len(added), False, passes + len(new)))

    def zero(self, name: str, cursor: int, after: TensorData | None) -> None:
        """Note that a .grad was set to None or to zeros."""
        self.changes.put(name, cursor, GradChange(after, 0, 0, after is not None))

    def edit(self, name: str, cursor: int, after: TensorData | None) -> None:
        """Note that a .grad was changed in place or replaced: the same passes are in it."""
        old = self._last(name)
        self.changes.put(name, cursor, GradChange(after, old.first, old.end, False, old.passes))

    def _last(self, name: str) -> GradChange:
        return self.changes.last(name) or _NONE

    def grad(self, name: str, change: GradChange) -> Grad:
        """Return a .grad as `State.grads` has it."""
        layers = tuple(self.added[name][change.first : change.end]) if change.end > change.first else ()
        return Grad(change.value, layers, change.is_zero, change.passes)

    def at(self, cursor: int) -> Grads:
        """Return every .grad as it was at a cursor."""
        return Grads(self, cursor)


def grads_before(events: Iterable[Event]) -> dict[str, TensorData | None]:
    """Return what each leaf's .grad held before the first event that tells of it."""
    grads: dict[str, TensorData | None] = {}
    for event in events:
        if event.param is None or event.param in grads:
            continue
        if event.kind in ("accumulate", "grad_zero", "grad_edit"):
            grads[event.param] = event.tensor("before")
        elif event.kind == "param_update":
            grads[event.param] = event.tensor("grad")
    return grads


class Grads(Mapping[str, Grad]):
    """Every leaf's .grad at one cursor, made when asked for."""

    __slots__ = ("_changes", "_histories")

    def __init__(self, histories: GradHistories, cursor: int) -> None:
        self._histories, self._changes = histories, ValuesAt(histories.changes, cursor)

    def __getitem__(self, name: str) -> Grad:
        return self._histories.grad(name, self._changes[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._changes)

    def __len__(self) -> int:
        return len(self._changes)
