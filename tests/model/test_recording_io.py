"""Recordings in files: equal after a round trip, refused when damaged, never a crash."""

import gzip
import json
import random
from functools import cache

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import graphtrace as gt
from graphtrace.model import dumps, loads_any
from graphtrace.model.parsing import DEEPEST
from graphtrace.viewer import play
from tests.support.damage import changed, garbled
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


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(sorted(RECORDINGS)))
def test_a_recording_with_other_values_is_refused_or_can_be_played(rng, name):
    content = json.dumps(changed(rng, json.loads(_saved(name)))).encode()
    try:
        found = loads_any(content, most=10_000)
    except gt.TraceError:
        return
    if isinstance(found, gt.Recording):
        found.audit()
        play(found)


@cache
def _saved(name):
    return dumps(RECORDINGS[name]())


@pytest.mark.parametrize("fact", ["leaf:9", "leaf:-1", "leaf:x", "leaf:", "leaf:" + "9" * 5000])
def test_a_leaf_must_be_an_input_of_its_call(fact):
    plain = json.loads(_saved("fork"))
    event = next(event for event in plain["events"] if any(name.startswith("leaf:") for name, _ in event["facts"]))
    event["facts"] = [[fact, "w"]]
    with pytest.raises(gt.errors.FileError, match="no input 'leaf:"):
        loads_any(json.dumps(plain).encode())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), "lists more than 40 deep"),
        (b"[" + b"[]," * 2000 + b"[]]", "more than 1,200 lists and objects"),
        (json.dumps({"schema": 1, "events": [0] * 101}).encode(), "101 events, nodes and edges, at most 100"),
    ],
)
def test_what_is_made_of_a_file_is_bounded_before_it_is_made(content, said):
    with pytest.raises(gt.TraceError, match=said):
        loads_any(content, most=100)


def test_brackets_in_texts_are_no_lists():
    assert len(loads_any(_saved("fork").replace(b'"events"', b'"notes":[],"events"', 1), most=10_000)) > 0
    with pytest.raises(gt.TraceError, match="not a graph file"):
        loads_any(json.dumps({"[[" * 100: '\\"[[' * 1000}).encode(), most=10)


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
