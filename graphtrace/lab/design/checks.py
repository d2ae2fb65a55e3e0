"""Check a spec on the meta device: all its problems, the shapes of its layers, its costs."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from torch import nn

from graphtrace.errors import SpecError, shown
from graphtrace.lab.design.misfits import LayerName, Misfit, untranslated
from graphtrace.lab.design.shape_inference import LayerShape, ShapeInference
from graphtrace.lab.design.trials import with_repair
from graphtrace.lab.parts import data
from graphtrace.lab.parts.build import build, inner_blocks, tied_layers
from graphtrace.lab.parts.devices import device_problem
from graphtrace.lab.records import limits
from graphtrace.lab.records.datasets import Table, table_problems
from graphtrace.lab.records.layers import Layer, Parallel, Repeat
from graphtrace.lab.records.rules import problems_of
from graphtrace.lab.records.spec import Spec
from graphtrace.lab.records.tree import all_layers, blocks, named

__all__ = ["LayerShape", "Survey", "require", "shapes", "survey", "validate"]


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of a spec before anything is allocated.

    Attributes:
        misfits: What keeps it from running.
        remarks: What torch accepts, but a reader should know.
        shapes: Output shapes of the layers, in order, as far as the net fits together.
        parameters: Numbers that the net learns.
        activation_bytes: Bytes of the data and of what a forward pass saves for backward.
        flops: Multiplications and additions of one forward and backward pass.
    """

    misfits: tuple[Misfit, ...] = ()
    remarks: tuple[Misfit, ...] = ()
    shapes: tuple[LayerShape, ...] = ()
    parameters: int = 0
    activation_bytes: int = 0
    flops: int = 0

    @property
    def problems(self) -> tuple[str, ...]:
        """What keeps it from running, in words."""
        return tuple(misfit.say() for misfit in self.misfits)

    @property
    def notes(self) -> tuple[str, ...]:
        """What torch accepts, but a reader should know, in words."""
        return tuple(remark.say() for remark in self.remarks)


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
        return Survey((untranslated(f"no spec: {shown(spec)} (give a graphtrace.lab.Spec)"),))
    misfits = tuple(_field_misfit(spec, problem) for problem in problems_of(spec))
    return Survey(misfits) if misfits else _survey(spec, limits.current())


_OF_A_LAYER = re.compile(r"layers((?:\[\d+\]|\.block|\.branches)+)")


def _field_misfit(spec: Spec, problem: str) -> Misfit:
    """Return the problem of a field, at its layer if it is one of a layer."""
    found = _OF_A_LAYER.match(problem)
    path = tuple(map(int, re.findall(r"\d+", found[1]))) if found else ()
    return untranslated(problem, _name_at(spec.layers, path))


def _name_at(block: object, path: tuple[int, ...]) -> str:
    """Return the name in the net of the layer at a path; empty where there is none: the fields may hold anything."""
    name, rest = "", path
    while rest:
        layer = block[rest[0]] if isinstance(block, tuple) and rest[0] < len(block) else None
        if not isinstance(layer, Layer):
            return ""
        name += f"{layer.name or rest[0]}"
        rest = rest[1:]
        if not rest:
            break
        if isinstance(layer, Parallel):
            block, inner, rest = layer.branches[rest[0]], f"branches.{rest[0]}", rest[1:]
        else:
            block, inner = getattr(layer, "block", ()), "0" if isinstance(layer, Repeat) else "block"
        name += f".{inner}."
    return name


@lru_cache(maxsize=64)
def _survey(spec: Spec, _limits: limits.Limits) -> Survey:
    """Check a spec whose fields are in range; the limits are part of the cache's key."""
    table = table_problems(spec.data) if isinstance(spec.data, Table) else []
    too_large = [untranslated(text) for text in table or _size_problems(spec)]
    misfits = [*_structure_misfits(spec), *too_large]
    if too_large:
        return Survey(tuple(misfits))
    inference = ShapeInference(spec)
    inference.run()
    misfits += [with_repair(spec, one) for one in inference.misfits]
    misfits += [] if misfits else _build_misfits(spec)
    parameters = _count_parameters(spec) if not misfits else 0
    message = limits.over("parameters", parameters, f"the net has {parameters:,} parameters")
    return Survey(
        (*misfits, untranslated(message)) if message else tuple(misfits),
        tuple(inference.remarks),
        tuple(inference.shapes),
        parameters,
        inference.cost.activation_bytes,
        inference.cost.flops,
    )


def _structure_misfits(spec: Spec) -> Iterator[Misfit]:
    yield from _name_misfits(spec.layers, "")
    if spec.loss.reduction == "batchmean" and spec.loss.name != "KLDivLoss":
        yield untranslated(f"{spec.loss.name} has no reduction 'batchmean' (take 'mean', 'sum' or 'none')")
    problem = device_problem(spec.device, spec.dtype)
    if problem:
        yield untranslated(problem)


_SEQUENTIAL = nn.Sequential()  # its attributes cannot be names of layers


def _name_misfits(layers: tuple[Layer, ...], prefix: str) -> Iterator[Misfit]:
    seen: set[str] = set()
    for name, layer in named(layers):
        where = LayerName(prefix + name, type(layer).__name__)
        if name in seen:
            yield Misfit(where, "twice", (("name", shown(prefix + name)),))
        elif hasattr(_SEQUENTIAL, name):
            yield Misfit(where, "taken", (("name", shown(prefix + name)),))
        seen.add(name)
        written = inner_blocks(layer)[: 1 if isinstance(layer, Repeat) else None]  # a repeated block once
        for inner, block in written:
            yield from _name_misfits(block, f"{prefix}{name}.{inner}.")


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


def _build_misfits(spec: Spec) -> Iterator[Misfit]:
    """Build the net on the meta device, to check tied layers and initial values."""
    try:
        build(spec, device="meta")
    except SpecError as error:
        tied = (name for name, _ in tied_layers(spec.layers) if str(error).startswith(f"layer {name!r} "))
        yield untranslated(str(error), next(tied, ""))


def _count_parameters(spec: Spec) -> int:
    return sum(parameter.numel() for parameter in build(spec, device="meta").parameters())
