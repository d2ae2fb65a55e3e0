"""Tensors that need no gradient have grey cards of their own, with their names and values."""

from itertools import pairwise

import pytest
import torch
from torch import nn

import graphtrace as gt
from graphtrace import lab, viewer
from graphtrace.lab.showing.playback import playback
from graphtrace.viewer.given import given_to
from tests.support import recordings


def played(name, view="concept"):
    machine = lab.Machine(lab.preset(name).spec)
    machine.forward()
    machine.backward()
    recording = playback(machine, 1).recording
    return recording, viewer.play(recording, [view])


def cards(sent, kind="data"):
    return {box["title"]: box for box in sent["views"][0]["pictures"][0]["boxes"] if box["kind"] == kind}


def joined(sent):
    picture = sent["views"][0]["pictures"][0]
    titles = [box["title"] for box in picture["boxes"]]
    return {(titles[link["t"]], titles[link["s"]]) for link in picture["links"]}


@pytest.mark.parametrize("view", ["concept", "autograd", "module"])
def test_input_and_target_of_the_lab_are_cards_in_every_view(view):
    _, sent = played("xor", view)
    assert set(cards(sent)) == {"x", "y"}
    assert cards(sent, "stub") == {}


def test_a_card_leads_to_its_reader_and_has_the_values_that_were_given():
    recording, sent = played("xor")
    assert {("x", "Linear · 0"), ("y", "mse_loss")} <= joined(sent)
    graph = sent["recording"]["graphs"][0]
    (block,) = cards(sent)["y"]["blocks"]
    tensor = recording.tensors[graph["given"][block["data"]]]
    assert (tensor.name, tensor.meta.shape) == ("y", (4, 1))
    given = sent["recording"]["given"]
    values = {}
    number = cursor = 0
    for by, step, place in zip(given["keys"], given["cursors"], given["values"], strict=True):
        number, cursor = number + by, cursor + step
        values[number] = cursor, sent["recording"]["tensors"][place]
    assert values[tensor.id][0] == 0  # known from the beginning
    assert values[tensor.id][1]["data"] == recording.events[3].tensor("in:1").data


def test_what_a_frozen_layer_does_is_drawn_too_with_its_parameters_on_its_card():
    _, sent = played("freeze_first")
    assert {"x", "y", "Linear · 0", "ReLU · 1"} <= set(cards(sent))
    assert {("x", "Linear · 0"), ("Linear · 0", "ReLU · 1"), ("ReLU · 1", "Linear · 2")} <= joined(sent)
    assert [block["name"] for block in cards(sent)["Linear · 0"]["blocks"]] == ["", "0.weight", "0.bias"]


def test_a_constant_that_is_no_tensor_keeps_its_dot():
    x = torch.ones(2, requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        (x * 2).sum().backward()
    sent = viewer.play(rec.recording, ["concept"])
    assert len(cards(sent, "stub")) == 1
    assert cards(sent) == {}


def test_a_tensor_is_named_after_the_variable_of_the_program():
    net = nn.Linear(2, 1)
    with gt.record(net) as rec:
        batch = torch.ones(3, 2)
        net(batch).sum().backward()
    (given,) = given_to(rec.recording, rec.recording.graphs[0])
    assert given.title == "ones"  # made inside of the block, by an op
    with gt.record(net) as rec:
        net(batch).sum().backward()
    (given,) = given_to(rec.recording, rec.recording.graphs[0])
    assert given.title == "batch"


def test_where_the_graph_was_cut_is_seen():
    w = torch.ones(2, requires_grad=True)
    with gt.record(params={"w": w}) as rec:
        h = w * 3
        (h * h.detach()).sum().backward()
    assert ("mul 3", "detach") in joined(viewer.play(rec.recording, ["concept"]))


def test_all_of_xor_is_in_one_view_in_large_type():
    _, sent = played("xor")
    picture = sent["views"][0]["pictures"][0]
    assert (picture["width"] <= 1010, picture["height"] <= 460) == (True, True)
    sizes = {line["size"] for box in picture["boxes"] for line in box["lines"]}
    sizes |= {size for box in picture["boxes"] for block in box["blocks"] for size in (block["small"], block["size"])}
    assert min(sizes) >= 14


def test_passes_over_other_data_share_one_picture():
    assert len(viewer.play(recordings.trained("lenet", 2), ["concept"])["views"][0]["pictures"]) == 1


def test_a_frozen_net_shows_what_its_forward_pass_computed_and_says_why():
    machine = lab.Machine(lab.preset("freeze_all").spec)
    machine.forward()
    recording = playback(machine, 1).recording
    assert recording.graphs == ()
    sent = viewer.play(recording)
    assert sent["views"][0]["pictures"][0]["why"] == "frozen"
    assert {"x", "y", "Linear · 0", "ReLU · 1", "Linear · 2", "mse_loss"} == set(cards(sent))
    way = ["x", "Linear · 0", "ReLU · 1", "Linear · 2", "mse_loss"]
    assert {*pairwise(way), ("y", "mse_loss")} == joined(sent)


def test_a_recording_without_backward_shows_its_forward_pass():
    net = nn.Sequential(nn.Linear(2, 2), nn.Tanh())
    with gt.record(net) as rec:
        net(torch.ones(1, 2)).sum()
    sent = viewer.play(rec.recording)
    assert sent["views"][0]["pictures"][0]["why"] == "not_run"
    assert {"Linear · 0", "Tanh · 1", "sum"} <= set(cards(sent))
    assert [block["name"] for block in cards(sent)["Linear · 0"]["blocks"]] == ["", "0.weight", "0.bias"]
