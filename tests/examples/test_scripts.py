"""What a small program shows is what runs, and gives the numbers of the program that the tests know."""

import pytest
import torch

import graphtrace as gt
from graphtrace import examples
from graphtrace.app.recordings import recorded_example
from graphtrace.examples.scripts import SCRIPTS
from graphtrace.viewer.listing import places

TRAINED = [name for name, script in SCRIPTS.items() if script.loop]


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_a_tutorials_program(name):
    text = SCRIPTS[name].text(2)
    assert "Built" not in text
    assert "return" not in text
    assert text.startswith("import torch\n")
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


@pytest.mark.parametrize("name", [name for name in SCRIPTS if name not in TRAINED])
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
