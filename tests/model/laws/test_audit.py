"""The audit can fail: each law is broken on purpose, and a user's hook is told from a fault."""

import math
from dataclasses import replace

import pytest
import torch
from torch import nn

import graphtrace as gt
from graphtrace.model import TensorData, TensorMeta
from graphtrace.model.laws.numbers import wrong_sum


def value_of(*numbers):
    """A whole float64 content."""
    with gt.record(params={}) as rec:
        torch.tensor(numbers, dtype=torch.float64) * 1
    return rec.recording.events[0].tensor("out:0")


@pytest.fixture(scope="module")
def recording():
    x = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([x], lr=0.1)
    with gt.record(params={"x": x}) as rec:
        for _ in range(2):
            h = x * 3
            (h + h.sin()).sum().backward()  # h has two contributions; x accumulates in the second turn
        optimizer.step()
    assert rec.recording.audit().ok
    return rec.recording


def changed(recording, position, **fields):
    events = list(recording.events)
    events[position] = replace(events[position], **fields)
    return replace(recording, events=tuple(events))


def with_value(recording, position, name, value):
    values = tuple((key, value if key == name else old) for key, old in recording.events[position].tensors)
    return changed(recording, position, tensors=values)


def where(recording, kind, number=0, **facts):
    found = [
        i
        for i, event in enumerate(recording.events)
        if event.kind == kind and all(getattr(event, key) == wanted for key, wanted in facts.items())
    ]
    return found[number]


def node(recording, key):
    return next(node.id for node in recording.graphs[0].nodes if node.key == key)


def the_violations(recording):
    report = recording.audit()
    assert not report.ok
    return "\n".join(report.violations)


def test_the_recording_under_test_has_what_the_laws_are_about(recording):
    assert sum(event.tensor("sum") is not None for event in recording.events if event.kind == "edge_add") >= 4
    assert [event.tensor("before") is None for event in recording.events if event.kind == "accumulate"] == [True, False]


def test_a_changed_contribution_is_found_with_node_and_both_values(recording):
    position = where(recording, "edge_add")
    found = the_violations(with_value(recording, position, "added", value_of(7.0, 8.0)))
    edge = recording.graphs[0].edges[recording.events[position].edge]
    assert repr(recording.graphs[0].nodes[edge.target].key) in found
    assert "[7, 8]" in found
    assert "[1, 1]" in found


def test_one_changed_contribution_of_two_is_found(recording):
    mul = node(recording, "Mul:0")
    edges = [number for number, edge in enumerate(recording.graphs[0].edges) if edge.target == mul]
    assert len(edges) == 2
    for edge in edges:
        position = where(recording, "edge_add", edge=edge, graph=0)
        assert "'Mul:0'" in the_violations(with_value(recording, position, "added", value_of(7.0, 8.0)))


def test_a_changed_gradient_on_entry_is_found(recording):
    position = where(recording, "node_in", node=node(recording, "Mul:0"), graph=0)
    found = the_violations(with_value(recording, position, "in:0", value_of(5.0, 5.0)))
    assert "node 'Mul:0' input 0 received [5, 5]" in found


def test_a_lost_gradient_on_entry_is_found(recording):
    position = where(recording, "node_in", node=node(recording, "Mul:0"), graph=0)
    facts = tuple((name, False if name == "proof:0" else fact) for name, fact in recording.events[position].facts)
    lost = with_value(changed(recording, position, facts=facts), position, "in:0", None)
    assert "node 'Mul:0' input 0 received None" in the_violations(lost)


def test_two_events_in_the_wrong_order_are_found(recording):
    events = list(recording.events)
    first = where(recording, "node_in", 1)
    out = where(recording, "node_out", 1)
    events[first], events[out] = events[out], events[first]
    found = the_violations(replace(recording, events=tuple(events)))
    assert "left without having been entered last" in found


def test_a_node_that_runs_before_its_gradient_came_is_found(recording):
    events = list(recording.events)
    moved = events.pop(where(recording, "edge_add", 0))
    events.insert(where(recording, "backward_end") - 1, moved)
    found = the_violations(replace(recording, events=tuple(events)))
    assert "ran before edge" in found
    assert "delivered before its source" in found


@pytest.mark.parametrize("kind", ["node_in", "node_out", "edge_add"])
def test_an_event_told_twice_is_found(recording, kind):
    events = list(recording.events)
    position = where(recording, kind, 1)
    events.insert(position, events[position])
    assert "twice" in (found := the_violations(replace(recording, events=tuple(events)))) or "times" in found


