"""What the Lab's charts are made of: numbers of torch, of the very moment, against plain loops and hooks."""

import base64
import itertools
import json
import math
from pathlib import Path
from types import SimpleNamespace

import numpy
import plotly.graph_objects as go
import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import nn

from graphtrace import compare, lab
from graphtrace.app.lab import chart_events
from graphtrace.app.lab.chart_context import ChartContext
from graphtrace.app.lab.figures import CurveLabels, curves, depth, losses, style
from graphtrace.app.lab.session import LabSession
from graphtrace.lab.records.actions import Backward, Forward, Iterate, Step, ZeroGrad
from graphtrace.lab.records.spec import SGD, Adam
from graphtrace.lab.running import measures
from graphtrace.lab.showing import branches, chart_data, time_points, training_curves
from graphtrace.lab.showing.playback import playback
from graphtrace.lab.showing.time_points import TimePoint
from graphtrace.player import Player
from tests.support.lab_page import address, press, session, show

ROOT = Path(__file__).parents[3]
ITERATION = (ZeroGrad(), Forward(), Backward(), Step())


def machine(name: str, *actions) -> lab.Machine:
    made = lab.Machine(lab.preset(name).spec)
    made.replay(actions)
    return made


def xor() -> tuple[nn.Module, torch.Tensor, torch.Tensor]:
    """Return the opening net as plain PyTorch, with its data."""
    start = lab.Machine(lab.preset("xor").spec)
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            parameter.copy_(start.tensor(name))
    return net, start.tensor("x"), start.tensor("y")


def plain_loop(n: int, optimizer=torch.optim.SGD, lr: float = 0.1, zero: bool = True):
    """Train plainly. Yields per iteration the loss, the gradients' norms, the updates' ratios, and the net."""
    net, x, y = xor()
    made = optimizer(net.parameters(), lr=lr)
    for _ in range(n):
        if zero:
            made.zero_grad()
        loss = nn.functional.mse_loss(net(x), y)
        loss.backward()
        norms = {name: p.grad.norm().item() for name, p in net.named_parameters()}
        before = {name: p.detach().clone() for name, p in net.named_parameters()}
        made.step()
        ratios = {
            name: ((p.detach() - before[name]).norm() / before[name].norm()).item()
            for name, p in net.named_parameters()
        }
        yield loss.item(), norms, ratios, net


def close(expected):
    return pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("actions", [(Iterate(12),), ITERATION * 12], ids=["run", "watched"])
def test_the_curves_are_those_of_a_plain_loop(actions):
    found = machine("xor", *actions)
    expected = list(plain_loop(12))
    assert training_curves.losses(found) == tuple((i, pytest.approx(loss)) for i, (loss, *_) in enumerate(expected, 1))
    for read, place in ((training_curves.gradient_norms, 1), (training_curves.update_ratios, 2)):
        for name, points in read(found).items():
            assert points == tuple((i, close(one[place][name])) for i, one in enumerate(expected, 1)), name
    together = [(i, close(math.hypot(*norms.values()))) for i, (_, norms, *_) in enumerate(expected, 1)]
    assert training_curves.total_gradient_norm(found) == tuple(together)


def test_a_watched_run_measures_what_an_unwatched_one_does():
    watched, unwatched = machine("xor"), machine("xor")
    watched.iterate(5, watch=True)
    unwatched.iterate(5)
    for read in (training_curves.gradient_norms, training_curves.update_ratios):
        for (name, points), (other, others) in zip(read(watched).items(), read(unwatched).items(), strict=True):
            assert name == other
            assert points == tuple((x, close(y)) for x, y in others)


def test_a_long_run_keeps_few_samples_at_equal_distances():
    found = machine("xor", Iterate(1000))
    norms = dict(enumerate((norms for _, norms, *_ in plain_loop(1000)), 1))
    for name, points in training_curves.gradient_norms(found).items():
        places = [x for x, _ in points]
        assert measures.MIN_SAMPLES <= len(places) < 2 * measures.MIN_SAMPLES
        assert places == list(range(1, 1001, places[1] - places[0]))
        assert [y for _, y in points[:40]] == close([norms[x][name] for x in places[:40]])


def test_measuring_a_run_changes_nothing_in_it():
    net = list(plain_loop(300))[-1][3]
    found = machine("xor", Iterate(300))
    assert all(torch.equal(found.tensor(name), p) for name, p in net.named_parameters())


