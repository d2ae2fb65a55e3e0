"""Random builder specs: what is valid runs, all else is told in words, and nothing else is raised."""

import random

import pytest

from graphtrace import lab
from graphtrace.errors import SpecError
from tests.support.lab_scenes import random_link, random_spec


def run(machine: lab.Machine) -> None:
    machine.forward()
    machine.backward()
    machine.step()
    machine.zero_grad()
    machine.iterate(2)
    machine.undo()


def tried(rng: random.Random) -> str:
    """Try one random spec and one random link; return what became of the spec."""
    try:
        scene = lab.decode(random_link(rng))
        machine = lab.Machine(scene.spec)
        machine.replay(scene.actions)
        machine.go(scene.position)
    except SpecError:
        pass  # what is told is the page's test below
    found = random_spec(rng)
    problems = lab.validate(found)
    if problems:
        with pytest.raises(SpecError):
            lab.Machine(found)
        return "told"
    run(lab.Machine(found))
    return "ran"


@pytest.mark.slow
def test_random_specs_run_or_are_told():
    rng = random.Random(5)
    became = [tried(rng) for _ in range(400)]
    assert became.count("ran") > 15
    assert became.count("told") > 15
