"""The first number that is not finite is told with what made it, forward and backward, and marked on its card."""

import math
import re

import pytest
import torch
from torch.nn import functional

import graphtrace as gt
from graphtrace.explain import sentences
from graphtrace.player.finite import first_odd
from graphtrace.viewer import play

NAN, INF = math.nan, math.inf


def recorded(run, *values):
    leaves = {name: torch.tensor(value, requires_grad=True) for name, value in zip("xy", values, strict=False)}
    with gt.record(params=leaves) as rec:
        run(**leaves).sum().backward()
    return rec.recording


def told(recording, language="en"):
    """What the sentences say in front: forward, then backward."""
    texts = [text for text in sentences(recording, language) if re.search("not finite|非有限的(数|梯度)", text)]
    return [found[1] for text in texts if (found := re.match("(.*?)(?:, the first|，第一个)", text))]


@pytest.mark.parametrize(
    ("run", "values", "why"),
    [
        (lambda x: x.log(), [[1.0, 0.0]], ["log 0 = −inf", "1 / 0 = inf"]),
        (lambda x: x.sqrt(), [[4.0, 0.0]], ["1 / (2 · 0) = inf"]),
        (lambda x: (x - 2).sqrt(), [[3.0, 1.0]], ["√(−1) = nan", "1 / (2 · nan) = nan"]),
        (lambda x, y: x / y, [[[1.0, 2.0], [3.0, 4.0]], [1.0, 0.0]], ["2 / 0 = inf", "1 / 0 = inf"]),
        (lambda x: x**-1, [[0.0]], ["0⁻¹ = inf", "(−1) · 0⁻² · 1 = −inf"]),
        (lambda x: (x * 100).exp(), [[2.0]], ["exp 200 = inf", "inf · 1 = inf"]),
        (lambda x: x * NAN, [[2.0]], ["2 · nan = nan", "nan · 1 = nan"]),
        (lambda x: x.acos(), [[2.0]], ["arccos 2 = nan", "−1 / √(1 − 2²) = nan"]),
        (lambda x: torch.where(x > 0, x.log(), x), [[0.0, 1.0]], ["log 0 = −inf", "0 / 0 = nan"]),
    ],
)
def test_the_sentence_says_what_made_it(run, values, why):
    recording = recorded(run, *values)
    assert told(recording) == why
    assert told(recording, "zh") == why


def test_numbers_of_the_sentence_are_torchs():
    x = torch.tensor([5.0, -3.0, 0.0])
    recording = recorded(lambda x: x.log2(), x.tolist())
    first = x.log2().isfinite().logical_not().nonzero()[0, 0]
    assert told(recording)[0] == f"log₂ (−3) = {x.log2()[first].item()}"


@pytest.mark.parametrize(
    "run",
    [
        lambda x: x.masked_fill(x > 1, -INF).softmax(0),
        lambda x: (x + torch.full((2, 2), -INF).triu(1)).softmax(1),
        lambda x: functional.cross_entropy(x[None], torch.tensor([1]))[None],
    ],
)
def test_masks_and_finite_programs_say_nothing(run):
    recording = recorded(run, [1.0, 2.0])
    assert told(recording) == []
    assert first_odd(recording) == (None, None)


def test_a_number_that_came_with_the_data_is_not_said_to_be_made():
    recording = recorded(lambda x: x * 2, [1.0, NAN])
    assert "mul 2 gives [2, nan]: it was given a number that is not finite" in sentences(recording)


def test_a_large_tensor_is_told_without_numbers():
    recording = recorded(lambda x: x.log(), [0.0] * 3000)
    assert [text for text in sentences(recording) if text.startswith("The first number that is not finite: log gives")]


def test_it_is_marked_at_its_node_from_then_on():
    recording = recorded(lambda x: (x * 1.0).log() * 2, [1.0, 0.0])
    forward, backward = first_odd(recording)
    assert recording.ops[forward.op].name == "Tensor.log"
    assert recording.events[forward.cursor - 1].op == forward.op
    graph = recording.graphs[backward.graph]
    assert graph.nodes[backward.node].type == "LogBackward0"
    assert (forward.word, backward.word) == ("−inf", "inf")
    wire = play(recording)["recording"]["odd"]
    assert [(odd["cursor"], odd["word"]) for odd in wire] == [(forward.cursor, "−inf"), (backward.cursor, "inf")]


def test_the_mark_is_drawn_on_the_card_once_the_number_is_there():
    recording = recorded(lambda x: (x * 1.0).log() * 2, [1.0, 0.0])
    forward, _ = first_odd(recording)
    assert "first −inf" not in gt.frame(recording, forward.cursor - 1, "svg").decode()
    assert "first −inf" in gt.frame(recording, forward.cursor, "svg").decode()
    assert "首个 −inf" in gt.frame(recording, forward.cursor, "svg", language="zh").decode()
