"""Work in a process of its own: its result, its errors, its limits."""

import math
import os
import time

import pytest

import graphtrace as gt
from graphtrace.errors import FileError, TraceError, shown
from graphtrace.model import loads_any
from graphtrace.workers import WorkerLimitError, WorkerLimits, call

LONG = WorkerLimits(seconds=60)


def nobody_leaves():
    """The tab stays open."""


def test_a_worker_returns_what_the_function_returns():
    assert call(math.hypot, LONG, nobody_leaves, 3.0, 4.0) == 5.0
    assert call(shown, LONG, nobody_leaves, [1] * 50, limit=7) == "[1, 1,…"


def test_it_is_another_process():
    assert call(os.getpid, LONG, nobody_leaves) != os.getpid()


def test_our_errors_come_back_as_they_were():
    with pytest.raises(FileError, match="file is damaged"):
        call(loads_any, LONG, nobody_leaves, b"{")


def test_a_bug_is_no_error_of_the_user():
    with pytest.raises(RuntimeError, match="ZeroDivisionError") as raised:
        call(divmod, LONG, nobody_leaves, 1, 0)
    assert not isinstance(raised.value, TraceError)


def test_time_is_bounded():
    with pytest.raises(WorkerLimitError) as raised:
        call(time.sleep, WorkerLimits(seconds=0.3), nobody_leaves, 600)
    assert raised.value.excess == "time"


def test_computing_is_bounded():
    pytest.importorskip("resource")
    with pytest.raises(WorkerLimitError) as raised:
        call(pow, WorkerLimits(seconds=600, cpu=1), nobody_leaves, 7, 10**9)
    assert raised.value.excess == "time"


def test_memory_is_bounded():
    pytest.importorskip("resource")
    with pytest.raises(WorkerLimitError) as raised:
        call(bytes, WorkerLimits(seconds=60, memory=200 << 20), nobody_leaves, 1 << 30)
    assert raised.value.excess == "memory"


def test_work_ends_when_nobody_waits_for_it():
    def leave():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        call(time.sleep, WorkerLimits(seconds=600), leave, 600)


def test_a_recording_is_read_there_as_it_is_here(tmp_path):
    import torch

    x = torch.tensor([1.0, 2.0], requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        (x * x).sum().backward()
    content = gt.save(rec.recording, tmp_path / "step.json.gz").read_bytes()
    assert call(loads_any, LONG, nobody_leaves, content, 1 << 20, 1000) == rec.recording
