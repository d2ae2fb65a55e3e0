"""Edits of a spec: each returns a new one. A path is a layer's position, or positions from the outermost layer inwards.

``2`` is the third layer; ``(2, 0)`` the first inside it; ``(2, 1, 0)`` the first of branch 1 of a `Parallel`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from graphtrace.errors import SpecError, shown
from graphtrace.lab.parts.build import build
from graphtrace.lab.records.layers import Layer, Parallel, Repeat, Residual
from graphtrace.lab.records.spec import Spec
from graphtrace.lab.records.tree import arguments

Path = int | tuple[int, ...]
Block = tuple[Layer, ...]


def at(spec: Spec, path: Path) -> Layer:
    """Return the layer at a path."""
    layers: list[Layer] = []

    def read(block: Block, i: int) -> Block:
        layers.append(block[_checked_position(i, len(block), path)])
        return block

    _edited(spec.layers, _checked_path(path), read)
    return layers[0]


def add(spec: Spec, layer: Layer, path: Path | None = None) -> Spec:
    """Add a layer before the one at `path`; without a path, at the end."""
    where = (len(spec.layers),) if path is None else _checked_path(path)

    def insert(block: Block, i: int) -> Block:
        i = _checked_position(i, len(block) + 1, where)
        return (*block[:i], layer, *block[i:])

    return _changed(spec, where, insert)


def remove(spec: Spec, path: Path) -> Spec:
    """Remove a layer."""

    def cut(block: Block, i: int) -> Block:
        i = _checked_position(i, len(block), path)
        return (*block[:i], *block[i + 1 :])

    return _changed(spec, path, cut)


def move(spec: Spec, path: Path, by: int) -> Spec:
    """Move a layer `by` positions among its neighbours; it stops at the ends."""

    def shift(block: Block, i: int) -> Block:
        layer = block[_checked_position(i, len(block), path)]
        rest = (*block[:i], *block[i + 1 :])
        to = min(max(i + by, 0), len(rest))
        return (*rest[:to], layer, *rest[to:])

    return _changed(spec, path, shift)


def relocate(spec: Spec, path: Path, to: Path) -> Spec:
    """Move a layer to before the one at another path, which may be in another block.

    Args:
        spec: Where both are.
        path: Of the layer.
        to: A path before the move; one behind a block's last layer is its end.

    Raises:
        SpecError: There is no such layer or place, or it is inside the layer itself.
    """
    source, target = _checked_path(path), _checked_path(to)
    if target[: len(source)] == source and len(target) > len(source):
        raise SpecError(f"a layer does not fit into itself: {shown(path)} to {shown(to)} (take a place outside of it)")
    layer = at(spec, source)
    last = len(source) - 1
    if len(target) > last and target[:last] == source[:last] and target[last] > source[last]:
        target = (*target[:last], target[last] - 1, *target[last + 1 :])  # what is behind it moves up
    return add(remove(spec, source), layer, target)


def duplicate(spec: Spec, path: Path) -> Spec:
    """Add a copy of a layer behind it; names of layers are unique, so that the copy has none."""
    positions = _checked_path(path)
    copy = dataclasses.replace(at(spec, positions), name="")
    return add(spec, copy, (*positions[:-1], positions[-1] + 1))


def replace(spec: Spec, path: Path, layer: Layer | None = None, **changes: object) -> Spec:
    """Replace a layer by another one, or change some of its fields.

    Args:
        spec: Where it is.
        path: Of the layer.
        layer: The other one; None to change fields.
        **changes: The fields, by name.

    Raises:
        SpecError: The layer has no such field, or there is no such layer.
    """

    def change(block: Block, i: int) -> Block:
        old = block[_checked_position(i, len(block), path)]
        return (*block[:i], layer if layer is not None else _with(old, changes), *block[i + 1 :])

    return _changed(spec, path, change)


def rename(spec: Spec, path: Path, name: str) -> Spec:
    """Name a layer; empty takes its position as its name."""
    return replace(spec, path, name=name)


def freeze(spec: Spec, path: Path, what: str = "all") -> Spec:
    """Freeze ``all`` parameters of a layer, its ``weight``, its ``bias``, or with ``""`` none."""
    return replace(spec, path, frozen=what)


def _with(layer: Layer, changes: dict[str, object]) -> Layer:
    unknown = [name for name in changes if name not in (*arguments(layer), "name", "frozen", "tied")]
    try:
        return dataclasses.replace(layer, **changes)  # type: ignore[arg-type]  # the survey checks them
    except TypeError:
        kind = type(layer).__name__
        raise SpecError(f"{kind} has no such field: {shown(unknown)} (has {list(arguments(layer))})") from None


def _checked_path(path: Path) -> tuple[int, ...]:
    positions = (path,) if isinstance(path, int) else tuple(path)
    if not positions or len(positions) > 16:
        raise SpecError(f"no path to a layer: {shown(path)} (give positions from the outside in)")
    return positions


def _checked_position(i: int, count: int, path: Path) -> int:
    if not 0 <= i < count:
        raise SpecError(f"no layer at {shown(path)}: its neighbours are {count} (count from 0)")
    return i


def _edited(block: Block, path: tuple[int, ...], edit: Callable[[Block, int], Block]) -> Block:
    """Edit the block that the path's last position is in; recursion is as deep as the path is long."""
    i, *rest = path
    if not rest:
        return edit(block, i)
    layer = block[_checked_position(i, len(block), path)]
    inner: Layer
    if isinstance(layer, Residual | Repeat):
        inner = dataclasses.replace(layer, block=_edited(layer.block, tuple(rest), edit))
    elif isinstance(layer, Parallel) and len(rest) > 1:
        branches = list(layer.branches)
        b = _checked_position(rest[0], len(branches), path)
        branches[b] = _edited(branches[b], tuple(rest[1:]), edit)
        inner = dataclasses.replace(layer, branches=tuple(branches))
    else:
        raise SpecError(f"{type(layer).__name__} has no such layer inside: {shown(path)} (shorten the path)")
    return (*block[:i], inner, *block[i + 1 :])


def _changed(spec: Spec, path: Path, edit: Callable[[Block, int], Block]) -> Spec:
    layers = _edited(spec.layers, _checked_path(path), edit)
    return _without_misfits(dataclasses.replace(spec, layers=layers))


def _without_misfits(spec: Spec) -> Spec:
    """Drop initial values of parameters that are gone or have another size."""
    if not spec.initial:
        return spec
    try:
        bare = dataclasses.replace(spec, initial=())
        sizes = {name: parameter.numel() for name, parameter in build(bare, device="meta").named_parameters()}
    except (SpecError, TypeError, ValueError, RuntimeError, KeyError):
        return spec  # a net that cannot be built yet: the survey says why
    fitting = tuple(
        (name, values) for name, values in spec.initial if name in sizes and len(values) in (1, sizes[name])
    )
    return dataclasses.replace(spec, initial=fitting)
