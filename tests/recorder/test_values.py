"""What is kept of tensors: statistics, whole small ones, samples of large ones, a budget; and never live memory."""

import math
import warnings

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import graphtrace as gt
from graphtrace.recorder.memory import is_dense, same_memory


def content(tensor, **options):
    """Record one operation that gives this tensor, and return what was kept of it."""
    with gt.record(params={}, **options) as rec:
        tensor.clone() if tensor.layout is not torch.strided else torch.Tensor.view_as(tensor, tensor)
    assert rec.recording.warnings == ()
    made = [event for event in rec.recording.events if event.kind == "forward_op"]  # torch warns of some layouts
    return made[-1].tensor("out:0")


def expected(tensor):
    """Norm, min, max and mean by torch, in double precision."""
    wide = tensor.detach().to_dense().to(torch.complex128 if tensor.is_complex() else torch.float64)
    norm = torch.linalg.vector_norm(wide).item()
    if tensor.is_complex():
        return norm, None, None, None
    return norm, wide.min().item(), wide.max().item(), wide.mean().item()


def close(kept, tensor):
    """Assert that statistics are torch's."""
    told = (kept.norm, kept.min, kept.max, kept.mean)
    for one, other in zip(told, expected(tensor), strict=True):
        assert one == pytest.approx(other, rel=1e-5, abs=1e-7) if other is not None else one is None


FLOATS = (torch.float32, torch.float64, torch.float16, torch.bfloat16)
OTHERS = (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool, torch.complex64, torch.complex128)


@pytest.mark.parametrize("count", [1, 7, 64, 65, 1024, 1025, 9000, 70_000])
@pytest.mark.parametrize("dtype", FLOATS + OTHERS, ids=str)
def test_statistics_are_torchs_for_every_dtype_and_size(dtype, count):
    torch.manual_seed(count)
    numbers = torch.randn(count, dtype=torch.complex128 if dtype.is_complex else torch.float64)
    tensor = (numbers * 3).abs().to(dtype) if dtype in (torch.uint8, torch.bool) else (numbers * 3).to(dtype)
    kept = content(tensor, values="full")
    assert (kept.meta.shape, kept.meta.dtype) == ((count,), str(dtype).removeprefix("torch."))
    close(kept, tensor)
    assert kept.is_whole
    assert kept.numbers() == tensor.tolist()
    brief = content(tensor)
    assert brief.is_whole == (count <= 1024)
    assert brief.norm == pytest.approx(kept.norm, rel=1e-5)
    if dtype is not torch.float32 or count <= 65_536:
        close(brief, tensor)


@pytest.mark.parametrize(
    "make",
    [
        lambda x: x.t(),
        lambda x: x[::2, 1::3],
        lambda x: x[:, :1].expand(90, 120),
        lambda x: x.reshape(2, 45, 60, 2).permute(3, 1, 0, 2),
        lambda x: x.flip(0),
        lambda x: x[0],
        lambda x: x[:, 5],
        lambda x: x[3:50].t(),
        lambda x: x.as_strided((80, 80), (1, 1)),
        lambda x: x.conj() if x.is_complex() else x.neg(),
        lambda x: x.unsqueeze(1),
        lambda x: x[5:5],
        lambda x: x[5, 5],
    ],
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.complex64], ids=str)
def test_views_of_every_kind_have_their_own_numbers(make, dtype):
    torch.manual_seed(0)
    tensor = make(torch.randn(90, 120, dtype=dtype))
    kept = content(tensor, values="full")
    assert kept.numbers() == tensor.flatten().tolist()
    brief = content(tensor)
    if tensor.numel():
        close(brief, tensor)
        close(kept, tensor)
    else:
        assert (kept.norm, kept.min, kept.data) == (None, None, "")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_views_that_share_memory_get_the_statistics_of_their_own_elements(data):
    base = torch.arange(4096, dtype=torch.float32).sin()
    shape = data.draw(st.lists(st.integers(1, 40), min_size=1, max_size=3).filter(lambda s: math.prod(s) > 1))
    strides = data.draw(st.lists(st.integers(0, 60), min_size=len(shape), max_size=len(shape)))
    reach = sum((size - 1) * stride for size, stride in zip(shape, strides, strict=True))
    if reach >= 4096:
        return
    view = base.as_strided(shape, strides)
    places = torch.arange(4096).as_strided(shape, strides).flatten().tolist()
    assert is_dense(view) == (sorted(places) == list(range(len(places))))
    other = base[: view.numel()] if view.numel() <= 4096 else base
    if same_memory(view, other):
        assert sorted(view.flatten().tolist()) == sorted(other.flatten().tolist())


