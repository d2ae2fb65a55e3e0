"""Programs to begin with: those of the project as a tutorial writes them, and an empty loop."""

from __future__ import annotations

from functools import cache
from typing import TypedDict

from graphtrace.app.texts import say
from graphtrace.literals import Language

_NAMES = (
    *("fan_out", "mean_square", "doubling", "accumulate", "logits", "broadcast"),
    *("blackboard", "mazur", "two_layer_training", "parabola_sgd", "parabola_momentum", "parabola_adam"),
    *("parabola_no_zero", "loss_mse", "loss_cross_entropy"),
)
_STEPS = 3  # of those that train
_EMPTY = """import torch
from torch import nn

torch.manual_seed(0)
x = torch.tensor([[0.0, 1.0], [1.0, 0.0]])
y = torch.tensor([[1.0], [1.0]])

net = nn.Linear(2, 1)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)

for step in range(3):
    optimizer.zero_grad()
    loss = ((net(x) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    print(step, loss.item())
"""
_MODULE = """import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(2, 3)
        self.out = nn.Linear(3, 1)

    def forward(self, x):
        return self.out(torch.relu(self.hidden(x)))


torch.manual_seed(0)
net = Net()
x = torch.tensor([[0.0, 1.0]])
loss = (net(x) - 1).pow(2).mean()
loss.backward()
for name, parameter in net.named_parameters():
    print(name, parameter.grad)
"""


class Starter(TypedDict):
    """A program in the menu."""

    title: str
    text: str


def starters(lang: Language) -> list[Starter]:
    """Return the programs of the menu; the first is that of an empty page."""
    from graphtrace import examples

    own: list[Starter] = [
        {"title": say("code_loop", lang), "text": _EMPTY},
        {"title": say("code_module", lang), "text": _MODULE},
    ]
    named = [(examples.get(name), text) for name, text in _texts().items()]
    return own + [{"title": one.title_zh if lang == "zh" else one.title, "text": text} for one, text in named]


@cache
def _texts() -> dict[str, str]:
    from graphtrace.examples.scripts import SCRIPTS

    return {name: SCRIPTS[name].text(_STEPS if SCRIPTS[name].loop else 1).strip() + "\n" for name in _NAMES}


def is_starter(text: str) -> bool:
    """Return whether a program is one of ours as it stands: that is no stranger's."""
    return text.strip() in {one.strip() for one in (_EMPTY, _MODULE, *_texts().values())}


def first() -> str:
    """Return the program of an empty page."""
    return _EMPTY
