"""Graphs and recordings as JSON: compact, versioned, gzip by suffix. Nothing in a file is ever executed."""

from __future__ import annotations

import gzip
import json
import zlib
from io import BytesIO
from pathlib import Path
from typing import NoReturn

from graphtrace.errors import FileError, TraceError, shown
from graphtrace.model.check import check
from graphtrace.model.check_recording import check_recording
from graphtrace.model.gc_pause import paused_gc
from graphtrace.model.graph import SCHEMA, Graph
from graphtrace.model.json_files import check_nesting, reason, require_path, to_bytes, write
from graphtrace.model.plain import describe, from_plain
from graphtrace.model.recording import Recording

MAX_BYTES = 1 << 30
DEEPEST = 40  # lists and objects inside one another: a record has ten
PARTS = 12  # lists and objects per event, node or edge, at most, in files of ours
_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 20
_RATIO = 200  # graphs shrink about 20 times; a bomb of zeros 1,000 times


def save(record: Graph | Recording, path: str | Path) -> Path:
    """Write a graph or a recording as JSON, gzip-compressed if the name ends in ``.gz``. Returns the path.

    Raises:
        TraceError: `record` is neither, or `path` is no path.
        FileError: The file cannot be written.
    """
    path = require_path(path)
    return write(_require_record(record), path)


def dumps(record: Graph | Recording, compress: bool = False) -> bytes:
    """Return a graph or a recording as JSON bytes. The same record gives the same bytes.

    Raises:
        TraceError: `record` is neither.
    """
    return to_bytes(_require_record(record), compress)


def _require_record(value: object) -> Graph | Recording:
    if not isinstance(value, Graph | Recording):
        raise TraceError(f"neither a graph nor a recording: {shown(value)} (pass what trace or record returned)")
    return value


def load(path: str | Path) -> Graph | Recording:
    """Read a graph or a recording that `save` wrote.

    Raises:
        TraceError: `path` is no path.
        FileError: The file cannot be read, is damaged, too large, no record of ours, or of a newer schema.
    """
    path = require_path(path)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise FileError(f"cannot read the file: {shown(str(path))} ({reason(error)})") from error
    return loads_any(content)


def loads(content: bytes, max_bytes: int = MAX_BYTES) -> Graph:
    """Read a graph from JSON bytes, compressed or not, of at most `max_bytes` when inflated."""
    record = loads_any(content, max_bytes)
    if not isinstance(record, Graph):
        raise FileError(f"file holds a recording, not a graph: {record!r} (open it with graphtrace.load)")
    return record


def loads_any(content: bytes, max_bytes: int = MAX_BYTES, most: int | None = None) -> Graph | Recording:
    """Read a graph or a recording from JSON bytes, compressed or not.

    Args:
        content: The file.
        max_bytes: How large it may be when inflated.
        most: How many events a recording may have, and nodes and edges its graphs together; None for any number. Then
            it is also bounded, before anything is made of it, how many parts the file has and how deep they are nested.

    Raises:
        FileError: It is damaged, too large, no record of ours, or of a newer schema.
    """
    with paused_gc():
        plain = parse(content, max_bytes, None if most is None else PARTS * most)
        if not isinstance(plain, dict) or "schema" not in plain or not plain.keys() & {"nodes", "events"}:
            raise FileError(f"not a graph file: {describe(plain)} (choose a file that graphtrace saved)")
        _check_schema(plain["schema"])
        _check_count(plain, most)
        if "events" in plain:
            record: Graph | Recording = from_plain(Recording, plain, "recording")
        else:
            record = from_plain(Graph, plain, "graph")
        _check(record)
        return record


def _check(record: Graph | Recording) -> None:
    try:
        check_recording(record) if isinstance(record, Recording) else check(record)
    except TraceError as error:
        raise FileError(f"{type(record).__name__.lower()} file is damaged: {error}") from error


def _check_count(plain: dict[str, object], most: int | None) -> None:
    graphs = plain.get("graphs")
    records = [plain, *(graph for graph in graphs if isinstance(graph, dict))] if isinstance(graphs, list) else [plain]
    lists = [record.get(name) for record in records for name in ("events", "nodes", "edges")]
    count = sum(len(one) for one in lists if isinstance(one, list))
    if most is not None and count > most:
        raise FileError(f"file is too long: {count:,} events, nodes and edges, at most {most:,} (record a part of it)")


def _check_schema(schema: object) -> None:
    if type(schema) is not int or schema < 1:
        raise FileError(f"not a graph file: schema {describe(schema)} (choose a file that graphtrace saved)")
    if schema > SCHEMA:
        newer = f"file is of a newer schema: {describe(schema)}"
        raise FileError(f"{newer} (this version reads up to {SCHEMA}: update graphtrace)")


def parse(content: bytes, max_bytes: int = MAX_BYTES, most_parts: int | None = None) -> object:
    """Inflate and parse JSON: no NaN, bounded size and depth; `most_parts` as for `check_nesting`."""
    try:
        text = _inflate(content, max_bytes)
        if most_parts is not None:
            check_nesting(text, most_parts, DEEPEST)
        return json.loads(text.decode("utf-8"), parse_constant=_refuse)
    except FileError:
        raise
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        place = error.start if isinstance(error, UnicodeDecodeError) else error.pos
        raise FileError(
            f"file is damaged: from character {place:,} on it is no JSON (choose a file that graphtrace saved)"
        ) from error
    except (ValueError, RecursionError, EOFError, OSError, zlib.error) as error:
        raise FileError(
            f"file is damaged: {shown(str(error))} (save it again, or check that it is complete)"
        ) from error


def _inflate(content: bytes, max_bytes: int) -> bytes:
    """Inflate piece by piece, so that a file of zeros is refused before it fills the memory."""
    if content[:2] != _GZIP:
        return _bounded([content], len(content), max_bytes)
    source, pieces, total = BytesIO(content), [], 0
    with gzip.GzipFile(fileobj=source) as stream:
        while piece := stream.read(_CHUNK):
            pieces.append(piece)
            total += len(piece)
            if total > 16 * _CHUNK + _RATIO * source.tell():
                raise FileError(
                    "file is no graph: it inflates more than 200 times (choose a file that graphtrace saved)"
                )
            if total > max_bytes:
                break
    return _bounded(pieces, total, max_bytes)


def _bounded(pieces: list[bytes], total: int, max_bytes: int) -> bytes:
    if total > max_bytes:
        raise FileError(f"file is too large: more than {max_bytes:,} bytes (trace a smaller part, or raise the limit)")
    return b"".join(pieces)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
