"""Names that people use: ``ConvolutionBackward0`` of 4-D data is ``Conv2d``; sizes, bytes, saved tensors in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from graphtrace.model import Graph, Node, Saved, TensorMeta, op_of

FUSED = {("NllLoss", "LogSoftmax"): "cross_entropy", ("NllLoss2D", "LogSoftmax"): "cross_entropy"}

_NAMES = {
    "MaxPool2DWithIndices": "MaxPool2d",
    "MaxPool3DWithIndices": "MaxPool3d",
    "AdaptiveMaxPool2D": "AdaptiveMaxPool2d",
    "AvgPool2D": "AvgPool2d",
    "AvgPool3D": "AvgPool3d",
    "AdaptiveAvgPool2D": "AdaptiveAvgPool2d",
    "Relu": "ReLU",
    "LeakyRelu": "LeakyReLU",
    "PreluKernel": "PReLU",
    "Gelu": "GELU",
    "Silu": "SiLU",
    "Elu": "ELU",
    "Tanh": "Tanh",
    "Sigmoid": "Sigmoid",
    "Softmax": "Softmax",
    "LogSoftmax": "LogSoftmax",
    "NativeDropout": "Dropout",
    "FusedDropout": "Dropout",
    "NativeBatchNorm": "BatchNorm",
    "CudnnBatchNorm": "BatchNorm",
    "MiopenBatchNorm": "BatchNorm",
    "NativeLayerNorm": "LayerNorm",
    "NativeGroupNorm": "GroupNorm",
    "Embedding": "Embedding",
    "EmbeddingBag": "EmbeddingBag",
    "MkldnnRnnLayer": "RNN layer",
    "CudnnRnn": "RNN",
    "MseLoss": "mse_loss",
    "NllLoss": "nll_loss",
    "NllLoss2D": "nll_loss",
    "SmoothL1Loss": "smooth_l1_loss",
    "HuberLoss": "huber_loss",
    "BinaryCrossEntropy": "binary_cross_entropy",
    "BinaryCrossEntropyWithLogits": "binary_cross_entropy_with_logits",
    "KlDiv": "kl_div",
    "ScaledDotProductFlashAttentionForCpu": "scaled_dot_product_attention",
    "ScaledDotProductFlashAttention": "scaled_dot_product_attention",
    "ScaledDotProductEfficientAttention": "scaled_dot_product_attention",
}
_PRODUCTS = frozenset(["Addmm", "Mm", "Linear", "MkldnnLinear", "Bmm", "Mv", "Addmv"])
_CONVOLUTIONS = frozenset(["Convolution", "MkldnnConvolution", "CudnnConvolution"])
_BY_CALL = {name.replace("_", "").lower(): name for name in _NAMES.values()}
_OPERATORS = {  # Python's names of operators that are not torch's own
    "truediv": "div",
    "rtruediv": "rdiv",
    "floordiv": "floor_divide",
    "rfloordiv": "rfloor_divide",
    "mod": "remainder",
    "rmod": "rremainder",
    "invert": "bitwise_not",
    "and": "bitwise_and",
    "or": "bitwise_or",
    "xor": "bitwise_xor",
    "lshift": "bitwise_left_shift",
    "rshift": "bitwise_right_shift",
    "getitem": "index",
    "setitem": "index_put_",
}
_SWAPPED = frozenset(["radd", "rmul"])  # the order of their operands does not matter
_IN_PLACE = frozenset(["iadd", "isub", "imul", "itruediv", "ifloordiv", "imod", "ipow", "iand", "ior", "ixor"])
_KIND_TITLES = {
    "compiled": "compiled region",
    "checkpoint": "checkpoint",
    "copyslices": "in-place on a slice",
    "ddp": "DDP sink",
    "fsdp": "FSDP hook",
    "copy": "copy",
}


def title(graph: Graph, node: Node, members: Iterable[int] = ()) -> str:
    """Return the name a person knows: ``Linear · fc1``, a parameter's name, ``mul``.

    Args:
        graph: The graph of the node.
        node: The node that names the box.
        members: Ids of all nodes in the box.
    """
    if node.kind == "accumulate":
        return node.param or "leaf"
    name = _name(graph, node, [graph.nodes[member] for member in members])
    return f"{name} · {node.module}" if node.module else name


def _name(graph: Graph, node: Node, members: list[Node]) -> str:
    op = op_of(node.type)
    if node.kind in _KIND_TITLES and not (node.kind == "checkpoint" and op != "CheckpointFunction"):
        return _KIND_TITLES[node.kind]
    if node.kind == "custom":
        return op
    ops = {op_of(member.type) for member in members}
    for (outer, inner), fused in FUSED.items():
        if op == outer and inner in ops:
            return fused
    weights = [member for member in members if (member.param or "").endswith("weight")]
    if op in _PRODUCTS and weights:
        return "Linear"
    if op in _CONVOLUTIONS and node.metas:
        return f"Conv{len(node.metas[0].shape) - 2}d"
    return _NAMES.get(op) or _snake(op)


def _snake(op: str) -> str:
    """``LogSumExp`` becomes ``log_sum_exp``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", op).lower() if op.isidentifier() and op.isascii() else op


