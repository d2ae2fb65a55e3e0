"""What a closed tab started ends; runs of many sessions take turns; the story of a link has a budget."""

import time

import pytest

from graphtrace import lab
from graphtrace.app.fair_queue import FairQueue
from graphtrace.app.lab import background_run, opening
from graphtrace.app.lab.background_run import BackgroundRun
from graphtrace.app.lab.opening import from_scene
from graphtrace.lab.records.actions import Iterate, Redesign
from graphtrace.lab.running.budget import Budget
from graphtrace.lab.showing.pulse import Pulse

XOR = lab.preset("xor").spec


def test_a_run_ends_when_its_tab_is_closed(monkeypatch):
    monkeypatch.setattr(background_run, "_LOOK", 0.0)
    machine = lab.Machine(XOR)
    machine.forward()
    run = BackgroundRun(machine, 10_000, None)
    while not run.done:
        time.sleep(0.001)
    monkeypatch.setattr(background_run, "is_open", lambda tab: False)
    assert run.wait(60)
    assert run.result_note() == ""
    assert machine.history[1].end_reason == "stopped"
    assert 0 < machine.history[1].action.n < 10_000


def test_training_ends_when_its_tab_is_closed(monkeypatch):
    monkeypatch.setattr(background_run, "_LOOK", 0.0)
    monkeypatch.setattr(background_run, "is_open", lambda tab: False)
    machine = lab.Machine(XOR)
    machine.forward()
    assert BackgroundRun(machine, 10_000, None, Pulse(machine, 100.0)).wait(60)
    assert machine.history[1].action.n == 1


def test_runs_wait_for_a_place_and_say_which(monkeypatch):
    queue = FairQueue(1)
    monkeypatch.setattr(background_run, "server_queue", lambda: queue)
    machines = [lab.Machine(XOR) for _ in range(2)]
    taken = background_run.Ticket(queue)
    assert taken.turn(bool)
    runs = [BackgroundRun(machine, 3, None) for machine in machines]
    while sorted(run.queued for run in runs) != [1, 2]:
        time.sleep(0.001)
    assert [run.done for run in runs] == [0, 0]
    runs[1].stop()
    assert runs[1].over
    assert machines[1].history == ()
    taken.leave()
    assert runs[0].wait(60)
    assert machines[0].history[0].action.n == 3


def test_the_story_of_a_link_has_a_budget(monkeypatch):
    monkeypatch.setattr(opening, "SECONDS", 0)
    session = from_scene(lab.Scene(XOR, (Iterate(5), Iterate(5)), 2))
    assert session.note == ("rebuilt in part: 0 of 2 actions in 0 s (ask for a shorter link, or open a file)")


def test_a_run_of_a_story_is_ended_inside():
    machine = lab.Machine(XOR)
    looks = iter([False, False, False, True, True])
    budget = Budget(60)
    budget.spent = lambda: next(looks)
    machine.replay((Iterate(100), Iterate(100)), budget)
    assert [entry.action.n for entry in machine.history] == [3]


def test_designs_of_a_link_count_as_work():
    scene = lab.Scene(XOR, (Redesign(XOR, False),) * 501)
    assert from_scene(scene).note.startswith("the link runs 10,020 iterations")


def test_whoever_left_ends_the_story(monkeypatch):
    class LeftError(BaseException):
        pass

    def leave():
        raise LeftError

    monkeypatch.setattr("graphtrace.lab.running.budget._LOOK", -1.0)
    with pytest.raises(LeftError):
        lab.Machine(XOR).replay((Iterate(10_000),), Budget(60, leave))
