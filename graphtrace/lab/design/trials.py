"""Repairs of what only torch refuses: values of a field are tried on the meta device, the first fitting one is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, replace

from graphtrace.lab.design import edits
from graphtrace.lab.design.misfits import FieldRepair, LayerName, Misfit, places
from graphtrace.lab.design.shape_inference import WIDTHS, ShapeInference
from graphtrace.lab.records.layers import Layer
from graphtrace.lab.records.rules import problems_of
from graphtrace.lab.records.spec import Spec

_SMALL = (1, 2, 3)  # tried beside the sizes of the shapes
_MOST = 24


def with_repair(spec: Spec, misfit: Misfit) -> Misfit:
    """Return a misfit that torch told, with a change of a field after which torch takes the layer, if one is found."""
    if misfit.reason != "refused" or misfit.repair is not None:
        return misfit
    where = places(spec.layers)
    for tried, (name, field, value) in enumerate(_changes(spec, misfit, where)):
        if tried == _MOST:
            break
        other = edits.replace(spec, where[name], None, **{field: value})
        if not any(problems_of(other)) and _is_taken(other, misfit.layer.path):
            return replace(misfit, repair=FieldRepair(name, field, value))
    return misfit


def _is_taken(spec: Spec, layer: str) -> bool:
    inference = ShapeInference(spec)
    inference.run()
    return all(one.layer.path != layer for one in inference.misfits) and any(s.path == layer for s in inference.shapes)


def _changes(spec: Spec, misfit: Misfit, where: dict[str, tuple[int, ...]]) -> Iterator[tuple[str, str, int]]:
    """Yield layers, their fields and values to try: of the layer itself, then the width of the one before it."""
    known = dict(misfit.values)
    sizes = [int(size) for text in _words(known.get("shapes")) for size in re.findall(r"\d+", text)]
    origin = known.get("origin")
    names = (misfit.layer.path, *([origin.path] if isinstance(origin, LayerName) else []))
    for name in names:
        layer = edits.at(spec, where[name]) if name in where else None
        if layer is not None:
            yield from _values(name, layer, sizes, own=name == misfit.layer.path)


def _values(name: str, layer: Layer, sizes: list[int], own: bool) -> Iterator[tuple[str, str, int]]:
    width = WIDTHS.get(type(layer))
    for field in (one.name for one in fields(layer)):
        old = getattr(layer, field)
        if type(old) is int and (own or field == width):
            nearest = sorted({*sizes, *_SMALL} - {old}, key=lambda value: abs(value - old))
            yield from ((name, field, value) for value in nearest)


def _words(found: object) -> tuple[str, ...]:
    return found if isinstance(found, tuple) else ()
