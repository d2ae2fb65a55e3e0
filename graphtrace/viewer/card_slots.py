"""What a card keeps free for the numbers that change while a recording plays: decided before the layout, once.

A card's blocks, from top to bottom: ``value`` (what the operation gave, what the leaf is), ``grad`` (the
gradient that has arrived), ``sum`` (contributions that add up), ``bucket`` (a leaf's .grad), ``row`` (the
same in one line, for a leaf folded into the card), ``shelf`` (saved tensors), ``mini`` (all in one line). ``data``
is a tensor that needs no gradient: alone on a grey card, or below its name on the card that reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from graphtrace.layout.card import Insets
from graphtrace.literals import BlockRole
from graphtrace.model import Box, Node, TensorData, TensorMeta
from graphtrace.viewer.block import Block, label_height
from graphtrace.viewer.recorded_graph import RecordedGraph
from graphtrace.viewer.typography import DETAILED, Typography

GAP = 6.0

MOST_CELLS = 4  # rows and columns up to which numbers are printed
MOST_SPELLED = 4  # folded leaves whose numbers are shown in large type
MOST_ROWS = 4  # folded leaves that get a line of their own
_LINES = ("sum", "row", "more", "shelf", "mini")
MOST_BOXES = 150  # above, a card has one line for everything


def blocks(
    box: Box,
    recorded: RecordedGraph,
    *,
    data: Mapping[int, Sequence[int]] = MappingProxyType({}),
    compact: bool = False,
    upright: bool = False,
    type: Typography = DETAILED,
) -> tuple[Block, ...]:
    """Return the blocks of a box, placed below one another from (0, 0).

    Args:
        box: A box of a view of the graph.
        recorded: What the recording tells of the graph.
        data: Per box the positions of tensors given to the graph that are shown on it.
        compact: Whether everything is told in one line.
        upright: Whether the gradient is below the value, not beside it.
        type: Sizes of letters and cells. In large type a card shows its parameters number by number.
    """
    if box.kind == "data":
        own = [_given(place, recorded, type) for place in data.get(box.id, ())[:1]]
        return _stacked([*own, *_params(box, recorded, data, type)])
    if box.kind in ("stub", "cut") or not box.nodes:
        return ()
    node = recorded.graph.nodes[box.nodes[0]]
    if compact:
        return _stacked([_line("mini", type.sum, type, node=node.id, name=_leaf(node.param, node.key, box.kind))])
    if box.kind == "leaf":
        return _leaf_blocks(box, recorded, type)
    wanted = [_tensor("value", recorded.metas[node.id], node.id, type)] if node.id in recorded.values else []
    wanted += [_tensor("grad", node.metas, node.id, type)] if node.metas else []
    main = _beside(wanted, 0.0 if upright else type.widest)
    lines = [_line("sum", type.sum, type, node=node.id)] if recorded.fan_in[node.id] > 1 else []
    room = max(extent(_stacked(main))[0] + 24.0, type.row)
    inside = [*_parameters(box, recorded, type, room), *_params(box, recorded, data, type)]
    return _stacked([*main, *lines, *inside, *_shelf(box, recorded, type)])


def _line(role: BlockRole, width: float, type: Typography, *, count: int = 0, node: int = -1, name: str = "") -> Block:
    return Block(role, w=width, h=type.line, count=count, node=node, name=name, type=type)


def _given(place: int, recorded: RecordedGraph, type: Typography) -> Block:
    """Return the block of a card of its own: a column lies down, and cells are as narrow as the numbers allow."""
    given = recorded.given[place]
    shown = _tensor("data", (given.tensor.meta,), -1, type)
    if not shown.rows:
        return replace(shown, data=place)
    rows, cols = (1, shown.rows) if shown.cols == 1 else (shown.rows, shown.cols)
    wide = type.digit if are_digits(recorded.known.get(given.tensor.id)) else type.cell[0]
    size = cols * wide, rows * type.cell[1]
    return replace(shown, data=place, rows=rows, cols=cols, w=size[0], h=size[1], numbers=size)


def are_digits(value: TensorData | None) -> bool:
    """Return whether all numbers of a tensor are whole and have one digit."""
    numbers = () if value is None or value.data is None or "complex" in value.meta.dtype else value.numbers()
    return bool(numbers) and all(number == int(number) and 0 <= number <= 9 for number in map(abs, numbers))


def _params(box: Box, recorded: RecordedGraph, data: Mapping[int, Sequence[int]], type: Typography) -> list[Block]:
    """Return what is shown of the parameters without gradient that a box reads."""
    found = []
    for place in data.get(box.id, ())[box.kind == "data" :]:
        tensor = recorded.given[place].tensor
        found.append(replace(_tensor("data", (tensor.meta,), -1, type, tensor.name), data=place))
    return _beside(found, type.widest)


def _leaf(param: str | None, key: str, kind: str) -> str:
    return (param or key) if kind == "leaf" else ""


def _leaf_blocks(box: Box, recorded: RecordedGraph, type: Typography) -> tuple[Block, ...]:
    node = recorded.graph.nodes[box.nodes[0]]
    name = _leaf(node.param, node.key, box.kind)
    if not node.metas:
        return _stacked([_line("row", type.sum, type, name=name, node=node.id)])
    lines = [_line("sum", type.sum, type, node=node.id)] if recorded.fan_in[node.id] > 1 else []
    return _stacked([*lines, *_beside(_value_and_bucket(node, name, recorded, type), type.widest)])


def _value_and_bucket(node: Node, name: str, recorded: RecordedGraph, type: Typography) -> list[Block]:
    """Return a leaf's numbers, where the recording has them, and its .grad."""
    wanted = [_tensor("value", node.metas, node.id, type, name)] if name in recorded.leaves else []
    inner = _tensor("bucket", node.metas, node.id, type, name)
    wide, high = max(inner.numbers[0] + 2 * type.pad, type.bucket), inner.h + 2 * type.pad
    return [*wanted, replace(inner, w=wide, h=high, pad=type.pad)]


