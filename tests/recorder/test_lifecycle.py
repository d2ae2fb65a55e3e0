"""A recorder leaves no trace: after every way out of its block, in nested blocks, and in other threads."""

import contextlib
import re
import textwrap
import threading
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.optim import optimizer as optimizer_module

import graphtrace as gt
from tests.support import fresh, oracle

ROOT = Path(__file__).parents[2]


def net_and_input():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)), torch.randn(5, 3)


def hooks_of(net, optimizer=None):
    """Count every hook that a recorder could leave behind."""
    modules = [len(m._forward_hooks) + len(m._forward_pre_hooks) for m in net.modules()]
    tensors = [(p._backward_hooks, p._post_accumulate_grad_hooks) for p in net.parameters()]
    everywhere = len(optimizer_module._global_optimizer_pre_hooks) + len(optimizer_module._global_optimizer_post_hooks)
    own = (len(optimizer._optimizer_step_pre_hooks), len(optimizer._optimizer_step_post_hooks)) if optimizer else ()
    return modules, tensors, everywhere, own, oracle._modes()


def node_hooks(root):
    """Count hooks on all nodes of a graph: those that share a node's dict are seen through a handle of our own."""
    total = 0
    for node in oracle.by_depth([root])[0]:
        for register in (node.register_prehook, node.register_hook):
            handle = register(lambda *_: None)
            total += len(handle.hooks_dict_ref()) - 1
            handle.remove()
    return total


class Stop(BaseException):
    """Neither an Exception nor anything torch knows."""


def fail_in_forward(net, x, optimizer):
    net(torch.ones(2, 99))


def fail_in_own_code(net, x, optimizer):
    net(x)
    raise KeyError("mine")


def fail_in_backward(net, x, optimizer):
    loss = net(x).sum()
    loss.backward()
    loss.backward()


def fail_in_a_hook(net, x, optimizer):
    def bad(grad):
        raise ZeroDivisionError("hook")

    net[2].weight.register_hook(bad)
    net(x).sum().backward()


def interrupt_in_a_hook(net, x, optimizer):
    def bad(grad):
        raise KeyboardInterrupt

    h = net(x)
    h.register_hook(bad)
    h.sum().backward()


def fail_in_step(net, x, optimizer):
    net(x).sum().backward()
    optimizer.param_groups[0]["lr"] = "fast"
    optimizer.step()


def fail_in_closure(net, x, optimizer):
    def closure():
        net(torch.ones(1, 7))

    optimizer.step(closure)


def stop_in_closure(net, x, optimizer):
    def closure():
        raise Stop

    optimizer.step(closure)


WAYS = {
    fail_in_forward: (RuntimeError, "shapes cannot be multiplied"),
    fail_in_own_code: (KeyError, "mine"),
    fail_in_backward: (RuntimeError, "second time"),
    fail_in_a_hook: (ZeroDivisionError, "hook"),
    interrupt_in_a_hook: (KeyboardInterrupt, "^$"),
    fail_in_step: (TypeError, "str|float"),
    fail_in_closure: (RuntimeError, "shapes cannot be multiplied"),
    stop_in_closure: (Stop, "^$"),
}


@pytest.mark.parametrize("given", [True, False], ids=["optimizer given", "any optimizer"])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_an_exception_goes_its_way_and_nothing_is_left_behind(way, given):
    net, x = net_and_input()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    before = hooks_of(net, optimizer)[0::2]
    kind, text = WAYS[way]
    with pytest.raises(kind, match=text), gt.record(net, optimizer if given else None) as rec:
        way(net, x, optimizer)
    assert hooks_of(net, optimizer)[0::2] == before
    assert hooks_of(net, optimizer)[3:] == ((0, 0), oracle._modes())
    assert torch.is_grad_enabled()
    last = rec.recording.events[-1]
    assert (last.kind, last.fact("type")) == ("error", kind.__name__)
    assert re.search(text, last.fact("message"))
    assert sum(event.kind == "error" for event in rec.recording.events) == 1
    assert rec.recording.audit().violations == ()
    assert len(net(x)) == 5  # the net still runs


@pytest.mark.parametrize("fails", [False, True], ids=["ran", "failed"])
def test_no_hook_stays_on_a_node(fails):
    x = torch.ones(3, requires_grad=True)
    with gt.record() as rec:
        loss = (x.exp() * x).sum()
        if fails:
            x.data.add_(1)
            bad = loss * torch.zeros(2, requires_grad=True)
            with pytest.raises(RuntimeError, match="shape"):
                bad.backward(torch.ones(5))
        loss.backward(retain_graph=True)
    assert node_hooks(loss) == 0
    assert rec.recording.events


def test_an_error_that_the_program_catches_is_an_event_and_recording_goes_on():
    x = torch.ones(3, requires_grad=True)
    with gt.record() as rec:
        with contextlib.suppress(RuntimeError):
            (x * x).backward()
        (x * x).sum().backward()
    kinds = [event.kind for event in rec.recording.events]
    assert kinds.count("error") == 1
    assert kinds.index("error") < kinds.index("backward_end")
    assert rec.recording.audit().ok


