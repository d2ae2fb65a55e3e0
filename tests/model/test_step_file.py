"""Files of recorded steps: equal after a round trip, one step without the others, never a crash."""

import random
import struct
import zlib
from functools import cache

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import graphtrace as gt
from graphtrace.errors import FileError
from graphtrace.model import RecordingWriter, StepSummary, join, loads_any
from graphtrace.model.step_file.blocks import MARK, STEP, SUMMARY, TEMPLATE, packed, scanned
from graphtrace.viewer import play
from tests.support.damage import changed_steps, garbled
from tests.support.steps import RECORDINGS

STEPS = 5


class LeNet(nn.Sequential):
    def __init__(self):
        super().__init__(
            *(nn.Conv2d(1, 6, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 3), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Flatten(), nn.Linear(576, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
        )


def trained(count=STEPS, net=None, size=(4, 2), optimizer=torch.optim.SGD, **chosen):
    torch.manual_seed(0)
    net = net or nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    optimizer = optimizer(net.parameters(), lr=0.1)
    x = torch.randn(size)
    with gt.record(net, optimizer, **chosen) as rec:
        for _ in range(count):
            optimizer.zero_grad()
            net(x).pow(2).mean().backward()
            optimizer.step()
        net(x)
    return rec.recording


@cache
def run():
    return trained()


@pytest.fixture
def file(tmp_path):
    return run().save(tmp_path / "run.gtr")


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_equals_its_copy_from_a_file_of_steps(name, tmp_path):
    recording = RECORDINGS[name]()
    assert gt.load(recording.save(tmp_path / "run.gtr")) == recording


@pytest.mark.parametrize("chosen", [{}, {"last": 2, "steps": {0}}, {"values": "full"}])
@pytest.mark.parametrize("optimizer", [torch.optim.SGD, torch.optim.Adam])
def test_a_run_equals_its_copy(chosen, optimizer, tmp_path):
    recording = trained(optimizer=optimizer, **chosen)
    copy = gt.load(recording.save(tmp_path / "run.gtr"))
    assert copy == recording
    assert copy.audit() == recording.audit()


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16, torch.complex64])
def test_other_dtypes_and_numbers_that_are_none_survive(dtype, tmp_path):
    w = torch.tensor([0.0, 1.0, -0.0, float("nan"), float("inf")], dtype=dtype, requires_grad=True)
    with gt.record(params={"w": w}) as rec:
        (w * 2).abs().sum().backward()
    assert gt.load(rec.recording.save(tmp_path / "run.gtr")) == rec.recording


def test_a_step_is_a_recording_of_its_own(file):
    with gt.RecordingFile(file) as found:
        assert found.steps == tuple(range(STEPS + 1))
        assert len(found) == STEPS + 1
        assert found.is_complete
        for number in found.steps:
            step = found.step(number)
            mine = [event for event in run().events if event.step == number]
            assert [(event.kind, event.tensors, event.facts) for event in step.events] == [
                (event.kind, event.tensors, event.facts) for event in mine
            ]
            assert step.audit().ok
            assert play(step)["recording"]["length"] == len(mine)
            for event, same in zip(step.events, mine, strict=True):
                if event.op is not None:
                    assert step.ops[event.op].source == run().ops[same.op].source
        losses = [summary.loss for summary in found.summaries]
        assert losses[:STEPS] == sorted(losses[:STEPS], reverse=True)
        with pytest.raises(gt.TraceError, match="no such step in the file: 99"):
            found.step(99)


def test_a_step_is_read_without_the_others(file):
    content = bytearray(file.read_bytes())
    blocks, _ = scanned(file.open("rb"), None)
    at = [block for block in blocks if block.kind == STEP][1]
    content[at.at + 5] ^= 1
    found = gt.RecordingFile(bytes(content))
    assert found.step(0).events == gt.RecordingFile(file).step(0).events
    assert found.step(4).events == gt.RecordingFile(file).step(4).events
    for number in (1, 2):  # the next one has numbers in common with it
        with pytest.raises(FileError, match="differs from its checksum"):
            found.step(number)


def test_a_crash_loses_at_most_the_last_step(file):
    content, whole = file.read_bytes(), gt.RecordingFile(file)
    ends = [block.at + block.size for block in scanned(file.open("rb"), None)[0] if block.kind == STEP]
    for size in range(len(MARK), len(content), 97):
        found = gt.RecordingFile(content[:size])
        count = sum(end <= size for end in ends)
        assert found.steps == whole.steps[:count]
        assert found.is_complete == (size in ends or size == len(MARK)) or size < ends[0]
        if count:
            assert found.step(count - 1) == whole.step(count - 1)
    broken = bytearray(content)
    broken[-3] ^= 1  # the disk has the length of the last block, not its bytes
    assert gt.RecordingFile(bytes(broken)).steps == whole.steps[:-1]


def test_a_file_is_read_while_it_grows(tmp_path):
    parts = [gt.RecordingFile(run().save(tmp_path / "whole.gtr")).step(number) for number in range(3)]
    with RecordingWriter(tmp_path / "run.gtr") as file:
        for number, part in enumerate(parts):
            file.add(part, StepSummary(number, loss=1.0 / (1 + number)))
            file.leave(StepSummary(10 + number))
            found = gt.RecordingFile(tmp_path / "run.gtr")
            assert found.steps == tuple(range(number + 1))
            assert file.size == (tmp_path / "run.gtr").stat().st_size
    assert [summary.step for summary in found.summaries] == [0, 1, 2, 10, 11, 12]
    assert found.recording().events == join(parts).events
    assert found.recording().ops == join(parts).ops


