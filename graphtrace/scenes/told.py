"""A program with its repair: both run, what is wrong, what changes, and where the two first differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from graphtrace import compare
from graphtrace.diagnosis import Diagnosis, diagnose
from graphtrace.errors import shown
from graphtrace.lessons import LessonError, Story
from graphtrace.lessons.references import fill
from graphtrace.literals import Language
from graphtrace.model import Recording
from graphtrace.scenes.records import ErrorScene, SceneProgram
from graphtrace.scenes.running import Ran, run_program

Row = tuple[str, int, str]  # a line of a diff: sign (−, + or a space), its number, its text


@dataclass(frozen=True, slots=True)
class Told:
    """One program of a scene, run as it was and repaired.

    Attributes:
        wrong: What the program did.
        right: What the repaired one did.
        found: What `graphtrace.diagnose` says of the first.
        repaired: The repaired program.
        rows: Both programs as one diff.
    """

    wrong: Ran
    right: Ran
    found: Diagnosis
    repaired: str
    rows: tuple[Row, ...]

    @property
    def is_silent(self) -> bool:
        """Whether torch raised nothing."""
        return not self.wrong.raised

    @property
    def changed(self) -> tuple[Row, ...]:
        """The lines of the diff that go and come; a line that comes alone has a neighbour to stand beside."""
        kept = [row for row in self.rows if row[0] != " "]
        if any(sign == "−" for sign, _, _ in kept):
            return tuple(kept)
        at = self.rows.index(kept[0])
        return self.rows[max(0, at - 1) : at] + tuple(kept)


def tell(scene: ErrorScene, program: SceneProgram, ran: Ran | None = None) -> Told:
    """Run a program of a scene and its repair.

    Args:
        scene: The scene.
        program: One of its programs.
        ran: What the program did, where it has run before.

    Raises:
        LessonError: It does not make the scene's mistake, or nothing repairs it.
    """
    name = f"{scene.mistake}.py"
    wrong = run_program(program.code, name) if ran is None else ran
    found = diagnose(wrong.recording)
    if found is None or found.mistake != scene.mistake:
        raise LessonError(f"this program does not make the mistake {scene.mistake!r}: {shown(found)} (mend its file)")
    repaired = repaired_text(program, found)
    if not repaired:
        raise LessonError(f"nothing repairs a program of {scene.mistake!r}: {shown(found.repair)} (add repaired)")
    right = run_program(repaired, name)
    return Told(wrong, right, found, repaired, tuple(_rows(program.code, repaired)))


def repaired_text(program: SceneProgram, found: Diagnosis | None) -> str:
    """Return the repaired program: its file's, else what the diagnosis makes of it; empty where there is neither."""
    if program.repaired or found is None:
        return program.repaired
    return found.applied(program.code) or ""


def seen(scene: ErrorScene, program: SceneProgram, told: Told, language: Language) -> str:
    """Return what to look at in the picture of the program as it was."""
    return _filled((program.seen or scene.seen).of(language), told.wrong.recording)


def moral(scene: ErrorScene, program: SceneProgram, told: Told, language: Language) -> str:
    """Return what to remember."""
    return _filled((program.moral or scene.moral).of(language), told.right.recording)


def _filled(text: str, recording: Recording) -> str:
    story = Story(recording)
    return fill(story, text, len(story))


def first_difference(told: Told) -> tuple[int, int]:
    """Return the cursors at which the two first differ: in a number, else in what happens at all."""
    a, b = told.wrong.recording, told.right.recording
    there = compare.matching_cursors(a, b)
    at = compare.first_difference(a, b)
    if at is not None:
        return at, there[at][0]
    alone = next((cursor for cursor, (_, both) in enumerate(there) if not both), None)
    if alone is not None:
        return alone, there[alone][0]
    back = compare.matching_cursors(b, a)
    new = next((cursor for cursor, (_, both) in enumerate(back) if not both), len(b))
    return back[new][0], new


def _rows(old: str, new: str) -> Iterator[Row]:
    before, after = old.splitlines(), new.splitlines()
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from ((" ", k + at + 1, line) for at, line in enumerate(before[i:j]))
        else:
            yield from (("−", i + at + 1, line) for at, line in enumerate(before[i:j]))
            yield from (("+", k + at + 1, line) for at, line in enumerate(after[k:m]))
