"""Find scenes by a few words, or by a whole traceback."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from graphtrace import texts
from graphtrace.literals import LANGUAGES
from graphtrace.scenes.records import ErrorScene
from graphtrace.scenes.running import Ran

_RAISED = re.compile(r"\w*(?:Error|Warning|Exception)\b: ?")
_WORD = re.compile(r"[a-z_]\w*|[\u4e00-\u9fff]+")
_LONGEST = 4000  # characters of what is asked
_RUN = 4  # words in a row that speak for a message
_PREFIX = 3  # letters from which the beginning of a word counts
_SHORT = 8  # words up to which most must be found
_NEAR = 0.6  # of the best score: what is shown beside it


@dataclass(frozen=True, slots=True)
class Document:
    """What is searched of one scene.

    Attributes:
        name: Slug of its mistake.
        words: Every word of it.
        names: Those of them that name the mistake; they count twice where few are asked for.
        runs: Words in a row of what torch said.
    """

    name: str
    words: frozenset[str]
    names: frozenset[str]
    runs: frozenset[tuple[str, ...]]


def document(scene: ErrorScene, ran: Iterable[Ran]) -> Document:
    """Return what is searched of a scene.

    Args:
        scene: The scene.
        ran: What its programs did.
    """
    said = [message for one in ran for message in (*one.warned, one.raised)]
    named = [scene.mistake.replace("_", " "), scene.words]
    written: list[str] = []
    for language in LANGUAGES:
        named += [texts.say(f"diagnosis.{part}_{scene.mistake}", language) for part in ("title", "mark")]
        written += [words.of(language) for words in (scene.expect, scene.seen, scene.moral)]
        written += [program.name.of(language) for program in scene.programs]
    written += [program.code for program in scene.programs]
    runs = frozenset(run for message in said for run in _runs(list(_words(message))))
    names = frozenset(word for text in named for word in _words(text))
    words = frozenset(word for text in (*written, *said) for word in _words(text))
    return Document(scene.mistake, names | words, names, runs)


def find(query: str, documents: Sequence[Document]) -> tuple[str, ...]:
    """Return the slugs of the scenes that fit, the best first.

    Args:
        query: Words in either language, a message of torch, or a traceback, of which the last error counts.
        documents: What is searched.
    """
    asked = list(_words(_last_error(query[-_LONGEST:])))
    if not asked:
        return ()
    known = Counter(word for one in documents for word in one.words)
    scores = {one.name: _score(asked, one, known, len(documents)) for one in documents}
    best = max(scores.values(), default=0.0)
    found = [name for name, score in scores.items() if score > 0 and score >= _NEAR * best]
    return tuple(sorted(found, key=lambda name: -scores[name]))


def _last_error(text: str) -> str:
    """Return what the last error of a traceback says; a text without one as it is."""
    begins = [found.end() for found in _RAISED.finditer(text) if text[found.end() :].strip()]
    return text[begins[-1] :] if begins else text


def _words(text: str) -> Iterator[str]:
    for word in _WORD.findall(text.lower()):
        if "\u4e00" <= word[0] <= "\u9fff":  # no spaces between Chinese words: pairs of signs stand for them
            yield from (word[i : i + 2] for i in range(max(1, len(word) - 1)))
            continue
        if len(word) == 1:
            continue  # a variable
        yield word
        parts = [part for part in word.split("_") if len(part) > 1]
        if len(parts) > 1:
            yield from parts


def _runs(words: list[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1))


def _score(asked: list[str], one: Document, known: Counter[str], count: int) -> float:
    wanted = set(asked)
    short = len(wanted) <= _SHORT
    weights = {word: _weight(word, one, known, count) for word in wanted}
    if short and sum(weight > 0 for weight in weights.values()) * 2 < len(wanted) + 1:
        return 0.0
    named = sum(weight for word, weight in weights.items() if short and word in one.names)
    return sum(weights.values()) + named + 2.0 * sum(run in one.runs for run in set(_runs(asked)))


def _weight(word: str, one: Document, known: Counter[str], count: int) -> float:
    """Return how much a word speaks for a scene: rare ones more."""
    if word in one.words:
        return math.log(1 + count / known[word])
    begun = len(word) >= _PREFIX and any(other.startswith(word) for other in one.words)
    return 0.3 if begun else 0.0
