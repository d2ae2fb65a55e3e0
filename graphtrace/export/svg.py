"""A Layout as a standalone SVG 1.1 picture: no script, no reference, no filter, the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil

from graphtrace.export import foot, marks
from graphtrace.layout.records import Card, Layout, ModuleFrame, Rectangle, TextLine
from graphtrace.layout.text_width import clean, cut, width
from graphtrace.literals import ThemeName
from graphtrace.model import Box, Link
from graphtrace.style.safe_text import attribute, number, xml
from graphtrace.style.theme import FONT_FAMILY, Palette, palette

_RADIUS = number(marks.RADIUS)


def draw(layout: Layout, *, theme: ThemeName = "light", caption: str = "", background: bool = True) -> str:
    """Return the picture as SVG text.

    Args:
        layout: What to draw.
        theme: ``light`` or ``dark``.
        caption: A sentence written below the graph.
        background: Whether to paint the ground; without it the picture is transparent.

    Raises:
        RenderError: The theme is unknown.
    """
    colours = palette(theme)
    return _page(layout, colours, caption, shapes(layout, colours), background)


def words(layout: Layout, *, theme: ThemeName = "light", caption: str = "") -> str:
    """Return the texts and badges of the picture alone, in the same frame, on nothing."""
    colours = palette(theme)
    cards = zip(layout.view.boxes, layout.places, layout.cards, strict=True)
    body = ["".join((*_badges(box, place, colours), _texts(card, place, colours))) for box, place, card in cards]
    titles = (_frame_title(frame, _titles(layout)[frame.path], colours) for frame in layout.frames)
    return _page(layout, colours, caption, [*titles, *body], background=False)


def _page(layout: Layout, colours: Palette, caption: str, body: Iterable[str], background: bool) -> str:
    notes = foot.lines(layout, caption)
    width, height = size(layout, notes)
    parts = [_head(layout, width, height, caption)]
    if background:
        parts.append(f'<rect width="{number(width)}" height="{number(height)}" fill="{colours.background}"/>')
    parts.append(f'<g transform="translate({number((width - layout.width) / 2)} 0)">')
    parts += [*body, "</g>"]
    parts += [_text(line, 0, layout.height, _ink(line, colours)) for line in notes]
    return "\n".join([*parts, "</svg>", ""])


def size(layout: Layout, notes: tuple[TextLine, ...]) -> tuple[int, int]:
    """Return width and height of the whole picture, notes below the graph included."""
    widest = max((2 * line.x + line.width for line in notes), default=0.0)
    height = layout.height + (notes[-1].y + foot.EDGE if notes else 0.0)
    return ceil(max(layout.width, widest)), ceil(height)  # whole pixels: no pale fringe in a PNG


def shapes(layout: Layout, colours: Palette) -> Iterator[str]:
    """Yield frames, links and cards, in the order in which they are painted."""
    titles = _titles(layout)
    for frame in layout.frames:
        yield _frame(frame, titles[frame.path], colours)
    for link, route in zip(layout.view.links, layout.routes, strict=True):
        yield _link(link, route.points, colours)
    for box, place, card in zip(layout.view.boxes, layout.places, layout.cards, strict=True):
        yield _card(box, place, card, colours)


def _head(layout: Layout, width: float, height: float, caption: str) -> str:
    wide, high = number(width), number(height)
    title = caption or f"Autograd graph, {layout.view.name} view: {len(layout.view.boxes)} boxes"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="{wide}" height="{high}" '
        f'viewBox="0 0 {wide} {high}" role="group" aria-label={attribute(title)} '
        f'font-family="{FONT_FAMILY}">\n<title>{xml(title)}</title>'
    )


def _titles(layout: Layout) -> dict[str, str]:
    named = {group.path: group.title for group in layout.view.groups}
    return {frame.path: named.get(frame.path, frame.path) for frame in layout.frames}


def _frame(frame: ModuleFrame, title: str, colours: Palette) -> str:
    return (
        f'<g class="frame" data-path={attribute(frame.path)}><title>{xml(title)}</title>'
        f'<rect x="{number(frame.x)}" y="{number(frame.y)}" width="{number(frame.width)}" '
        f'height="{number(frame.height)}" rx="12" fill="{colours.frame}" stroke="{colours.frame_line}"/>'
        f"{_frame_title(frame, title, colours)}</g>"
    )


def _frame_title(frame: ModuleFrame, title: str, colours: Palette) -> str:
    room = max(0.0, frame.width - 20)
    shown = cut(clean(title), 11, room, bold=True)
    return _text(TextLine("title", frame.x + 10, frame.y + 15, 11, room, shown, title), 0, 0, colours.muted)


def _link(link: Link, points: tuple[marks.Point, ...], colours: Palette) -> str:
    head = marks.polygon(marks.arrow(points))
    return (
        f'<g class="link" data-source="{link.source}" data-target="{link.target}">'
        f'<path d="{marks.curve(points)}" fill="none" stroke="{colours.line}" stroke-width="1.3"/>'
        f'<path d="{head}" fill="{colours.line}"/></g>'
    )


def _card(box: Box, place: Rectangle, card: Card, colours: Palette) -> str:
    whole = list(full_text(box))
    return (
        f'<g class="box {_kind(box)}" data-id="{box.id}" role="img" aria-label={attribute(", ".join(whole))}>'
        f"<title>{chr(10).join(map(xml, whole))}</title>"
        f"{_stub(place, colours) if box.kind == 'stub' else _sheet(box, place, colours)}"
        f"{_texts(card, place, colours)}</g>"
    )


def _texts(card: Card, place: Rectangle, colours: Palette) -> str:
    return "".join(_text(line, place.x, place.y, _ink(line, colours)) for line in card.lines)


def full_text(box: Box) -> Iterator[str]:
    """Yield everything a box says, uncut, line by line."""
    yield from filter(None, (box.title, box.subtitle, box.text, *box.details))
    if box.twin is not None:
        yield "the same leaf is drawn once for each use"
    if box.openable:
        yield "can be opened"


def _kind(box: Box) -> str:
    return box.kind if box.kind in {"op", "leaf", "module", "cut", "stub"} else "op"


def _stub(place: Rectangle, colours: Palette) -> str:
    x, y = place.x + place.width / 2, place.y + place.height / 2
    radius = max(1.5, min(4.0, place.width / 2, place.height / 2))
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{colours.constant}"/>'


def _sheet(box: Box, place: Rectangle, colours: Palette) -> str:
    size = f'width="{number(place.width)}" height="{number(place.height)}" rx="{_RADIUS}"'
    shade = f'{size} fill="{colours.shadow}" fill-opacity="{number(colours.shadow_opacity)}"'
    paper = f'{size} fill="{colours.surface}" stroke="{colours.hairline}"'
    parts = [_rect(place, 0, 2, shade), _rect(place, 0, 1, shade)]
    if box.openable:
        parts += [_rect(place, 5, 5, paper), _rect(place, 2.5, 2.5, paper)]
    if box.kind == "cut":
        dashed = f'{size} fill="{colours.surface}" stroke="{colours.line}" stroke-dasharray="5 4"'
        parts.append(_rect(place, 0, 0, dashed))
    else:
        parts.append(_rect(place, 0, 0, paper))
        parts.append(f'<path d="{marks.bar(place)}" fill="{colours.bar(box.kind)}"/>')
    return "".join([*parts, *_badges(box, place, colours)])


def _rect(place: Rectangle, dx: float, dy: float, rest: str) -> str:
    return f'<rect x="{number(place.x + dx)}" y="{number(place.y + dy)}" {rest}/>'


def _badges(box: Box, place: Rectangle, colours: Palette) -> Iterator[str]:
    right = place.x + place.width
    if box.openable:  # the layout keeps 16 px of the title's room free for it
        yield _badge(right - 18, place.y + 17.5, "M-3 0H3M0 -3V3", colours.forward, colours)
    if box.twin is not None:
        yield _badge(right - 2, place.y + 2, marks.TWIN, colours.leaf, colours)


def _badge(x: float, y: float, sign: str, colour: str, colours: Palette) -> str:
    return (
        f'<g transform="translate({number(x)} {number(y)})" stroke="{colour}" stroke-width="1.3">'
        f'<circle r="6.5" fill="{colours.surface}"/><path d="{sign}" fill="none"/></g>'
    )


def _ink(line: TextLine, colours: Palette) -> str:
    return colours.ink if line.role == "title" else colours.muted


def _text(line: TextLine, dx: float, dy: float, fill: str) -> str:
    weight = ' font-weight="600"' if line.role == "title" else ""
    return (
        f'<text x="{number(line.x + dx)}" y="{number(line.y + dy)}" font-size="{number(line.size)}"{weight} '
        f'fill="{fill}" data-room="{number(line.width)}"{_length(line)}>{xml(line.text)}</text>'
    )


def _length(line: TextLine) -> str:
    """Return the attributes that keep a full line inside its card in a font wider than expected.

    The layout measures in a wide font; most are a tenth narrower, so that this is what is asked for.
    """
    bold = line.role == "title"
    natural = width(line.text, line.size, bold)
    if line.text == line.full and natural < 0.9 * line.width:
        return ""
    typical = width(line.text, line.size, bold, "typical")
    return f' textLength="{number(min(typical, line.width))}" lengthAdjust="spacingAndGlyphs"'
