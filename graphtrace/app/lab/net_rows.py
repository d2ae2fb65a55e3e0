"""The net as rows of the sidebar: what each layer is, what does not fit, and the fields of its form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import TypedDict

from graphtrace import lab
from graphtrace.lab import layers
from graphtrace.lab.design.misfits import Misfit, places
from graphtrace.lab.parts.data import input_shape
from graphtrace.lab.records.rules import MAX_NESTING, Scalar
from graphtrace.lab.records.tree import blocks
from graphtrace.literals import Language
from graphtrace.texts import say

Path = tuple[int, ...]
Shape = tuple[int, ...]
Place = tuple[Path, str, int]  # path; name, or what names in a block begin with; how many layers it is in
HIDDEN = frozenset({"name", "frozen", "tied", "block", "branches"})  # fields of a layer without a widget of their own
MAX_BRANCHES = 8


class Field(TypedDict):
    """One field of a form: its name in torch, what kind of value it holds, its range."""

    name: str
    type: str  # integer, real, flag, choice or text
    value: object
    low: float | None
    high: float | None
    choices: tuple[str, ...]


class Problem(TypedDict):
    """What does not fit at a row, and what its button does; without a repair there is no button."""

    text: str
    repair: str
    blocks: bool  # whether the net does not run because of it


class Row(TypedDict):
    """One layer; `blocks` are inside it."""

    path: Path
    name: str  # in the net
    own: str  # as the user named it
    kind: str
    detail: str
    shapes: str
    frozen: bool
    hook: str | None  # what is hooked to its output; None if the net that runs does not have the layer
    fields: list[Field]
    branches: int
    problems: list[Problem]
    followed: str
    blocks: list[RowBlock]


class RowBlock(TypedDict):
    """Layers one after the other. `nests` tells whether blocks fit in it."""

    path: Path
    title: str
    nests: bool
    rows: list[Row]


def shape_text(shape: Iterable[int]) -> str:
    """Return a shape for people: ``4×2``."""
    return "×".join(map(str, shape)) or "1"


def fields_of(record: object, hidden: Iterable[str] = HIDDEN) -> list[Field]:
    """Return the form of a record: its fields that hold one plain value."""
    found: list[Field] = []
    for one in fields(record):  # type: ignore[arg-type]  # every record of the Lab is a dataclass
        rule = one.metadata.get("rule")
        if isinstance(rule, Scalar) and one.name not in hidden:
            value = getattr(record, one.name)
            found.append(Field(name=one.name, type=_type(rule, value), value=value, **_range(rule)))
    return found


def _type(rule: Scalar, value: object) -> str:
    if rule.choices:
        return "choice"
    return {bool: "flag", int: "integer", float: "real"}.get(type(value), "text")


class _Range(TypedDict):
    low: float | None
    high: float | None
    choices: tuple[str, ...]


def _range(rule: Scalar) -> _Range:
    return {"low": rule.low, "high": rule.high, "choices": rule.choices}


def problem(misfit: Misfit, lang: Language, stops: bool = True) -> Problem:
    """Return a misfit as a row shows it."""
    repair = misfit.repair
    button = "" if repair is None else say("builder.repair", lang, field=repair.field, value=repair.value)
    if repair is not None and repair.layer != misfit.layer.path:
        button = say("builder.repair_there", lang, layer=repair.layer, field=repair.field, value=repair.value)
    return Problem(text=misfit.say(lang), repair=button, blocks=stops)


@dataclass(frozen=True, slots=True)
class RowContext:
    """What the rows of one net are made of.

    Attributes:
        shapes: Output shape of each layer, by its name in the net.
        misfits: By path of the layer.
        hooks: What is hooked to the outputs of the net that runs, by name; "nothing" for no hook.
        followed: What changed at layers by itself, by name.
    """

    lang: Language
    shapes: Mapping[str, Shape]
    misfits: Mapping[Path, list[Misfit]]
    hooks: Mapping[str, str]
    followed: Mapping[str, str]


def net_block(spec: lab.Spec, hooks: Mapping[str, str], followed: Mapping[str, str], lang: Language) -> RowBlock:
    """Return the rows of a net."""
    survey = lab.survey(spec)
    where, misfits = places(spec.layers), dict[Path, list[Misfit]]()
    for misfit in survey.misfits:
        misfits.setdefault(where.get(misfit.layer.path, ()), []).append(misfit)
    shapes = {layer.path: layer.shape for layer in survey.shapes}
    context = RowContext(lang, shapes, misfits, hooks, followed)
    return _block(spec.layers, ((), "", 0), input_shape(spec.data), context)


def _block(block: tuple[layers.Layer, ...], place: Place, shape: Shape, context: RowContext) -> RowBlock:
    path, prefix, depth = place
    rows: list[Row] = []
    for i, layer in enumerate(block):
        name = f"{prefix}{layer.name or i}"
        rows.append(_row(layer, ((*path, i), name, depth), shape, context))
        shape = context.shapes.get(name, shape)
    return RowBlock(path=path, title="", nests=depth < MAX_NESTING, rows=rows)


def _row(layer: layers.Layer, place: Place, shape: Shape, context: RowContext) -> Row:
    path, name, _ = place
    out = context.shapes.get(name)
    return Row(
        path=path,
        name=name,
        own=layer.name,
        kind=type(layer).__name__,
        detail=_detail(layer, out),
        shapes=f"{shape_text(shape)} → {'?' if out is None else shape_text(out)}",
        frozen=bool(layer.frozen),
        hook=context.hooks.get(name),
        fields=fields_of(layer),
        branches=len(layer.branches) if isinstance(layer, layers.Parallel) else 0,
        problems=[problem(misfit, context.lang) for misfit in context.misfits.get(path, ())],
        followed=context.followed.get(name, ""),
        blocks=_inner_blocks(layer, place, shape, context),
    )


def _inner_blocks(layer: layers.Layer, place: Place, shape: Shape, context: RowContext) -> list[RowBlock]:
    """Return the blocks inside a layer; a repeated block once."""
    path, name, depth = place
    parallel, inner = isinstance(layer, layers.Parallel), "0" if isinstance(layer, layers.Repeat) else "block"
    found: list[RowBlock] = []
    for b, content in enumerate(blocks(layer)):
        inside = f"{name}.branches.{b}." if parallel else f"{name}.{inner}."
        made = _block(content, ((*path, b) if parallel else path, inside, depth + 1), shape, context)
        found.append({**made, "title": say("builder.branch", context.lang, number=b) if parallel else ""})
    return found


def _detail(layer: layers.Layer, out: Shape | None) -> str:
    """Return what a row says of a layer beside its kind: ``2 → 3``."""
    match layer:
        case layers.Linear(in_features=one, out_features=other) | layers.Conv2d(in_channels=one, out_channels=other):
            return f"{one} → {other}"
        case layers.Embedding(num_embeddings=one, embedding_dim=other) | layers.RNN(inputs=one, hidden=other):
            return f"{one} → {other}"
        case layers.MaxPool2d(kernel_size=side) | layers.AvgPool2d(kernel_size=side):
            return f"{side}×{side}"
        case layers.BatchNorm1d(num_features=size) | layers.BatchNorm2d(num_features=size):
            return f"{size}"
        case layers.LayerNorm(normalized_shape=size) | layers.Attention(features=size):
            return f"{size}"
        case layers.Repeat(times=times):
            return f"×{times}"
        case layers.Dropout(p=p):
            return f"{p:g}"
        case layers.Flatten():
            return "" if out is None else f"→ {shape_text(out[1:])}"
        case layers.Parallel(join=join):
            return join
    return ""
