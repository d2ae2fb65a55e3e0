"""Random programs: whatever a user writes, the graph is torch's own, comes back from JSON, and is the same twice."""

from collections import Counter
from dataclasses import replace

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import graphtrace
from graphtrace.model import check, dumps, loads
from graphtrace.tracer import trace, trace_live
from tests.support import oracle

pytestmark = pytest.mark.filterwarnings("ignore:The .grad attribute", "ignore:Casting complex values")

PROGRAMS = 2000
ci = settings(
    max_examples=PROGRAMS, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


class TwoOut(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y, x + y

    @staticmethod
    def backward(ctx, gx, gy):
        x, y = ctx.saved_tensors
        return gx * y + gy, gx * x + gy


def number(x):
    return x.abs() if x.is_complex() else x


def as_row(x):
    return number(x).reshape(-1)


def in_place_on_slice(x, y):
    changed = x.clone()
    if changed.dim() and changed.shape[0]:
        changed[0].mul_(2)
        changed[:1].add_(number(y).sum())
    return changed


def in_place_on_view(x, y):
    base = x.clone()
    view = base.reshape(-1)
    view.mul_(number(y).sum())
    return base, view


def overwrite(x, y):
    return x.mul_(3)  # of a leaf, or of a tensor that others saved: torch may refuse, now or in backward


def without_grad(x, y):
    with torch.no_grad():
        kept = x * 2
    return kept * y.sum()


def to_complex(x, y):
    return torch.complex(number(x), number(x) * 2)


def view_as_real(x, y):
    return torch.view_as_real(x) if x.is_complex() else x.unsqueeze(-1)


def most(x, y):
    row = as_row(x)
    return torch.topk(row, min(2, row.numel()))[0]


def packed(x, y):
    with torch.autograd.graph.save_on_cpu():
        return x.exp()


def differentiated_twice(x, y):
    root = (number(x) ** 3).sum()
    return torch.autograd.grad(root, x, create_graph=True)[0]


OPS = [
    lambda x, y: x * x,
    lambda x, y: x * y,
    lambda x, y: x + y.sum(),
    lambda x, y: torch.cat([as_row(x), as_row(y), as_row(x)]),
    lambda x, y: x.unbind(0),
    lambda x, y: x.split(1),
    lambda x, y: x.unbind(0)[-1],
    lambda x, y: as_row(x).outer(as_row(y)[:3]),
    lambda x, y: x.transpose(0, -1),
    lambda x, y: x[..., :0],
    lambda x, y: x[..., None, :1],
    lambda x, y: x.detach(),
    lambda x, y: x.detach().requires_grad_(),
    lambda x, y: x.detach() * y,
    lambda x, y: x.sum(),
    lambda x, y: x.exp(),
    lambda x, y: x.conj() if x.is_complex() else x.sigmoid(),
    lambda x, y: torch.where(number(x) > 0, x, -x),
    lambda x, y: as_row(x).sort()[0],
    lambda x, y: torch.linalg.qr(number(x)),
    lambda x, y: x.to(torch.float64),
    lambda x, y: TwoOut.apply(number(x), number(y).sum()),
    lambda x, y: TwoOut.apply(number(x), number(x))[1],
    in_place_on_slice,
    in_place_on_view,
    overwrite,
    without_grad,
    to_complex,
    view_as_real,
    most,
    packed,
    differentiated_twice,
]

steps = st.lists(
    st.tuples(st.integers(0, len(OPS) - 1), st.integers(0, 63), st.integers(0, 63)), min_size=6, max_size=20
)
programs = st.tuples(steps, st.lists(st.integers(0, 63), min_size=1, max_size=4))


def start():
    """Leaves of several shapes: two trained ones, a frozen one, a scalar, an empty one, a complex one."""
    oracle.seed(0)
    return {
        "w": torch.randn(2, 3, requires_grad=True),
        "v": torch.randn(2, 3, requires_grad=True),
        "frozen": torch.randn(2, 3),
        "s": torch.tensor(0.5, requires_grad=True),
        "empty": torch.zeros(0, 3, requires_grad=True),
        "z": torch.randn(3, dtype=torch.complex64, requires_grad=True),
    }


def run(program):
    """Run the steps on a pool of tensors; a step that torch refuses is left out. Returns leaves and roots."""
    leaves = start()
    pool = list(leaves.values())
    for op, one, other in program[0]:
        try:
            made = OPS[op](pool[-1 - one % 3], pool[-1 - other % len(pool)])
        except (RuntimeError, IndexError, TypeError):
            continue
        pool += made if isinstance(made, tuple | list) else [made]
    rooted = [tensor for tensor in pool if has_graph(tensor)]
    picked = [rooted[-1 - pick % min(8, len(rooted))] for pick in program[1]] if rooted else [leaves["w"] * leaves["v"]]
    return leaves, list({id(root): root for root in picked}.values())


def has_graph(tensor):
    try:
        return tensor.grad_fn is not None
    except RuntimeError:  # one of several views at once, after its base was modified
        return False


def grads_or_refusal(leaves, roots):
    try:
        torch.autograd.backward(roots, oracle.ones(roots))
    except RuntimeError as error:
        return str(error).partition("\n")[0], [None] * len(leaves)
    return None, oracle.take_grads(leaves.values())


@pytest.mark.slow
@ci
@given(programs)
def test_a_random_program_has_the_graph_of_a_walk_by_hand_each_time_and_is_left_as_it_was(program):
    leaves, roots = run(program)
    again = trace(roots, params=leaves)
    refusal, untraced = grads_or_refusal(*run(program))
    leaves, roots = run(program)
    nodes = list(oracle.by_depth(roots)[0])
    before = oracle.snapshot([*leaves.values(), *roots], nodes)
    live = trace_live(roots, params=leaves)
    assert oracle.snapshot([*leaves.values(), *roots], nodes) == before
    oracle.compare(live.graph, live.nodes, roots)
    oracle.compare_metas(live.graph, live.nodes)
    check(live.graph)
    assert loads(dumps(live.graph)) == live.graph
    assert trace(roots, params=leaves) == live.graph
    assert from_zero(again) == from_zero(live.graph)
    assert graphtrace.to_dot(again).source.encode() == graphtrace.to_dot(live.graph).source.encode()
    if refusal is None:
        ran = oracle.run_order(live.nodes, lambda: torch.autograd.backward(roots, oracle.ones(roots)))
        assert ran == list(range(len(live.nodes)))
        grads = oracle.take_grads(leaves.values())
        assert [*map(oracle.same_bits, grads, untraced)] == [True] * len(leaves)
    else:
        assert grads_or_refusal(leaves, roots)[0] == refusal


@pytest.mark.reads_saved
def test_random_programs_cover_what_they_are_meant_to():
    seen, refused = set(), 0

    @settings(ci, max_examples=500)
    @given(programs)
    def collect(program):
        nonlocal refused
        leaves, roots = run(program)
        graph = trace(roots, params=leaves)
        seen.update(node.kind for node in graph.nodes)
        seen.update(node.type for node in graph.nodes)
        seen.update(param.state for param in graph.params)
        seen.update(kept.state for node in graph.nodes for kept in node.saved)
        seen.update(traits(graph))
        refused += grads_or_refusal(leaves, roots)[0] is not None

    collect()
    assert {"op", "accumulate", "custom", "copyslices", "used", "unused", "frozen", "held", "packed"} <= seen
    assert {"1 roots", "2 roots", "3 roots", "several outputs", "None slot"} <= seen
    assert {"later output", "fan-out", "inner root", "more than 20 nodes"} <= seen
    assert {"UnbindBackward0", "SplitBackward0", "TopkBackward0", "ComplexBackward0", "LinalgQrBackward0"} <= seen
    assert 0 < refused < 250


def traits(graph):
    """Name what makes a graph worth testing."""
    entered = Counter(edge.target for edge in graph.edges)
    yield f"{len(graph.roots)} roots"
    yield from ("several outputs" for node in graph.nodes if len(node.metas) > 1)
    yield from ("None slot" for node in graph.nodes if node.none_slots)
    yield from ("later output" for edge in graph.edges if edge.input_nr > 0)
    yield from ("fan-out" for times in entered.values() if times > 2)
    yield from ("inner root" for node, _ in graph.roots if entered[node])
    if len(graph.nodes) > 20:
        yield "more than 20 nodes"


def from_zero(graph):
    """Sequence numbers go on counting from program to program: compare their distances."""
    first = min((node.seq for node in graph.nodes if node.seq is not None), default=0)
    moved = [node if node.seq is None else replace(node, seq=node.seq - first) for node in graph.nodes]
    return replace(graph, nodes=tuple(moved))
