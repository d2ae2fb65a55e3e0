"""ShapeInference a net layer by layer on the meta device: torch tells every shape, nothing is allocated."""

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
    """What leaves one layer. `path` is its name in the net, `depth` how many layers it lies in."""

    path: str
    kind: str
    depth: int
    shape: tuple[int, ...]


class ShapeInference:
    """One walk. A layer that does not fit is taken as if it did, where its output can be told, to find more."""

    def __init__(self, spec: Spec) -> None:
        self.problems: list[str] = []
        self.notes: list[str] = []
        self.shapes: list[LayerShape] = []
        self.meter = CostCounter()
        self._spec = spec
        self._dtype = getattr(torch, spec.dtype)
        self._origin = "the data"
        self._tokens = data.classes_of(spec.data) if data.is_tokens(spec.data) else 0

    def run(self) -> None:
        """ShapeInference the net and its loss."""
        shape = data.input_shape(self._spec.data)
        x = meta(shape, torch.long if self._tokens else self._dtype)
        self.meter.data(x)
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
        parts = inner_blocks(layer)
        if not parts:
            return self._leaf(path, layer, x)
        outs: list[Tensor] = []
        found = len(self.problems)
        for inner, block in parts:
            out = self._block(block, x, f"{path}.{inner}.", depth + 1)
            if out is None or len(self.problems) > found:
                return None
            outs.append(out)
            if isinstance(layer, Repeat):  # a repeated block feeds itself
                x = out
        return self._joined(path, layer, x, outs)

    def _joined(self, path: str, layer: Layer, x: Tensor, outs: list[Tensor]) -> Tensor | None:
        if not isinstance(layer, Repeat) and not all(out.is_floating_point() for out in outs):
            self.problems.append(f"{label(path, layer)} wants numbers: it gets token numbers (put an Embedding first)")
            return None
        if isinstance(layer, Residual):
            return self._try(path, layer, lambda: lambda a, b: a + b, x, *outs)
        if isinstance(layer, Parallel):
            return self._try(path, layer, lambda: _added if layer.join == "sum" else _side_by_side, *outs)
        return x

    def _leaf(self, path: str, layer: Layer, x: Tensor) -> Tensor | None:
        shape = tuple(x.shape)
        wrong = list(input_problems(layer, shape, 0 if x.is_floating_point() else self._tokens, self._origin))
        if not wrong:
            return self._try(path, layer, lambda: module(layer, dtype=self._dtype, device="meta").eval(), x)
        self.problems += [f"{label(path, layer)} {text}" for text in wrong]
        out = expected_output_shape(layer, shape)
        return None if out is None else meta(out, self._dtype)

    def _try(
        self, path: str, layer: Layer, make: Callable[[], Callable[..., Tensor]], *inputs: Tensor
    ) -> Tensor | None:
        """Make and run one step; what torch refuses becomes a problem in its own words."""
        try:
            return self.meter.run(make(), *inputs)
        except OverLimitError:
            raise
        except Exception as error:
            got = " and ".join(format_shape(tuple(one.shape)) for one in inputs)
            said = str(error).strip().partition("\n")[0][:200]
            self.problems.append(f"{label(path, layer)} does not take {got}: {said} (change it, or {self._origin})")
            return None

    def _loss(self, out: Tensor) -> None:
        loss, form = self._spec.loss, data.target_form(self._spec)
        shape, target = tuple(out.shape), data.target_shape(self._spec)
        if not out.is_floating_point():
            self.problems.append(f"{loss.name} wants numbers: the net gives token numbers (put an Embedding first)")
        elif loss.name in CLASSIFYING:
            self._classes(shape, target, form)
        elif shape != target:
            self._unequal(shape, target)
        y = meta(target, torch.long if form == "classes" else self._dtype)
        self.meter.data(y)
        if not self.problems and shape == target and loss.reduction != "batchmean":  # of unequal shapes torch warns
            self.meter.run(lambda: getattr(nn, loss.name)(reduction=loss.reduction)(out, y))

    def _classes(self, shape: tuple[int, ...], target: tuple[int, ...], form: str) -> None:
        name = self._spec.loss.name
        if form != "classes":
            if name == "NLLLoss" or shape != target or len(shape) < 2:
                fix = "take data with classes, or MSELoss"
                self.problems.append(
                    f"{name} wants class numbers: the data gives numbers of {format_shape(target)} ({fix})"
                )
            return
        classes = data.classes_of(self._spec.data)
        if len(shape) != 2:
            fix = "put a Flatten before the last Linear"
            self.problems.append(f"{name} wants batch × classes: it gets {format_shape(shape)} ({fix})")
        elif shape[1] < classes:
            fix = f"set the outputs of the last layer to {classes}"
            self.problems.append(f"{name} wants an output for each of {classes} classes: it gets {shape[1]} ({fix})")

    def _unequal(self, shape: tuple[int, ...], target: tuple[int, ...]) -> None:
        name = self._spec.loss.name
        try:
            whole = (meta(shape, self._dtype) - meta(target, self._dtype)).shape
        except RuntimeError:
            whole = torch.Size()
        if not whole or name == "BCEWithLogitsLoss":
            fix = f"change {self._origin}, or the data"
            self.problems.append(
                f"{name} wants {format_shape(target)} like the targets: it gets {format_shape(shape)} ({fix})"
            )
        else:
            pairs = f"{format_shape(shape)} with {format_shape(target)} as {format_shape(tuple(whole))}"
            self.notes.append(f"{name} compares {pairs}: torch repeats numbers to make them fit")


def _added(*outs: Tensor) -> Tensor:
    return functools.reduce(operator.add, outs)


def _side_by_side(*outs: Tensor) -> Tensor:
    return torch.cat(outs, dim=1)