def test_what_was_undone_stays_on_the_curves_behind_the_mark():
    found = machine("xor", *ITERATION, *ITERATION)
    before = training_curves.losses(found)
    found.undo()
    found.undo()
    found.undo()
    assert training_curves.losses(found) == before
    assert training_curves.forwards_done(found, time_points.now(found)) == 1


def test_two_backwards_of_one_forward_are_two_points_of_it():
    found = machine("xor", Forward(), Backward(retain_graph=True), Backward())
    points = training_curves.gradient_norms(found)["2.bias"]
    assert [x for x, _ in points] == [1, 1]
    assert points[1][1] == pytest.approx(2 * points[0][1])


@pytest.mark.parametrize("name", ["xor", "blackboard", "mazur"])
def test_at_every_cursor_tensors_are_those_that_the_player_shows(name):
    found = machine(name, *ITERATION, *ITERATION)
    player = Player(playback(found).recording)
    seen = set()
    for cursor in range(len(player.recording) + 1):
        state, at = player.seek(cursor), time_points.time_point(found, cursor)
        tensors = time_points.tensors_at(found, at)
        for parameter in found.names():
            value, grad = state.values.get(parameter), state.grads.get(parameter)
            if value is not None:
                assert tensors[parameter].flatten().tolist() == value.numbers()
            if grad is not None:
                shown = tensors.get(f"{parameter}.grad")
                assert (shown is None) == (grad.value is None)
                assert shown is None or shown.flatten().tolist() == grad.value.numbers()
                seen.add((parameter, shown is None))
    assert len(seen) >= len(found.names()), "gradients were seen"


def test_an_earlier_moment_needs_no_way_back():
    found = machine("xor", *ITERATION, *ITERATION)
    print_before = found.fingerprint()
    other = machine("xor", *ITERATION)
    there = time_points.tensors_at(found, TimePoint(4))
    assert all(torch.equal(there[name], other.tensor(name)) for name in found.names())
    assert (found.position, found.fingerprint()) == (8, print_before)


def test_the_story_again_with_whole_tensors_is_event_by_event_the_same():
    found = machine("lenet", *ITERATION)
    told, whole = playback(found).recording, time_points.full_recording(found)
    same = [(event.kind, event.param, event.node, event.edge, event.op) for event in told.events]
    assert [(event.kind, event.param, event.node, event.edge, event.op) for event in whole.events] == same
    assert not whole.warnings
    assert any(value and not value.is_whole for event in told.events for _, value in event.tensors)
    assert all(value is None or value.is_whole for event in whole.events for _, value in event.tensors)


def test_a_nodes_numbers_are_those_of_hooks_in_torch():
    found = machine("lenet", ZeroGrad(), Forward(), Backward())
    net, seen = found.trainer.net, {}
    hook = lambda module, inputs, out: (out.retain_grad(), seen.update(out=out))[0]  # noqa: E731
    handle = net.conv2.register_forward_hook(hook)
    out = net(found.trainer.x)
    handle.remove()
    found.trainer.criterion(out, found.trainer.y).backward()
    whole = time_points.full_recording(found)
    at_end = time_points.node_tensors(whole, len(whole), "conv2/Convolution:0")
    assert torch.equal(at_end.value, seen["out"])
    assert torch.equal(at_end.grad, seen["out"].grad)
    start = time_points.node_tensors(whole, 0, "conv2/Convolution:0")
    assert start == time_points.NodeTensors(None, None)
    assert time_points.node_tensors(whole, len(whole), "fc1/T:0").value is None, (
        "the output of linear is not that of its transpose"
    )
    assert time_points.node_tensors(whole, len(whole), "no such node") == time_points.NodeTensors()


def test_a_histogram_counts_every_number_as_numpy_does():
    numbers = torch.randn(100, 37, generator=torch.Generator().manual_seed(0)).double()
    found = chart_data.histogram(numbers)
    counts, edges = numpy.histogram(numbers.numpy(), 40)
    assert found.counts == tuple(counts)
    assert found.edges == pytest.approx(list(edges))
    assert (found.mean, found.std) == (pytest.approx(numbers.mean().item()), pytest.approx(numbers.numpy().std()))


