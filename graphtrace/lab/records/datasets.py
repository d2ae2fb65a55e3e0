"""Datasets: frozen records; `graphtrace.lab.parts.data` makes their numbers."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass

from graphtrace.errors import SpecError, shown
from graphtrace.lab.records import limits
from graphtrace.lab.records.fields import integer, integer_rule, real, real_rule, with_rule
from graphtrace.lab.records.layers import SIZE
from graphtrace.lab.records.rules import MAX_ITEMS, ListOf

SEED = 2**63 - 1
_SIZES = ListOf(integer_rule(1, SIZE), most=4, least=1)
_NUMBER = real_rule(-1e12, 1e12)


@dataclass(frozen=True, slots=True)
class Data:
    """A dataset."""


@dataclass(frozen=True, slots=True)
class Random(Data):
    """Normal random inputs and targets. With `classes` above 0 the targets are random classes."""

    samples: int = integer(1, MAX_ITEMS, 4)
    shape: tuple[int, ...] = with_rule(_SIZES, (2,))
    targets: tuple[int, ...] = with_rule(_SIZES, (1,))
    classes: int = integer(0, MAX_ITEMS, 0)
    seed: int = integer(0, SEED, 0)


@dataclass(frozen=True, slots=True)
class Xor(Data):
    """Four points; the class is 1 where exactly one coordinate is 1."""


@dataclass(frozen=True, slots=True)
class Moons(Data):
    """Two interleaving half circles, one class each."""

    samples: int = integer(2, MAX_ITEMS, 100)
    noise: float = real(0, 10, 0.1)
    seed: int = integer(0, SEED, 0)


@dataclass(frozen=True, slots=True)
class Circles(Data):
    """Two rings, one inside the other, one class each."""

    samples: int = integer(2, MAX_ITEMS, 100)
    noise: float = real(0, 10, 0.05)
    seed: int = integer(0, SEED, 0)


@dataclass(frozen=True, slots=True)
class Spirals(Data):
    """Spiral arms, one class each."""

    samples: int = integer(2, MAX_ITEMS, 150)
    arms: int = integer(2, 5, 2)
    noise: float = real(0, 10, 0.05)
    seed: int = integer(0, SEED, 0)


@dataclass(frozen=True, slots=True)
class Digits(Data):
    """8×8 images of the ten digits, moved, dimmed and noisy. They are drawn, not scans of handwriting."""

    samples: int = integer(1, MAX_ITEMS, 100)
    noise: float = real(0, 10, 0.1)
    seed: int = integer(0, SEED, 0)


@dataclass(frozen=True, slots=True)
class Tokens(Data):
    """The tokens 0 to vocabulary - 1; the class is the next token, after the last one the first."""

    vocabulary: int = integer(2, MAX_ITEMS, 5)


@dataclass(frozen=True, slots=True)
class Sequences(Data):
    """Sequences of random bits (batch × length × 1); the class is the first bit, which the net has to remember."""

    samples: int = integer(1, MAX_ITEMS, 16)
    length: int = integer(1, MAX_ITEMS, 5)
    seed: int = integer(0, SEED, 0)


@dataclass(frozen=True, slots=True)
class Table(Data):
    """Rows that the user typed. The last `targets` columns are the targets.

    With `classes` above 0 the last column holds classes from 0 to `classes` - 1.
    """

    rows: tuple[tuple[float, ...], ...] = with_rule(ListOf(ListOf(_NUMBER, most=256, least=2), most=MAX_ITEMS, least=1))
    targets: int = integer(1, 255, 1)
    classes: int = integer(0, MAX_ITEMS, 0)


KINDS: dict[str, type[Data]] = {
    kind.__name__: kind for kind in (Xor, Moons, Circles, Spirals, Digits, Random, Tokens, Sequences, Table)
}
"""Every kind of data by its name, in the order of a menu."""


def table_problems(table: Table) -> list[str]:
    """Return what is wrong with a table whose fields are in range."""
    widths = {len(row) for row in table.rows}
    if len(widths) > 1:
        width = len(table.rows[0])
        odd = next(i for i, row in enumerate(table.rows) if len(row) != width)
        return [f"row {odd} of the table has {len(table.rows[odd])} numbers: the first has {width} (give each {width})"]
    if table.targets >= min(widths):
        return [f"the table has no input left: {table.targets} of {min(widths)} columns are targets (use fewer)"]
    if not table.classes:
        return []
    if table.targets != 1:
        return [f"a table of classes has one target column: it has {table.targets} (set targets to 1)"]
    wrong = [row[-1] for row in table.rows if row[-1] not in range(table.classes)]
    fix = f"use whole numbers from 0 to {table.classes - 1}, or set classes"
    return [f"the table's last column is no class: {shown(wrong[0])} ({fix})"] if wrong else []


def parse_csv(text: str, targets: int = 1, classes: int = 0) -> Table:
    """Read typed or uploaded text as a table; a first row of words is a header and is left out.

    Args:
        text: Numbers separated by commas, a row per line.
        targets: How many of the last columns are targets.
        classes: How many classes the last column holds; 0 for numbers.

    Raises:
        SpecError: No text, no rows, too many, a cell that is no number, or rows of different lengths.
    """
    if not isinstance(text, str):
        raise SpecError(f"no table: {shown(text)} (give a text of numbers, separated by commas)")
    limits.require("upload_bytes", len(text.encode(errors="replace")), f"the table has {len(text):,} characters")
    try:
        lines = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise SpecError(f"no table: {shown(text)} ({error}; give numbers, separated by commas)") from None
    if lines and not any(_is_number(cell) for cell in lines[0]):
        del lines[0]
    if not 1 <= len(lines) <= MAX_ITEMS:
        raise SpecError(f"the table has {len(lines)} rows of numbers: {shown(text)} (give 1 to {MAX_ITEMS})")
    table = Table(tuple(tuple(_number(cell, i) for cell in row) for i, row in enumerate(lines)), targets, classes)
    problems = table_problems(table)
    if problems:
        raise SpecError(problems[0])
    return table


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False


def _number(cell: str, row: int) -> float:
    if not _is_number(cell):
        raise SpecError(f"row {row} of the table holds no number: {shown(cell)} (give numbers, separated by commas)")
    return float(cell)
