"""Graphs and recordings as JSON: compact, versioned, gzip by suffix. Nothing in a file is ever executed."""

from __future__ import annotations

from pathlib import Path

from graphtrace.errors import FileError, TraceError, shown
from graphtrace.model.check import check
from graphtrace.model.check_recording import check_recording
from graphtrace.model.gc_pause import paused_gc
from graphtrace.model.graph import SCHEMA, Graph
from graphtrace.model.json_files import reason, require_path, to_bytes, write
from graphtrace.model.parsing import MAX_BYTES, PARTS, parse
from graphtrace.model.plain import describe, from_plain
from graphtrace.model.recording import Recording
from graphtrace.model.step_file import MARK, RecordingFile


def save(record: Graph | Recording, path: str | Path) -> Path:
    """Write a graph or a recording as JSON, gzip-compressed if the name ends in ``.gz``. Returns the path.

    A recording is written as a file of its steps if the name ends in ``.gtr``, see `RecordingFile`.

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
    if content.startswith(MARK):
        return RecordingFile(content, max_bytes, most).recording()
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
