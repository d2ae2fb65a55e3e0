"""Worksheets: frames with numbers left out, and the same frames with those numbers marked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from graphtrace.errors import RenderError, shown
from graphtrace.export import image, pdf
from graphtrace.export.frames.engine import Frame
from graphtrace.export.frames.look import require_list
from graphtrace.export.writing import written
from graphtrace.model import require_path

NumberKind = Literal["value", "gradient", "sum", "grad"]
PageFormat = Literal["svg", "png"]

KINDS: tuple[NumberKind, ...] = get_args(NumberKind)
PAGES: tuple[PageFormat, ...] = get_args(PageFormat)
DEFAULT: tuple[NumberKind, ...] = ("gradient", "sum", "grad")


@dataclass(frozen=True, slots=True)
class Worksheet:
    """Exercises and their answers, a page an event; `tasks` and `keys` are alike but for the numbers."""

    tasks: tuple[Frame, ...]
    keys: tuple[Frame, ...]

    def pdf(self) -> bytes:
        """Return one PDF of two parts: first every exercise, then every answer."""
        return pdf.pdf([frame.svg for frame in (*self.tasks, *self.keys)], "Worksheet")

    def files(self, format: PageFormat = "svg", scale: float = 2.0) -> dict[str, bytes]:
        """Return each page as ``svg`` or ``png`` under the name of its file."""
        return self._files(format, scale)

    def _files(self, format: str, scale: float) -> dict[str, bytes]:
        if format not in PAGES:
            raise RenderError(f"unknown format of a worksheet: {shown(format)} (use 'svg', 'png', or pdf())")
        frames = [frame for pair in zip(self.tasks, self.keys, strict=True) for frame in pair]
        made = [frame.svg.encode() for frame in frames]
        if format == "png":
            made = list(image.pngs((frame.svg for frame in frames), scale))
        return {f"{frame.name}.{format}": data for frame, data in zip(frames, made, strict=True)}

    def save(self, path: str | Path, scale: float = 2.0) -> tuple[Path, ...]:
        """Write ``x.pdf``, or ``x_worksheet.svg`` and ``x_key.svg`` (or ``.png``) for each event."""
        path = require_path(path)
        suffix = path.suffix.lower().removeprefix(".")
        if suffix == "pdf":
            return (written(path, self.pdf()),)
        stem = path.name[: -len(path.suffix)] if path.suffix else path.name
        many = len(self.tasks) > 1
        found = self._files(suffix, scale).items()
        return tuple(written(path.with_name(_named(stem, name, many)), data) for name, data in found)

    def __repr__(self) -> str:
        return f"Worksheet({len(self.tasks)} pages and their answers)"


def _named(stem: str, name: str, many: bool) -> str:
    """Keep the event in the name where there are several: ``x_step07_backward_key.svg``."""
    part = name[name.rindex("_step") :] if many else "_" + name.rsplit("_", 1)[1]
    return stem + part


def checked(blank: Collection[str]) -> list[NumberKind]:
    """Return the kinds to leave out, in a known order."""
    given = require_list("blank", blank, f"some of {', '.join(KINDS)}")
    unknown = [kind for kind in given if not isinstance(kind, str) or kind not in KINDS]
    if unknown or not given:
        raise RenderError(f"unknown kind of number: {shown(unknown or blank)} (use some of {', '.join(KINDS)})")
    return [kind for kind in KINDS if kind in given]
