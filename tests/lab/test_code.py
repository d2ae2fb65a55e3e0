"""The exported program runs without this package and gives the machine's numbers bit for bit."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from graphtrace import lab
from graphtrace.lab import datasets, edits
from graphtrace.lab.records.actions import (
    Backward,
    Edit,
    Forward,
    Freeze,
    Hook,
    Iterate,
    Redesign,
    Step,
    Swap,
    Train,
    ZeroGrad,
)
from graphtrace.lab.records.layers import (
    RNN,
    Attention,
    BatchNorm1d,
    Clamp,
    Conv2d,
    Dropout,
    Flatten,
    LeakyReLU,
    Linear,
    LogSoftmax,
    MaxPool2d,
    Parallel,
    PReLU,
    ReLU,
    Repeat,
    Residual,
    RetainGrad,
    Tanh,
)
from graphtrace.lab.records.spec import SGD, Adam, AdamW, ByHand, ExponentialLR, Loss, Spec, StepLR

BIG = Spec(
    (
        Linear(2, 8, name="in"),
        Residual((Linear(8, 8), Tanh(), Dropout(0.2)), name="res"),
        Parallel(((Linear(8, 4),), (Linear(8, 4, bias=False), PReLU(4)), ()), join="cat", frozen="weight"),
        Repeat((Linear(16, 16), BatchNorm1d(16), LeakyReLU(0.2)), 2),
        Clamp(-1.0),
        RetainGrad(),
        Linear(16, 3, frozen="bias"),
        LogSoftmax(),
    ),
    Loss("KLDivLoss", "batchmean"),
    AdamW(0.01, beta1=0.8),
    ExponentialLR(0.9),
    datasets.Spirals(30, arms=3, seed=5),
    dtype="float64",
    seed=9,
)
SEQUENCE = Spec((Attention(3), RNN(3, 4), Linear(4, 2)), Loss("NLLLoss"), data=datasets.Random(3, (5, 3), classes=2))
IMAGES = Spec(
    (Conv2d(1, 2, 3, 2, 1), MaxPool2d(2, 1), ReLU(), Flatten(), Linear(18, 10)),
    Loss("CrossEntropyLoss", "sum"),
    SGD(0.01, 0.9, True, 0.001),
    StepLR(2, 0.5),
    datasets.Digits(12, seed=3),
)
RINGS = Spec((Linear(2, 1),), data=datasets.Circles(9))
OTHERS = {"big": BIG, "sequence": SEQUENCE, "images": IMAGES, "rings": RINGS}
ALL = {preset.name: preset.spec for preset in lab.PRESETS if preset.buildable} | OTHERS

RUN = """
import contextlib, io, json, sys
def bits(tensor):
    return [float(number).hex() for number in tensor.detach().double().flatten()]
found = {}
for name, text in json.load(sys.stdin).items():
    scope = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(text, name, "exec"), scope)
    found[name] = [bits(scope["loss"]), {key: bits(one) for key, one in scope["net"].state_dict().items()}]
