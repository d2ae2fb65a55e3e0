"""What a scene is: frozen records, as its file says them. What torch says is in none of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from graphtrace.diagnosis import Mistake
from graphtrace.lessons import Words

Group = Literal["backward", "graph", "in_place", "optimizer", "shapes", "numbers"]
GROUPS: tuple[Group, ...] = get_args(Group)
Needs = Literal["", "cuda"]
NEEDS: tuple[Needs, ...] = get_args(Needs)


@dataclass(frozen=True, slots=True)
class SceneProgram:
    """One program that makes the mistake.

    Attributes:
        name: What tells it from the others of its scene.
        code: The program, shown as it runs.
        repaired: The same, repaired; empty where the diagnosis has the line that repairs it.
        needs: A kind of device that it cannot run without.
        seen: As the scene's, where this program has another picture.
        moral: As the scene's, likewise.
    """

    name: Words
    code: str
    repaired: str = ""
    needs: Needs = ""
    seen: Words | None = None
    moral: Words | None = None


@dataclass(frozen=True, slots=True)
class ErrorScene:
    """A mistake to look at.

    Attributes:
        mistake: Its slug, which names its address.
        group: Of its cause, for the gallery.
        lesson: Id of the lesson that explains it.
        step: The lesson's step, from 1.
        expect: What people think; said before the program runs.
        seen: What to look at in the picture of the program as it was. References to its recording stand in braces.
        moral: What to remember; said beside the repaired program, with references to that recording.
        words: More words that people search for, in any language.
        programs: The mistake in its wordings, the usual one first.
    """

    mistake: Mistake
    group: Group
    lesson: str
    step: int
    expect: Words
    seen: Words
    moral: Words
    words: str
    programs: tuple[SceneProgram, ...]
