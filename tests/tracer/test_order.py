"""Ids are the order in which the engine really runs the nodes: hooks are set after the trace, then backward runs."""

import threading

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from graphtrace.tracer import trace_live
from graphtrace.tracer.order import _heap_order, _sorted_order, execution_order
from graphtrace.tracer.walk import Walk, walk
from tests.support import oracle


def assert_real_order(roots):
    live = trace_live(roots)
    ran = oracle.run_order(live.nodes, lambda: torch.autograd.backward(roots, oracle.ones(roots)))
    assert ran == list(range(len(live.nodes)))


def leaf(*shape):
    return torch.ones(shape, requires_grad=True)


@pytest.mark.parametrize("count", [2, 3, 4, 5, 7, 8, 15, 16, 17, 40, 100])
def test_leaves_that_become_ready_together_run_as_the_heap_of_the_engine_has_them(count):
    leaves = [leaf(2) for _ in range(count)]
    assert_real_order([torch.cat(leaves)])


def test_two_leaves_reached_early_by_one_path_run_in_the_slots_of_their_last_source():
    a, b = leaf(2), leaf(2)
    first = a * b
    assert_real_order([(b.exp() * first).sum()])
    assert_real_order([torch.nn.functional.poisson_nll_loss(a, b)])


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.lists(st.lists(st.integers(0, 11), min_size=1, max_size=14), min_size=1, max_size=8), st.booleans())
def test_any_fan_in_of_shared_leaves_runs_in_the_predicted_order(joins, with_chain):
    leaves = [leaf(1) for _ in range(12)]
    total = None
    for picks in joins:
        joined = torch.cat([leaves[pick] if pick % 3 else leaves[pick].exp() for pick in picks]).sum()
        total = joined if total is None else torch.stack([total, joined]).sum()
        total = total.sin() if with_chain else total
    assert_real_order([total])


def test_one_root_given_twice_and_roots_inside_another_graph_keep_the_order():
    a, b, c = leaf(2), leaf(2), leaf(2)
    inner = a * b
    outer = torch.cat([inner, c]).sum()
    assert_real_order([inner, outer])
    inner = a * b
    outer = torch.cat([inner, c]).sum()
    other = c.exp()
    assert_real_order([outer, other, inner])


def test_repeated_roots_become_ready_at_their_last_mention():
    def roots():
        made = in_threads([lambda: leaf(1).exp() for _ in range(5)])
        return [made[i] for i in (0, 1, 2, 3, 4, 1, 0, 3)]

    assert_real_order(roots())


def test_a_root_that_is_its_own_leaf_path_twice_is_counted_once_per_edge():
    x = leaf(3)
    assert_real_order([x * x + x * x])


@pytest.mark.parametrize("threads", [2, 3, 5])
def test_sequence_numbers_that_collide_between_threads_keep_the_engines_order(threads):
    shared = leaf(2)
    parts = in_threads([lambda: ((shared * 2).sin() * shared).exp() for _ in range(threads)])
    seqs = [node._sequence_nr() for part in parts for node in oracle.by_breadth([part])[0]]
    assert len(set(seqs)) < len(seqs) - threads  # they do collide
    assert_real_order([torch.cat(parts).sum()])


def test_a_graph_begun_in_a_late_thread_and_ended_in_a_fresh_one_is_still_topological():
    x = leaf(2)
    for _ in range(50):
        x.exp()
    late = x.sin().cos()
    [fresh] = in_threads([lambda: late.exp().sin()])
    live = trace_live(fresh)
    assert live.nodes[0]._sequence_nr() < live.nodes[-2]._sequence_nr()  # falls the wrong way
    assert_real_order([fresh])


def test_the_quick_order_equals_the_simulated_queue_where_it_answers():
    torch.manual_seed(0)
    answered = 0
    for size in (1, 2, 3, 5, 9):
        net = torch.nn.Sequential(*(torch.nn.Linear(4, 4, bias=size % 2 == 0) for _ in range(size)))
        found = walk([net(torch.ones(2, 4)).sum().grad_fn], Walk())
        seqs = [node._sequence_nr() for node in found.nodes]
        quick = _sorted_order(found, seqs)
        answered += quick is not None
        assert execution_order(found, seqs) == _heap_order(found, seqs)
    assert answered >= 4


def test_the_order_of_hooks_can_differ_from_the_prediction():
    """The comparison can fail: two leaves swapped are noticed."""
    root = torch.cat([leaf(1), leaf(1), leaf(1)]).sum()
    live = trace_live(root)
    swapped = [*live.nodes[:-2], live.nodes[-1], live.nodes[-2]]
    assert oracle.run_order(swapped, root.backward) != list(range(len(swapped)))


def in_threads(makers):
    made = [None] * len(makers)

    def run(i):
        made[i] = makers[i]()

    for i in range(len(makers)):
        thread = threading.Thread(target=run, args=(i,))
        thread.start()
        thread.join()
    return made


class OnceDifferentiable(Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        return grad * 2


def test_a_node_that_only_raises_has_a_leafs_number_and_runs_in_its_place():
    torch.manual_seed(0)
    net, x = torch.nn.Linear(3, 3), torch.randn(2, 3, requires_grad=True)
    (grad,) = torch.autograd.grad(OnceDifferentiable.apply(net(x)).pow(2).sum(), x, create_graph=True)
    loss = grad.pow(2).sum()
    live = trace_live(loss)
    names = [type(node).__name__ for node in live.nodes]
    assert "Error" in names
    ran = []
    for node in live.nodes:
        node.register_prehook(lambda grads, node=node: ran.append(live.nodes.index(node)))
    with pytest.raises(RuntimeError, match="once_differentiable"):
        loss.backward()
    assert ran == list(range(names.index("Error") + 1))
