"""Records to dicts and lists and back, every type checked. A reader is compiled once per type."""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Callable, Hashable
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import lru_cache
from typing import Any, Literal, TypeVar, cast

from graphtrace.errors import FileError, shown

T = TypeVar("T")
_LARGEST = 2**63  # what torch itself counts in; larger numbers overflow when they are drawn
_NON_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}  # one NaN object: it equals itself in tuples
_Read = Callable[[object], object]


def to_plain(record: object) -> dict[str, object]:
    """Turn a record into dicts and lists. Fields that hold their default are left out.

    The exception is ``events``, which tells a recording from a graph, also a recording of nothing.
    """
    plain = {}
    for name, key, default in _columns(cast(Hashable, type(record))):
        value = getattr(record, name)
        if value != default or name in ("schema", "events"):
            plain[key] = _plain(value)
    return plain


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": str(value)}  # JSON has no NaN
    return value if value is None or isinstance(value, int | str) else to_plain(value)


def from_plain(kind: type[T], plain: object, where: str) -> T:
    """Build a record from parsed JSON, checking every type.

    Args:
        kind: Class of the record.
        plain: What was parsed.
        where: Name of the whole, at the start of the path that an error gives.

    Raises:
        FileError: A field is unknown, missing or of another type.
    """
    try:
        return _reader(cast(Hashable, kind))(plain)  # type: ignore[return-value]  # a reader of T returns a T
    except _DamageError as damage:
        path = where + "".join(reversed(damage.path))
        raise FileError(f"file is damaged: {path} {damage} (save it again, or check that it is complete)") from None


class _DamageError(Exception):
    """What is wrong; the path to it is gathered, innermost first, while the stack unwinds."""

    def __init__(self, text: str, *path: str) -> None:
        super().__init__(text)
        self.path = list(path)


def describe(plain: object) -> str:
    """Describe parsed JSON in a few words, without writing out a large or deep one."""
    if isinstance(plain, list):
        return f"a list of {len(plain)}"
    if isinstance(plain, dict):
        return f"an object of {len(plain)} fields"
    return shown(plain[:60] if isinstance(plain, str) else plain, 40)


@lru_cache(maxsize=256)
def _reader(kind: Any) -> _Read:
    """Compile the reader of one type: a record, a tuple, a choice of types, or a plain value."""
    if is_dataclass(kind):
        return _record_reader(kind)  # type: ignore[arg-type]  # a class, never an instance
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        return _list_reader(arguments[0]) if arguments[1:] == (Ellipsis,) else _tuple_reader(arguments)
    if origin in (types.UnionType, typing.Union):
        return _union_reader(arguments)
    if origin is Literal:  # which words are allowed is checked with the rest of the record
        return _value_reader(type(arguments[0]))
    return {int: _int, float: _float}.get(kind) or _value_reader(kind)


def _value_reader(kind: type) -> _Read:
    def read(plain: object) -> object:
        if type(plain) is not kind:
            raise _DamageError(f"is {describe(plain)} (expected {kind.__name__})")
        return plain

    return read


def _int(plain: object) -> int:
    if type(plain) is not int:  # True is no number here
        raise _DamageError(f"is {describe(plain)} (expected int)")
    if not -_LARGEST < plain < _LARGEST:
        raise _DamageError("is a number of more than 64 bits (save the graph again)")
    return plain


def _float(plain: object) -> float:
    value = _NON_FINITE.get(str(plain.get("float"))) if isinstance(plain, dict) else plain
    if type(value) is not float:
        raise _DamageError(f"is {describe(value)} (expected float)")
    return value


def _list_reader(kind: object) -> _Read:
    read_item = _reader(kind)

    def read(plain: object) -> tuple[object, ...]:
        items: list[object] = []
        try:
            for item in _checked_list(plain):
                items.append(read_item(item))
        except _DamageError as damage:
            if isinstance(plain, list):
                damage.path.append(f"[{len(items)}]")
            raise
        return tuple(items)

    return read


def _checked_list(plain: object) -> list[object]:
    if not isinstance(plain, list):
        raise _DamageError(f"is {describe(plain)} (expected a list)")
    return plain


def _tuple_reader(kinds: tuple[object, ...]) -> _Read:
    readers = [_reader(kind) for kind in kinds]

    def read(plain: object) -> tuple[object, ...]:
        items = _checked_list(plain)
        if len(items) != len(readers):
            raise _DamageError(f"has {len(items)} items (expected {len(readers)})")
        return tuple([read_item(item) for read_item, item in zip(readers, items, strict=True)])

    return read


def _union_reader(kinds: tuple[type, ...]) -> _Read:
    """Read the one option that is not None as itself; of several, only plain values."""
    options = [kind for kind in kinds if kind is not type(None)]
    readers = {kind: _reader(kind) for kind in options}
    optional = len(options) < len(kinds)

    def read(plain: object) -> object:
        if plain is None and optional:
            return None
        kind = float if type(plain) is dict and float in readers else type(plain)
        read_option = readers.get(options[0] if len(options) == 1 else kind)
        if read_option is None:
            raise _DamageError(f"is {describe(plain)} (expected one of {[kind.__name__ for kind in options]})")
        return read_option(plain)

    return read


def _record_reader(kind: type) -> _Read:
    hints = typing.get_type_hints(kind)
    columns = {key: (name, _reader(hints[name])) for name, key, _ in _columns(kind)}
    required = {key for _, key, default in _columns(kind) if default is MISSING}

    def read(plain: object) -> object:
        if type(plain) is kind:  # read before, as one that is there many times
            return plain
        if not isinstance(plain, dict):
            raise _DamageError(f"is {describe(plain)} (expected an object)")
        if not plain.keys() <= columns.keys() or not required <= plain.keys():
            raise _DamageError(_wrong_fields(plain.keys() - columns.keys(), required - plain.keys()))
        values, key = {}, ""
        try:
            for key, value in plain.items():
                name, read_field = columns[key]
                values[name] = read_field(value)
        except _DamageError as damage:
            damage.path.append(f".{key}")
            raise
        return kind(**values)

    return read


def _wrong_fields(unknown: set[str], missing: set[str]) -> str:
    if unknown:
        return f"has an unknown field {describe(min(unknown))} (update graphtrace?)"
    return f"lacks the field {min(missing)!r} (save the graph again)"


@lru_cache(maxsize=64)
def _columns(kind: Any) -> tuple[tuple[str, str, object], ...]:
    """Return per field its name, its key in a file, and its default."""
    every: tuple[Field[object], ...] = fields(kind)
    return tuple((field.name, str(field.metadata.get("key", field.name)), field.default) for field in every)
