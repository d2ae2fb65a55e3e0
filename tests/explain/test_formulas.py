"""Formulas are right: worked out with torch, on recorded operands, they give the recorded gradients."""

import re

import pytest
import torch

import graphtrace as gt
from graphtrace import examples
from graphtrace.explain.formulas import Formulas
from graphtrace.explain.rules import RULES
from graphtrace.player import Player

RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
MARKS = {"\\#": r"\(?(−?[0-9.]+)\)?", "ʳ": "([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", "…": r"(?: ÷ ([0-9]+))?"}
# What each gradient's text says, in torch: # is a number, ʳ a raised one, … a division by how many there are.
MEANING = {
    "{g}": lambda v: v["g"],
    "−{g}": lambda v: -v["g"],
    "{y} · {g}": lambda v: v["y"] * v["g"],
    "{x} · {g}": lambda v: v["x"] * v["g"],
    "{g} / {y}": lambda v: v["g"] / v["y"],
    "−{g} · {x} / {y}²": lambda v: -v["g"] * v["x"] / v["y"] ** 2,
    "# · {x}ʳ · {g}": lambda v, n, m: n * v["x"] ** m * v["g"],
    "# · {x}^# · {g}": lambda v, n, m: n * v["x"] ** m * v["g"],
    "{y} · {x}^({y} − 1) · {g}": lambda v: v["y"] * v["x"] ** (v["y"] - 1) * v["g"],
    "{z} · log {x} · {g}": lambda v: v["z"] * v["x"].log() * v["g"],
    "{z} · log # · {g}": lambda v, a: v["z"] * torch.tensor(a).double().log() * v["g"],
    "−{z}² · {g}": lambda v: -(v["z"] ** 2) * v["g"],
    "−{z}³ · {g} / 2": lambda v: -(v["z"] ** 3) * v["g"] / 2,
    "{g} / ({x} · log 2)": lambda v: v["g"] / (v["x"] * torch.tensor(2.0).double().log()),
    "{g} / ({x} · log 10)": lambda v: v["g"] / (v["x"] * torch.tensor(10.0).double().log()),
    "{g} / (1 + {x})": lambda v: v["g"] / (1 + v["x"]),
    "{g} / √(1 − {x}²)": lambda v: v["g"] / (1 - v["x"] ** 2).sqrt(),
    "−{g} / √(1 − {x}²)": lambda v: -v["g"] / (1 - v["x"] ** 2).sqrt(),
    "# · {g}": lambda v, n: n * v["g"],
    "{g} / #": lambda v, n: v["g"] / n,
    "{z} · {g}": lambda v: v["z"] * v["g"],
    "{g} / {x}": lambda v: v["g"] / v["x"],
    "{g} / (2 · {z})": lambda v: v["g"] / (2 * v["z"]),
    "cos {x} · {g}": lambda v: v["x"].cos() * v["g"],
    "−sin {x} · {g}": lambda v: -v["x"].sin() * v["g"],
    "sign {x} · {g}": lambda v: v["x"].sign() * v["g"],
    "[{x} > 0] · {g}": lambda v: (v["x"] > 0) * v["g"],
    "[# ≤ {x} ≤ #] · {g}": lambda v, a, b: (v["x"] >= a) * (v["x"] <= b) * v["g"],
    "[{x} ≥ #] · {g}": lambda v, a: (v["x"] >= a) * v["g"],
    "[{x} ≤ #] · {g}": lambda v, b: (v["x"] <= b) * v["g"],
    "{z} · (1 − {z}) · {g}": lambda v: v["z"] * (1 - v["z"]) * v["g"],
    "(1 − {z}²) · {g}": lambda v: (1 - v["z"] ** 2) * v["g"],
    "{z} · ({g} − Σ {z} · {g})": lambda v: v["z"] * (v["g"] - (v["z"] * v["g"]).sum(-1, keepdim=True)),
    "{g} − exp {z} · Σ {g}": lambda v: v["g"] - v["z"].exp() * v["g"].sum(-1, keepdim=True),
    "{g}ᵀ": lambda v: v["g"].mT,
    "{g} {y}ᵀ": lambda v: v["g"] @ v["y"].mT,
    "{x}ᵀ {g}": lambda v: v["x"].mT @ v["g"],
    "{g} {W}": lambda v: v["g"] @ v["W"],
    "{g}ᵀ {x}": lambda v: v["g"].flatten(0, -2).mT @ v["x"].flatten(0, -2),
    "2 · ({x} − {y}) · {g}…": lambda v, n=1: 2 * (v["x"] - v["y"]) * v["g"] / n,
    "−2 · ({x} − {y}) · {g}…": lambda v, n=1: -2 * (v["x"] - v["y"]) * v["g"] / n,
    "(σ({x}) − {y}) · {g}…": lambda v, n=1: (v["x"].sigmoid() - v["y"]) * v["g"] / n,
    "−{x} · {g}…": lambda v, n=1: -v["x"] * v["g"] / n,
}