@pytest.mark.parametrize("kind", ["node_in", "node_out", "edge_add", "backward_begin", "backward_end"])
def test_an_event_that_is_missing_is_found(recording, kind):
    events = list(recording.events)
    del events[where(recording, kind)]
    assert not replace(recording, events=tuple(events)).audit().ok


@pytest.mark.parametrize("proof", [False, None, "perhaps", 2])
def test_a_proof_that_fails_or_is_none_is_found(recording, proof):
    for position, event in enumerate(recording.events):
        if event.fact("proof:0") is None:
            continue
        facts = tuple((name, proof if name == "proof:0" else fact) for name, fact in event.facts)
        found = the_violations(changed(recording, position, facts=facts))
        assert "bit for bit" in found or "no proof" in found


def test_a_leaf_that_took_in_something_else_is_found_with_all_three_values(recording):
    for number in (0, 1):
        position = where(recording, "accumulate", number)
        found = the_violations(with_value(recording, position, "after", value_of(0.5, 0.25)))
        assert "leaf 'x': .grad" in found
        assert "gave [0.5, 0.25]" in found


def test_a_leaf_proof_that_fails_is_found(recording):
    position = where(recording, "accumulate")
    assert "leaf 'x'" in the_violations(changed(recording, position, facts=(("proof", False),)))
    assert "no proof" in the_violations(changed(recording, position, facts=()))


def test_a_parameter_that_moved_otherwise_is_found(recording):
    position = where(recording, "param_update")
    event = recording.events[position]
    one_ulp = value_of(*[math.nextafter(number, math.inf) for number in event.tensor("after").numbers()])
    assert with_value(recording, position, "after", one_ulp).audit().ok
    found = the_violations(with_value(recording, position, "after", value_of(0.0, 0.0)))
    assert "parameter 'x'" in found
    assert "is not 0.0" in found


def test_a_gradient_that_changed_between_two_events_is_told_and_no_fault():
    w = torch.ones(2, requires_grad=True)
    with gt.record() as rec:
        w.sum().backward()
        w.grad.numpy()[:] = 7  # behind torch's back
        w.sum().backward()
    report = rec.recording.audit()
    assert report.ok
    assert report.hooks == ("leaf 'w': .grad was [1, 1], then [7, 7]: changed unseen",)


# a user's hooks


def net_and_input():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)), torch.randn(5, 3)


def the_hooks(rec):
    report = rec.recording.audit()
    assert report.violations == ()
    assert report.hooks != ()
    return "\n".join(report.hooks)


