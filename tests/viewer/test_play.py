"""What the player receives: every event and content once, pictures shared by passes, room on every card."""

import json
from pathlib import Path

import pytest
import torch

import graphtrace as gt
from graphtrace import viewer
from graphtrace.explain import sentences
from graphtrace.model import Recording
from graphtrace.texts import section
from graphtrace.viewer import card_slots
from graphtrace.viewer.recorded_graph import values_of
from graphtrace.views import fold
from tests.support import recordings, wire

VIEWER = Path(viewer.__file__).parent


@pytest.fixture(scope="module")
def lenet():
    return recordings.trained("lenet", 2)


def test_what_is_sent_is_strict_json_with_every_event_in_order(lenet):
    sent = json.loads(json.dumps(viewer.play(lenet, ["concept"]), allow_nan=False))["recording"]
    assert sent["sentences"] == {language: list(sentences(lenet, language)) for language in ("en", "zh")}
    assert sent["length"] == len(lenet)
    for drawn, event in zip(wire.events(sent), lenet.events, strict=True):
        places = {"node": event.node, "edge": event.edge, "op": event.op, "leaf": event.param}
        known = {name: value for name, value in places.items() if value is not None}
        assert drawn == {"kind": event.kind, "step": event.step, "graph": event.graph, **known}


def test_every_content_is_sent_once(lenet):
    tensors = viewer.play(lenet, ["concept"])["recording"]["tensors"]
    assert len({json.dumps(tensor, sort_keys=True) for tensor in tensors}) == len(tensors)
    assert len(tensors) < sum(len(event.tensors) for event in lenet.events)


def test_numbers_that_json_lacks_travel_as_words():
    sent = viewer.play(recordings.not_finite(), ["autograd"])["recording"]
    assert "nan" in {tensor["norm"] for tensor in sent["tensors"]}
    json.dumps(sent, allow_nan=False)


def test_passes_that_look_the_same_share_one_picture(lenet):
    for view in viewer.play(lenet)["views"]:
        assert len(view["pictures"]) == 1
        assert [picture for picture, _ in view["of"]] == [0, 0]


def test_passes_that_differ_have_pictures_of_their_own():
    x = torch.ones(2, requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        (x * 2).sum().backward()
        (x * 2).exp().sum().backward()
    (view,) = viewer.play(rec.recording, ["autograd"])["views"]
    assert len(view["pictures"]) == 2


@pytest.mark.parametrize("name", ["concept", "autograd", "module"])
def test_every_block_lies_inside_its_card_and_meets_no_other(lenet, name):
    (view,) = viewer.play(lenet, [name])["views"]
    for box in view["pictures"][0]["boxes"]:
        spots = [(b["x"], b["y"], b["x"] + b["w"], b["y"] + b["h"]) for b in box["blocks"]]
        lines = max((line["y"] for line in box["lines"]), default=0)
        for left, top, right, bottom in spots:
            assert 0 <= left <= right <= box["w"]
            assert lines <= top <= bottom <= box["h"]
        for i, a in enumerate(spots):
            assert not any(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for b in spots[i + 1 :])


def test_every_leaf_has_a_bucket_or_a_line_of_its_own(lenet):
    names = {node.param for node in lenet.graphs[0].nodes if node.param}
    for view in viewer.play(lenet)["views"]:
        blocks = [block for box in view["pictures"][0]["boxes"] for block in box["blocks"]]
        assert {b["name"] for b in blocks if b["role"] in ("bucket", "row")} == names


def test_a_value_is_shown_only_where_the_op_gave_that_tensor(lenet):
    graph = lenet.graphs[0]
    found = values_of(lenet, graph)
    for node, op in found.items():
        output = lenet.tensors[lenet.ops[op].outputs[0]]
        assert output.meta.shape == graph.nodes[node].metas[0].shape
    assert not any(graph.nodes[node].type == "TBackward0" for node in found), (
        "a transposed weight is not linear's output"
    )
    assert len(found) == len(set(found.values()))


@pytest.mark.parametrize("view", ["concept", "autograd"])
def test_linear_on_a_batch_of_sequences_has_its_value_on_its_card(view):
    recording = recordings.sequences()
    (sent,) = viewer.play(recording, [view])["views"]
    boxes = [box for box in sent["pictures"][0]["boxes"] if "Addmm" in box["subtitle"]]
    assert len(boxes) == 2
    for box in boxes:
        value = next(block for block in box["blocks"] if block["role"] == "value")
        op = values_of(recording, recording.graphs[0])[value["node"]]
        shape = recording.tensors[recording.ops[op].outputs[0]].meta.shape
        assert shape in ((1, 4, 3), (1, 4, 1))
        assert (value["rows"], value["cols"]) == shape[1:]


def test_a_large_picture_keeps_one_line_per_card():
    x = torch.ones(3, requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        y = x
        for _ in range(card_slots.MOST_BOXES + 10):
            y = y * 1.01
        y.sum().backward()
    (view,) = viewer.play(rec.recording, ["autograd"])["views"]
    roles = {block["role"] for box in view["pictures"][0]["boxes"] for block in box["blocks"]}
    assert roles == {"mini"}


@pytest.mark.parametrize(
    ("shape", "grid"),
    [((), (1, 1)), ((3,), (1, 3)), ((4, 4), (4, 4)), ((1, 1, 2, 3), (2, 3)), ((5,), (0, 0)), ((0,), (0, 0))],
)
def test_up_to_four_by_four_the_numbers_are_printed(shape, grid):
    meta = gt.TensorMeta(shape=shape, dtype="float32", device="cpu")
    assert card_slots.cells(meta) == grid


def test_no_folder_of_the_users_machine_is_sent(lenet):
    text = json.dumps(viewer.play(lenet))
    assert str(Path(__file__).parents[2]) not in text
    assert '"lenet.py"' in text


def test_an_empty_recording_has_no_picture():
    assert viewer.play(Recording())["views"] == []


def test_every_word_that_the_modules_put_together_exists():
    made = {f"phase_{phase}" for phase in ("start", "forward", "backward", "zero", "edit", "step", "error")}
    made |= {f"view_{view}" for view in ("concept", "autograd", "module")} | {"saved_stale", "legend_gradient"}
    made |= {f"to_{name}" for name in ("first", "back", "play", "pause", "next", "last")}
    assert made <= set(section("viewer", "en"))


def test_a_views_links_carry_all_their_edges(lenet):
    for view in viewer.play(lenet)["views"]:
        drawn = [link["edges"] for link in view["pictures"][0]["links"] if link["edges"]]
        assert drawn == [list(link.edges) for link in fold(lenet.graphs[0], view["name"]).links if link.edges]