def test_the_form_of_a_step_is_stored_once(tmp_path):
    torch.manual_seed(0)
    path = trained(8, LeNet(), (1, 1, 32, 32)).save(tmp_path / "run.gtr")
    blocks, _ = scanned(path.open("rb"), None)
    sizes = [block.size for block in blocks if block.kind == STEP]
    assert sum(block.kind == TEMPLATE for block in blocks) <= 3
    assert max(sizes[2:-1]) < 25_000


def test_what_is_no_such_file_is_told(tmp_path):
    with pytest.raises(FileError, match="not a file of recorded steps"):
        gt.RecordingFile(b"PK")
    with pytest.raises(FileError, match="cannot read the file"):
        gt.RecordingFile(tmp_path / "none.gtr")
    with pytest.raises(gt.TraceError, match="holds recorded steps: a graph"):
        gt.save(run().graphs[0], tmp_path / "graph.gtr")
    with pytest.raises(FileError, match="cannot write the file"):
        run().save(tmp_path / "none" / "run.gtr")


# ---- strangers' files ------------------------------------------------------------------------------


def test_how_much_is_made_of_a_file_is_bounded(file):
    content = file.read_bytes()
    step = len(gt.RecordingFile(content).step(0).events)
    with pytest.raises(FileError, match="more than 10,000 bytes"):
        loads_any(content, max_bytes=10_000)
    with pytest.raises(FileError, match="events, nodes and edges, at most 100"):
        loads_any(content, most=100)
    assert len(gt.RecordingFile(content, most=150).step(0).events) == step  # one step, where the whole is too long
    with pytest.raises(FileError, match="more than 3 blocks"):
        gt.RecordingFile(content, most=3)


def block(kind, head, body):
    return packed(kind, head.encode(), body)


def with_facts(text, facts, statistics=b"", content=b""):
    """A file of one step of this form."""
    told = facts.encode()
    body = struct.pack("<II", len(told), len(statistics)) + told + statistics + content
    head = '{"order":0,"form":0,"size":1,"summary":{"step":0}}'
    return MARK + block(TEMPLATE, "{}", text.encode()) + block(STEP, head, body)


EMPTY = '{"recording":{"events":[],"schema":1},"columns":{},"places":null,"forms":%s}'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (MARK + block(TEMPLATE, "{}", b"0" * (1 << 26)) + with_facts("0", "{}")[8:], "inflates too much|too large"),
        (with_facts(EMPTY % "{}", "{}" + " " * (1 << 25)), "inflates too much|too large"),
        (with_facts('{"a":' * 50 + "0" + "}" * 50, "{}"), "lists more than 40 deep"),
        (with_facts("[" + "[]," * 3000 + "0]", "{}"), "lists and objects"),
        (with_facts(EMPTY % "{}", '{"changes":{"at":[0],"to":[]}}'), "do not fit"),
        (with_facts(EMPTY % "{}", '{"changes":{"at":[99],"to":["1"]}}'), "do not fit"),
        (with_facts("\0", "{}"), "do not fit|no JSON"),
        (with_facts("7", "{}"), "do not fit"),
        (with_facts(EMPTY % "{}", '{"contents":{"kind":[1]}}'), "do not fit"),
        (with_facts(EMPTY % "{}", "{}", content=b"x"), "do not fit"),
        (MARK + block(STEP, '{"order":0,"form":0,"size":1,"summary":{"step":0}}', b""), "do not fit"),
        (MARK + block(SUMMARY, '{"step":"x"}', b""), "expected int"),
        (MARK + block(SUMMARY, "{", b""), "no JSON"),
    ],
)
def test_a_hostile_file_is_refused(content, said):
    with pytest.raises(FileError, match=said):
        loads_any(content, 16 << 20, 200)


def test_contents_that_are_made_of_others_are_bounded():
    """A megabyte and thousands of differences of it with itself would be gigabytes."""
    count, size = 4000, 1 << 18
    forms = f'{{"metas":[{{"shape":[{size}],"dtype":"float32","device":"cpu"}}]}}'
    zeros = ",".join(["0"] * (count + 1))
    rows = f'"kind":[1{",3" * count}],' + ",".join(
        f'"{name}":[{zeros}]' for name in ("meta", "sample", "known", "first", "second")
    )
    content = with_facts(EMPTY % forms, f'{{"contents":{{{rows}}}}}', content=bytes(4 * size))
    with pytest.raises(FileError, match=r"more than 16,777,216 bytes|lists and objects"):
        loads_any(content, 16 << 20, 50_000)


def test_what_stands_behind_the_last_block_is_no_step(file):
    content = file.read_bytes()
    assert gt.RecordingFile(content + b"\0" * 100).steps == gt.RecordingFile(content).steps
    assert not gt.RecordingFile(content + b"\0" * 100).is_complete
    assert zlib.crc32(b"") == 0  # a block of zeros has a right checksum: its kind is none


@cache
def content_of(name):
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        return (run() if name == "run" else RECORDINGS[name]()).save(f"{folder}/run.gtr").read_bytes()


def look_at(content):
    found = loads_any(content, 16 << 20, 10_000)
    found.audit()
    play(found)
    for number in gt.RecordingFile(content).steps:
        gt.RecordingFile(content, 16 << 20, 10_000).step(number)


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(["run", *sorted(RECORDINGS)]))
def test_a_file_with_other_values_is_refused_or_can_be_played(rng, name):
    try:
        content = changed_steps(rng, content_of(name))
        look_at(content)
    except gt.TraceError:
        return


def test_a_damaged_file_is_refused_or_sound():
    chance, refused = random.Random(0), 0
    for _ in range(300):
        try:
            look_at(garbled(chance, content_of("run")))
        except gt.TraceError:
            refused += 1
    assert refused > 100
