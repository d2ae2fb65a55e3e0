"""What is pressed in the list of layers, done to the session's spec. It comes from a browser and may be anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from graphtrace import lab
from graphtrace.app.lab.net_rows import HIDDEN, MAX_BRANCHES, Path
from graphtrace.app.lab.session import LabSession
from graphtrace.app.payloads import as_mapping
from graphtrace.errors import SpecError, TraceError, shown
from graphtrace.lab import edits, layers
from graphtrace.lab.design.following import INPUT_WIDTHS, Followed, follow, repaired
from graphtrace.lab.design.misfits import places
from graphtrace.lab.design.new_layers import new_layer
from graphtrace.lab.parts.data import input_shape
from graphtrace.lab.parts.devices import devices, resolved
from graphtrace.lab.records.actions import Hook
from graphtrace.lab.records.layers import Layer
from graphtrace.lab.records.rules import Scalar, problems_of

_NOTES = "lab_builder_notes"  # Notes: in the session state
_BY_ITSELF = frozenset({"name", "frozen"})  # fields of every layer that the form has below those of its kind


@dataclass(frozen=True, slots=True)
class Notes:
    """What the latest edits did beside what was pressed; true as long as the spec is this one.

    Attributes:
        done: Serial number of the latest edit that was done.
        spec: The spec after it.
        followed: The widths that followed.
    """

    done: int = 0
    spec: lab.Spec | None = None
    followed: tuple[Followed, ...] = ()


def notes() -> Notes:
    """Return what is known of the latest edits of this browser session."""
    found = st.session_state.get(_NOTES)
    return found if isinstance(found, Notes) else Notes()


def followed_in(spec: lab.Spec) -> tuple[Followed, ...]:
    """Return the widths that followed the latest edit, if it led to this spec."""
    latest = notes()
    return latest.followed if latest.spec == spec else ()


def do_edits(session: LabSession, reported: object) -> bool:
    """Do the edits of a report that were not done yet: the browser repeats those it has no answer for.

    Returns:
        Whether there were any.
    """
    queue, before = as_mapping(reported).get("queue"), notes().done
    for one in queue if isinstance(queue, list | tuple) else ():
        told = as_mapping(one)
        serial = told.get("serial")
        if isinstance(serial, int) and serial > notes().done:
            st.session_state[_NOTES] = replace(notes(), done=serial)
            with session.errors_as_note():
                do_edit(session, told)
    return notes().done > before


def do_edit(session: LabSession, told: Mapping[str, object]) -> None:
    """Do one edit.

    Raises:
        TraceError: It asks for what there is not.
    """
    spec = session.spec
    match told.get("do"):
        case "set":
            _take(session, _with_field(spec, _path(told), told), kept=_kept(spec, told))
        case "repair":
            _take(session, _repaired(spec, told))
        case "loss":
            session.edit(replace(spec, loss=_changed_loss(spec.loss, told)))
        case "device":
            session.edit(replace(spec, device=_device(told)))
        case "numbers":
            session.edited_tensor = str(told.get("name"))[:200]
        case "hook":
            session.do(Hook(str(told.get("name"))[:200], str(told.get("value"))[:20]))
        case _:
            _take(session, _restructured(spec, told), structure=True)


def _take(session: LabSession, spec: lab.Spec, kept: str = "", structure: bool = False) -> None:
    """Hand an edited spec to the session, after the widths behind the edit have followed it."""
    if structure:
        for problem in problems_of(spec):
            raise SpecError(problem)  # too deep, too many: the net stays as it is
    spec, followed = follow(session.spec, spec, kept)
    st.session_state[_NOTES] = replace(notes(), spec=spec, followed=followed)
    (session.rebuild if structure else session.edit)(spec)


def _path(told: Mapping[str, object], name: str = "path") -> Path:
    found = told.get(name)
    if not isinstance(found, list | tuple) or not all(type(i) is int for i in found):
        raise SpecError(f"no path to a layer: {shown(found)} (give positions from the outside in)")
    return tuple(found)


def _with_field(spec: lab.Spec, path: Path, told: Mapping[str, object]) -> lab.Spec:
    return edits.replace(spec, path, None, **_value(edits.at(spec, path), told))


def _changed_loss(loss: lab.Loss, told: Mapping[str, object]) -> lab.Loss:
    value = _value(loss, told)
    return replace(loss, name=str(value.get("name", loss.name)), reduction=str(value.get("reduction", loss.reduction)))


def _value(record: Layer | lab.Loss, told: Mapping[str, object]) -> dict[str, object]:
    """Return a field's new value by its name. It has the type of the field; the survey tells if it is out of range."""
    name, value = str(told.get("field")), told.get("value")
    known = {one.name: one.metadata.get("rule") for one in record.__dataclass_fields__.values()}
    own = isinstance(record, layers.Layer)
    if not isinstance(known.get(name), Scalar) or (own and name in HIDDEN - _BY_ITSELF):
        raise SpecError(f"{type(record).__name__} has no such field: {shown(name)} (choose one of its form)")
    old = getattr(record, name)
    if name == "frozen":
        return {name: "all" if value else ""}
    if isinstance(old, str | bool):
        fits = type(value) is type(old)
    else:
        fits = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
    if not fits:
        raise SpecError(f"{name} cannot be this: {shown(value)} (give a value like {shown(old)})")
    if isinstance(value, float) and isinstance(old, int) and value == int(value):
        return {name: int(value)}
    return {name: float(value) if isinstance(old, float) and isinstance(value, int) else value}


