"""What a card keeps free for the numbers that change while a recording plays: decided before the layout, once.

A card's blocks, from top to bottom: ``value`` (what the operation gave, what the leaf is), ``grad`` (the
gradient that has arrived), ``sum`` (contributions that add up), ``bucket`` (a leaf's .grad), ``row`` (the
same in one line, for a leaf folded into the card), ``shelf`` (saved tensors), ``mini`` (all in one line).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphtrace.layout.card import LEFT
from graphtrace.literals import BlockRole
from graphtrace.model import Box, Node, TensorMeta
from graphtrace.viewer.recorded_graph import RecordedGraph
from graphtrace.viewer.typography import DETAILED, Typography

GAP = 6.0
PAD = 5.0  # between a bucket's outline and its numbers


MOST_CELLS = 4  # rows and columns up to which numbers are printed
MOST_SPELLED = 4  # folded leaves whose numbers are shown in large type
MOST_ROWS = 4  # folded leaves that get a line of their own
_LINES = ("sum", "row", "more", "shelf", "mini")
MOST_BOXES = 150  # above, a card has one line for everything


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle of a card, from the card's top left corner.

    Attributes:
        rows: Of printed numbers, with `cols`; 0 for a heatmap and for a block of one line.
        count: Saved tensors of a shelf, or leaves that are not listed.
        node: What it shows, or `name`, a leaf's.
        numbers: Width and height of the cells or the heatmap, (0, 0) for a block of one line.
        pad: Between its outline and them.
        type: Its sizes.
    """

    role: BlockRole
    x: float = 0.0
    y: float = 0.0
    w: float = 0.0
    h: float = 0.0
    rows: int = 0
    cols: int = 0
    count: int = 0
    node: int = -1
    name: str = ""
    numbers: tuple[float, float] = (0.0, 0.0)
    pad: float = 0.0
    type: Typography = DETAILED

    @property
    def label(self) -> float:
        """Height of the label above the numbers."""
        return self.type.label if self.numbers[0] else 0.0

    @property
    def body(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of the numbers."""
        return self.x + self.pad, self.y + self.label + self.pad, *self.numbers


def blocks(
    box: Box, recorded: RecordedGraph, *, compact: bool = False, type: Typography = DETAILED
) -> tuple[Block, ...]:
    """Return the blocks of a box, placed below one another from (0, 0).

    Args:
        box: A box of a view of the graph.
        recorded: What the recording tells of the graph.
        compact: Whether everything is told in one line.
        type: Sizes of letters and cells. In large type a card shows its parameters number by number.
    """
    if box.kind in ("stub", "cut") or not box.nodes:
        return ()
    node = recorded.graph.nodes[box.nodes[0]]
    if compact:
        return _stacked([_line("mini", 150.0, type, node=node.id, name=_leaf(node.param, node.key, box.kind))])
    if box.kind == "leaf":
        return _leaf_blocks(box, recorded, type)
    wanted = [_tensor("value", recorded.metas[node.id], node.id, type)] if node.id in recorded.values else []
    wanted += [_tensor("grad", node.metas, node.id, type)] if node.metas else []
    main = _beside(wanted, type.widest)
    lines = [_line("sum", 150.0, type, node=node.id)] if recorded.fan_in[node.id] > 1 else []
    inside = _parameters(box, recorded, type, max(extent(_stacked(main))[0] + 24.0, 170.0))
    return _stacked([*main, *lines, *inside, *_shelf(box, recorded, type)])


def _line(role: BlockRole, width: float, type: Typography, *, count: int = 0, node: int = -1, name: str = "") -> Block:
    """Return a block of one line; `width` is meant for detailed type."""
    wide = round(width * type.small / DETAILED.small, 1)
    return Block(role, w=wide, h=type.line, count=count, node=node, name=name, type=type)


def _leaf(param: str | None, key: str, kind: str) -> str:
    return (param or key) if kind == "leaf" else ""


def _leaf_blocks(box: Box, recorded: RecordedGraph, type: Typography) -> tuple[Block, ...]:
    node = recorded.graph.nodes[box.nodes[0]]
    name = _leaf(node.param, node.key, box.kind)
    if not node.metas:
        return _stacked([_line("row", 150.0, type, name=name, node=node.id)])
    lines = [_line("sum", 150.0, type, node=node.id)] if recorded.fan_in[node.id] > 1 else []
    return _stacked([*lines, *_beside(_value_and_bucket(node, name, recorded, type), type.widest)])


def _value_and_bucket(node: Node, name: str, recorded: RecordedGraph, type: Typography) -> list[Block]:
    """Return a leaf's numbers, where the recording has them, and its .grad."""
    wanted = [replace(_tensor("value", node.metas, node.id, type), name=name)] if name in recorded.leaves else []
    inner = _tensor("bucket", node.metas, node.id, type)
    wide, high = max(inner.w + 2 * PAD, type.narrowest[1]), inner.h + 2 * PAD
    return [*wanted, replace(inner, name=name, w=wide, h=high, pad=PAD)]


def _tensor(role: BlockRole, metas: Sequence[TensorMeta], node: int, type: Typography) -> Block:
    rows, cols = cells(metas[0])
    if rows:
        wide, high = cols * type.cell[0], rows * type.cell[1]
        numbers = Block(role, rows=rows, cols=cols, node=node, numbers=(wide, high), type=type)
        return replace(numbers, w=max(wide, type.narrowest[0]), h=type.label + high)
    stats = 2 * (type.small + 3.0)  # least and largest, mean
    return Block(role, w=type.heat[0], h=type.label + type.heat[1] + stats, node=node, numbers=type.heat, type=type)


def cells(meta: TensorMeta) -> tuple[int, int]:
    """Return rows and columns of a tensor whose numbers are printed, (0, 0) for one that becomes a heatmap."""
    sizes = [size if isinstance(size, int) else 0 for size in meta.shape]
    while len(sizes) > 2 and sizes[0] == 1:
        sizes = sizes[1:]
    if len(sizes) > 2 or "complex" in meta.dtype:
        return 0, 0
    rows, cols = ([1, 1, *sizes])[-2:]
    return (rows, cols) if 0 < rows <= MOST_CELLS and 0 < cols <= MOST_CELLS else (0, 0)


def _parameters(box: Box, recorded: RecordedGraph, type: Typography, room: float) -> list[Block]:
    """Return what is shown of the leaves that are folded into a box: their numbers in large type, else a line each."""
    leaves = [recorded.graph.nodes[i] for i in box.nodes if recorded.graph.nodes[i].kind == "accumulate"]
    if type is DETAILED or len(leaves) > MOST_SPELLED:
        return _rows(leaves, type)
    found: list[Block] = []
    for leaf in leaves:
        name = leaf.param or leaf.key
        if not leaf.metas or leaf.metas[0].numel == 1 or not any(cells(leaf.metas[0])):
            found.append(_line("row", 180.0, type, node=leaf.id, name=name))
        else:
            found += _beside(_value_and_bucket(leaf, name, recorded, type), room)
    return found


def _rows(leaves: Sequence[Node], type: Typography) -> list[Block]:
    """Return one line per leaf; of many leaves, some and a count."""
    lines = [_line("row", 180.0, type, node=leaf.id, name=leaf.param or leaf.key) for leaf in leaves]
    if len(lines) <= MOST_ROWS:
        return lines
    listed = lines[: MOST_ROWS - 1]
    return [*listed, _line("more", 150.0, type, count=len(lines) - len(listed))]


def _shelf(box: Box, recorded: RecordedGraph, type: Typography) -> list[Block]:
    count = sum(saved.state != "none" for i in box.nodes for saved in recorded.graph.nodes[i].saved)
    return [_line("shelf", 130.0, type, count=count)] if count else []


def _beside(wanted: list[Block], widest: float) -> list[Block]:
    """Put two narrow blocks side by side: the second keeps its x and has no line of its own."""
    if len(wanted) == 2 and wanted[0].w + 2 * GAP + wanted[1].w <= widest:
        return [wanted[0], replace(wanted[1], x=wanted[0].w + 2 * GAP)]
    return wanted


def _stacked(wanted: Sequence[Block]) -> tuple[Block, ...]:
    placed: list[Block] = []
    y = GAP
    for block in wanted:
        if block.x and placed:  # beside the one before
            placed.append(replace(block, y=placed[-1].y))
            y = max(y, block.h + placed[-1].y + GAP)
        else:
            placed.append(replace(block, y=y))
            y += block.h + (0.0 if block.role in _LINES else GAP)
    return tuple(placed)


def extent(wanted: Sequence[Block]) -> tuple[float, float]:
    """Return width and height that blocks need."""
    if not wanted:
        return 0.0, 0.0
    return max(b.x + b.w for b in wanted), max(b.y + b.h for b in wanted)


def in_card(wanted: Sequence[Block], height: float, bottom: float) -> tuple[Block, ...]:
    """Move blocks to the lower end of a card of this height."""
    top = height - bottom - extent(wanted)[1]
    return tuple(replace(b, x=b.x + LEFT, y=b.y + top) for b in wanted)
