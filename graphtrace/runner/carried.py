"""What a run did as one piece of bytes, to be carried in an address."""

from __future__ import annotations

import json
import zlib
from typing import Any

from graphtrace.errors import FileError
from graphtrace.model import Recording, dumps, loads_any
from graphtrace.runner.answers import pieces_of, plain_pieces
from graphtrace.runner.records import ENDS, CodeRun

_MOST_BYTES = 4 << 20
_MOST_PARTS = 2_000


def pack(run: CodeRun) -> bytes:
    """Return what a run did, compressed."""
    recording = None if run.recording is None else json.loads(dumps(run.recording))
    told = [run.ended, run.error, run.line, plain_pieces(run.printed), recording]
    return zlib.compress(json.dumps(told, separators=(",", ":")).encode(), 9)


def unpack(content: bytes) -> CodeRun:
    """Return what a run did, as its bytes say, which anybody may have written.

    Raises:
        FileError: They say nothing that can be read.
    """
    try:
        worker = zlib.decompressobj()
        text = worker.decompress(content, _MOST_BYTES)
        if worker.unconsumed_tail:
            raise ValueError("too long")
        ended, error, line, printed, plain = json.loads(text)
        if ended not in ENDS:
            raise ValueError("no end")
        return CodeRun(ended, pieces_of(printed), _recording(plain), str(error)[:4000], int(line))
    except (zlib.error, ValueError, TypeError, RecursionError):
        raise FileError("recorded result is damaged (run the program instead)") from None


def _recording(plain: Any) -> Recording | None:
    if plain is None:
        return None
    found = loads_any(json.dumps(plain).encode(), _MOST_BYTES, _MOST_PARTS)
    if not isinstance(found, Recording):
        raise TypeError("no recording")
    return found