def test_a_histogram_tells_of_nan_and_survives_what_has_no_spread():
    odd = chart_data.histogram(torch.tensor([1.0, math.nan, 2.0, math.inf]))
    assert (sum(odd.counts), odd.non_finite) == (2, 2)
    assert sum(chart_data.histogram(torch.ones(5)).counts) == 5
    assert chart_data.histogram(torch.tensor([math.nan])).non_finite == 1


def test_kernels_lie_in_rows_by_input_and_columns_by_output():
    kernels = torch.randn(4, 3, 5, 2)
    found = chart_data.tiles(kernels)
    assert found.grid == (3, 4)
    for out in range(4):
        for inner in range(3):
            cells = found.cells[6 * inner : 6 * inner + 5, 3 * out : 3 * out + 2]
            assert torch.equal(cells, kernels[out, inner].double())
    assert found.cells[5].isnan().all()


def test_images_lie_side_by_side_and_what_is_missing_is_empty():
    channels = torch.randn(5, 3, 3)
    found = chart_data.images(channels)
    rows, columns = found.grid
    assert rows * columns >= 5
    for number in range(5):
        top, left = 4 * (number // columns), 4 * (number % columns)
        assert torch.equal(found.cells[top : top + 3, left : left + 3], channels[number].double())
    assert int((~found.cells.isnan()).sum()) == channels.numel()


def test_of_a_large_matrix_every_kth_number_is_shown():
    large = torch.arange(1000.0 * 500).reshape(1000, 500)
    found = chart_data.tiles(large)
    down, across = found.strides
    assert found.cells.numel() <= chart_data.MAX_CELLS
    assert torch.equal(found.cells, large[::down, ::across].double())


def test_the_boundary_is_what_the_net_says_there_and_then():
    found = machine("xor", *ITERATION * 3)
    now = chart_data.decision_boundary(found, time_points.tensors_at(found, time_points.now(found)), size=5)
    for row, y in enumerate(now.axis):
        for column, x in enumerate(now.axis):
            assert now.z[row, column].item() == pytest.approx(found.predict(torch.tensor([[x, y]])).item(), abs=1e-6)
    before = chart_data.decision_boundary(found, time_points.tensors_at(found, TimePoint(11)), size=5)
    assert not torch.equal(before.z, now.z), "the last step has moved it"
    assert (now.points, now.targets) == (((0, 0), (0, 1), (1, 0), (1, 1)), (0, 1, 1, 0))


def test_a_picture_shows_what_hooks_see():
    found = machine("small_cnn", *ITERATION)
    shown = chart_data.sample_result(found, time_points.tensors_at(found, time_points.now(found)), 7)
    net, x, seen = found.trainer.net.eval(), found.trainer.x, []
    for module in (net[0], net[1], net[2]):
        module.register_forward_hook(lambda module, inputs, out: seen.append(out[0]))
    with torch.no_grad():
        outputs = net(x[7:8])[0]
    assert torch.equal(shown.image, x[7].double())
    assert all(torch.equal(one, other.double()) for (_, one), other in zip(shown.maps, seen, strict=True))
    assert (shown.outputs, shown.target) == (tuple(outputs.double().tolist()), int(found.trainer.y[7]))


def test_looking_changes_nothing():
    found = machine("small_cnn", *ITERATION)
    before, mode = found.fingerprint(), found.trainer.net.training
    tensors = time_points.tensors_at(found, TimePoint(3, 10))
    chart_data.sample_result(found, tensors, 0)
    chart_data.gradient_norms_by_depth(found, tensors)
    time_points.full_recording(found)
    assert (found.fingerprint(), found.trainer.net.training) == (before, mode)


def test_gradients_by_depth_arrive_from_the_loss_to_the_input():
    found = machine("deep_sigmoids", Forward(), Backward())
    events = found.history[1].recording.events
    counts = []
    for cursor in range(len(events) + 1):
        norms = chart_data.gradient_norms_by_depth(
            found, time_points.tensors_at(found, TimePoint(1, cursor) if cursor < len(events) else TimePoint(2))
        )
        come = [norm is not None for _, norm in norms]
        assert come == sorted(come), "those near the loss come first"
        counts.append(sum(come))
    assert counts == sorted(counts)
    assert counts[-1] == 20
    grads = [found.tensor(f"{name}.grad").abs().item() for name in found.names()]
    assert [norm for _, norm in norms] == grads
    assert grads[0] < 1e-10 * grads[-1], "which is what the chart is for"


def test_branches_are_the_same_to_the_bit_up_to_the_fork():
    found = machine("xor", *ITERATION)
    made = branches.branch_with_optimizer(found, time_points.now(found), Adam(0.01), 10)
    assert made.fork == 4
    for position in range(made.fork + 1):
        assert made.a.at(position).fingerprint() == made.b.at(position).fingerprint()
    assert made.a.fingerprint() != made.b.fingerprint()
    assert (
        training_curves.losses(made.a)[: made.shared_forwards + 1]
        == training_curves.losses(made.b)[: made.shared_forwards + 1]
    )
    assert all(row.same for row in branches.parameter_differences(made, TimePoint(made.fork), TimePoint(made.fork)))


def test_against_adam_both_branches_are_plain_loops():
    found = machine("xor")
    made = branches.branch_with_optimizer(found, time_points.now(found), Adam(0.01), 20)
    for branch, optimizer, lr in ((made.a, torch.optim.SGD, 0.1), (made.b, torch.optim.Adam, 0.01)):
        expected = list(plain_loop(20, optimizer, lr))
        assert [loss for _, loss in training_curves.losses(branch)] == [loss for loss, *_ in expected]
        assert all(torch.equal(branch.tensor(name), p) for name, p in expected[-1][3].named_parameters())


def test_without_zero_grad_gradients_pile_up_as_in_a_plain_loop():
    found = machine("xor")
    made = branches.branch_without_zero_grad(found, time_points.now(found), 6)
    expected = list(plain_loop(6, zero=False))
    assert [loss for _, loss in training_curves.losses(made.b)] == [loss for loss, *_ in expected]
    for name, p in expected[-1][3].named_parameters():
        assert torch.equal(made.b.tensor(f"{name}.grad"), p.grad)
    with pytest.raises(AssertionError):
        assert torch.equal(made.a.tensor("0.weight.grad"), made.b.tensor("0.weight.grad"))


def test_a_branch_from_inside_an_action_begins_before_it_and_leaves_a_alone():
    found = machine("xor", *ITERATION)
    before = found.fingerprint()
    made = branches.branch_by_hand(found, TimePoint(2, 5))
    assert made.a is found
    assert made.b.position == 2
    made.b.step()
    made.b.forward()
    assert found.fingerprint() == before
    assert [type(turn.action) for turn in found.history] == [type(action) for action in ITERATION]


def test_rows_tell_how_far_branches_are_apart():
    made = branches.branch_without_zero_grad(machine("xor"), TimePoint(0), 5)
    for row in branches.parameter_differences(made, time_points.now(made.a), time_points.now(made.b)):
        a, b = made.a.tensor(row.name), made.b.tensor(row.name)
        assert (row.norm_a, row.norm_b) == (close(a.norm().item()), close(b.norm().item()))
        assert (row.norm_of_difference, row.largest_difference) == (
            close((a - b).norm().item()),
            close((a - b).abs().max().item()),
        )
        assert row.grad_norm_b == close(made.b.tensor(f"{row.name}.grad").norm().item())
        assert not row.same


def test_the_same_recording_meets_itself_at_the_same_cursor():
    told = playback(machine("xor", *ITERATION)).recording
    assert [compare.matching_cursor(told, cursor, told) for cursor in range(len(told) + 1)] == list(
        range(len(told) + 1)
    )


def test_branches_meet_where_the_same_has_happened():
    made = branches.branch_without_zero_grad(machine("xor"), TimePoint(0), 4)
    a, b = playback(made.a).recording, playback(made.b).recording
    assert len(a) == len(b) + 4, "four events of zero_grad"
    met = [compare.matching_cursor(a, cursor, b) for cursor in range(len(a) + 1)]
    assert met == sorted(met)
    assert met[-1] == len(b)
    for cursor in range(1, len(b) + 1):
        there = compare.matching_cursor(b, cursor, a)
        one, other = b.events[cursor - 1], a.events[there - 1]
        assert (one.kind, one.node, one.edge, one.param) == (other.kind, other.node, other.edge, other.param)


def test_meetings_are_where_the_other_has_done_the_same_and_say_where_it_has_not():
    made = branches.branch_without_zero_grad(machine("xor"), TimePoint(0), 4)
    a, b = playback(made.a).recording, playback(made.b).recording
    there = compare.matching_cursors(a, b)
    assert len(there) == len(a) + 1
    assert [cursor for cursor, (_, both) in enumerate(there) if not both] == [
        cursor for cursor, event in enumerate(a.events, 1) if event.kind == "grad_zero"
    ]
    back = compare.matching_cursors(b, a)
    assert all(both for _, both in back)
    assert [there[cursor][0] for cursor, _ in back[1:]] == list(range(1, len(b) + 1)), "there and back again"
    assert all(there[cursor][0] == there[cursor - 1][0] for cursor in range(1, len(there)) if not there[cursor][1])


def test_branches_part_at_the_first_event_with_other_contents():
    begun = machine("xor", *ITERATION)
    made = branches.branch_by_hand(begun, time_points.now(begun))
    assert compare.first_difference(playback(made.a).recording, playback(made.b).recording) is None
    made.b.edit("x", (0, 0), 5.0)
    for one in (made.a, made.b):
        one.forward()
    a, b = playback(made.a).recording, playback(made.b).recording
    cursor = compare.first_difference(a, b)
    there, both = compare.matching_cursors(a, b)[cursor]
    assert both
    assert a.events[cursor - 1].kind == "forward_op"
    assert a.events[cursor - 1].tensor("out:0") != b.events[there - 1].tensor("out:0")
    for earlier in range(1, cursor):
        there, both = compare.matching_cursors(a, b)[earlier]
        assert not both or a.events[earlier - 1].tensors == b.events[there - 1].tensors


def traces(drawing) -> list:
    """Have Plotly check a figure."""
    return list(go.Figure(drawing).data)


def test_figures_hold_the_numbers_they_are_given():
    found, look_at = machine("xor", Iterate(9)), style(False)
    said = CurveLabels("t", "", "x", present=5)
    norms = training_curves.gradient_norms(found)
    drawn = {one.name: list(zip(one.x, one.y, strict=True)) for one in traces(curves(look_at, said, norms))}
    assert drawn == {name: list(points) for name, points in norms.items()}
    curve, ring = traces(losses(look_at, said, {"A": training_curves.losses(found)}, {"A": 5}))
    assert list(zip(curve.x, curve.y, strict=True)) == list(training_curves.losses(found))
    assert (ring.x, ring.y) == ((5,), (training_curves.losses(found)[4][1],)), "the ring is at the mark"
    deep = traces(depth(look_at, said, (("a.weight", None), ("b.weight", 2.0), ("b.bias", 0.5)), "None"))
    assert [(one.x, one.y) for one in deep] == [((2,), (2.0,)), ((3,), (0.5,))]


@pytest.mark.parametrize("dark", [False, True])
def test_text_of_users_is_never_markup_in_a_figure(dark):
    evil = "<a href='javascript:alert(1)'>w</a>"
    made = style(dark).drawing(evil, evil)
    assert "<a" not in json.dumps(made)


# ---- the page ----------------------------------------------------------------------------------


def opened(**query: str) -> AppTest:
    at = AppTest.from_file(ROOT / "viz_app.py", default_timeout=60)
    at.switch_page("pages/3_Lab.py")
    at.query_params.update(query)
    return at.run()


def group(at: AppTest, name: str) -> AppTest:
    show(at, "charts")
    next(one for one in at.get("button_group") if one.key == "lab_charts_group").set_value(name).run()
    assert not at.exception, at.exception
    return at


def switch(at: AppTest, shown: str) -> AppTest:
    """Put one branch on the stage, or both."""
    next(one for one in at.get("button_group") if one.key.startswith("lab_branch_shown")).set_value(shown).run()
    assert not at.exception, at.exception
    return at


def drawn(at: AppTest) -> dict[str, list[dict]]:
    """Return the traces of every figure, by the end of its element's id."""
    charts = [json.loads(one.proto.spec) for one in at.get("plotly_chart")]
    return {chart["layout"]["title"]["text"].split("<b>")[1].split("</b>")[0]: chart["data"] for chart in charts}


def numbers(values) -> list:
    """Return an array of a figure: Plotly packs them."""
    if not isinstance(values, dict):
        return list(values)
    found = numpy.frombuffer(base64.b64decode(values["bdata"]), values["dtype"])
    return found.reshape([int(size) for size in str(values.get("shape", len(found))).split(",")]).tolist()


def test_the_pages_loss_curve_is_the_plain_loops():
    at = press(opened(), "iterate", "iterate", "iterate")
    trace = drawn(group(at, "training"))["Loss"][0]
    expected = [loss for loss, *_ in plain_loop(3)]
    assert numbers(trace["y"]) == [expected[0], *expected], "the opening forward pass, and three iterations"


def test_the_pages_parameters_are_those_before_or_after_the_update():
    at = press(opened(), "iterate")
    net = machine("xor", Forward(), ZeroGrad(), Forward(), Backward())
    before = net.tensor("0.weight").double().tolist()
    net.step()
    after = net.tensor("0.weight").double().tolist()
    group(at, "weights")
    assert numbers(drawn(at)["0.weight"][0]["z"]) == after
    session(at).cursor = 0
    at.run()
    assert numbers(drawn(at)["0.weight"][0]["z"]) == before
    assert before != after


def test_the_selected_nodes_gradient_is_empty_until_it_arrives():
    at = press(opened(), "Backward")
    assert sum(numbers(drawn(group(at, "node"))["Gradient of 0.weight"][0]["y"])) == 6
    session(at).cursor = 10
    at.run()
    assert numbers(drawn(at)["Gradient of 0.weight"][0]["y"]) == []


SHOWN = ["xor", "spirals", "small_cnn", "deep_sigmoids", "weight_tying", "rnn", "freeze_all"]
IN_TURN = zip(SHOWN, itertools.cycle(["zh", "en"]), strict=False)


@pytest.mark.parametrize(("name", "language"), [("xor", "en"), *IN_TURN])
def test_every_group_shows_for_every_kind_of_net(name, language):
    at = opened(preset=name, lang=language)
    for shown in ("training", "weights", "node", "data", "compare"):
        group(at, shown)
    press(at, "iterate")
    for shown in ("training", "weights", "node", "data"):
        group(at, shown)
    assert not at.error


def test_one_press_compares_with_adam_and_the_table_is_torchs():
    at = opened()
    group(at, "compare")
    press(at, "branch_adam")
    net = machine("xor", Forward())
    made = branches.branch_with_optimizer(net, time_points.now(net), Adam(0.01), 100)
    shown = drawn(at)["Loss of both branches"]
    assert [numbers(shown[i]["y"]) for i in (0, 2)] == [
        [y for _, y in training_curves.losses(one)] for one in (made.a, made.b)
    ]
    table = at.table[0].value
    for row, expected in zip(
        table.itertuples(index=False),
        branches.parameter_differences(made, *map(time_points.now, (made.a, made.b))),
        strict=True,
    ):
        assert row[:4] == (
            expected.name,
            *(f"{norm:.4g}" for norm in (expected.norm_a, expected.norm_b, expected.norm_of_difference)),
        )


def test_without_zero_grad_is_one_press_and_the_switch_shows_either_branch():
    at = opened()
    group(at, "compare")
    press(at, "branch_zero")
    assert [type(turn.action) for turn in session(at).machine.history] == [Forward, Iterate, Forward, Backward, Step]
    switch(at, "A")
    kinds = [type(turn.action) for turn in session(at).machine.history]
    assert kinds == [Forward, Iterate, ZeroGrad, Forward, Backward, Step]
    assert session(at).cursor == len(playback(session(at).machine).recording), "the cursor is shared"
    press(at, "branch_end")
    assert not at.table


def reopened(at: AppTest) -> AppTest:
    """Open the address in a new session."""
    return opened(**address(at))


@pytest.mark.parametrize("way", ["adam", "zero", "here"])
@pytest.mark.parametrize("shown", ["A", "B"])
def test_a_link_rebuilds_both_branches_to_the_bit(way, shown):
    at = press(opened(), "iterate")
    group(at, "compare")
    press(at, f"branch_{way}", "Backward")
    switch(at, shown)
    before = session(at).active_comparison
    again = group(reopened(at), "compare")
    after = session(again).active_comparison
    assert (after.pair.fork, after.pair.shared_forwards) == (before.pair.fork, before.pair.shared_forwards)
    for branch in (0, 1):
        assert after.machines[branch].fingerprint() == before.machines[branch].fingerprint()
        assert training_curves.losses(after.machines[branch]) == training_curves.losses(before.machines[branch])
    assert session(again).machine is after.machines["AB".index(shown)]
    assert at.table[0].value.equals(again.table[0].value)


def test_a_link_keeps_a_branch_that_went_back_before_the_fork_and_on():
    at = press(opened(), "iterate")
    group(at, "compare")
    press(at, "branch_here", "undo", "undo", "Forward")
    before = session(at).active_comparison
    after = session(reopened(at)).active_comparison
    for branch in (0, 1):
        assert after.machines[branch].actions == before.machines[branch].actions
        assert after.machines[branch].fingerprint() == before.machines[branch].fingerprint()


def test_a_link_of_another_net_holds_no_comparison():
    at = opened()
    group(at, "compare")
    press(at, "branch_zero", "again")
    assert session(reopened(at)).active_comparison is None


def test_branch_here_keeps_a_and_actions_are_bs():
    at = press(opened(), "iterate")
    group(at, "compare")
    press(at, "branch_here")
    b = session(at).machine
    press(at, "Backward")
    assert session(at).machine is b
    assert b.position == 6
    assert at.table[0].value.iloc[0, 7] == "no", "its gradient is another one now"


def test_another_net_ends_a_comparison():
    at = opened()
    group(at, "compare")
    press(at, "branch_here")
    press(at, "again")
    assert not at.table
    assert at.button(key="lab_branch_adam")


def test_the_optimizer_of_a_is_told_beside_that_of_b():
    made = branches.branch_with_optimizer(machine("xor"), TimePoint(0), Adam(0.5), 2)
    assert (made.a.trainer.optimizer, made.b.trainer.optimizer) == (SGD(), Adam(0.5))


def test_a_chart_without_a_gradient_says_whether_one_lies_ahead():
    made = machine("xor", Forward())

    def shown(cursor):
        return ChartContext(
            SimpleNamespace(machine=made), "en", cursor, time_points.time_point(made, cursor), None
        ).no_gradient_hint()

    assert shown(0) == shown(4) == "No gradient has arrived: press Backward"
    made.replay([Backward()])
    arrivals = [i for i, event in enumerate(playback(made).recording.events) if event.kind == "accumulate"]
    assert {shown(cursor) for cursor in range(arrivals[-1] + 1)} == {"No gradient has arrived yet: step on"}
    assert shown(arrivals[-1] + 1) == "No gradient has arrived: press Backward"


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf])
def test_an_axis_holds_what_is_finite_and_the_rest_is_marked(odd):
    labels = CurveLabels("", "", "")
    points = ((1, 1.0), (2, 1000.0), (3, odd), (4, odd))
    pictures = [
        losses(style(False), labels, {"A": points}, {"A": 4}),
        curves(style(False), labels, {"w": points}),
        depth(style(False), labels, [("w", 1.0), ("b", odd)], "None"),
    ]
    for picture in pictures:
        drawn = [y for trace in picture["data"] for y in trace["y"]]
        assert drawn
        assert all(math.isfinite(y) for y in drawn)
        assert f"{odd:g}" in [annotation["text"] for annotation in picture["layout"]["annotations"]]
        go.Figure(picture)  # Plotly takes it


