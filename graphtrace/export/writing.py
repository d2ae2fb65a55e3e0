"""A graph into a file, in the format that the name of the file ends in."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TypedDict, Unpack

from graphtrace.errors import RenderError, shown
from graphtrace.export import pictures
from graphtrace.literals import Language, ThemeName, ViewName
from graphtrace.model import Graph, dumps, require_path


class DotOptions(TypedDict, total=False):
    """Options of a DOT file; `graphtrace.to_dot` explains them."""

    fold: ViewName
    saved: bool
    opened: Collection[str] | None
    limit: int


class Options(DotOptions, total=False):
    """What `write` takes: each format those that its own function has."""

    theme: ThemeName
    caption: str
    scale: float
    title: str
    language: Language


def write(graph: Graph, path: str | Path, **options: Unpack[Options]) -> Path:
    """Write the graph in the format that the suffix of `path` names.

    Args:
        graph: What `graphtrace.trace` returned.
        path: Where to, ending in ``.svg``, ``.png``, ``.pdf``, ``.dot``, ``.html``, ``.json`` or ``.json.gz``.
        **options: Those of the function for that format, as `to_svg`.

    Raises:
        TraceError: `graph` is no graph, or `path` no path.
        RenderError: The suffix is unknown, or the file cannot be written.
    """
    path = require_path(path)
    return written(path, _content(graph, path, options))


def written(path: Path, data: bytes) -> Path:
    """Write a file.

    Raises:
        RenderError: That is not possible, as where the folder is missing or the disk is full.
    """
    try:
        path.write_bytes(data)
    except OSError as error:
        raise RenderError(f"the file cannot be written: {shown(str(path))} ({error.strerror})") from error
    return path


def _content(graph: Graph, path: Path, options: Options) -> bytes:
    name = path.name.lower()
    for suffix, make in _MAKERS.items():
        if name.endswith(suffix):
            made = make(graph, **options)
            return made.encode() if isinstance(made, str) else made
    raise RenderError(f"unknown format: {shown(path.name)} (end the name in {', '.join(SUFFIXES)})")


def _dot(graph: Graph, **options: Unpack[DotOptions]) -> str:
    return str(pictures.to_dot(graph, **options).source)


def _json_gz(graph: Graph) -> bytes:
    return dumps(graph, compress=True)


_MAKERS: dict[str, Callable[..., str | bytes]] = {
    ".svg": pictures.to_svg,
    ".png": pictures.to_png,
    ".pdf": pictures.to_pdf,
    ".dot": _dot,
    ".html": pictures.to_html,
    ".json": dumps,
    ".json.gz": _json_gz,
}
SUFFIXES = tuple(_MAKERS)
