"""All programs and all mistakes run through the runner of the page for code, and give what torch gives."""

import pytest

import graphtrace as gt
from graphtrace.examples.scripts import SCRIPTS
from graphtrace.runner.program import run_here
from graphtrace.runner.records import FILE, RunLimits
from graphtrace.scenes import all_scenes, is_here, run_program

LIMITS = RunLimits()
CASES = [(scene.mistake, case) for scene in all_scenes() for case in range(len(scene.programs))]


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_program_runs_as_it_is_typed(name):
    text = SCRIPTS[name].text(2)
    run = run_here(text, LIMITS)
    assert (run.ended, run.error, run.printed) == ("end", "", ())
    assert run.recording.audit().ok
    assert gt.diagnose(run.recording) is None or name == "two_layer_no_zero" or "no_zero" in name
    events = [event.kind for event in run.recording.events]
    assert events.count("backward_end") == 2
    assert {op.source.file for op in run.recording.ops if op.source is not None} == {FILE}


@pytest.mark.parametrize(("mistake", "case"), CASES)
def test_every_mistake_ends_as_in_its_scene(mistake, case):
    program = next(scene for scene in all_scenes() if scene.mistake == mistake).programs[case]
    if not is_here(program.needs):
        pytest.skip(f"this machine has no {program.needs}")
    run = run_here(program.code, LIMITS)
    scene = run_program(program.code, FILE)
    assert run.ended == ("raised" if scene.raised else "end")
    assert (run.line, run.error.partition(":")[0].split(".")[-1]) == (scene.line, scene.raised.partition(":")[0])
    assert [event.kind for event in run.recording.events] == [event.kind for event in scene.recording.events]
    told, known = gt.diagnose(run.recording), gt.diagnose(scene.recording)
    assert (told and told.mistake) == (known and known.mistake)


def test_what_is_printed_stands_at_its_event():
    run = run_here(
        "import torch\nprint('a')\nx = torch.ones(2, requires_grad=True)\nprint('b')\nx.sum().backward()", LIMITS
    )
    first, second = run.printed
    assert (first.cursor, first.stream, first.text) == (0, "out", "a\n")
    assert (second.cursor, second.text) == (1, "b\n")
    assert [event.kind for event in run.recording.events[:2]] == ["forward_op", "forward_op"]


def test_warnings_are_printed_and_go_to_the_error_stream():
    run = run_here("import warnings\nwarnings.warn('look')", LIMITS)
    assert [piece.stream for piece in run.printed] == ["err"]
    assert "UserWarning: look" in run.printed[0].text


@pytest.mark.parametrize(
    ("code", "line", "error"),
    [
        ("x = 1\nx = = 3", 2, "SyntaxError"),
        ("x = 1\nreturn x", 2, "SyntaxError"),
        ("\0", 0, "SyntaxError"),
    ],
)
def test_a_text_that_is_no_python_says_where(code, line, error):
    run = run_here(code, LIMITS)
    assert (run.ended, run.recording) == ("raised", None)
    assert error in run.error
    assert run.line == line


def test_a_model_that_a_function_makes_gives_its_parameters_their_names():
    code = """
import torch
def main():
    net = torch.nn.Linear(2, 1)
    net(torch.ones(1, 2)).sum().backward()
main()
"""
    run = run_here(code, LIMITS)
    assert {"weight", "bias"} <= {event.param for event in run.recording.events}


def test_a_program_has_its_own_future_imports_and_not_ours():
    run = run_here("def f(x: int): pass\nprint(f.__annotations__)", LIMITS)
    assert run.printed[0].text == "{'x': <class 'int'>}\n"
    run = run_here("from __future__ import annotations\ndef f(x: int): pass\nprint(f.__annotations__)", LIMITS)
    assert run.printed[0].text == "{'x': 'int'}\n"


def test_a_program_that_exits_is_no_error():
    run = run_here("import sys\nprint(1)\nsys.exit()\nprint(2)", LIMITS)
    assert (run.ended, run.line, run.printed[0].text) == ("exit", 3, "1\n")
