"""The player against a plain replay: every state is what a fold over the events before the cursor gives."""

from collections import Counter

import pytest
import torch
from torch import nn

import graphtrace as gt
from graphtrace.player import PHASES, Player
from tests.support.steps import RECORDINGS, fork, inputs_only, refused, training


def replayed(recording: gt.Recording, cursor: int) -> dict[int, str]:
    """States of the nodes of the current graph, by going through the events one by one."""
    states: dict[int, str] = {}
    missing: Counter[int] = Counter()
    for event in recording.events[:cursor]:
        graph = None if event.graph is None else recording.graphs[event.graph]
        if event.kind == "backward_begin":
            missing = Counter(edge.target for edge in graph.edges)
            states = {node.id: "waiting" if missing[node.id] else "ready" for node in graph.nodes}
        elif event.kind == "node_in":
            states[event.node] = "running"
        elif event.kind == "node_out":
            states[event.node] = "done"
        elif event.kind == "edge_add":
            target = graph.edges[event.edge].target
            missing[target] -= 1
            if not missing[target]:
                states[target] = "ready"
        elif event.kind == "backward_end":
            states = {node: state if state in ("done", "running") else "not run" for node, state in states.items()}
    return states


@pytest.mark.parametrize("name", RECORDINGS)
def test_every_state_is_what_a_plain_replay_gives(name):
    recording = RECORDINGS[name]()
    player = Player(recording)
    assert len(player) == len(recording) > 0
    for cursor in range(len(recording) + 1):
        state = player.seek(cursor)
        assert dict(state.nodes) == replayed(recording, cursor)
        assert state.phase == (PHASES[recording.events[cursor - 1].kind] if cursor else "start")


@pytest.mark.parametrize("name", RECORDINGS)
def test_the_way_to_a_cursor_does_not_matter(name):
    recording = RECORDINGS[name]()
    there, back = Player(recording), Player(recording)
    seen = [plain(there.state())]
    while there.cursor < len(recording):
        seen.append(plain(there.step()))
    back.seek(-1)
    for cursor in range(len(recording), -1, -1):
        assert plain(back.state()) == seen[cursor]
        back.back()
    assert plain(Player(recording).seek(len(recording) // 2)) == seen[len(recording) // 2]


def plain(state: gt.player.State) -> tuple:
    parts = (state.nodes, state.edges, state.incoming, state.grads, state.saved, state.params, state.values)
    return (state.cursor, state.event, state.graph, state.step, state.error, *map(dict, parts))


def test_a_bucket_counts_its_layers_and_is_empty_after_zeroing():
    recording = fork()
    player = Player(recording)
    seen = []
    for cursor in range(1, len(recording) + 1):
        state = player.seek(cursor)
        if state.event.kind in ("accumulate", "grad_zero"):
            grad = state.grads["y"]
            seen.append((grad.value and grad.value.numbers()[0], grad.count, grad.is_zero))
    assert seen == [(8.0, 1, False), (16.0, 2, False), (0.0, 0, True), (8.0, 1, False), (None, 0, False)]


def test_partial_sums_grow_as_contributions_arrive():
    player = Player(fork())
    leaf = next(node.id for node in player.recording.graphs[0].nodes if node.param == "y")
    arrived = []
    for cursor in range(1, len(player) + 1):
        state = player.seek(cursor)
        if state.event.kind == "edge_add" and (leaf, 0) in state.incoming:
            arrived.append(state.incoming[leaf, 0].numbers()[0])
    assert arrived[:2] in ([6.0, 8.0], [2.0, 8.0])


@pytest.mark.reads_saved
def test_saved_tensors_are_held_until_their_node_has_run():
    player = Player(training(1))
    assert dict(player.seek(phase="backward").saved)
    assert set(player.state().saved.values()) == {"held"}
    assert set(player.seek(-1).saved.values()) == {"freed"}


@pytest.mark.reads_saved
def test_an_error_is_part_of_the_state():
    state = Player(refused()).seek(-1)
    assert "second time" in state.error
    assert state.phase == "error"
    assert set(state.saved.values()) == {"freed"}


def test_nodes_off_the_path_are_marked_as_not_run():
    player = Player(inputs_only())
    graph = player.recording.graphs[0]
    state = player.seek(-1)
    ran = {event.node for event in player.recording.events if event.kind == "node_out"}
    assert (
        {node for node, word in state.nodes.items() if word == "not run"} == {n.id for n in graph.nodes} - ran != set()
    )


def test_seeking_by_node_and_by_phase_goes_on_and_wraps():
    player = Player(training(2))
    first = player.seek(node="2/Addmm:0").cursor
    second = player.seek(node="2/Addmm:0").cursor
    assert first < second
    assert player.seek(node="2/Addmm:0").cursor == first
    assert [player.seek(phase="step").event.kind for _ in range(2)] == ["step_begin"] * 2


@pytest.mark.parametrize("call", [{"cursor": 10_000}, {"cursor": "7"}, {"node": "nobody"}, {"phase": "sideways"}])
def test_a_wrong_seek_says_so_and_keeps_the_position(call):
    player = Player(fork())
    player.seek(5)
    with pytest.raises(gt.TraceError, match=r"no such cursor|nothing to seek"):
        player.seek(**call)
    assert player.cursor == 5


def test_params_carry_before_and_after_and_values_follow():
    recording = training(1)
    state = Player(recording).seek(-1)
    for name, (before, after) in state.params.items():
        assert before.data != after.data
        assert state.values[name] == after
    start = Player(recording)
    start.seek(phase="backward")
    assert start.state().values["0.weight"] == state.params["0.weight"][0]


@pytest.mark.parametrize("zeroed", [False, True])
def test_a_gradient_from_before_the_recording_is_there_from_its_beginning(zeroed):
    net = nn.Linear(2, 1, bias=False)
    net(torch.ones(4, 2)).mean().backward()
    if zeroed:
        net.weight.grad.zero_()
    before = net.weight.grad.flatten().tolist()
    with gt.record(net) as rec:
        net(torch.ones(4, 2)).mean().backward()
    player = gt.Player(rec.recording)
    start = player.seek(0).grads["weight"]
    assert (start.value.numbers(), start.is_zero, start.count) == (before, zeroed, int(not zeroed))
    end = player.seek(len(rec.recording)).grads["weight"]
    assert (end.value.numbers(), end.is_zero, end.count) == (net.weight.grad.flatten().tolist(), False, 2 - zeroed)
