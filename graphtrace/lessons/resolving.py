"""A step of a lesson on a recording: where to stand, what the texts say, which answer is right."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from graphtrace.errors import shown
from graphtrace.lessons.loading import LessonError
from graphtrace.lessons.records import LessonStep, Option, Question
from graphtrace.lessons.references import BRACES, Value, fill, number_of, value_of
from graphtrace.lessons.story import NodePlace, Story
from graphtrace.literals import Language
from graphtrace.model import Recording, TensorData


@dataclass(frozen=True, slots=True)
class Blank:
    """A number that the picture leaves out: of a leaf, or of nodes. `what` is ``value`` or ``grad``."""

    what: str
    leaf: str | None
    nodes: tuple[NodePlace, ...]


@dataclass(frozen=True, slots=True)
class ResolvedWrong:
    """A usual wrong answer with its number and what is said to it."""

    value: float
    text: str


@dataclass(frozen=True, slots=True)
class ResolvedQuestion:
    """A question with its answer.

    Attributes:
        text: The question.
        right: What is said to the right answer.
        reveal: Cursor at which the answer is seen.
        answer: The right number; None where an option is chosen or lines are put in order.
        wrong: Usual wrong numbers.
        labels: Of options or lines, as the file has them.
        replies: What is said to each option.
        best: Position of the right option; None elsewhere.
        order: Positions of the lines in the order in which they happen.
        blanks: What the picture leaves out until there is an answer.
    """

    text: str
    right: str
    reveal: int
    answer: float | None
    wrong: tuple[ResolvedWrong, ...]
    labels: tuple[str, ...]
    replies: tuple[str, ...]
    best: int | None
    order: tuple[int, ...]
    blanks: tuple[Blank, ...]


@dataclass(frozen=True, slots=True)
class ResolvedStep:
    """A step with its cursor, its texts, the cards that are marked, and its question."""

    cursor: int
    text: str
    notes: str
    highlight: tuple[NodePlace, ...]
    question: ResolvedQuestion | None


@lru_cache(maxsize=64)
def _story(recording: Recording) -> Story:
    return Story(recording)


def resolve(step: LessonStep, recording: Recording, language: Language, guess: str = "") -> ResolvedStep:
    """Find on a recording what a step names.

    Args:
        step: The step.
        recording: Of the program that it runs.
        language: Of the texts.
        guess: What was answered, for texts that repeat it.

    Raises:
        LessonError: The recording does not have what the step names.
    """
    story = _story(recording)
    here = story.cursor(step.at)
    marked = [place for name in step.highlight for place in _found(story, name, here)]
    return ResolvedStep(
        cursor=here,
        text=fill(story, step.text.of(language), here, guess),
        notes=fill(story, step.notes.of(language), here, guess) if step.notes else "",
        highlight=tuple(marked),
        question=_question(story, step.question, here, language, guess) if step.question else None,
    )


def _found(story: Story, name: str, here: int) -> list[NodePlace]:
    places = story.nodes(name, here)
    if not places:
        raise LessonError(f"nothing to mark: {shown(name)} is in no graph (name a leaf, a variable or a node)")
    return places


def _question(story: Story, question: Question, here: int, language: Language, guess: str) -> ResolvedQuestion:
    reveal = story.cursor(question.reveal)
    texts = question.options or question.lines
    happen = [story.cursor(line.at) for line in question.lines]
    return ResolvedQuestion(
        text=fill(story, question.text.of(language), here, guess),
        right=fill(story, question.right.of(language), reveal, guess),
        reveal=reveal,
        answer=number_of(story, question.answer, reveal) if question.answer else None,
        wrong=tuple(
            [
                ResolvedWrong(number_of(story, one.value, reveal), fill(story, one.text.of(language), reveal, guess))
                for one in question.wrong
            ]
        ),
        labels=tuple([fill(story, one.label.of(language), reveal, guess) for one in texts]),
        replies=tuple([fill(story, one.text.of(language), reveal, guess) for one in question.options]),
        best=_best(story, question.options, here, reveal) if question.options else None,
        order=tuple(sorted(range(len(happen)), key=happen.__getitem__)),
        blanks=_blanks(story, question, here),
    )


def _blanks(story: Story, question: Question, here: int) -> tuple[Blank, ...]:
    named = question.blank or tuple(BRACES.findall(question.answer))
    found = []
    for reference in named:
        name, dot, field = reference.partition("@")[0].partition("[")[0].rpartition(".")
        if not dot or field not in ("grad", "value"):
            name, field = (reference.partition("@")[0].partition("[")[0], "value") if not dot else ("", "")
        places = tuple(story.nodes(name, here)) if name else ()
        if places or name in story.leaves:
            found.append(Blank(field, name if name in story.leaves else None, places))
    return tuple(found)


# ---- which option is right -------------------------------------------------------------------------


def _best(story: Story, options: tuple[Option, ...], here: int, reveal: int) -> int:
    """Return the one option whose test passes.

    Raises:
        LessonError: None passes, or several do.
    """
    ranked = [_ranked(story, option.test, reveal) for option in options]
    if all(rank is not None for rank in ranked):
        most = max(rank for rank in ranked if rank is not None)
        passed = [i for i, rank in enumerate(ranked) if rank == most]
    else:
        passed = [i for i, option in enumerate(options) if _passes(story, option.test, here, reveal)]
    if len(passed) != 1:
        tests = [option.test for option in options]
        raise LessonError(f"{len(passed)} options are right, not one: {shown(tests, 200)} (mend their tests)")
    return passed[0]


def _ranked(story: Story, test: str, reveal: int) -> float | None:
    """Return what is compared among options, as ``largest {w}``: the larger, the better."""
    kind, _, rest = test.partition(" ")
    if kind not in ("largest", "smallest"):
        return None
    value = number_of(story, rest, reveal)
    return value if kind == "largest" else -value


def _passes(story: Story, test: str, here: int, reveal: int) -> bool:
    """Read a test on the recording.

    ``raises TEXT``, ``silent``, ``noted KIND`` of a note, ``happens KIND`` of an event, ``next NODE``,
    ``same A | B``, ``other A | B``, or ``nan``, ``zero``, ``none``,
    ``finite``, ``some`` with a reference.
    """
    kind, _, rest = test.partition(" ")
    error = next((event for event in story.recording.events if event.kind == "error"), None)
    if kind == "silent":
        return error is None
    if kind == "raises":
        return error is not None and rest in str(error.fact("message"))
    if kind == "noted":
        return any(note.kind == rest for note in story.recording.notes)
    if kind == "happens":
        return any(event.kind == rest for event in story.recording.events)
    if kind == "next":
        return _next_node(story, here) in story.nodes(rest, here)
    if kind in ("same", "other"):
        first, second = (number_of(story, one.strip(), reveal) for one in rest.split("|"))
        return math.isclose(first, second, rel_tol=1e-6) == (kind == "same")
    return _is(kind, value_of(story, rest, reveal))


def _is(kind: str, value: Value) -> bool:
    if kind == "none":
        return value is None
    if not isinstance(value, TensorData):
        return False
    finite = value.is_finite
    tests = {"nan": not finite, "finite": finite, "zero": value.norm == 0, "some": finite and bool(value.norm)}
    if kind not in tests:
        raise LessonError(f"unknown test: {shown(kind)} (see graphtrace.lessons.resolving)")
    return tests[kind]


def _next_node(story: Story, here: int) -> NodePlace | None:
    for event in story.recording.events[here:]:
        if event.kind == "node_in" and event.graph is not None and event.node is not None:
            return NodePlace(event.graph, event.node)
    return None