@pytest.mark.parametrize(("forward", "steps"), [(1, 0), (2, 0), (3, 1), (40, 38), (51, 49), (52, 50)])
def test_a_click_on_the_loss_curve_opens_that_iteration_and_plays_its_backward(monkeypatch, forward, steps):
    machine = lab.Machine(lab.preset("xor").spec)
    machine.replay((Forward(), Backward(), Iterate(50), Forward()))
    end, losses = machine.fingerprint(), machine.losses
    session = LabSession(machine.spec, machine, "xor", part="charts")
    event = {"selection": {"points": [{"x": forward, "y": losses[forward - 1]}]}}
    monkeypatch.setattr(chart_events.st, "session_state", {"chart": event})
    chart_events.loss_clicked(session, "chart")
    assert machine.losses == losses[:forward]
    assert machine.trainer.steps == steps
    recorded = playback(machine).recording
    if forward < 52:
        assert [event.kind for event in recorded.events][-1] == "backward_end"
        assert session.newest == 1
    assert session.part == "graph"
    machine.go(len(machine.history))
    assert (machine.fingerprint(), machine.losses) == (end, losses)


@pytest.mark.parametrize("told", [None, {}, {"selection": {"points": []}}, {"selection": {"points": [{"x": "a"}]}}, 5])
def test_a_click_that_is_none_does_nothing(monkeypatch, told):
    machine = lab.Machine(lab.preset("xor").spec)
    machine.forward()
    monkeypatch.setattr(chart_events.st, "session_state", {"chart": told})
    chart_events.loss_clicked(LabSession(machine.spec, machine, "xor"), "chart")
    assert machine.position == 1
