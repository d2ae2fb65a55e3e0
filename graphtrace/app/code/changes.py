"""What differs between two runs of a program."""

from __future__ import annotations

from dataclasses import dataclass

from graphtrace.app.code.done import Done
from graphtrace.app.texts import say
from graphtrace.compare import Diff, diff, first_difference, matching_cursor
from graphtrace.literals import Language
from graphtrace.model import Recording


@dataclass(frozen=True, slots=True)
class RunChanges:
    """What differs.

    Attributes:
        diff: Node by node.
        first: Cursors of the first event with other numbers, in the run before and in this one; None where none has.
    """

    diff: Diff
    first: tuple[int, int] | None


def same_graph(before: Done, now: Done) -> bool:
    """Return whether two runs built the same graphs, whatever their numbers."""
    return (
        before.recording is not None and now.recording is not None and _shape(before.recording) == _shape(now.recording)
    )


def _shape(recording: Recording) -> list[list[str]]:
    return [[node.key for node in graph.nodes] for graph in recording.graphs]


def place(before: Done, now: Done, cursor: int) -> int:
    """Return the cursor at which this run has come as far as the one before."""
    assert before.recording is not None, "it has a graph"
    assert now.recording is not None, "it has a graph"
    return matching_cursor(before.recording, cursor, now.recording)


def between(before: Done, now: Done) -> RunChanges | None:
    """Return what differs; None where one of the two has nothing to compare."""
    if before.recording is None or now.recording is None:
        return None
    first = first_difference(now.recording, before.recording)
    pair = None if first is None else (matching_cursor(now.recording, first, before.recording), first)
    return RunChanges(diff(before.recording, now.recording), pair)


def words(changes: RunChanges, lang: Language) -> str:
    """Return in one line what differs."""
    found = changes.diff
    counts = {
        "code_new_nodes": len(found.only_b),
        "code_gone_nodes": len(found.only_a),
        "code_new_gradients": len({one.key for one in (*found.gradients, *found.leaves)}),
        "code_new_updates": len(found.params),
    }
    parts = [say(name, lang, n=n) for name, n in counts.items() if n]
    if not parts:
        return say("code_same" if changes.first is None else "code_other_values", lang)
    return say("code_changed", lang, what=say("code_and", lang).join(parts))


def marked(changes: RunChanges) -> list[str]:
    """Return the keys of nodes that are new, or whose gradients are others."""
    found = changes.diff
    return sorted({*found.only_b, *(one.key for one in found.gradients)})
