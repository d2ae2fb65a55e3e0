"""What went wrong in a recording, in the wire format: the card that the viewer shows beside the picture."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graphtrace.diagnosis import Diagnosis, diagnose
from graphtrace.literals import Language
from graphtrace.model import Event, Graph, Recording, Source
from graphtrace.model.wire import WireDiagnosed, WireDiagnosis
from graphtrace.style.safe_text import visible
from graphtrace.texts import LANGUAGES, say

_ROOT = re.compile(r"\s*([A-Za-z_]\w*)\.backward\(")
MOST = 4000  # characters of a message
FEW = 6  # sentences of evidence


def diagnosed(
    recording: Recording, languages: Sequence[Language] = LANGUAGES, judged: Recording | None = None
) -> WireDiagnosis | None:
    """Return what `graphtrace.diagnose` finds; an error without a rule is told as it is.

    Args:
        recording: What happened.
        languages: Of its words; none asks for nothing.
        judged: The end of it, where what came before is no longer of interest.
    """
    if not languages:
        return None
    judged = recording if judged is None else judged
    last = len(judged.events) - 1
    at = next((i for i in range(last, -1, -1) if judged.events[i].kind == "error"), None)
    error = None if at is None else judged.events[at]
    first = diagnose(judged, language=languages[0])
    if first is None and error is None:
        return None
    found = {language: diagnose(judged, language=language) for language in languages[1:]}
    source = None if first is None else first.source
    nodes = _nodes(recording, first, error, len(recording.graphs) - len(judged.graphs))
    return {
        "mistake": None if first is None else first.mistake,
        "error": None if error is None else visible(f"{error.fact('type')}: {error.fact('message')}", MOST),
        "cursor": len(recording.events) - (0 if at is None else last - at),
        "place": "elsewhere" if first is None else first.place,
        "line": 0 if source is None else source.line,
        "text": "" if source is None else visible(source.text, 400),
        "nodes": nodes,
        "op": None if source is None or any(node is not None for node in nodes) else _op(recording, source),
        "words": {language: _words(one, error, language) for language, one in {languages[0]: first, **found}.items()},
    }


def _words(found: Diagnosis | None, error: Event | None, language: Language) -> WireDiagnosed:
    slug = "other" if found is None else found.mistake
    kind = "" if error is None else str(error.fact("type"))
    return {
        "title": say(f"diagnosis.title_{slug}", language),
        "mark": say(f"diagnosis.mark_{slug}", language),
        "cause": visible(say("diagnosis.other", language, type=kind) if found is None else found.cause, 400),
        "evidence": [] if found is None else [visible(text, 600) for text in found.evidence[:FEW]],
        "repair": "" if found is None else visible(found.repair, 400),
    }


def _nodes(recording: Recording, found: Diagnosis | None, error: Event | None, before: int) -> list[int | None]:
    """Return per graph the node concerned: the one that the diagnosis names, else the one where torch raised."""
    if found is not None and found.node is not None:
        return [_with_key(graph, found.node) for graph in recording.graphs]
    nodes: list[int | None] = [None] * len(recording.graphs)
    if error is not None and error.graph is not None:
        nodes[error.graph + before] = error.node
    return nodes


def _op(recording: Recording, source: Source) -> int | None:
    """Return the operation of a line; of ``y.backward()`` the one that made y."""
    found = _ROOT.match(source.text)
    assigns = None if found is None else re.compile(rf"\s*{found[1]}\s*=[^=]")
    for op in reversed(recording.ops):
        made = op.source
        if made is None or made.file != source.file or not op.outputs:
            continue
        if made.line == source.line or (assigns is not None and assigns.match(made.text)):
            return op.id
    return None


def _with_key(graph: Graph, key: str) -> int | None:
    return next((node.id for node in graph.nodes if key in (node.key, node.param)), None)