def test_a_step_that_the_program_catches_does_not_silence_what_follows():
    w = torch.ones(2, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1)

    def closure():
        raise ValueError("no")

    with gt.record() as rec:
        with pytest.raises(ValueError, match="no"):
            optimizer.step(closure)
        loss = (w * w).sum()
        loss.backward()
        with torch.no_grad():
            w -= w.grad
    kinds = [event.kind for event in rec.recording.events]
    assert "param_update" in kinds
    assert kinds.index("step_begin") < kinds.index("error") < kinds.index("forward_op")


def test_early_exits_end_the_recording():
    def in_a_function(x):
        with gt.record() as rec:
            x * 2
            return rec

    def in_a_generator(x, out):
        with gt.record() as rec:
            out.append(rec)
            yield x * 2
            yield x * 3

    x, out = torch.ones(2, requires_grad=True), []
    assert len(in_a_function(x).recording) == 1
    generator = in_a_generator(x, out)
    next(generator)
    generator.close()
    assert oracle._modes()[-2:] == (0, 0)
    assert [event.kind for event in out[0].recording.events] == ["forward_op", "error"]
    assert out[0].recording.events[-1].fact("type") == "GeneratorExit"
    for _ in range(2):
        with gt.record() as rec:
            x * 2
            break
    assert len(rec.recording) == 1


def test_what_was_recorded_so_far_can_be_read_inside_the_block():
    x = torch.ones(2, requires_grad=True)
    with gt.record() as rec:
        y = x * 2
        first = rec.recording
        y.sum().backward()
    assert [event.kind for event in first.events] == ["forward_op"]
    assert rec.recording.events[:1] == first.events
    assert rec.recording is rec.recording
    assert rec.recording.audit().ok


def test_a_recorder_records_one_block():
    with gt.record() as rec:
        pass
    with pytest.raises(gt.TraceError, match="used before"), rec:
        pass


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": 3}, r"model is not a torch\.nn\.Module: 3"),
        ({"optimizer": "sgd"}, r"optimizer is not a torch\.optim\.Optimizer: 'sgd'"),
        ({"values": "all"}, r"unknown level of values: 'all' \(must be one of \['stats', 'full'\]\)"),
        ({"budget_bytes": -1}, "budget_bytes is no number of bytes: -1"),
        ({"params": [1]}, r"params is not a dict of names to tensors: \[1\]"),
        ({"params": {"w": 1}}, "params does not map a name to a tensor: 'w'"),
    ],
)
def test_a_wrong_argument_is_refused_with_its_value(options, message):
    with pytest.raises(gt.TraceError, match=message):
        gt.record(**options)


def test_the_model_may_be_given_by_its_first_name():
    net, x = nn.Linear(2, 1), torch.ones(1, 2)
    with pytest.warns(DeprecationWarning, match="model="), gt.record(net=net) as rec:
        net(x).sum().backward()
    assert [node.param for node in rec.recording.graphs[0].nodes if node.param] == ["bias", "weight"]
    with pytest.raises(gt.TraceError, match="model is given twice"):
        gt.record(net, net=net)


def one_step(net, x, optimizer):
    optimizer.zero_grad()
    net(x).square().sum().backward()
    nn.utils.clip_grad_norm_(net.parameters(), 0.1)
    optimizer.step()


def plain(recording):
    """A recording without times."""
    return [(e.kind, e.graph, e.node, e.edge, e.param, e.op, e.tensors, e.facts) for e in recording.events]


def test_a_nested_recorder_sees_the_program_and_not_the_outer_recorder():
    def alone():
        net, x = net_and_input()
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
        with gt.record(net, optimizer) as rec:
            one_step(net, x, optimizer)
        return rec.recording

    def nested():
        net, x = net_and_input()
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
        with gt.record(net, optimizer) as outer, gt.record(net, optimizer) as inner:
            one_step(net, x, optimizer)
        return outer.recording, inner.recording

    outer, inner = nested()
    expected = plain(alone())
    assert plain(outer) == expected
    assert plain(inner) == expected
    assert outer.audit().ok
    assert inner.audit().ok
    assert outer.audit().hooks == inner.audit().hooks == ()


def test_threads_do_not_see_each_other():
    results, barrier = {}, threading.Barrier(3)

    def work(number):
        torch.manual_seed(0)
        net = nn.Linear(3, number + 1)
        x = torch.ones(2, 3)
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
        barrier.wait()
        with gt.record(net) as rec:
            for _ in range(20):
                one_step(net, x, optimizer)
                barrier.wait()
        results[number] = rec.recording

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    with gt.record() as mine:  # sees nothing of the others
        for _ in range(21):
            barrier.wait()
    for thread in threads:
        thread.join()
    assert len(mine.recording) == 0
    for number, recording in results.items():
        assert recording.audit().ok
        assert recording.audit().hooks == ()
        assert len(recording.graphs) == 20
        widths = {e.tensor("after").meta.shape[0] for e in recording.events if e.kind == "param_update"}
        assert widths == {number + 1}
        assert sum(e.kind == "step_end" for e in recording.events) == 20


