"""Read a lesson from its file."""

from __future__ import annotations

from graphtrace.errors import shown
from graphtrace.lessons.records import (
    CONDITIONS,
    HIDDEN,
    QUESTION_KINDS,
    RULES,
    Condition,
    Exercise,
    Goal,
    Lesson,
    LessonProgram,
    LessonStep,
    Option,
    OrderedLine,
    Question,
    WrongAnswer,
)
from graphtrace.lessons.tables import LessonError, LessonTable, read_table

__all__ = ["LessonError", "read_lesson"]


def read_lesson(text: str, place: str) -> Lesson:
    """Read a lesson.

    Args:
        text: Content of its file.
        place: Name of the file, for messages.

    Raises:
        LessonError: The file is not valid.
    """
    table = read_table(text, place)
    lesson = Lesson(
        id=table.take("id", str),
        number=table.take("number", int),
        minutes=table.take("minutes", int),
        title=table.words("title"),
        goal=table.words("goal"),
        programs={name: _program(name, own) for name, own in table.table("programs").rest()},
        steps=tuple([_step(own) for own in table.tables("steps")]),
        exercise=_exercise(table.table("exercise")),
        further=table.strings("further"),
        needs=table.strings("needs"),
    )
    table.close()
    for number, step in enumerate(lesson.steps, 1):
        if step.run not in lesson.programs:
            raise LessonError(f"{place}.steps[{number}].run is unknown: {shown(step.run)} ({list(lesson.programs)})")
    return lesson


def _program(name: str, table: LessonTable) -> LessonProgram:
    code, example = table.take("code", str, ""), table.take("example", str, "")
    preset = table.take("preset", str, "")
    if bool(code or example) == bool(preset):
        raise LessonError(f"{table.place} has code or an example, or a preset of the Lab (give one of the two)")
    actions, then = table.strings("actions"), table.strings("then")
    program = LessonProgram(name, code, example, table.take("steps", int, 1), preset, actions, then)
    table.close()
    return program


def _exercise(table: LessonTable) -> Exercise:
    exercise = Exercise(
        text=table.words("text"),
        preset=table.take("preset", str),
        goal=_goal(table.table("goal")),
    )
    table.close()
    return exercise


def _goal(table: LessonTable) -> Goal:
    goal = Goal(table.words("text"), tuple([_condition(own) for own in table.tables("conditions")]))
    table.close()
    if not goal.conditions:
        raise LessonError(f"{table.place} has no conditions (add one)")
    return goal


def _condition(table: LessonTable) -> Condition:
    index: list[object] = table.take("index", list, [])
    condition = Condition(
        kind=table.word("kind", CONDITIONS),
        of=table.take("of", str, ""),
        n=table.take("n", int, 0),
        value=table.take("value", float, 0.0),
        index=tuple([place for place in index if isinstance(place, int)]),
    )
    table.close()
    return condition


def _step(table: LessonTable) -> LessonStep:
    hide = table.strings("hide")
    step = LessonStep(
        run=table.take("run", str),
        at=table.take("at", str),
        text=table.words("text"),
        notes=table.optional("notes", table.words),
        highlight=table.strings("highlight"),
        hide=tuple([one for one in HIDDEN if one in hide]),
        question=table.optional("question", lambda key: _question(table.table(key))),
    )
    if len(step.hide) != len(hide):
        raise LessonError(f"{table.place}.hide is unknown: {shown(hide)} (must be of {list(HIDDEN)})")
    table.close()
    return step


def _question(table: LessonTable) -> Question:
    question = Question(
        kind=table.word("kind", QUESTION_KINDS),
        text=table.words("text"),
        right=table.words("right"),
        reveal=table.take("reveal", str),
        answer=table.take("answer", str, ""),
        tolerance=table.take("tolerance", float, 0.01),
        chips=table.take("chips", bool, False),
        wrong=tuple([_wrong(own) for own in table.tables("wrong")]),
        options=tuple([_option(own) for own in table.tables("options")]),
        lines=tuple([_line(own) for own in table.tables("lines")]),
        blank=table.strings("blank"),
    )
    table.close()
    _check(question, table.place)
    return question


def _check(question: Question, place: str) -> None:
    """A question has exactly what its kind needs."""
    numeric = question.kind in ("number", "count")
    needed = "answer" if numeric else "lines" if question.kind == "order" else "options"
    for name in ("answer", "options", "lines"):
        if bool(getattr(question, name)) != (name == needed):
            raise LessonError(f"{place} is of kind {question.kind!r}: it needs {needed}, and no other (see {name})")


def _wrong(table: LessonTable) -> WrongAnswer:
    wrong = WrongAnswer(table.word("rule", RULES), table.take("value", str), table.words("text"))
    table.close()
    return wrong


def _option(table: LessonTable) -> Option:
    option = Option(table.words("label"), table.take("test", str), table.words("text"))
    table.close()
    return option


def _line(table: LessonTable) -> OrderedLine:
    line = OrderedLine(table.words("label"), table.take("at", str))
    table.close()
    return line
