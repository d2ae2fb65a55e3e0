"""Text that may come from anyone, made safe to draw."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from graphtrace.errors import RenderError, shown

# Joiners have no shape, but emoji and several scripts need them.
_JOINERS = {"\u200c", "\u200d"}


def visible(text: str, limit: int | None = None) -> str:
    """Return `text` with every invisible or reordering character spelled out, cut to `limit` characters.

    Raises:
        RenderError: `text` is no string.
    """
    if not isinstance(text, str):
        raise RenderError(f"not a string: {shown(text)} (pass the text to write)")
    if limit is not None and len(text) > limit:
        text = text[: limit - 1] + "…"
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(char: str) -> str:
    """Spell out what `str.isprintable` refuses: controls, formats, surrogates, private and unassigned characters.

    It refuses spaces other than the common one, too; those are kept.
    """
    if char.isprintable() or char in _JOINERS or unicodedata.category(char) == "Zs":
        return char
    if char < " ":
        return chr(0x2400 + ord(char))  # its picture, as in ␊ for a line feed
    return repr(char)[1:-1]


def xml(text: str, limit: int | None = None) -> str:
    """Return `text` for the content of an XML element."""
    return escape(visible(text, limit))


def attribute(text: str, limit: int | None = None) -> str:
    """Return `text` as a quoted XML attribute value."""
    return quoteattr(visible(text, limit))


@lru_cache(maxsize=16384)  # a card writes its edges again and again, and pictures their distances
def number(value: float) -> str:
    """Return `value` with two decimals at most, the same on every machine."""
    text = f"{value:.2f}"
    if text[-1] != "0":
        return text
    text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
