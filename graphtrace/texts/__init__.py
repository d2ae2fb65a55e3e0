"""Every text that a person reads, one catalogue per language: ``en.toml`` and ``zh.toml`` beside this file.

A text is named by its section and key. It may be a table of plural forms, of which the count ``n`` chooses one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from graphtrace.errors import TraceError, shown
from graphtrace.literals import LANGUAGES, Language

__all__ = ["LANGUAGES", "Text", "check_language", "say", "section"]

Text = str | Mapping[str, str]  # one form, or {"one": …, "other": …}


@cache
def _catalogue(language: Language) -> Mapping[str, Mapping[str, Text]]:
    source = files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(source)


def check_language(language: str, error: type[TraceError] = TraceError) -> Language:
    """Return `language` if there is a catalogue of it.

    Raises:
        TraceError: There is none; the caller may choose a subclass by `error`.
    """
    known = next((known for known in LANGUAGES if known == language), None)
    if known is None:
        raise error(f"unknown language: {shown(language)} (must be one of {list(LANGUAGES)})")
    return known


def section(name: str, language: Language) -> Mapping[str, Text]:
    """Return all texts of one section, e.g. ``viewer``.

    Raises:
        TraceError: No such language.
    """
    return _catalogue(check_language(language))[name]


def say(place: str, language: Language, **values: object) -> str:
    """Return one text with its values filled in.

    Args:
        place: Section and key, e.g. ``sentences.node_in``.
        language: ``en`` or ``zh``.
        **values: What stands in braces. The whole number ``n`` chooses the plural form.

    Raises:
        TraceError: No such language.
    """
    name, _, key = place.partition(".")
    text = section(name, language)[key]
    form = text if isinstance(text, str) else text[_plural(language, values.get("n"))]
    return form.format(**values)


def _plural(language: Language, count: object) -> str:
    """Return the CLDR plural category of a whole number; Chinese has only ``other``."""
    return "one" if language == "en" and count == 1 else "other"
