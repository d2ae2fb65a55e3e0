"""Constants of calls are recorded, as plain values that a file holds, and stand in formulas and titles."""

import json
import math

import pytest
import torch
from torch.nn import functional

import graphtrace as gt
from graphtrace.explain import sentences
from graphtrace.explain.formulas import Formulas
from graphtrace.model import dumps, loads_any
from graphtrace.viewer import play


def recorded(run):
    x = torch.tensor([-3.0, 2.0], requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        run(x).sum().backward()
    return rec.recording


@pytest.mark.parametrize(
    ("run", "constants"),
    [
        (lambda x: x**2, [("1", 2)]),
        (lambda x: x * 3, [("1", 3)]),
        (lambda x: 3 * x, [("1", 3)]),
        (lambda x: x.sum(dim=0), [("dim", 0)]),
        (lambda x: x.view(2, 1), [("1", 2), ("2", 1)]),
        (lambda x: x.reshape((2, 1)), [("1", "(2, 1)")]),
        (lambda x: x.clamp(min=-math.inf, max=1.5), [("min", -math.inf), ("max", 1.5)]),
        (lambda x: x * math.nan, [("1", math.nan)]),
        (lambda x: torch.add(x, x, alpha=2), [("alpha", 2)]),
        (lambda x: torch.stack([x, x]), []),
        (lambda x: x.to(torch.float64), []),
    ],
)
def test_plain_arguments_are_recorded_and_survive_a_file(run, constants):
    recording = recorded(run)
    op = recording.ops[0]
    assert str(op.constants) == str(tuple(constants))
    copy = loads_any(dumps(recording))
    assert copy == recording
    assert [op.constants for op in copy.ops] == [op.constants for op in recording.ops]


def test_the_reduction_of_a_loss_is_recorded_also_where_it_is_the_default():
    op = recorded(lambda x: functional.mse_loss(x, torch.zeros(2))).ops[-2]
    assert (op.constant("reduction"), op.constant("nothing")) == ("mean", None)


def test_what_a_file_cannot_hold_is_left_out():
    words = recorded(lambda x: torch.einsum("i,i->i" + " " * 60, x, x))
    assert words.ops[0].constants == ()
    many = recorded(lambda x: x[None].expand(1, 2).permute([0, 1]).reshape([2] + [1] * 9))
    assert many.ops[-2].constants == ()


def test_a_file_from_before_has_no_constants_and_says_n():
    plain = json.loads(dumps(recorded(lambda x: x**2)))
    for op in plain["ops"]:
        op.pop("constants", None)
    old = loads_any(json.dumps(plain).encode())
    graph = old.graphs[0]
    (power,) = [node for node in graph.nodes if node.type == "PowBackward0"]
    assert Formulas(old, graph).of(power).lines[0].text == "n · {x}ⁿ⁻¹ · {g}"
    assert "pow gives [9, 4]" in sentences(old)


def test_a_power_names_its_exponent_on_the_card_in_the_sentence_and_in_the_formula():
    recording = recorded(lambda x: x**2)
    graph = recording.graphs[0]
    (power,) = [node for node in graph.nodes if node.type == "PowBackward0"]
    formula = Formulas(recording, graph).of(power)
    assert (formula.forward, formula.lines[0].text) == ("{z} = {x}²", "2 · {x}¹ · {g}")
    boxes = play(recording, ("autograd",))["views"][0]["pictures"][0]["boxes"]
    assert "pow 2" in [box["title"] for box in boxes]
    assert "pow 2 gives [9, 4]" in sentences(recording)


@pytest.mark.parametrize(
    ("run", "title"),
    [(lambda x: x * 3, "mul 3"), (lambda x: x - 1.5, "sub 1.5"), (lambda x: x / 4, "div 4"), (lambda x: x * x, "mul")],
)
def test_a_number_that_stands_for_an_operand_is_in_the_title(run, title):
    assert any(text.startswith(f"{title} gives") for text in sentences(recorded(run)))


def test_the_probability_of_a_dropout_is_not_taken_for_a_factor():
    recording = recorded(lambda x: functional.dropout(x, 0.3))
    graph = recording.graphs[0]
    (product,) = [node for node in graph.nodes if node.type == "MulBackward0"]
    assert "0.3" not in Formulas(recording, graph).of(product).forward


@pytest.mark.parametrize(
    ("targets", "divisor"), [([1, 0, 1], "÷ 3"), ([1, -100, 1], "[÷ n]")], ids=["all", "one is ignored"]
)
def test_a_mean_of_samples_is_counted_unless_one_is_ignored(targets, divisor):
    x = torch.randn(3, 2, requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        functional.cross_entropy(x, torch.tensor(targets)).backward()
    graph = rec.recording.graphs[0]
    (node,) = [node for node in graph.nodes if node.type == "NllLossBackward0"]
    assert Formulas(rec.recording, graph).of(node).forward.endswith(divisor)
