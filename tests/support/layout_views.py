"""Views for the layout tests, and the laws that every layout must keep."""

import random
from itertools import combinations

from hypothesis import strategies as st

from graphtrace.model import Box, Group, Link, View


def box(i, group="", kind="op"):
    return Box(i, kind, "" if kind == "stub" else f"Op · {i}", f"Some{i}Backward0", "4×3 float32", group=group)


def view(count, links, groups=(), boxes=None):
    return View("autograd", boxes or tuple(map(box, range(count))), tuple(Link(*ends) for ends in links), groups)


def chain(count):
    return view(count, [(i, i + 1) for i in range(count - 1)])


def residual(blocks):
    links, last = [], 0
    for first in range(1, 4 * blocks, 4):
        a, b, c, d = range(first, first + 4)
        links += [(last, a), (a, b), (b, c), (c, d), (a, d)]
        last = d
    return view(4 * blocks + 1, links)


def tangle(count, seed=0):
    draw = random.Random(seed)
    return view(count, [(i, draw.randrange(i + 1, count)) for i in range(count - 1) for _ in range(2)])


def layers(count=3):
    boxes, links, groups, last = [box(0)], [], [Group("net", "", "net")], 0
    for layer in range(count):
        path = f"net.{layer}"
        groups += [Group(path, "net", path), Group(path + ".attn", path, "attn")]
        first = len(boxes)
        boxes += [box(first, path), *(box(first + k, path + ".attn") for k in (1, 2, 3)), box(first + 4, path)]
        links += [(last, first)] + [(first, first + k) for k in (1, 2, 3, 4)]
        links += [(first + k, first + 4) for k in (1, 2, 3)]
        last = first + 4
    return view(0, links, tuple(groups), tuple(boxes))


def unrolled(steps):
    boxes, links = [box(0)], []

    def add(root, kind="op"):
        boxes.append(box(len(boxes), kind=kind))
        links.append((root, len(boxes) - 1))
        return len(boxes) - 1

    hidden = cell = 0
    for _ in range(steps):
        product = add(hidden)
        total = add(add(product))
        links.append((cell, total))
        gates = add(product)
        kept, new = add(total), add(total)
        links += [(kept, gates), (new, gates)]
        sums = [add(gates), add(gates)]
        for each in sums:
            add(each, "leaf")
            add(each, "leaf")
        hidden, cell = sums[0], kept
    return view(0, links, boxes=tuple(boxes))


@st.composite
def views(draw, most=40):
    count = draw(st.integers(1, most))
    pairs = st.tuples(st.integers(0, count - 1), st.integers(1, 6))
    found = draw(st.lists(pairs, max_size=2 * count))
    links = [(a, min(count - 1, a + far)) for a, far in found if a < count - 1]
    paths = ["", "a", "a.b", "c"]
    kinds = st.sampled_from(["op", "op", "leaf", "stub", "cut"])
    boxes = tuple(box(i, draw(st.sampled_from(paths)), draw(kinds)) for i in range(count))
    groups = (Group("a", "", "a"), Group("a.b", "a", "b"), Group("c", "", "c"))
    return view(count, links, groups if draw(st.booleans()) else (), boxes)


def on_border(point, place, near=2.0):
    x, y = point
    inside = (
        place.x - near <= x <= place.x + place.width + near and place.y - near <= y <= place.y + place.height + near
    )
    gaps = (x - place.x, x - place.x - place.width, y - place.y, y - place.y - place.height)
    return inside and min(map(abs, gaps)) <= near


def apart(a, b):
    across = a.x + a.width <= b.x or b.x + b.width <= a.x
    return across or a.y + a.height <= b.y or b.y + b.height <= a.y


def sampled(points, steps=12):
    for i in range(0, len(points) - 3, 3):
        a, b, c, d = points[i : i + 4]
        for step in range(steps + 1):
            t, s = step / steps, 1 - step / steps
            yield tuple(
                s**3 * p + 3 * s * s * t * q + 3 * s * t * t * r + t**3 * u
                for p, q, r, u in zip(a, b, c, d, strict=True)
            )


def within(point, place, margin=0.0):
    x, y = point
    across = place.x + margin < x < place.x + place.width - margin
    return across and place.y + margin < y < place.y + place.height - margin


def crossed(layout):
    """Return (link, box) where a line runs through a card that it does not join."""
    return [
        (i, j)
        for i, (link, route) in enumerate(zip(layout.view.links, layout.routes, strict=True))
        for j, place in enumerate(layout.places)
        if j not in (link.source, link.target) and any(within(p, place, 1.0) for p in sampled(route.points))
    ]


def check(layout):
    """Assert every law that holds for any engine, wrapped or not."""
    view = layout.view
    assert len(layout.places) == len(layout.cards) == len(view.boxes)
    assert len(layout.routes) == len(view.links)
    for place, card in zip(layout.places, layout.cards, strict=True):
        assert (place.width, place.height) == (card.width, card.height)
    for a, b in combinations(layout.places, 2):
        assert apart(a, b), (a, b)
    for rectangle in (*layout.places, *layout.frames):
        assert rectangle.x >= 16
        assert rectangle.x + rectangle.width <= layout.width - 16 + 0.01
        assert rectangle.y >= 16
        assert rectangle.y + rectangle.height <= layout.height - 16 + 0.01
    for link, route in zip(view.links, layout.routes, strict=True):
        assert len(route.points) % 3 == 1
        assert len(route.points) >= 4
        assert on_border(route.points[0], layout.places[link.target])
        assert on_border(route.points[-1], layout.places[link.source])
        for x, y in sampled(route.points):
            assert 0 <= x <= layout.width
            assert 0 <= y <= layout.height
    check_frames(layout)


def check_frames(layout):
    paths = {group.path for group in layout.view.groups}
    for box, place in zip(layout.view.boxes, layout.places, strict=True):
        if box.group in paths:
            around = [f for f in layout.frames if f.path == box.group]
            assert any(holds(frame, place) for frame in around), box


def holds(frame, place):
    across = frame.x <= place.x and place.x + place.width <= frame.x + frame.width
    return across and frame.y <= place.y and place.y + place.height <= frame.y + frame.height
