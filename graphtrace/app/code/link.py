"""A program, and what it did, in the page's address. Both come from strangers: they are text and data."""

from __future__ import annotations

import base64
import binascii
import zlib

from graphtrace.errors import FileError
from graphtrace.runner import CodeRun
from graphtrace.runner.carried import pack, unpack
from graphtrace.workers import WorkerLimitError, WorkerLimits, call

MOST_CODE = 8_000  # characters of the address
MOST_RESULT = 12_000
LONGEST = 100_000  # bytes of a program
_READING = WorkerLimits(seconds=20.0, cpu=2, memory=300 << 20)


def encode(text: str) -> str | None:
    """Return a program as part of an address; None where it is too long."""
    packed = _letters(zlib.compress(text.encode(), 9))
    return packed if len(packed) <= MOST_CODE and len(text.encode()) <= LONGEST else None


def decode(packed: str) -> str:
    """Return the program of an address.

    Raises:
        FileError: There is none.
    """
    return inflated(_bytes(packed, MOST_CODE), LONGEST).decode(errors="replace")


def encode_run(run: CodeRun) -> str | None:
    """Return what a program did as part of an address; None where it is too long."""
    packed = _letters(pack(run))
    return packed if len(packed) <= MOST_RESULT else None


def decode_run(packed: str, wanted: object) -> CodeRun:
    """Return what a program did that an address tells; it is read where it can harm nobody.

    Raises:
        FileError: It cannot be read.
    """
    content = _bytes(packed, MOST_RESULT)
    try:
        return call(unpack, _READING, wanted, content)  # type: ignore[arg-type]
    except WorkerLimitError as error:
        raise FileError(f"recorded result takes too much {error.excess} to read (run the program instead)") from None


def inflated(content: bytes, most: int) -> bytes:
    """Return compressed bytes as they were.

    Raises:
        FileError: They are damaged, or too many.
    """
    try:
        worker = zlib.decompressobj()
        text = worker.decompress(content, most)
    except zlib.error:
        raise FileError("address is damaged: its program cannot be read (copy the whole address)") from None
    if worker.unconsumed_tail or not worker.eof:
        raise FileError("address is damaged: its program ends too early, or is too long (copy the whole address)")
    return text


def _letters(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(packed: str, most: int) -> bytes:
    if len(packed) > most:
        raise FileError(f"address is too long: {len(packed):,} of {most:,} characters (send the file instead)")
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise FileError("address is damaged: its program cannot be read (copy the whole address)") from None
