"""What the tests of tracer and recorder compare with: walks of their own, torch's real order, a snapshot of all state.

And torch's own test corpus (OpInfo), over which both sweep.

Nothing here calls the tracer's walk, order or records; nodes are told apart by their torch objects.
"""

import gc
import random
import warnings
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch.utils._pytree import tree_leaves


def by_breadth(roots):
    """Nodes, edges and None slots, breadth first."""
    queue = list(dict.fromkeys(root.grad_fn for root in roots))
    seen, edges, nothing = set(queue), [], []
    for node in queue:
        for slot, (target, input_nr) in enumerate(node.next_functions):
            if target is None:
                nothing.append((node, slot))
                continue
            edges.append((node, slot, target, input_nr))
            if target not in seen:
                seen.add(target)
                queue.append(target)
    return seen, Counter(edges), Counter(nothing)


def by_depth(roots):
    """The same by recursion, for graphs of a few hundred levels at most."""
    seen, edges, nothing = set(), [], []

    def visit(node):
        if node in seen:
            return
        seen.add(node)
        for slot, (target, input_nr) in enumerate(node.next_functions):
            if target is None:
                nothing.append((node, slot))
            else:
                edges.append((node, slot, target, input_nr))
                visit(target)

    for root in roots:
        visit(root.grad_fn)
    return seen, Counter(edges), Counter(nothing)


def compare(graph, real, roots, walk=by_breadth):
    """Raise AssertionError unless `graph`, with the torch nodes `real`, is exactly what the walk by hand finds."""
    nodes, edges, nothing = walk(roots)
    assert len(graph.nodes) == len(real) == len(nodes), "number of nodes"
    assert set(real) == nodes, "nodes"
    assert [node.type for node in graph.nodes] == [type(node).__name__ for node in real], "types"
    found = Counter((real[e.source], e.slot, real[e.target], e.input_nr) for e in graph.edges)
    assert found == edges, "edges"
    empty = Counter((real[node.id], slot) for node in graph.nodes for slot in node.none_slots)
    assert empty == nothing, "None slots"
    assert [node.slots for node in graph.nodes] == [len(node.next_functions) for node in real], "slots"
    starts = [(root.grad_fn, root.output_nr) for root in roots]
    assert [(real[node], nr) for node, nr in graph.roots] == starts, "roots"


def compare_metas(graph, real):
    """Raise AssertionError unless shapes, dtypes and devices are those of ``_input_metadata``."""
    for node, torch_node in zip(graph.nodes, real, strict=True):
        told = [(meta.shape, meta.dtype, meta.device) for meta in node.metas]
        assert told == [_plain(meta) for meta in torch_node._input_metadata], node.key


def _plain(meta):
    shape = tuple(int(size) if isinstance(size, int) else str(size) for size in meta.shape)
    return shape, str(meta.dtype).split(".")[1], str(meta.device)


def run_order(real, backward):
    """Run `backward` under hooks set only now, and return in which order the nodes ran, as positions in `real`."""
    ran = []
    handles = [node.register_hook(lambda *_, i=i: ran.append(i)) for i, node in enumerate(real)]
    try:
        backward()
    finally:
        for handle in handles:
            handle.remove()
    return ran


def differentiable(tree):
    """Tensors in a nest of results that have a grad_fn."""
    return [leaf for leaf in tree_leaves(tree) if isinstance(leaf, torch.Tensor) and leaf.grad_fn is not None]


def leaves_of(tree):
    """Leaf tensors in a nest of arguments that require grad, each once."""
    leaves = [x for x in tree_leaves(tree) if isinstance(x, torch.Tensor) and x.requires_grad and x.is_leaf]
    return list({id(leaf): leaf for leaf in leaves}.values())


def ones(roots):
    """One gradient per root."""
    return [torch.ones_like(root, requires_grad=False) for root in roots]


def take_grads(leaves):
    """Return the gradients of the leaves and clear them."""
    grads = [leaf.grad for leaf in leaves]
    for leaf in leaves:
        leaf.grad = None
    return grads


def same_bits(one, other):
    """Whether two tensors, or None, hold the same bytes."""
    if one is None or other is None:
        return one is other
    one, other = one.detach(), other.detach()
    if one.layout is not torch.strided:
        one, other = one.to_dense(), other.to_dense()
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    return torch.equal(_bytes(one), _bytes(other))


