"""Tensors of the forward pass that need no gradient: what a graph's operations were given, and what led to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from graphtrace.literals import TensorOrigin
from graphtrace.model import ForwardTensor, Graph, Op, Recording

MOST = 60  # tensors of one graph that are found
_SHOWN: frozenset[TensorOrigin] = frozenset({"input", "op", "param", "leaf"})

_NAMES = {"linear": "Linear", "relu": "ReLU", "tanh": "Tanh", "sigmoid": "Sigmoid", "conv1d": "Conv1d"}
_NAMES |= {"conv2d": "Conv2d", "max_pool2d": "MaxPool2d", "avg_pool2d": "AvgPool2d", "flatten": "Flatten"}
_NAMES |= {"batch_norm": "BatchNorm", "layer_norm": "LayerNorm", "dropout": "Dropout", "embedding": "Embedding"}


@dataclass(slots=True)
class Given:
    """One such tensor.

    Attributes:
        tensor: What the recording knows of it.
        users: The ops that read it.
        maker: The op that made it; None where the program brought it.
        sources: Ops of the graph that gave the maker its other inputs.
    """

    tensor: ForwardTensor
    users: list[int] = field(default_factory=list)
    maker: Op | None = None
    sources: tuple[int, ...] = ()

    @property
    def is_param(self) -> bool:
        """Whether it is a parameter: it is shown on the cards of its readers."""
        return self.tensor.origin == "param"

    @property
    def title(self) -> str:
        """Name for people: the program's variable, or the op that made it."""
        if self.maker is None:
            return self.tensor.name or self.tensor.origin
        return op_title(self.maker)


def op_title(op: Op) -> str:
    """Return the name of an op without a node: ``Linear · 0``, ``getitem``."""
    name = op.name.rpartition(".")[2].strip("_")
    name = _NAMES.get(name, name)
    return f"{name} · {op.module}" if op.module else name


def given_to(recording: Recording, graph: Graph) -> tuple[Given, ...]:
    """Return the tensors without gradient that a graph's ops read, and those that these were made from.

    Args:
        recording: Knows the ops.
        graph: One of its graphs; of one without nodes everything that the forward pass read and made is returned.
    """
    own = {node.op for node in graph.nodes if node.op is not None and node.op < len(recording.ops)}
    if graph.nodes:
        return tuple(_walked(recording, own, own, every=False).values())
    ran = [op.id for op in recording.ops if op.outputs][-MOST:]
    found = _walked(recording, ran, (), every=True)
    ends = [op for op in ran if not any(number in found for number in recording.ops[op].outputs)]
    made = [Given(recording.tensors[recording.ops[op].outputs[0]], [], recording.ops[op]) for op in ends]
    return (*found.values(), *made)


def _walked(recording: Recording, start: Collection[int], own: Collection[int], every: bool) -> dict[int, Given]:
    """Go from ops to what they read, and on to what made that; `own` are the ops of the graph."""
    makers = {number: op for op in recording.ops for number in op.outputs}
    found: dict[int, Given] = {}
    queue = sorted(start)
    for number in queue:  # grows while it is read
        for i in dict.fromkeys(recording.ops[number].inputs):
            tensor, maker = recording.tensors[i], makers.get(i)
            if (tensor.requires_grad and not every) or tensor.origin not in _SHOWN:
                continue
            maker = None if maker is None or maker.id in own else maker
            if i not in found and len(found) < MOST:
                found[i] = Given(tensor, [], maker, _sources(maker, makers, own))
                queue += [] if maker is None or maker.id in queue else [maker.id]
            if i in found:
                found[i].users.append(number)
    return found


def _sources(maker: Op | None, makers: dict[int, Op], own: Collection[int]) -> tuple[int, ...]:
    behind = (makers.get(i) for i in (maker.inputs if maker is not None else ()))
    return tuple(op.id for op in behind if op is not None and op.id in own)
