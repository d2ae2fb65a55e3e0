"""The path of accelerators, taken on the CPU: contents stay where they are until one transfer fetches them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

import graphtrace as gt
from graphtrace.recorder import memory, tensor_capture

ROOT = Path(__file__).parents[2]


@pytest.fixture
def away(monkeypatch):
    """Treat the CPU as an accelerator: nothing may be read at once."""
    for module in (tensor_capture, memory):
        monkeypatch.setattr(module, "on_host", lambda tensor: False)


def program():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(60, 60), nn.ReLU(), nn.Linear(60, 3))
    words = nn.Embedding(9, 60, sparse=True)
    z = torch.randn(4, dtype=torch.complex64, requires_grad=True)
    half = torch.ones(3, dtype=torch.bfloat16, requires_grad=True)
    optimizer = torch.optim.SGD([*net.parameters(), *words.parameters()], lr=0.1)
    with gt.record(net, params={"words": words.weight, "z": z, "half": half}) as rec:
        for _ in range(2):
            optimizer.zero_grad()
            h = net(words(torch.tensor([1, 1, 2])))
            (h.square().sum() + (h * h.sin()).sum() + (z * z.conj()).real.sum() + (half * 2).sum()).backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
    return rec.recording


def close(one, other):
    if one is None or other is None:
        return one is other
    pairs = [(one.norm, other.norm), (one.min, other.min), (one.max, other.max), (one.mean, other.mean)]
    numbers = all(a is b is None or a == pytest.approx(b, rel=1e-5, abs=1e-6) for a, b in pairs)
    return numbers and (one.meta, one.data, one.sample) == (other.meta, other.data, other.sample)


def test_a_recording_from_an_accelerator_equals_one_from_the_host(away, monkeypatch):
    there = program()
    monkeypatch.undo()
    here = program()
    assert there.audit().ok
    assert there.audit().unproven == 0
    assert there.warnings == ()
    assert [event.kind for event in there.events] == [event.kind for event in here.events]
    for one, other in zip(there.events, here.events, strict=True):
        assert [name for name, _ in one.tensors] == [name for name, _ in other.tensors]
        for (name, kept), (_, expected) in zip(one.tensors, other.tensors, strict=True):
            assert close(kept, expected), (one.kind, name, kept, expected)


def test_nothing_is_read_inside_a_hook(away, monkeypatch):
    read = []
    for name in ("raw_bytes", "sampled", "cpu_stats", "norm_only"):
        monkeypatch.setattr(tensor_capture, name, lambda *args, name=name: read.append(name))
    assert len(program().events) > 50
    assert read == []


def test_a_fault_on_an_accelerator_is_found_too(away, monkeypatch):
    monkeypatch.setattr(tensor_capture, "same_bits", lambda one, other: torch.tensor(False))
    assert not program().audit().ok


def test_out_of_memory_leaves_shapes_and_a_word(away, monkeypatch):
    clone = torch.Tensor.clone

    def short(tensor, **options):
        if options and tensor.numel() > 100:
            raise torch.OutOfMemoryError("none left")
        return clone(tensor, **options)

    monkeypatch.setattr(torch.Tensor, "clone", short)
    x = torch.ones(200, requires_grad=True)
    with gt.record(values="full") as rec:
        (x * 2).sum().backward()
    monkeypatch.undo()
    assert any("out of memory" in text for text in rec.recording.warnings)
    kept = rec.recording.events[0].tensor("out:0")
    assert (kept.meta.shape, kept.data) == ((200,), None)
    assert x.grad.tolist() == [2.0] * 200


def test_cuda_check_runs_on_this_machine():
    ran = subprocess.run(
        [sys.executable, "tools/cuda_check.py", "cpu"],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    lines = ran.stdout.splitlines()
    assert lines[0].startswith(f"torch {torch.__version__} on cpu")
    assert [line.split()[0] for line in lines[1:]].count("ok") == 7
    assert "FAIL" not in ran.stdout
