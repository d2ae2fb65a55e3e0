"""What a run did, as files: a program can write them itself, so that nothing in them is trusted."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path

from graphtrace.errors import TraceError
from graphtrace.model import dumps, loads_any
from graphtrace.model.recording import Recording
from graphtrace.runner.records import ENDS, CodeRun, Printed

_TOLD, _RECORDING, _JOURNAL, _END = "told.json", "recording.json.gz", "printed.jsonl", "end.json"
_MOST_BYTES = 64 << 20
_MOST_PIECES = 20_000
_MOST_PARTS = 50_000  # events, nodes and edges


def journal_of(folder: Path) -> Path:
    """Return the file to which pieces of output are written as they are printed."""
    return folder / _JOURNAL


def write(run: CodeRun, folder: Path) -> None:
    """Write what a run did."""
    if run.recording is not None:
        (folder / _RECORDING).write_bytes(dumps(run.recording, compress=True))
    told = {"ended": run.ended, "error": run.error, "line": run.line, "printed": plain_pieces(run.printed)}
    (folder / _TOLD).write_text(json.dumps(told), encoding="utf-8")


def read(folder: Path) -> CodeRun | None:
    """Return what a run did; None where it left no answer, or one that nobody can read."""
    with suppress(OSError, ValueError, TypeError, KeyError, TraceError):
        told = json.loads(_content(folder / _TOLD))
        if told["ended"] in ENDS:
            printed = pieces_of(told["printed"])
            return CodeRun(told["ended"], printed, _recording(folder), str(told["error"]), int(told["line"]))
    return None


def write_end(folder: Path, late: bool, status: int) -> None:
    """Write how the process of a run ended."""
    told = folder / f"{_END}.new"
    told.write_text(json.dumps([late, status]), encoding="utf-8")
    told.replace(folder / _END)


def has_ended(folder: Path) -> bool:
    """Return whether the process of a run has ended."""
    return (folder / _END).exists()


def end_of(folder: Path) -> tuple[bool, int]:
    """Return whether the process of a run was late, and its exit status; less than 0 is a signal."""
    with suppress(OSError, ValueError, TypeError):
        late, status = json.loads(_content(folder / _END))
        return bool(late), int(status)
    return True, 0


def printed_before(folder: Path) -> tuple[Printed, ...]:
    """Return what a run had printed that left no answer."""
    with suppress(OSError, ValueError, TypeError):
        lines = _content(journal_of(folder)).decode(errors="replace").splitlines()
        return pieces_of([json.loads(line) for line in islice(lines, _MOST_PIECES)])
    return ()


def _content(file: Path) -> bytes:
    with file.open("rb") as opened:
        content = opened.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise ValueError("too long")
    return content


def plain_pieces(printed: Iterable[Printed]) -> list[list[object]]:
    """Return what was printed as plain lists."""
    return [[piece.cursor, piece.stream, piece.text] for piece in printed]


def pieces_of(plain: object) -> tuple[Printed, ...]:
    """Return what was printed, from plain lists.

    Raises:
        TypeError: They are none.
        ValueError: Likewise.
    """
    if not isinstance(plain, list):
        raise TypeError("no list of pieces")
    return tuple(
        Printed(max(0, int(cursor)), "err" if stream == "err" else "out", str(text))
        for cursor, stream, text in plain[:_MOST_PIECES]
    )


def _recording(folder: Path) -> Recording | None:
    if not (folder / _RECORDING).is_file():
        return None
    found = loads_any(_content(folder / _RECORDING), _MOST_BYTES, _MOST_PARTS)
    return found if isinstance(found, Recording) else None
