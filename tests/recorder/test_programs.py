"""Whole programs, recorded for several steps: bit for bit the unrecorded run, and every law of the audit holds."""

import warnings
from dataclasses import dataclass

import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

import graphtrace as gt
from graphtrace import examples
from tests.support import oracle

STEPS = 3


@dataclass
class Program:
    """A net or named leaves, an optimizer or none, and one training step that returns its loss."""

    step: object
    net: nn.Module | None = None
    params: dict | None = None
    optimizer: torch.optim.Optimizer | None = None

    def leaves(self):
        return [*self.net.parameters()] if self.net is not None else [*self.params.values()]


def trained(net, loss, make=torch.optim.SGD, clip=None, **options):
    optimizer = make(net.parameters(), **{"lr": 0.01, **options})

    def step():
        optimizer.zero_grad()
        value = loss()
        value.backward()
        if clip is not None:
            clip(net.parameters())
        optimizer.step()
        return value

    return Program(step, net, optimizer=optimizer)


def mlp(make=torch.optim.SGD, clip=None, **options):
    net = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3))
    x, y = torch.randn(5, 6), torch.randn(5, 3)
    return trained(net, lambda: functional.mse_loss(net(x), y), make, clip, **options)


def lenet():
    built = examples.build("lenet")

    def step():
        built.zero()
        loss = built.forward()
        loss.backward()
        built.step()
        return loss

    return Program(step, built.model, optimizer=built.optimizer())


class Bottleneck(nn.Module):
    def __init__(self, wide, narrow, out, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(wide, narrow, 1, bias=False), nn.BatchNorm2d(narrow)
        self.conv2, self.bn2 = nn.Conv2d(narrow, narrow, 3, stride, 1, bias=False), nn.BatchNorm2d(narrow)
        self.conv3, self.bn3 = nn.Conv2d(narrow, out, 1, bias=False), nn.BatchNorm2d(out)
        self.relu = nn.ReLU(inplace=True)
        self.down = None
        if wide != out or stride > 1:
            self.down = nn.Sequential(nn.Conv2d(wide, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.bn3(self.conv3(self.relu(self.bn2(self.conv2(y)))))
        return self.relu(y + (x if self.down is None else self.down(x)))


def resnet50():
    stem = [nn.Conv2d(3, 16, 7, 2, 3, bias=False), nn.BatchNorm2d(16), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]
    blocks, wide = [], 16
    for stage, count in enumerate((3, 4, 6, 3)):
        narrow = 16 << stage
        for i in range(count):
            blocks.append(Bottleneck(wide, narrow, 4 * narrow, 2 if stage and not i else 1))
            wide = 4 * narrow
    net = nn.Sequential(*stem, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(wide, 10))
    x, y = torch.randn(2, 3, 64, 64), torch.tensor([1, 7])
    return trained(net, lambda: functional.cross_entropy(net(x), y), momentum=0.9)


def transformer():
    layer = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.1, batch_first=True)
    net, x = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False), torch.randn(2, 5, 16)
    return trained(net, lambda: net(x).square().mean(), torch.optim.AdamW)


def lstm():
    net, x = nn.LSTM(4, 6, num_layers=2, batch_first=True), torch.randn(3, 7, 4)
    return trained(net, lambda: net(x)[0].square().mean(), torch.optim.RMSprop)


def lstm_cell():
    net, x = nn.LSTMCell(4, 6), torch.randn(5, 3, 4)

    def loss():
        state = None
        for one in x:
            state = net(one, state)
        return state[0].sum()

    return trained(net, loss)


def batch_norm_and_dropout():
    net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(inplace=True), nn.Dropout(0.5), nn.Flatten())
    x = torch.randn(4, 1, 8, 8)
    return trained(net, lambda: net(x).square().mean(), torch.optim.Adam)


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.out = nn.Embedding(11, 8), nn.Linear(8, 11, bias=False)
        self.out.weight = self.embed.weight

    def forward(self, words):
        return self.out(torch.tanh(self.embed(words)))


def weight_tying():
    net, words = Tied(), torch.tensor([[1, 2, 3], [4, 5, 1]])
    return trained(net, lambda: functional.cross_entropy(net(words).flatten(0, 1), words.flatten()))


def sparse_embedding():
    net, words = nn.EmbeddingBag(50, 4, sparse=True, mode="sum"), torch.tensor([[1, 2, 2], [4, 5, 1]])
    return trained(net, lambda: net(words).square().sum())


