"""Whether a spec is a program, found on the meta device: every problem at once, the shapes between, the costs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import nn

from graphtrace.errors import SpecError, shown
from graphtrace.lab.design.shape_inference import LayerShape, ShapeInference
from graphtrace.lab.parts import data
from graphtrace.lab.parts.build import build
from graphtrace.lab.records import limits
from graphtrace.lab.records.datasets import Table, table_problems
from graphtrace.lab.records.fields import problems_of
from graphtrace.lab.records.layers import Layer
from graphtrace.lab.records.spec import Spec
from graphtrace.lab.records.tree import blocks, every, named

__all__ = ["LayerShape", "Survey", "require", "shapes", "survey", "validate"]


@dataclass(frozen=True, slots=True)
class Survey:
    """All that is known of a spec before anything is allocated.

    Attributes:
        problems: What keeps it from running, in words.
        notes: What torch will take, and a reader should know.
        shapes: In order; a problem may cut it short.
    """

    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    shapes: tuple[LayerShape, ...] = ()
    parameters: int = 0
    activation_bytes: int = 0
    flops: int = 0


def validate(spec: Spec) -> tuple[str, ...]:
    """Return every problem of a spec in words; nothing means that it runs."""
    return survey(spec).problems


def shapes(spec: Spec) -> tuple[LayerShape, ...]:
    """Return the shape behind each layer, as far as the net fits together."""
    return survey(spec).shapes


def require(spec: Spec) -> Survey:
    """Return the survey of a spec that runs.

    Raises:
        SpecError: It does not; the text holds every problem.
    """
    found = survey(spec)
    if found.problems:
        raise SpecError("; ".join(found.problems))
    return found


def survey(spec: Spec) -> Survey:
    """Look a spec over: fields, names, limits, shapes, loss, first values."""
    if type(spec) is not Spec:
        return Survey((f"no spec: {shown(spec)} (give a graphtrace.lab.Spec)",))
    found = tuple(problems_of(spec, ""))
    return Survey(found) if found else _survey(spec, limits.current())


@lru_cache(maxsize=64)
def _survey(spec: Spec, _limits: limits.Limits) -> Survey:
    """Survey a spec of plain, checked values; the limits are here for the cache's key."""
    rows = table_problems(spec.data) if isinstance(spec.data, Table) else []
    sizes = rows or [*_plain_limits(spec)]
    problems = [*_structure(spec), *sizes]
    if sizes:
        return Survey(tuple(problems))
    walk = ShapeInference(spec)
    walk.run()
    problems += walk.problems
    problems += [] if problems else _whole_net(spec)
    counted = _parameters(spec) if not problems else 0
    message = limits.over("parameters", counted, f"the net has {counted:,} parameters")
    problems += [message] if message else []
    meter = walk.meter
    return Survey(tuple(problems), tuple(walk.notes), tuple(walk.shapes), counted, meter.activation_bytes, meter.flops)


def _structure(spec: Spec) -> Iterator[str]:
    yield from _names(spec.layers, "")
    if spec.loss.reduction == "batchmean" and spec.loss.name != "KLDivLoss":
        yield f"{spec.loss.name} has no reduction 'batchmean' (take 'mean', 'sum' or 'none')"
    if spec.device == "cuda" and not torch.cuda.is_available():
        yield "device 'cuda' is not here: this machine has none (take 'auto' or 'cpu')"


_TAKEN = nn.Sequential()


def _names(layers: tuple[Layer, ...], prefix: str) -> Iterator[str]:
    seen: set[str] = set()
    for name, layer in named(layers):
        if name in seen:
            yield f"two layers have one name: {shown(prefix + name)} (rename one)"
        elif hasattr(_TAKEN, name):
            yield f"a layer cannot have this name: {shown(prefix + name)} (torch.nn.Sequential uses it; rename it)"
        seen.add(name)
        for i, block in enumerate(blocks(layer)):
            yield from _names(block, f"{prefix}{name}.{i}.")


def _plain_limits(spec: Spec) -> Iterator[str]:
    written = sum(1 for _ in every(spec.layers))
    shape, target = data.input_shape(spec.data), data.target_shape(spec)
    size = 8 * (math.prod(shape) + math.prod(target))
    for name, amount, what in (
        ("layers", written, f"the net has {written:,} layers"),
        ("modules", _expanded(spec.layers), f"the net runs {_expanded(spec.layers):,} layers"),
        ("batch", shape[0], f"the data has {shape[0]:,} samples"),
        ("activation_bytes", size, f"the data takes {size:,} bytes"),
    ):
        message = limits.over(name, amount, what)
        if message is not None:
            yield message


def _expanded(layers: tuple[Layer, ...]) -> int:
    """Count the layers as run, without building them."""
    count = 0
    for layer in layers:
        times = getattr(layer, "times", 1)
        count += 1 + times * sum(_expanded(block) for block in blocks(layer))
    return count


def _whole_net(spec: Spec) -> Iterator[str]:
    """Build on the meta device: ties and first values."""
    try:
        build(spec, device="meta")
    except SpecError as error:
        yield str(error)


def _parameters(spec: Spec) -> int:
    return sum(parameter.numel() for parameter in build(spec, device="meta").parameters())