def test_a_view_of_a_large_result_has_its_statistics_and_its_own_sample():
    x = torch.randn(60, 50, requires_grad=True)
    with gt.record() as rec:
        y = x * 2
        (y.t() * torch.randn(50, 60)).sum().backward()
    outs = [event.tensor("out:0") for event in rec.recording.events if event.kind == "forward_op"]
    first, turned = outs[0], outs[1]
    assert (first.norm, first.min, first.max, first.mean) == (turned.norm, turned.min, turned.max, turned.mean)
    assert (first.sample, turned.sample) == ((12, 10), (10, 12))
    assert first.numbers() == y[::5, ::5].flatten().tolist()
    assert turned.numbers() == y.t()[::5, ::5].flatten().tolist()


def test_a_view_whose_base_was_changed_in_between_is_read_anew():
    with gt.record() as rec:
        y = torch.ones(60, 50)
        y.mul_(3)
        y.t()
    assert rec.recording.events[-1].tensor("out:0").norm == pytest.approx(3 * math.sqrt(3000), rel=1e-6)


@pytest.mark.parametrize(
    "numbers", [[math.nan, 1.0], [math.inf, 1.0], [-math.inf, math.inf], [1e30, 1e30], [1e-30] * 2]
)
@pytest.mark.parametrize("count", [2, 100, 2000, 70_000, 400_000])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_statistics_beyond_the_range_tell_the_truth(numbers, count, dtype):
    tensor = torch.tensor(numbers, dtype=dtype).repeat(count // 2)
    kept = content(tensor)
    low, high = numbers[0], max(numbers)
    assert kept.is_finite == all(map(math.isfinite, numbers))
    if math.nan in numbers:
        assert math.isnan(kept.norm)
    elif math.inf in numbers:
        assert kept.norm == math.inf
    else:
        assert kept.norm == pytest.approx(abs(tensor[0].item()) * math.sqrt(count), rel=1e-4)
    if kept.max is not None:
        assert kept.max == pytest.approx(high, rel=1e-2) or math.isnan(low)


def adversarial(count, dtype=torch.float32):
    """Tensors whose sums go wrong in float32: one large number among small ones, constants, numbers that cancel."""
    some_large = torch.full((count,), 0.7)
    some_large[::64] = 256.0
    first_large = torch.full((count,), 0.7)
    first_large[:64] = 256.0
    cancelling = torch.randn(count) * 1e3
    cancelling[count // 2 :] = -cancelling[: count - count // 2] + 1e-2
    kinds = {"some large": some_large, "first large": first_large, "constant": torch.full((count,), 1.1)}
    return {name: tensor.to(dtype) for name, tensor in {**kinds, "cancelling": cancelling}.items()}


def relative_error(kept, tensor, name):
    """Error of a statistic against exact sums; that of a mean is relative to the mean size of the numbers."""
    wide = tensor.double()
    size = wide.abs().mean().item() if name == "mean" else abs(getattr(kept, name))
    exact = dict(zip(("norm", "min", "max", "mean"), expected(tensor), strict=True))[name]
    return abs(getattr(kept, name) - exact) / size


@pytest.mark.parametrize("count", [1000, 1025, 16_384, 16_385, 65_536, 65_537, 300_001, 4_000_000])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16, torch.float64], ids=str)
def test_statistics_are_exact_to_the_rounding_of_float32_on_every_machine(count, dtype):
    torch.manual_seed(0)
    level = "full" if count == 300_001 else "stats"
    for name, tensor in adversarial(count, dtype).items():
        kept = content(tensor, values=level)
        brief = kept.min is None
        assert brief == (level == "stats" and dtype is torch.float32 and count > 65_536)
        for statistic in ("norm",) if brief else ("norm", "min", "max", "mean"):
            assert relative_error(kept, tensor, statistic) < (3e-7 if brief else 1e-10), (name, statistic)


