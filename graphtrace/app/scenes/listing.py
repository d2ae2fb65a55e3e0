"""A program as it stands in an editor, its repair as a diff, and what it put out as a terminal shows it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from graphtrace.app.texts import say
from graphtrace.literals import Language
from graphtrace.scenes import Ran, SceneProgram, Told

_SHORT = 150  # characters of a message that are shown at once
_SIGNS = {"−": "gone", "+": "come", " ": ""}


def program_html(program: SceneProgram, told: Told | None, repaired: bool, lang: Language) -> str:
    """Return the program.

    Args:
        program: What is shown.
        told: What it did, once it ran: then the lines are marked where the mistake is made and where torch raised.
        repaired: Whether the repair is shown.
        lang: Language of the marks.
    """
    if told is not None and repaired:
        return _code(_line(_SIGNS[sign], sign, number, text) for sign, number, text in told.rows)
    lines = enumerate(program.code.splitlines(), 1)
    return _code(_line(*_mark(told, number, lang), number, text) for number, text in lines)


def _mark(told: Told | None, number: int, lang: Language) -> tuple[str, str]:
    """Return what marks a line: the class that draws it, and the sign for everybody else."""
    if told is None:
        return "", " "
    made = told.found.source is not None and told.found.source.line == number
    raised = told.wrong.line == number
    return " ".join(["made"] * made + ["raised"] * raised), "✕" if raised else "⚠" if made else " "


def _line(kind: str, sign: str, number: int, text: str) -> str:
    return f'<div class="{kind}"><i>{sign}</i><b>{number}</b><code>{escape(text)}</code></div>'


def _code(lines: Iterable[str]) -> str:
    return f'<div class="scene-code">{"".join(lines)}</div>'


def output_html(ran: Ran, lang: Language) -> str:
    """Return what a program printed, warned of and raised."""
    lines = [f"<div>{escape(line)}</div>" for line in ran.printed]
    lines += [_said("warned", warning) for warning in ran.warned]
    if ran.raised:
        lines.append(_said("failed", ran.raised))
    else:
        lines.append(f'<div class="silent">{escape(say("scene_no_error", lang))}</div>')
    return f'<div class="scene-out">{"".join(lines)}</div>'


def _said(kind: str, text: str) -> str:
    """Return a message: its type, and all of it on demand."""
    name, colon, rest = text.partition(": ")
    head = f"<strong>{escape(name)}</strong>{colon}"
    if len(text) <= _SHORT:
        return f'<div class="{kind}">{head}{escape(rest)}</div>'
    short = rest[: _SHORT - len(name)].rsplit(" ", 1)[0]
    return f'<details class="{kind}"><summary>{head}{escape(short)} …</summary>{escape(rest[len(short) :])}</details>'


def first_words(ran: Ran) -> str:
    """Return what a program put out last, in one line."""
    if ran.raised:
        return ran.raised.partition("\n")[0]
    return " ".join(ran.printed[-1].split()) if ran.printed else ""
