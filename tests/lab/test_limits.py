"""Limits: checked on the meta device before anything is allocated, set in one place."""

import gc
import resource
import time
from dataclasses import replace
from weakref import WeakSet

import pytest

from graphtrace import lab
from graphtrace.errors import SpecError
from graphtrace.lab import datasets, limits
from graphtrace.lab.records.layers import RNN, Attention, Conv2d, Embedding, Flatten, Linear, Parallel, ReLU, Repeat
from graphtrace.lab.records.spec import Loss, Spec
from graphtrace.lab.running import snapshot_store

XOR = lab.preset("xor").spec
DOUBLE = Parallel(((), ()), join="cat")
HOSTILE = {
    "parameters": Spec((Linear(2, 1000), Linear(1000, 1000), Linear(1000, 1))),
    "activation_bytes": Spec((Linear(2, 65_536), Linear(65_536, 1)), data=datasets.Random(256)),
    "flops": Spec((Linear(2, 16_000), Linear(16_000, 65_536), Linear(65_536, 1))),
    "operations": Spec((RNN(1, 1), Linear(1, 1)), data=datasets.Random(1, (3_000, 1))),
    "layers": Spec((ReLU(),) * 25),
    "modules": Spec((Repeat((Repeat((Repeat((ReLU(),), 64),), 64),), 64),)),
    "batch": Spec((Linear(2, 1),), data=datasets.Moons(257)),
}
OTHERS = (
    Spec((Repeat((DOUBLE,), 64), Linear(2, 1))),
    Spec((Repeat((DOUBLE,), 20), Linear(2, 1))),
    Spec((Attention(1),), data=datasets.Random(1, (65_536, 1), (65_536, 1))),
    Spec((Conv2d(1, 65_536, 64),), data=datasets.Random(1, (1, 1000, 1000))),
    Spec((Linear(65_536, 65_536),) * 24, data=datasets.Random(1, (65_536,), (65_536,))),
    Spec((), data=datasets.Random(1, (65_536,) * 4, (65_536,) * 4)),
    Spec((Embedding(65_536, 65_536), Linear(65_536, 5)), Loss("CrossEntropyLoss"), data=datasets.Tokens(5)),
    Spec((Flatten(), Linear(2, 4096)), data=datasets.Random(4096, (2,), (4096,))),
)


@pytest.mark.parametrize("name", list(HOSTILE))
def test_each_limit_is_told_with_the_variable_that_raises_it(name):
    found = lab.validate(HOSTILE[name])
    assert any(f"the limit is {getattr(limits.Limits(), name):,}" in problem for problem in found), found
    assert any(f"raises GRAPHTRACE_MAX_{name.upper()}" in problem for problem in found)


@pytest.mark.parametrize("spec", [*HOSTILE.values(), *OTHERS])
def test_a_program_over_a_limit_is_refused_at_once_and_allocates_nothing(spec):
    lab.validate(XOR)  # torch loads its meta kernels at the first call
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with pytest.raises(SpecError, match="the limit is"):
        lab.Machine(spec)
    assert time.process_time() - start < 0.5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kilobytes


def test_lenet_fits():
    found = lab.survey(lab.preset("lenet").spec)
    assert found.problems == ()
    assert (found.parameters, found.activation_bytes < 1 << 20, found.flops < 10**7) == (81_194, True, True)


def test_the_flops_of_linear_layers_are_those_of_the_formula():
    assert lab.survey(Spec((Linear(2, 3, bias=False), Linear(3, 1)), Loss("MSELoss", "none"))).flops == 3 * (
        2 * 4 * 2 * 3 + 2 * 4 * 3 * 1 + 4
    )


def test_the_environment_raises_and_lowers_a_limit(monkeypatch):
    monkeypatch.setenv("GRAPHTRACE_MAX_PARAMETERS", "12")
    assert lab.validate(XOR) == (
        "the net has 13 parameters: the limit is 12 "
        "(make it smaller; the owner of this server raises GRAPHTRACE_MAX_PARAMETERS)",
    )
    monkeypatch.setenv("GRAPHTRACE_MAX_PARAMETERS", "2000000")
    monkeypatch.setenv("GRAPHTRACE_MAX_FLOPS", "100000000000")
    assert lab.validate(HOSTILE["parameters"]) == ()


@pytest.mark.parametrize("value", ["many", "-1", "0", "1e6", "9" * 40, " ", "²"])
def test_a_variable_that_is_no_number_is_an_error_in_words(monkeypatch, value):
    monkeypatch.setenv("GRAPHTRACE_MAX_LAYERS", value)
    with pytest.raises(SpecError, match="GRAPHTRACE_MAX_LAYERS is no positive whole number"):
        limits.current()


def test_a_run_has_a_limit_of_iterations_and_a_lower_one_when_watched():
    machine = lab.Machine(XOR)
    with pytest.raises(SpecError, match="a run of 10,001 iterations: the limit is 10,000"):
        machine.iterate(10_001)
    with pytest.raises(SpecError, match="a run of 101 iterations: the limit is 100"):
        machine.iterate(101, watch=True)
    assert machine.history == ()


def test_an_uploaded_table_has_a_limit(monkeypatch):
    monkeypatch.setenv("GRAPHTRACE_MAX_UPLOAD_BYTES", "10")
    assert lab.parse_csv("1,2\n3,4").rows == ((1.0, 2.0), (3.0, 4.0))
    with pytest.raises(SpecError, match="the table has 12 characters: the limit is 10"):
        lab.parse_csv("1,2\n3,4\n5,6\n")


def test_a_limit_that_changed_is_used_at_once(monkeypatch):
    assert lab.validate(replace(XOR, seed=77)) == ()
    monkeypatch.setenv("GRAPHTRACE_MAX_LAYERS", "2")
    assert len(lab.validate(replace(XOR, seed=77))) == 1


def test_machines_of_a_server_share_its_memory(monkeypatch):
    gc.collect()
    alone = lab.Machine(lab.preset("xor").spec)
    monkeypatch.setattr(snapshot_store, "_STORES", WeakSet([alone._snapshots]))
    assert snapshot_store.share() == 1.0
    monkeypatch.setenv("GRAPHTRACE_MAX_HISTORY_BYTES", "40000")
    monkeypatch.setenv("GRAPHTRACE_MAX_SERVER_HISTORY_BYTES", "40000")
    others = [lab.Machine(lab.preset("xor").spec) for _ in range(3)]
    assert snapshot_store.share() == 0.25
    assert snapshot_store.recordings_kept() == 12
    for _ in range(60):
        alone.forward()
    assert alone._snapshots.nbytes() <= 10_000
    assert sum(entry.recording is not None for entry in alone.history) == 12
    del others
    gc.collect()
    assert snapshot_store.share() == 1.0


def test_fewer_recordings_are_kept_as_soon_as_others_come(monkeypatch):
    machine = lab.Machine(lab.preset("xor").spec)
    for _ in range(20):
        machine.forward()
    assert all(entry.recording is not None for entry in machine.history)
    monkeypatch.setattr(snapshot_store, "share", lambda: 0.01)
    machine.forward()
    assert [entry.recording is not None for entry in machine.history] == [False] * 13 + [True] * 8
    machine.go(3)
    assert machine.position == 3
