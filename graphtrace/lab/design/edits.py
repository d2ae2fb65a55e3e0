"""Pure edits: each returns a new spec. A path is a layer's position, or positions from the outside in.

``2`` is the third layer; ``(2, 0)`` the first inside it; ``(2, 1, 0)`` the first of branch 1 of a `Parallel`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from graphtrace.errors import SpecError, shown
from graphtrace.lab.parts.build import build
from graphtrace.lab.records.layers import Layer, Parallel, Repeat, Residual
from graphtrace.lab.records.spec import Spec
from graphtrace.lab.records.tree import arguments

Path = int | tuple[int, ...]
Block = tuple[Layer, ...]


def at(spec: Spec, path: Path) -> Layer:
    """Return the layer at a path."""
    found: list[Layer] = []

    def look(block: Block, i: int) -> Block:
        found.append(block[_place(i, len(block), path)])
        return block

    _edited(spec.layers, _whole(path), look)
    return found[0]


def add(spec: Spec, layer: Layer, path: Path | None = None) -> Spec:
    """Put a layer before the one at `path`; without a path, at the end."""
    where = (len(spec.layers),) if path is None else _whole(path)

    def insert(block: Block, i: int) -> Block:
        i = _place(i, len(block) + 1, where)
        return (*block[:i], layer, *block[i:])

    return _changed(spec, where, insert)


def remove(spec: Spec, path: Path) -> Spec:
    """Take a layer out."""

    def cut(block: Block, i: int) -> Block:
        i = _place(i, len(block), path)
        return (*block[:i], *block[i + 1 :])

    return _changed(spec, path, cut)


def move(spec: Spec, path: Path, by: int) -> Spec:
    """Move a layer among its neighbours; it stops at the ends."""

    def shift(block: Block, i: int) -> Block:
        layer = block[_place(i, len(block), path)]
        rest = (*block[:i], *block[i + 1 :])
        to = min(max(i + by, 0), len(rest))
        return (*rest[:to], layer, *rest[to:])

    return _changed(spec, path, shift)


def replace(spec: Spec, path: Path, layer: Layer | None = None, **changes: Any) -> Spec:
    """Put another layer in the place of one, or change some of its fields.

    Raises:
        SpecError: The layer has no such field, or there is no such layer.
    """

    def put(block: Block, i: int) -> Block:
        old = block[_place(i, len(block), path)]
        return (*block[:i], layer if layer is not None else _with(old, changes), *block[i + 1 :])

    return _changed(spec, path, put)


def rename(spec: Spec, path: Path, name: str) -> Spec:
    """Name a layer; empty takes its position as its name."""
    return replace(spec, path, name=name)


def freeze(spec: Spec, path: Path, what: str = "all") -> Spec:
    """Freeze ``all`` parameters of a layer, its ``weight``, its ``bias``, or with ``""`` none."""
    return replace(spec, path, frozen=what)


def _with(layer: Layer, changes: dict[str, Any]) -> Layer:
    unknown = [name for name in changes if name not in (*arguments(layer), "name", "frozen", "tied")]
    try:
        return dataclasses.replace(layer, **changes)
    except TypeError:
        kind = type(layer).__name__
        raise SpecError(f"{kind} has no such field: {shown(unknown)} (has {list(arguments(layer))})") from None


def _whole(path: Path) -> tuple[int, ...]:
    whole = (path,) if isinstance(path, int) else tuple(path)
    if not whole or len(whole) > 16:
        raise SpecError(f"no path to a layer: {shown(path)} (give positions from the outside in)")
    return whole


def _place(i: int, count: int, path: Path) -> int:
    if not 0 <= i < count:
        raise SpecError(f"no layer at {shown(path)}: its neighbours are {count} (count from 0)")
    return i


def _edited(block: Block, path: tuple[int, ...], edit: Callable[[Block, int], Block]) -> Block:
    """Edit the block that the path's last position lies in. As deep as the path is long."""
    i, *rest = path
    if not rest:
        return edit(block, i)
    layer = block[_place(i, len(block), path)]
    inner: Layer
    if isinstance(layer, Residual | Repeat):
        inner = dataclasses.replace(layer, block=_edited(layer.block, tuple(rest), edit))
    elif isinstance(layer, Parallel) and len(rest) > 1:
        branches = list(layer.branches)
        b = _place(rest[0], len(branches), path)
        branches[b] = _edited(branches[b], tuple(rest[1:]), edit)
        inner = dataclasses.replace(layer, branches=tuple(branches))
    else:
        raise SpecError(f"{type(layer).__name__} has no such layer inside: {shown(path)} (shorten the path)")
    return (*block[:i], inner, *block[i + 1 :])


def _changed(spec: Spec, path: Path, edit: Callable[[Block, int], Block]) -> Spec:
    layers = _edited(spec.layers, _whole(path), edit)
    return _fitting(dataclasses.replace(spec, layers=layers))


def _fitting(spec: Spec) -> Spec:
    """Let go of first values whose parameter is no more, or of another size."""
    if not spec.initial:
        return spec
    try:
        bare = dataclasses.replace(spec, initial=())
        sizes = {name: one.numel() for name, one in build(bare, device="meta").named_parameters()}
    except (SpecError, TypeError, ValueError, RuntimeError, KeyError):
        return spec  # a net that cannot be built yet: the survey says why
    kept = tuple(pair for pair in spec.initial if len(pair[1]) in (1, sizes.get(pair[0])) and pair[0] in sizes)
    return dataclasses.replace(spec, initial=kept)
