"""A view as Graphviz DOT for other tools: one statement per box and per link, labels as plain text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from graphtrace.layout.digraph import inside_out, outer_of
from graphtrace.layout.records import Layout
from graphtrace.layout.text_width import clean
from graphtrace.model import Box, View
from graphtrace.style.theme import Palette, palette

if TYPE_CHECKING:
    import graphviz

# Constants only: Graphviz copies these attributes into SVG without escaping them.
_FONT = "Roboto,Noto Sans CJK SC,Helvetica,Arial,sans-serif"
_DETAILS = 12  # lines of saved tensors on one box; `dot` refuses labels over 16 KB


def draw(drawn: Layout | View) -> graphviz.Digraph:
    """Return the view as DOT, the same bytes for the same view.

    Boxes are named ``b<id>``. Lines run from the leaves to the root, so that the loss stands at the right.
    """
    import graphviz

    view = drawn.view if isinstance(drawn, Layout) else drawn
    colours = palette("light")
    graph = graphviz.Digraph("graphtrace", **_defaults(view, colours))
    bodies = {group.path: graphviz.Digraph(f"cluster_{i}") for i, group in enumerate(view.groups)}
    for box in view.boxes:
        bodies.get(box.group, graph).node(f"b{box.id}", **_attributes(box, colours))
    _nest(graph, bodies, view, colours)
    for link in view.links:
        graph.edge(f"b{link.target}", f"b{link.source}")
    return graph


def _nest(graph: graphviz.Digraph, bodies: dict[str, graphviz.Digraph], view: View, colours: Palette) -> None:
    titles = {group.path: group.title for group in view.groups}
    outer = outer_of(view)
    for path in inside_out(outer):
        style = {"style": "rounded,filled", "color": colours.frame_line, "fillcolor": colours.frame}
        bodies[path].attr("graph", label=_label([titles[path]]), labeljust="l", **style)
        bodies.get(outer[path], graph).subgraph(bodies[path])


def _defaults(view: View, colours: Palette) -> dict[str, dict[str, str]]:
    graph = {"rankdir": "LR", "bgcolor": colours.background, "fontname": _FONT, "fontcolor": colours.muted}
    graph |= {"fontsize": "11", "labelloc": "b", "labeljust": "l", "label": _label(view.notes)}
    node = {"shape": "box", "style": "rounded,filled", "fillcolor": colours.surface, "margin": "0.14,0.07"}
    node |= {"fontname": _FONT, "fontsize": "11", "fontcolor": colours.ink, "penwidth": "1.4"}
    edge = {"color": colours.line, "arrowsize": "0.6"}
    return {"graph_attr": graph, "node_attr": node, "edge_attr": edge}


def _attributes(box: Box, colours: Palette) -> dict[str, str]:
    found = {"label": _label(_lines(box)), "color": colours.bar(box.kind)}
    if box.kind == "stub":
        return found | {"label": "", "shape": "point", "width": "0.08", "fillcolor": colours.constant}
    if box.kind == "cut":
        return found | {"style": "rounded,filled,dashed"}
    return found | {"peripheries": "2"} if box.openable else found


def _lines(box: Box) -> Iterator[str]:
    yield from filter(None, (box.title, box.subtitle, box.text))
    yield from box.details[:_DETAILS]
    if len(box.details) > _DETAILS:
        yield f"… and {len(box.details) - _DETAILS} more"
    if box.twin is not None:
        yield "(same leaf, drawn once for each use)"


def _label(lines: Iterator[str] | list[str] | tuple[str, ...]) -> str:
    import graphviz

    # `nohtml` keeps a label such as "<lambda>" from being read as markup; `\l` ends a left-aligned line.
    escaped: str = graphviz.nohtml("".join(graphviz.escape(clean(line)) + r"\l" for line in lines))
    return escaped