def _kept(spec: lab.Spec, told: Mapping[str, object]) -> str:
    """Return the layer that the user gives another input width by hand: it is not set back."""
    if told.get("field") not in INPUT_WIDTHS:
        return ""
    path = _path(told)
    return next((name for name, place in places(spec.layers).items() if place == path), "")


def _repaired(spec: lab.Spec, told: Mapping[str, object]) -> lab.Spec:
    """Repair the misfit of a layer, or with an empty path that of the loss."""
    path, where = _path(told), places(spec.layers)
    found = lab.survey(spec)
    here = (one for one in (*found.misfits, *found.remarks) if where.get(one.layer.path, ()) == path)
    misfit = next((one for one in here if one.repair), None)
    return spec if misfit is None else repaired(spec, misfit)


def _restructured(spec: lab.Spec, told: Mapping[str, object]) -> lab.Spec:
    path = _path(told)
    match told.get("do"):
        case "add":
            return edits.add(spec, new_layer(str(told.get("kind")), shape_before(spec, path)), path)
        case "remove":
            return edits.remove(spec, path)
        case "duplicate":
            return edits.duplicate(spec, path)
        case "shift":
            return edits.move(spec, path, 1 if told.get("by") == 1 else -1)
        case "move":
            return edits.relocate(spec, path, _path(told, "to"))
        case "branches":
            return _with_branches(spec, path, told.get("more") is True)
    raise SpecError(f"no such edit: {shown(told.get('do'))} (use the list of layers)")


def _with_branches(spec: lab.Spec, path: Path, more: bool) -> lab.Spec:
    layer = edits.at(spec, path)
    if not isinstance(layer, layers.Parallel) or not 2 - more <= len(layer.branches) <= MAX_BRANCHES - more:
        return spec
    branches = (*layer.branches, layer.branches[-1]) if more else layer.branches[:-1]
    return edits.replace(spec, path, None, branches=branches)


def shape_before(spec: lab.Spec, path: Path) -> tuple[int, ...]:
    """Return the shape that arrives at a place in the net, as far as the net fits together."""
    shape = input_shape(spec.data)
    where, shapes = places(spec.layers), {layer.path: layer.shape for layer in lab.shapes(spec)}
    order = sorted((place, shapes[name]) for name, place in where.items() if name in shapes)
    for length in range(1, len(path) + 1):  # the layers before it in each block that it is in, the outermost first
        before = [made for place, made in order if place[:-1] == path[: length - 1] and place[-1] < path[length - 1]]
        shape = before[-1] if before else shape
    return shape


def _device(told: Mapping[str, object]) -> str:
    name = told.get("name")
    if name not in [device.name for device in devices()]:
        raise TraceError(f"no such device here: {shown(name)} (choose one of the list)")
    return "auto" if name == resolved("auto") else str(name)
