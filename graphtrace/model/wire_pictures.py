"""The wire format of pictures: where cards and lines are, and what to say of each. Lengths in pixels, y downwards."""

from __future__ import annotations

from typing import NotRequired, TypedDict, final

from graphtrace.literals import BlockRole, BoxKind, LineRole, NodeKind, ViewName, WhyForward
from graphtrace.model.wire import Position, WireRecording
from graphtrace.model.wire_nodes import WireMeta, WireNode, WireParam, WireSaved


class WireTextLine(TypedDict):
    """A line of text on a card, from the card's upper left corner to its baseline."""

    role: LineRole
    x: float
    y: float
    size: float
    width: float
    text: str


class WireBlock(TypedDict):
    """A rectangle of a card for numbers that change, see `graphtrace.viewer.card_slots.Block`."""

    role: BlockRole
    x: float
    y: float
    w: float
    h: float
    rows: int
    cols: int
    count: int
    node: int
    name: str
    data: int
    label: float
    body: tuple[float, float, float, float]
    small: float
    size: float
    digits: int


class WireCard(TypedDict):
    """What boxes that look the same share."""

    kind: BoxKind
    title: str
    subtitle: str
    text: str
    group: str
    openable: bool
    path: str | None
    w: float
    h: float
    lines: list[WireTextLine]
    details: list[str]


class WireBox(WireCard):
    """A card at its place, and the nodes that it stands for."""

    id: int
    twin: int | None
    x: float
    y: float
    nodes: list[WireNode]
    more: int  # nodes that are not listed


class WireLink(TypedDict):
    """A line from box `s` to box `t`, as cubic segments: x and y of their points in one row."""

    s: int
    t: int
    count: int
    label: str
    points: list[float]


class WireFrame(TypedDict):
    """An open module around its boxes."""

    path: str
    title: str
    x: float
    y: float
    w: float
    h: float


class WirePicture(TypedDict):
    """A picture as a whole."""

    view: ViewName
    width: float
    height: float
    engine: str
    notes: list[str]
    folded: int
    nodes: int
    edges: int
    held: int
    roots: list[int]
    frames: list[WireFrame]
    fixed: NotRequired[bool]  # modules stay as they are
    why: NotRequired[WhyForward]  # of a recording without graphs


@final
class WireGeometry(WirePicture):
    """A picture, every box and line of it spelled out."""

    boxes: list[WireBox]
    links: list[WireLink]


class WirePlayedBox(WireBox):
    """A card whose numbers change; what there is to say of its nodes is in `WireView.details`."""

    ids: list[int]
    blocks: list[WireBlock]


class WirePlayedLink(WireLink):
    """A line along which gradients come: `edges` of the graph."""

    edges: list[int]


@final
class WirePlayedGeometry(WirePicture):
    """A picture of a recording."""

    boxes: list[WirePlayedBox]
    links: list[WirePlayedLink]


# ---- a large graph in columns ---------------------------------------------------------------------


class WirePackedBoxes(TypedDict):
    """Cards, each once; per box four numbers: its card, x, y, and twin or -1; and its node or nodes."""

    cards: list[WireCard]
    spots: list[int]
    boxNodes: list[int | list[int]]


class WirePackedLinks(TypedDict):
    """Labels, each once; per line four numbers: its ends, how many edges it stands for, its label; its points."""

    labels: list[str]
    ends: list[int]
    points: list[list[int]]  # the first point, then the way from each to the next


WirePackedType = tuple[str, NodeKind, str, int]  # type, kind, module, slots
WirePackedSaved = tuple[Position, str | None, int | None]  # in `kept`, alias, version
# key, type, metas, what it saved, none slots; of a leaf with a name, that too
WirePackedNode = (
    tuple[str, Position, Position, list[WirePackedSaved], Position]
    | tuple[str, Position, Position, list[WirePackedSaved], Position, str]
)


class WirePackedNodes(TypedDict):
    """Nodes, and tables of what many of them share; edges in fours: source, slot, target, input_nr."""

    nodeRows: list[WirePackedNode]
    types: list[WirePackedType]
    metas: list[list[WireMeta]]
    kept: list[WireSaved]
    nones: list[list[int]]
    edgeRows: list[int]


class WireDense(WirePackedBoxes, WirePackedLinks, WirePackedNodes):
    """All of a large graph."""

    params: dict[str, WireParam]


@final
class WirePackedGeometry(WirePicture):
    """A picture of a large graph."""

    dense: WireDense


# ---- a recording ----------------------------------------------------------------------------------


class WireView(TypedDict):
    """A view of a recording; per graph its picture and, per box of that, the nodes to tell of."""

    name: ViewName
    pictures: list[WirePlayedGeometry]
    details: list[list[list[WireNode]]]
    of: list[tuple[Position, Position]]


class WirePlay(TypedDict):
    """What the viewer needs to play a recording."""

    recording: WireRecording
    views: list[WireView]
