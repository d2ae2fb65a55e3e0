"""The Lab from end to end on two devices: the check that a GPU's owner runs, here on what there is."""

from dataclasses import replace

import pytest
import torch

from graphtrace import lab
from tools.lab_check import difference, main, run


def test_the_check_runs_presets_twice_and_says_that_they_agree(capsys):
    assert main(["xor", "mazur", "rnn"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in told[1:]] == ["xor:", "mazur:", "rnn:"]
    assert all(line.startswith("ok") for line in told[1:])


def test_another_program_is_found_to_differ():
    spec = lab.preset("xor").spec
    other = run(replace(spec, optimizer=lab.spec.SGD(0.11)), "cpu")
    assert difference(run(spec, "cpu"), other) > 1e-3
    assert difference(other, run(lab.preset("mazur").spec, "cpu")) == float("inf")


def test_a_preset_that_differs_ends_the_check_with_status_1(monkeypatch, capsys):
    monkeypatch.setattr("tools.lab_check.difference", lambda one, other: 1.0)
    assert main(["xor"]) == 1
    assert capsys.readouterr().out.splitlines()[1].startswith("FAIL")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
def test_every_preset_agrees_on_cuda():
    assert main([]) == 0
