"""A run as what it was made of: the iterations before one of them, that one by single actions, and those after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphtrace.errors import SpecError, shown
from graphtrace.lab.records.actions import Action, Backward, Forward, Iterate, Step, ZeroGrad
from graphtrace.lab.running.history_entries import HistoryEntry
from graphtrace.lab.running.measures import Measures, Sample


@dataclass(frozen=True, slots=True)
class SplitRun:
    """A run of which one iteration is done by single actions.

    Attributes:
        index: Of its first piece in the history.
        iteration: Which one, from 1.
        run: The entry of the whole run.
        pieces: The entries in its place.
    """

    index: int
    iteration: int
    run: HistoryEntry
    pieces: tuple[HistoryEntry, ...]

    @property
    def end(self) -> int:
        """Index after its last piece."""
        return self.index + len(self.pieces)

    def is_in(self, history: Sequence[HistoryEntry]) -> bool:
        """Return whether a history still has all pieces."""
        found = history[self.index : self.end]
        return [entry.action for entry in found] == [piece.action for piece in self.pieces]

    def place_of(self, actions: int, iterations: int) -> tuple[int, int] | None:
        """Return a place of the pieces, as `Place` has it, in the whole run; None inside the single actions."""
        piece, last = actions - self.index, len(self.pieces) - 1
        if piece <= 0:
            return actions, iterations
        if piece > last:
            return actions - last, iterations
        if isinstance(self.pieces[piece].action, Iterate):
            return self.index, self.iteration + iterations
        return (self.index, self.iteration - 1) if piece == 1 < self.iteration else None


def split(entry: HistoryEntry, iteration: int) -> tuple[HistoryEntry, ...]:
    """Return entries that do the same as a run, to the bit; one of its iterations is done by single actions.

    Args:
        entry: Of a run.
        iteration: Which one, from 1.

    Raises:
        SpecError: The entry is no run, or has no such iteration.
    """
    run = entry.action
    if not isinstance(run, Iterate) or not 1 <= iteration <= len(entry.losses):
        raise SpecError(f"no such iteration: {shown(iteration)} (choose a point of a run)")
    before, after = iteration - 1, run.n - iteration
    zero = () if run.zero == "never" else (ZeroGrad(run.zero == "none"),)
    singles: tuple[Action, ...] = (*zero, Forward(), Backward(), Step())
    pieces = [_piece(entry, Iterate(before, run.zero), 0)] if before else []
    pieces += [_single(entry, action, iteration) for action in singles]
    pieces += [_piece(entry, Iterate(after, run.zero), iteration)] if after else []
    if after:
        pieces[-1] = replace(pieces[-1], error=entry.error, end_reason=entry.end_reason, updates=entry.updates)
    return tuple(pieces)


def _piece(entry: HistoryEntry, run: Iterate, begin: int) -> HistoryEntry:
    """Return the entry of the iterations of a run that follow `begin` others."""

    def part(samples: tuple[Sample, ...]) -> tuple[Sample, ...]:
        inside = (sample for sample in samples if begin < sample.forward <= begin + run.n)
        return tuple(replace(sample, forward=sample.forward - begin) for sample in inside)

    measures = Measures(part(entry.measures.grads), part(entry.measures.ratios))
    return HistoryEntry(run, losses=entry.losses[begin : begin + run.n], measures=measures, new_loss=True)


def _single(entry: HistoryEntry, action: Action, iteration: int) -> HistoryEntry:
    is_forward = isinstance(action, Forward)
    losses = (entry.losses[iteration - 1],) if is_forward else ()
    return HistoryEntry(action, losses=losses, new_loss=is_forward)
