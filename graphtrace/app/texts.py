"""Texts of the app in the chosen language, and sizes in bytes for people."""

from __future__ import annotations

from graphtrace import texts
from graphtrace.literals import Language
from graphtrace.texts.messages import in_language


def say(name: str, language: Language, **values: object) -> str:
    """Return a text in `language` with its `values` filled in."""
    return texts.say(f"app.{name}", language, **values)


def told(error: object, language: Language) -> str:
    """Return an error's or a problem's text in `language`, safe for Markdown."""
    return in_language(str(error), language).replace("$", "\\$")


def size(nbytes: int) -> str:
    """Return a number of bytes for people, e.g. ``12.3 KiB``."""
    value, units = float(nbytes), ["B", "KiB", "MiB", "GiB"]
    while value >= 1024 and len(units) > 1:
        value, units = value / 1024, units[1:]
    return f"{nbytes} B" if units[0] == "B" else f"{value:.3g} {units[0]}"