def meaning(text):
    """Key of a text in the table, and what it says; a sum over what broadcasting repeated is left to the caller."""
    text = text.removeprefix("Σ ")
    for key, work in MEANING.items():
        pattern = re.escape(key)
        for mark, numbers in MARKS.items():
            pattern = pattern.replace(mark, numbers)
        if (found := re.fullmatch(pattern, text)) is not None:
            given = [float(part.translate(RAISED)) for part in found.groups() if part is not None]
            return key, lambda values, work=work, given=given: work(values, *given)
    raise AssertionError(f"no meaning of {text!r}")


def tensor(value):
    return torch.tensor(value.numbers(), dtype=torch.float64).reshape([int(size) for size in value.meta.shape])


def recorded(run, **params):
    with gt.record(params=params, values="full") as rec:
        run(**params).backward()
    return rec.recording


def leaf(*shape, seed=0):
    numbers = torch.rand(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) + 0.5
    return numbers.requires_grad_()


def linear(x, W, b):
    return torch.nn.functional.linear(x, W, b).mul(x.detach().sum()).sum()


CASES = {
    "sum and difference": (lambda x, y: (x + y - y * x).sum(), (2, 3), (2, 3)),
    "broadcast": (lambda x, y: (x * y + y - x).pow(2).sum(), (2, 3), (3,)),
    "broadcast, summed": (lambda x, y: ((y - x) * y / (x + y) + (x / y) ** y).sum(), (2, 3), (3,)),
    "quotient": (lambda x, y: (x / y).sum(), (2, 2), (2, 2)),
    "functions": (lambda x: (x.exp() * x.log() + x.sqrt() + x.sin() * x.cos() + x.abs() - x.neg()).sum(), (3,)),
    "switches": (lambda x: ((x - 1).relu() + (x - 1).clamp(min=0) + x.sigmoid() * x.tanh()).sum(), (2, 4)),
    "softmax": (lambda x, y: (x.softmax(-1) * y + x.log_softmax(-1) * y).mean(), (2, 3), (2, 3)),
    "numbers": (lambda x: (2 * x + 3 - x / 4 - (1 - x * -2.5) + x**-1 + 2 / x + x.square()).sum(), (2, 2)),
    "powers": (lambda x, y: (x**3 + x**0.5 + x**-1.5 + 2**x + torch.pow(3, y) + x**y).sum(), (2,), (2,)),
    "times alpha": (lambda x, y: (torch.add(x, y, alpha=3) * torch.sub(y, x, alpha=2)).sum(), (3,), (3,)),
    "ends": (lambda x: (x.clamp(0.6, 1) + x.clamp(max=1) + x.clamp_min(0.7) + x.clamp_max(0.9) * x).sum(), (9,)),
    "logarithms": (lambda x: (x.log2() + x.log10() + x.log1p() * x.reciprocal() + x.rsqrt()).sum(), (3,)),
    "angles": (lambda x: ((x / 2).asin() * (x / 3).acos()).sum(), (3,)),
    "mean of rows": (lambda x: (x.mean(0) * x[0]).sum(), (2, 3)),
    "mse, summed": (lambda x, y: torch.nn.functional.mse_loss(x, y, reduction="sum"), (2, 3), (2, 3)),
    "mse, each": (lambda x, y: torch.nn.functional.mse_loss(x, y, reduction="none").mean(), (2, 3), (2, 3)),
    "matrices": (lambda x, y: (x.mm(y).t().mm(x)).sum(), (2, 3), (3, 3)),
    "batches": (lambda x, y: torch.bmm(x, y).pow(3).mean(), (2, 2, 3), (2, 3, 2)),
    "mse": (lambda x, y: torch.nn.functional.mse_loss(x, y), (2, 3), (2, 3)),
    "bce": (lambda x, y: torch.nn.functional.binary_cross_entropy_with_logits(x, y), (2, 3), (2, 3)),
    "linear": (linear, (4, 2), (3, 2), (3,)),
    "linear of a batch of sequences": (linear, (2, 4, 2), (3, 2), (3,)),
    "linear without a bias": (lambda x, W: torch.nn.functional.linear(x, W).pow(2).sum(), (4, 2), (3, 2)),
}


