"""Let the widths of layers follow an edit: what a layer takes becomes what the layers before it give."""

from __future__ import annotations

from dataclasses import dataclass

from graphtrace.lab.design import edits
from graphtrace.lab.design.checks import survey
from graphtrace.lab.design.misfits import LayerName, Misfit, places
from graphtrace.lab.records.layers import Layer
from graphtrace.lab.records.spec import Spec

INPUT_WIDTHS = frozenset(
    {"in_features", "in_channels", "num_features", "normalized_shape", "features", "inputs", "num_parameters"}
)
_MOST = 64  # widths that follow one edit


@dataclass(frozen=True, slots=True)
class Followed:
    """One width that followed."""

    layer: LayerName
    field: str
    before: int
    after: int


def follow(before: Spec, after: Spec, kept: str = "") -> tuple[Spec, tuple[Followed, ...]]:
    """Set the input widths that an edit made wrong. What did not fit before the edit stays as it is.

    Args:
        before: The spec before the edit.
        after: The spec after it.
        kept: Name in the net of a layer that stays as the user wants it.
    """
    odd = _odd_layers(before)
    spec, followed = after, list[Followed]()
    while len(followed) < _MOST:
        misfit = next((one for one in survey(spec).misfits if _follows(spec, one, kept, odd)), None)
        if misfit is None or misfit.repair is None:
            break
        field, old = misfit.repair.field, edits.at(spec, places(spec.layers)[misfit.layer.path])
        followed.append(Followed(misfit.layer, field, getattr(old, field), misfit.repair.value))
        spec = repaired(spec, misfit)
    return spec, tuple(followed)


def repaired(spec: Spec, misfit: Misfit) -> Spec:
    """Return the spec with the repair of a misfit done; without a repair, the same spec."""
    repair = misfit.repair
    path = places(spec.layers).get(repair.layer) if repair else None
    if repair is None or path is None:
        return spec
    return edits.replace(spec, path, None, **{repair.field: repair.value})


def _odd_layers(spec: Spec) -> list[Layer]:
    """Return the layers that do not fit."""
    found = places(spec.layers)
    return [edits.at(spec, found[one.layer.path]) for one in survey(spec).misfits if one.layer.path in found]


def _follows(spec: Spec, misfit: Misfit, kept: str, odd: list[Layer]) -> bool:
    repair = misfit.repair
    if repair is None or repair.field not in INPUT_WIDTHS or repair.layer != misfit.layer.path or repair.layer == kept:
        return False
    return edits.at(spec, places(spec.layers)[repair.layer]) not in odd
