"""The graph: frozen records of plain values, torch-free. Ids are ranks in predicted execution order."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from pathlib import Path

from graphtrace.literals import NodeKind, ParamState, SavedState
from graphtrace.model.display import Displayable
from graphtrace.model.json_files import write

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class TensorMeta:
    """Shape, dtype and device of a tensor that is not kept. A symbolic size is its text (``"j1"``)."""

    shape: tuple[int | str, ...]
    dtype: str
    device: str
    layout: str = "strided"

    @property
    def numel(self) -> int | None:
        """Number of elements, or None where a size is symbolic."""
        sizes = [size for size in self.shape if isinstance(size, int)]
        return prod(sizes) if len(sizes) == len(self.shape) else None

    def __str__(self) -> str:
        return "×".join(map(str, self.shape)) or "scalar"


@dataclass(frozen=True, slots=True)
class Saved:
    """One tensor that a node keeps for backward.

    `state` is ``held`` (readable), ``freed`` (a backward pass released it), ``packed`` (hooks hold
    it in another form, e.g. a checkpoint: unpacking would re-run code, so it is not done),
    ``none`` (the operation saved nothing here) or ``unreadable``. `nbytes` is the size of the
    tensor itself; tensors with the same `storage` number share memory. `alias` says whose memory
    it is: a parameter's or buffer's name, or ``<node key>.<saved name>`` of an earlier one.
    """

    name: str
    state: SavedState
    meta: TensorMeta | None = None
    nbytes: int = 0
    storage: int | None = None
    alias: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """One ``torch.autograd.graph.Node``.

    Attributes:
        id: Rank in the predicted execution order of the backward pass.
        key: ``<module path>/<Op>:<k>``, or the parameter's name for its ``AccumulateGrad``.
        type: Class name in torch, e.g. ``AddmmBackward0``.
        kind: ``op accumulate custom compiled checkpoint copyslices copy ddp fsdp``.
        param: Name of the parameter behind an ``AccumulateGrad``, else None.
        metas: One per output of the forward operation, which is one per incoming gradient.
        slots: Length of ``next_functions``.
        none_slots: Positions that lead nowhere: a constant, a frozen or an unneeded input.
        saved: Tensors kept for backward (empty when traced with ``saved=False``).
        module: Path of the module it belongs to, as far as names and structure tell.
        seq: ``_sequence_nr`` counted from the graph's lowest, None for an ``AccumulateGrad``;
            comparable within one thread only.
        op: Id of the forward `Op` that made it, when a recorder watched.
    """

    id: int
    key: str
    type: str
    kind: NodeKind
    param: str | None = None
    metas: tuple[TensorMeta, ...] = ()
    slots: int = 0
    none_slots: tuple[int, ...] = ()
    saved: tuple[Saved, ...] = ()
    module: str = ""
    seq: int | None = None
    op: int | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """One entry of ``next_functions``: `source` sends a gradient to `target`, toward the leaves."""

    source: int
    slot: int
    target: int
    input_nr: int


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of the model or a named leaf; `names` holds every name it goes by.

    `state` is ``used`` (its ``AccumulateGrad`` is in the graph), ``frozen`` (does not require
    grad) or ``unused`` (requires grad, but no path from the root reaches it).
    """

    names: tuple[str, ...]
    meta: TensorMeta
    state: ParamState
    node: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Graph(Displayable):
    """A backward graph as it was when traced. Owns no tensor and no torch node.

    Attributes:
        roots: ``(node id, input_nr)`` of each root, in the order given.
        params: Parameters and named leaves, used or not.
        held_bytes: Memory that saved tensors hold beyond parameters and buffers, each storage once.
        warnings: What could not be read, in words.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    roots: tuple[tuple[int, int], ...]
    params: tuple[Param, ...] = ()
    held_bytes: int = 0
    torch: str = ""
    warnings: tuple[str, ...] = ()
    schema: int = SCHEMA

    def save(self, path: str | Path) -> Path:
        """Write the graph as JSON, gzip-compressed if the name ends in ``.gz``. Returns the path.

        Raises:
            TraceError: `path` is no path, or the file cannot be written.
        """
        return write(self, path)

    def __repr__(self) -> str:
        """Describe the graph in one line, without its thousands of records."""
        used = sum(param.state == "used" for param in self.params)
        leaves = f"{used:,} named {'leaf' if used == 1 else 'leaves'}"
        return f"Graph of {counted(len(self.nodes), 'node')}, {counted(len(self.edges), 'edge')}, {leaves}"


def counted(number: int, noun: str) -> str:
    """Return ``1 node`` or ``1,200 nodes``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
