"""Blocks of a file, one behind the other: kind, head, body and a checksum. A file is only ever appended to."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from graphtrace.errors import FileError
from graphtrace.model.parsing import most_inflated, too_large

SUFFIX = ".gtr"
MARK = b"\x93GTR\r\n\x1a\n"  # as a PNG's: a file that was sent as text is known by its ends of lines
TEMPLATE, STEP, SUMMARY = b"TMPL", b"STEP", b"LEFT"
_KINDS = {TEMPLATE, STEP, SUMMARY}
_FORM = struct.Struct("<4sIII")  # kind, bytes of the head, bytes of the body, checksum of both
_MOST_HEAD = 4096


@dataclass(frozen=True, slots=True)
class FileBlock:
    """Where a block is.

    Attributes:
        kind: One of `TEMPLATE`, `STEP` and `SUMMARY`.
        head: A few words in JSON.
        at: Where its body begins.
        size: Bytes of the body.
        checksum: Of head and body.
    """

    kind: bytes
    head: bytes
    at: int
    size: int
    checksum: int


@dataclass(slots=True)
class ReadBudget:
    """What may still be made of a file that is read; None for any number.

    Attributes:
        max_bytes: How many bytes in all.
        most: How many events, nodes and edges in all.
    """

    max_bytes: int
    most: int | None
    used: int = 0
    counted: int = 0

    def take(self, size: int) -> None:
        """Note that so many bytes are made.

        Raises:
            FileError: They are too many.
        """
        self.used += size
        if self.used > self.max_bytes:
            raise too_large(self.max_bytes)

    def count(self, number: int) -> None:
        """Note so many events, nodes and edges.

        Raises:
            FileError: They are too many.
        """
        self.counted += number
        count, most = self.counted, self.most
        if most is not None and count > most:
            raise FileError(
                f"file is too long: {count:,} events, nodes and edges, at most {most:,} (record a part of it)"
            )


def packed(kind: bytes, head: bytes, body: bytes) -> bytes:
    """Return a block as bytes; its body is compressed."""
    body = zlib.compress(body, 6) if body else b""
    checksum = zlib.crc32(body, zlib.crc32(head))
    return _FORM.pack(kind, len(head), len(body), checksum) + head + body


def scanned(file: BinaryIO, most: int | None) -> tuple[list[FileBlock], bool]:
    """Find the blocks of a file, and tell whether the file ends with the last of them.

    What comes behind a block that is not complete is no block: the program ended while it wrote.

    Raises:
        FileError: It is no such file, or holds more blocks than `most`.
    """
    end = file.seek(0, 2)
    file.seek(0)
    if file.read(len(MARK)) != MARK:
        raise FileError("not a file of recorded steps (choose a .gtr file that graphtrace wrote)")
    blocks = []
    for block in _following(file, end):
        blocks.append(block)
        if most is not None and len(blocks) > most:
            raise FileError(f"file is too long: more than {most:,} blocks (record fewer steps)")
    if blocks and not _is_sound(file, blocks[-1]):
        blocks.pop()
    return blocks, (blocks[-1].at + blocks[-1].size if blocks else len(MARK)) == end


def _following(file: BinaryIO, end: int) -> Iterator[FileBlock]:
    while len(form := file.read(_FORM.size)) == _FORM.size:
        kind, head_size, size, checksum = _FORM.unpack(form)
        if kind not in _KINDS or head_size > _MOST_HEAD:
            return
        head = file.read(head_size)
        at = file.tell()
        if len(head) < head_size or at + size > end:
            return
        yield FileBlock(kind, head, at, size, checksum)
        file.seek(at + size)


def _is_sound(file: BinaryIO, block: FileBlock) -> bool:
    file.seek(block.at)
    return zlib.crc32(file.read(block.size), zlib.crc32(block.head)) == block.checksum


def body_of(file: BinaryIO, block: FileBlock, budget: ReadBudget) -> bytes:
    """Read and inflate a block's body, no further than it may grow.

    Raises:
        FileError: It is damaged or too large.
    """
    if not _is_sound(file, block):
        raise FileError("file is damaged: a block differs from its checksum (save it again, or copy it again)")
    file.seek(block.at)
    most = min(most_inflated(block.size), budget.max_bytes - budget.used + 1)
    stream = zlib.decompressobj()
    try:
        body = stream.decompress(file.read(block.size), most) if block.size else b""
    except zlib.error as error:
        raise FileError(f"file is damaged: {error} (save it again, or check that it is complete)") from error
    budget.take(len(body))
    if block.size and not stream.eof:
        raise FileError("file is damaged: a block inflates too much (choose a file that graphtrace wrote)")
    return body
