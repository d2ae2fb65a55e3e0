"""SVG to PNG with resvg: one small wheel, no system library, no font of the machine."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from graphtrace.errors import RenderError, extra, shown
from graphtrace.export import fonts, typeset

MAX_PIXELS = 100_000_000


def png(svg: str, scale: float = 2.0) -> bytes:
    """Return a PNG of `svg`, `scale` pixels (1 to 4) per pixel of the drawing.

    Raises:
        RenderError: `svg` is none, `scale` is out of range, or the picture would have too many pixels.
    """
    root = typeset.parsed(svg)
    _check(*typeset.size(root), scale)
    text, families = typeset.set_texts(root)
    with extra("files", "a PNG"):
        import resvg_py
    try:
        return bytes(
            resvg_py.svg_to_bytes(svg_string=text, zoom=scale, skip_system_fonts=True, font_files=fonts.files(families))
        )
    except ValueError as error:
        raise RenderError(f"the picture cannot be drawn: {shown(str(error))} (save it as SVG instead)") from error


def pngs(svgs: Iterable[str], scale: float = 1.0) -> Iterator[bytes]:
    """Yield a PNG per SVG; arguments and errors as for `png`."""
    return (png(svg, scale) for svg in svgs)


def check_scale(scale: float) -> None:
    """Refuse a scale out of range.

    Raises:
        RenderError: It is.
    """
    if isinstance(scale, bool) or not isinstance(scale, int | float) or not 1 <= scale <= 4:
        raise RenderError(f"scale out of range: {shown(scale)} (use a number from 1 to 4)")


def _check(width: float, height: float, scale: float) -> None:
    check_scale(scale)
    wide, high = math.ceil(width * scale), math.ceil(height * scale)
    if wide * high > MAX_PIXELS:
        raise RenderError(
            f"the picture is too large: {wide}×{high} pixels (use a smaller scale, a view that folds more, or SVG)"
        )
