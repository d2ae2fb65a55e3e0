"""Models in the wrappers of torch: sharded (FSDP2), distributed (DDP), compiled."""

import pytest
import torch
import torch.distributed as dist
from torch import nn

import graphtrace as gt

STEPS = 2


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(4, 6), nn.Linear(6, 4)

    def forward(self, x):
        return x + self.fc2(self.fc1(x).relu())


def net():
    torch.manual_seed(0)
    return nn.Sequential(Residual(), Residual(), nn.Linear(4, 2))


@pytest.fixture
def one_process():
    dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
    yield
    dist.destroy_process_group()


@pytest.fixture
def sharded(one_process):
    fsdp = pytest.importorskip("torch.distributed.fsdp")
    if not hasattr(fsdp, "fully_shard"):
        pytest.skip("this torch has no FSDP2")
    mesh = torch.distributed.device_mesh.init_device_mesh("cpu", (1,))
    model = net()
    for block in model[:2]:
        fsdp.fully_shard(block, mesh=mesh)
    return fsdp.fully_shard(model, mesh=mesh)


def named_leaves(graph):
    return {node.param for node in graph.nodes if node.kind == "accumulate"}


@pytest.mark.filterwarnings("ignore")
def test_sharded_parameters_go_by_the_names_of_their_modules(sharded):
    names = {name for name, _ in sharded.named_parameters()}
    x, optimizer = torch.ones(3, 4), torch.optim.SGD(sharded.parameters(), 0.1)
    traced = gt.trace(sharded(x).sum(), model=sharded)
    with gt.record(sharded) as rec:
        for _ in range(STEPS):
            sharded(x).sum().backward()
            optimizer.step()
            optimizer.zero_grad()
    recording = rec.recording
    for graph in (traced, *recording.graphs, gt.draw(sharded, x)):
        assert named_leaves(graph) == names
        assert {param.state for param in graph.params} == {"used"}
        leaves = [node for node in graph.nodes if node.kind == "accumulate"]
        assert {node.metas[0].layout for node in leaves} == {"sharded"}
    assert recording.audit().ok
    assert {event.param for event in recording.events if event.kind == "param_update"} == names


@pytest.mark.filterwarnings("ignore")
def test_what_sharding_adds_is_in_its_module_and_the_picture_says_sharded(sharded):
    graph = gt.draw(sharded, torch.ones(3, 4))
    hooks = [node for node in graph.nodes if node.kind == "fsdp"]
    assert [node.module for node in hooks] == ["1"]
    view = gt.fold(graph, "module", opened=())
    assert [box.title for box in view.boxes] == ["Linear · 2", "module 1", "module 0"]
    assert any("sharded" in note for note in view.notes)
    leaf = next(box for box in gt.fold(graph, "autograd").boxes if box.title == "0.fc1.weight")
    assert leaf.text == "6×4 float32 sharded"


@pytest.mark.filterwarnings("ignore")
def test_the_prefix_of_a_distributed_model_is_in_keys_but_in_no_title(one_process):
    model = nn.parallel.DistributedDataParallel(net())
    with gt.record(model) as rec:
        model(torch.ones(3, 4)).sum().backward()
    graph = rec.recording.graphs[0]
    assert all(name.startswith("module.") for name in named_leaves(graph))
    for name in ("autograd", "concept", "module"):
        view = gt.fold(graph, name)
        assert not any("module." in box.title for box in view.boxes)
        assert not any(group.path.startswith("module") for group in view.groups)
    assert [box.title for box in gt.fold(graph, "module", opened=()).boxes] == [
        "sum",
        "Linear · 2",
        "module 1",
        "module 0",
    ]


def test_a_recording_compiles_nothing_and_shows_the_original_of_a_compiled_model():
    torch._dynamo.reset()
    model, x = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1)), torch.ones(2, 3)
    compiled = torch.compile(model, backend="aot_eager")
    region = gt.trace(compiled(x).sum(), model=compiled)
    frames = dict(torch._dynamo.utils.counters["frames"])
    with gt.record(compiled) as rec:
        for _ in range(STEPS):
            compiled(x).sum().backward()
    drawn = gt.draw(compiled, x)
    assert dict(torch._dynamo.utils.counters["frames"]) == frames
    first = [op.name for op in rec.recording.ops[:3]]
    assert first == ["nn.functional.linear", "nn.functional.relu", "nn.functional.linear"]
    assert any("torch.compile is off" in text for text in rec.recording.warnings)
    assert [box.title for box in gt.fold(drawn, "concept").boxes if box.kind == "op"] == [
        "Linear · 2",
        "ReLU · 1",
        "Linear · 0",
    ]
    assert "compiled region" in [box.title for box in gt.fold(region).boxes]
    assert any("gt.draw" in note for note in gt.fold(region).notes)
    after = gt.trace(compiled(x).sum(), model=compiled)
    assert [node.type for node in after.nodes] == [node.type for node in region.nodes]  # compiled as before
    assert dict(torch._dynamo.utils.counters["frames"]) == frames


def test_a_hook_of_a_leaf_that_removes_itself_is_no_violation():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        y = x * 3
        part = y.sum()

        def again(leaf):
            handle.remove()
            part.backward(retain_graph=True)

        handle = x.register_post_accumulate_grad_hook(again)
        (y * y).sum().backward(retain_graph=True)
    report = rec.recording.audit()
    assert report.violations == ()
    assert any("inside a hook" in text for text in rec.recording.warnings)


@pytest.mark.parametrize("batched", [False, True])
def test_gradcheck_of_a_function_that_returns_a_tensor_twice_breaks_no_law(batched):
    class Twice(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            y = x * 2
            return y, y

        @staticmethod
        def backward(ctx, a, b):
            return 2 * (a + b)

    x = torch.tensor([1.0, 2.0], dtype=torch.double, requires_grad=True)

    def in_views(x):
        y = x.clone()
        y[:1].mul_(3)
        y.view(2, 1)[1].add_(x[0])
        return y

    for program in (Twice.apply, in_views):
        with gt.record(params={"x": x}) as rec:
            assert torch.autograd.gradcheck(program, (x,), check_batched_grad=batched)
        assert rec.recording.audit().violations == ()
        assert any("batched" in text for text in rec.recording.warnings) == batched
