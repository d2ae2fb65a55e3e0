"""One sentence per event, with numbers that are torch's."""

from dataclasses import replace

import pytest
import torch

import graphtrace as gt
from graphtrace.errors import TraceError
from graphtrace.explain import number, sentences
from graphtrace.texts import LANGUAGES


def fork():
    y = torch.tensor(3.0, requires_grad=True)
    with gt.record(params={"y": y}) as rec:
        (2 * y + y**2).backward()
        (2 * y + y**2).backward()
        y.grad.zero_()
        y.grad = None
    return rec.recording


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_has_a_sentence(language):
    recording = fork()
    told = sentences(recording, language)
    assert len(told) == len(recording)
    assert all(told)
    assert not any("{" in text for text in told)


def test_the_second_contribution_says_the_sum():
    told = sentences(fork())
    assert "y receives its second contribution: 6 + 2 = 8" in told
    assert "y.grad was None and is now 8" in told
    assert "y.grad accumulates: 8 + 8 = 16 (×2)" in told
    assert told[-2:] == ("y.grad is filled with zeros", "y.grad is set to None")


def test_chinese_keeps_api_names_and_numbers():
    told = sentences(fork(), "zh")
    assert "y 收到第 2 份梯度：6 + 2 = 8" in told
    assert "y.grad 原为 None，现在是 8" in told


def test_an_error_is_told_in_torchs_words():
    x = torch.tensor(2.0, requires_grad=True)
    y = x**2
    with gt.record(params={"x": x}) as rec:
        y.backward()
        with pytest.raises(RuntimeError, match="second time") as raised:
            y.backward()
    assert str(raised.value).partition("\n")[0][:200] in sentences(rec.recording)[-1]


def without_a_graph():
    """Calls that make no node: a net and arithmetic without gradients."""
    net = torch.nn.Sequential(torch.nn.Linear(2, 1), torch.nn.ReLU())
    t, w = torch.tensor(6.0), torch.tensor(1.0, requires_grad=True)
    with gt.record(net, params={"w": w}) as rec, torch.no_grad():
        t**2, t * 3, 3 - t, 4 / t, t / 2, t[None], -t
        net(t.expand(1, 2))
        w -= 0.5
    return rec.recording


@pytest.mark.parametrize(("language", "gives"), [("en", " gives "), ("zh", " 得到 ")])
def test_a_call_that_made_no_node_is_named_as_cards_are(language, gives):
    recording = without_a_graph()
    told = sentences(recording, language)
    named = [
        text.partition(gives)[0] for text, event in zip(told, recording.events, strict=True) if event.op is not None
    ]
    assert named[:7] == ["pow 2", "mul 3", "rsub 3", "rdiv 4", "div 2", "index", "neg"]
    assert named[7:] == ["expand", "Linear · 0", "ReLU · 1"]
    assert told[0] == f"pow 2{gives}36"
    assert not any("__" in text for text in told)


def test_calls_with_and_without_a_node_have_the_same_names():
    net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1), torch.nn.Sigmoid())

    def names(tracked):
        with gt.record(net) as rec, torch.set_grad_enabled(tracked):
            out = (net(torch.ones(4, 2)) * 3) ** 2
            loss = torch.nn.functional.mse_loss(out, torch.zeros(4, 1))
            if tracked:
                loss.backward()
        told = zip(sentences(rec.recording), rec.recording.events, strict=True)
        return [text.partition(" gives ")[0] for text, event in told if event.kind == "forward_op"]

    assert [name for name in names(False) if name != "zeros"] == [name for name in names(True) if name != "zeros"]


def test_a_call_that_only_shapes_or_casts_is_not_named_after_the_card_it_is_folded_into():
    x = torch.ones(2, 3, requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        (x.to(torch.float64).view(3, 2).t() * 2).sum().backward()
    told = [text.partition(" gives ")[0] for text in sentences(rec.recording)]
    assert told[:5] == ["to", "view", "t", "mul 2", "sum"]


def test_an_unknown_language_is_refused():
    with pytest.raises(TraceError, match="unknown language: 'xx'"):
        sentences(fork(), "xx")


@pytest.mark.parametrize("value", [0.0, -0.0, 1.0, -1.5e-7, 29428664.0, 0.1234567, 1e-3, 1e300])
def test_a_number_keeps_four_digits(value):
    shown = number(value)
    assert float(shown.replace("−", "-")) == pytest.approx(value, rel=5e-4)
    assert shown != "−0"


def test_what_is_no_number_says_so():
    assert [number(float(text)) for text in ("nan", "inf", "-inf")] == ["nan", "inf", "−inf"]


def test_a_recording_that_tells_of_no_beginning_of_a_pass_has_its_sentences():
    recording = fork()
    rest = tuple(event for event in recording.events if event.kind != "backward_begin")
    whole = zip(sentences(recording), recording.events, strict=True)
    assert list(sentences(replace(recording, events=rest))) == [sentence for sentence, event in whole if event in rest]