def autocast():
    net = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3))
    x = torch.randn(5, 6)

    def loss():
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return net(x).float().square().mean()

    return trained(net, loss)


def checkpointed(reentrant):
    net = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4)])
    x = torch.randn(3, 4, requires_grad=True)

    def block(h):
        return torch.tanh(net[1](torch.sin(net[0](h))))

    return trained(net, lambda: checkpoint(block, x * 2, use_reentrant=reentrant).sum())


class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * x * y, x + y

    @staticmethod
    def backward(ctx, first, second):
        x, y = ctx.saved_tensors
        return 2 * x * y * first + second, x * x * first + second


def custom_function():
    leaves = {"a": torch.randn(4, requires_grad=True), "b": torch.randn(4, requires_grad=True)}

    def step():
        for leaf in leaves.values():
            leaf.grad = None
        first, second = Square.apply(leaves["a"], leaves["b"] * 2)
        loss = (first + second.sin()).sum()
        loss.backward()
        with torch.no_grad():
            for leaf in leaves.values():
                leaf -= 0.01 * leaf.grad
        return loss

    return Program(step, params=leaves)


def double_backward():
    net, x = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1)), torch.randn(5, 4, requires_grad=True)

    def loss():
        out = net(x).sum()
        (slope,) = torch.autograd.grad(out, x, create_graph=True)
        return (slope.norm(dim=1) - 1).square().mean() + out * 0.1

    return trained(net, loss, torch.optim.Adam)


def backward_create_graph():
    net = nn.Linear(3, 1)
    x = torch.randn(4, 3)

    def step():
        net.zero_grad()
        loss = net(x).pow(3).sum()
        loss.backward(create_graph=True)
        penalty = sum(p.grad.square().sum() for p in net.parameters())
        net.zero_grad()
        penalty.backward()
        with torch.no_grad():
            for p in net.parameters():
                p.data.add_(p.grad, alpha=-1e-3)
        return penalty

    return Program(step, net)


def lbfgs():
    net, x, y = nn.Linear(3, 1), torch.randn(6, 3), torch.randn(6, 1)
    optimizer = torch.optim.LBFGS(net.parameters(), lr=0.5, max_iter=4, history_size=3)

    def closure():
        optimizer.zero_grad()
        loss = functional.mse_loss(net(x), y)
        loss.backward()
        return loss

    return Program(lambda: optimizer.step(closure), net, optimizer=optimizer)


def accumulation():
    net, x = nn.Linear(4, 2), torch.randn(6, 4)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)

    def step():
        optimizer.zero_grad(set_to_none=False)
        parts = [net(part).square().mean() / 3 for part in x.split(2)]
        for part in parts:
            part.backward()
        optimizer.step()
        return sum(parts)

    return Program(step, net, optimizer=optimizer)


def two_losses_on_one_trunk():
    net, x = nn.Linear(4, 2), torch.randn(6, 4)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)

    def step():
        optimizer.zero_grad()
        out = net(x)
        first, second = out.square().mean(), out.sin().sum()
        torch.autograd.backward([first, second, first], retain_graph=True)
        torch.autograd.backward([out, second], [torch.ones_like(out), None])  # a root inside another root's graph
        optimizer.step()
        return first + second

    return Program(step, net, optimizer=optimizer)


def vector_root():
    leaves = {"w": torch.randn(3, 200, requires_grad=True)}
    v = torch.randn(40, 3, 200)

    def step():
        leaves["w"].grad = None
        y = (leaves["w"] * 2).expand(40, 3, 200).exp()
        y.backward(v)
        return y.sum()

    return Program(step, params=leaves)