@pytest.mark.parametrize("in_place", [False, True], ids=["returns another", "changes it in place"])
@pytest.mark.parametrize("wide", [3, 300], ids=["small", "large"])
def test_a_hook_on_a_tensor_of_the_block_is_told_and_no_fault(in_place, wide):
    x = torch.ones(wide, 7, requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        h = x * 3
        h.register_hook(_doubling(in_place))
        y = (h + h.sin()).sum()
        del h  # the hook outlives the variable
        y.backward()
    assert "tensor hook" in the_hooks(rec)
    assert "'Mul:0'" in the_hooks(rec)


def _doubling(in_place):
    def hook(grad):
        if in_place:
            grad.mul_(2)
            return None
        return grad * 2

    return hook


@pytest.mark.parametrize("in_place", [False, True], ids=["returns another", "changes it in place"])
def test_a_hook_on_a_tensor_with_one_contribution_is_told(in_place):
    x = torch.ones(3, requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        h = x * 3
        h.register_hook(_doubling(in_place))
        (h * torch.tensor([1.0, 2.0, 3.0])).sum().backward()
    assert "received [2, 4, 6], its edges delivered [1, 2, 3]" in the_hooks(rec)
    assert x.grad.tolist() == [6, 12, 18]


def test_a_hook_on_a_leaf_is_told_also_when_it_was_set_before():
    net, x = net_and_input()
    net[0].weight.register_hook(lambda grad: grad.clamp(-1e-3, 1e-3))
    with gt.record(net) as rec:
        net[2].bias.register_hook(lambda grad: grad * 0)
        net(x).sum().backward()
    hooks = the_hooks(rec)
    assert "tensor hook): node '0.weight'" in hooks
    assert "tensor hook): node '2.bias'" in hooks


def test_a_hook_on_the_loss_is_told():
    x = torch.ones(2, requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        loss = (x * x).sum()
        loss.register_hook(lambda grad: grad * 10)
        loss.backward()
    assert "received [10], its edges delivered [1]" in the_hooks(rec)
    assert x.grad.tolist() == [20, 20]


def test_a_hook_from_before_the_recording_is_told():
    x = torch.ones(2, requires_grad=True)
    h = x * 3
    h.register_hook(lambda grad: grad * 10)
    loss = h.sum()
    del h
    with gt.record(params={"x": x}) as rec:
        loss.backward()
    assert "set before the recording began" in the_hooks(rec)


def test_a_prehook_of_a_node_is_told():
    x = torch.ones(2, requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        h = x * 3
        h.grad_fn.register_prehook(lambda grads: (grads[0] * 10,))
        h.sum().backward()
    assert "prehook of the node): node 'Mul:0' input 0 received [10, 10], its edges delivered [1, 1]" in the_hooks(rec)


def test_a_hook_behind_a_node_needs_no_excuse():
    x = torch.ones(2, requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        h = x * 3
        h.grad_fn.register_hook(lambda out, into: (out[0] * 10, *out[1:]))
        h.sum().backward()
    assert rec.recording.audit().ok
    assert rec.recording.audit().hooks == ()
    assert x.grad.tolist() == [30, 30]


@pytest.mark.parametrize("start", [None, 1.0], ids=["first gradient", "added to another"])
@pytest.mark.parametrize("act", ["in place", "to None"])
def test_a_hook_behind_accumulation_is_told(start, act):
    x = torch.ones(2, requires_grad=True)
    x.grad = None if start is None else torch.full((2,), start)

    def after(leaf):
        if act == "to None":
            leaf.grad = None
        else:
            leaf.grad.mul_(5)

    x.register_post_accumulate_grad_hook(after)
    with gt.record(params={"x": x}) as rec:
        (x * 3).sum().backward()
    assert "post_accumulate_grad_hook): leaf 'x'" in the_hooks(rec)


def test_an_optimizer_inside_backward_is_no_fault():
    net, x = net_and_input()
    optimizers = {p: torch.optim.SGD([p], lr=0.1) for p in net.parameters()}

    def update(p):
        optimizers[p].step()
        optimizers[p].zero_grad()

    for p in net.parameters():
        p.register_post_accumulate_grad_hook(update)
    before = [p.detach().clone() for p in net.parameters()]
    with gt.record(net) as rec:
        net(x).sum().backward()
    assert rec.recording.audit().violations == ()
    assert not any(torch.equal(old, new) for old, new in zip(before, net.parameters(), strict=True))
    assert sum(event.kind == "param_update" for event in rec.recording.events) == 4


def test_module_hooks_that_change_gradients_are_no_fault():
    net, x = net_and_input()
    net[0].register_full_backward_hook(lambda module, into, out: tuple(None if g is None else g * 2 for g in into))
    net[2].register_full_backward_pre_hook(lambda module, out: tuple(g * 3 for g in out))
    with gt.record(net) as rec:
        net(x.requires_grad_()).sum().backward()
    assert rec.recording.audit().violations == ()


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32, torch.float64], ids=str)
def test_sums_are_rounded_as_torch_rounds_them(dtype):
    torch.manual_seed(0)
    parts = [(torch.randn(500) * 10 ** torch.randint(-3, 4, (500,))).to(dtype) for _ in range(4)]
    parts[0][:3] = torch.tensor([math.inf, math.nan, 0.0], dtype=dtype)
    total = parts[0] + parts[1] + parts[2] + parts[3]
    with gt.record(params={}) as rec:
        for tensor in (*parts, total):
            tensor.clone()
    contents = [event.tensor("out:0") for event in rec.recording.events]
    assert wrong_sum(contents[:4], contents[4]) is None
    wrong = total.clone()
    wrong.view(torch.int16 if dtype.itemsize == 2 else torch.int32)[7] ^= 1
    with gt.record(params={}) as rec:
        wrong.clone()
    assert "is not" in wrong_sum(contents[:4], rec.recording.events[0].tensor("out:0"))


def test_numbers_that_were_not_kept_are_not_summed():
    meta = TensorMeta((5000,), "float32", "cpu")
    assert wrong_sum([TensorData(meta, 1.0), TensorData(meta, 1.0)], TensorData(meta, 9.0)) is None
