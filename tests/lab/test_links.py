"""Links: they open to the same scene, and whatever else is in one is a SpecError."""

import base64
import json
import random
import resource
import string
import zlib
from dataclasses import MISSING, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtrace import lab
from graphtrace.errors import SpecError
from graphtrace.lab import datasets, layers, spec
from graphtrace.lab.records import rules
from graphtrace.lab.records.actions import Backward, Edit, Forward, Iterate, Redesign, Step, Swap, ZeroGrad
from graphtrace.lab.records.rules import to_plain
from graphtrace.lab.writing.folding import LONGEST, Again, folded, unfolded
from graphtrace.lab.writing.links import Scene

pytestmark = pytest.mark.filterwarnings("ignore:Using a target size", "ignore:reduction")  # torch says so, rightly

NETS = [preset for preset in lab.PRESETS if preset.buildable]
ACTIONS = (
    Forward(),
    Backward(True),
    Edit("x", (0, 1), -0.5),
    Swap(spec.Adam(0.2), spec.StepLR(3)),
    Iterate(40),
    Step(),
)
SCENE = Scene(lab.preset("xor").spec, ACTIONS, 3, 12, (("lang", "zh"), ("dark", True), ("step", 4)))


def packed(data):
    """A link around any JSON-ready thing or bytes."""
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return "1" + base64.urlsafe_b64encode(zlib.compress(raw)).decode().rstrip("=")


def test_a_scene_opens_as_it_was():
    assert lab.decode(lab.encode(SCENE)) == SCENE
    assert SCENE.iterations == 40


def test_a_link_of_version_1_opens_as_it_did():
    """As version 0.1 wrote it: every action by itself."""
    actions = [{"kind": "Forward"}, {"kind": "Backward", "retain_graph": True}, {"kind": "Step"}] * 5
    scene = lab.decode(packed({"kind": "Scene", "actions": actions, "position": 3, "spec": to_plain(SCENE.spec)}))
    assert scene == Scene(SCENE.spec, (Forward(), Backward(True), Step()) * 5, 3)


ROUND = (ZeroGrad(), Forward(), Backward(), Step())


def test_two_thousand_iterations_by_hand_fit_in_a_link():
    actions = (Forward(), Backward(), Step(), *(ROUND * 2_000), Edit("x", (0, 0), 1.0), *(ROUND * 7))
    link = lab.encode(Scene(SCENE.spec, actions, 8_005))
    assert len(link) < 500
    assert lab.decode(link) == Scene(SCENE.spec, actions, 8_005)


ANY = st.sampled_from([*ROUND, Forward(), Edit("x", (0, 0), 1.0), Redesign(SCENE.spec, True)])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.lists(ANY, max_size=30), st.integers(1, 9)), max_size=6))
def test_folding_loses_nothing_and_saves_what_comes_again(parts):
    actions = tuple(action for part, times in parts for action in part * times)
    entries = folded(actions)
    assert unfolded(entries) == actions
    assert len(entries) <= len(actions)
    written = sum(len(one.actions) if isinstance(one, Again) else 1 for one in entries)
    assert all(one.times > 1 for one in entries if isinstance(one, Again))
    assert written <= sum(len(part) + len(part) * (times - 1) * (len(part) > LONGEST) for part, times in parts) * 3


def test_what_is_folded_too_often_is_refused():
    again = {"kind": "Again", "times": 900_000, "actions": [{"kind": "Forward"}]}
    with pytest.raises(SpecError, match="it does 900,000 things: the limit is 20,000"):
        lab.decode(packed({"kind": "Scene", "actions": [again]}))
    nested = {"kind": "Again", "times": 2, "actions": [again]}
    with pytest.raises(SpecError, match="unknown kind"):
        lab.decode(packed({"kind": "Scene", "actions": [nested]}))


@pytest.mark.parametrize("preset", NETS, ids=lambda preset: preset.name)
def test_every_preset_fits_in_a_link(preset):
    link = lab.encode(Scene(preset.spec))
    assert lab.decode(link).spec == preset.spec
    assert len(link) < 400
    assert set(link) <= set(string.ascii_letters + string.digits + "-_")


def test_the_same_scene_has_the_same_link_and_the_device_stays_behind():
    assert lab.encode(SCENE) == lab.encode(replace(SCENE, spec=replace(SCENE.spec, device="cpu")))
    assert lab.decode(lab.encode(replace(SCENE, spec=replace(SCENE.spec, device="cpu")))).spec.device == "auto"


def test_a_machine_made_from_a_link_is_the_one_that_was_shared():
    machine = lab.Machine(SCENE.spec)
    machine.replay(ACTIONS)
    opened = lab.decode(lab.encode(Scene(machine.spec, machine.actions)))
    other = lab.Machine(opened.spec)
    other.replay(opened.actions)
    assert other.fingerprint() == machine.fingerprint()


