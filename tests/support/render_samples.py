"""Views and layouts made by hand, so that what is tested is the drawing alone."""

from graphtrace.layout.card import card
from graphtrace.layout.records import Layout, ModuleFrame, Rectangle, Route
from graphtrace.model import Box, Group, Link, View

HOSTILE = {
    "quotes": "a\"b'c`d",
    "newline": "first\nsecond\r\n\tthird",
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "html label": "<lambda>",
    "graphviz escapes": r"\N \G \l \E",
    "trailing backslash": "ends in \\",
    "backslash and quote": 'ends in \\"',
    "null": "a\0b\x1b[31m\x7f",
    "cdata": "]]><!--",
    "entity": "&amp; &#60; &lt;b&gt;",
    "plotly": "%{x} <b>bold</b> <a href='javascript:alert(1)'>x</a>",
    "long": "name." * 2000,
    "wide": "W" * 300,
    "chinese": "卷积层.权重",
    "emoji": "🚀 net 👩‍🚀",
    "right to left": "שלום مرحبا \u202eevil\u202c",
    "surrogate": "lone \ud800 \ufffe \uffff",
    "marks": "Z" + "\u0301" * 60,
}


def placed(boxes, links, corners, groups=(), frames=(), notes=(), folded=0):
    """A layout with straight lines between boxes at the corners given."""
    cards = tuple(map(card, boxes))
    places = tuple(Rectangle(x, y, one.width, one.height) for (x, y), one in zip(corners, cards, strict=True))
    routes = tuple(_route(places[link.target], places[link.source]) for link in links)
    width = max(place.x + place.width for place in places) + 20
    height = max(place.y + place.height for place in places) + 20
    view = View("concept", tuple(boxes), tuple(links), tuple(groups), folded, tuple(notes))
    return Layout(view, width, height, places, cards, routes, tuple(frames), "wasm")


def _route(start, end):
    x0, y0, x1, y1 = start.x + start.width, start.y + start.height / 2, end.x, end.y + end.height / 2
    middle = (x0 + x1) / 2
    return Route(((x0, y0), (middle, y0), (middle, y1), (x1, y1)))


def tiny():
    """One box of every kind, a shared leaf, an open module."""
    boxes = (
        Box(0, "op", "mse_loss", "MseLossBackward0", "scalar float32", (0,)),
        Box(1, "op", "Linear · fc2", "AddmmBackward0", "4×1 float32", (1,), "fc", ("mat1 4×3 · 48 B",)),
        Box(2, "leaf", "fc2.weight", "AccumulateGrad", "1×3 float32", (2,), "fc", twin=1),
        Box(3, "leaf", "fc2.weight", "AccumulateGrad", "1×3 float32", (2,), "fc", twin=1),
        Box(4, "module", "fc1", "5 nodes", "4×3 float32", (3, 4, 5, 6, 7), openable=True),
        Box(5, "cut", "9,400 more nodes"),
        Box(6, "stub", ""),
    )
    links = (Link(0, 1), Link(1, 2), Link(1, 3), Link(1, 4), Link(4, 5), Link(4, 6))
    corners = ((650, 100), (460, 80), (250, 40), (250, 120), (250, 230), (20, 170), (180, 270))
    frame = ModuleFrame("fc", 235, 20, 400, 175)
    return placed(boxes, links, corners, (Group("fc", "", "fc · Sequential"),), (frame,), ("A note",), folded=2)


def hostile(name):
    """Two joined boxes in an open module, every text of which is `name`."""
    boxes = (
        Box(0, "op", name, name, name, (0,), name, (name,)),
        Box(1, "leaf", name, name, name, (1,), name, twin=0),
    )
    frame = ModuleFrame(name, 5, 5, 700, 160)
    return placed(boxes, (Link(0, 1),), ((400, 30), (20, 30)), (Group(name, "", name),), (frame,), (name,))
