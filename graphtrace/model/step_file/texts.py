"""JSON as its differences from another of the same form: a training loop does the same again, with other numbers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise

from graphtrace.errors import FileError

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[^\[\]{},:\s"]+')


@dataclass(frozen=True, slots=True)
class Template:
    """A text of JSON that others are compared with.

    Attributes:
        form: The text without its words and numbers.
        tokens: Those.
    """

    form: str
    tokens: tuple[str, ...]

    def text(self) -> str:
        """Return the text itself."""
        return changed(self, Changes())


@dataclass(frozen=True, slots=True)
class Changes:
    """What another text of the same form has in place of some tokens; `at` is each position minus the one before."""

    at: tuple[int, ...] = ()
    to: tuple[str, ...] = ()


def template(text: str) -> Template:
    """Take a text of compact ASCII JSON apart."""
    return Template(_TOKEN.sub("\0", text), tuple(_TOKEN.findall(text)))


def written(plain: object) -> str:
    """Write plain values as compact ASCII JSON."""
    return json.dumps(plain, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def changes(before: Template, after: Template) -> Changes:
    """Return what turns a text into another of the same form."""
    found = [(at, new) for at, (old, new) in enumerate(zip(before.tokens, after.tokens, strict=True)) if old != new]
    places = [at for at, _ in found]
    return Changes(tuple([now - last for last, now in pairwise(chain((0,), places))]), tuple(new for _, new in found))


def changed(before: Template, made: Changes) -> str:
    """Return the text that differs from another in this.

    Raises:
        FileError: The changes do not fit.
    """
    tokens = list(before.tokens)
    places = list(accumulate(made.at))
    if len(places) != len(made.to) or not all(0 <= place < len(tokens) for place in places):
        raise FileError("file is damaged: parts of a step do not fit (save it again, or check that it is complete)")
    for place, token in zip(places, made.to, strict=True):
        tokens[place] = token
    gaps = before.form.split("\0")
    if len(gaps) != len(tokens) + 1:
        raise FileError("file is damaged: parts of a step do not fit (save it again, or check that it is complete)")
    return "".join(chain.from_iterable(zip(gaps, (*tokens, ""), strict=True)))
