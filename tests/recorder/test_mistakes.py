"""What beginners get wrong (the seeds' list of 28): torch's true error or silent result, as events that say where."""

import contextlib
import math
import warnings

import pytest
import torch
from torch import nn
from torch.nn import functional

import graphtrace as gt


def recorded(program, raises=None, match="", **options):
    """Record a program that ends as torch says."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = pytest.raises(raises, match=match) if raises else contextlib.nullcontext()
        with expected, gt.record(**options) as rec:
            program()
    assert rec.recording.audit().violations == ()
    return rec.recording


def events(recording, kind, **wanted):
    return [e for e in recording.events if e.kind == kind and all(getattr(e, k) == v for k, v in wanted.items())]


def the_error(recording):
    (error,) = events(recording, "error")
    assert error is recording.events[-1]
    return error


def node_of(recording, event):
    return recording.graphs[event.graph].nodes[event.node]


def last_op(recording):
    return recording.ops[events(recording, "forward_op")[-1].op]


def leaf(*numbers, **options):
    return torch.tensor(numbers, requires_grad=True, **options)


def test_1_gradients_pile_up_without_zero_grad():
    w = torch.tensor(1.0, requires_grad=True)

    def program():
        for _ in range(3):
            (2 * w).backward()

    took = events(recorded(program, params={"w": w}), "accumulate", param="w")
    assert [e.tensor("after").numbers() for e in took] == [[2], [4], [6]]
    assert [e.tensor("added").numbers() for e in took] == [[2]] * 3


@pytest.mark.reads_saved
def test_2_backward_twice_stops_at_the_first_node_that_kept_something():
    x = leaf(1.0, 2.0)

    def program():
        loss = ((x**2) + 3).sum()
        loss.backward()
        loss.backward()

    recording = recorded(program, RuntimeError, "second time")
    error = the_error(recording)
    assert "second time" in error.fact("message")
    assert (error.fact("type"), error.fact("call")) == ("RuntimeError", "backward")
    assert (node_of(recording, error).key, error.fact("saved:self")) == ("Pow:0", "freed")
    (freed,) = [e for e in recording.events if e.fact("freed") and e.kind == "node_out"]
    assert recording.graphs[0].nodes[freed.node].key == "Pow:0"
    second = [recording.graphs[1].nodes[e.node].key for e in recording.events if e.kind == "node_out" and e.graph == 1]
    assert second == ["Sum:0", "Add:0"]  # nodes that keep nothing pass


def test_2_backward_twice_through_what_keeps_nothing_is_fine():
    x = leaf(1.0)

    def program():
        y = x + 3
        y.backward()
        y.backward()

    assert recorded(program, params={"x": x}).events[-1].kind == "backward_end"
    assert x.grad.tolist() == [2]


@pytest.mark.reads_saved
def test_2_retain_graph_keeps_the_shelves_full():
    x = leaf(1.0)

    def program():
        y = x**2
        y.backward(retain_graph=True)
        y.backward()

    ends = events(recorded(program), "backward_end")
    assert [e.fact("freed") for e in ends] == [0, 1]


@pytest.mark.reads_saved
def test_3_a_state_carried_over_meets_the_freed_graph_of_the_last_turn():
    cell, x = nn.RNNCell(2, 3), torch.ones(1, 2)

    def program():
        h = torch.zeros(1, 3)
        for _ in range(2):
            h = cell(x, h)
            h.sum().backward()

    recording = recorded(program, RuntimeError, "second time", model=cell)
    error = the_error(recording)
    assert error.graph == 1
    assert "freed" in [fact for name, fact in error.facts if name.startswith("saved:")]
    assert recording.ops[node_of(recording, error).op].call == 0  # made in the first turn


@pytest.mark.parametrize(
    ("call", "kind", "match"),
    [
        (lambda y: y.backward(), RuntimeError, "implicitly created only for scalar"),
        (lambda y: y.backward(torch.ones(2)), RuntimeError, "Mismatch in shape"),
        (lambda y: torch.autograd.backward(y, [2.0]), TypeError, ""),
    ],
)
def test_4_a_vector_needs_a_gradient_of_its_shape(call, kind, match):
    x = leaf(1.0, 2.0, 3.0)
    recording = recorded(lambda: call(x * 2), kind, match)
    error = the_error(recording)
    assert match in error.fact("message")
    assert not events(recording, "node_in")
    assert x.grad is None


def test_5_v_is_cast_to_the_root():
    for v in (torch.tensor([0.1, 1, 2]), torch.tensor([1, 2, 3])):
        x = leaf(1.0, 2.0, 3.0, dtype=torch.float64)
        recording = recorded(lambda x=x, v=v: (x * 2).backward(v.double() if v.is_floating_point() else v))
        (begin,) = events(recording, "backward_begin")
        assert begin.tensor("seed:0").meta.shape == (3,)
        assert events(recording, "accumulate")[0].tensor("after").meta.dtype == "float64"
    x = leaf(1.0, 2.0, 3.0, dtype=torch.float64)
    recording = recorded(lambda: (x * 2).backward(torch.tensor([0.5, 1, 2])))
    assert events(recording, "backward_begin")[0].tensor("seed:0").meta.dtype == "float32"
    assert events(recording, "node_in")[0].tensor("in:0").meta.dtype == "float64"
    assert events(recording, "accumulate")[0].tensor("after").numbers() == [1, 2, 4]


def test_6_gradients_pass_through_what_is_no_leaf():
    x = leaf(1.0, 2.0)

    def program():
        h = x * 3
        kept = h * 2
        kept.retain_grad()
        kept.sum().backward()
        assert h.grad is None

    recording = recorded(program, params={"x": x})
    assert [e.param for e in events(recording, "accumulate")] == ["x"]
    (retained,) = events(recording, "retained")
    assert retained.tensor("after").numbers() == [1, 1]
    assert recording.tensors[retained.fact("value")].origin == "op"
    through = [e for e in events(recording, "node_in") if node_of(recording, e).type == "MulBackward0"]
    assert [e.tensor("in:0").numbers() for e in through] == [[1, 1], [2, 2]]


def test_7_a_name_for_what_an_operation_made_is_no_leaf():
    held = {}

    def program():
        held["w"] = w = torch.ones(2, requires_grad=True) * 0.01
        (w * w).sum().backward()

    recording = recorded(program)
    assert held["w"].grad is None
    (took,) = events(recording, "accumulate")
    assert node_of(recording, took).kind == "accumulate"
    made = recording.ops[1]
    assert [op.name for op in recording.ops[:2]] == ["ones", "Tensor.mul"]
    assert recording.tensors[made.inputs[0]].origin == "leaf"


@pytest.mark.parametrize(
    "cut",
    [
        lambda y: y.detach(),
        lambda y: torch.tensor(y.item()),
        lambda y: y.argmax().float(),
        lambda y: (y > 0).float(),
    ],
)
def test_8_a_cut_graph_shows_where_requires_grad_was_lost(cut):
    x = leaf(2.0)
    recording = recorded(lambda: cut(x * 3).sum().backward(), RuntimeError, "does not require grad")
    assert "does not have a grad_fn" in the_error(recording).fact("message")
    first, last = recording.ops[0], recording.ops[-1]
    assert recording.tensors[first.outputs[0]].requires_grad
    assert not recording.tensors[last.outputs[0]].requires_grad
    assert recording.graphs == ()


def test_8_no_grad_is_written_on_the_op():
    x = leaf(2.0)

    def program():
        with torch.no_grad():
            y = x * 3
        y.backward()

    recording = recorded(program, RuntimeError, "does not require grad")
    assert [op.grad_mode for op in recording.ops] == [False]


def test_8_numpy_on_what_requires_grad_raises():
    x = leaf(2.0)
    recording = recorded(lambda: (x * 2).numpy(), RuntimeError, "Can't call numpy")
    assert "Can't call numpy" in the_error(recording).fact("message")
    assert last_op(recording).name == "Tensor.mul"


def test_9_the_fake_fix_is_an_island():
    w = leaf(2.0)

    def program():
        loss = (w * 3).sum()
        fake = torch.tensor(loss.item(), requires_grad=True)
        (fake * 1).backward()

    recording = recorded(program, params={"w": w})
    assert w.grad is None
    assert [e.param for e in events(recording, "accumulate")] == ["fake"]
    assert "w" not in [node.param for node in recording.graphs[0].nodes]


@pytest.mark.reads_saved
def test_10_a_changed_saved_tensor_is_named_with_both_versions():
    x = leaf(1.0, 2.0, 3.0)

    def program():
        y = x.exp()
        z = y * 2
        y += 1
        (y + z).sum().backward()

    recording = recorded(program, RuntimeError, "modified by an inplace operation")
    error = the_error(recording)
    assert "modified by an inplace operation" in error.fact("message")
    assert node_of(recording, error).type == "ExpBackward0"
    assert error.fact("saved:result") == "saved at version 0, now at version 1"
    (begin,) = events(recording, "backward_begin")
    assert begin.fact(f"stale:{error.node}.result") == "saved at version 0, now at version 1"
    assert "Tensor.add_" in [op.name for op in recording.ops]


def test_10_a_change_that_nobody_saved_is_no_matter():
    x = leaf(1.0, 2.0)

    def program():
        y = x * 2
        y += 1
        y.sum().backward()

    (begin,) = events(recorded(program), "backward_begin")
    assert not [name for name, _ in begin.facts if name.startswith("stale:")]


@pytest.mark.reads_saved
def test_11_a_step_between_two_backwards_makes_the_weights_stale():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)

    def program():
        first, second = net(torch.ones(1, 2)).sum(), net(torch.ones(1, 2) * 2).sum()
        first.backward()
        optimizer.step()
        second.backward()

    recording = recorded(program, RuntimeError, "modified by an inplace operation", model=net, optimizer=optimizer)
    error = the_error(recording)
    kinds = [e.kind for e in recording.events]
    assert kinds.index("backward_end") < kinds.index("step_end") < kinds.index("error")
    assert node_of(recording, error).module == "1"
    stale = [fact for name, fact in error.facts if name.startswith("saved:") and "now at version" in fact]
    version = net[1].weight._version
    assert stale == [f"saved at version {version - 1}, now at version {version}"]


@pytest.mark.parametrize("write", [lambda w: w.add_(1), lambda w: w.__setitem__(0, 5.0), lambda w: w.sub_(0.1)])
def test_12_an_update_under_grad_mode_is_refused(write):
    w = leaf(1.0, 2.0)
    recording = recorded(lambda: write(w), RuntimeError, "leaf Variable")
    assert "leaf Variable" in the_error(recording).fact("message")
    assert not events(recording, "param_update")
    assert w.tolist() == [1, 2]


def test_13_rebinding_makes_a_new_tensor_and_updates_no_leaf():
    start = leaf(1.0)
    sizes = []

    def program():
        w = start
        for _ in range(3):
            loss = (w * w).sum()
            (slope,) = torch.autograd.grad(loss, w)
            w = w - 0.1 * slope
            sizes.append(w)

    recording = recorded(program)
    assert not events(recording, "param_update")
    assert [len(graph.nodes) for graph in recording.graphs] == [3, 4, 5]  # the graph grows every turn
    subs = [op for op in recording.ops if op.name == "Tensor.sub"]
    assert [recording.tensors[op.outputs[0]].origin for op in subs] == ["op"] * 3


def test_14_data_changes_a_saved_value_without_a_word():
    x = leaf(1.0)

    def program():
        y = x.exp()
        y.data.mul_(100)
        y.backward()

    recording = recorded(program, params={"x": x})
    assert x.grad.item() == pytest.approx(271.828, rel=1e-4)
    assert not [name for name, _ in events(recording, "backward_begin")[0].facts if name.startswith("stale:")]
    changed = [op for op in recording.ops if op.name == "Tensor.mul_"]
    assert len(changed) == 1  # the change itself is an op, with its line
    assert "y.data.mul_(100)" in changed[0].source.text


@pytest.mark.reads_saved
def test_14_detach_shares_the_version_and_raises():
    x = leaf(1.0)

    def program():
        y = x.exp()
        y.detach().mul_(100)
        y.backward()

    recording = recorded(program, RuntimeError, "modified by an inplace operation")
    assert the_error(recording).fact("saved:result") == "saved at version 0, now at version 1"


def test_15_a_sum_of_losses_keeps_every_graph():
    w = leaf(1.0)

    def program():
        total = 0
        for _ in range(3):
            total = total + (w * 2).sum()
        total.backward()

    recording = recorded(program, params={"w": w})
    assert len(recording.graphs[0].nodes) == 10


def test_16_an_optimizer_moves_only_what_it_was_given():
    net, other = nn.Linear(2, 1), nn.Linear(2, 1)
    optimizer = torch.optim.SGD(other.parameters(), lr=0.1)

    def program():
        net(torch.ones(1, 2)).sum().backward()
        optimizer.step()

    recording = recorded(program, model=net)
    assert [e.kind for e in recording.events[-4:]] == ["step_begin", "update_skipped", "update_skipped", "step_end"]
    assert {e.param for e in events(recording, "accumulate")} == {"weight", "bias"}
    assert not {e.param for e in events(recording, "update_skipped")} & {"weight", "bias"}
    assert not events(recording, "param_update")


@pytest.mark.parametrize(
    ("make", "kind", "match"),
    [
        (lambda: torch.optim.SGD([], lr=0.1), ValueError, "empty parameter list"),
        (lambda: torch.optim.SGD([leaf(1.0) * 2], lr=0.1), ValueError, "non-leaf"),
        (lambda: type("Net", (nn.Module,), {"__init__": _no_super})(), AttributeError, "__init__"),
    ],
)
def test_16_errors_outside_of_torchs_calls_are_events_too(make, kind, match):
    assert match in the_error(recorded(make, kind, match)).fact("message")


def _no_super(self):
    self.layer = nn.Linear(1, 1)


@pytest.mark.parametrize(("frozen", "with_grads"), [("0", {"2.weight", "2.bias"}), ("2", {"0.weight", "0.bias"})])
def test_17_frozen_parameters_get_nothing(frozen, with_grads):
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    for parameter in net[int(frozen)].parameters():
        parameter.requires_grad_(False)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)

    def program():
        net(torch.ones(1, 2)).sum().backward()
        optimizer.step()

    recording = recorded(program, model=net)
    assert {e.param for e in events(recording, "accumulate")} == with_grads
    assert {e.param for e in events(recording, "param_update")} == with_grads
    values = {value.name: value for value in recording.tensors if value.name.startswith(frozen)}
    assert [value.requires_grad for value in values.values()] == [False, False]


def test_17_all_frozen_has_no_graph():
    net = nn.Linear(2, 1).requires_grad_(False)
    recording = recorded(
        lambda: net(torch.ones(1, 2)).sum().backward(), RuntimeError, "does not require grad", model=net
    )
    assert "grad_fn" in the_error(recording).fact("message")


def test_18_zero_grad_gives_none_or_zeros_and_adam_sees_the_difference():
    def turn(set_to_none):
        w = torch.tensor([1.0], requires_grad=True)
        optimizer = torch.optim.Adam([w], lr=0.1)

        def program():
            (w * 2).sum().backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=set_to_none)
            optimizer.step()

        return w, recorded(program, params={"w": w})

    w, recording = turn(True)
    (zeroed,) = events(recording, "grad_zero")
    assert (zeroed.fact("to"), zeroed.tensor("before").numbers(), zeroed.tensor("after")) == ("None", [2], None)
    assert len(events(recording, "param_update")) == 1
    assert w.item() == pytest.approx(0.9)
    w, recording = turn(False)
    (zeroed,) = events(recording, "grad_zero")
    assert (zeroed.fact("to"), zeroed.tensor("after").numbers()) == ("zeros", [0])
    assert len(events(recording, "param_update")) == 2
    assert w.item() == pytest.approx(0.833, abs=1e-3)


def test_18_zeroing_before_the_first_backward_is_an_error():
    w = leaf(1.0)
    assert "zero_" in the_error(recorded(lambda: w.grad.zero_(), AttributeError, "NoneType")).fact("message")


def test_19_zeroing_between_backward_and_step_leaves_nothing_to_apply():
    w = leaf(1.0)
    optimizer = torch.optim.SGD([w], lr=0.1)

    def program():
        w.sum().backward()
        optimizer.zero_grad()
        optimizer.step()

    kinds = [e.kind for e in recorded(program).events]
    assert [kind for kind in kinds if kind in ("accumulate", "grad_zero", "step_begin", "param_update")] == [
        "accumulate",
        "grad_zero",
        "step_begin",
    ]


def test_20_shapes_that_broadcast_show_on_the_op():
    pred = torch.zeros(4, 1, requires_grad=True)
    recording = recorded(lambda: functional.mse_loss(pred, torch.arange(4.0)))
    op = last_op(recording)
    assert [recording.tensors[i].meta.shape for i in op.inputs] == [(4, 1), (4,)]
    recording = recorded(
        lambda: functional.binary_cross_entropy_with_logits(pred, torch.ones(4)), ValueError, "must be the same"
    )
    assert the_error(recording).fact("call") == "nn.functional.binary_cross_entropy_with_logits"


def test_21_two_softmaxes_and_a_smaller_gradient():
    x, y = torch.tensor([[2.0, -1.0, 0.5]], requires_grad=True), torch.tensor([2])

    def norm(logits):
        recording = recorded(lambda: functional.cross_entropy(logits(x), y).backward(), params={"x": x})
        x.grad = None
        return recording, events(recording, "accumulate")[0].tensor("added").norm

    (once, right), (twice, wrong) = norm(lambda x: x * 1), norm(lambda x: x.softmax(1))
    assert wrong < right / 2
    names = [node.type for node in twice.graphs[0].nodes]
    assert {"LogSoftmaxBackward0", "SoftmaxBackward0"} <= set(names)
    assert "SoftmaxBackward0" not in [node.type for node in once.graphs[0].nodes]


def test_22_two_means_add_up_to_twice_the_mean():
    w, x = leaf(1.0), torch.tensor([1.0, 2.0, 3.0, 4.0])

    def program():
        for part in x.split(2):
            (w * part).mean().backward()

    first, second = events(recorded(program, params={"w": w}), "accumulate")
    assert second.tensor("after").numbers() == [2 * x.mean().item()]
    assert first.tensor("after").numbers() == second.tensor("before").numbers()


def test_23_eval_is_not_no_grad():
    net = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3)).eval()
    recording = recorded(lambda: net(torch.ones(1, 3)).sum().backward(), model=net)
    assert recording.tensors[recording.ops[-1].outputs[0]].requires_grad
    net.train()
    recording = recorded(lambda: net(torch.ones(1, 3)), ValueError, "more than 1 value per channel", model=net)
    error = the_error(recording)
    assert "torch.Size([1, 3])" in error.fact("message")
    assert error.fact("call") == "nn.functional.batch_norm"
    assert error.fact("module") == "1"
    assert "net(torch.ones(1, 3))" in error.fact("text")


def test_24_dead_units_send_zeros():
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    nn.init.constant_(net[0].bias, -100.0)
    recording = recorded(lambda: net(torch.ones(4, 2)).sum().backward(), model=net)
    took = {e.param: e.tensor("added") for e in events(recording, "accumulate")}
    assert took["0.weight"].norm == took["0.bias"].norm == 0
    assert took["2.bias"].norm > 0


def test_25_gradients_vanish_and_the_norms_tell_how_far():
    x = torch.tensor([0.5], requires_grad=True, dtype=torch.float32)

    def program():
        y = x
        for _ in range(21):
            y = torch.sigmoid(y) * 0.1
        y.sum().backward()

    recording = recorded(program, params={"x": x})
    norms = [e.tensor("added").norm for e in events(recording, "edge_add")]
    assert norms[-1] == abs(x.grad.item())
    assert 0 < norms[-1] < 1e-30 < norms[0]
    assert all(math.isfinite(norm) for norm in norms)


def test_26_nan_from_where_shows_at_the_first_node_that_is_not_finite():
    x = leaf(0.0, 1.0)

    def program():
        torch.where(x > 0, torch.log(x), torch.zeros(2)).sum().backward()

    recording = recorded(program, params={"x": x})
    bad = [e for e in events(recording, "edge_add") if e.tensor("added") and not e.tensor("added").is_finite]
    first = recording.graphs[0].nodes[recording.graphs[0].edges[bad[0].edge].source]
    assert first.type == "LogBackward0"
    assert math.isnan(events(recording, "accumulate")[0].tensor("after").numbers()[0])


def test_26_anomaly_mode_names_the_node():
    x = leaf(0.0)

    def program():
        with torch.autograd.detect_anomaly(check_nan=True):
            (torch.where(x > 0, x.log(), x * 0)).sum().backward()

    recording = recorded(program, RuntimeError, "returned nan values")
    assert node_of(recording, the_error(recording)).type == "LogBackward0"


@pytest.mark.parametrize(
    ("call", "match", "name"),
    [
        (lambda: torch.mm(torch.ones(2, 2).double(), torch.ones(2, 2)), "same dtype", "mm"),
        (lambda: nn.Linear(2, 2)(torch.ones(1, 2).double()), "same dtype", "nn.functional.linear"),
        (lambda: torch.ones(2, dtype=torch.int64).requires_grad_(), "floating point", ""),
        (
            lambda: functional.cross_entropy(torch.ones(2, 3), torch.ones(2)),
            "(?i)expected|dtype|scalar type",
            "nn.functional.cross_entropy",
        ),
    ],
)
def test_27_wrong_dtypes_name_the_call(call, match, name):
    error = the_error(recorded(call, RuntimeError, match))
    assert error.fact("call") == name


def test_28_a_second_derivative_needs_a_graph_of_the_first():
    x = leaf(3.0)

    def program():
        (x**3).backward()
        x.grad.backward()

    recording = recorded(program, RuntimeError, "does not require grad", params={"x": x})
    assert len(recording.graphs) == 1
    x.grad = None

    def right():
        (slope,) = torch.autograd.grad(x**3, x, create_graph=True)
        slope.backward()

    recording = recorded(right, params={"x": x})
    assert [e.fact("create_graph") for e in events(recording, "backward_begin")] == [True, False]
    assert len(recording.graphs[1].nodes) > len(recording.graphs[0].nodes)
    assert x.grad.tolist() == [18]
