"""The table of formulas, and how the constants of a call are put into them.

The notation is the same in every language: ``[x > 0]`` is 1 where the condition holds and 0 elsewhere, ``Σ`` sums over
what broadcasting repeated. A letter in braces is an operand. Where a constant is not known, as in an old file,
``n``, ``a`` and ``b`` stand for it, and ``[÷ n]`` applies where a loss is a mean.
"""

from __future__ import annotations

from collections.abc import Callable

from graphtrace.explain.numbers import constant, raised
from graphtrace.model import Constant, Node, Op, op_of

Rule = tuple[str, tuple[str, ...], tuple[str, ...]]  # forward, the letters of the slots, and per slot its gradient

SAME = "{g}"
_X, _TWO = ("x",), ("x", "y")
RULES: dict[str, Rule] = {
    "Add": ("{z} = {x} + {y}", _TWO, (SAME, SAME)),
    "Sub": ("{z} = {x} − {y}", _TWO, (SAME, "−{g}")),
    "Rsub": ("{z} = {y} − {x}", _TWO, ("−{g}", SAME)),
    "Mul": ("{z} = {x} · {y}", _TWO, ("{y} · {g}", "{x} · {g}")),
    "Div": ("{z} = {x} / {y}", _TWO, ("{g} / {y}", "−{g} · {x} / {y}²")),
    "Neg": ("{z} = −{x}", _X, ("−{g}",)),
    "Pow": ("{z} = {x}ⁿ", _X, ("n · {x}ⁿ⁻¹ · {g}",)),
    "PowBackward1": ("{z} = {x}^{y}", _TWO, ("{y} · {x}^({y} − 1) · {g}", "{z} · log {x} · {g}")),
    "PowBackward2": ("{z} = a^{x}", _X, ("{z} · log a · {g}",)),
    "Reciprocal": ("{z} = 1 / {x}", _X, ("−{z}² · {g}",)),
    "Exp": ("{z} = exp {x}", _X, ("{z} · {g}",)),
    "Log": ("{z} = log {x}", _X, ("{g} / {x}",)),
    "Log2": ("{z} = log₂ {x}", _X, ("{g} / ({x} · log 2)",)),
    "Log10": ("{z} = log₁₀ {x}", _X, ("{g} / ({x} · log 10)",)),
    "Log1P": ("{z} = log(1 + {x})", _X, ("{g} / (1 + {x})",)),
    "Sqrt": ("{z} = √{x}", _X, ("{g} / (2 · {z})",)),
    "Rsqrt": ("{z} = 1 / √{x}", _X, ("−{z}³ · {g} / 2",)),
    "Sin": ("{z} = sin {x}", _X, ("cos {x} · {g}",)),
    "Cos": ("{z} = cos {x}", _X, ("−sin {x} · {g}",)),
    "Asin": ("{z} = arcsin {x}", _X, ("{g} / √(1 − {x}²)",)),
    "Acos": ("{z} = arccos {x}", _X, ("−{g} / √(1 − {x}²)",)),
    "Abs": ("{z} = |{x}|", _X, ("sign {x} · {g}",)),
    "Relu": ("{z} = max({x}, 0)", _X, ("[{x} > 0] · {g}",)),
    "Clamp": ("{z} = clamp({x}, a, b)", _X, ("[a ≤ {x} ≤ b] · {g}",)),
    "ClampMin": ("{z} = max({x}, a)", _X, ("[{x} ≥ a] · {g}",)),
    "ClampMax": ("{z} = min({x}, b)", _X, ("[{x} ≤ b] · {g}",)),
    "Sigmoid": ("{z} = σ({x})", _X, ("{z} · (1 − {z}) · {g}",)),
    "Tanh": ("{z} = tanh {x}", _X, ("(1 − {z}²) · {g}",)),
    "Softmax": ("{z} = softmax {x}", _X, ("{z} · ({g} − Σ {z} · {g})",)),
    "LogSoftmax": ("{z} = {x} − log Σ exp {x}", _X, ("{g} − exp {z} · Σ {g}",)),
    "Sum": ("{z} = Σ {x}", _X, (SAME,)),
    "Mean": ("{z} = Σ {x} / n", _X, ("{g} / n",)),
    "T": ("{z} = {x}ᵀ", _X, ("{g}ᵀ",)),
    "Mm": ("{z} = {x} {y}", _TWO, ("{g} {y}ᵀ", "{x}ᵀ {g}")),
    "Bmm": ("{z} = {x} {y}", _TWO, ("{g} {y}ᵀ", "{x}ᵀ {g}")),
    "MseLoss": ("{z} = Σ ({x} − {y})² [÷ n]", _TWO, ("2 · ({x} − {y}) · {g} [÷ n]", "−2 · ({x} − {y}) · {g} [÷ n]")),
    "NllLoss": ("{z} = −Σ {x}[target] [÷ n]", _X, ("−[target] · {g} [÷ n]",)),
    "BinaryCrossEntropyWithLogits": (
        "{z} = −Σ ({y} · log σ({x}) + (1 − {y}) · log(1 − σ({x}))) [÷ n]",
        _TWO,
        ("(σ({x}) − {y}) · {g} [÷ n]", "−{x} · {g} [÷ n]"),
    ),
    "MaxPool2DWithIndices": ("{z}ᵢ = max {x}[Ωᵢ]", _X, ("[argmax Ωᵢ] · {g}ᵢ",)),
    "Convolution": ("{z} = {x} ⋆ {W} + {b}", ("x", "W", "b"), ("{g} ⋆ᵀ {W}", "{x} ⋆ {g}", "Σ {g}")),
    **dict.fromkeys(("View", "Unsqueeze", "Squeeze", "UnsafeView"), ("{z} = {x}", _X, (SAME,))),
}
NUMBER_BY_NUMBER = frozenset(["Add", "Sub", "Rsub", "Mul", "Div", "Pow"])  # of two operands, one may be repeated
_MEANS = ("MseLoss", "NllLoss", "BinaryCrossEntropyWithLogits")
# Names of calls, without underscores, whose second argument may be a number in place of `y`.
_SECOND = {
    "Add": ("add", "radd", "iadd"),
    "Sub": ("sub", "subtract", "isub"),
    "Rsub": ("rsub",),
    "Mul": ("mul", "multiply", "rmul", "imul", "rdiv", "rtruediv"),
    "Div": ("div", "divide", "true_divide", "truediv", "itruediv"),
}
_OTHER, _EXPONENT = ("1", "other"), ("1", "exponent")


