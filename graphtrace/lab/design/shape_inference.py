"""Infer the shapes of a net layer by layer on the meta device: torch computes them, and nothing is allocated."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from graphtrace.lab.design.cost_counter import CostCounter, OverLimitError, meta
from graphtrace.lab.design.shape_rules import expected_output_shape, format_shape, input_problems
from graphtrace.lab.parts import data
from graphtrace.lab.parts.build import inner_blocks, module
from graphtrace.lab.records.layers import Layer, Parallel, Repeat, Residual
from graphtrace.lab.records.spec import CLASSIFYING, Spec
from graphtrace.lab.records.tree import label, named


@dataclass(frozen=True, slots=True)
class LayerShape:
    """Output shape of one layer. `path` is its name in the net, `depth` how many layers it stands in."""

    path: str
    kind: str
    depth: int
    shape: tuple[int, ...]


class ShapeInference:
    """Infers the shapes of one spec.

    A layer that does not fit is taken as if it did, if its output can be known, to find further problems.

    Attributes:
        problems: What keeps the net from running, in words.
        notes: What torch accepts, but a reader should know.
        shapes: Output shapes, as far as the net fits together.
        cost: Of a forward pass.
    """

    def __init__(self, spec: Spec) -> None:
        self.problems: list[str] = []
        self.notes: list[str] = []
        self.shapes: list[LayerShape] = []
        self.cost = CostCounter()
        self._spec = spec
        self._dtype = getattr(torch, spec.dtype)
        self._origin = "the data"  # what made the present shape
        self._tokens = data.classes_of(spec.data) if data.is_tokens(spec.data) else 0

    def run(self) -> None:
        """Go through the net and its loss."""
        shape = data.input_shape(self._spec.data)
        x = meta(shape, torch.long if self._tokens else self._dtype)
        self.cost.count_data(x)
        try:
            out = self._block(self._spec.layers, x, "", 0)
            if out is not None:
                self._loss(out)
        except OverLimitError as error:
            self.problems.append(str(error))

    def _block(self, layers: tuple[Layer, ...], x: Tensor, prefix: str, depth: int) -> Tensor | None:
        out: Tensor | None = x
        for name, layer in named(layers):
            if out is not None:
                before = out.shape
                out = self._layer(prefix + name, layer, out, depth)
            if out is not None:
                self.shapes.append(LayerShape(prefix + name, type(layer).__name__, depth, tuple(out.shape)))
                self._origin = self._origin if out.shape == before else label(prefix + name, layer)
        return out

    def _layer(self, path: str, layer: Layer, x: Tensor, depth: int) -> Tensor | None:
        blocks = inner_blocks(layer)
        if not blocks:
            return self._plain_layer(path, layer, x)
        outs: list[Tensor] = []
        problems_before = len(self.problems)
        for inner, block in blocks:
            out = self._block(block, x, f"{path}.{inner}.", depth + 1)
            if out is None or len(self.problems) > problems_before:
                return None
            outs.append(out)
            if isinstance(layer, Repeat):  # the next repetition gets the output of this one
                x = out
        return self._joined(path, layer, x, outs)

    def _joined(self, path: str, layer: Layer, x: Tensor, outs: list[Tensor]) -> Tensor | None:
        if not isinstance(layer, Repeat) and not all(out.is_floating_point() for out in outs):
            self.problems.append(f"{label(path, layer)} wants numbers: it gets token numbers (put an Embedding first)")
            return None
        if isinstance(layer, Residual):
            return self._try(path, layer, lambda: lambda a, b: a + b, x, *outs)
        if isinstance(layer, Parallel):
            return self._try(path, layer, lambda: _sum if layer.join == "sum" else _concatenated, *outs)
        return x

    def _plain_layer(self, path: str, layer: Layer, x: Tensor) -> Tensor | None:
        shape = tuple(x.shape)
        tokens = 0 if x.is_floating_point() else self._tokens
        problems = list(input_problems(layer, shape, tokens, self._origin))
        if not problems:
            return self._try(path, layer, lambda: module(layer, dtype=self._dtype, device="meta").eval(), x)
        self.problems += [f"{label(path, layer)} {problem}" for problem in problems]
        expected = expected_output_shape(layer, shape)
        return None if expected is None else meta(expected, self._dtype)

    def _try(
        self, path: str, layer: Layer, make: Callable[[], Callable[..., Tensor]], *inputs: Tensor
    ) -> Tensor | None:
        """Make and run a function; what torch refuses becomes a problem in torch's words."""
        try:
            return self.cost.run(make(), *inputs)
        except OverLimitError:
            raise
        except Exception as error:
            shapes = " and ".join(format_shape(tuple(tensor.shape)) for tensor in inputs)
            message = str(error).strip().partition("\n")[0][:200]
            fix = f"change it, or {self._origin}"
            self.problems.append(f"{label(path, layer)} does not take {shapes}: {message} ({fix})")
            return None

    def _loss(self, out: Tensor) -> None:
        loss, form = self._spec.loss, data.target_form(self._spec)
        shape, target = tuple(out.shape), data.target_shape(self._spec)
        if not out.is_floating_point():
            self.problems.append(f"{loss.name} wants numbers: the net gives token numbers (put an Embedding first)")
        elif loss.name in CLASSIFYING:
            self._classification_problems(shape, target, form)
        elif shape != target:
            self._unequal_shapes(shape, target)
        y = meta(target, torch.long if form == "classes" else self._dtype)
        self.cost.count_data(y)
        if not self.problems and shape == target and loss.reduction != "batchmean":  # torch warns of unequal shapes
            self.cost.run(lambda: getattr(nn, loss.name)(reduction=loss.reduction)(out, y))

    def _classification_problems(self, shape: tuple[int, ...], target: tuple[int, ...], form: str) -> None:
        name = self._spec.loss.name
        if form != "classes":
            if name == "NLLLoss" or shape != target or len(shape) < 2:
                got, fix = format_shape(target), "take data with classes, or MSELoss"
                self.problems.append(f"{name} wants class numbers: the data gives numbers of {got} ({fix})")
            return
        classes = data.classes_of(self._spec.data)
        if len(shape) != 2:
            fix = "put a Flatten before the last Linear"
            self.problems.append(f"{name} wants batch × classes: it gets {format_shape(shape)} ({fix})")
        elif shape[1] < classes:
            fix = f"set the outputs of the last layer to {classes}"
            self.problems.append(f"{name} wants an output for each of {classes} classes: it gets {shape[1]} ({fix})")

    def _unequal_shapes(self, shape: tuple[int, ...], target: tuple[int, ...]) -> None:
        name, got, wanted = self._spec.loss.name, format_shape(shape), format_shape(target)
        try:
            broadcast = (meta(shape, self._dtype) - meta(target, self._dtype)).shape
        except RuntimeError:
            broadcast = torch.Size()
        if not broadcast or name == "BCEWithLogitsLoss":
            fix = f"change {self._origin}, or the data"
            self.problems.append(f"{name} wants {wanted} like the targets: it gets {got} ({fix})")
        else:
            pairs = f"{got} with {wanted} as {format_shape(tuple(broadcast))}"
            self.notes.append(f"{name} compares {pairs}: torch repeats numbers to make them fit")


def _sum(*outs: Tensor) -> Tensor:
    return functools.reduce(operator.add, outs)


def _concatenated(*outs: Tensor) -> Tensor:
    return torch.cat(outs, dim=1)
