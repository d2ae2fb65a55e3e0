"""What a page shows, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from graphtrace.model import Graph, Recording

OpenedModules = tuple[str, ...] | None
"""Paths of the modules that the user opened in the module view; None before the first click."""


@dataclass(frozen=True, slots=True)
class GraphSource:
    """A graph and where it comes from.

    Attributes:
        key: Identifies it in caches.
        name: Short and safe for a file name.
        title: Its name in the chosen language.
        about: One sentence on it in the chosen language.
    """

    key: str
    name: str
    title: str
    about: str
    graph: Graph


@dataclass(frozen=True, slots=True)
class RecordingSource:
    """A recording and where it comes from; attributes as in `GraphSource`; `code` is its program, where it is known."""

    key: str
    name: str
    title: str
    about: str
    recording: Recording
    code: str = ""