def called(op: Op) -> str:
    """Return the bare name of a call: ``mul`` of ``Tensor.mul_`` and of ``Tensor.__mul__``."""
    return op.name.rpartition(".")[2].strip("_")


def rule_of(node: Node, op: Op, count: int | None) -> Rule | None:
    """Return the rule of a node with the constants of its call in it, None for an operation that has none.

    Args:
        node: The node.
        op: The call that made it.
        count: Over how many numbers a mean is taken, None where that is not known.
    """
    kind = op_of(node.type)
    rule = RULES.get(node.type) or RULES.get(kind)
    if rule is None or op.constant("rounding_mode") is not None:
        return None
    if kind == "Mean" and count:
        return _replaced(rule, {" / n": f" / {count}"})
    if kind in _MEANS:
        return _reduced(rule, op.constant("reduction"), count)
    known = _FILLED.get(kind)
    return rule if known is None else known(rule, op)


def second(kind: str, op: Op) -> float | None:
    """Return the number that stands for `y` in a call of two operands, None where that is a tensor."""
    return _number(op, *_OTHER) if called(op) in _SECOND.get(kind, ()) else None


def exponent(op: Op) -> float | None:
    """Return the exponent of a power, where it is a number."""
    return {"pow": _number(op, *_EXPONENT), "ipow": _number(op, *_EXPONENT), "square": 2}.get(called(op))


def constant_of(op: Op) -> float | None:
    """Return the number that a call was given as its second operand, or its exponent; None where it has none."""
    found = exponent(op)
    if found is not None:
        return found if called(op) != "square" else None
    return _number(op, *_OTHER) if any(called(op) in names for names in _SECOND.values()) else None


def _replaced(rule: Rule, words: dict[str, str]) -> Rule:
    forward, letters, gradients = rule
    for word, by in words.items():
        forward, gradients = forward.replace(word, by), tuple([text.replace(word, by) for text in gradients])
    return forward, letters, gradients


def _number(op: Op, *names: str) -> float | None:
    value: Constant | None = op.constant(*names)
    return value if isinstance(value, int | float) else None


def _two(kind: str, rule: Rule, op: Op) -> Rule:
    """Put a number in place of `y`; ``alpha`` multiplies it."""
    number, alpha = second(kind, op), _number(op, "alpha")
    if alpha is not None and alpha != 1 and kind in ("Add", "Sub"):
        forward, letters, (first, last) = rule
        by = constant(alpha)
        rule = forward.replace("{y}", f"{by} · {{y}}"), letters, (first, last.replace("{g}", f"{by} · {{g}}"))
    return rule if number is None else _replaced(rule, {"{y}": constant(number)})


def _pow(rule: Rule, op: Op) -> Rule:
    if "a^" in rule[0]:
        names = {"rpow": ("1", "other"), "pow": ("0", "self", "input")}.get(called(op), ())
        base = _number(op, *names)
        return rule if base is None else _replaced(rule, {"a^": f"{constant(base)}^", "log a": f"log {constant(base)}"})
    number = exponent(op)
    if "ⁿ" not in rule[0] or number is None:
        return rule
    return _replaced(rule, {"ⁿ⁻¹": raised(number - 1), "ⁿ": raised(number), "n ·": f"{constant(number)} ·"})


def _clamp(rule: Rule, op: Op) -> Rule:
    low, high = _number(op, "1", "min"), _number(op, "2", "max")
    if called(op) not in ("clamp", "clip") or (low is None and high is None):
        return rule
    if low is None or high is None:
        rule = RULES["ClampMax" if low is None else "ClampMin"]
    words = {"[a ": f"[{constant(low or 0)} ", "≥ a]": f"≥ {constant(low or 0)}]", " b]": f" {constant(high or 0)}]"}
    ends = {", a": f", {constant(low or 0)}", ", b": f", {constant(high or 0)}"}
    return _replaced(rule, {**words, **ends})


def _one_end(name: str, letter: str, rule: Rule, op: Op) -> Rule:
    end = _number(op, "1", name) if called(op) == f"clamp_{name}" else None
    return rule if end is None else _replaced(rule, {f" {letter}": f" {constant(end)}"})


def _reduced(rule: Rule, reduction: Constant | None, count: int | None) -> Rule:
    """Say whether a loss is a mean, and of how many."""
    if reduction == "mean" and count:
        return _replaced(rule, {"[÷ n]": f"÷ {count}"})
    if reduction == "sum":
        return _replaced(rule, {" [÷ n]": ""})
    return _replaced(rule, {" [÷ n]": "", "Σ ": ""}) if reduction == "none" else rule


_FILLED: dict[str, Callable[[Rule, Op], Rule]] = {
    **{kind: lambda rule, op, kind=kind: _two(kind, rule, op) for kind in _SECOND},  # type: ignore[misc]
    "Pow": _pow,
    "Clamp": _clamp,
    "ClampMin": lambda rule, op: _one_end("min", "a", rule, op),
    "ClampMax": lambda rule, op: _one_end("max", "b", rule, op),
}
