"""The DOT text that Graphviz engines get: sizes and structure, no user text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from graphtrace.layout.card import LARGE_TITLE
from graphtrace.layout.ranks import depths
from graphtrace.layout.records import Card
from graphtrace.model import View

if TYPE_CHECKING:
    import graphviz

_DPI = 96
# Ranks of all boxes at once ("newrank"): rank by rank of each cluster, some lines would run backwards.
_GRAPH = {"rankdir": "LR", "newrank": "true", "nodesep": "0.21", "ranksep": "0.48"}
_CLOSE = {"ranksep": "0.2", "nodesep": "0.15"}  # in large type letters count more than the way between cards
_NODE = {"shape": "box", "fixedsize": "true", "label": ""}
_EDGE = {"arrowhead": "none"}
_SPINE = "8"
# The blank label keeps space for a title; arrow heads are drawn with the lines, later.
_CLUSTER = {"label": " ", "fontsize": "9", "margin": "9"}


def source(view: View, cards: Sequence[Card]) -> graphviz.Digraph:
    """Return the graph as DOT, the same bytes for the same view.

    Boxes are named ``b<id>``, links ``e<position>``, open modules ``cluster_<position>``. Edges run
    from the box toward the leaves to the box toward the root, so that the loss stands at the right.
    """
    import graphviz

    large = any(line.size >= LARGE_TITLE for card in cards for line in card.lines[:1])
    spacing = {**_GRAPH, **(_CLOSE if large else {})}
    graph = graphviz.Digraph("graphtrace", graph_attr=spacing, node_attr=_NODE, edge_attr=_EDGE)
    bodies = {group.path: graphviz.Digraph(f"cluster_{i}") for i, group in enumerate(view.groups)}
    for box, card in zip(view.boxes, cards, strict=True):
        size = {"width": f"{card.width / _DPI:.4f}", "height": f"{card.height / _DPI:.4f}"}
        bodies.get(box.group, graph).node(f"b{box.id}", **size)
    outer = outer_of(view)
    for path in inside_out(outer):
        if bodies[path].body:
            bodies[path].graph_attr.update(_CLUSTER)
            bodies.get(outer[path], graph).subgraph(bodies[path])
    for given, reader in beside(view):
        graph.body.append(f"\t{{ rank=same; b{given}; b{reader} }}\n")
    spine = _spine(view)
    for position, link in enumerate(view.links):
        weight = {"weight": _SPINE} if position in spine else {}
        graph.edge(f"b{link.target}", f"b{link.source}", id=f"e{position}", **weight)
    return graph


def beside(view: View) -> list[tuple[int, int]]:
    """Return the cards of given tensors that stand in the column of their reader, where that has other inputs too.

    So the target of a loss stands below the loss, and takes no room from the way of the gradients.
    """
    inputs: dict[int, list[int]] = {}
    readers: dict[int, list[int]] = {}
    for link in view.links:
        inputs.setdefault(link.source, []).append(link.target)
        readers.setdefault(link.target, []).append(link.source)
    found = []
    for box in view.boxes:
        if box.kind != "data" or box.id in inputs or len(readers.get(box.id, ())) != 1:
            continue
        (reader,) = readers[box.id]
        others = [i for i in inputs[reader] if i in inputs or view.boxes[i].kind not in ("data", "stub")]
        if others and view.boxes[reader].group == box.group:
            found.append((box.id, reader))
    return found


def _spine(view: View) -> set[int]:
    """Return the links from the deepest input of each box: kept straight, they show the main path."""
    arcs = [(link.target, link.source) for link in view.links]
    depth = depths(len(view.boxes), arcs)
    deepest: dict[int, list[int]] = {}
    for position, (tail, head) in enumerate(arcs):
        rivals = deepest.setdefault(head, [position])
        if depth[tail] > depth[arcs[rivals[0]][0]]:
            deepest[head] = [position]
        elif rivals[0] != position and depth[tail] == depth[arcs[rivals[0]][0]]:
            rivals.append(position)
    return {rivals[0] for rivals in deepest.values() if len(rivals) == 1}


def outer_of(view: View) -> dict[str, str]:
    """Return the open module around each open module; "" for the outermost."""
    paths = {group.path for group in view.groups}
    outer = {group.path: group.parent if group.parent in paths else "" for group in view.groups}
    for path in outer:  # a module inside itself would never end: such a loop is cut
        seen = {path}
        while outer[path] and (up := outer[path]):
            if up in seen:
                outer[path] = ""
                break
            seen.add(up)
            path = up
    return outer


def inside_out(outer: Mapping[str, str]) -> list[str]:
    """Return the paths of the open modules, each before the one around it; see `outer_of`."""
    depth: dict[str, int] = {}
    for path in outer:
        chain = [path]
        while outer[chain[-1]]:
            chain.append(outer[chain[-1]])
        depth[path] = len(chain)
    return sorted(outer, key=lambda path: -depth[path])
