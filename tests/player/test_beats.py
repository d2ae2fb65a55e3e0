"""Events that belong together: a node that runs, gradients cleared one after the other."""

from itertools import pairwise

import pytest

from graphtrace import lab, viewer
from graphtrace.explain.beats import beat_sentences
from graphtrace.lab.showing.playback import playback
from graphtrace.player.beats import beat_ends
from tests.support import recordings


def kinds(recording):
    spans = pairwise((0, *beat_ends(recording)))
    return [[event.kind for event in recording.events[start:end]] for start, end in spans]


@pytest.mark.parametrize("make", [recordings.fork, recordings.retained, recordings.accumulated, recordings.not_finite])
def test_every_event_is_in_one_beat_and_every_node_in_one_of_its_own(make):
    recording = make()
    found = kinds(recording)
    assert [kind for beat in found for kind in beat] == [event.kind for event in recording.events]
    for beat in found:
        assert beat.count("node_out") <= beat.count("node_in") <= 1  # one that raised never left


def test_a_backward_of_a_small_net_has_as_many_beats_as_nodes_and_one_for_its_end():
    machine = lab.Machine(lab.preset("xor").spec)
    machine.forward()
    recording = machine.backward()
    assert len(beat_ends(recording)) == len(recording.graphs[0].nodes) + 1
    assert kinds(recording)[1] == ["node_in", "node_out", "edge_add", "edge_add", "edge_add"]


def test_a_beat_that_sends_several_gradients_names_all_receivers():
    machine = lab.Machine(lab.preset("xor").spec)
    machine.forward()
    recording = machine.backward()
    told = [text for text in beat_sentences(recording) if text]
    assert told[0] == "Linear · 2 runs and sends 3 gradients: to 2.bias, ReLU · 1, 2.weight"
    assert all("Linear · 0" in text for text in told[1:])


def test_gradients_are_cleared_in_one_beat_and_updated_one_by_one():
    machine = lab.Machine(lab.preset("xor").spec)
    for action in ("forward", "backward"):
        getattr(machine, action)()
    assert len(beat_ends(machine.step())) == 4
    assert len(beat_ends(machine.zero_grad())) == 1


def test_the_viewer_gets_them():
    machine = lab.Machine(lab.preset("xor").spec)
    machine.forward()
    machine.backward()
    recording = playback(machine, 1).recording
    sent = viewer.play(recording, ["concept"])["recording"]
    total, ends = 0, []
    for by in sent["beats"]:
        total += by
        ends.append(total)
    assert tuple(ends) == beat_ends(recording)
    assert sent["told"]["en"] == list(beat_sentences(recording))
