"""Recordings in files: equal after a round trip, refused when damaged, never a crash."""

import gzip
import json
import random

import pytest
import torch

import graphtrace as gt
from graphtrace.model import dumps, loads_any
from tests.support.damage import garbled
from tests.support.steps import RECORDINGS


@pytest.mark.parametrize("name", RECORDINGS)
@pytest.mark.parametrize("suffix", ["json", "json.gz"])
def test_a_recording_equals_its_copy_from_a_file(name, suffix, tmp_path):
    recording = RECORDINGS[name]()
    path = recording.save(tmp_path / f"run.{suffix}")
    copy = gt.load(path)
    assert copy == recording
    assert copy.audit() == recording.audit()
    assert dumps(copy) == dumps(recording)


def test_numbers_that_json_lacks_survive():
    x = torch.tensor([0.0, 1.0], requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        (x.log() * torch.tensor([0.0, float("inf")])).sum().backward()
    copy = loads_any(dumps(rec.recording))
    assert copy == rec.recording
    numbers = [n for event in copy.events for _, value in event.tensors if value for n in value.numbers()]
    assert any(n != n for n in numbers)
    assert float("inf") in numbers


def test_files_of_version_0_1_open_and_its_names_still_work():
    recording = RECORDINGS["fork"]()
    plain = json.loads(dumps(recording))
    assert "values" in plain
    assert "tensors" not in plain
    assert "values" in plain["events"][0]
    assert recording.values is recording.tensors
    event = recording.events[0]
    assert event.values is event.tensors
    assert event.value("out:0") is event.tensor("out:0") is not None
    with pytest.warns(DeprecationWarning, match="TensorData"):
        assert gt.TensorValue is gt.TensorData


@pytest.mark.parametrize("compress", [False, True])
def test_damaged_files_are_refused_or_sound(compress):
    content, chance, refused = dumps(RECORDINGS["fork"](), compress), random.Random(0), 0
    for _ in range(1500):
        try:
            found = loads_any(garbled(chance, content))
        except gt.TraceError:
            refused += 1
        else:  # what is let in can be played and audited
            gt.Player(found).seek(-1) if isinstance(found, gt.Recording) else None
            found.audit() if isinstance(found, gt.Recording) else None
    assert refused > 1000


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("events", 0, "kind"), "sideways"),
        (("events", 4, "node"), 99),
        (("events", 4, "graph"), 7),
        (("events", 0, "op"), -1),
        (("ops", 0, "id"), 3),
        (("events", 0, "values", 0, 1, "data"), "AAAA"),
        (("events", 0, "values", 0, 1, "data"), "not base64!"),
        (("events", 0, "values", 0, 1, "meta", "dtype"), "os.system"),
        (("events", 4, "values", 0, 0), "in:x"),
        (("graphs", 0, "edges", 0, "target"), 0),
        (("schema",), 99),
    ],
)
def test_a_hostile_field_is_named(where, value):
    plain = json.loads(dumps(RECORDINGS["fork"]()))
    holder = plain
    for step in where[:-1]:
        holder = holder[step]
    holder[where[-1]] = value
    with pytest.raises(gt.TraceError, match=r"inconsistent|damaged|newer schema"):
        loads_any(json.dumps(plain).encode())


def test_a_graph_reader_says_that_it_was_given_a_recording():
    from graphtrace.model import loads

    with pytest.raises(gt.TraceError, match="holds a recording"):
        loads(gzip.compress(dumps(RECORDINGS["fork"]())))
