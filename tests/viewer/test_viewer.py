"""The viewer's geometry says what the graph and the layout say, as strict JSON."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from graphtrace import examples, viewer
from graphtrace.layout import place
from graphtrace.model import Graph
from graphtrace.texts import section
from graphtrace.tracer import trace
from graphtrace.viewer import geometry
from graphtrace.viewer.geometry import DETAILED_NODES
from graphtrace.views import fold

SOURCES = "\n".join(
    path.read_text(encoding="utf-8") for path in sorted((Path(viewer.__file__).parent / "src").rglob("*.js"))
)
HOSTILE = "<script>window.__pwn=1</script>\x00\ud800\u202e\n" + "x" * 9000


def lenet() -> Graph:
    built = examples.build("lenet")
    return trace(built.root, model=built.model, params=built.params)


def drawn(graph: Graph, view: str = "autograd", **options):
    return geometry(graph, place(fold(graph, view, **options)))


@pytest.mark.parametrize("view", ["autograd", "concept", "module"])
def test_geometry_is_strict_json_with_one_box_and_one_line_per_view_entry(view):
    graph = lenet()
    layout = place(fold(graph, view))
    geo = json.loads(json.dumps(geometry(graph, layout), allow_nan=False))
    assert len(geo["boxes"]) == len(layout.view.boxes)
    assert [(link["s"], link["t"]) for link in geo["links"]] == [(k.source, k.target) for k in layout.view.links]
    assert (geo["nodes"], geo["folded"], geo["held"]) == (len(graph.nodes), layout.view.folded, graph.held_bytes)


def test_every_box_and_frame_lies_inside_the_picture():
    graph = lenet()
    geo = drawn(graph, "module", opened=["fc1", "conv2"])
    assert {frame["path"] for frame in geo["frames"]} == {"fc1", "conv2"}
    for spot in geo["boxes"] + geo["frames"]:
        assert 0 <= spot["x"] <= spot["x"] + spot["w"] <= geo["width"]
        assert 0 <= spot["y"] <= spot["y"] + spot["h"] <= geo["height"]


def test_details_of_all_boxes_name_every_edge_once_in_each_direction():
    graph = lenet()
    nodes = [node for box in drawn(graph, "concept")["boxes"] for node in box["nodes"]]
    toward_leaves = sorted((n["id"], e["slot"], e["node"], e["input_nr"]) for n in nodes for e in n["out"])
    toward_root = sorted((e["node"], e["slot"], n["id"], e["input_nr"]) for n in nodes for e in n["in"])
    edges = sorted((e.source, e.slot, e.target, e.input_nr) for e in graph.edges)
    assert toward_leaves == edges
    assert toward_root == edges
    assert sorted(n["id"] for n in nodes) == list(range(len(graph.nodes)))


def test_details_hold_none_slots_saved_tensors_and_parameter_names():
    graph = lenet()
    nodes = {node["id"]: node for box in drawn(graph)["boxes"] for node in box["nodes"]}
    for node in graph.nodes:
        shown = nodes[node.id]
        assert tuple(shown["none"]) == node.none_slots
        saved = [(s["name"], s["bytes"], s["state"], s["alias"]) for s in shown["saved"]]
        assert saved == [(s.name, s.nbytes, s.state, s.alias) for s in node.saved]
        assert shown["name"] == node.param
    assert nodes[0]["none"] == [1], "the target of mse_loss needs no gradient"


def test_parallel_edges_are_two_lines():
    built = examples.build("square")
    geo = drawn(trace(built.root, params=built.params))
    pairs = [(link["s"], link["t"]) for link in geo["links"] if geo["boxes"][link["t"]]["kind"] != "stub"]
    assert len(pairs) > len(set(pairs))


def test_a_closed_module_carries_the_path_that_opens_it():
    graph = lenet()
    paths = {box["path"] for box in drawn(graph, "module", opened=[])["boxes"] if box["openable"]}
    assert paths == {"conv1", "conv2", "fc1", "fc2", "fc3"}
    for path in paths:
        assert [frame["path"] for frame in drawn(graph, "module", opened=[path])["frames"]] == [path]


def test_hostile_names_become_plain_text_that_every_encoder_takes():
    graph = lenet()
    nodes = (replace(graph.nodes[0], key=HOSTILE, type=HOSTILE, module=HOSTILE), *graph.nodes[1:])
    text = json.dumps(drawn(replace(graph, nodes=nodes)), ensure_ascii=False)
    text.encode("utf-8")
    assert not re.search("[\x00-\x1f\u202e]", text)
    assert "<script>" in text, "text is kept, not dropped: the viewer writes it as text"
    assert max(map(len, re.findall(r'"key": "([^"]*)"', text))) < 2100, "a few characters are written as escapes"


def test_a_box_of_many_nodes_lists_some_and_counts_the_rest():
    built = examples.build("lenet")
    loss = built.root
    for _ in range(DETAILED_NODES + 5):
        loss = loss * 1.0
    graph = trace(loss)
    layout = place(fold(graph, "autograd"))
    whole = replace(layout.view.boxes[0], nodes=tuple(range(len(graph.nodes))))
    crowded = replace(layout, view=replace(layout.view, boxes=(whole, *layout.view.boxes[1:])))
    box = geometry(graph, crowded)["boxes"][0]
    assert (len(box["nodes"]), box["more"]) == (DETAILED_NODES, len(graph.nodes) - DETAILED_NODES)


def test_the_viewer_never_parses_markup_requests_nothing_and_stays_small():
    assert len(SOURCES) > 100_000
    parsing = r"innerHTML|outerHTML|insertAdjacentHTML|DOMParser|document\.write|eval\(|new Function|setHTML"
    assert not re.search(parsing, SOURCES)
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|fetch\(|XMLHttpRequest|WebSocket", SOURCES + viewer.CSS)
    assert len(viewer.JS.encode()) < 220_000


def asked_for(folder):
    """Return the texts that the page asks for; a lesson (folder ``lesson``) has words of its own."""
    paths = [
        path
        for path in (Path(viewer.__file__).parent / "src").glob("**/*.js")
        if ("lesson" in path.parent.parts) == (folder == "lesson")
    ]
    return {word for path in paths for word in re.findall(r'\bsay\("(\w+)"\)', path.read_text(encoding="utf-8"))}


def test_every_text_that_is_used_exists():
    assert len(asked_for("")) > 50
    assert asked_for("") <= set(section("viewer", "en"))
    assert asked_for("lesson") <= {name.removeprefix("learn_") for name in section("app", "en")}
    assert section("viewer", "zh")["fit"] != section("viewer", "en")["fit"]
