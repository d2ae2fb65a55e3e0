"""Scenes: every mistake of `graphtrace.diagnosis.MISTAKES` as a small program that runs, fails, and is repaired.

Files, from bottom to top; each imports from those above its line only:
    records    what a scene is
    loading    read a scene's file
    running    run a program for real and keep what it printed, warned and raised
    told       a program with its repair, both run, and what there is to say of them
    searching  find scenes by words, or by what torch said

Each scene is one file of ``content``, named after its mistake, in English and 简体中文.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from graphtrace.diagnosis import MISTAKES
from graphtrace.errors import shown
from graphtrace.lessons import LessonError
from graphtrace.scenes.loading import read_scene
from graphtrace.scenes.records import GROUPS, ErrorScene, Group, SceneProgram
from graphtrace.scenes.running import Ran, is_here, run_program
from graphtrace.scenes.searching import Document, document, find
from graphtrace.scenes.told import Told, first_difference, moral, repaired_text, seen, tell

__all__ = [
    "GROUPS",
    "Document",
    "ErrorScene",
    "Group",
    "Ran",
    "SceneProgram",
    "Told",
    "all_scenes",
    "document",
    "find",
    "first_difference",
    "get",
    "is_here",
    "moral",
    "repaired_text",
    "run_program",
    "seen",
    "tell",
]


@cache
def all_scenes() -> tuple[ErrorScene, ...]:
    """Return the scene of every mistake, in the order of the gallery.

    Raises:
        LessonError: A file is not valid.
    """
    folder = files(__name__).joinpath("content")
    read = [read_scene(folder.joinpath(f"{slug}.toml").read_text(encoding="utf-8"), slug) for slug in MISTAKES]
    return tuple(sorted(read, key=lambda scene: GROUPS.index(scene.group)))


def get(mistake: str) -> ErrorScene:
    """Return the scene of a mistake.

    Raises:
        LessonError: There is no such mistake.
    """
    found = next((scene for scene in all_scenes() if scene.mistake == mistake), None)
    if found is None:
        raise LessonError(f"unknown mistake: {shown(mistake)} (must be one of {list(MISTAKES)})")
    return found
