"""A lesson's program for the viewer, its whole listing below the picture."""

from __future__ import annotations

from collections.abc import Mapping

from graphtrace.classroom.running import file_name
from graphtrace.lessons import LessonProgram, lab_runs
from graphtrace.literals import LANGUAGES, Language
from graphtrace.model import Recording
from graphtrace.viewer import play, views_of
from graphtrace.viewer.listing import with_listing


def played(
    program: LessonProgram, recording: Recording, languages: tuple[Language, ...] = LANGUAGES
) -> Mapping[str, object]:
    """Return a recording of a lesson's program as the viewer takes it.

    Args:
        program: What was run.
        recording: Of it.
        languages: Of the sentences.
    """
    payload = play(recording, views_of(recording)[:1], languages=languages)
    if program.preset:
        return {**payload, "recording": {**payload["recording"], **lab_runs.played(program).listing()}}
    return with_listing(payload, recording, file_name(program), program.code) if program.code else {**payload}
