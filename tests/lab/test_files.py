"""A lab as a file: it opens to the same state, and a damaged or hostile one is told in words."""

import json
import pickle
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtrace import lab
from graphtrace.errors import SpecError
from graphtrace.lab.records.actions import Backward, Edit, Forward, Iterate, Step, ZeroGrad
from graphtrace.lab.writing import files

XOR = lab.preset("xor").spec
SCENE = lab.Scene(XOR, (Forward(), Backward(), Step(), ZeroGrad(), Iterate(3)), 4, 7, (("language", "zh"),))
BUILDABLE = [preset.name for preset in lab.PRESETS if preset.buildable]


def trained(name: str, steps: int = 3) -> lab.Machine:
    machine = lab.Machine(lab.preset(name).spec)
    machine.iterate(steps)
    return machine


def test_a_scene_comes_back_from_its_file_as_it_was():
    assert files.loads(files.dumps(SCENE)) == (SCENE, None)
    device = replace(SCENE, spec=replace(XOR, device="cpu"))
    assert files.loads(files.dumps(device))[0] == device


@pytest.mark.parametrize("name", ["xor", "small_cnn", "weight_tying", "rnn", "mazur"])
def test_weights_come_back_bit_for_bit_and_the_net_goes_on_from_them(name):
    machine = trained(name)
    scene, weights = files.loads(files.dumps(lab.Scene(machine.spec), machine.weights()))
    other = lab.Machine(scene.spec)
    other.load(weights)
    state = machine.trainer.net.state_dict()
    assert all(torch.equal(one, state[key]) for key, one in other.trainer.net.state_dict().items())
    other.forward()
    machine.forward()
    assert other.losses[-1] == machine.losses[-1]
    other.undo()
    assert all(torch.equal(one, state[key]) for key, one in other.trainer.net.state_dict().items())


def test_weights_of_another_net_are_refused_and_change_nothing():
    machine = lab.Machine(XOR)
    before = machine.fingerprint()
    with pytest.raises(SpecError, match="the weights are not this net's: '0"):
        machine.load(trained("moons").weights())
    assert machine.fingerprint() == before
    machine.forward()
    with pytest.raises(SpecError, match="weights come before the first action: 1 were done"):
        machine.load(machine.weights())


def changed(**fields) -> bytes:
    data = json.loads(files.dumps(SCENE))
    data.update(fields)
    return json.dumps(data).encode()


TOO_MANY = [{"kind": "Again", "times": 20_001, "actions": [{"kind": "Forward"}]}]
WRONG = {
    "empty": b"",
    "no JSON": b"{",
    "a list": b"[1, 2]",
    "another format": changed(format="graph"),
    "a newer version": changed(version=3),
    "no scene": changed(scene=None),
    "a scene of nothing": changed(scene={"kind": "Machine"}),
    "an unknown layer": changed(scene={"kind": "Scene", "spec": {"kind": "Spec", "layers": [{"kind": "os.system"}]}}),
    "a key twice": b'{"format": "graphtrace-lab", "format": "graphtrace-lab"}',
    "not finite": b'{"format": NaN}',
    "deep": b"[" * 100_000,
    "a pickle": pickle.dumps({"format": "graphtrace-lab"}),
    "a header without end": (2**62).to_bytes(8, "little") + b"{}",
    "another safetensors file": b"\x02\x00\x00\x00\x00\x00\x00\x00{}",
    "too large": b'{"format": "' + b"x" * (5 << 20) + b'"}',
    "too many actions": changed(
        scene={"kind": "Scene", "actions": [{"kind": "Again", "times": 20_001, "actions": [{"kind": "Forward"}]}]}
    ),
}


LISTS = b'{"format": "graphtrace-lab", "x": [%s[]]}' % (b"[]," * 1_000_000)


@pytest.mark.parametrize("content", [LISTS, len(LISTS).to_bytes(8, "little") + LISTS], ids=["json", "safetensors"])
def test_a_file_of_millions_of_values_is_refused_before_it_is_read(content, monkeypatch):
    monkeypatch.setattr(json, "loads", lambda *args, **options: pytest.fail("it was read"))
    with pytest.raises(SpecError, match=r"holds too much: [\d,]+ values \(at most 250,000\)"):
        files.loads(content)


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_lab_is_told_in_words(name):
    with pytest.raises(SpecError, match=r"\(.+\)$"):
        files.loads(WRONG[name])


def test_a_scene_that_no_file_can_hold_is_not_written():
    odd = tuple(Edit("x", (0, 0), float(i)) for i in range(1_001))
    for write in (files.dumps, lab.encode):
        with pytest.raises(SpecError, match="no scene to write: actions has 1001 items"):
            write(lab.Scene(XOR, odd, 3))


def test_a_file_of_version_1_opens():
    data = json.loads(files.dumps(SCENE))
    data |= {"version": 1, "scene": {**data["scene"], "actions": [{"kind": "Forward"}, {"kind": "Backward"}] * 3}}
    assert files.loads(json.dumps(data).encode())[0].actions == (Forward(), Backward()) * 3


@settings(max_examples=150, deadline=None)
@given(cut=st.integers(0, 900), flip=st.integers(0, 900), byte=st.integers(0, 255), weights=st.booleans())
def test_a_damaged_file_opens_or_is_told_and_never_raises_anything_else(cut, flip, byte, weights):
    whole = files.dumps(SCENE, trained("xor", 1).weights() if weights else None)
    broken = bytearray(whole)
    broken[flip % len(whole)] = byte
    for content in (whole[:cut], bytes(broken)):
        try:
            scene, _ = files.loads(content)
        except SpecError:
            continue
        assert lab.validate(scene.spec) == ()
