"""Every differentiable operation of torch's own test corpus (OpInfo), recorded and compared with torch."""

import warnings
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import islice

import oracle
import pytest
import recorder_oracle
import torch

import graphtrace as gt
from graphtrace.model import dumps, loads_any
from graphtrace.tracer import trace_live

SAMPLES = 3
DTYPES = (torch.float32, torch.float64, torch.complex64)


@dataclass
class Sweep:
    """What the sweep saw: counts, and per law the samples that break it."""

    graphs: int = 0
    edges: int = 0
    by_hand: int = 0
    checked: int = 0
    ops: set = field(default_factory=set)
    failed: dict = field(default_factory=lambda: defaultdict(list))
    left_out: Counter = field(default_factory=Counter)


@pytest.fixture(scope="module")
def corpus():
    try:
        from torch.testing._internal.common_methods_invocations import op_db
    except ImportError as error:
        pytest.skip(f"0 of 1,471 graphs recorded: torch's operation corpus cannot be imported ({error})")
    return [op for op in op_db if op.supports_autograd]


@pytest.fixture(scope="module")
def swept(corpus):
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    done = Sweep()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for op in corpus:
            sweep(op, done)
    torch.set_num_threads(threads)
    return done


def sweep(op, done):
    dtype = next((dtype for dtype in DTYPES if dtype in op.supported_backward_dtypes("cpu")), None)
    if dtype is None:
        done.left_out["no float or complex dtype on CPU"] += 1
        return
    torch.manual_seed(0)
    for number, sample in enumerate(islice(op.sample_inputs("cpu", dtype, requires_grad=True), SAMPLES)):
        program = Program(op, sample)
        try:
            free = program.run()
        except RuntimeError:
            free = None
            done.left_out["backward that torch itself refuses"] += 1
        if free is not None and not free.roots:
            done.left_out["sample without a graph"] += 1
            continue
        done.ops.add(op.name)
        examine(program, free, f"{op.name}.{op.variant_test_name} sample {number}", done)


@dataclass
class Run:
    roots: int
    grads: list
    rng: bytes
    versions: list
    modes: tuple
    ran: list = field(default_factory=list)


class Program:
    """One program of the corpus, which can be run again and again."""

    def __init__(self, op, sample):
        self.op, self.sample = op, sample
        self.leaves = oracle.leaves_of((sample.input, sample.args, sample.kwargs))

    def forward(self):
        torch.manual_seed(1)
        return oracle.differentiable(self.op(self.sample.input, *self.sample.args, **self.sample.kwargs))

    def run(self, watch=False):
        """Forward and backward; with `watch`, also the order in which an independent hook saw the nodes run."""
        before = [leaf._version for leaf in self.leaves]
        roots, ran = self.forward(), []
        torch.manual_seed(2)
        try:
            if roots and watch:
                ran = oracle.run_order(trace_live(roots).nodes, lambda: self.backward(roots))
            elif roots:
                self.backward(roots)
        finally:
            grads = oracle.take_grads(self.leaves)
        versions = [leaf._version - version for leaf, version in zip(self.leaves, before, strict=True)]
        rng = torch.get_rng_state().numpy().tobytes()
        return Run(len(roots), grads, rng, versions, oracle._modes(), ran)

    def backward(self, roots):
        torch.autograd.backward(roots, oracle.ones(roots))


