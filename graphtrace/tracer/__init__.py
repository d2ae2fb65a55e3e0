"""Trace: from a loss to a `Graph`. The only package that reads ``next_functions`` and ``_raw_saved_*``.

Source of the graph's meaning: https://docs.pytorch.org/docs/stable/notes/autograd.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import nn
from torch.autograd.graph import Node as TorchNode

from graphtrace.model import Graph, paused_gc
from graphtrace.tracer import guard
from graphtrace.tracer.cache import described
from graphtrace.tracer.describe import MadeBy
from graphtrace.tracer.names import Names
from graphtrace.tracer.roots import Root, starts
from graphtrace.tracer.walk import Walk, walk

__all__ = ["LiveGraph", "trace", "trace_live"]


@dataclass(frozen=True, slots=True)
class LiveGraph:
    """A graph with its torch nodes, ``nodes[i]`` behind ``graph.nodes[i]``. Short-lived: never store or pickle it."""

    graph: Graph
    nodes: list[TorchNode]


def trace(
    root: Root | Sequence[Root],
    model: nn.Module | None = None,
    params: Mapping[str, torch.Tensor] | None = None,
    saved: bool = True,
) -> Graph:
    """Trace the backward graph of one or several tensors.

    Changes nothing: no ``.grad``, version, hook, random state or grad mode; runs no forward and no
    backward, frees no saved tensor; ``loss.backward()`` works afterwards. Works on a freed graph too.

    Args:
        root: Tensor with a ``grad_fn``, of any shape, or torch's ``GradientEdge``, or a non-empty sequence of them.
        model: Names parameters, buffers and modules.
        params: Names for leaves that no module owns.
        saved: Whether to read the saved tensors (never unpacked, so a checkpoint is not re-run).

    Returns:
        Nodes in predicted execution order, edges by source and slot.

    Raises:
        TraceError: `root` is no tensor, an empty sequence, a leaf, or does not require grad.
    """
    return _traced(root, model, params, saved)[0]


def trace_live(
    root: Root | Sequence[Root],
    model: nn.Module | None = None,
    params: Mapping[str, torch.Tensor] | None = None,
    saved: bool = True,
    made_by: MadeBy | None = None,
    storages: dict[int, int] | None = None,
) -> LiveGraph:
    """Trace as `trace` does, and return the torch nodes beside the graph, for a recorder.

    Args:
        root: As for `trace`.
        model: As for `trace`.
        params: As for `trace`.
        saved: As for `trace`.
        made_by: Tells which forward operation made each node, where that was recorded.
        storages: Takes the numbers of the storages behind the saved tensors, by address.

    Raises:
        TraceError: As for `trace`.
    """
    return LiveGraph(*_traced(root, model, params, saved, made_by, storages))


def _traced(
    root: Root | Sequence[Root],
    model: nn.Module | None,
    params: Mapping[str, torch.Tensor] | None,
    saved: bool,
    made_by: MadeBy | None = None,
    storages: dict[int, int] | None = None,
) -> tuple[Graph, list[TorchNode]]:
    (roots, output_nrs), names = starts(root), Names(model, params)
    guard.sweep()
    with paused_gc():
        discovered = Walk()
        try:
            walk(roots, discovered)
            graph, nodes = described(discovered, output_nrs, names, saved, made_by, storages)
        except BaseException:
            guard.hold(discovered.nodes[::-1])  # walked nodes must never be left unguarded
            raise
        guard.protect(nodes, graph.edges)
        return graph, nodes
