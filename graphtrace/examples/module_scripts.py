"""Programs with modules as a tutorial would write them."""

from __future__ import annotations

from graphtrace.examples.script import Script

_HEAD = "import torch\nfrom torch import nn\n"
_FUNCTIONAL = f"{_HEAD}from torch.nn import functional\n"
_DATA = """
torch.manual_seed(0)
x = torch.randn({batch}, 1000)
y = torch.randn({batch}, 10)

torch.manual_seed(1)
"""
_RELU = "net = nn.Sequential(nn.Linear(1000, 100), nn.ReLU(), nn.Linear(100, 10))\n"
_LINEAR = "net = nn.Sequential(nn.Linear(1000, 100), nn.Linear(100, 10))\n"
_NAMED = """net = nn.Sequential(
    OrderedDict(
        hidden=nn.Linear(1000, 100),
        relu=nn.ReLU(),
        out=nn.Linear(100, 10),
    )
)
"""
_OWN = """

class TwoLayerNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear1 = nn.Linear(1000, 100{bias})
        self.linear2 = nn.Linear(100, 10{bias})

    def forward(self, x):
        h = self.linear1(x)
        return self.linear2({h})

"""
_STEP = "net.zero_grad()\nloss = criterion(net(x), y)\nloss.backward()\n"
_BY_OPTIMIZER = f"{_STEP}optimizer.step()\n"
_BY_HAND = f"{_STEP}with torch.no_grad():\n    for p in net.parameters():\n        p -= 1e-4 * p.grad\n"
_OLDER = f"{_STEP}for p in net.parameters():\n    p.data -= p.grad.data * 1e-4\n"
_OPTIMIZER = "optimizer = torch.optim.{kind}(net.parameters(), lr={lr})\n"
_LENET = """

class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, {kernel})
        self.conv2 = nn.Conv2d(6, 16, {kernel})
        self.fc1 = nn.Linear({flat}, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = functional.max_pool2d(functional.relu(self.conv1(x)), 2)
        x = functional.max_pool2d(functional.relu(self.conv2(x)), 2)
        x = x.view(-1, {flat})
        x = functional.relu(self.fc1(x))
        x = functional.relu(self.fc2(x))
        return self.fc3(x)


torch.manual_seed(0)
net = LeNet()
input = torch.randn(1, 1, 32, 32)
v = torch.randn(1, 10)  # for a backward pass from the output
"""
_LENET_STEP = "net.zero_grad()\nloss = criterion(net(input), target)\nloss.backward()\noptimizer.step()\n"


def _net(name: str, net: str, kind: str = "", *, own: str = "", loop: str = _BY_OPTIMIZER, batch: int = 64) -> Script:
    """Return a program that trains a net on numbers of seed 0; its weights are those of seed 1."""
    head = f"from collections import OrderedDict\n\n{_HEAD}" if "OrderedDict" in net else _HEAD
    criterion = "criterion = nn.MSELoss()\n" if batch == 100 else 'criterion = nn.MSELoss(reduction="sum")\n'
    optimizer = _OPTIMIZER.format(kind=kind, lr="1e-4") if kind else ""
    return Script(name, f"{head}{own}{_DATA.format(batch=batch)}{net}{criterion}{optimizer}", "loss", loop=loop)


def _lenet(name: str, kernel: int, flat: int) -> Script:
    rest = f"target = torch.randn(1, 10)\ncriterion = nn.MSELoss()\n{_OPTIMIZER.format(kind='SGD', lr='0.01')}"
    body = f"{_FUNCTIONAL}{_LENET.format(kernel=kernel, flat=flat)}{rest}"
    return Script(name, body, "loss", loop=_LENET_STEP)


_PLAIN = _OWN.format(bias=", bias=False", h="h")
_CLAMPED = _OWN.format(bias="", h="h.clamp(min=0)")
MODULE_SCRIPTS = (
    _net("sequential", _RELU, loop=_BY_HAND),
    _net("sequential_sgd", _RELU, "SGD"),
    _net("sequential_adam", _RELU, "Adam"),
    _net("linear_linear", _LINEAR, "Adam"),
    _net("two_layer_net", "net = TwoLayerNet()\n", "Adam", own=_PLAIN),
    _net("batch_by_hand", _RELU, loop=_OLDER, batch=100),
    _net("batch_adam", _RELU, "Adam", batch=100),
    _net("ordered_dict", _NAMED, "SGD"),
    _net("clamp_module", "net = TwoLayerNet()\n", "SGD", own=_CLAMPED),
    _net("freeze_first", f"{_RELU}net[0].requires_grad_(False)\n", "SGD"),
    _net("freeze_last", f"{_RELU}net[2].requires_grad_(False)\n", "SGD"),
    _lenet("lenet", 3, 576),
    _lenet("lenet_5x5", 5, 400),
    Script(
        "lenet_output",
        f"{_FUNCTIONAL}{_LENET.format(kernel=3, flat=576)}",
        loop="net.zero_grad()\nout = net(input)\nout.backward(v)\n",
    ),
)