def test_what_does_not_fit_in_a_link_is_said():
    rng = random.Random(0)
    table = datasets.Table(tuple((rng.random(), rng.random()) for _ in range(200)))
    with pytest.raises(SpecError, match="too much for a link"):
        lab.encode(Scene(replace(SCENE.spec, data=table)))


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("", "no link of the Lab"),
        (None, "no link of the Lab"),
        ("1" * 5000, "no link of the Lab"),
        ("1é", "no link of the Lab"),
        ("3abc", "of version '3'"),
        ("1!!!!", "damaged"),
        (lab.encode(SCENE)[:-9], "damaged|cut off"),
        (packed(b"0" * 200_000), "too large"),
        (packed(b"\xff"), "holds no JSON"),
        (packed(b"[" * 10_000), "holds no JSON"),
        (packed(b"9" * 10_000), "holds no JSON"),
        (packed([]), "describes nothing"),
        (packed({}), "unknown kind: None"),
        (packed({"kind": ["Scene"]}), "unknown kind"),
        (packed({"kind": "Spec"}), "unknown kind: 'Spec'"),
        (packed({"kind": "Scene", "exec": 1}), "Scene has no such field: 'exec'"),
        (packed(b'{"kind":"Scene","cursor":1,"cursor":2}'), "says a thing twice"),
        (packed(b'{"kind":"Scene","cursor":NaN}'), "holds no number: 'NaN'"),
        (packed({"kind": "Scene", "cursor": -1}), "cursor is not a whole number"),
        (packed({"kind": "Scene", "position": 4}), "position 4 of 0"),
        (packed({"kind": "Scene", "branch": "B", "fork": 1}), "fork 1 of 0"),
        (packed({"kind": "Scene", "branch": "C"}), "branch is not one of"),
        (packed({"kind": "Scene", "apart": "branch_about"}), "apart is not one of"),
        (packed({"kind": "Scene", "other": [{"kind": "Spec"}]}), "unknown kind: .Spec"),
        (packed({"kind": "Scene", "view": [["a" * 99, 1]]}), "view"),
        (packed({"kind": "Scene", "view": {"a": 1}}), "view is not a tuple"),
        (packed({"kind": "Scene", "spec": {"kind": "Spec", "layers": [{"kind": "Linear"}]}}), "Linear lacks a field"),
        (packed({"kind": "Scene", "spec": {"kind": "Spec", "layers": [{"kind": "os"}]}}), "unknown kind: 'os'"),
        (packed({"kind": "Scene", "spec": {"kind": "Spec", "layers": ["Linear"]}}), "of an unknown kind"),
        (packed({"kind": "Scene", "spec": {"kind": "Spec", "seed": 10**400}}), "seed is not a whole number"),
    ],
)
def test_a_link_that_is_none_is_an_error_in_words(link, said):
    with pytest.raises(SpecError, match=said) as caught:
        lab.decode(link)
    assert len(str(caught.value)) < 600


def test_layers_too_deep_inside_each_other_are_refused():
    layer = {"kind": "ReLU"}
    for _ in range(100):
        layer = {"kind": "Residual", "block": [layer]}
    with pytest.raises(SpecError, match="lies too deep"):
        lab.decode(packed({"kind": "Scene", "spec": {"kind": "Spec", "layers": [layer]}}))


# Fuzz. Values are drawn around each field's rule: most fit, some do not.

ODD = [None, -1, 0, 2**70, 1e308, float("nan"), "", "x" * 300, "\ud800", [], {}, True, 0.5, "__class__", (1,), b"x"]


def drawn(rng, rule, wild, depth=0):
    """A value for a rule; with probability `wild` any value at all."""
    if rng.random() < wild:
        return rng.choice(ODD)
    match rule:
        case rules.Scalar(choices=choices) if choices:
            return rng.choice(choices)
        case rules.Scalar(low=low, high=high) if low is not None:
            small = rng.choice([1, 2, 3, 4, 5, 8, low, high]) if rng.random() < 0.3 else rng.choice([1, 2, 3, 4])
            value = min(max(small, low), high)
            return int(value) if "whole" in rule.description else float(value)
        case rules.Scalar(description=description):
            return rng.random() < 0.5 if "True" in description else rng.choice(["", "", "", "a", "b", "forward"])
        case rules.ListOf(item=item, most=most, least=least):
            return tuple(drawn(rng, item, wild, depth) for _ in range(rng.randint(least, min(most, max(least, 3)))))
        case rules.PairOf(first=first, second=second):
            return (drawn(rng, first, wild, depth), drawn(rng, second, wild, depth))
        case rules.RecordOf(kinds=kinds, nests=nests):
            known = [kind for kind in kinds().values() if depth < 2 or "block" not in kind.__dataclass_fields__]
            return record(rng, rng.choice(known), wild, depth + nests)


