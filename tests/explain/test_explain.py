"""One sentence per event, with numbers that are torch's."""

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