def call_name(call: str) -> str:
    """Return the name of a call as `title` would give it: ``ReLU`` of ``nn.functional.relu``, ``pow`` of ``__pow__``.

    Args:
        call: Its public name.
    """
    name = call.removeprefix("nn.functional.").removeprefix("Tensor.")
    if not (name.startswith("__") and name.endswith("__")):
        return name if name.endswith("_") else _BY_CALL.get(name.replace("_", "").lower(), name)
    bare = name.strip("_")
    if bare in _SWAPPED:
        return bare[1:]
    if bare in _IN_PLACE:
        return f"{_OPERATORS.get(bare[1:], bare[1:])}_"
    return _OPERATORS.get(bare, bare)


def size_text(metas: tuple[TensorMeta, ...]) -> str:
    """Describe a node's output: ``4×3 float32``; says how many outputs more there are."""
    if not metas:
        return ""
    more = f" (+{len(metas) - 1} more)" if len(metas) > 1 else ""
    shared = " sharded" if metas[0].layout == "sharded" else ""
    return f"{metas[0]} {metas[0].dtype}{shared}{more}"


def flow_text(graph: Graph, node: Node, members: Iterable[int]) -> str:
    """Describe what a layer with a weight takes and gives: ``2 → 3`` features or channels; "" of anything else.

    Args:
        graph: The graph of the node.
        node: The node that names the box.
        members: Ids of all nodes in the box.
    """
    op = op_of(node.type)
    if op in _CONVOLUTIONS:
        read = [saved.meta for saved in node.saved if saved.name == "input" and saved.meta is not None]
        return _from_to(read[0].shape[1:2], node.metas[0].shape[1:2]) if read and node.metas else ""
    weights = [graph.nodes[member] for member in members if (graph.nodes[member].param or "").endswith("weight")]
    if op not in (*_PRODUCTS, "Embedding") or len(weights) != 1 or not weights[0].metas or not node.metas:
        return ""
    sizes, given = list(weights[0].metas[0].shape), node.metas[0].shape[-1:]
    if len(sizes) != 2 or not given or given[0] not in sizes:
        return ""
    sizes.remove(given[0])
    return _from_to(sizes, given)


def _from_to(taken: Sequence[object], given: Sequence[object]) -> str:
    return f"{taken[0]} → {given[0]}" if taken and given else ""


def bytes_text(count: int) -> str:
    """Write a number of bytes with a binary prefix: ``1.2 KiB``."""
    size = float(count)
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"


def saved_lines(nodes: Iterable[Node], most: int = 6) -> tuple[str, ...]:
    """Describe saved tensors, one line each: ``mat1 4×2 · 32 B``."""
    lines = [_saved_line(saved) for node in nodes for saved in node.saved if saved.state != "none"]
    if len(lines) > most:
        lines[most - 1 :] = [f"… {len(lines) - most + 1} more saved tensors"]
    return tuple(lines)


def _saved_line(saved: Saved) -> str:
    if saved.meta is None:
        return f"{saved.name} · {saved.state}"
    whose = f" = {saved.alias}" if saved.alias else f" · {bytes_text(saved.nbytes)}"
    return f"{saved.name} {saved.meta}{whose}"
