"""Inflate and parse JSON of strangers: bounded in size and depth, and nothing in it is ever executed."""

from __future__ import annotations

import gzip
import json
import zlib
from io import BytesIO
from typing import NoReturn

from graphtrace.errors import FileError, shown
from graphtrace.model.json_files import check_nesting

MAX_BYTES = 1 << 30
DEEPEST = 40  # lists and objects inside one another: a record has ten
PARTS = 12  # lists and objects per event, node or edge, at most, in files of ours
_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 20
_RATIO = 200  # graphs shrink about 20 times; a bomb of zeros 1,000 times


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
            if total > most_inflated(source.tell()):
                raise FileError(
                    "file is no graph: it inflates more than 200 times (choose a file that graphtrace saved)"
                )
            if total > max_bytes:
                break
    return _bounded(pieces, total, max_bytes)


def most_inflated(size: int) -> int:
    """Return how many bytes so many compressed ones may become."""
    return 16 * _CHUNK + _RATIO * size


def _bounded(pieces: list[bytes], total: int, max_bytes: int) -> bytes:
    if total > max_bytes:
        raise too_large(max_bytes)
    return b"".join(pieces)


def too_large(max_bytes: int) -> FileError:
    """Return the error of a file that is larger than it may be."""
    return FileError(f"file is too large: more than {max_bytes:,} bytes (trace a smaller part, or raise the limit)")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
