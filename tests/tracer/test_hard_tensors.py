"""Graphs of unusual tensors, in-place operations, freed graphs and threads."""

import threading

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from graphtrace.tracer import trace, trace_live
from tests.support import oracle
from tests.support.tracing import leaf, named, traced, types

pytestmark = pytest.mark.filterwarnings("ignore:TF32", "ignore:Using backward", "ignore:.torch.jit")


# Kinds of tensor -----------------------------------------------------------------------------------------------------


def test_complex_tensors_are_traced_with_their_conjugates():
    z = leaf(3, dtype=torch.complex64)
    graph = traced((torch.view_as_real(z.conj() * z)[..., 0]).sum())
    assert {"ConjBackward0", "ViewAsRealBackward0", "SelectBackward0"} <= set(types(graph))
    assert graph.nodes[-1].metas[0].dtype == "complex64"


def test_a_sparse_embedding_tells_the_dense_shape_of_its_weight():
    net = nn.Embedding(10, 3, sparse=True)
    root = net(torch.tensor([1, 2])).sum()
    graph = traced(root, model=net)
    [weight] = named(graph, "AccumulateGrad")
    assert (weight.param, weight.metas[0].shape) == ("weight", (10, 3))
    root.backward()
    assert net.weight.grad.layout is torch.sparse_coo
    traced(root, model=net)


def test_sparse_leaves_are_named_with_their_layout():
    x = torch.eye(3).to_sparse().requires_grad_()
    graph = traced((x * 2).to_dense().sum(), params={"x": x})
    assert graph.params[0].meta.layout == "sparse_coo"
    assert graph.params[0].state == "used"


@pytest.mark.filterwarnings("ignore")
def test_nested_tensors_have_a_symbolic_size_or_no_shape():
    parts = [torch.ones(2, 3), torch.ones(4, 3)]
    jagged = torch.nested.nested_tensor(parts, layout=torch.jagged, requires_grad=True)
    graph = traced(jagged.sin() * 2, params={"x": jagged})
    shape = graph.nodes[0].metas[0].shape
    assert (shape[0], shape[2]) == (2, 3)
    assert isinstance(shape[1], str)
    assert graph.params[0].meta.layout == "jagged"
    strided = torch.nested.nested_tensor(parts, requires_grad=True)
    graph = traced(strided.sin(), params={"x": strided})
    assert [node.metas[0].shape for node in graph.nodes] == [("nested",), ("nested",)]
    assert graph.nodes[0].metas[0].numel is None


class Sub(torch.Tensor):
    """A subclass as users write them."""


def test_a_tensor_subclass_is_traced_and_named():
    x = torch.ones(3).as_subclass(Sub).requires_grad_()
    root = (x * 2).sum()
    live = trace_live(root, params={"x": x})
    oracle.compare(live.graph, live.nodes, [root])
    assert "AliasBackward0" in types(live.graph)
    assert type(live.nodes[-1].variable) is Sub
    assert live.graph.nodes[-1].param == "x"


def test_empty_scalar_and_integer_indexed_tensors_are_traced():
    x, s = leaf(0, 3), leaf()
    table = leaf(4, 2)
    graph = traced((x.sum() * s + table[torch.tensor([0, 0])].sum()), params={"x": x, "s": s, "table": table})
    assert {node.param: node.metas[0].shape for node in graph.nodes if node.param} == {
        "x": (0, 3),
        "s": (),
        "table": (4, 2),
    }


# In-place, views, hooks ----------------------------------------------------------------------------------------------


def test_an_in_place_operation_on_a_slice_is_a_copyslices_node_with_a_warning():
    x = leaf(2, 3)
    base = x.clone()
    base[0].mul_(2)
    graph = traced(base.sum())
    [slices] = [node for node in graph.nodes if node.kind == "copyslices"]
    assert (slices.type, slices.slots, slices.none_slots) == ("CopySlices", 2, (1,))
    assert any("CopySlices" in text for text in graph.warnings)


