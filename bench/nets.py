"""The cases: nets written by hand, and chains of operations. Weights are zero: only the graph matters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Case:
    """`forward` builds a fresh graph and returns its loss; `model` names the parameters.

    Attributes:
        rounds: How many fresh graphs are measured.
        inputs: What to call the model with, for tools that run the forward pass themselves.
    """

    forward: Callable[[], Tensor]
    model: nn.Module | None
    rounds: int
    inputs: tuple[Tensor, ...] = ()


def _made(make: Callable[[], nn.Module]) -> nn.Module:
    """Skip the random initialisation of 100 million weights."""
    with torch.device("meta"):
        net = make()
    net = net.to_empty(device="cpu")
    with torch.no_grad():
        for tensor in (*net.parameters(), *net.buffers()):
            tensor.zero_()
    return net


def _of(model: nn.Module, rounds: int, *inputs: Tensor) -> Case:
    return Case(lambda: model(*inputs).sum(), model, rounds, inputs)


def mlp() -> Case:
    return _of(_made(lambda: nn.Sequential(nn.Linear(20, 50), nn.ReLU(), nn.Linear(50, 1))), 200, torch.ones(8, 20))


class LeNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 3), nn.Conv2d(6, 16, 3)
        self.fc1, self.fc2, self.fc3 = nn.Linear(576, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.max_pool2d(self.conv1(x).relu(), 2)
        x = functional.max_pool2d(self.conv2(x).relu(), 2)
        x = self.fc2(self.fc1(x.view(-1, 576)).relu()).relu()
        return functional.mse_loss(self.fc3(x), torch.zeros(1, 10))


def lenet() -> Case:
    return _of(_made(LeNet), 200, torch.ones(1, 1, 32, 32))


class Bottleneck(nn.Module):
    def __init__(self, wide: int, narrow: int, stride: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(wide, narrow, 1, bias=False), nn.BatchNorm2d(narrow)
        self.conv2, self.bn2 = nn.Conv2d(narrow, narrow, 3, stride, 1, bias=False), nn.BatchNorm2d(narrow)
        self.conv3, self.bn3 = nn.Conv2d(narrow, 4 * narrow, 1, bias=False), nn.BatchNorm2d(4 * narrow)
        self.down = nn.Identity()
        if wide != 4 * narrow:
            self.down = nn.Sequential(nn.Conv2d(wide, 4 * narrow, 1, stride, bias=False), nn.BatchNorm2d(4 * narrow))

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu())).relu()
        return (self.bn3(self.conv3(y)) + self.down(x)).relu()


class ResNet152(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.bn1, self.pool = (
            nn.Conv2d(3, 64, 7, 2, 3, bias=False),
            nn.BatchNorm2d(64),
            nn.MaxPool2d(3, 2, 1),
        )
        layers, wide = [], 64
        for stage, count in enumerate((3, 8, 36, 3)):
            narrow = 64 << stage
            for i in range(count):
                layers.append(Bottleneck(wide, narrow, 2 if stage and not i else 1))
                wide = 4 * narrow
        self.layers, self.fc = nn.Sequential(*layers), nn.Linear(2048, 1000)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.layers(self.pool(self.bn1(self.conv1(x)).relu())).mean((2, 3)))


def resnet152() -> Case:
    return _of(_made(ResNet152), 10, torch.ones(2, 3, 64, 64))


class Block(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.ln1, self.ln2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        batch, length, width = x.shape
        q, k, v = self.qkv(self.ln1(x)).view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4).unbind(0)
        mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.proj(mixed.transpose(1, 2).reshape(batch, length, width))
        return x + self.down(functional.gelu(self.up(self.ln2(x))))


class GPT2(nn.Module):
    def __init__(self, width: int = 768, depth: int = 12, words: int = 50257) -> None:
        super().__init__()
        self.tokens, self.places = nn.Embedding(words, width), nn.Embedding(1024, width)
        self.blocks = nn.Sequential(*[Block(width, 12) for _ in range(depth)])
        self.norm = nn.LayerNorm(width)

    def forward(self, words: Tensor) -> Tensor:
        x = self.tokens(words) + self.places(torch.arange(words.shape[1]))
        return functional.linear(self.norm(self.blocks(x)), self.tokens.weight)  # tied, as in GPT-2


def gpt2() -> Case:
    return _of(_made(GPT2), 10, torch.ones(1, 16, dtype=torch.long))


class Unrolled(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.cell = nn.LSTMCell(8, 8)

    def forward(self, x: Tensor) -> Tensor:
        state = (torch.zeros(1, 8), torch.zeros(1, 8))
        for step in x:
            state = self.cell(step, state)
        return state[0]


def lstm500() -> Case:
    return _of(_made(Unrolled), 10, torch.ones(500, 1, 8))


def _chain(length: int, rounds: int) -> Case:
    start = torch.ones(2, requires_grad=True)

    def forward() -> Tensor:
        x = start
        for _ in range(length - 2):
            x = x * 1.5
        return x.sum()

    return Case(forward, None, rounds)


CASES: dict[str, Callable[[], Case]] = {
    "MLP": mlp,
    "LeNet": lenet,
    "ResNet-152": resnet152,
    "GPT-2, 12 layers": gpt2,
    "LSTM cell, 500 steps": lstm500,
    "chain of 5,000": lambda: _chain(5_000, 15),
    "chain of 50,000": lambda: _chain(50_000, 5),
    "chain of 1,000,000": lambda: _chain(1_000_000, 2),
}
