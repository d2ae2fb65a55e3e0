"""Read a scene from its file."""

from __future__ import annotations

from graphtrace.diagnosis import MISTAKES
from graphtrace.lessons.tables import LessonError, LessonTable, read_table
from graphtrace.scenes.records import GROUPS, NEEDS, ErrorScene, SceneProgram


def read_scene(text: str, slug: str) -> ErrorScene:
    """Read a scene.

    Args:
        text: Content of its file.
        slug: Of its mistake; the file is named after it.

    Raises:
        LessonError: The file is not valid.
    """
    table = read_table(text, f"{slug}.toml")
    table_of_slug = LessonTable(f"{slug}.toml", {"name": slug})
    scene = ErrorScene(
        mistake=table_of_slug.word("name", MISTAKES),
        group=table.word("group", GROUPS),
        lesson=table.take("lesson", str),
        step=table.take("step", int),
        expect=table.words("expect"),
        seen=table.words("seen"),
        moral=table.words("moral"),
        words=table.take("words", str, ""),
        programs=tuple([_program(own) for own in table.tables("programs")]),
    )
    table.close()
    if not scene.programs:
        raise LessonError(f"{slug}.toml has no programs (add one)")
    return scene


def _program(table: LessonTable) -> SceneProgram:
    program = SceneProgram(
        name=table.words("name"),
        code=table.take("code", str),
        repaired=table.take("repaired", str, ""),
        needs=table.word("needs", NEEDS, ""),
        seen=table.optional("seen", table.words),
        moral=table.optional("moral", table.words),
    )
    table.close()
    return program
