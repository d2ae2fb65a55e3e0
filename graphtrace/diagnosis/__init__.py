"""What went wrong in a recorded program: `diagnose` names one of 28 mistakes, where it is made, and its repair.

Each rule reads the recording and returns a diagnosis or None; a rule that is not certain returns None.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from graphtrace.diagnosis import cut, losses, messages, middle, numbers, overflow, owners, saved, updates
from graphtrace.diagnosis.records import MISTAKES, Diagnosis, Mistake
from graphtrace.diagnosis.run import Failure, RecordedRun, source_of
from graphtrace.errors import TraceError, shown
from graphtrace.literals import Language
from graphtrace.model import Recording, Source, require_recording
from graphtrace.model.step_summary import OLDER_OPERATIONS
from graphtrace.texts import check_language

__all__ = ["MISTAKES", "Diagnosis", "Mistake", "diagnose", "diagnose_numbers"]

Rule = Callable[[RecordedRun], Diagnosis | None]
_OF_ERRORS: tuple[Rule, ...] = (
    updates.rebound,
    saved.freed,
    saved.changed,
    cut.no_graph,
    cut.numpy_on_graph,
    cut.grad_of_non_leaf,
    messages.by_message,
)
_OF_NUMBERS: tuple[Rule, ...] = (
    overflow.born_in_step,
    overflow.overflow,
    numbers.non_finite,
    overflow.bad_parameter,
    overflow.bad_input,
)
_SILENT: tuple[Rule, ...] = (
    updates.rebound,
    cut.island,
    cut.grad_of_non_leaf,
    saved.edited_by_data,
    *_OF_NUMBERS,
    losses.broadcast,
    losses.softmax_twice,
    updates.zeroed_before_step,
    updates.stepped_on_none,
    updates.never_zeroed,
    owners.all_frozen,
    owners.nobody_updates,
    middle.detached_layers,
    losses.sum_of_means,
    updates.zeros_move_weights,
    updates.kept_for_logging,
    numbers.dead_relu,
    numbers.vanishing_or_exploding,
)


def diagnose(recording: Recording, error: BaseException | None = None, language: Language = "en") -> Diagnosis | None:
    """Say what went wrong in a recorded program, or nothing where no rule is certain.

    Args:
        recording: What `graphtrace.record` gave; it is not changed.
        error: The exception that ended the program, where the recording does not hold it because it was raised
            outside of the recorded block.
        language: Of the sentences: ``en`` or ``zh``. Code and names stay as they are.

    Returns:
        The mistake with its cause, the line where it is made, the evidence and a repair; None where nothing is wrong
        or no rule applies.

    Raises:
        TraceError: `recording` is no recording, `error` no exception, or there is no such language.
    """
    require_recording(recording)
    if error is not None and not isinstance(error, BaseException):
        raise TraceError(f"not an exception: {shown(error)} (pass what was raised, or nothing)")
    failure = _recorded(recording) or (None if error is None else _given(error))
    run = RecordedRun(recording, failure, check_language(language))
    if any(OLDER_OPERATIONS in text for text in recording.warnings):
        return None  # what made a part of the graph is not in the recording: no rule is certain
    rules = _SILENT if failure is None else _OF_ERRORS
    found = next((found for rule in rules if (found := rule(run)) is not None), None)
    return None if found is None else replace(found, language=run.language)


def diagnose_numbers(recording: Recording, language: Language = "en") -> Diagnosis | None:
    """Say where the first number that is not finite came from; None where all are finite or no rule is certain.

    Args:
        recording: What `graphtrace.record` gave.
        language: Of the sentences.
    """
    run = RecordedRun(recording, None, check_language(language))
    found = next((found for rule in _OF_NUMBERS if (found := rule(run)) is not None), None)
    return None if found is None else replace(found, language=run.language)


def _recorded(recording: Recording) -> Failure | None:
    """Return the error that ends a recording."""
    at = next((i for i in range(len(recording.events) - 1, -1, -1) if recording.events[i].kind == "error"), None)
    if at is None:
        return None
    event = recording.events[at]
    kind, message, call = (str(event.fact(name) or "") for name in ("type", "message", "call"))
    return Failure(kind, message, source_of(event), call, at)


def _given(error: BaseException) -> Failure:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not _is_library(f.filename)]
    last = frames[-1] if frames else None
    source = None if last is None else Source(last.filename, last.lineno or 0, text=last.line or "")
    return Failure(type(error).__name__, str(error), source)


def _is_library(filename: str) -> bool:
    parts = Path(filename).parts
    return "torch" in parts or "graphtrace" in parts