def _bytes(tensor):
    flat = torch.empty(tensor.numel(), dtype=tensor.dtype).copy_(tensor.reshape(-1))
    return flat.view(torch.uint8)


@dataclass(frozen=True)
class Snapshot:
    """All that a trace could disturb."""

    tensors: tuple
    nodes: tuple
    rng: bytes
    modes: tuple
    counter: int


def snapshot(tensors, nodes=()):
    """Photograph tensors, nodes and torch's global state, without tracing anything."""
    return Snapshot(
        tensors=tuple(map(_tensor_state, tensors)),
        nodes=tuple((node, repr(sorted(node.metadata, key=str)), node._sequence_nr()) for node in nodes),
        rng=torch.get_rng_state().numpy().tobytes(),
        modes=_modes(),
        counter=torch._C._autograd._get_sequence_nr(),
    )


def _tensor_state(tensor):
    hooks = tensor._backward_hooks
    grad = tensor.grad if tensor.is_leaf or tensor.retains_grad else None
    return (
        id(tensor),
        id(tensor.grad_fn),
        None if grad is None else (id(grad), grad._version),
        tensor._version,
        tensor.requires_grad,
        tensor.retains_grad,
        None if hooks is None else tuple(hooks.items()),
        tensor._post_accumulate_grad_hooks,
    )


def _modes():
    return (
        torch.is_grad_enabled(),
        torch.is_inference_mode_enabled(),
        torch.is_autocast_enabled("cpu"),
        torch.is_anomaly_enabled(),
        torch.are_deterministic_algorithms_enabled(),
        gc.isenabled(),
        torch._C._autograd._saved_tensors_hooks_is_enabled(),
        torch._C._len_torch_function_stack(),
        torch._C._len_torch_dispatch_stack(),
    )


SAMPLES = 3  # of an operation
DTYPES = (torch.float32, torch.float64, torch.complex64)


def corpus(what):
    """Every differentiable operation of torch's corpus; skips, and says of what, where it cannot be imported."""
    try:
        from torch.testing._internal.common_methods_invocations import op_db
    except ImportError as error:
        pytest.skip(f"0 of 1,471 graphs {what}: torch's operation corpus cannot be imported ({error})")
    return [op for op in op_db if op.supports_autograd]


@contextmanager
def one_thread():
    """A sweep runs on one thread and in silence."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        torch.set_num_threads(threads)


def seed(number):
    """Seed what a program of the corpus draws from; torch.manual_seed asks every absent device, at 1 ms a call."""
    torch.default_generator.manual_seed(number)
    random.seed(number)
    np.random.seed(number)


class Program:
    """One program of the corpus, which can be run again and again."""

    def __init__(self, op, sample):
        self.op, self.sample = op, sample
        self.leaves = leaves_of((sample.input, sample.args, sample.kwargs))

    def roots(self):
        """Run it forward, always with the same random numbers."""
        seed(1)
        return differentiable(self.op(self.sample.input, *self.sample.args, **self.sample.kwargs))


def programs(op, left_out):
    """Return the programs of an operation, each with where it comes from; `left_out` counts what there is none of."""
    dtype = next((dtype for dtype in DTYPES if dtype in op.supported_backward_dtypes("cpu")), None)
    if dtype is None:
        left_out["no float or complex dtype on CPU"] += 1
        return
    # Not by op.sample_inputs: for its own error texts that looks through the source of the whole stack, at each call.
    samples = iter(op.sample_inputs_func(op, "cpu", dtype, True))
    for number in range(SAMPLES):
        seed(1234)
        sample = next(samples, None)
        if sample is None:
            return
        yield Program(op, sample), f"{op.name}.{op.variant_test_name} sample {number}"


def note(failed, law, where, action):
    """Run a check, and write down which law it found broken, and where."""
    try:
        action()
    except Exception as error:
        failed[law].append(f"{where}: {type(error).__name__} {str(error)[:200]}")


def expect(truth):
    """Raise AssertionError unless it is true."""
    assert truth


def expect_same(grads, expected):
    """Raise AssertionError unless gradients are equal to the last bit."""
    assert [*map(same_bits, grads, expected)] == [True] * len(expected)
