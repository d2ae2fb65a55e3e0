"""What a small program shows is what runs, and gives the numbers of the program that the tests know."""

import pytest
import torch

import graphtrace as gt
from graphtrace import examples
from graphtrace.app.recordings import recorded_example
from graphtrace.examples.scripts import SCRIPTS
from graphtrace.viewer.listing import places

TRAINED = [name for name, script in SCRIPTS.items() if script.loop and script.root == "loss"]
REPEATED = [name for name, script in SCRIPTS.items() if not script.loop]


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_a_tutorials_program(name):
    text = SCRIPTS[name].text(2)
    assert "Built" not in text
    assert "graphtrace" not in text
    assert "return" not in text or "def forward(" in text
    assert "import torch\n" in text
    assert "backward(" in text
    assert text.endswith("\n")


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_line_that_is_recorded_is_a_line_of_the_script(name):
    recording = recorded_example.__wrapped__(name, 2)
    script = SCRIPTS[name]
    lines = script.text(2).splitlines()
    sources = [op.source for op in recording.ops]
    assert recording.audit().ok
    assert {source.file for source in sources} == {f"{name}.py"}
    assert all(lines[source.line - 1] == source.text for source in sources)
    shown = places(recording, f"{name}.py", script.text(2))
    backward = {lines[shown[i][1] - 1] for i, e in enumerate(recording.events) if e.kind == "backward_begin"}
    assert all(".backward(" in line for line in backward)


@pytest.mark.parametrize("name", REPEATED)
@pytest.mark.parametrize("passes", [1, 3])
def test_its_gradients_are_those_of_the_program(name, passes):
    script, built = SCRIPTS[name], examples.build(name)
    with gt.record() as rec:
        known = script.run(script.text(passes).replace(script.after, "") if script.after else script.text(passes))
    for i in range(passes):
        built.root.backward(built.grad_output, retain_graph=i < passes - 1)
    assert all(torch.equal(known[leaf].grad, tensor.grad) for leaf, tensor in built.params.items())
    assert set(gt.Player(rec.recording).seek(-1).grads) == set(built.params)


@pytest.mark.parametrize("name", TRAINED)
def test_its_training_is_that_of_the_program(name):
    built, known = examples.build(name), SCRIPTS[name].run(SCRIPTS[name].text(5))
    assert [*built.train(5)][-1] == known["loss"].item()
    assert all(torch.equal(known[name], leaf) for name, leaf in built.params.items())
    if built.model is not None:
        ours, theirs = built.model.state_dict(), known["net"].state_dict()
        assert list(ours) == list(theirs)
        assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_lenets_output_gives_the_gradients_of_the_program():
    built, script = examples.build("lenet_output"), SCRIPTS["lenet_output"]
    before = torch.get_rng_state()
    known = script.run(script.text(2))
    built.root.backward(built.grad_output)
    ours = {name: tensor.grad for name, tensor in built.model.named_parameters()}
    assert all(torch.equal(ours[name], tensor.grad) for name, tensor in known["net"].named_parameters())
    assert torch.equal(torch.get_rng_state(), before), "the process's random numbers stay as they were"


@pytest.mark.parametrize("name", ["lenet", "clamp_module", "freeze_first"])
def test_the_parameters_of_a_net_have_the_names_that_the_net_gives_them(name):
    recording, built = recorded_example.__wrapped__(name, 2), examples.build(name)
    learned = {name for name, tensor in built.model.named_parameters() if tensor.requires_grad}
    assert set(gt.Player(recording).seek(-1).grads) >= learned
    assert {node.param for node in recording.graphs[-1].nodes if node.param} == learned
