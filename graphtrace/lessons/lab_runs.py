"""What a lesson runs in the Lab: a preset's machine after the actions that the lesson's file names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from graphtrace import lab
from graphtrace.errors import shown
from graphtrace.lab.records.actions import Action, Backward, Forward, Freeze, Hook, Step, ZeroGrad
from graphtrace.lab.showing.playback import Playback, playback
from graphtrace.lessons.loading import LessonError
from graphtrace.lessons.records import LessonProgram

_ACTIONS: Mapping[str, Callable[[str], Action]] = {  # by its word; takes what stands behind the word
    "forward": lambda _: Forward(),
    "backward": lambda _: Backward(),
    "retain": lambda _: Backward(retain_graph=True),
    "step": lambda _: Step(),
    "zero": lambda _: ZeroGrad(),
    "freeze": Freeze,
    "detach": lambda module: Hook(module, "detach"),
}


def machine_after(program: LessonProgram, then: bool) -> lab.Machine:
    """Return a machine that has done a program's actions.

    Args:
        program: One with a preset.
        then: Whether it has also done what the question is about.

    Raises:
        LessonError: An action is unknown.
    """
    machine = lab.Machine(lab.preset(program.preset).spec or lab.Spec())
    for action in actions_of((*program.actions, *(program.then if then else ()))):
        machine.do(action)
    return machine


def actions_of(words: Iterable[str]) -> tuple[Action, ...]:
    """Return actions from words as ``backward`` or ``freeze 0.weight``.

    Raises:
        LessonError: One is unknown.
    """
    return tuple(map(_action, words))


def _action(text: str) -> Action:
    word, _, of = text.partition(" ")
    if word not in _ACTIONS:
        raise LessonError(f"unknown action: {shown(text)} (use one of {', '.join(_ACTIONS)})")
    return _ACTIONS[word](of)


def played(program: LessonProgram) -> Playback:
    """Return what the player plays of a program with a preset, to its very end."""
    machine = machine_after(program, then=True)
    return playback(machine, len(machine.done))
