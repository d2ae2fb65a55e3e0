"""A whole program below the picture, each event at the line that runs."""

from __future__ import annotations

from graphtrace.model import Event, Recording
from graphtrace.model.wire_pictures import WirePlay

LinePlace = tuple[str, int, int | None, int | None]  # file, line, columns


def with_listing(played: WirePlay, recording: Recording, file: str, text: str) -> dict[str, object]:
    """Return a recording for the viewer with all lines of its program, not only those that ran.

    Args:
        played: The recording as the viewer takes it.
        recording: The recording.
        file: Name of the program's file.
        text: The program.
    """
    lines = enumerate(text.splitlines(), 1)
    code = [{"file": file, "line": number, "text": line} for number, line in lines if line.strip()]
    wire = {**played["recording"], "code": code, "places": places(recording, file, text)}
    return {**played, "recording": wire}


def places(recording: Recording, file: str, text: str) -> list[LinePlace | None]:
    """Return per event the line of the program that runs."""
    texts = text.splitlines()
    found: list[LinePlace | None] = []
    for event in recording.events:
        found.append(_place(recording, event, file, texts) or (found[-1] if found else None))
    return found


def _place(recording: Recording, event: Event, file: str, texts: list[str]) -> LinePlace | None:
    source = recording.ops[event.op].source if event.op is not None else None
    if source is not None and source.file == file:
        return file, source.line, source.column, source.end_column
    line = event.fact("line")
    if event.fact("file") != file or not isinstance(line, int):
        return None
    text = texts[line - 1]
    return file, line, len(text) - len(text.lstrip()), len(text)
