"""Rows: a wide picture fits its window, and no line is lost on the way."""

import pytest

from graphtrace.layout import place
from graphtrace.layout.bezier import extent, rises, rounded, split
from tests.support.layout_views import chain, check, crossed, layers, residual, view


def scale(found, aspect=1.6):
    return min(aspect / found.width, 1 / found.height)


@pytest.mark.parametrize("graph", [chain(12), chain(60), residual(15), layers(6)], ids=["12", "60", "res", "layers"])
@pytest.mark.parametrize("engine", ["wasm", "ranked"])
def test_a_wide_picture_is_shown_larger_in_rows(graph, engine):
    row, rows = place(graph, engine=engine, aspect=None), place(graph, engine=engine)
    check(rows)
    assert crossed(rows) == []
    assert scale(rows) > 1.3 * scale(row)


def test_rows_are_read_like_text():
    found = place(chain(12))
    forward = [(round(p.y), p.x) for p in reversed(found.places)]
    assert forward == sorted(forward)
    assert len({y for y, _ in forward}) > 1


def test_no_aspect_is_one_row():
    assert len({place.y for place in place(chain(12), aspect=None).places}) == 1


def test_a_picture_that_fits_stays_as_it_is():
    fan = view(14, [(0, i) for i in range(1, 13)] + [(i, 13) for i in range(1, 13)])
    assert place(fan) == place(fan, aspect=None)


def test_a_module_that_is_cut_has_a_frame_in_each_row():
    found = place(layers(6))
    nets = [frame for frame in found.frames if frame.path == "net"]
    assert len(nets) > 1
    tops = [frame.y for frame in nets]
    assert tops == sorted(tops)


def test_lines_between_rows_never_share_a_lane():
    ladder = view(40, [(i, i + 2) for i in range(38)] + [(i, i + 1) for i in range(0, 39, 2)])
    found = place(ladder, engine="ranked", aspect=1.0)
    check(found)
    levels = []
    for route in found.routes:
        pairs = zip(route.points[::3], route.points[3::3], strict=False)
        levels += [round(a[1], 1) for a, b in pairs if b[0] < a[0] - 100]
    assert len(levels) == len(set(levels)) > 0


def test_a_curve_is_split_where_it_passes():
    arch = ((0.0, 0.0), (10.0, 30.0), (20.0, 30.0), (30.0, 0.0))
    left, right = split(arch, 15.0)
    assert left[-1] == right[0] == pytest.approx((15.0, 22.5), abs=1e-4)
    assert (left[0], right[-1]) == (arch[0], arch[-1])
    assert extent(arch) == pytest.approx((0, 0, 30, 22.5), abs=1e-6)
    assert rises(arch)
    assert not rises(arch[::-1])


def test_rounded_corners_keep_to_their_lines():
    points = rounded([(0, 0), (50, 0), (50, 80)], 10)
    assert (points[0], points[-1]) == ((0, 0), (50, 80))
    assert extent(points) == (0, 0, 50, 80)
    assert (50, 0) not in points