def test_a_view_taken_before_its_base_changed_is_traced_by_its_new_history():
    base = leaf(3).clone()
    view = base[0]
    base.mul_(2)
    graph = traced(view)
    assert types(graph)[0] == "AsStridedBackward0"
    assert trace(view) == graph


def test_a_history_that_is_written_in_a_circle_is_no_cycle():
    x = leaf(3)
    y = x.clone()
    for _ in range(3):
        y.copy_(y * y + x)
        y[:2].mul_(y[1:].exp())
    graph = traced(y.sum())
    assert len([node for node in graph.nodes if node.kind == "copyslices"]) == 3


@pytest.mark.reads_saved
def test_tensors_moved_by_saved_tensor_hooks_are_packed_and_never_unpacked():
    x = leaf(3)
    with torch.autograd.graph.save_on_cpu():
        root = (x * x).exp().sum()
    graph = traced(root)
    assert {kept.state for node in graph.nodes for kept in node.saved} == {"packed"}
    assert "checkpoint" not in {node.kind for node in graph.nodes}
    assert "checkpoint" not in {kept.alias for node in graph.nodes for kept in node.saved}
    root.backward()
    assert torch.equal(x.grad, 2 * torch.ones(3).exp())


def test_user_hooks_and_retained_gradients_change_nothing_in_the_graph():
    def build(hooked):
        x = leaf(3)
        y = x.exp()
        if hooked:
            y.retain_grad()
            y.register_hook(lambda grad: grad * 2)
            x.register_post_accumulate_grad_hook(lambda tensor: None)
        return y.sum()

    assert types(traced(build(True))) == types(traced(build(False)))


# Freed graphs, threads -----------------------------------------------------------------------------------------------


@pytest.mark.reads_saved
def test_a_freed_graph_is_traced_with_its_saved_tensors_as_freed():
    x = leaf(3)
    root = F.softplus(x * x).exp().sum()
    before = traced(root)
    root.backward()
    after = traced(root)
    assert [(n.key, n.type, n.slots, n.metas) for n in after.nodes] == [
        (n.key, n.type, n.slots, n.metas) for n in before.nodes
    ]
    assert after.edges == before.edges
    assert {kept.state for node in before.nodes for kept in node.saved} == {"held"}
    assert {kept.state for node in after.nodes for kept in node.saved} == {"freed"}
    assert after.held_bytes == 0
    with pytest.raises(RuntimeError, match="second time"):
        root.backward()


@pytest.mark.reads_saved
def test_an_optional_tensor_that_was_never_saved_reads_none_not_freed():
    x = torch.randn(2, 3, 4, requires_grad=True)
    root = F.batch_norm(x, None, None, training=True).sum()
    states = {kept.name: kept.state for node in traced(root).nodes for kept in node.saved}
    assert states["input"] == "held"
    assert states["running_mean"] == "none"
    root.backward()
    states = {kept.name: kept.state for node in traced(root).nodes for kept in node.saved}
    assert states["input"] == "freed"


def test_graphs_of_threads_whose_sequence_numbers_collide_are_traced_together():
    shared, parts = leaf(2), []

    def build():
        parts.append((shared * 2).sin().sum())

    for _ in range(3):
        thread = threading.Thread(target=build)
        thread.start()
        thread.join()
    graph = traced(*parts, params={"shared": shared})
    seqs = [node.seq for node in graph.nodes if node.seq is not None]
    assert len(seqs) == 9
    assert len(set(seqs)) == 3
    assert [node.param for node in graph.nodes if node.param] == ["shared"]


def test_one_graph_is_traced_by_many_threads_at_once_alike():
    root = leaf(3)
    for _ in range(200):
        root = (root * root).sin()
    expected, seen = trace(root), []
    threads = [threading.Thread(target=lambda: seen.append(trace(root))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [expected] * 8
