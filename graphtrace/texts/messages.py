"""Errors of our own in another language. They are raised in English; a page says them in its own when it shows them.

The catalogue of a language has a section ``errors``: English texts with names in braces, each with its translation.
The section ``misfits`` has its English texts in the English catalogue.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from graphtrace.literals import Language
from graphtrace.texts import section

_JOINED = "; "  # between the problems of one error
_LABEL = "layer {name} {kind}"
_LAYER = re.compile(r"layer (?P<name>'[^']*'|[\d.]+) (?P<kind>[A-Z]\w*)(?: (?P<rest>.+))?", re.DOTALL)
_PARTS = ("number", "name", "both", "text")  # of sentences about misfits
_DEEPEST = 4  # texts inside of texts


class _Known(NamedTuple):
    english: re.Pattern[str]
    text: str


def in_language(text: str, language: Language, depth: int = 0) -> str:
    """Return an error's text in a language; what is not in its catalogue stays English.

    Args:
        text: As it was raised; several problems may be joined by semicolons.
        language: Of the page.
        depth: In how many other texts it stands.
    """
    if language == "en" or depth > _DEEPEST:
        return text
    problems = _problems(text, language) if depth == 0 and _JOINED in text else None
    return "；".join(problems) if problems else _whole(text, language, depth) or text


def _problems(text: str, language: Language) -> list[str] | None:
    """Return joined problems, each in a language; None where one is not known. A semicolon may also stand inside."""
    found, parts = [], text.split(_JOINED)
    while parts:
        heads = ((n, _whole(_JOINED.join(parts[:n]), language, 1)) for n in range(1, len(parts) + 1))
        n, said = next(((n, said) for n, said in heads if said is not None), (0, None))
        if said is None:
            return None
        found.append(said)
        parts = parts[n:]
    return found


def _whole(text: str, language: Language, depth: int) -> str | None:
    """Return a text that is in the catalogue as a whole, or is the name of a layer with a problem behind it."""
    layer = _LAYER.fullmatch(text)
    if layer is not None:
        rest = _whole(layer["rest"], language, depth + 1) if layer["rest"] else ""
        label = str(section("errors", language)[_LABEL]).format(name=layer["name"], kind=layer["kind"])
        return None if rest is None else f"{label} {rest}".rstrip()
    for known in _known(language):
        match = known.english.fullmatch(text)
        if match is not None:
            values = {name: in_language(value, language, depth + 1) for name, value in match.groupdict().items()}
            return known.text.format(**values)
    return None


@cache
def _known(language: Language) -> tuple[_Known, ...]:
    """Return the texts of a language, the ones with the most fixed letters first."""
    table: Mapping[str, object] = section("errors", language)
    texts = [(english, str(text)) for english, text in table.items() if english != _LABEL]
    texts += _misfits(language)
    ordered = sorted(texts, key=lambda pair: -len(re.sub(r"\{\w+\}", "", pair[0])))
    return tuple(_Known(_pattern(english), text) for english, text in ordered)


def _misfits(language: Language) -> list[tuple[str, str]]:
    """Return what the Lab says of layers that do not fit; the name of the layer before it is put there by itself."""
    english, other = section("misfits", "en"), section("misfits", language)
    keys = [key for key in english if key not in _PARTS]
    start = "{layer} "
    return [(str(english[key]).removeprefix(start), str(other[key]).removeprefix(start)) for key in keys]


def _pattern(english: str) -> re.Pattern[str]:
    parts: list[str] = []
    seen: set[str] = set()
    for literal, name, _, _ in string.Formatter().parse(english):
        parts.append(re.escape(literal))
        if name is not None:
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>.*?)")
            seen.add(name)
    return re.compile("".join(parts), re.DOTALL)
