"""Shapes of a sight, as plain data for the page and as the text of a file."""

from __future__ import annotations

from graphtrace.errors import TraceError, shown
from graphtrace.literals import ThemeName
from graphtrace.sights.records import HEIGHT, WIDTH, Attribute, Shape, Sight
from graphtrace.style.safe_text import attribute, number, xml
from graphtrace.style.theme import FONT_FAMILY, as_dict, palette

Plain = list[object]
_PAINTED = ("fill", "stroke")
_FOOT = 56  # height of title and sentence in a file


def shape(tag: str, *children: Shape | str, **attrs: Attribute) -> Shape:
    """Return an element; an underscore in the name of an attribute is a dash in its file."""
    return Shape(tag, tuple((name.replace("_", "-"), value) for name, value in attrs.items()), children)


def text(x: float, y: float, words: str, fill: str = "ink", size: float = 16, **more: Attribute) -> Shape:
    """Return a line of text whose foot is at `y`."""
    return shape("text", words, x=round(x, 1), y=round(y, 1), fill=fill, font_size=size, **more)


def line(
    x: float, y: float, to_x: float, to_y: float, stroke: str = "line", wide: float = 1, **more: Attribute
) -> Shape:
    """Return a straight line."""
    return shape(
        "path", d=f"M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}", stroke=stroke, stroke_width=wide, fill="none", **more
    )


def bar(x: float, y: float, width: float, height: float, fill: str, **more: Attribute) -> Shape:
    """Return a filled rectangle."""
    size = {"width": round(max(width, 0.0), 1), "height": round(max(height, 0.0), 1)}
    return shape("rect", x=round(x, 1), y=round(y, 1), **size, fill=fill, rx=2, **more)


def plain(tree: Shape | str) -> Plain | str:
    """Return a shape as JSON holds it: tag, attributes, children."""
    if isinstance(tree, str):
        return tree
    return [tree.tag, dict(tree.attrs), [plain(child) for child in tree.children]]


def page(sight: Sight, moment: int, theme: ThemeName) -> str:
    """Return a moment as the text of an SVG file, its title and sentence below it.

    Raises:
        TraceError: There is no such moment.
    """
    if not -len(sight.moments) <= moment < len(sight.moments):
        raise TraceError(f"no such moment: {shown(moment)} (the sight has {len(sight.moments)})")
    palette(theme)
    colours = {name: str(value) for name, value in as_dict(theme).items()}
    now = sight.moments[moment]
    foot = (
        text(24, HEIGHT + 16, sight.title, size=16, font_weight="bold"),
        text(24, HEIGHT + 40, now.sentence, "muted", 16),
    )
    high = HEIGHT + _FOOT
    ground = bar(0, 0, WIDTH, high, "background")
    inside = "".join(_markup(one, colours) for one in (ground, *sight.ground, *now.shapes, *foot))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{high}" viewBox="0 0 {WIDTH} {high}" '
        f'font-family="{FONT_FAMILY}"><title>{xml(f"{sight.title}. {now.sentence}")}</title>{inside}</svg>\n'
    )


def _markup(tree: Shape | str, colours: dict[str, str]) -> str:
    if isinstance(tree, str):
        return xml(tree)
    attrs = "".join(f" {name}={_value(name, value, colours)}" for name, value in tree.attrs)
    inside = "".join(_markup(child, colours) for child in tree.children)
    return f"<{tree.tag}{attrs}>{inside}</{tree.tag}>" if inside else f"<{tree.tag}{attrs}/>"


def _value(name: str, value: Attribute, colours: dict[str, str]) -> str:
    if isinstance(value, str):
        return attribute(colours.get(value, value) if name in _PAINTED else value)
    return f'"{number(value)}"'
