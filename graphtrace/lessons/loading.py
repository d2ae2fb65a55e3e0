"""Read a lesson from its file. Every key is checked: a mistake in a file is an error that names the place."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from typing import TypeVar

from graphtrace.errors import TraceError, shown
from graphtrace.lessons.records import (
    HIDDEN,
    QUESTION_KINDS,
    RULES,
    Exercise,
    Lesson,
    LessonProgram,
    LessonStep,
    Option,
    OrderedLine,
    Question,
    Words,
    WrongAnswer,
)

T = TypeVar("T")


class LessonError(TraceError):
    """A lesson's file is not valid, or names a place that its recording does not have."""


class _Table:
    """A table of the file, whose keys are taken one by one; what is left over is an error."""

    def __init__(self, place: str, content: object) -> None:
        if not isinstance(content, Mapping):
            raise LessonError(f"{place} is no table: {shown(content)} (see graphtrace/lessons/content)")
        self.place, self._left = place, dict(content)

    def take(self, key: str, kind: type[T], default: T | None = None) -> T:
        """Return the value of a key, which must be of a kind and there, unless it has a default."""
        value = self._left.pop(key, default)
        if value is None:
            raise LessonError(f"{self.place} has no {key} (add it)")
        if type(value) is not kind:
            raise LessonError(f"{self.place}.{key} is no {kind.__name__}: {shown(value)}")
        return value

    def word(self, key: str, known: tuple[T, ...], default: T | None = None) -> T:
        """Return a value that must be one of the known ones."""
        value = self._left.pop(key, default)
        found = next((one for one in known if one == value), None)
        if found is None:
            raise LessonError(f"{self.place}.{key} is unknown: {shown(value)} (must be one of {list(known)})")
        return found

    def words(self, key: str) -> Words:
        """Return a text in both languages."""
        table = _Table(f"{self.place}.{key}", self._left.pop(key, None))
        text = Words(table.take("en", str), table.take("zh", str))
        table.close()
        return text

    def optional(self, key: str, read: Callable[[str], T]) -> T | None:
        """Return what `read` makes of a key, None where there is no such key."""
        return read(key) if key in self._left else None

    def strings(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty where there is none."""
        found: list[object] = self.take(key, list, [])
        if not all(isinstance(one, str) for one in found):
            raise LessonError(f"{self.place}.{key} holds something that is no text: {shown(found)}")
        return tuple(map(str, found))

    def tables(self, key: str) -> list[_Table]:
        """Return a list of tables, empty where there is none."""
        found: list[object] = self.take(key, list, [])
        return [_Table(f"{self.place}.{key}[{number}]", one) for number, one in enumerate(found, 1)]

    def table(self, key: str) -> _Table:
        """Return a table inside this one."""
        return _Table(f"{self.place}.{key}", self._left.pop(key, None))

    def rest(self) -> list[tuple[str, _Table]]:
        """Take all that is left, each of it a table."""
        left, self._left = self._left, {}
        return [(key, _Table(f"{self.place}.{key}", value)) for key, value in left.items()]

    def close(self) -> None:
        """Check that nothing is left over."""
        if self._left:
            raise LessonError(f"{self.place} has an unknown key: {sorted(self._left)[0]!r} (see the records)")


def read_lesson(text: str, place: str) -> Lesson:
    """Read a lesson.

    Args:
        text: Content of its file.
        place: Name of the file, for messages.

    Raises:
        LessonError: The file is not valid.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LessonError(f"{place} is no TOML: {error} (mend the file)") from None
    table = _Table(place, content)
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


def _program(name: str, table: _Table) -> LessonProgram:
    code, example = table.take("code", str, ""), table.take("example", str, "")
    if not code and not example:
        raise LessonError(f"{table.place} has neither code nor example (add one)")
    program = LessonProgram(name, code, example, table.take("steps", int, 1))
    table.close()
    return program


def _exercise(table: _Table) -> Exercise:
    exercise = Exercise(table.words("text"), table.take("example", str, ""))
    table.close()
    return exercise


def _step(table: _Table) -> LessonStep:
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


def _question(table: _Table) -> Question:
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


def _wrong(table: _Table) -> WrongAnswer:
    wrong = WrongAnswer(table.word("rule", RULES), table.take("value", str), table.words("text"))
    table.close()
    return wrong


def _option(table: _Table) -> Option:
    option = Option(table.words("label"), table.take("test", str), table.words("text"))
    table.close()
    return option


def _line(table: _Table) -> OrderedLine:
    line = OrderedLine(table.words("label"), table.take("at", str))
    table.close()
    return line