def _tensor(role: BlockRole, metas: Sequence[TensorMeta], node: int, type: Typography, name: str = "") -> Block:
    rows, cols = cells(metas[0])
    least = {"value": type.value, "grad": type.grad, "bucket": type.bucket}.get(role, 0.0)
    size = (cols * type.cell[0], rows * type.cell[1]) if rows else type.heat
    stats = 0.0 if rows else 2 * (type.small + 3.0)  # least and largest, mean
    high = label_height(role, name, size, type) + size[1] + stats
    return Block(role, 0.0, 0.0, max(size[0], least), high, rows, cols, 0, node, name, -1, size, 0.0, type)


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
    spelled: list[Block] = []
    rows: list[Block] = []
    for leaf in reversed(leaves):  # the weight before the bias
        name = leaf.param or leaf.key
        if not leaf.metas or leaf.metas[0].numel == 1 or not any(cells(leaf.metas[0])):
            rows.append(_line("row", type.row, type, node=leaf.id, name=name))
        else:
            spelled += _beside(_value_and_bucket(leaf, name, recorded, type), room)
    return [*spelled, *rows]


def _rows(leaves: Sequence[Node], type: Typography) -> list[Block]:
    """Return one line per leaf; of many leaves, some and a count."""
    lines = [_line("row", type.row, type, node=leaf.id, name=leaf.param or leaf.key) for leaf in leaves]
    if len(lines) <= MOST_ROWS:
        return lines
    listed = lines[: MOST_ROWS - 1]
    return [*listed, _line("more", type.sum, type, count=len(lines) - len(listed))]


def _shelf(box: Box, recorded: RecordedGraph, type: Typography) -> list[Block]:
    count = sum(saved.state != "none" for i in box.nodes for saved in recorded.graph.nodes[i].saved)
    return [_line("shelf", type.shelf, type, count=count)] if count else []


def _beside(wanted: list[Block], widest: float) -> list[Block]:
    """Put two narrow blocks side by side: the second keeps its x and has no line of its own."""
    if len(wanted) == 2 and wanted[0].w + 2 * GAP + wanted[1].w <= widest:
        return [wanted[0], wanted[1].at(wanted[0].w + 2 * GAP, wanted[1].y)]
    return wanted


def _stacked(wanted: Sequence[Block]) -> tuple[Block, ...]:
    placed: list[Block] = []
    y = GAP
    for block in wanted:
        if block.x and placed:  # beside the one before
            placed.append(block.at(block.x, placed[-1].y))
            y = max(y, block.h + placed[-1].y + GAP)
        else:
            placed.append(block.at(block.x, y))
            y += block.h + (0.0 if block.role in _LINES else GAP)
    return tuple(placed)


def extent(wanted: Sequence[Block]) -> tuple[float, float]:
    """Return width and height that blocks need."""
    if not wanted:
        return 0.0, 0.0
    return max(b.x + b.w for b in wanted), max(b.y + b.h for b in wanted)


def in_card(wanted: Sequence[Block], height: float, insets: Insets) -> tuple[Block, ...]:
    """Move blocks to the lower end of a card of this height."""
    top = height - insets.bottom - extent(wanted)[1]
    return tuple(b.at(b.x + insets.left, b.y + top) for b in wanted)