PROGRAMS = {
    "mlp": mlp,
    "lenet": lenet,
    "resnet50": resnet50,
    "transformer": transformer,
    "lstm": lstm,
    "lstm cell": lstm_cell,
    "batch norm and dropout": batch_norm_and_dropout,
    "weight tying": weight_tying,
    "sparse embedding": sparse_embedding,
    "clipped norm": lambda: mlp(clip=lambda ps: nn.utils.clip_grad_norm_(ps, 0.01)),
    "clipped norm, one by one": lambda: mlp(clip=lambda ps: nn.utils.clip_grad_norm_(ps, 0.01, foreach=False)),
    "clipped value": lambda: mlp(clip=lambda ps: nn.utils.clip_grad_value_(ps, 0.001)),
    "autocast": autocast,
    "checkpoint": lambda: checkpointed(False),
    "reentrant checkpoint": lambda: checkpointed(True),
    "custom function": custom_function,
    "double backward": double_backward,
    "backward with create_graph": backward_create_graph,
    "lbfgs": lbfgs,
    "accumulation over micro-batches": accumulation,
    "two losses": two_losses_on_one_trunk,
    "vector root": vector_root,
    "sgd momentum": lambda: mlp(momentum=0.9),
    "sgd nesterov": lambda: mlp(momentum=0.9, nesterov=True, weight_decay=0.1),
    "sgd foreach": lambda: mlp(foreach=True, weight_decay=0.1),
    "sgd fused": lambda: mlp(fused=True),
    "adagrad": lambda: mlp(torch.optim.Adagrad),
    "rmsprop": lambda: mlp(torch.optim.RMSprop, momentum=0.5, centered=True),
    "adam": lambda: mlp(torch.optim.Adam),
    "adam amsgrad foreach": lambda: mlp(torch.optim.Adam, amsgrad=True, foreach=True),
    "adamw": lambda: mlp(torch.optim.AdamW),
    "adamw fused": lambda: mlp(torch.optim.AdamW, fused=True),
    "adadelta": lambda: mlp(torch.optim.Adadelta),
}


def run(make, recorded=False, values="stats"):
    """Run a program's steps; return losses, leaves, gradients and the random state, and the recording."""
    torch.manual_seed(0)
    program = make()
    torch.manual_seed(1)
    recording = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if recorded:
            with gt.record(program.net, program.optimizer, params=program.params, values=values) as rec:
                losses = [program.step().detach() for _ in range(STEPS)]
            recording = rec.recording
        else:
            losses = [program.step().detach() for _ in range(STEPS)]
    leaves = program.leaves()
    buffers = [*program.net.buffers()] if program.net is not None else []
    grads = [leaf.grad for leaf in leaves]
    state = (*losses, *leaves, *buffers), grads, torch.get_rng_state().numpy().tobytes()
    return state, recording, program


HIDDEN = {"two losses": pytest.mark.shows_backward}


@pytest.fixture(scope="module", params=[pytest.param(name, marks=HIDDEN.get(name, ())) for name in PROGRAMS])
def both(request):
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    free, _, _ = run(PROGRAMS[request.param])
    held, recording, program = run(PROGRAMS[request.param], recorded=True)
    torch.set_num_threads(threads)
    return free, held, recording, program


def test_losses_parameters_gradients_and_random_numbers_are_those_of_the_unrecorded_run(both):
    free, held, _, _ = both
    assert [*map(oracle.same_bits, free[0], held[0])] == [True] * len(free[0])
    assert [*map(oracle.same_bits, free[1], held[1])] == [True] * len(free[1])
    assert free[2] == held[2]


def test_the_audit_finds_nothing(both):
    report = both[2].audit()
    assert report.violations == ()
    assert report.hooks == ()
    assert report.checked > 0


def test_nothing_was_left_out_with_a_warning(both):
    assert both[2].warnings == ()


def test_the_last_recorded_gradient_and_value_of_each_leaf_are_those_it_has_now(both):
    _, _, recording, program = both
    names = {id(leaf): name for name, leaf in (program.params or dict(program.net.named_parameters())).items()}
    last = {}
    for event in recording.events:
        if event.param is not None and event.kind in ("accumulate", "grad_zero", "grad_edit"):
            last[event.param, "grad"] = event.tensor("after")
        elif event.kind == "param_update":
            last[event.param, "value"] = event.tensor("after")
    compared = 0
    for leaf in program.leaves():
        for what, tensor in (("value", leaf), ("grad", leaf.grad)):
            known = last.get((names[id(leaf)], what))
            if known is None:
                assert what == "value" or tensor is None, f"{names[id(leaf)]}.{what} was never recorded"
                continue
            compared += 1
            dense = tensor.detach().to_dense()
            assert known.norm == pytest.approx(dense.double().norm().item(), rel=1e-6)
            if known.is_whole:
                assert known.numbers() == dense.flatten().tolist()
    assert compared >= len(program.leaves())


def test_steps_are_counted(both):
    steps = {event.step for event in both[2].events if event.kind == "backward_begin"}
    assert steps <= set(range(STEPS + 1))
    assert both[2].events[-1].step <= STEPS
