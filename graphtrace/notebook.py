"""Show records in a notebook: a graph as its picture, a recording as the player, a diagnosis as a card."""

from __future__ import annotations

from html import escape

from graphtrace.diagnosis import Diagnosis, diagnose
from graphtrace.errors import TraceError
from graphtrace.model import Graph, Recording
from graphtrace.model.display import MimeBundle, show_with

HEIGHT = 640  # of the frame that plays a recording, in pixels
_CARD = "border-left:4px solid #e69f00;background:#e69f0014;padding:10px 16px;margin:8px 0;border-radius:4px"
_DIFF = "font-family:monospace;white-space:pre-wrap"
_INK = {"−": "#b5500f", "+": "#00805d", " ": "inherit"}


def register() -> None:
    """Let graphs and recordings be displayed by this module."""
    show_with(mime_bundle)


def mime_bundle(record: object) -> MimeBundle:
    """Return the picture, or the player, and a line of text; the text alone where it cannot be drawn."""
    text = summary(record) if isinstance(record, Graph) else str(record)
    try:
        return {**_drawing(record), "text/plain": text}
    except TraceError as error:
        return {"text/plain": f"{text}\n{error}"}


def _drawing(record: object) -> MimeBundle:
    from graphtrace import export  # only when something is displayed, so that ``import graphtrace`` stays quick

    if isinstance(record, Graph):
        return {"image/svg+xml": export.to_svg(record)}
    if isinstance(record, Diagnosis):
        return {"text/html": card(record)}
    return {"text/html": frame(record) + told(record)} if isinstance(record, Recording) else {}


def told(recording: Recording) -> str:
    """Return the card of what went wrong, for below the player; empty where a block ended without an error."""
    if not any(event.kind == "error" for event in recording.events):
        return ""
    found = diagnose(recording)
    return "" if found is None else card(found)


def card(found: Diagnosis) -> str:
    """Return a diagnosis as HTML: the cause, the evidence, and the repair as a diff. No text of a program is markup."""
    facts = "".join(f"<li>{escape(sentence)}</li>" for sentence in found.evidence)
    lines = "".join(
        f'<div style="color:{_INK[sign]}">{sign} {number or ""} {escape(text)}</div>'
        for sign, number, text in found.diff()
    )
    return (
        f'<div style="{_CARD}"><strong style="font-size:1.2em">{escape(found.cause)}</strong>'
        f'<ul style="margin:6px 0">{facts}</ul><div style="{_DIFF}">{lines}</div>'
        f'<div style="opacity:0.7;margin-top:6px">Errors?scene={found.mistake}</div></div>'
    )


def frame(recording: Recording) -> str:
    """Return the player in a sandboxed frame: its scripts see neither the notebook nor each other's page."""
    from graphtrace.export import to_html

    page = escape(to_html(recording), quote=True)
    style = f"width:100%;height:{HEIGHT}px;border:1px solid #8888;border-radius:8px"
    return (
        f'<iframe sandbox="allow-scripts allow-downloads" style="{style}" title="graphtrace" srcdoc="{page}"></iframe>'
    )


def summary(graph: Graph) -> str:
    """Describe a graph in one line, without its thousands of records."""
    return f"{graph!r} (torch {graph.torch})"
