"""Infer the shapes of a net layer by layer on the meta device: torch computes them, and nothing is allocated."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from graphtrace.lab.design.cost_counter import CostCounter, OverLimitError, meta
from graphtrace.lab.design.misfits import FieldRepair, LayerName, Misfit
from graphtrace.lab.design.shape_rules import LayerInput, expected_output_shape, format_shape, input_misfits
from graphtrace.lab.parts import data
from graphtrace.lab.parts.build import inner_blocks, module
from graphtrace.lab.records.layers import RNN, Conv2d, Embedding, Layer, Linear, Parallel, Repeat, Residual
from graphtrace.lab.records.spec import CLASSIFYING, Spec
from graphtrace.lab.records.tree import named

WIDTHS = {Linear: "out_features", Conv2d: "out_channels", RNN: "hidden", Embedding: "embedding_dim"}


@dataclass(frozen=True, slots=True)
class LayerShape:
    """Output shape of one layer. `path` is its name in the net, `depth` how many layers it stands in."""

    path: str
    kind: str
    depth: int
    shape: tuple[int, ...]


class ShapeInference:
    """Infers the shapes of one spec.

    A layer that does not fit is taken as if it did, if its output can be known, to find further misfits.

    Attributes:
        misfits: What keeps the net from running.
        remarks: What torch accepts, but a reader should know.
        shapes: Output shapes, as far as the net fits together.
        cost: Of a forward pass.
    """

    def __init__(self, spec: Spec) -> None:
        self.misfits: list[Misfit] = []
        self.remarks: list[Misfit] = []
        self.shapes: list[LayerShape] = []
        self.cost = CostCounter()
        self._spec = spec
        self._dtype = getattr(torch, spec.dtype)
        self._origin = LayerName()  # what made the present shape
        self._width: tuple[str, str] | None = None  # the layer and its field that the last dimension comes from
        self._repeats = 0  # inside how many repetitions after the first we are
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
            self.misfits.append(Misfit(LayerName(), "text", (("text", str(error)),)))

    def _block(self, layers: tuple[Layer, ...], x: Tensor, prefix: str, depth: int) -> Tensor | None:
        out: Tensor | None = x
        for name, layer in named(layers):
            if out is not None:
                before = out.shape
                out = self._layer(prefix + name, layer, out, depth)
            if out is not None:
                self.shapes.append(LayerShape(prefix + name, type(layer).__name__, depth, tuple(out.shape)))
                self._note_origin(LayerName(prefix + name, type(layer).__name__), layer, out.shape == before)
        return out

    def _note_origin(self, name: LayerName, layer: Layer, same: bool) -> None:
        """Remember what made the present shape, and which field decides its last dimension."""
        field = WIDTHS.get(type(layer))
        self._origin = self._origin if same else name
        if field is not None or not same:
            self._width = (name.path, field) if field is not None and not self._repeats else None

    def _layer(self, path: str, layer: Layer, x: Tensor, depth: int) -> Tensor | None:
        blocks = inner_blocks(layer)
        if not blocks:
            return self._plain_layer(path, layer, x)
        outs: list[Tensor] = []
        misfits_before = len(self.misfits)
        for k, (inner, block) in enumerate(blocks):
            again = isinstance(layer, Repeat) and k > 0
            self._repeats += again
            out = self._block(block, x, f"{path}.{inner}.", depth + 1)
            self._repeats -= again
            if out is None or len(self.misfits) > misfits_before:
                return None
            outs.append(out)
            if isinstance(layer, Repeat):  # the next repetition gets the output of this one
                x = out
        self._width = self._width if isinstance(layer, Repeat) else None
        return self._joined(LayerName(path, type(layer).__name__), layer, x, outs)

    def _joined(self, name: LayerName, layer: Layer, x: Tensor, outs: list[Tensor]) -> Tensor | None:
        if not isinstance(layer, Repeat) and not all(out.is_floating_point() for out in outs):
            self.misfits.append(Misfit(name, "tokens"))
            return None
        if isinstance(layer, Residual):
            return self._try(name, lambda: lambda a, b: a + b, x, *outs)
        if isinstance(layer, Parallel):
            return self._try(name, lambda: _sum if layer.join == "sum" else _concatenated, *outs)
        return x

    def _plain_layer(self, path: str, layer: Layer, x: Tensor) -> Tensor | None:
        shape = tuple(x.shape)
        tokens = 0 if x.is_floating_point() else self._tokens
        name = LayerName(path, type(layer).__name__)
        found = list(input_misfits(layer, LayerInput(name, shape, tokens, self._origin)))
        if not found:
            return self._try(name, lambda: module(layer, dtype=self._dtype, device="meta").eval(), x)
        # Another size would not fit the first repetition of the block any more.
        self.misfits += [replace(one, repair=None) for one in found] if self._repeats else found
        expected = expected_output_shape(layer, shape)
        return None if expected is None else meta(expected, self._dtype)

    def _try(self, name: LayerName, make: Callable[[], Callable[..., Tensor]], *inputs: Tensor) -> Tensor | None:
        """Make and run a function; what torch refuses becomes a misfit in torch's words."""
        try:
            return self.cost.run(make(), *inputs)
        except (OverLimitError, OSError):  # a full disk is no fault of the layer's
            raise
        except Exception as error:
            shapes = tuple(format_shape(tuple(tensor.shape)) for tensor in inputs)
            message = str(error).strip().partition("\n")[0][:200]
            values = (("shapes", shapes), ("message", message), ("origin", self._origin))
            self.misfits.append(Misfit(name, "refused", values))
            return None

    def _loss(self, out: Tensor) -> None:
        loss, form = self._spec.loss, data.target_form(self._spec)
        shape, target = tuple(out.shape), data.target_shape(self._spec)
        if not out.is_floating_point():
            self.misfits.append(self._loss_misfit("net_tokens"))
        elif loss.name in CLASSIFYING:
            self._classification_misfits(shape, target, form)
        elif shape != target:
            self._unequal_shapes(shape, target)
        y = meta(target, torch.long if form == "classes" else self._dtype)
        self.cost.count_data(y)
        if not self.misfits and shape == target and loss.reduction != "batchmean":  # torch warns of unequal shapes
            self.cost.run(lambda: getattr(nn, loss.name)(reduction=loss.reduction)(out, y))

    def _loss_misfit(self, reason: str, width: int = 0, **values: str | int) -> Misfit:
        """Return a misfit of the loss; `width` is that of the net's output that would fit."""
        repair = FieldRepair(*self._width, width) if width and self._width else None
        named_values = (("loss", self._spec.loss.name), *values.items(), ("origin", self._origin))
        return Misfit(LayerName(), reason, named_values, repair)

    def _classification_misfits(self, shape: tuple[int, ...], target: tuple[int, ...], form: str) -> None:
        if form != "classes":
            if self._spec.loss.name == "NLLLoss" or shape != target or len(shape) < 2:
                self.misfits.append(self._loss_misfit("class_numbers", shape=format_shape(target)))
            return
        classes = data.classes_of(self._spec.data)
        if len(shape) != 2:
            self.misfits.append(self._loss_misfit("no_classes", shape=format_shape(shape)))
        elif shape[1] < classes:
            self.misfits.append(self._loss_misfit("classes", width=classes, classes=classes, got=shape[1]))

    def _unequal_shapes(self, shape: tuple[int, ...], target: tuple[int, ...]) -> None:
        got, wanted = format_shape(shape), format_shape(target)
        width = target[-1] if shape[:-1] == target[:-1] and shape else 0
        try:
            broadcast = (meta(shape, self._dtype) - meta(target, self._dtype)).shape
        except RuntimeError:
            broadcast = torch.Size()
        if not broadcast or self._spec.loss.name == "BCEWithLogitsLoss":
            self.misfits.append(self._loss_misfit("targets", width, wanted=wanted, got=got))
        else:
            together = format_shape(tuple(broadcast))
            self.remarks.append(self._loss_misfit("repeated", width, wanted=wanted, got=got, together=together))


def _sum(*outs: Tensor) -> Tensor:
    return functools.reduce(operator.add, outs)


def _concatenated(*outs: Tensor) -> Tensor:
    return torch.cat(outs, dim=1)
