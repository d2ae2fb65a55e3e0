"""The small programs as text, as a tutorial would write them."""

from __future__ import annotations

from graphtrace.examples.module_scripts import MODULE_SCRIPTS
from graphtrace.examples.script import Script

_TORCH = "import torch\n\n"
_FUNCTIONAL = "import torch\nfrom torch.nn import functional\n\n"
_LOGITS = """
y = torch.zeros({y})
w = torch.linspace(-1, 1, 15).reshape(5, 3).requires_grad_()
b = torch.tensor([0.5, 0.0, -0.5], requires_grad=True)
z = torch.matmul(x, w) + b
loss = functional.binary_cross_entropy_with_logits(z, y)
"""
_PREDICTION = "p = torch.tensor([2.0, -1.0, 0.5], dtype=torch.float64, requires_grad=True)\n"
_PARABOLA = "w = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)\noptimizer = torch.optim."
_STEP = "loss = (w - 3) ** 2\n{zero}loss.backward()\noptimizer.step()\n"
_ZERO = "optimizer.zero_grad(set_to_none=False)\n"


_NUMBERS = """
x = torch.tensor([[1.0, 2.0], [-1.0, 1.0]])
y = torch.tensor([[1.0], [0.0]])
w1 = torch.tensor([[1.0, -1.0], [0.5, 1.0]], requires_grad=True)
w2 = torch.tensor([[2.0], [-1.0]], requires_grad=True)
"""
_DRAWN = """
drawn = torch.Generator().manual_seed(0)
x = torch.randn(64, 1000, generator=drawn)
y = torch.randn(64, 10, generator=drawn)
w1 = torch.randn(1000, 100, generator=drawn).requires_grad_()
w2 = torch.randn(100, 10, generator=drawn).requires_grad_()
"""
_TWO_LAYERS = """h = x.mm(w1)
h_relu = h.clamp(min=0)
y_pred = h_relu.mm(w2)
loss = (y_pred - y).pow(2).sum()
"""
_CLEARED = """for w in {leaves}:
    if w.grad is not None:
        w.grad.zero_()
"""
_BY_HAND = """loss.backward()
with torch.no_grad():
    for w in {leaves}:
        w -= {lr} * w.grad
"""
_MAZUR = """h1 = torch.sigmoid(w1 * i1 + w2 * i2 + b1)
h2 = torch.sigmoid(w3 * i1 + w4 * i2 + b1)
o1 = torch.sigmoid(w5 * h1 + w6 * h2 + b2)
o2 = torch.sigmoid(w7 * h1 + w8 * h2 + b2)
loss = 0.5 * (t1 - o1) ** 2 + 0.5 * (t2 - o2) ** 2
"""
_MAZUR_GIVEN = {"i1": 0.05, "i2": 0.10, "b1": 0.35, "b2": 0.60, "t1": 0.01, "t2": 0.99}
_MAZUR_WEIGHTS = (0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55)


def _leaf(name: str, value: object) -> str:
    return f"{name} = torch.tensor({value}, dtype=torch.float64, requires_grad=True)\n"


def _parabola(name: str, optimizer: str, *, zero: bool = True) -> Script:
    loop = _STEP.format(zero=_ZERO if zero else "")
    return Script(name, f"{_TORCH}{_PARABOLA}{optimizer}\n", "loss", loop=loop)


def _by_hand(name: str, data: str, forward: str, lr: str, leaves: str = "(w1, w2)", *, zero: bool = True) -> Script:
    cleared = _CLEARED.format(leaves=leaves) if zero else ""
    loop = f"{cleared}{forward}{_BY_HAND.format(leaves=leaves, lr=lr)}"
    return Script(name, f"import torch\n{data}", "loss", loop=loop)


def _mazur() -> Script:
    given = "".join(f"{name} = torch.tensor({value}, dtype=torch.float64)\n" for name, value in _MAZUR_GIVEN.items())
    names = [f"w{k}" for k in range(1, 9)]
    weights = "".join(_leaf(name, value) for name, value in zip(names, _MAZUR_WEIGHTS, strict=True))
    return _by_hand("mazur", f"\n{given}{weights}weights = [{', '.join(names)}]\n", _MAZUR, "0.5", "weights")


def _loss(name: str, *lines: str, call: str) -> Script:
    return Script(name, f"{_FUNCTIONAL}{''.join(lines)}loss = functional.{call}\n", "loss")


