"""The rule of an optimizer step as a formula, with what it was computed from: gradient, parameter and state.

Letters in braces stand for tensors of the event; a capital letter is what the small one has become. Everything else
is written out: the learning rate, and the bias corrections of Adam with their step count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from graphtrace.explain.numbers import number, raised
from graphtrace.model import Event, TensorData


@dataclass(frozen=True, slots=True)
class UpdateLine:
    """One assignment: ``text`` is its right side, `result` the letter of what it gives."""

    text: str
    result: str

    def named(self, name: str) -> str:
        """Return the right side in words: letters of state as torch's papers have them, the parameter by its name."""
        text = self.text.replace("{w}", name).replace("{g}", f"{name}.grad")
        return re.sub(r"\{(\w)\}", lambda found: found[1].lower(), text)


@dataclass(frozen=True, slots=True)
class UpdateRule:
    """How a parameter was updated.

    Attributes:
        lines: Assignments in order; the last one gives the parameter.
        note: The step count and what depends on it; empty for none.
        operands: What the letters stand for.
    """

    lines: tuple[UpdateLine, ...]
    note: str
    operands: Mapping[str, TensorData]


# Letters, and where the event has them; the names under which torch keeps state.
_STATE = {
    "momentum_buffer": "b",
    "exp_avg": "m",
    "exp_avg_sq": "v",
    "max_exp_avg_sq": "x",
    "square_avg": "v",
    "grad_avg": "a",
    "sum": "s",
}
_OPTIMIZERS = ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad")


def update_rule(event: Event) -> UpdateRule | None:
    """Return the rule of a ``param_update``; None for what is no known optimizer."""
    by = str(event.fact("by") or "")
    if event.kind != "param_update" or by not in _OPTIMIZERS or event.tensor("grad") is None:
        return None
    step = _Step(event)
    makers: dict[str, Callable[[_Step], tuple[UpdateLine, ...]]] = {
        "SGD": _sgd,
        "Adam": _adam,
        "AdamW": _adam,
        "RMSprop": _rmsprop,
        "Adagrad": _adagrad,
    }
    lines = makers[by](step)
    return UpdateRule(lines, step.note, step.operands())


class _Step:
    """An event as the rules need it."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self.note = ""
        self.decoupled = event.fact("by") == "AdamW"

    def amount(self, name: str) -> float:
        """Return a setting, 0 for one that is absent."""
        value = self.event.fact(name)
        return float(value) if isinstance(value, int | float) else 0.0

    def has(self, letter: str) -> bool:
        """Whether there was such a state before the step."""
        return any(self.event.tensor(f"was:{name}") for name, known in _STATE.items() if known == letter)

    def kept(self, letter: str) -> bool:
        """Whether there is such a state after the step."""
        return any(self.event.tensor(f"state:{name}") for name, known in _STATE.items() if known == letter)

    @property
    def grad(self) -> str:
        """The gradient that the rule starts from."""
        sign = "−" if self.event.fact("maximize") else ""
        decay = self.amount("weight_decay")
        return f"({sign}{{g}} + {number(decay)} · {{w}})" if decay and not self.decoupled else f"{sign}{{g}}"

    @property
    def lr(self) -> str:
        return number(self.amount("lr"))

    def mean(self, letter: str, keep: float, added: str) -> UpdateLine:
        """Return a running mean: before its first value it is zeros."""
        text = f"{number(1 - keep)} · {added}"
        return UpdateLine(f"{number(keep)} · {{{letter}}} + {text}" if self.has(letter) else text, letter.upper())

    def operands(self) -> dict[str, TensorData]:
        """Return what all letters stand for."""
        places = {"w": "before", "W": "after", "g": "grad"}
        for name, letter in _STATE.items():
            places |= {letter: f"was:{name}"} if self.event.tensor(f"was:{name}") else {}
            places |= {letter.upper(): f"state:{name}"} if self.event.tensor(f"state:{name}") else {}
        found = {letter: self.event.tensor(name) for letter, name in places.items()}
        return {letter: value for letter, value in found.items() if value is not None}


def _sgd(step: _Step) -> tuple[UpdateLine, ...]:
    momentum = step.amount("momentum")
    if not momentum:
        return (UpdateLine(f"{{w}} − {step.lr} · {step.grad}", "W"),)
    undamped = 1 - step.amount("dampening")
    added = step.grad if undamped == 1 else f"{number(undamped)} · {step.grad}"
    buffer = f"{number(momentum)} · {{b}} + {added}" if step.has("b") else step.grad
    used = f"({step.grad} + {number(momentum)} · {{B}})" if step.event.fact("nesterov") else "{B}"
    return (UpdateLine(buffer, "B"), UpdateLine(f"{{w}} − {step.lr} · {used}", "W"))


def _adam(step: _Step) -> tuple[UpdateLine, ...]:
    beta1, beta2, count = step.amount("beta1"), step.amount("beta2"), step.amount("state:step")
    first, second = 1 - beta1**count, 1 - beta2**count
    lines = [step.mean("m", beta1, step.grad), step.mean("v", beta2, f"{step.grad}²")]
    if step.kept("x"):
        lines.append(UpdateLine("max({x}, {V})" if step.has("x") else "{V}", "X"))
    power = raised(count)
    step.note = (
        f"t = {number(count)}: 1 − {number(beta1)}{power} = {number(first)}, "
        f"1 − {number(beta2)}{power} = {number(second)}"
    )
    decay = step.amount("weight_decay") if step.decoupled else 0.0
    start = f"{{w}} · (1 − {step.lr} · {number(decay)})" if decay else "{w}"
    root = f"√({'{X}' if step.kept('x') else '{V}'} / {number(second)}) + {number(step.amount('eps'))}"
    lines.append(UpdateLine(f"{start} − {step.lr} · ({{M}} / {number(first)}) / ({root})", "W"))
    return tuple(lines)


def _rmsprop(step: _Step) -> tuple[UpdateLine, ...]:
    alpha, momentum = step.amount("alpha"), step.amount("momentum")
    lines = [step.mean("v", alpha, f"{step.grad}²")]
    inside = "{V}"
    if step.kept("a"):
        lines.append(step.mean("a", alpha, step.grad))
        inside = "({V} − {A}²)"
    ratio = f"{step.grad} / (√{inside} + {number(step.amount('eps'))})"
    if not momentum:
        return (*lines, UpdateLine(f"{{w}} − {step.lr} · {ratio}", "W"))
    buffer = f"{number(momentum)} · {{b}} + {ratio}" if step.has("b") else ratio
    return (*lines, UpdateLine(buffer, "B"), UpdateLine(f"{{w}} − {step.lr} · {{B}}", "W"))


def _adagrad(step: _Step) -> tuple[UpdateLine, ...]:
    count, decay = step.amount("state:step"), step.amount("lr_decay")
    lr = step.lr
    if decay:
        rate = step.amount("lr") / (1 + (count - 1) * decay)
        step.note = f"t = {number(count)}: {lr} / (1 + {number(count - 1)} · {number(decay)}) = {number(rate)}"
        lr = number(rate)
    added = f"{{s}} + {step.grad}²" if step.has("s") else f"{step.grad}²"
    root = f"√{{S}} + {number(step.amount('eps'))}"
    return (UpdateLine(added, "S"), UpdateLine(f"{{w}} − {lr} · {step.grad} / ({root})", "W"))