def record(rng, kind, wild, depth=0):
    given = {}
    for name, one in kind.__dataclass_fields__.items():
        if one.default is MISSING or rng.random() < 0.4:
            given[name] = drawn(rng, one.metadata["rule"], wild, depth)
    return kind(**given)


def fitting(rng):
    """A chain of layers that fits: random kinds on rows of numbers."""
    width, chain = 2, []
    for _ in range(rng.randint(0, 6)):
        to = rng.randint(1, 6)
        kind = rng.choice(
            ["Linear", "Linear", "Tanh", "ReLU", "BatchNorm1d", "LayerNorm", "Dropout", "Residual", "PReLU"]
        )
        if kind == "Linear":
            chain.append(layers.Linear(width, to, bias=rng.random() < 0.5))
            width = to
        elif kind in ("BatchNorm1d", "LayerNorm"):
            chain.append(layers.KINDS[kind](width))
        elif kind == "Residual":
            chain.append(layers.Residual((layers.Linear(width, width), layers.Sigmoid())))
        else:
            chain.append(layers.KINDS[kind]())
    return (*chain, layers.Linear(width, 1))


def random_spec(rng):
    if rng.random() < 0.3:
        base = record(rng, spec.Spec, 0.0)
        return replace(base, layers=fitting(rng), data=datasets.Xor(), loss=spec.Loss("MSELoss"), initial=())
    return record(rng, spec.Spec, rng.choice([0.0, 0.02, 0.2]))


@pytest.mark.slow
def test_5000_random_specs_run_or_say_why_not():
    rng = random.Random(1)
    lab.validate(lab.preset("xor").spec)
    ran = refused = 0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for i in range(5000):
        one = random_spec(rng)
        problems = lab.validate(one)
        assert all(isinstance(problem, str) and "(" in problem for problem in problems)
        if problems:
            refused += 1
            if i % 20 == 0:
                with pytest.raises(SpecError):
                    lab.Machine(one)
            continue
        ran += 1
        if ran % 20 == 0:
            machine = lab.Machine(one)
            for call in (machine.forward, machine.backward, machine.step, machine.zero_grad, machine.undo):
                call()
            assert all(turn.recording.audit().ok for turn in machine.history)
    assert ran > 1000
    assert refused > 1000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes


def mutated(rng, link):
    """Damage a link, or what is inside it."""
    kind = rng.randrange(5)
    if kind == 0:
        letters = list(link)
        for _ in range(rng.randint(1, 4)):
            letters[rng.randrange(len(letters))] = rng.choice(string.printable)
        return "".join(letters)
    if kind == 1:
        return link[: rng.randrange(len(link))] + link[rng.randrange(len(link)) :]
    raw = bytearray(zlib.decompress(base64.urlsafe_b64decode(link[1:] + "=" * (-len(link[1:]) % 4))))
    if kind == 2:  # another number, most of which is a link again
        digits = [i for i, byte in enumerate(raw) if byte in b"123456789"]
        raw[rng.choice(digits)] = rng.choice(b"123456789")
        return packed(bytes(raw))
    for _ in range(rng.randint(1, 3)):
        raw[rng.randrange(len(raw))] = rng.choice(b'0123456789{}[],:"aeE.-tfn\\')
    return packed(bytes(raw))


def test_5000_random_and_damaged_links_open_or_say_why_not():
    rng = random.Random(2)
    links = [lab.encode(Scene(preset.spec, ACTIONS)) for preset in NETS]
    opened = refused = 0
    for i in range(5000):
        if i % 10 == 0:
            link = "".join(rng.choices(string.printable, k=rng.randrange(200)))
        elif i % 10 == 1:
            link = packed(
                {**to_plain(SCENE), rng.choice(["spec", "actions", "view", "kind", "x"]): rng.choice([*ODD[:9], 3])}
            )
        else:
            link = mutated(rng, rng.choice(links))
        try:
            scene = lab.decode(link)
        except SpecError:
            refused += 1
            continue
        opened += 1
        assert isinstance(scene, Scene)
        assert lab.validate(scene.spec) == ()
        if opened % 20 == 0:
            lab.Machine(scene.spec).forward()
    assert opened > 300
    assert refused > 1000


def test_a_number_too_large_for_a_float_is_out_of_range_not_a_crash():
    plain = {"kind": "Scene", "spec": {"kind": "Spec", "optimizer": {"kind": "SGD", "lr": 10**400}}}
    with pytest.raises(SpecError, match=r"optimizer\.lr is not a number from 0 to 1e\+06"):
        lab.decode(packed(plain))