assert not any("graphtrace" in name for name in sys.modules), "the programs need this package"
json.dump(found, sys.stdout)
"""


def bits(tensor):
    return [float(number).hex() for number in tensor.detach().double().flatten()]


ACTIONS = (
    *(Forward(), Backward(retain_graph=True), Backward(), Step(), ZeroGrad(set_to_none=False), Step()),
    *(Edit("0.weight", (1, 0), 0.25), Edit("x", (0, 1), -1.5), Freeze("2.bias"), Forward(), Backward()),
    *(Edit("0.bias.grad", (2,), 3.0), Step(), Swap(Adam(0.3), StepLR(2, 0.1)), Iterate(4, "never"), Train(False)),
    *(ZeroGrad(), Freeze("2.bias", False), Iterate(2, "zeros"), Swap(ByHand(0.5)), Iterate(2), Forward()),
)

ROWS = ((0.1 + 0.2, 1 / 3, 1e-17), (-0.0, 2**0.5, 123456789.123))
PRECISE = Spec(
    (Linear(2, 1),),
    data=datasets.Table(ROWS),
    dtype="float64",
    initial=(("0.weight", (0.1, 1 / 7)), ("0.bias", (1e-300,))),
)
RENAMED = edits.rename(lab.preset("xor").spec, 0, "层")
LOOPS = {name: spec for name, spec in ALL.items() if name != "freeze_all"} | {"precise": PRECISE, "renamed": RENAMED}
WRONG = (Step(), Backward(), Forward(), Backward(), Backward(), Step(), Iterate(2))
HOOKED = (
    *(Hook("0", "retain_grad"), Forward(), Backward(), Hook("1", "detach"), ZeroGrad(), Forward(), Backward(), Step()),
    *(Hook("1", "retain_grad"), Forward(), Backward(), Hook("1", "nothing"), Hook("2", "nothing"), Iterate(2)),
    *(Hook("2", "detach"), Forward(), Backward(), Hook("2", "retain_grad"), Forward()),
)
XOR = lab.preset("xor").spec
ROUND = (ZeroGrad(), Forward(), Backward(), Step())
REDESIGNED = (
    *(*ROUND, Redesign(replace(XOR, optimizer=Adam(0.02)), True), *ROUND, *ROUND),
    *(Redesign(replace(XOR, optimizer=Adam(0.02), loss=Loss("L1Loss")), True), *ROUND),
    *(Redesign(replace(XOR, optimizer=Adam(0.02), layers=(XOR.layers[0], Tanh(), XOR.layers[2])), True), *ROUND),
    *(Redesign(replace(XOR, optimizer=Adam(0.02), data=datasets.Moons(8)), True), Hook("0", "retain_grad"), *ROUND),
    *(Redesign(replace(XOR, seed=5, layers=(Linear(2, 4), Tanh(), Linear(4, 1)))), Hook("0", "retain_grad"), *ROUND),
    *(Redesign(replace(XOR, seed=5, dtype="float64", layers=(Linear(2, 4), Tanh(), Linear(4, 1))), True), *ROUND),
)
REDESIGNED_BIG = (
    *ROUND,
    *(Redesign(replace(BIG, layers=(replace(BIG.layers[0], frozen="bias"), *BIG.layers[1:])), True), *ROUND, *ROUND),
    *(Redesign(replace(BIG, data=datasets.Spirals(30, arms=3, seed=6)), True), *ROUND),
    *(Redesign(BIG), *ROUND),
)
DONE = {
    "hooks": (lab.preset("xor").spec, HOOKED),
    "actions": (lab.preset("xor").spec, ACTIONS),
    "wrong orders": (lab.preset("xor").spec, WRONG),
    "wrong orders by hand": (lab.preset("blackboard").spec, WRONG),
    "other designs": (lab.preset("xor").spec, REDESIGNED),
    "other designs of a large net": (BIG, REDESIGNED_BIG),
    "dropout": (BIG, (Forward(), Train(False), Forward(), Train(), Forward(), Backward(), Step(), Forward())),
}


@pytest.fixture(scope="module")
def machines():
    """Each machine that the programs below repeat."""
    found = {name: lab.Machine(spec) for name, spec in LOOPS.items()}
    for machine in found.values():
        assert machine.iterate(4).error is None
    for name, (spec, actions) in DONE.items():
        found[name] = lab.Machine(spec)
        found[name].replay(actions)
    return found


@pytest.fixture(scope="module")
def results(machines):
    """What the programs gave, all run in one fresh interpreter that cannot see this package."""
    programs = {name: lab.program(spec, iterations=4).text for name, spec in LOOPS.items()}
    for name in DONE:
        errors = [turn.error for turn in machines[name].history]
        programs[name] = lab.program(machines[name].start_spec, machines[name].actions, errors=errors).text
    done = subprocess.run(
        [sys.executable, "-c", RUN], input=json.dumps(programs), capture_output=True, text=True, cwd="/", check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", [*LOOPS, *DONE])
def test_the_program_gives_the_loss_and_parameters_of_the_machine_bit_for_bit(name, machines, results):
    machine = machines[name]
    parameters = {key: bits(one) for key, one in machine.trainer.net.state_dict().items()}
    assert results[name] == [bits(machine.loss), parameters]


def test_the_lines_of_each_action_are_known():
    program = lab.program(lab.preset("xor").spec, ACTIONS)
    lines = program.text.splitlines()
    said = ["\n".join(lines[first - 1 : last]) for first, last in program.action_lines]
    assert said[:2] == ["loss = criterion(net(x), y)", "loss.backward(retain_graph=True)"]
    assert said[2:4] == ["loss.backward()", "optimizer.step()"]
    assert said[7] == "with torch.no_grad():\n    x[0, 1] = -1.5"
    assert said[14].startswith("for iteration in range(4):\n    loss = ")


def test_the_lines_of_the_loop_are_known():
    for name, spec in ALL.items():
        program = lab.program(spec)
        lines = program.text.splitlines()
        said = {key: "\n".join(lines[first - 1 : last]) for key, (first, last) in program.lines.items()}
        assert said["forward"].strip() == "loss = criterion(net(x), y)", name
        assert said["backward"].strip() == "loss.backward()"
        assert "step()" in said["step"] or "w -= " in said["step"]
        assert "zero_grad(" in said["zero"]
        assert said["net"].startswith("net = nn.Sequential(")
        assert said["data"]


def test_an_action_that_raised_is_written_inside_a_try(machines):
    machine = machines["wrong orders"]
    program = lab.program(machine.spec, machine.actions, errors=[turn.error for turn in machine.history])
    first, last = program.action_lines[1]
    assert (first, last) == (last, first)
    lines = program.text.splitlines()
    assert lines[first - 2 : last + 1] == ["try:", "    loss.backward()", "except Exception as error:"]
    assert "# NameError: name 'loss' is not defined" in lines[last + 1]


@pytest.mark.parametrize("name", ["big", "sequence", "images"])
def test_a_program_is_short_enough_to_read(name):
    assert all(len(line) <= 140 for line in lab.program(OTHERS[name]).text.splitlines())
