"""Read Graphviz's answer: its SVG, which unlike its JSON keeps two decimals at any size."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from graphtrace.errors import LayoutError
from graphtrace.layout.placement import Placement, Point, anchored, centred
from graphtrace.layout.records import Card
from graphtrace.model import View

_NODE = re.compile(r'class="node">\s*<title>b(\d+)</title>\s*<polygon[^>]*? points="([^"]*)"')
_EDGE = re.compile(r'<g id="e(\d+)" class="edge">\s*<title>[^<]*</title>\s*<path[^>]*? d="([^"]*)"')
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_SCALE = 96 / 72  # Graphviz counts in points


def read_placement(view: View, cards: Sequence[Card], svg: str) -> Placement:
    """Return the places and routes that `svg` holds.

    Args:
        view: What was placed.
        cards: Cards of its boxes.
        svg: What Graphviz wrote.

    Raises:
        LayoutError: A box or a link is missing from it.
    """
    centres = {int(name): _middle(_points(text)) for name, text in _NODE.findall(svg)}
    curves = {int(name): _points(text) for name, text in _EDGE.findall(svg)}
    boxes, links = range(len(view.boxes)), range(len(view.links))
    if centres.keys() != set(boxes) or curves.keys() != set(links):
        read = f"{len(centres)} of {len(boxes)} boxes and {len(curves)} of {len(links)} links"
        raise LayoutError(f"the answer of dot is incomplete: {read} (use engine='ranked')")
    places = tuple(centred(*centres[i], cards[i]) for i in boxes)
    return Placement(places, anchored(view, places, [curves[i] for i in links]))


def _points(text: str) -> tuple[Point, ...]:
    numbers = [round(float(number) * _SCALE, 2) for number in _NUMBER.findall(text)]
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))


def _middle(points: Iterable[Point]) -> Point:
    xs, ys = zip(*points, strict=True)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
