"""Fields of the Lab's records, each made with its rule: ``lr: float = real(0, 1e6, 0.1)``."""

from __future__ import annotations

from dataclasses import MISSING, field
from typing import TypeVar

from graphtrace.lab.records.rules import Rule, Scalar

T = TypeVar("T")


def integer_rule(low: int, high: int) -> Scalar:
    """Return the rule of a whole number in a range."""
    return Scalar(
        f"a whole number from {low:,} to {high:,}",
        lambda value: type(value) is int and low <= value <= high,
        low,
        high,
    )


def real_rule(low: float, high: float) -> Scalar:
    """Return the rule of a number in a finite range; no NaN is in it."""

    def fits(value: object) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high

    return Scalar(f"a number from {low:g} to {high:g}", fits, low, high)


def text_rule(most: int) -> Scalar:
    """Return the rule of a printable text of at most `most` characters."""
    return Scalar(
        f"a printable text of at most {most} characters",
        lambda value: isinstance(value, str) and len(value) <= most and value.isprintable(),
    )


def choice_rule(*choices: str) -> Scalar:
    """Return the rule of one of several words."""
    return Scalar(f"one of {list(choices)}", lambda value: isinstance(value, str) and value in choices, choices=choices)


_FLAG = Scalar("True or False", lambda value: isinstance(value, bool))


def rule_metadata(rule: Rule) -> dict[str, Rule]:
    """Return the metadata of a dataclass field with a rule."""
    return {"rule": rule}


def with_rule(rule: Rule, default: T | None = None) -> T:
    """Make a dataclass field with a rule; without a default it is required."""
    made: T = field(default=MISSING if default is None else default, metadata=rule_metadata(rule))  # type: ignore[assignment]
    return made


def integer(low: int, high: int, default: int | None = None) -> int:
    """Make a field of a whole number."""
    return with_rule(integer_rule(low, high), default)


def real(low: float, high: float, default: float | None = None) -> float:
    """Make a field of a finite number."""
    return with_rule(real_rule(low, high), default)


def flag(default: bool) -> bool:
    """Make a field of True or False."""
    return with_rule(_FLAG, default)


def choice(*choices: str) -> str:
    """Make a field of one of several words, the first by default."""
    return with_rule(choice_rule(*choices), choices[0])


def text(most: int, default: str = "") -> str:
    """Make a field of a short text."""
    return with_rule(text_rule(most), default)
