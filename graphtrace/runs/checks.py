"""Norms of many tensors at once, and which of them holds a number that is not finite."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from graphtrace.runs.records import InputFacts

_MOST_DEAD = 50  # columns that are named


@dataclass(frozen=True, slots=True)
class Norms:
    """Norms of named tensors.

    Attributes:
        total: Of all together; None where there is no tensor.
        first_bad: Name of the first that holds NaN or infinity.
        largest: Name of the one with the largest norm.
    """

    total: float | None
    first_bad: str | None
    largest: str


def norms(tensors: Mapping[str, torch.Tensor]) -> Norms:
    """Measure tensors, with one read of each and one transfer."""
    measured = {name: tensor for name, tensor in tensors.items() if _is_measured(tensor)}
    if not measured:
        return Norms(None, None, "")
    values = norms_of(list(measured.values()))
    for i, (value, tensor) in enumerate(zip(values, measured.values(), strict=True)):
        if not math.isfinite(value) and bool(torch.isfinite(tensor).all()):
            values[i] = float(torch.linalg.vector_norm(tensor.double()))  # too large for its dtype, but finite
    named = dict(zip(measured, values, strict=True))
    bad = next((name for name, value in named.items() if not math.isfinite(value)), None)
    total = math.hypot(*values) if bad is None else math.nan
    return Norms(total, bad, max(named, key=lambda name: named[name]) if bad is None else bad)


def norms_of(tensors: Sequence[torch.Tensor]) -> list[float]:
    """Return the norm of each tensor."""
    found = torch._foreach_norm(list(tensors))
    home = found[0].device
    same = all(norm.device == home for norm in found)
    return (
        [float(n) for n in torch.stack([n.to(torch.float64) for n in found]).tolist()]
        if same
        else [float(norm) for norm in found]
    )


def _is_measured(tensor: torch.Tensor) -> bool:
    return tensor.layout is torch.strided and tensor.is_floating_point() and tensor.numel() > 0


def facts_of(name: str, tensor: torch.Tensor) -> InputFacts:
    """Describe a tensor of the batch: what is not finite in it, and which of its columns are dead."""
    shape, dtype = tuple(tensor.shape), str(tensor.dtype).removeprefix("torch.")
    if not tensor.is_floating_point() or not tensor.numel():
        return InputFacts(name, shape, dtype)
    bad = int((~torch.isfinite(tensor)).sum())
    dead: tuple[int, ...] = ()
    if tensor.dim() >= 2 and shape[-1] > 1 and tensor.numel() // shape[-1] > 1:
        rows = tensor.reshape(-1, shape[-1])
        same = (rows == rows[:1]).all(0) | rows.isnan().any(0)
        dead = tuple(int(i) for i in torch.nonzero(same).flatten()[:_MOST_DEAD].tolist())
    return InputFacts(name, shape, dtype, bad, dead)
