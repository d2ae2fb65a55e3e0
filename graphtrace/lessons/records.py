"""What a lesson is: frozen records, as its file says them. No number is in them: texts name places of a recording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from graphtrace.literals import Language

QuestionKind = Literal["number", "count", "next", "raises", "order", "nan", "choice"]
Rule = Literal[
    "first_only",
    "last_only",
    "factor_forgotten",
    "old_value",
    "not_summed",
    "once",
    "multiplied",
    "not_averaged",
    "not_cleared",
    "cut_overlooked",
    "sign",
    "value_for_gradient",
]
QUESTION_KINDS: tuple[QuestionKind, ...] = get_args(QuestionKind)
RULES: tuple[Rule, ...] = get_args(Rule)
ConditionKind = Literal[
    "passes",
    "arrivals",
    "passes_of_graph",
    "grad_none",
    "frozen",
    "value",
    "steps",
    "loss_below",
    "loss_near",
    "loss_rises",
    "loss_times",
    "edit_lowers",
    "steps_most",
    "size",
    "mistake",
]
CONDITIONS: tuple[ConditionKind, ...] = get_args(ConditionKind)
Hidden = Literal["code", "sentence"]
HIDDEN: tuple[Hidden, ...] = get_args(Hidden)


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages. References to a recording stand in braces, see `references`."""

    en: str
    zh: str

    def of(self, language: Language) -> str:
        """Return the text in a language."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class LessonProgram:
    """What is run and recorded.

    Attributes:
        name: Its name in the lesson.
        code: The program itself, shown as it runs; empty where the example's own loop is recorded.
        example: Name of the example that it is, empty for a program that only the lesson has.
        steps: How many iterations of an example's loop are recorded.
        preset: The net of the Lab that it runs; empty for a program. The Lab then is the stage.
        actions: What is done in the Lab before the step, see `lab_runs`.
        then: What the question is about: it is done when the answer is shown.
    """

    name: str
    code: str = ""
    example: str = ""
    steps: int = 1
    preset: str = ""
    actions: tuple[str, ...] = ()
    then: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """An answer that people often give, computed from the recording, and what is said to it."""

    rule: Rule
    value: str
    text: Words


@dataclass(frozen=True, slots=True)
class Option:
    """An answer to choose. `test` is read on the recording: exactly one option of a question passes."""

    label: Words
    test: str
    text: Words


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """A line to put in order; `at` is the place where it happens."""

    label: Words
    at: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question about the recording.

    Attributes:
        kind: Decides how it is asked and which of the fields below it has.
        text: The question.
        right: What is said to the right answer.
        answer: Expression of the right number (kinds ``number`` and ``count``).
        tolerance: Relative distance at which a number counts as right.
        chips: Whether numbers are offered to choose from; else one is typed.
        wrong: Usual wrong numbers.
        options: What to choose from.
        lines: What to put in order.
        blank: References whose numbers the picture leaves out until there is an answer.
        reveal: The place where the answer is seen.
    """

    kind: QuestionKind
    text: Words
    right: Words
    reveal: str
    answer: str = ""
    tolerance: float = 0.01
    chips: bool = False
    wrong: tuple[WrongAnswer, ...] = ()
    options: tuple[Option, ...] = ()
    lines: tuple[OrderedLine, ...] = ()
    blank: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LessonStep:
    """One step: a text, where the player stands, what is marked and what is asked."""

    run: str
    at: str
    text: Words
    notes: Words | None = None
    highlight: tuple[str, ...] = ()
    hide: tuple[Hidden, ...] = ()
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be so in the Lab; `goals` reads it from the machine.

    Attributes:
        kind: What is asked.
        of: Name of a parameter; for ``mistake`` its slug.
        n: How many there are at least; for ``steps_most`` at most, for ``size`` exactly.
        value: A number.
        index: Its position in the parameter.
    """

    kind: ConditionKind
    of: str = ""
    n: int = 0
    value: float = 0.0
    index: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Goal:
    """What an exercise in the Lab is to reach: in words, and as conditions that are all true then."""

    text: Words
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Exercise:
    """What to try alone.

    Attributes:
        text: The task.
        preset: What the Lab opens.
        goal: What is to be reached there.
    """

    text: Words
    preset: str
    goal: Goal


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson.

    Attributes:
        id: Its name in addresses.
        number: Its place in the course.
        minutes: How long it takes.
        title: Its name.
        goal: What one can do after it.
        programs: What its steps run, by name.
        steps: In order.
        exercise: What to try at the end.
        further: Examples that show the same.
        needs: Lessons that come before it.
    """

    id: str
    number: int
    minutes: int
    title: Words
    goal: Words
    programs: Mapping[str, LessonProgram]
    steps: tuple[LessonStep, ...]
    exercise: Exercise
    further: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
