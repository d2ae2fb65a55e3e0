"""SVG to PNG and PDF with typst: one wheel, no system library, no font of the machine."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from typing import Literal

from graphtrace.errors import RenderError, shown
from graphtrace.export import fonts
from graphtrace.style.safe_text import number

MAX_PIXELS = 100_000_000
_PDF_SIDE = 14_400  # points; the largest page that readers accept
_SVG = "{http://www.w3.org/2000/svg}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_SOURCE = b"""#set document(title: sys.inputs.title, date: none)
#set page(width: auto, height: auto, margin: 0pt, fill: none)
#image(bytes(sys.inputs.svg), format: "svg", width: eval(sys.inputs.width))
"""


def png(svg: str, scale: float = 2.0) -> bytes:
    """Return a PNG of `svg`, `scale` pixels (1 to 4) per pixel of the drawing."""
    root = _parsed(svg)
    width, height = _size(root)
    _check(width, height, scale)
    return _compiled(root, width * 0.75, format="png", ppi=96.0 * scale)


def pdf(svg: str) -> bytes:
    """Return a PDF of `svg`: vectors, fonts embedded, text that can be selected."""
    root = _parsed(svg)
    width, height = _size(root)
    shrink = min(1.0, _PDF_SIDE / (0.75 * max(width, height)))
    return _compiled(root, width * 0.75 * shrink, format="pdf", ppi=None)


def check(svg: str, scale: float) -> None:
    """Refuse a scale out of range, and a picture that would have too many pixels at it.

    Raises:
        RenderError: One of both.
    """
    _check(*_size(_parsed(svg)), scale)


def typeset(root: ET.Element) -> None:
    """Give every text in `root` packaged fonts, in place, so that none leaves its room."""
    for parent in list(root.iter()):
        for place, child in enumerate(parent):
            if child.tag == f"{_SVG}text" and not len(child):
                parent[place] = _set_text(child)


def _set_text(text: ET.Element) -> ET.Element:
    size = float(text.get("font-size", "16"))
    bold = text.get("font-weight", "400") in ("600", "700", "bold")
    room = float(text.get("data-room", "inf"))
    least = float(text.get("data-least", "0.85"))  # a number is squeezed rather than cut
    found, squeeze = fonts.fitted(text.text or "", bold, room / size, least)
    width = sum(run.width for run in found) * size * squeeze
    anchor = {"middle": 0.5, "end": 1.0}.get(text.get("text-anchor", ""), 0.0)
    x = float(text.get("x", "0")) - anchor * width
    move = f"translate({number(x)} {text.get('y', '0')}) scale({squeeze:.4f} 1)"
    group = ET.Element(f"{_SVG}g", {"transform": move})
    at = 0.0
    for run in found:
        group.append(_run(run, at, size, bold, text.get("fill", "#000")))
        at += run.width * size
    return group


def _run(run: fonts.Run, x: float, size: float, bold: bool, fill: str) -> ET.Element:
    style = {"x": number(x), "y": "0", "font-family": run.family, "font-size": number(size), "fill": fill}
    if bold and run.family == "Roboto":
        style["font-weight"] = "700"
    elif bold:  # no bold face is packaged for these: thicken the outline
        style |= {"stroke": fill, "stroke-width": number(size / 32)}
    element = ET.Element(f"{_SVG}text", style | {_SPACE: "preserve"})
    element.text = run.text
    return element


def _parsed(svg: str) -> ET.Element:
    try:
        root = ET.fromstring(svg)
    except ET.ParseError as error:
        raise RenderError(f"not an SVG: {shown(svg)} (pass what to_svg returns; {error})") from None
    if root.tag != f"{_SVG}svg":
        raise RenderError(f"not an SVG: {shown(root.tag)} (pass what to_svg returns)")
    return root


def _size(root: ET.Element) -> tuple[float, float]:
    try:
        return float(root.attrib["width"]), float(root.attrib["height"])
    except (KeyError, ValueError):
        raise RenderError(f"the SVG has no size: {shown(root.attrib)} (set width and height in pixels)") from None


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


def _compiled(root: ET.Element, points: float, *, format: Literal["png", "pdf"], ppi: float | None) -> bytes:
    import typst

    title = root.findtext(f"{_SVG}title", default="")
    typeset(root)
    ET.register_namespace("", _SVG[1:-1])
    inputs = {"svg": ET.tostring(root, encoding="unicode"), "title": title, "width": f"{points:.3f}pt"}
    try:  # a new compiler each time: it is not safe to share, and costs 1 ms
        compiler = typst.Compiler(_SOURCE, font_paths=fonts.collection())
        made = compiler.compile(format=format, ppi=ppi, sys_inputs=inputs)
    except (typst.TypstError, RuntimeError) as error:
        raise RenderError(f"the picture cannot be drawn: {shown(str(error))} (use to_svg instead)") from error
    if not isinstance(made, bytes):
        raise RenderError(f"the picture fell apart: {shown(made)} (use to_svg instead)")
    return made