def examine(program, free, where, done):
    """Record one program and note every law that it breaks."""
    leaves = {f"leaf{i}": leaf for i, leaf in enumerate(program.leaves)}
    before = oracle.snapshot(program.leaves)
    with gt.record(values="full", params=leaves) as rec:
        try:
            held = program.run(watch=True)
        except RuntimeError:
            held = None
    modes = oracle.snapshot(program.leaves)
    recording = rec.recording
    done.graphs += 1
    same_state = (before.modes, [one[1:4] + one[4:] for one in before.tensors])
    note(
        done,
        "left as it was",
        where,
        lambda: expect((modes.modes, [one[1:4] + one[4:] for one in modes.tensors]) == same_state),
    )
    note(done, "audit", where, lambda: audited(recording, done))
    note(done, "warnings", where, lambda: expect(recording.warnings == ()))
    note(done, "json", where, lambda: expect(loads_any(dumps(recording)) == recording))
    note(done, "attribution", where, lambda: attributed(recording))
    note(done, "same fate", where, lambda: expect((held is None) == (free is None)))
    if held is None or free is None:
        return
    note(done, "one graph", where, lambda: expect(len(recording.graphs) == 1))
    note(done, "gradients", where, lambda: same(held.grads, free.grads))
    note(done, "random numbers", where, lambda: expect(held.rng == free.rng))
    note(done, "versions", where, lambda: expect(held.versions == free.versions))
    left = [event.node for event in recording.events if event.kind == "node_out"]
    note(done, "order", where, lambda: expect(left == held.ran))
    note(done, "by hand", where, lambda: evaluated(program, recording, done))


def audited(recording, done):
    report = recording.audit()
    done.checked += report.checked
    assert report.violations == ()
    assert report.hooks == ()
    assert report.unproven == 0


def attributed(recording):
    """Every node that is no leaf names the op that made it."""
    for graph in recording.graphs:
        assert [node.key for node in graph.nodes if node.kind != "accumulate" and node.op is None] == []


def evaluated(program, recording, done):
    """Compare what every edge delivered with an evaluation by hand of the same program."""
    roots = program.forward()
    live = trace_live(roots)
    torch.manual_seed(2)
    delivered = recorder_oracle.evaluate(live.nodes, live.graph.roots, oracle.ones(roots))
    edges = recording.graphs[0].edges
    assert edges == live.graph.edges
    adds = [event for event in recording.events if event.kind == "edge_add"]
    assert sorted((edges[event.edge].source, edges[event.edge].slot) for event in adds) == sorted(delivered)
    for event in adds:
        edge, value = edges[event.edge], event.value("added")
        expected = delivered[edge.source, edge.slot]
        assert (value is None) == (expected is None), f"edge {event.edge}"
        if expected is None:
            continue
        done.edges += 1
        if expected.layout is torch.strided:
            assert value.data == recorder_oracle.content(expected), f"edge {event.edge}"
            assert value.meta.shape == tuple(expected.shape), f"edge {event.edge}"
            done.by_hand += 1


def expect(truth):
    assert truth


def same(grads, expected):
    assert [*map(oracle.same_bits, grads, expected)] == [True] * len(expected)


def note(done, law, where, action):
    try:
        action()
    except Exception as error:
        done.failed[law].append(f"{where}: {type(error).__name__} {str(error)[:300]}")


def test_the_sweep_is_as_large_as_stated(swept):
    print(
        f"\n{swept.graphs} graphs of {len(swept.ops)} operations recorded; {swept.edges} contributions,"
        f" {swept.by_hand} compared by hand; {swept.checked} equalities audited; left out: {dict(swept.left_out)}"
    )
    assert swept.graphs >= 1471
    assert len(swept.ops) >= 450
    assert swept.by_hand >= 0.99 * swept.edges > 3500
    assert swept.checked > 5400


@pytest.mark.parametrize(
    "law",
    [
        pytest.param("one graph", id="each backward pass is one graph"),
        pytest.param("audit", id="every law of the audit holds bit for bit and no hook is suspected"),
        pytest.param("order", id="nodes are recorded in the order in which an independent hook saw them run"),
        pytest.param("gradients", id="gradients are bit for bit those of the unrecorded run"),
        pytest.param("by hand", id="every contribution equals an evaluation node by node"),
        pytest.param("random numbers", id="the random state ends as in the unrecorded run"),
        pytest.param("versions", id="version counters move as in the unrecorded run"),
        pytest.param("left as it was", id="hooks modes and grad mode are as before"),
        pytest.param("same fate", id="what torch refuses unrecorded it refuses recorded"),
        pytest.param("attribution", id="every node names the op that made it"),
        pytest.param("warnings", id="nothing was left out with a warning"),
        pytest.param("json", id="a recording comes back equal from JSON"),
    ],
)
def test_holds_for_every_operation(swept, law):
    assert swept.failed.get(law, []) == []
