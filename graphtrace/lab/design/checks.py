"""Check a spec on the meta device: all its problems, the shapes of its layers, its costs."""

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
from graphtrace.lab.records.layers import Layer
from graphtrace.lab.records.rules import problems_of
from graphtrace.lab.records.spec import Spec
from graphtrace.lab.records.tree import all_layers, blocks, named

__all__ = ["LayerShape", "Survey", "require", "shapes", "survey", "validate"]


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of a spec before anything is allocated.

    Attributes:
        problems: What keeps it from running, in words.
        notes: What torch accepts, but a reader should know.
        shapes: Output shapes of the layers, in order, as far as the net fits together.
        parameters: Numbers that the net learns.
        activation_bytes: Bytes of the data and of what a forward pass saves for backward.
        flops: Multiplications and additions of one forward and backward pass.
    """

    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    shapes: tuple[LayerShape, ...] = ()
    parameters: int = 0
    activation_bytes: int = 0
    flops: int = 0


def validate(spec: Spec) -> tuple[str, ...]:
    """Return every problem of a spec in words; a spec without problems runs."""
    return survey(spec).problems


def shapes(spec: Spec) -> tuple[LayerShape, ...]:
    """Return the output shape of each layer, as far as the net fits together."""
    return survey(spec).shapes


def require(spec: Spec) -> Survey:
    """Return the survey of a spec that runs.

    Raises:
        SpecError: It does not run; the text holds every problem.
    """
    result = survey(spec)
    if result.problems:
        raise SpecError("; ".join(result.problems))
    return result


def survey(spec: Spec) -> Survey:
    """Check a spec: fields, names, limits, shapes, loss, initial values."""
    if type(spec) is not Spec:
        return Survey((f"no spec: {shown(spec)} (give a graphtrace.lab.Spec)",))
    problems = tuple(problems_of(spec))
    return Survey(problems) if problems else _survey(spec, limits.current())


@lru_cache(maxsize=64)
def _survey(spec: Spec, _limits: limits.Limits) -> Survey:
    """Check a spec whose fields are in range; the limits are part of the cache's key."""
    table = table_problems(spec.data) if isinstance(spec.data, Table) else []
    too_large = table or [*_size_problems(spec)]
    problems = [*_structure_problems(spec), *too_large]
    if too_large:
        return Survey(tuple(problems))
    inference = ShapeInference(spec)
    inference.run()
    problems += inference.problems
    problems += [] if problems else _build_problems(spec)
    parameters = _count_parameters(spec) if not problems else 0
    message = limits.over("parameters", parameters, f"the net has {parameters:,} parameters")
    return Survey(
        (*problems, message) if message else tuple(problems),
        tuple(inference.notes),
        tuple(inference.shapes),
        parameters,
        inference.cost.activation_bytes,
        inference.cost.flops,
    )


def _structure_problems(spec: Spec) -> Iterator[str]:
    yield from _name_problems(spec.layers, "")
    if spec.loss.reduction == "batchmean" and spec.loss.name != "KLDivLoss":
        yield f"{spec.loss.name} has no reduction 'batchmean' (take 'mean', 'sum' or 'none')"
    if spec.device == "cuda" and not torch.cuda.is_available():
        yield "device 'cuda' is not here: this machine has none (take 'auto' or 'cpu')"


_SEQUENTIAL = nn.Sequential()  # its attributes cannot be names of layers


def _name_problems(layers: tuple[Layer, ...], prefix: str) -> Iterator[str]:
    seen: set[str] = set()
    for name, layer in named(layers):
        if name in seen:
            yield f"two layers have one name: {shown(prefix + name)} (rename one)"
        elif hasattr(_SEQUENTIAL, name):
            yield f"a layer cannot have this name: {shown(prefix + name)} (torch.nn.Sequential uses it; rename it)"
        seen.add(name)
        for i, block in enumerate(blocks(layer)):
            yield from _name_problems(block, f"{prefix}{name}.{i}.")


def _size_problems(spec: Spec) -> Iterator[str]:
    written = sum(1 for _ in all_layers(spec.layers))
    run = _count_run_layers(spec.layers)
    shape, target = data.input_shape(spec.data), data.target_shape(spec)
    size = 8 * (math.prod(shape) + math.prod(target))
    for name, amount, what in (
        ("layers", written, f"the net has {written:,} layers"),
        ("modules", run, f"the net runs {run:,} layers"),
        ("batch", shape[0], f"the data has {shape[0]:,} samples"),
        ("activation_bytes", size, f"the data takes {size:,} bytes"),
    ):
        message = limits.over(name, amount, what)
        if message is not None:
            yield message


def _count_run_layers(layers: tuple[Layer, ...]) -> int:
    """Count the layers of the net without building it: a repeated block counts each time."""
    count = 0
    for layer in layers:
        times = getattr(layer, "times", 1)
        count += 1 + times * sum(_count_run_layers(block) for block in blocks(layer))
    return count


def _build_problems(spec: Spec) -> Iterator[str]:
    """Build the net on the meta device, to check tied layers and initial values."""
    try:
        build(spec, device="meta")
    except SpecError as error:
        yield str(error)


def _count_parameters(spec: Spec) -> int:
    return sum(parameter.numel() for parameter in build(spec, device="meta").parameters())
