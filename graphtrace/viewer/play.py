"""A recording and its pictures as plain JSON: each graph in each view, laid out once with space for its numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import lru_cache, partial

from graphtrace.explain.titles import recorded_view
from graphtrace.layout.card import Insets, insets
from graphtrace.literals import LANGUAGES, Language, ViewName, WhyForward
from graphtrace.model import Graph, Recording, View, paused_gc
from graphtrace.model.wire_nodes import WireNode
from graphtrace.model.wire_pictures import (
    WireBlock,
    WireGeometry,
    WirePlay,
    WirePlayedBox,
    WirePlayedGeometry,
    WirePlayedLink,
    WireView,
)
from graphtrace.style.safe_text import visible
from graphtrace.viewer import card_slots
from graphtrace.viewer.arranging import Arranged, Wanted, arrange, placed
from graphtrace.viewer.block import Block
from graphtrace.viewer.geometry import spelled_out
from graphtrace.viewer.given_cards import with_given
from graphtrace.viewer.kept_views import kept_views
from graphtrace.viewer.recorded_graph import RecordedGraph, recorded_graph
from graphtrace.viewer.typography import READABLE, typography
from graphtrace.viewer.wire import to_wire
from graphtrace.views import LIMIT, default_view, fold

MOST_ALL = 60  # nodes up to which the autograd view is laid out beside the others


def play(
    recording: Recording,
    views: Sequence[ViewName] | None = None,
    *,
    opened: Collection[str] | None = None,
    limit: int = LIMIT,
    languages: tuple[Language, ...] = LANGUAGES,
    judged: Recording | None = None,
) -> WirePlay:
    """Return everything the viewer needs to play a recording.

    Args:
        recording: What to play.
        views: Names of the views to lay out, the first to open on; None for those that suit it.
        opened: Paths of the modules that the module view draws open.
        limit: How many boxes to draw of each graph at most.
        languages: Of the sentences.
        judged: The end of the recording, where a diagnosis need not read what came before.
    """
    recording = _with_forward_alone(recording)
    names = views_of(recording) if views is None else views
    found: list[WireView] = []
    with paused_gc():
        wire = to_wire(recording, languages, judged)
        known = [recorded_graph(recording, number) for number in range(len(recording.graphs))]
        kept = kept_views(recording, known)
        for name in names:
            wanted = name, None if opened is None else frozenset(opened), limit
            if wanted not in kept:
                kept[wanted] = _pictures(recording, known, name, opened, limit)
            found.append(kept[wanted])
        return {"recording": wire, "views": found}


def _with_forward_alone(recording: Recording) -> Recording:
    """Give a recording without graphs an empty one, beside which its forward operations are drawn."""
    if recording.graphs or not any(op.outputs for op in recording.ops):
        return recording
    return replace(recording, graphs=(Graph((), (), ()),))


def _why(recording: Recording, graph: Graph) -> WhyForward | None:
    """Return why a picture has no autograd graph, None where it has one."""
    if graph.nodes:
        return None
    return "not_run" if any(tensor.requires_grad for tensor in recording.tensors) else "frozen"


def views_of(recording: Recording) -> tuple[ViewName, ...]:
    """Name the views worth having of a recording, the one to open on first."""
    recording = _with_forward_alone(recording)
    if not recording.graphs:
        return ()
    largest = max(recording.graphs, key=lambda graph: len(graph.nodes))
    if not largest.nodes:
        return ("concept",)
    first = default_view(largest)
    first = "concept" if first == "autograd" else first
    useful: list[ViewName] = ["concept"]
    useful += ["autograd"] * (len(largest.nodes) <= MOST_ALL)
    useful += ["module"] * any(node.module for node in largest.nodes)
    return (first, *(name for name in useful if name != first))


def _pictures(
    recording: Recording,
    known: Sequence[RecordedGraph],
    name: ViewName,
    opened: Collection[str] | None,
    limit: int,
) -> WireView:
    """Lay out every graph in one view; passes that look the same share one picture."""
    album = _Album(limit)
    of = [album.add(recording, graph, name, opened) for graph in known]
    return {"name": name, "pictures": album.pictures, "details": album.details, "of": of}


class _Album:
    """Pictures and details, each once."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.pictures: list[WirePlayedGeometry] = []
        self.details: list[list[list[WireNode]]] = []
        self._known: dict[Arranged, int] = {}

    def add(
        self, recording: Recording, known: RecordedGraph, name: ViewName, opened: Collection[str] | None
    ) -> tuple[int, int]:
        """Return the positions of a graph's picture and details."""
        folded = fold(known.graph, name, opened=opened, limit=self._limit)
        view, data = _with_given(recorded_view(folded, recording, known.graph), known)
        compact = len(view.boxes) > card_slots.MOST_BOXES
        type = typography(view)

        def blocks(*, upright: bool) -> Wanted:
            make = partial(card_slots.blocks, recorded=known, data=data, compact=compact, type=type, upright=upright)
            return tuple(map(make, view.boxes))

        arranged = arrange(view, blocks, type is READABLE)
        picture, detail = _drawn(known.graph, arranged)
        if arranged not in self._known:
            self._known[arranged] = len(self.pictures)
            why = _why(recording, known.graph)
            self.pictures.append(picture if why is None else {**picture, "why": why})
        if detail not in self.details:
            self.details.append(detail)
        return self._known[arranged], self.details.index(detail)


