"""Records to dicts and lists and back, every type checked. A reader is compiled once per type."""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import lru_cache
from typing import Any

from graphtrace.errors import FileError, shown

_LARGEST = 2**63  # what torch itself counts in; larger numbers overflow when they are drawn
_NON_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}  # one NaN object: it equals itself in tuples
_Read = Callable[[Any], Any]


def to_plain(record: Any) -> Any:
    """Turn a record into dicts and lists. Fields that hold their default are left out.

    But for ``events``, by which a recording is told from a graph: one of nothing has none.
    """
    plain = {}
    for name, key, default in _defaults(type(record)):  # type: ignore[arg-type]
        value = getattr(record, name)
        if value != default or name in ("schema", "events"):
            plain[key] = _plain(value)
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": str(value)}  # JSON has no NaN
    return value if value is None or isinstance(value, int | str) else to_plain(value)


def from_plain(kind: Any, plain: Any, where: str) -> Any:
    """Build a record of type `kind` from parsed JSON, checking every type.

    Raises:
        FileError: A field is unknown, missing or of another type; `where` begins the path that says which.
    """
    try:
        return _reader(kind)(plain)
    except _DamageError as damage:
        path = where + "".join(reversed(damage.path))
        raise FileError(f"file is damaged: {path} {damage} (save it again, or check that it is complete)") from None


class _DamageError(Exception):
    """What is wrong; the path to it is gathered, innermost first, while the stack unwinds."""

    def __init__(self, text: str, *path: str) -> None:
        super().__init__(text)
        self.path = list(path)


def told(plain: Any) -> str:
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
        return _record_reader(kind)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        return _list_reader(arguments[0]) if arguments[1:] == (Ellipsis,) else _tuple_reader(arguments)
    if origin in (types.UnionType, typing.Union):
        return _union_reader(arguments)
    return {int: _int, float: _float}.get(kind) or _value_reader(kind)


def _value_reader(kind: type) -> _Read:
    def read(plain: Any) -> Any:
        if type(plain) is not kind:
            raise _DamageError(f"is {told(plain)} (expected {kind.__name__})")
        return plain

    return read


def _int(plain: Any) -> int:
    if type(plain) is not int:  # so True is none
        raise _DamageError(f"is {told(plain)} (expected int)")
    if not -_LARGEST < plain < _LARGEST:
        raise _DamageError("is a number of more than 64 bits (save the graph again)")
    return plain


def _float(plain: Any) -> float:
    if type(plain) is dict:
        plain = _NON_FINITE.get(str(plain.get("float")))
    if type(plain) is not float:
        raise _DamageError(f"is {told(plain)} (expected float)")
    return plain


def _list_reader(kind: Any) -> _Read:
    one = _reader(kind)

    def read(plain: Any) -> tuple[Any, ...]:
        made: list[Any] = []
        try:
            for item in _checked_list(plain):
                made.append(one(item))
        except _DamageError as damage:
            if isinstance(plain, list):
                damage.path.append(f"[{len(made)}]")
            raise
        return tuple(made)

    return read


def _checked_list(plain: Any) -> list[Any]:
    if type(plain) is not list:
        raise _DamageError(f"is {told(plain)} (expected a list)")
    return plain


def _tuple_reader(kinds: tuple[Any, ...]) -> _Read:
    readers = [_reader(kind) for kind in kinds]

    def read(plain: Any) -> tuple[Any, ...]:
        items = _checked_list(plain)
        if len(items) != len(readers):
            raise _DamageError(f"has {len(items)} items (expected {len(readers)})")
        return tuple([one(item) for one, item in zip(readers, items, strict=True)])

    return read


def _union_reader(kinds: tuple[Any, ...]) -> _Read:
    """Read the one option that is not None as itself; of several, only plain values."""
    options = [kind for kind in kinds if kind is not type(None)]
    readers = {kind: _reader(kind) for kind in options}
    optional = len(options) < len(kinds)

    def read(plain: Any) -> Any:
        if plain is None and optional:
            return None
        kind = float if type(plain) is dict and float in readers else type(plain)
        one = readers.get(options[0] if len(options) == 1 else kind)
        if one is None:
            raise _DamageError(f"is {told(plain)} (expected one of {[kind.__name__ for kind in options]})")
        return one(plain)

    return read


def _record_reader(kind: Any) -> _Read:
    hints = typing.get_type_hints(kind)
    names = {key: name for name, key, _ in _defaults(kind)}
    readers: Mapping[str, _Read] = {key: _reader(hints[name]) for key, name in names.items()}
    required = {key for _, key, default in _defaults(kind) if default is MISSING}

    def read(plain: Any) -> Any:
        if type(plain) is not dict:
            raise _DamageError(f"is {told(plain)} (expected an object)")
        if not plain.keys() <= readers.keys() or not required <= plain.keys():
            raise _DamageError(_wrong_fields(plain.keys() - readers.keys(), required - plain.keys()))
        values, key = {}, ""
        try:
            for key, value in plain.items():
                values[names[key]] = readers[key](value)
        except _DamageError as damage:
            damage.path.append(f".{key}")
            raise
        return kind(**values)

    return read


def _wrong_fields(unknown: set[str], missing: set[str]) -> str:
    if unknown:
        return f"has an unknown field {told(min(unknown))} (update graphtrace?)"
    return f"lacks the field {min(missing)!r} (save the graph again)"


@lru_cache(maxsize=64)
def _defaults(kind: type) -> tuple[tuple[str, str, Any], ...]:
    """Return name, key in files and default of every field. Files keep the names of the first version."""
    return tuple((field.name, field.metadata.get("key", field.name), field.default) for field in fields(kind))