def test_a_shared_net_records_the_modules_of_its_own_thread_only():
    net, x = net_and_input()
    stop = threading.Event()

    def other():
        while not stop.is_set():
            net(x)

    thread = threading.Thread(target=other)
    with gt.record(net) as rec:
        thread.start()
        for _ in range(30):
            net(x)
        stop.set()
        thread.join()
    linear = [op for op in rec.recording.ops if op.name == "nn.functional.linear"]
    assert [(op.module, op.call) for op in linear] == [(m, i) for i in range(30) for m in ("0", "2")]


DEEP = """
import sys, threading
import torch
import graphtrace as gt

def work():
    x = torch.ones(2, requires_grad=True)
    with gt.record() as rec:
        y = x
        for _ in range({length}):
            y = {op}
        {then}
    assert len(rec.recording.ops) == {length}
    del y
    {after}
    print("freed", flush=True)

threading.stack_size({stack} << 10)
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""


@pytest.mark.parametrize(
    ("length", "stack", "op", "then", "after"),
    [
        pytest.param(100_000, 8192, "y * 1.5", "pass", "pass", id="100,000 ops, forward only"),
        pytest.param(20_000, 512, "y * 1.5", "pass", "pass", id="20,000 ops on 512 kB of stack, forward only"),
        pytest.param(20_000, 512, "y * y + y", "pass", "del rec", id="a ladder on 512 kB of stack"),
        pytest.param(20_000, 512, "y * 1.5", "y.sum().backward()", "pass", id="20,000 ops and backward on 512 kB"),
        pytest.param(20_000, 512, "y * 1.5", "y.sum().backward(retain_graph=True)", "pass", id="kept graph on 512 kB"),
    ],
)
def test_a_deep_chain_is_freed_without_a_crash(tmp_path, length, stack, op, then, after):
    ops = length * (2 if "+" in op else 1) + ("sum" in then)
    code = textwrap.dedent(DEEP).format(length=length, stack=stack, op=op, then=then, after=after)
    code = code.replace(f"== {length}", f"== {ops}")
    ran = fresh.run(code, tmp_path)
    assert ran.status == 0, ran.err[-2000:]
    assert ran.out.strip() == "freed"


def test_many_recorded_steps_do_not_grow_the_process():
    net, x = net_and_input()
    optimizer = torch.optim.Adam(net.parameters())

    def record(steps):
        for _ in range(steps):
            with gt.record(net, optimizer):
                one_step(net, x, optimizer)

    statm = Path("/proc/self/statm")
    if not statm.exists():
        pytest.skip("the system does not tell how large a process is")
    record(100)
    before = int(statm.read_text().split()[1])
    record(400)
    grown = (int(statm.read_text().split()[1]) - before) * 4096 / 2**20
    assert grown < 4, f"{grown:.1f} MiB after 400 recorded steps"


def test_nothing_of_the_program_is_kept_alive_by_its_recording():
    import gc
    import weakref

    net, x = net_and_input()
    with gt.record(net) as rec:
        loss = net(x).sum()
        loss.backward()
    kept = [weakref.ref(thing) for thing in (net, x, loss, *net.parameters())]
    assert len(rec.recording) > 0
    del net, x, loss
    gc.collect()
    assert [ref() for ref in kept] == [None] * len(kept)


def test_a_pass_may_start_from_an_edge_of_torchs_own():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y, z = (x * 3).sum(), x * x
    edges = [torch.autograd.graph.get_gradient_edge(y), torch.autograd.graph.get_gradient_edge(z)]
    seeds = [None, torch.tensor([1.0, 10.0])]
    with gt.record(params={"x": x}) as rec:
        (by_edges,) = torch.autograd.grad(edges, [x], seeds, retain_graph=True)
        (by_tensors,) = torch.autograd.grad([y, z], [x], seeds)
    assert by_edges.tolist() == by_tensors.tolist() == [5.0, 43.0]
    first, second = rec.recording.graphs
    assert first == second
    assert rec.recording.warnings == ()
    assert rec.recording.audit().ok
    kinds = [(event.kind, event.node, event.edge) for event in rec.recording.events]
    assert kinds[: len(kinds) // 2] == kinds[len(kinds) // 2 :]


def run_past_the_end(rec):
    rows = [1.0]
    with rec:
        torch.ones(2)
        rows[3]  # the line
        torch.ones(3)


def test_an_error_that_ends_the_block_is_told_with_the_line_that_raised_it():
    rec = gt.record()
    with pytest.raises(IndexError):
        run_past_the_end(rec)
    last = rec.recording.events[-1]
    assert (last.kind, last.fact("type")) == ("error", "IndexError")
    assert str(last.fact("text")).endswith("# the line")
