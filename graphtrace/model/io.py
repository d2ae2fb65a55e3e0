"""JSON in and out: compact, versioned, gzip by suffix; nothing in a file is ever executed."""

from __future__ import annotations

import gzip
import json
import types
import typing
import zlib
from dataclasses import fields, is_dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from graphtrace.errors import FileError, TraceError, shown
from graphtrace.model.check import check
from graphtrace.model.graph import SCHEMA, Graph

MAX_BYTES = 1 << 30
_GZIP = b"\x1f\x8b"


def save(graph: Graph, path: str | Path) -> Path:
    """Write a graph as JSON, gzip-compressed if the name ends in ``.gz``. Returns the path."""
    path = Path(path)
    try:
        path.write_bytes(dumps(graph, compress=path.suffix == ".gz"))
    except OSError as error:
        raise FileError(f"cannot write the file: {str(path)!r} ({error.strerror or error})") from error
    return path


def dumps(graph: Graph, compress: bool = False) -> bytes:
    """Return a graph as JSON bytes. The same graph gives the same bytes."""
    text = json.dumps(to_plain(graph), separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()
    return gzip.compress(text, 6, mtime=0) if compress else text


def load(path: str | Path) -> Graph:
    """Read a graph that `save` wrote.

    Raises:
        FileError: The file cannot be read, is damaged, too large, no graph, or of a newer schema.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileError(f"cannot read the file: {str(path)!r} ({error.strerror or error})") from error
    return loads(content)


def loads(content: bytes, max_bytes: int = MAX_BYTES) -> Graph:
    """Read a graph from JSON bytes, compressed or not, of at most `max_bytes` when inflated."""
    plain = parse(content, max_bytes)
    if not isinstance(plain, dict) or "schema" not in plain or "nodes" not in plain:
        raise FileError(f"not a graph file: {shown(plain, 40)} (choose a file that graphtrace saved)")
    schema = plain["schema"]
    if type(schema) is not int or schema < 1:
        raise FileError(f"not a graph file: schema {shown(schema)} (choose a file that graphtrace saved)")
    if schema > SCHEMA:
        raise FileError(f"file is of a newer schema: {schema} (this version reads up to {SCHEMA}: update graphtrace)")
    graph: Graph = from_plain(Graph, plain, "graph")
    try:
        check(graph)
    except TraceError as error:
        raise FileError(f"graph file is damaged: {error}") from error
    return graph


def parse(content: bytes, max_bytes: int = MAX_BYTES) -> Any:
    """Inflate and parse JSON strictly: no NaN, no duplicate damage, bounded size and depth."""
    try:
        text = _inflate(content, max_bytes)
        return json.loads(text.decode("utf-8"), parse_constant=_refuse)
    except FileError:
        raise
    except (ValueError, RecursionError, EOFError, OSError, zlib.error) as error:
        raise FileError(
            f"file is damaged: {shown(str(error))} (save it again, or check that it is complete)"
        ) from error


def _inflate(content: bytes, max_bytes: int) -> bytes:
    if content[:2] != _GZIP:
        text = content
    else:
        with gzip.GzipFile(fileobj=BytesIO(content)) as stream:
            text = stream.read(max_bytes + 1)
    if len(text) > max_bytes:
        raise FileError(f"file is too large: more than {max_bytes:,} bytes (trace a smaller part, or raise the limit)")
    return text


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def to_plain(record: Any) -> Any:
    """Turn a record into dicts and lists. Fields that hold their default are left out."""
    if is_dataclass(record):
        return {
            name: to_plain(value)
            for name, _, default in _schema(type(record))  # type: ignore[arg-type]
            if (value := getattr(record, name)) != default or name == "schema"
        }
    if isinstance(record, tuple):
        return [to_plain(item) for item in record]
    return record


def from_plain(kind: Any, plain: Any, where: str) -> Any:
    """Build a record of type `kind` from parsed JSON, checking every type.

    Raises:
        FileError: A field is unknown, missing or of another type; `where` says which.
    """
    if is_dataclass(kind):
        return _record(kind, plain, where)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        return _tuple(arguments, plain, where)
    if origin in (types.UnionType, typing.Union):
        return _union(arguments, plain, where)
    if type(plain) is not kind:
        raise FileError(f"file is damaged: {where} is {shown(plain, 40)} (expected {getattr(kind, '__name__', kind)})")
    return plain


def _record(kind: Any, plain: Any, where: str) -> Any:
    if not isinstance(plain, dict):
        raise FileError(f"file is damaged: {where} is {shown(plain, 40)} (expected an object)")
    known = {name: hint for name, hint, _ in _schema(kind)}
    if unknown := set(plain) - set(known):
        raise FileError(f"file is damaged: {where} has an unknown field {shown(min(unknown), 40)} (update graphtrace?)")
    values = {name: from_plain(known[name], value, f"{where}.{name}") for name, value in plain.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise FileError(f"file is damaged: {where} lacks a field ({shown(str(error), 80)})") from error


def _tuple(arguments: tuple[Any, ...], plain: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(plain, list):
        raise FileError(f"file is damaged: {where} is {shown(plain, 40)} (expected a list)")
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple(from_plain(arguments[0], item, f"{where}[{i}]") for i, item in enumerate(plain))
    if len(plain) != len(arguments):
        raise FileError(f"file is damaged: {where} has {len(plain)} items (expected {len(arguments)})")
    return tuple(
        from_plain(kind, item, f"{where}[{i}]") for i, (kind, item) in enumerate(zip(arguments, plain, strict=True))
    )


def _union(kinds: tuple[Any, ...], plain: Any, where: str) -> Any:
    if plain is None and type(None) in kinds:
        return None
    options = [kind for kind in kinds if kind is not type(None)]
    if len(options) == 1:
        return from_plain(options[0], plain, where)
    if type(plain) not in options:
        raise FileError(
            f"file is damaged: {where} is {shown(plain, 40)} (expected one of {[k.__name__ for k in options]})"
        )
    return plain


@lru_cache(maxsize=64)
def _schema(kind: type) -> tuple[tuple[str, Any, Any], ...]:
    """Return name, type and default of each field."""
    hints = typing.get_type_hints(kind)
    return tuple((field.name, hints[field.name], field.default) for field in fields(kind))