@pytest.mark.parametrize("side", [120, 200, 1000])
def test_statistics_of_tensors_that_lie_apart_are_as_exact(side):
    tensor = adversarial(4 * side * side)["first large"].view(2 * side, 2 * side)[::2, ::2]
    tensor[0, :64] = 256.0
    for made in (tensor, tensor.t(), tensor.bfloat16()):
        assert relative_error(content(made), made, "norm") < 3e-7


def test_one_float32_sum_fails_on_these_tensors():
    tensor = adversarial(4_000_000)["first large"]
    lost = math.sqrt(torch.dot(tensor, tensor).item()) / torch.linalg.vector_norm(tensor.double()).item() - 1
    assert abs(lost) > 1e-4


@pytest.mark.parametrize("count", [2, 2000, 70_000])
@pytest.mark.parametrize("size", [1e200, 1e-200])
def test_squares_beyond_float64_do_not_spoil_the_norm(size, count):
    kept = content(torch.full((count,), size, dtype=torch.float64))
    assert kept.norm == pytest.approx(size * math.sqrt(count), rel=1e-12)


def test_sparse_tensors_count_the_zeros_that_are_not_stored():
    indices = torch.tensor([[0, 0, 3], [1, 1, 2]])
    tensor = torch.sparse_coo_tensor(indices, torch.tensor([1.0, 2.0, 4.0]), (5, 6))
    kept = content(tensor)
    close(kept, tensor.coalesce())
    assert (kept.norm, kept.min, kept.max, kept.mean) == (5.0, 0.0, 4.0, pytest.approx(7 / 30))
    assert (kept.data, kept.meta.layout) == (None, "sparse_coo")
    empty = content(torch.sparse_coo_tensor(torch.empty(2, 0, dtype=torch.int64), torch.empty(0), (5, 6)))
    assert (empty.norm, empty.min, empty.max, empty.mean) == (0.0, 0.0, 0.0, 0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compressed = torch.eye(4).to_sparse_csr()
    assert content(compressed).norm == 2.0


def test_what_has_no_numbers_keeps_its_shape():
    with gt.record(params={}) as rec:
        torch.ones(3, device="meta") * 2
        torch.empty(0, 4) * 1
        nested = torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]) * 2
        jagged = torch.nested.nested_tensor([torch.ones(2, 2), torch.ones(3, 2)], layout=torch.jagged) * 2
    assert nested.is_nested
    assert jagged.is_nested
    made = [event for event in rec.recording.events if event.kind == "forward_op"]  # torch warns of these layouts
    outs = {op.name: event.tensor("out:0") for op, event in zip(rec.recording.ops, made, strict=True)}
    assert len(outs) >= 3
    by_device = [event.tensor("out:0") for event in made]
    (meta,) = [kept for kept in by_device if kept.meta.device == "meta" and kept.meta.shape == (3,)][-1:]
    assert (meta.norm, meta.data) == (None, None)
    assert all(kept.data in (None, "") for kept in by_device if "nested" in kept.meta.shape or 0 in kept.meta.shape)
    assert rec.recording.warnings == ()


def test_nothing_that_was_kept_changes_afterwards():
    x = torch.randn(40, 30, requires_grad=True)
    w = torch.randn(3, requires_grad=True)
    optimizer = torch.optim.SGD([x, w], lr=0.1, momentum=0.9)
    buffers = []
    with gt.record(values="full") as rec:
        for _ in range(2):
            y = (x * 2).sin()
            loss = y.sum() + (w * w).sum()
            loss.backward()
            optimizer.step()
            buffers += [y, loss]
            early = rec.recording.events
    kept = repr(rec.recording.events)
    with torch.no_grad():
        for tensor in (x, w, x.grad, w.grad, *buffers):
            tensor.fill_(99)
        for state in optimizer.state.values():
            state["momentum_buffer"].fill_(99)
    assert repr(rec.recording.events) == kept
    assert early == rec.recording.events[: len(early)]
    assert "99.0" not in kept


