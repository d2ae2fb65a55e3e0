import json
import re

import pytest

from graphtrace.export import dot
from graphtrace.layout import wasm
from graphtrace.layout.text_width import clean
from graphtrace.model import Box, Group, Link, View
from tests.support.render_samples import HOSTILE, hostile, tiny

NODE = re.compile(r"^\t+b\d+ \[", re.MULTILINE)
EDGE = re.compile(r"^\t+b\d+ -> b\d+$", re.MULTILINE)


def laid_out(source):
    """What Graphviz itself reads: one JSON object per node, edge and cluster."""
    return json.loads(wasm.render(source, 20, "json0"))


def test_a_tiny_view_is_the_golden_one(golden):
    golden("tiny.dot", dot.draw(tiny()).source)


def test_there_is_one_statement_per_box_and_per_link():
    layout = tiny()
    source = dot.draw(layout).source
    assert len(NODE.findall(source)) == len(layout.view.boxes)
    assert len(EDGE.findall(source)) == len(layout.view.links)


def test_parallel_links_stay_two():
    boxes = (Box(0, "op", "mul", nodes=(0,)), Box(1, "leaf", "x", nodes=(1,)))
    view = View("autograd", boxes, (Link(0, 1, (0,)), Link(0, 1, (1,))))
    assert len(laid_out(dot.draw(view).source)["edges"]) == 2


def test_lines_run_from_the_leaves_to_the_root():
    source = dot.draw(View("autograd", (Box(0, "op", "loss"), Box(1, "leaf", "x")), (Link(0, 1),))).source
    assert "b1 -> b0" in source


def test_open_modules_nest():
    boxes = (Box(0, "op", "a", group="m.inner"), Box(1, "op", "b", group="m"))
    groups = (Group("m", "", "outer"), Group("m.inner", "m", "inner"))
    objects = laid_out(dot.draw(View("module", boxes, (Link(0, 1),), groups)).source)["objects"]
    clusters = {item["label"]: item for item in objects if item["name"].startswith("cluster")}
    assert set(clusters) == {"outer\\l", "inner\\l"}
    assert len(clusters["outer\\l"]["nodes"]) == 2
    assert len(clusters["inner\\l"]["nodes"]) == 1


def test_the_same_view_gives_the_same_bytes():
    assert dot.draw(tiny()).source == dot.draw(tiny().view).source


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_graphviz_reads_a_hostile_name_as_the_text_it_is(name):
    source = dot.draw(hostile(name)).source
    found = laid_out(source)
    nodes = [item for item in found["objects"] if not item["name"].startswith("cluster")]
    assert [item["name"] for item in nodes] == ["b0", "b1"]
    assert len(found["edges"]) == 1
    assert len(nodes[0]["label"].encode()) < 16_000
    # In a label a backslash that stands for itself is still doubled.
    expected = clean(name).replace("\\", "\\\\")
    assert nodes[0]["label"] == f"{expected}\\l" * 4


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_user_text_stands_in_labels_only(name):
    source = dot.draw(hostile(name)).source
    without = re.sub(r'label="(?:[^"\\]|\\.)*"', "", source, flags=re.DOTALL)
    assert re.fullmatch(r"[\w\s#.,{}\[\]=\"\->]*", without), without


def test_many_saved_tensors_are_counted_not_listed():
    box = Box(0, "op", "x", nodes=(0,), details=tuple(f"saved {'名' * 300} {i}" for i in range(400)))
    source = dot.draw(View("autograd", (box,), ())).source
    assert "… and 388 more" in source
    assert len(laid_out(source)["objects"]) == 1
