"""An accident in words."""

from __future__ import annotations

from pathlib import Path

from graphtrace.literals import Language
from graphtrace.runs.records import Accident
from graphtrace.texts import say


def told(accident: Accident, language: Language) -> str:
    """Say in a line what happened, and where it began."""
    words = {
        "step": f"{accident.step:,}",
        "name": accident.name,
        "value": "" if accident.value is None else f"{accident.value:.4g}",
        "error": ": ".join(accident.error).partition("\n")[0][:200] or say("runs.caught", language),
    }
    happened = say(f"runs.{accident.kind}", language, **words)
    return f"{happened}{began(accident, language)}"


def began(accident: Accident, language: Language) -> str:
    """Say where it began, empty where that is not known."""
    source = accident.source
    if source is None:
        return ""
    where = say("runs.place", language, file=Path(source.file).name, line=source.line, text=source.text.strip())
    ran = accident.kind in ("interrupted", "terminated")
    return say("runs.ran" if ran else "runs.began", language, where=where)
