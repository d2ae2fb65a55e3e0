"""Texts of the app in the chosen language, and sizes in bytes for people."""

from __future__ import annotations

import re

from graphtrace import texts
from graphtrace.literals import Language
from graphtrace.texts.messages import in_language

_MARKS = re.compile(
    r"[\\`*\[<>$~#&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"
)  # what Markdown may take for a mark; not inside of in_features
_ADDRESSES = re.compile(r":(?=[/\w])|@(?=\w)|\bwww(?=\.)", re.IGNORECASE)  # also :red[…], :material/…:, :smile:


def say(name: str, language: Language, **values: object) -> str:
    """Return a text in `language` with its `values` filled in."""
    return texts.say(f"app.{name}", language, **values)


def told(error: object, language: Language) -> str:
    """Return an error's or a problem's text in `language`, safe for Markdown."""
    return plain(in_language(str(error), language))


def plain(text: str) -> str:
    """Return a text for a place that reads Markdown, where it shall stand as it is: no link, no picture, no formula.

    Backslashes keep marks from being read. Addresses become links even so: a joiner that nobody sees stands in them.
    """
    return _MARKS.sub(r"\\\g<0>", _ADDRESSES.sub("\\g<0>\u2060", text))


def size(nbytes: int) -> str:
    """Return a number of bytes for people, e.g. ``12.3 KiB``."""
    value, units = float(nbytes), ["B", "KiB", "MiB", "GiB"]
    while value >= 1024 and len(units) > 1:
        value, units = value / 1024, units[1:]
    return f"{nbytes} B" if units[0] == "B" else f"{value:.3g} {units[0]}"
