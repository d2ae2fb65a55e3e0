"""Programs that would harm the server end with a clear word, in real processes, and so does what they left."""

import sys
import threading
from pathlib import Path

import pytest

from graphtrace.runner import RunLimits, run_code

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps this limit")
LIMITS = RunLimits(seconds=60, cpu=1, memory=400 << 20, output=2_000, events=300, grace=10)
START = "import torch\nx = torch.ones(2, requires_grad=True)\n"


def ended(code, limits=LIMITS):
    return run_code(code, limits, lambda: None)


@pytest.mark.parametrize(
    ("code", "why", "line"),
    [
        pytest.param(f"{START}while True: pass", "time", 3, id="loops"),
        pytest.param(f"{START}while True:\n    y = x * 2", "events", 4, id="computes"),
        pytest.param(f"{START}while True: print('hello')", "output", 3, id="prints"),
        pytest.param(
            f"{START}a = []\nwhile True: a.append(torch.ones(1_000_000))", "memory", 4, id="eats", marks=LINUX
        ),
        pytest.param(f"{START}torch.zeros(10**12)", "memory", 3, id="asks", marks=LINUX),
    ],
)
def test_a_program_without_end_is_stopped_at_its_line_and_recorded_until_then(code, why, line):
    run = ended(code)
    assert run.ended == why
    assert run.line in (line, line - 1), "at the loop, or in it"
    assert run.recording is not None
    assert sum(len(piece.text) for piece in run.printed) <= LIMITS.output
    if why == "events":
        assert len(run.recording) > LIMITS.events


def test_who_cannot_be_stopped_is_ended():
    limits = RunLimits(seconds=60, cpu=0.3, grace=0.5)
    run = ended(
        "print('here')\nwhile True:\n    try:\n        while True: pass\n    except BaseException: pass", limits
    )
    assert run.ended == "time"
    assert "".join(piece.text for piece in run.printed) == "here\n"


@LINUX
def test_a_signal_is_named_with_its_line():
    run = ended("print('here')\nimport os, signal\nos.kill(os.getpid(), signal.SIGSEGV)")
    assert (run.ended, run.error, run.line) == ("signal", "SIGSEGV", 3)
    assert "".join(piece.text for piece in run.printed) == "here\n"


def test_a_program_that_leaves_says_so():
    run = ended("import os\nos._exit(3)")
    assert (run.ended, run.error) == ("lost", "3")


@pytest.mark.parametrize(
    "code",
    [
        "import os\nwhile True: os.fork()",
        "import subprocess\nsubprocess.run(['true'])",
        "import os\nos.system('true')",
        "import multiprocessing\nmultiprocessing.Process(target=print).start()",
        "import socket\nsocket.create_connection(('127.0.0.1', 1))",
        "import os\nos.kill(os.getppid(), 9)",
    ],
)
@LINUX
def test_what_a_program_may_not_do_is_refused_in_words(code):
    run = ended(code)
    assert run.ended == "raised"
    assert "may not" in run.error or "no network" in run.error


@LINUX
def test_processes_that_a_program_started_past_python_end_with_it():
    code = """
import ctypes
libc = ctypes.CDLL(None)
number = libc.fork()
if number == 0:
    libc.setsid()
    while True: pass
print(number)
"""
    run = ended(code)
    assert run.ended == "end"
    state = Path("/proc") / run.printed[0].text.strip() / "stat"
    assert not state.exists() or " Z " in state.read_text(), "it runs on"


def test_a_run_that_nobody_waits_for_is_ended():
    class Closed(Exception):
        pass

    asked = threading.Event()

    def wanted():
        if asked.is_set():
            raise Closed
        asked.set()

    with pytest.raises(Closed):
        run_code("while True: pass", LIMITS, wanted)


def test_a_program_does_not_see_the_environment_of_the_server(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "42")
    run = ended("import os\nprint(sorted(os.environ), os.getcwd(), os.listdir())\ninput()")
    assert "SECRET" not in run.printed[0].text
    assert run.error.startswith("EOFError"), "nobody answers"
