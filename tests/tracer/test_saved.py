"""Saved tensors: names, sizes, whose memory they are, and the bytes held, against sums over torch's own storages."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from graphtrace import examples
from graphtrace.tracer import trace, trace_live
from tests.support import oracle

pytestmark = pytest.mark.reads_saved


class Block(nn.Module):
    """A residual block with batch norm."""

    def __init__(self, width):
        super().__init__()
        self.a, self.b = nn.Conv2d(width, width, 3, padding=1), nn.Conv2d(width, width, 3, padding=1)
        self.norm = nn.BatchNorm2d(width)

    def forward(self, x):
        return (x + self.b(self.norm(self.a(x)).relu())).relu()


def resnet_like():
    net = nn.Sequential(nn.Conv2d(3, 4, 3), *(Block(4) for _ in range(3)), nn.Flatten(), nn.Linear(144, 5))
    return net, F.cross_entropy(net(torch.randn(2, 3, 8, 8)), torch.tensor([0, 3]))


def transformer():
    layer = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.1, batch_first=True)
    net = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
    return net, net(torch.randn(2, 5, 16)).square().mean()


def lenet():
    built = examples.build("lenet")
    return built.model, built.root


NETS = [lenet, transformer, resnet_like]


def raw_tensors(root):
    """All tensors that nodes keep, read here by themselves: node, name, tensor."""
    for node in oracle.by_breadth([root])[0]:
        for attribute in dir(node):
            if attribute.startswith("_raw_saved_"):
                value = getattr(node, attribute)
                for one in value if isinstance(value, tuple | list) else [value]:
                    if isinstance(one.data, torch.Tensor):
                        yield node, attribute.removeprefix("_raw_saved_"), one.data


def storage_bytes(tensors):
    """Bytes of the distinct storages, told apart by the address of their data."""
    return {s.data_ptr(): s.nbytes() for s in (tensor.untyped_storage() for tensor in tensors) if s.nbytes()}


@pytest.mark.parametrize("build", NETS)
def test_bytes_held_are_the_sum_over_distinct_storages_that_no_parameter_or_buffer_owns(build):
    torch.manual_seed(0)
    net, root = build()
    graph = trace(root, model=net)
    kept = storage_bytes(tensor for _, _, tensor in raw_tensors(root))
    owned = storage_bytes([*net.parameters(), *net.buffers()])
    assert graph.held_bytes == sum(size for address, size in kept.items() if address not in owned)
    assert 0 < graph.held_bytes < sum(kept.values())


@pytest.mark.parametrize("build", NETS)
def test_every_saved_tensor_has_the_name_shape_dtype_bytes_and_version_of_torchs(build):
    torch.manual_seed(0)
    net, root = build()
    live = trace_live(root, model=net)
    ids = {node: i for i, node in enumerate(live.nodes)}
    real = sorted(
        (ids[node], name, tuple(t.shape), str(t.dtype)[6:], t.numel() * t.element_size(), t._version)
        for node, name, t in raw_tensors(root)
    )
    told = sorted(
        (node.id, kept.name.partition("[")[0], kept.meta.shape, kept.meta.dtype, kept.nbytes, kept.version)
        for node in live.graph.nodes
        for kept in node.saved
        if kept.state == "held"
    )
    assert told == real
    assert len(told) > 10


@pytest.mark.parametrize("build", NETS)
def test_storage_numbers_are_equal_exactly_where_memory_is_shared(build):
    torch.manual_seed(0)
    net, root = build()
    live = trace_live(root, model=net)
    pairs = set()
    for torch_node, node in zip(live.nodes, live.graph.nodes, strict=True):
        for kept in node.saved:
            if kept.state == "held" and "[" not in kept.name:
                data = getattr(torch_node, f"_raw_saved_{kept.name}").data
                pairs.add((kept.storage, data.untyped_storage()._cdata))
    assert len({number for number, _ in pairs}) == len({address for _, address in pairs}) == len(pairs)


@pytest.mark.parametrize("build", NETS)
def test_an_alias_names_the_parameter_or_buffer_whose_memory_it_is(build):
    torch.manual_seed(0)
    net, root = build()
    live = trace_live(root, model=net)
    owners = {t.untyped_storage()._cdata: name for name, t in [*net.named_buffers(), *net.named_parameters()]}
    seen = set()
    for torch_node, node in zip(live.nodes, live.graph.nodes, strict=True):
        for kept in node.saved:
            if kept.state == "held" and "[" not in kept.name:
                data = getattr(torch_node, f"_raw_saved_{kept.name}").data
                owner = owners.get(data.untyped_storage()._cdata)
                assert owner is None or kept.alias == owner
                assert owner is not None or kept.alias is None or "." in kept.alias
                seen.add(owner)
    assert len(seen - {None}) >= 3


def saved_of(graph, key):
    [node] = [node for node in graph.nodes if node.key == key]
    return {kept.name: kept for kept in node.saved}


def test_an_activation_kept_twice_is_an_alias_of_its_first_keeper_in_forward_order():
    x = torch.ones(4, requires_grad=True)
    h = x.exp()
    graph = trace((h * h.sin()).sum(), params={"x": x})
    assert saved_of(graph, "Exp:0")["result"].alias is None
    assert saved_of(graph, "Sin:0")["self"].alias == "Exp:0.result"
    assert saved_of(graph, "Mul:0")["self"].alias == "Exp:0.result"
    assert saved_of(graph, "Mul:0")["other"].alias is None
    assert graph.held_bytes == 2 * 16


def test_a_view_of_a_weight_is_an_alias_of_the_weight_and_costs_nothing():
    net = nn.Linear(3, 3, bias=False)
    x = torch.ones(1, 3, requires_grad=True)
    graph = trace(net(x).sum(), model=net, params={"x": x})
    aliases = {kept.alias for node in graph.nodes for kept in node.saved if kept.state == "held"}
    assert aliases == {"weight", "x"}
    assert graph.held_bytes == 0


def test_a_buffer_is_named_and_an_unnamed_leaf_is_called_leaf():
    net = nn.BatchNorm1d(3).eval()
    x = torch.ones(2, 3, requires_grad=True)
    graph = trace(net(x).sum(), model=net)
    aliases = {kept.alias for node in graph.nodes for kept in node.saved}
    assert {"running_mean", "running_var", "weight", "leaf"} <= aliases
    assert graph.held_bytes == 0


def test_a_small_view_holds_the_whole_storage_behind_it():
    x = torch.ones(3, requires_grad=True)
    big = torch.ones(1000)
    graph = trace((x * big[:3]).sum(), params={"x": x})
    [kept] = [kept for node in graph.nodes for kept in node.saved if kept.alias is None and kept.state == "held"]
    assert (kept.nbytes, graph.held_bytes) == (12, 4000)


def test_a_tensor_changed_in_place_after_it_was_saved_tells_its_newer_version():
    x = torch.ones(3, requires_grad=True)
    h = x.exp()
    root = h.sum()
    assert saved_of(trace(root), "Exp:0")["result"].version == 0
    h.detach().mul_(2)
    assert saved_of(trace(root), "Exp:0")["result"].version == 1
    with pytest.raises(RuntimeError, match="is at version 1; expected version 0"):
        root.backward()


def test_tensor_lists_are_told_one_by_one():
    x = torch.ones(4, 4, requires_grad=True)
    rows, columns = torch.tensor([0, 1]), torch.tensor([2, 3])
    graph = trace(x[rows, columns].sum())
    kept = saved_of(graph, "Index:0")
    assert list(kept) == ["indices[0]", "indices[1]"]
    assert {one.meta.dtype for one in kept.values()} == {"int64"}


def test_hooks_on_saved_tensors_are_never_called_by_a_trace():
    calls = []

    def unpack(held):
        calls.append(held)
        return held

    x = torch.ones(3, requires_grad=True)
    with torch.autograd.graph.saved_tensors_hooks(lambda tensor: tensor.clone(), unpack):
        root = (x.exp() * x).sum()
    graph = trace(root)
    assert calls == []
    assert {kept.state for node in graph.nodes for kept in node.saved} == {"packed"}
    root.backward()
    assert len(calls) == 3


def test_hooks_set_on_one_saved_tensor_are_never_called_either():
    calls = []
    x = torch.ones(3, requires_grad=True)
    root = x.exp()
    root.grad_fn._raw_saved_result.register_hooks(lambda t: t, lambda t: (calls.append(1), t)[1])
    graph = trace(root)
    assert calls == []
    assert graph.nodes[0].saved[0].state == "packed"


def test_disabled_saved_tensor_hooks_are_no_obstacle():
    x = torch.ones(3, requires_grad=True)
    with torch.autograd.graph.disable_saved_tensors_hooks("not now"):
        assert trace(x.exp()).nodes[0].saved[0].state == "held"


def test_saved_tensors_that_have_no_storage_are_read_without_an_address():
    x = torch.eye(3).to_sparse().requires_grad_()
    graph = trace(torch.sparse.mm(x, torch.ones(3, 2)).sum())
    kept = [one for node in graph.nodes for one in node.saved if one.meta and one.meta.layout == "sparse_coo"]
    assert kept
    assert {one.storage for one in kept} == {None}


def test_reading_saved_tensors_keeps_none_of_them_alive():
    import weakref

    x = torch.ones(3, requires_grad=True)
    h = torch.ones(3).mul(5)
    root, ref = (x * h).sum(), weakref.ref(h)
    graph = trace(root)
    del h, root
    assert ref() is None
    assert graph.held_bytes == 12