_ALL = (
    Script("mean_square", f"{_TORCH}{_leaf('x', [[1, 2], [3, 4]])}y = x + 2\nz = y * y * 3\nout = z.mean()\n"),
    Script(
        "doubling",
        f"{_TORCH}{_leaf('x', [1, 2, 3])}y = x * 2\nwhile y.data.norm() < 1000:\n    y = y * 2\n"
        "v = torch.tensor([0.1, 1.0, 0.0001])  # float32: torch casts it to y's float64\n",
        "y",
        "v",
    ),
    Script(
        "accumulate",
        f"{_TORCH}inp = torch.eye(5, requires_grad=True)\nout = (inp + 1).pow(2)\n",
        gradient="torch.ones_like(out)",
        after="inp.grad.zero_()",
    ),
    Script(
        "accumulate_transposed",
        f"{_TORCH}inp = torch.eye(4, 5, requires_grad=True)\nout = (inp + 1).pow(2).t()\n",
        gradient="torch.ones_like(out)",
        after="inp.grad.zero_()",
    ),
    Script("logits", f"{_FUNCTIONAL}x = torch.ones(5){_LOGITS.format(y=3)}", "loss"),
    Script("logits_batch", f"{_FUNCTIONAL}x = torch.ones(1, 5){_LOGITS.format(y='1, 3')}", "loss"),
    Script("fan_out", f"{_TORCH}{_leaf('y', 3.0)}a = 2 * y\nb = y**2\nout = a + b\n"),
    Script("square", f"{_TORCH}{_leaf('a', 2.0)}out = a * a\n"),
    Script("double_sum", f"{_TORCH}{_leaf('a', 2.0)}out = a + a\n"),
    Script("fan_out_middle", f"{_TORCH}{_leaf('x', 1.5)}h = 2 * x\nout = 3 * h + h**2\n"),
    Script("broadcast", f"{_TORCH}{_leaf('a', [1.0, 2.0, 3.0])}{_leaf('b', 0.5)}out = (a + b).sum()\n"),
    _loss("loss_mse", _PREDICTION, "t = torch.ones_like(p)\n", call="mse_loss(p, t)"),
    _loss("loss_l1", _PREDICTION, "t = torch.ones_like(p)\n", call="l1_loss(p, t)"),
    _loss("loss_cross_entropy", _PREDICTION, "t = torch.tensor(2)\n", call="cross_entropy(p, t)"),
    _loss(
        "loss_kl_div",
        _leaf("p", [[2.0, -1.0, 0.5]]),
        "t = torch.tensor([[0.2, 0.3, 0.5]], dtype=torch.float64)\n",
        call='kl_div(functional.log_softmax(p, dim=-1), t, reduction="batchmean")',
    ),
    Script("two_layer", f"import torch\n{_DRAWN}{_TWO_LAYERS}", "loss"),
    Script(
        "two_layer_linear",
        f"import torch\n{_DRAWN}y_pred = x.mm(w1).mm(w2)\nloss = (y_pred - y).pow(2).sum()\n",
        "loss",
    ),
    _by_hand("two_layer_training", _DRAWN, _TWO_LAYERS, "1e-6"),
    _by_hand("two_layer_no_zero", _DRAWN, _TWO_LAYERS, "1e-6", zero=False),
    _by_hand("blackboard", _NUMBERS, _TWO_LAYERS, "0.01"),
    _by_hand("blackboard_big_step", _NUMBERS, _TWO_LAYERS, "0.05"),
    _mazur(),
    _parabola("parabola_sgd", "SGD([w], lr=0.1)"),
    _parabola("parabola_momentum", "SGD([w], lr=0.1, momentum=0.9)"),
    _parabola("parabola_nesterov", "SGD([w], lr=0.1, momentum=0.9, nesterov=True)"),
    _parabola("parabola_adagrad", "Adagrad([w], lr=0.1)"),
    _parabola("parabola_rmsprop", "RMSprop([w], lr=0.1)"),
    _parabola("parabola_adam", "Adam([w], lr=0.1)"),
    _parabola("parabola_no_zero", "SGD([w], lr=0.1)", zero=False),
)
SCRIPTS: dict[str, Script] = {script.name: script for script in (*_ALL, *MODULE_SCRIPTS)}
