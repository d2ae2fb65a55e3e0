"""What each kind of layer requires of its input's shape, in words that are clearer than torch's."""

from __future__ import annotations

from collections.abc import Iterator

from graphtrace.lab.records import layers
from graphtrace.lab.records.layers import Layer

Shape = tuple[int, ...]


def format_shape(shape: Shape) -> str:
    """Return a shape for a message."""
    return "×".join(map(str, shape)) or "a single number"


def input_problems(layer: Layer, shape: Shape, tokens: int, origin: str) -> Iterator[str]:
    """Yield what keeps a layer from taking its input.

    Args:
        layer: The layer.
        shape: Of its input, batch first.
        tokens: How many different token numbers the input holds; 0 if it holds numbers.
        origin: What made the input, as in ``layer 0``.
    """
    if tokens and isinstance(layer, layers.Flatten | layers.Detach):
        return
    if isinstance(layer, layers.Embedding):
        yield from _embedding_problems(layer, tokens)
    elif tokens:
        yield "wants numbers: it gets token numbers (put an Embedding first)"
    else:
        feature_rule = _feature_rule(layer)
        if feature_rule is not None:
            yield from _feature_problems(shape, *feature_rule, origin)
        yield from _dimension_problems(layer, shape, origin)


def _embedding_problems(layer: layers.Embedding, tokens: int) -> Iterator[str]:
    if not tokens:
        yield "wants token numbers: it gets numbers (take data of tokens)"
    elif tokens > layer.num_embeddings:
        fix = f"set num_embeddings to {tokens}"
        yield f"has {layer.num_embeddings} rows: the tokens go up to {tokens - 1} ({fix})"


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


def _feature_problems(shape: Shape, required: int, field: str, origin: str) -> Iterator[str]:
    if shape[-1:] != (required,):
        got = shape[-1] if shape else 0
        yield f"wants {required} inputs: it gets {got} (set {field} to {got}, or change {origin})"


def _dimension_problems(layer: Layer, shape: Shape, origin: str) -> Iterator[str]:
    match layer:
        case layers.Conv2d() | layers.MaxPool2d() | layers.AvgPool2d() | layers.BatchNorm2d():
            yield from _image_problems(layer, shape, origin)
        case layers.BatchNorm1d():
            if len(shape) in (2, 3):
                yield from _channel_problems(shape, layer.num_features, "num_features", origin)
            else:
                yield f"wants a batch of 2 or 3 dimensions: it gets {format_shape(shape)} (put a Flatten before it)"
        case layers.Attention() | layers.RNN():
            if len(shape) != 3:
                got = format_shape(shape)
                yield f"wants sequences (batch × length × features): it gets {got} (take data of sequences)"
        case layers.Softmax() | layers.LogSoftmax():
            if not -len(shape) <= layer.dim < len(shape):
                yield f"works along dimension {layer.dim}: it gets {format_shape(shape)} (set dim to -1)"
        case layers.PReLU():
            if layer.num_parameters > 1:
                yield from _channel_problems(shape, layer.num_parameters, "num_parameters", origin)


def _image_problems(layer: Layer, shape: Shape, origin: str) -> Iterator[str]:
    if len(shape) != 4:
        got = format_shape(shape)
        yield f"wants images (batch × channels × height × width): it gets {got} (take data of images)"
        return
    match layer:
        case layers.Conv2d():
            yield from _channel_problems(shape, layer.in_channels, "in_channels", origin)
            yield from _kernel_problems(shape, layer.kernel_size, layer.padding)
        case layers.MaxPool2d() | layers.AvgPool2d():
            yield from _kernel_problems(shape, layer.kernel_size, 0)
        case layers.BatchNorm2d():
            yield from _channel_problems(shape, layer.num_features, "num_features", origin)


def _channel_problems(shape: Shape, required: int, field: str, origin: str) -> Iterator[str]:
    got = shape[1] if len(shape) > 1 else 0
    if got != required:
        yield f"wants {required} channels: it gets {got} (set {field} to {got}, or change {origin})"


def _kernel_problems(shape: Shape, kernel: int, padding: int) -> Iterator[str]:
    side = min(shape[2:])
    if side + 2 * padding < kernel:
        image, fix = format_shape(shape[2:]), f"set kernel_size to {side} or less"
        yield f"lays a {kernel}×{kernel} square on an image of {image} ({fix})"


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