def test_gradients_that_torch_overwrites_later_are_as_they_were():
    w = torch.ones(2000, requires_grad=True)
    with gt.record(values="full") as rec:
        for factor in (1.0, 2.0, 3.0):
            (w * factor).sum().backward()
        w.grad.zero_()
    took = [event for event in rec.recording.events if event.kind == "accumulate"]
    assert [set(event.tensor("after").numbers()) for event in took] == [{1.0}, {3.0}, {6.0}]
    assert [set(event.tensor("added").numbers()) for event in took] == [{1.0}, {2.0}, {3.0}]
    assert set(rec.recording.events[-1].tensor("before").numbers()) == {6.0}


def test_the_budget_bounds_what_is_kept_whole_and_says_so():
    x = torch.randn(5000, requires_grad=True)
    with gt.record(values="full", budget_bytes=3 * x.nbytes) as rec:
        (x * 2).sin().exp().cos().sum().backward()
    whole = [v for e in rec.recording.events for _, v in e.tensors if v and v.is_whole and v.meta.numel > 1024]
    assert len({v.data for v in whole}) == 3
    assert any(text.startswith("budget used up:") for text in rec.recording.warnings)
    assert rec.recording.audit().ok
    with gt.record(values="full", budget_bytes=100 * x.nbytes) as rec:
        (x * 2).sin().exp().cos().sum().backward()
    assert all(v.is_whole for e in rec.recording.events for _, v in e.tensors if v)
    assert rec.recording.warnings == ()
    with gt.record() as rec:
        (x * 2).sum()
    kept = rec.recording.events[0].tensor("out:0")
    assert not kept.is_whole
    assert kept.numbers() == (x * 2)[:: -(-5000 // 12)].tolist()


def test_levels_change_nothing_but_what_is_kept():
    torch.manual_seed(0)
    net, x = nn.Linear(60, 60), torch.randn(4, 60)
    shapes = []
    for level in ("stats", "full"):
        net.zero_grad()
        with gt.record(net, values=level) as rec:
            net(x).square().sum().backward()
        assert rec.recording.level == level
        shapes.append(
            [(e.kind, e.node, e.edge, [(n, v and v.meta) for n, v in e.tensors]) for e in rec.recording.events]
        )
        assert rec.recording.audit().ok
    assert shapes[0] == shapes[1]


def test_ops_know_module_call_line_and_text():
    net = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    x = torch.ones(1, 2)
    with gt.record(net) as rec:
        for _ in range(2):
            y = net(x) * 3  # the line that is told
    found = [(op.name, op.module, op.call) for op in rec.recording.ops]
    one = [("nn.functional.linear", "0", 0), ("nn.functional.relu", "1", 0), ("Tensor.mul", "", 0)]
    two = [("nn.functional.linear", "0", 1), ("nn.functional.relu", "1", 1), ("Tensor.mul", "", 0)]
    assert found == one + two
    source = rec.recording.ops[2].source
    assert source.text.strip() == "y = net(x) * 3  # the line that is told"
    assert source.text[source.column : source.end_column] == "net(x) * 3"
    assert source.file == __file__
    assert y.grad_fn is not None
    names = {value.name: value.origin for value in rec.recording.tensors if value.name}
    assert names == {"0.weight": "param", "0.bias": "param", "x": "input"}


def test_only_what_a_call_made_is_its_own():
    x = torch.ones(2, requires_grad=True)
    before = (x * 2).exp()  # from before the recording
    with gt.record(params={"x": x}) as rec:
        y = before.sin()
        z = torch.autograd.Function.apply if False else y.cos()
        z.sum().backward()
    made = {node.key: node.op for node in rec.recording.graphs[0].nodes}
    assert {key for key, op in made.items() if op is None} == {"Exp:0", "Mul:0", "x"}
    assert [rec.recording.ops[made[key]].name for key in ("Sin:0", "Cos:0", "Sum:0")] == [
        "Tensor.sin",
        "Tensor.cos",
        "Tensor.sum",
    ]


def test_tensor_subclasses_vmap_and_func_run_as_they_do_unrecorded():
    class Mine(torch.Tensor):
        pass

    x = torch.arange(4.0, requires_grad=True)

    def program():
        mine = torch.ones(4).as_subclass(Mine)
        per_sample = torch.func.vmap(torch.func.grad(lambda v: (v * v).sin().sum()))(torch.arange(6.0).reshape(3, 2))
        jacobian = torch.func.jacrev(lambda v: v * v)(torch.arange(3.0))
        dual = torch.func.jvp(lambda v: v.exp(), (torch.ones(2),), (torch.ones(2),))
        (x * mine).sum().backward()
        return type(x * mine), per_sample, jacobian, *dual, x.grad

    free = program()
    x.grad = None
    with gt.record(params={"x": x}) as rec:
        held = program()
    assert held[0] is free[0]
    for one, other in zip(free[1:], held[1:], strict=True):
        assert torch.equal(one, other)
    assert rec.recording.audit().violations == ()


def test_batched_gradients_are_left_out_with_a_word():
    x = torch.ones(3, requires_grad=True)
    with gt.record() as rec:
        y = x * 2
        (batch,) = torch.autograd.grad(y, x, torch.eye(3), is_grads_batched=True)
    assert torch.equal(batch, 2 * torch.eye(3))
    assert any("batched" in text for text in rec.recording.warnings)


def test_partial_passes_run_only_what_is_needed():
    a, b = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    with gt.record(params={"a": a, "b": b}) as rec:
        loss = (a * 2 + b.exp()).sum()
        loss.backward(inputs=[a], retain_graph=True)
        torch.autograd.grad(loss, [b])
    first, second = (
        {
            rec.recording.graphs[g].nodes[e.node].key
            for e in rec.recording.events
            if e.kind == "node_out" and e.graph == g
        }
        for g in (0, 1)
    )
    assert first == {"Sum:0", "Add:0", "Mul:0", "a"}
    assert second == {"Sum:0", "Add:0", "Exp:0"}
    assert rec.recording.audit().ok


def test_the_program_may_still_resize_what_was_recorded():
    w = torch.ones(3, requires_grad=True)
    with gt.record() as rec:
        small, large = torch.ones(3) * 2, torch.ones(2000) * 2
        (w * small).sum().backward()
        for tensor in (small, large, w.grad):
            assert tensor.untyped_storage().resizable()
        small.resize_(50)
        torch.add(torch.ones(4000), 1, out=large.resize_(0))
    assert large.shape == (4000,)
    assert rec.recording.audit().ok


@pytest.mark.parametrize("count", [1025, 4096, 16_384, 16_385])
def test_many_middling_tensors_are_each_themselves(count):
    torch.manual_seed(0)
    tensors = []
    with gt.record() as rec:
        for k in range(200):
            tensors.append(torch.rand(count) * k)
            tensors[-1].view(-1, 1)
    outs = [event.tensor("out:0") for event in rec.recording.events if rec.recording.ops[event.op].name != "rand"]
    assert len(outs) == 400
    for tensor, kept, seen in zip(tensors, outs[::2], outs[1::2], strict=True):
        close(kept, tensor)
        assert (kept.norm, kept.min, kept.max, kept.mean) == (seen.norm, seen.min, seen.max, seen.mean)
        assert kept.numbers() == tensor[:: -(-count // 12)].tolist() == seen.numbers()


def test_a_middling_tensor_is_kept_as_it_was_when_it_was_seen():
    with gt.record() as rec:
        x = torch.ones(4000) * 2
        turned = x.view(40, 100).t()
        x.mul_(3)
        turned.add_(1)
    norms = [event.tensor("out:0").norm for event in rec.recording.events if event.kind == "forward_op"]
    root = math.sqrt(4000)
    assert norms[-4:] == [pytest.approx(n * root, rel=1e-6) for n in (2, 2, 6, 7)]
    assert set(rec.recording.events[-3].tensor("out:0").numbers()) == {2.0}


@pytest.mark.parametrize("count", [10, 4000, 70_000])
def test_memory_that_was_given_back_is_not_read(count):
    base = torch.ones(2 * count)
    part = base[count:]
    base.untyped_storage().resize_(0)
    with gt.record() as rec:
        part.view(1, -1)
    (event,) = rec.recording.events
    assert [(value.meta.numel, value.data, value.norm) for _, value in event.tensors] == [(count, None, None)] * 2
    assert rec.recording.warnings == ()
