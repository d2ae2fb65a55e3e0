"""A Layout as a standalone SVG 1.1 picture: no script, no reference, no filter, the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterator

from graphtrace.layout.records import Card, Frame, Layout, Line, Place
from graphtrace.model import Box, Link
from graphtrace.render import foot, marks
from graphtrace.layout.text import clean, cut, width
from graphtrace.render.text import attribute, number, xml
from graphtrace.render.theme import FONT_FAMILY, Palette, palette

PAD = 16.0  # room for shadows and badges around what the layout placed
_RADIUS = number(marks.RADIUS)


def draw(layout: Layout, *, theme: str = "light", caption: str = "", background: bool = True) -> str:
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
    notes = foot.lines(layout, caption)
    width, height = size(layout, notes)
    shift = (width - layout.width) / 2
    parts = [_head(layout, width, height, caption)]
    if background:
        parts.append(f'<rect width="{number(width)}" height="{number(height)}" fill="{colours.background}"/>')
    parts.append(f'<g transform="translate({number(shift)} {number(PAD)})">')
    parts += shapes(layout, colours)
    parts.append("</g>")
    parts += [_note(line, layout.height + 2 * PAD, colours) for line in notes]
    return "\n".join([*parts, "</svg>", ""])


def size(layout: Layout, notes: tuple[Line, ...]) -> tuple[float, float]:
    """Return width and height of the whole picture."""
    below = notes[-1].y + PAD if notes else 0.0
    widest = max((line.x + line.width for line in notes), default=0.0)
    return max(layout.width + 2 * PAD, widest + PAD), layout.height + 2 * PAD + below


def shapes(layout: Layout, colours: Palette) -> Iterator[str]:
    """Yield frames, links and cards, in the order in which they are painted."""
    titles = {group.path: group.title for group in layout.view.groups}
    for frame in layout.frames:
        yield _frame(frame, titles.get(frame.path, frame.path), colours)
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


def _frame(frame: Frame, title: str, colours: Palette) -> str:
    room = max(0.0, frame.width - 20)
    shown = cut(clean(title), 11, room, bold=True)
    line = Line("title", frame.x + 10, frame.y + 15, 11, room, shown, title)
    return (
        f'<g class="frame" data-path={attribute(frame.path)}><title>{xml(title)}</title>'
        f'<rect x="{number(frame.x)}" y="{number(frame.y)}" width="{number(frame.width)}" '
        f'height="{number(frame.height)}" rx="12" fill="{colours.frame}" stroke="{colours.frame_line}"/>'
        f"{_text(line, 0, 0, colours.muted)}</g>"
    )


def _link(link: Link, points: tuple[marks.Point, ...], colours: Palette) -> str:
    head = marks.polygon(marks.arrow(points))
    return (
        f'<g class="link" data-source="{link.source}" data-target="{link.target}">'
        f'<path d="{marks.curve(points)}" fill="none" stroke="{colours.line}" stroke-width="1.3"/>'
        f'<path d="{head}" fill="{colours.line}"/></g>'
    )


def _card(box: Box, place: Place, card: Card, colours: Palette) -> str:
    whole = list(full_text(box))
    texts = (_text(line, place.x, place.y, _ink(line, colours)) for line in card.lines)
    return (
        f'<g class="box {_kind(box)}" data-id="{box.id}" role="img" aria-label={attribute(", ".join(whole))}>'
        f"<title>{chr(10).join(map(xml, whole))}</title>"
        f"{_stub(place, colours) if box.kind == 'stub' else _sheet(box, place, colours)}"
        f"{''.join(texts)}</g>"
    )


def full_text(box: Box) -> Iterator[str]:
    """Yield everything a box says, uncut, line by line."""
    yield from filter(None, (box.title, box.subtitle, box.text, *box.details))
    if box.twin is not None:
        yield "the same leaf is drawn once for each use"
    if box.openable:
        yield "can be opened"


def _kind(box: Box) -> str:
    return box.kind if box.kind in {"op", "leaf", "module", "cut", "stub"} else "op"


def _stub(place: Place, colours: Palette) -> str:
    x, y = place.x + place.width / 2, place.y + place.height / 2
    radius = max(1.5, min(4.0, place.width / 2, place.height / 2))
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{colours.constant}"/>'


def _sheet(box: Box, place: Place, colours: Palette) -> str:
    shade = f'fill="{colours.shadow}" fill-opacity="{number(colours.shadow_opacity)}"'
    paper = f'fill="{colours.surface}" stroke="{colours.hairline}"'
    parts = [_rect(place, 0, 2, shade), _rect(place, 0, 1, shade)]
    if box.openable:
        parts += [_rect(place, 5, 5, paper), _rect(place, 2.5, 2.5, paper)]
    dash = ' stroke-dasharray="5 4"' if box.kind == "cut" else ""
    parts.append(_rect(place, 0, 0, paper + dash))
    if box.kind != "cut":
        parts.append(f'<path d="{marks.bar(place)}" fill="{colours.bar(box.kind)}"/>')
    return "".join([*parts, *_badges(box, place, colours)])


def _rect(place: Place, dx: float, dy: float, style: str) -> str:
    return (
        f'<rect x="{number(place.x + dx)}" y="{number(place.y + dy)}" width="{number(place.width)}" '
        f'height="{number(place.height)}" rx="{_RADIUS}" {style}/>'
    )


def _badges(box: Box, place: Place, colours: Palette) -> Iterator[str]:
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


def _ink(line: Line, colours: Palette) -> str:
    return colours.ink if line.role == "title" else colours.muted


def _note(line: Line, top: float, colours: Palette) -> str:
    return _text(line, 0, top, _ink(line, colours))


def _text(line: Line, dx: float, dy: float, fill: str) -> str:
    weight = ' font-weight="600"' if line.role == "title" else ""
    return (
        f'<text x="{number(line.x + dx)}" y="{number(line.y + dy)}" font-size="{number(line.size)}"{weight} '
        f'fill="{fill}" data-room="{number(line.width)}"{_length(line)}>{xml(line.text)}</text>'
    )


def _length(line: Line) -> str:
    """Return the attributes that keep a full line inside its card in a font wider than expected.

    The layout measures in a wide font; most are a tenth narrower, so that this is what is asked for.
    """
    bold = line.role == "title"
    natural = width(line.text, line.size, bold)
    if line.text == line.full and natural < 0.9 * line.width:
        return ""
    typical = sum(width(char, line.size, bold) * (0.9 if char.isascii() else 1.0) for char in line.text)
    return f' textLength="{number(min(typical, line.width))}" lengthAdjust="spacingAndGlyphs"'