def _with_given(view: View, known: RecordedGraph) -> tuple[View, dict[int, list[int]]]:
    """Add cards for what needs no gradient, where that leaves the picture small; per box what of it is shown there."""
    if len(view.boxes) > card_slots.MOST_BOXES:
        return view, {}
    cards = with_given(view, known.graph, known.given)
    data = {box: [place] for box, place in cards.data.items()}
    for box, places in cards.params.items():
        data[box] = [*data.get(box, []), *places]
    return cards.view, data


def _unversioned(nodes: list[WireNode]) -> list[WireNode]:
    """Leave version counters out: they alone would make every pass of a loop another one."""
    return [{**node, "saved": [{**saved, "version": None} for saved in node["saved"]]} for node in nodes]


@lru_cache(maxsize=96)  # pressing a button again in the Lab draws the same graph again: never change what it returns
def _drawn(graph: Graph, arranged: Arranged) -> tuple[WirePlayedGeometry, list[list[WireNode]]]:
    """Return the picture of one pass, and what the inspector says of its nodes."""
    layout = placed(arranged)
    geo = spelled_out(graph, layout)
    detail = [_unversioned(box["nodes"]) for box in geo["boxes"]]
    return _picture(geo, layout.view, arranged.blocks, insets(arranged.large)), detail


def _picture(geo: WireGeometry, view: View, blocks: Wanted, edges: Insets) -> WirePlayedGeometry:
    boxes: list[WirePlayedBox] = [
        {
            **box,
            "nodes": [],
            "ids": list(view.boxes[box["id"]].nodes),
            "blocks": [_block(block) for block in card_slots.in_card(wanted, box["h"], edges)],
        }
        for box, wanted in zip(geo["boxes"], blocks, strict=True)
    ]
    links: list[WirePlayedLink] = [
        {**line, "edges": list(link.edges)} for line, link in zip(geo["links"], view.links, strict=True)
    ]
    return {**geo, "boxes": boxes, "links": links}


def _block(block: Block) -> WireBlock:
    return {
        "role": block.role,
        "x": block.x,
        "y": block.y,
        "w": block.w,
        "h": block.h,
        "rows": block.rows,
        "cols": block.cols,
        "count": block.count,
        "node": block.node,
        "name": visible(block.name, 2000),
        "data": block.data,
        "label": block.label,
        "body": block.body,
        "small": block.type.small,
        "size": block.type.number,
        "digits": block.type.digits,
    }
