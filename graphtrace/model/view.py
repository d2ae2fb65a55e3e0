"""A view: what to draw of a graph. Made by `fold`, placed by `layout`, drawn by `export` and the viewer."""

from __future__ import annotations

from dataclasses import dataclass

from graphtrace.literals import BoxKind, ViewName


@dataclass(frozen=True, slots=True)
class Box:
    """One thing that is drawn: a node, several nodes folded into one box, a leaf, or the nodes left out.

    Attributes:
        id: Position in `View.boxes`.
        kind: ``op leaf module cut stub``. A stub is the dot at the end of a None slot.
        title: Name for people: ``Linear · fc1``, ``fc1.weight``, a module's path.
        subtitle: Exact autograd name(s): ``AddmmBackward0``; for a module, how many nodes are inside.
        text: Shape and dtype of its output, e.g. ``4×3 float32``.
        flow: Of a layer with a weight the sizes that it takes and gives: ``2 → 3``.
        nodes: Ids of the graph nodes it stands for; the first is the one that names it.
        group: Path of the open module it is drawn in, "" for none.
        details: Extra lines drawn on the card, e.g. saved tensors, when asked for.
        twin: For a shared leaf drawn once per use: a number common to all its copies.
        openable: Whether the module view can open it.
    """

    id: int
    kind: BoxKind
    title: str
    subtitle: str = ""
    text: str = ""
    nodes: tuple[int, ...] = ()
    group: str = ""
    details: tuple[str, ...] = ()
    twin: int | None = None
    openable: bool = False
    flow: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """One line that is drawn. `source` is the box toward the root, `target` the one toward the leaves.

    `edges` are positions in `Graph.edges`; parallel edges are separate links in the autograd
    view, so that ``x * x`` shows two.
    """

    source: int
    target: int
    edges: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """An open module: a frame around the boxes whose `Box.group` is this path or below it."""

    path: str
    parent: str
    title: str


@dataclass(frozen=True, slots=True)
class View:
    """Boxes and links of one graph under one fold.

    Attributes:
        name: ``autograd``, ``concept`` or ``module``.
        folded: How many graph nodes have no box of their own.
        notes: What the picture leaves out, in words ("9,400 of 10,000 nodes are not drawn").
    """

    name: ViewName
    boxes: tuple[Box, ...]
    links: tuple[Link, ...]
    groups: tuple[Group, ...] = ()
    folded: int = 0
    notes: tuple[str, ...] = ()
