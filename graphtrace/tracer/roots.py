"""Where a trace starts: the roots, checked."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch.autograd.graph import GradientEdge
from torch.autograd.graph import Node as TorchNode

from graphtrace.errors import NoGraphError, TraceError, shown

Root = torch.Tensor | GradientEdge  # torch's GradientEdge is a tensor's place in the graph, without the tensor


def starts(root: Root | Sequence[Root]) -> tuple[list[TorchNode], list[int]]:
    """Return the node of each root, and which of the node's outputs the root is.

    Raises:
        TraceError: A root is no tensor, or there is none.
        NoGraphError: A root is a leaf, or does not require grad.
    """
    if isinstance(root, torch.Tensor | GradientEdge):
        return [_node(root)], [root.output_nr]
    if not isinstance(root, list | tuple):
        raise TraceError(
            f"root is not a tensor: {shown(root)} (pass the loss itself, not its .item(), or a list of losses)"
        )
    if not root:
        raise TraceError(f"no root to trace: {shown(root)} (pass at least one tensor that has a grad_fn)")
    for position, item in enumerate(root):
        if not isinstance(item, torch.Tensor | GradientEdge):
            raise TraceError(f"root {position} is not a tensor: {shown(item)} (pass tensors that have a grad_fn)")
    return [_node(item) for item in root], [item.output_nr for item in root]


def _node(root: Root) -> TorchNode:
    if isinstance(root, GradientEdge):
        return root.node
    node = _grad_fn(root)
    if node is not None:
        return node
    if root.requires_grad:
        raise NoGraphError(
            f"root is a leaf: tensor of shape {list(root.shape)} was made by no operation"
            " (trace something computed from it, such as a loss)"
        )
    raise NoGraphError(
        f"root does not require grad: tensor of shape {list(root.shape)} has no grad_fn"
        " (set requires_grad=True on an input, and compute outside torch.no_grad() and without .detach())"
    )


def _grad_fn(root: torch.Tensor) -> TorchNode | None:
    """Read ``grad_fn``, once: for a view of a modified base torch makes a new node at each read, or raises."""
    try:
        return root.grad_fn
    except RuntimeError as error:
        raise NoGraphError(
            f"root has lost its graph: {shown(str(error), 200)} (change the base out of place, or trace the base)"
        ) from error
