"""Many SVG frames as PNG pictures or as the pages of one PDF, in one run of typst."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Literal

from graphtrace.errors import RenderError, shown
from graphtrace.export import fonts, image

_SVG = "http://www.w3.org/2000/svg"
_AT_ONCE = 16  # pictures in one run: what is held in memory at the same time
_SOURCE = b"""#set document(title: sys.inputs.title, date: none)
#set page(width: auto, height: auto, margin: 0pt, fill: none)
#for (i, one) in json(bytes(sys.inputs.pages)).enumerate() {
  if i > 0 { pagebreak() }
  image(bytes(one.svg), format: "svg", width: one.width * 1pt)
}
"""


def pngs(svgs: Iterable[str], scale: float = 1.0) -> Iterator[bytes]:
    """Yield a PNG per SVG, `scale` pixels (1 to 4) per pixel of the drawing."""
    waiting = iter(svgs)
    while batch := list(islice(waiting, _AT_ONCE)):
        for svg in batch:
            image.check(svg, scale)
        yield from _compiled(batch, "png", 96.0 * scale)


def pdf(svgs: Sequence[str], title: str = "") -> bytes:
    """Return one PDF with a page per SVG: vectors, fonts embedded, text that can be selected."""
    return _compiled(svgs, "pdf", None, title)[0]


def _compiled(svgs: Sequence[str], format: Literal["png", "pdf"], ppi: float | None, title: str = "") -> list[bytes]:
    import typst

    pages = [_page(svg) for svg in svgs]
    inputs = {"pages": json.dumps(pages, ensure_ascii=False), "title": title}
    try:
        compiler = typst.Compiler(_SOURCE, font_paths=fonts.collection())
        made = compiler.compile(format=format, ppi=ppi, sys_inputs=inputs)
    except (typst.TypstError, RuntimeError) as error:
        raise RenderError(f"the frames cannot be drawn: {shown(str(error))} (save them as SVG instead)") from error
    return [one for one in (made if isinstance(made, list) else [made]) if one is not None]


def size(svg: str) -> tuple[float, float]:
    """Return width and height of an SVG in pixels."""
    root = ET.fromstring(svg)
    return float(root.attrib["width"]), float(root.attrib["height"])


def _page(svg: str) -> dict[str, str | float]:
    root = ET.fromstring(svg)
    image.typeset(root)
    ET.register_namespace("", _SVG)
    return {"svg": ET.tostring(root, encoding="unicode"), "width": float(root.attrib["width"]) * 0.75}
