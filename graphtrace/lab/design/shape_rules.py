"""What each kind of layer requires of its input's shape, in words that are clearer than torch's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphtrace.lab.design.misfits import FieldRepair, LayerName, Misfit
from graphtrace.lab.records import layers
from graphtrace.lab.records.layers import Layer

Shape = tuple[int, ...]


def format_shape(shape: Shape) -> str:
    """Return a shape for a message."""
    return "×".join(map(str, shape)) or "a single number"


@dataclass(frozen=True, slots=True)
class LayerInput:
    """What arrives at a layer.

    Attributes:
        name: Of the layer.
        shape: Batch first.
        tokens: How many different token numbers it holds; 0 if it holds numbers.
        origin: The layer that made it.
    """

    name: LayerName
    shape: Shape
    tokens: int
    origin: LayerName

    def misfit(self, reason: str, **values: str | int) -> Misfit:
        """Return a misfit without a repair."""
        return Misfit(self.name, reason, (*values.items(), ("origin", self.origin)))

    def wrong_size(self, reason: str, field: str, wanted: int, got: int) -> Misfit:
        """Return a misfit that another value of a field repairs."""
        values = (("wanted", wanted), ("got", got), ("field", field), ("origin", self.origin))
        return Misfit(self.name, reason, values, FieldRepair(self.name.path, field, got) if got else None)


def input_misfits(layer: Layer, given: LayerInput) -> Iterator[Misfit]:
    """Yield what keeps a layer from taking its input."""
    if given.tokens and isinstance(layer, layers.Flatten | layers.Detach):
        return
    if isinstance(layer, layers.Embedding):
        yield from _embedding_misfits(layer, given)
    elif given.tokens:
        yield given.misfit("tokens")
    else:
        feature_rule = _feature_rule(layer)
        if feature_rule is not None:
            yield from _feature_misfits(given, *feature_rule)
        yield from _dimension_misfits(layer, given)


def _embedding_misfits(layer: layers.Embedding, given: LayerInput) -> Iterator[Misfit]:
    if not given.tokens:
        yield given.misfit("no_tokens")
    elif given.tokens > layer.num_embeddings:
        values = (("rows", layer.num_embeddings), ("last", given.tokens - 1), ("tokens", given.tokens))
        yield Misfit(given.name, "rows", values, FieldRepair(given.name.path, "num_embeddings", given.tokens))


def _feature_rule(layer: Layer) -> tuple[int, str] | None:
    """Return the size that the last dimension must have, and the field that says so."""
    match layer:
        case layers.Linear():
            return layer.in_features, "in_features"
        case layers.LayerNorm():
            return layer.normalized_shape, "normalized_shape"
        case layers.Attention():
            return layer.features, "features"
        case layers.RNN():
            return layer.inputs, "inputs"
    return None


def _feature_misfits(given: LayerInput, required: int, field: str) -> Iterator[Misfit]:
    if given.shape[-1:] != (required,):
        yield given.wrong_size("features", field, required, given.shape[-1] if given.shape else 0)


def _dimension_misfits(layer: Layer, given: LayerInput) -> Iterator[Misfit]:
    shape = given.shape
    match layer:
        case layers.Conv2d() | layers.MaxPool2d() | layers.AvgPool2d() | layers.BatchNorm2d():
            yield from _image_misfits(layer, given)
        case layers.BatchNorm1d():
            if len(shape) in (2, 3):
                yield from _channel_misfits(given, layer.num_features, "num_features")
            else:
                yield given.misfit("batch", shape=format_shape(shape))
        case layers.Attention() | layers.RNN():
            if len(shape) != 3:
                yield given.misfit("sequences", shape=format_shape(shape))
        case layers.Softmax() | layers.LogSoftmax():
            if not -len(shape) <= layer.dim < len(shape):
                values = (("dim", layer.dim), ("shape", format_shape(shape)))
                yield Misfit(given.name, "dimension", values, FieldRepair(given.name.path, "dim", -1))
        case layers.PReLU():
            if layer.num_parameters > 1:
                yield from _channel_misfits(given, layer.num_parameters, "num_parameters")


def _image_misfits(layer: Layer, given: LayerInput) -> Iterator[Misfit]:
    if len(given.shape) != 4:
        yield given.misfit("images", shape=format_shape(given.shape))
        return
    match layer:
        case layers.Conv2d():
            yield from _channel_misfits(given, layer.in_channels, "in_channels")
            yield from _kernel_misfits(given, layer.kernel_size, layer.padding)
        case layers.MaxPool2d() | layers.AvgPool2d():
            yield from _kernel_misfits(given, layer.kernel_size, 0)
        case layers.BatchNorm2d():
            yield from _channel_misfits(given, layer.num_features, "num_features")


def _channel_misfits(given: LayerInput, required: int, field: str) -> Iterator[Misfit]:
    got = given.shape[1] if len(given.shape) > 1 else 0
    if got != required:
        yield given.wrong_size("channels", field, required, got)


def _kernel_misfits(given: LayerInput, kernel: int, padding: int) -> Iterator[Misfit]:
    side = min(given.shape[2:])
    if side + 2 * padding < kernel:
        values = (("kernel", kernel), ("image", format_shape(given.shape[2:])), ("side", side))
        yield Misfit(given.name, "square", values, FieldRepair(given.name.path, "kernel_size", side) if side else None)


def expected_output_shape(layer: Layer, shape: Shape) -> Shape | None:
    """Return the output's shape if the input had the required sizes, None if it cannot be known.

    Args:
        layer: The layer.
        shape: Of its input, batch first, which does not fit.
    """
    match layer:
        case layers.Linear():
            return (*shape[:-1], layer.out_features) if shape else None
        case layers.RNN():
            return shape[0], layer.hidden
        case layers.LayerNorm() | layers.Attention():
            return (*shape[:-1], layer.normalized_shape if isinstance(layer, layers.LayerNorm) else layer.features)
        case layers.BatchNorm1d() | layers.BatchNorm2d() if len(shape) > 1:
            return (shape[0], layer.num_features, *shape[2:])
        case layers.Conv2d() if len(shape) == 4:
            return _convolved_shape(layer, shape)
        case layers.Embedding():
            return (*shape, layer.embedding_dim)
        case layers.Softmax() | layers.LogSoftmax() | layers.PReLU():
            return shape
    return None


def _convolved_shape(layer: layers.Conv2d, shape: Shape) -> Shape | None:
    sides = [(side + 2 * layer.padding - layer.kernel_size) // layer.stride + 1 for side in shape[2:]]
    return (shape[0], layer.out_channels, *sides) if min(sides) > 0 else None