CLAMPS = ("a ≤ {x} ≤ b", "{x} ≥ a", "{x} ≤ b")


def worked_out(work, values, truth):
    """A broadcast operand's gradient is summed to its shape; a sum's is the same everywhere."""
    found = work(values)
    if found.numel() == truth.numel():
        return found.reshape(truth.shape)  # Linear flattens a batch of sequences
    return found.sum_to_size(truth.shape) if found.numel() > truth.numel() else found.expand_as(truth)


def checked(recording):
    """Work every formula out; return the texts that were met."""
    graph, player = recording.graphs[0], Player(recording).seek(-1)
    known, met = Formulas(recording, graph), set()
    events = {event.op: event for event in recording.events if event.kind == "forward_op"}
    for node in graph.nodes:
        formula = known.of(node)
        if formula is None or node.id not in {n for n, _ in player.incoming}:
            continue
        values = {"g": tensor(player.incoming[node.id, 0])}
        for letter, (op, name) in formula.operands.items():
            value = player.values[name[5:]] if name.startswith("leaf:") else events[op].tensor(name)
            values[letter] = tensor(value)
        for line in formula.lines:
            needed = {part.split("}")[0] for part in line.text.split("{")[1:]}
            if line.edge is None or not needed <= set(values) or player.edges.get(line.edge) is None:
                continue
            truth = tensor(player.edges[line.edge])
            key, work = meaning(line.text)
            assert torch.allclose(worked_out(work, values, truth), truth), (node.key, line.text)
            met.add(key)
    return met


@pytest.mark.parametrize("name", CASES)
def test_a_formula_gives_the_gradient_that_torch_gave(name):
    run, *shapes = CASES[name]
    letters = ("x", "W", "b") if "linear" in name else ("x", "y")
    params = {letter: leaf(*shape, seed=i) for i, (letter, shape) in enumerate(zip(letters, shapes, strict=False))}
    assert checked(recorded(run, **params))


def test_all_gradients_of_the_table_are_worked_out_somewhere():
    met = set()
    for name in CASES:
        run, *shapes = CASES[name]
        letters = ("x", "W", "b") if "linear" in name else ("x", "y")
        params = {letter: leaf(*shape, seed=i) for i, (letter, shape) in enumerate(zip(letters, shapes, strict=False))}
        met |= checked(recorded(run, **params))
    spoken = {"[argmax Ωᵢ] · {g}ᵢ", "{g} ⋆ᵀ {W}", "{x} ⋆ {g}", "−[target] · {g} [÷ n]"}  # not worked out: shorthand
    letters = {"n · {x}ⁿ⁻¹ · {g}": "# · {x}ʳ · {g}", "{z} · log a · {g}": "{z} · log # · {g}", "{g} / n": "{g} / #"}
    letters |= {f"[{text}] · {{g}}": f"[{text.replace('a', '#').replace('b', '#')}] · {{g}}" for text in CLAMPS}
    table = {text.replace(" [÷ n]", "…") for _, _, texts in RULES.values() for text in texts if text not in spoken}
    table = {text.removeprefix("Σ ") for text in table}
    assert {letters.get(text, text) for text in table} <= met
    assert met == set(MEANING)


def test_a_wrong_formula_is_noticed(monkeypatch):
    monkeypatch.setitem(RULES, "Exp", ("{z} = exp {x}", ("x",), ("{g} / {x}",)))
    with pytest.raises(AssertionError, match="Exp:0"):
        checked(recorded(lambda x: (x.exp() * x).sum(), x=leaf(3)))


def test_a_leaf_stands_for_its_numbers_at_the_time_of_the_call():
    built = examples.build("blackboard")
    with gt.record(built.model, params=built.params or None) as rec:
        for _ in built.train(2):
            pass
    recording = rec.recording
    second = recording.graphs[1]
    product = next(node for node in second.nodes if node.key == "Mm:0")
    op, name = Formulas(recording, second).of(product).operands["y"]
    assert (op, name) == (product.op, "leaf:w1")


def test_an_operation_that_is_not_in_the_table_has_no_formula():
    recording = recorded(lambda x: x.cumsum(0).sum(), x=leaf(3))
    graph = recording.graphs[0]
    (node,) = [node for node in graph.nodes if node.type.startswith("Cumsum")]
    assert Formulas(recording, graph).of(node) is None
