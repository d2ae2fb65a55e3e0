"""Pictures that are kept are those that would be drawn."""

from __future__ import annotations

import pytest
import torch

import graphtrace as gt
from graphtrace import lab
from graphtrace.lab.showing.playback import playback
from graphtrace.viewer import play
from graphtrace.viewer.kept_views import _kept

ROUND = ("backward", "step", "zero_grad", "forward")


def drawn_anew(recording):
    _kept.cache_clear()
    return play(recording)


@pytest.mark.parametrize("preset", ["xor", "lenet", "attention"])
def test_every_press_of_three_iterations_shows_what_would_be_drawn_anew(preset):
    machine = lab.Machine(lab.preset(preset).spec)
    machine.forward()
    recordings = [playback(machine).recording]
    for _ in range(3):
        for name in ROUND:
            getattr(machine, name)()
            recordings.append(playback(machine).recording)
    _kept.cache_clear()
    kept = [play(recording) for recording in recordings]
    assert kept == [drawn_anew(recording) for recording in recordings]
    later, before = kept[-1]["views"], kept[-1 - len(ROUND)]["views"]
    assert all(a is b for a, b in zip(later, before, strict=True)), "one iteration later nothing is drawn"


def step(value: float, power: float, named: bool) -> gt.Recording:
    """Record a program whose graph is the same for every value; a whole number has one digit, or not."""
    w, x = torch.tensor([value], requires_grad=True), torch.tensor([[3.0, 4.0]]) * value
    with gt.record(params={"w": w} if named else None) as rec:
        ((w * x) ** power).sum().backward()
    return rec.recording


def test_what_a_picture_shows_beyond_the_graph_is_not_mixed_up():
    programs = [step(*given) for given in ((1.0, 3.0, True), (1.25, 3.0, True), (1.0, 5.0, True), (1.0, 3.0, False))]
    _kept.cache_clear()
    kept = [play(program) for program in programs]
    assert kept == [drawn_anew(program) for program in programs]
    titles = [[box["title"] for box in one["views"][0]["pictures"][0]["boxes"]] for one in kept]
    assert "pow 3" in titles[0]
    assert "pow 5" in titles[2]


def test_modules_that_a_user_opened_are_another_picture():
    net = torch.nn.Sequential(torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU()), torch.nn.Linear(3, 1))
    with gt.record(net) as rec:
        net(torch.ones(1, 2)).sum().backward()
    closed, opened = (play(rec.recording, ["module"], opened=paths) for paths in ([], ["0"]))
    boxes = [len(one["views"][0]["pictures"][0]["boxes"]) for one in (closed, opened)]
    assert boxes[0] < boxes[1]
