"""Write a record to a file as JSON: compact, with the same bytes for the same record, gzip by suffix."""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path

from graphtrace.errors import FileError, TraceError, shown
from graphtrace.model.gc_pause import paused_gc
from graphtrace.model.plain import to_plain

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_NO_BRACKET = bytes(sorted(set(range(256)) - set(b"[]{}")))
_STEP = {**dict.fromkeys(b"[{", 1), **dict.fromkeys(b"]}", -1)}
_WRITERS: dict[str, Callable[[object, Path], None]] = {}  # by the ending of a name


def check_nesting(text: bytes, most: int, deepest: int) -> None:
    """Refuse JSON with too many lists and objects, or too deep ones, before it is parsed: each takes memory.

    Args:
        text: The JSON.
        most: How many there may be.
        deepest: How many may be inside one another.

    Raises:
        FileError: There are more.
    """
    brackets = _STRING.sub(b"", text).translate(None, _NO_BRACKET)
    if len(brackets) > 2 * most:
        raise FileError(f"file is too large: more than {most:,} lists and objects (record a part of it)")
    if max(accumulate(map(_STEP.__getitem__, brackets)), default=0) > deepest:
        raise FileError(f"file is damaged: lists more than {deepest} deep (choose a file that graphtrace saved)")


def require_path(value: object) -> Path:
    """Return `value`, a string or a path, as a `Path`.

    Raises:
        TraceError: It is neither.
    """
    if isinstance(value, str | os.PathLike):
        return Path(value)
    raise TraceError(f"not the name of a file: {shown(value)} (pass a string or a pathlib.Path)")


def to_bytes(record: object, compress: bool) -> bytes:
    """Return a record as JSON bytes."""
    with paused_gc():
        text = json.dumps(to_plain(record), separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()
    return gzip.compress(text, 6, mtime=0) if compress else text


def write_with(suffix: str, write: Callable[[object, Path], None]) -> None:
    """Let `write` write the files whose names end in this."""
    _WRITERS[suffix] = write


def write(record: object, path: str | Path) -> Path:
    """Write a record as JSON, gzip-compressed if the name ends in ``.gz``; as steps, if in ``.gtr``. Returns the path.

    Raises:
        TraceError: `path` is no path.
        FileError: The file cannot be written.
    """
    path = require_path(path)
    if (other := _WRITERS.get(path.suffix.lower())) is not None:
        other(record, path)
        return path
    content = to_bytes(record, compress=path.suffix.lower() == ".gz")
    try:
        path.write_bytes(content)
    except (OSError, ValueError) as error:
        raise FileError(f"cannot write the file: {shown(str(path))} ({reason(error)})") from error
    return path


def reason(error: Exception) -> str:
    """Return what the system says of a file that cannot be opened."""
    return str(getattr(error, "strerror", None) or error)
