"""The program's own modes see the same calls with and without a recording; passes that cannot be recorded are told."""

from contextlib import nullcontext
from functools import partial

import pytest
import torch
from torch import nn
from torch.autograd import Function, gradcheck
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.checkpoint import CheckpointPolicy, checkpoint, create_selective_checkpoint_contexts
from torch.utils.flop_counter import FlopCounterMode

import graphtrace as gt


class DispatchLog(TorchDispatchMode):
    def __init__(self):
        super().__init__()
        self.calls = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.calls.append(str(func))
        return func(*args, **(kwargs or {}))


class FunctionLog(TorchFunctionMode):
    def __init__(self):
        super().__init__()
        self.calls = []

    def __torch_function__(self, func, types, args=(), kwargs=None):
        self.calls.append(func.__name__)
        return func(*args, **(kwargs or {}))


def step(net, x):
    net.zero_grad()
    loss = net(x).exp().mul(2).sum()
    loss.backward()
    torch.autograd.grad(net(x).sum(), list(net.parameters()))
    return [parameter.grad.clone() for parameter in net.parameters()]


def net_and_input():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 2)), torch.randn(3, 4)


def calls_seen(make_log, order):
    """Run a step under a log that lies inside or outside of a recording, or with none."""
    net, x = net_and_input()
    log = make_log()
    recording = gt.record(net) if order else nullcontext()
    outer, inner = (recording, log) if order == "inside" else (log, recording)
    with outer, inner:
        grads = step(net, x)
    return log.calls, grads, recording


@pytest.mark.parametrize("make_log", [DispatchLog, FunctionLog])
@pytest.mark.parametrize("order", ["inside", "outside"])
def test_a_mode_of_the_program_sees_only_the_program(make_log, order):
    calls, grads, _ = calls_seen(make_log, "")
    assert len(calls) > 5
    recorded_calls, recorded_grads, recorder = calls_seen(make_log, order)
    assert recorded_calls == calls
    assert all(map(torch.equal, recorded_grads, grads))
    assert recorder.recording.audit().ok
    assert not recorder.recording.warnings


def test_a_counter_of_operations_counts_the_program_alone():
    net, x = net_and_input()
    counts = []
    for recording in (nullcontext(), gt.record(net)):
        with FlopCounterMode(display=False) as counter, recording:
            step(net, x)
        counts.append(counter.get_total_flops())
    assert counts[0] == counts[1] > 0


def test_a_selective_checkpoint_asks_its_policy_the_same():
    net, x = net_and_input()
    asked = []

    def policy(context, function, *args, **kwargs):
        asked[-1].append((str(function), context.is_recompute))
        keeps = function is torch.ops.aten.addmm.default
        return CheckpointPolicy.MUST_SAVE if keeps else CheckpointPolicy.PREFER_RECOMPUTE

    grads = []
    contexts = partial(create_selective_checkpoint_contexts, policy)
    for recording in (nullcontext(), gt.record(net)):
        asked.append([])
        net.zero_grad()
        with recording:
            checkpoint(net, x, use_reentrant=False, context_fn=contexts).sum().backward()
        grads.append([parameter.grad.clone() for parameter in net.parameters()])
    assert asked[0] == asked[1] != []
    assert all(map(torch.equal, *grads))


class Twice(Function):
    @staticmethod
    def forward(ctx, x):
        y = x * 2
        return y, y

    @staticmethod
    def backward(ctx, a, b):
        return 2 * (a + b)


def written_views(x):
    y = x.clone()
    y[:2].mul_(3)
    y.view(-1)[1:].add_(x[1:])
    return y


@pytest.mark.parametrize("function", [Twice.apply, written_views])
def test_batched_passes_of_gradcheck_are_told_and_break_no_law(function):
    x = torch.randn(3, dtype=torch.double, requires_grad=True)
    with gt.record() as rec:
        assert gradcheck(function, (x,), check_batched_grad=True)
    assert rec.recording.audit().ok, rec.recording.audit().violations[:3]
    assert any("batched" in warning for warning in rec.recording.warnings)
    assert any(event.kind == "backward_end" for event in rec.recording.events)


def nested_in_posthook(x):
    y = x * 2
    z = y.exp()
    again = torch.ones_like(y)
    z.grad_fn.register_hook(lambda gi, go: y.backward(again, retain_graph=True))
    z.sum().backward(retain_graph=True)


def nested_in_prehook(x):
    y = x * 2
    z = y.exp()
    w = z * 3
    again = torch.ones_like(y)
    w.grad_fn.register_prehook(lambda go: z.backward(again, retain_graph=True))
    w.sum().backward(retain_graph=True)


@pytest.mark.parametrize("program", [nested_in_posthook, nested_in_prehook])
def test_a_pass_inside_a_hook_over_the_same_nodes_is_told_and_breaks_no_law(program):
    plain = torch.tensor([0.5, -1.0], requires_grad=True)
    program(plain)
    x = torch.tensor([0.5, -1.0], requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        program(x)
    assert torch.equal(x.grad, plain.grad)
    report = rec.recording.audit()
    assert report.ok, report.violations[:3]
    assert any("inside a hook" in warning for warning in rec.recording.warnings)
    ran = [event.node for event in rec.recording.events if event.kind == "node_in"]
    assert sorted(ran) == list(range(len(rec.recording.graphs[0].nodes)))


def test_lazy_modules_are_traced_and_recorded():
    torch.manual_seed(0)
    net = nn.Sequential(nn.LazyLinear(3), nn.ReLU(), nn.Linear(3, 1))
    beside = nn.ModuleDict({"net": net, "head": nn.Linear(2, 1)})
    graph = gt.trace(beside["head"](torch.randn(4, 2)).sum(), model=beside)
    assert {node.param for node in graph.nodes if node.param} == {"head.weight", "head.bias"}
    with gt.record(net) as rec:
        net(torch.randn(4, 2)).sum().backward()
    assert rec.recording.audit().ok
    names = {node.param for node in rec.recording.graphs[0].nodes if node.param}
    assert names == {"0.weight", "0.bias", "2.weight", "2.bias"}
    accumulated = {event.param: event for event in rec.recording.events if event.kind == "accumulate"}
    assert set(accumulated) == names
