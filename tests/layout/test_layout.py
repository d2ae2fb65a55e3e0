"""Laws of every layout, whoever places it."""

import os
import shutil
import stat
import sys

import pytest
from hypothesis import HealthCheck, given, settings

import graphtrace
import graphtrace.layout as layout
from graphtrace.errors import LayoutError
from graphtrace.layout import ModuleFrame, place, source
from graphtrace.layout.card import card
from graphtrace.layout.placement import TooSlowError
from graphtrace.model import Box, Group, Link, View
from tests.support.layout_views import (
    chain,
    check,
    check_frames,
    crossed,
    layers,
    residual,
    tangle,
    unrolled,
    view,
    views,
)

ROUGH = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def dot(tmp_path_factory):
    """The system's dot, or where there is none a program of that name that runs the WebAssembly one (without torch)."""
    if shutil.which("dot"):
        yield
        return
    folder = tmp_path_factory.mktemp("bin")
    program = folder / "dot"
    program.write_text(
        f"#!{sys.executable}\nimport os, sys, types\nsys.path.insert(0, {os.getcwd()!r})\n"
        f"sys.modules['graphtrace'] = package = types.ModuleType('graphtrace')\n"
        f"package.__path__ = [{graphtrace.__path__[0]!r}]\n"
        "from graphtrace.layout import wasm\nassert os.environ['SERVER_NAME']\n"
        "print(wasm.render(sys.stdin.read(), 60.0, sys.argv[1][2:]))\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    patch = pytest.MonkeyPatch()
    patch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    yield
    patch.undo()


@pytest.mark.parametrize("engine", ["wasm", "ranked"])
@pytest.mark.parametrize("aspect", [None, 1.6])
@ROUGH
@given(graph=views())
def test_any_view_is_placed_by_the_laws(engine, aspect, graph):
    check(place(graph, engine=engine, aspect=aspect))


@pytest.mark.usefixtures("dot")
@settings(ROUGH, max_examples=6)
@given(graph=views())
def test_the_program_dot_places_any_view_by_the_same_laws(graph):
    check(place(graph, engine="dot", budget=30))


@pytest.mark.parametrize("engine", ["wasm", "ranked"])
@settings(ROUGH, max_examples=40)
@given(graph=views(25))
def test_every_line_runs_to_a_later_column(engine, graph):
    found = place(graph, engine=engine, aspect=None)
    for link in graph.links:
        tail, head = found.places[link.target], found.places[link.source]
        assert tail.x + tail.width < head.x


@settings(ROUGH, max_examples=40)
@given(graph=views(25))
def test_no_line_of_the_ranked_layout_runs_through_a_card(graph):
    assert crossed(place(graph, engine="ranked", aspect=1.0)) == []


@pytest.mark.parametrize("engine", ["wasm", "ranked"])
@pytest.mark.parametrize("graph", [residual(15), layers(), unrolled(4)], ids=["residual", "layers", "unrolled"])
def test_no_line_of_a_usual_net_runs_through_a_card(engine, graph):
    found = place(graph, engine=engine)
    check(found)
    assert crossed(found) == []


def test_the_laws_can_fail():
    good = place(layers())
    with pytest.raises(AssertionError):
        check_frames(type(good)(**{**_fields(good), "frames": (ModuleFrame("net.0", 0, 0, 1, 1),)}))
    with pytest.raises(AssertionError):
        check(type(good)(**{**_fields(good), "places": good.places[:1] + good.places[:1] + good.places[2:]}))


def _fields(record):
    return {name: getattr(record, name) for name in record.__slots__}


@pytest.mark.parametrize("engine", ["wasm", "ranked", None])
def test_the_same_view_gives_an_equal_layout(engine):
    assert place(layers(), engine=engine) == place(layers(), engine=engine)


def test_dot_text_is_the_same_bytes_each_time_and_holds_no_user_text():
    graph = view(
        0,
        [(0, 1), (0, 1)],
        boxes=(Box(0, "op", '"]; evil [', "x"), Box(1, "leaf", "<b>", group="<&")),
        groups=(Group("<&", "", "<script>"),),
    )
    first, again = (source(graph, tuple(map(card, graph.boxes))).source for _ in range(2))
    assert first == again
    assert "evil" not in first
    assert "<" not in first
    assert first.count("b1 -> b0") == 2


@pytest.mark.parametrize("engine", ["wasm", "ranked"])
def test_parallel_links_have_routes_of_their_own(engine):
    found = place(view(2, [(0, 1), (0, 1)]), engine=engine)
    upper, lower = (route.points for route in found.routes)
    assert all(abs(a[1] - b[1]) > 3 for a, b in zip(upper, lower, strict=True))


@pytest.mark.parametrize("engine", ["wasm", "ranked"])
def test_a_cycle_and_a_link_to_itself_are_placed_too(engine):
    check(place(view(3, [(0, 1), (1, 2), (2, 0), (1, 1)]), engine=engine))


def test_an_empty_view_is_an_empty_picture():
    found = place(View("autograd", (), ()))
    assert (found.places, found.width, found.height) == ((), 40.0, 40.0)


def test_modules_inside_each_other_in_a_circle_do_not_hang():
    groups = (Group("a", "b", "a"), Group("b", "a", "b"))
    check(place(view(0, [(0, 1)], groups, (Box(0, "op", "x", group="a"), Box(1, "op", "y", group="b")))))


def test_a_slow_dot_is_replaced_and_the_picture_says_so(monkeypatch):
    def slow(*_):
        raise TooSlowError("dot exceeded")

    monkeypatch.setitem(layout._ENGINES, "wasm", slow)
    found = place(chain(3), budget=2)
    assert found.engine == "ranked"
    assert found.notes == ("dot exceeded 2 s: placed by rank",)


def test_a_missing_engine_falls_to_the_next_and_says_why(monkeypatch):
    def missing(*_):
        raise LayoutError("wasmtime is missing")

    monkeypatch.setitem(layout._ENGINES, "wasm", missing)
    monkeypatch.setenv("PATH", "")
    found = place(chain(3))
    assert found.engine == "ranked"
    assert found.notes[0] == "wasm was not used: wasmtime is missing"
    assert found.notes[1].startswith("dot was not used: no dot on PATH")


def test_thousands_of_tangled_boxes_do_not_wait_for_dot():
    found = place(tangle(3000))
    assert found.engine == "ranked"
    assert "3,000 boxes are too many" in found.notes[0]


def test_a_deep_chain_is_placed_by_every_way():
    for found in (place(chain(7000)), place(chain(7000), engine="wasm", budget=60)):
        assert len(found.places) == 7000
        assert found.width / found.height < 4


def test_a_long_recurrent_net_is_placed():
    found = place(unrolled(500), budget=5)
    assert len(found.places) == len(found.view.boxes)


@pytest.mark.parametrize(
    ("bad", "match"),
    [
        ({"budget": 0}, "the time budget is not a positive number: 0"),
        ({"budget": float("nan")}, "time budget"),
        ({"engine": "neato"}, "unknown layout engine: 'neato'"),
        ({"aspect": -1}, "the aspect is not a positive number: -1"),
    ],
)
def test_a_wrong_argument_is_named(bad, match):
    with pytest.raises(LayoutError, match=match):
        place(chain(2), **bad)


def test_an_answer_with_a_box_missing_is_refused():

    from graphtrace.layout.parse import read_placement

    graph = View("autograd", (Box(0, "op", "x"),), (Link(0, 0),))
    with pytest.raises(LayoutError, match="0 of 1 boxes and 0 of 1 links"):
        read_placement(graph, (card(graph.boxes[0]),), "<svg/>")
