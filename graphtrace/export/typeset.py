"""Texts of an SVG set in the packaged fonts, so that PNG and PDF need no font of the machine."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from graphtrace.errors import RenderError, shown
from graphtrace.export import fonts
from graphtrace.style.safe_text import number

SVG = "{http://www.w3.org/2000/svg}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def parsed(svg: str) -> ET.Element:
    """Return the root of an SVG.

    Raises:
        RenderError: It is no SVG.
    """
    try:
        root = ET.fromstring(svg)
    except ET.ParseError as error:
        raise RenderError(f"not an SVG: {shown(svg)} (pass what to_svg returns; {error})") from None
    if root.tag != f"{SVG}svg":
        raise RenderError(f"not an SVG: {shown(root.tag)} (pass what to_svg returns)")
    return root


def size(root: ET.Element) -> tuple[float, float]:
    """Return width and height in pixels.

    Raises:
        RenderError: The SVG says none.
    """
    try:
        return float(root.attrib["width"]), float(root.attrib["height"])
    except (KeyError, ValueError):
        raise RenderError(f"the SVG has no size: {shown(root.attrib)} (set width and height in pixels)") from None


def set_texts(root: ET.Element) -> tuple[str, frozenset[tuple[str, bool]]]:
    """Give every text of `root` packaged fonts, in place, so that none leaves its room.

    Returns:
        The SVG as text, and the fonts that it uses: names of families, each with whether it is bold.
    """
    used: set[tuple[str, bool]] = set()
    for parent in list(root.iter()):
        for place, child in enumerate(parent):
            if child.tag == f"{SVG}text" and not len(child):
                parent[place] = _set_text(child, used)
    ET.register_namespace("", SVG[1:-1])
    return ET.tostring(root, encoding="unicode"), frozenset(used)


def _set_text(text: ET.Element, used: set[tuple[str, bool]]) -> ET.Element:
    size = float(text.get("font-size", "16"))
    bold = text.get("font-weight", "400") in ("600", "700", "bold")
    room = float(text.get("data-room", "inf"))
    least = float(text.get("data-least", "0.85"))  # a number is squeezed rather than cut
    runs, squeeze = fonts.fitted(text.text or "", bold, room / size, least)
    width = sum(run.width for run in runs) * size * squeeze
    anchor = {"middle": 0.5, "end": 1.0}.get(text.get("text-anchor", ""), 0.0)
    x = float(text.get("x", "0")) - anchor * width
    move = f"translate({number(x)} {text.get('y', '0')}) scale({squeeze:.4f} 1)"
    group = ET.Element(f"{SVG}g", {"transform": move})
    at = 0.0
    for run in runs:
        group.append(_run(run, at, size, bold, text.get("fill", "#000")))
        used.add((run.family, bold and run.family == "Roboto"))
        at += run.width * size
    return group


def _run(run: fonts.TextRun, x: float, size: float, bold: bool, fill: str) -> ET.Element:
    style = {"x": number(x), "y": "0", "font-family": run.family, "font-size": number(size), "fill": fill}
    if bold and run.family == "Roboto":
        style["font-weight"] = "700"
    elif bold:  # no bold face is packaged for these: thicken the outline
        style |= {"stroke": fill, "stroke-width": number(size / 32)}
    element = ET.Element(f"{SVG}text", style | {_SPACE: "preserve"})
    element.text = run.text
    return element
