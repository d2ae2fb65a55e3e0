"""The wire format of optimizer steps; see `graphtrace.model.wire`."""

from __future__ import annotations

from typing import TypedDict


class WireUpdateRule(TypedDict):
    """The rule of an optimizer's step: per line its right side and the letter of what it gives; see `UpdateRule`."""

    lines: list[tuple[str, str]]
    note: str


class WireUpdates(TypedDict):
    """Updates whose rules are known, in columns: the cursors behind them, their rules, operands by their letters."""

    rules: list[WireUpdateRule]
    cursors: list[int]  # each minus the one before
    rule: list[int]
    operands: list[dict[str, int]]
