"""The builder in the sidebar: preset, layers with the shapes between them, loss, optimizer, data, seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import streamlit as st

from graphtrace import lab
from graphtrace.errors import TraceError
from graphtrace.lab import datasets, edits, layers, spec
from graphtrace.ui.lab.forms import edited, is_plain, kind_picker
from graphtrace.ui.lab.session import NOTHING, Lab
from graphtrace.ui.texts import say

_DTYPES, _DEVICES = ("float32", "float64"), ("auto", "cpu", "cuda")
_TYPED = ((0.0, 0.0, 0.0), (0.0, 1.0, 1.0), (1.0, 0.0, 1.0), (1.0, 1.0, 1.0))  # "or", to begin with

# What a new layer starts with, given the sizes that arrive: it fits at once.
_SIZED: dict[str, Callable[[tuple[int, ...]], layers.Layer]] = {
    "Linear": lambda shape: layers.Linear(shape[-1] if shape else 1, 4),
    "Conv2d": lambda shape: layers.Conv2d(shape[1] if len(shape) > 2 else 1, 4, 3, padding=1),
    "BatchNorm1d": lambda shape: layers.KINDS["BatchNorm1d"](shape[1] if len(shape) > 1 else 1),
    "BatchNorm2d": lambda shape: layers.KINDS["BatchNorm2d"](shape[1] if len(shape) > 1 else 1),
    "LayerNorm": lambda shape: layers.KINDS["LayerNorm"](shape[-1] if shape else 1),
    "Embedding": lambda shape: layers.KINDS["Embedding"](10, 4),
    "Residual": lambda shape: layers.Residual((layers.Linear(shape[-1], shape[-1]), layers.Tanh())),
}


def builder(one: Lab, lang: str) -> None:
    """Draw the whole builder; every change becomes a new machine, or a message."""
    _preset_picker(one, lang)
    changed = _layer_list(one, lang)
    with st.expander(say("lab_training", lang), expanded=False):
        changed = _training(changed, one, lang)
    with st.expander(say("lab_data", lang), expanded=False):
        changed = _data(changed, one, lang)
    if changed != one.spec:
        one.edit(changed)
        st.rerun()


def _preset_picker(one: Lab, lang: str) -> None:
    titles = {preset.name: preset.title_zh if lang == "zh" else preset.title for preset in lab.PRESETS}
    titles[NOTHING] = say("lab_nothing", lang)
    names = [NOTHING, *(preset.name for preset in lab.PRESETS if preset.buildable)]
    chosen = st.selectbox(
        say("lab_preset", lang),
        names,
        index=names.index(one.preset) if one.preset in names else None,
        format_func=titles.__getitem__,
        placeholder=say("lab_own", lang),
        key=f"lab_preset_{one.preset}",
    )
    if chosen and chosen != one.preset:
        one.open(chosen)
        st.rerun()


def _layer_list(one: Lab, lang: str) -> lab.Spec:
    """Draw the layers as lines that open, with the shape behind each; return the spec as the user changed it."""
    found = one.spec
    shapes = {shape.path: shape.shape for shape in lab.shapes(found)}
    with st.container(key="lab_layers"):
        st.caption(f"x {_size(one.machine.live.x.shape)} · y {_size(one.machine.live.y.shape)}")
        for i, layer in enumerate(found.layers):
            name = layer.name or str(i)
            label = f"{_title(layer)} :gray[{_size(shapes[name]) if name in shapes else '?'}]"
            with st.popover(label, width="stretch", key=f"lab_layer_{one.forms}_{i}"):
                found = _layer_form(found, i, one, lang)
        return _adder(found, lang, one)


def _size(shape: Iterable[int]) -> str:
    return "×".join(map(str, shape)) or "1"


def _title(layer: layers.Layer) -> str:
    kind = type(layer).__name__
    frozen = " ❄" if layer.frozen else ""
    return f"{kind} · {layer.name}{frozen}" if layer.name else f"{kind}{frozen}"


def _layer_form(found: lab.Spec, i: int, one: Lab, lang: str) -> lab.Spec:
    key = f"lab_layer_{one.forms}_{i}"
    layer = found.layers[i]
    changed: Any = edited(layer, key)
    name = st.text_input(say("lab_name", lang), layer.name, key=f"{key}.name", max_chars=32)
    frozen = st.toggle(say("lab_frozen", lang), bool(layer.frozen), key=f"{key}.frozen")
    if frozen != bool(layer.frozen):  # one of a seed has only its biases frozen, and keeps that
        changed = replace(changed, frozen="all" if frozen else "")
    changed = replace(changed, name=name)
    found = replace(found, layers=(*found.layers[:i], changed, *found.layers[i + 1 :]))
    with st.container(horizontal=True):
        up = st.button("↑", key=f"{key}.up", help=say("lab_up", lang), disabled=i == 0)
        down = st.button("↓", key=f"{key}.down", help=say("lab_down", lang), disabled=i == len(found.layers) - 1)
        gone = st.button(say("lab_remove", lang), key=f"{key}.remove", icon=":material/delete:")
    if up or down or gone:
        one.rebuild(edits.remove(found, i) if gone else edits.move(found, i, -1 if up else 1))
        st.rerun()
    return found


def _adder(found: lab.Spec, lang: str, one: Lab) -> lab.Spec:
    kinds = sorted(kind for kind in layers.KINDS if kind in _SIZED or is_plain(layers.KINDS[kind]))
    chosen = st.selectbox(
        say("lab_add", lang),
        kinds,
        index=None,
        placeholder=say("lab_add", lang),
        label_visibility="collapsed",
        key=f"lab_add_{one.forms}_{len(found.layers)}",
    )
    if not chosen:
        return found
    shapes = lab.shapes(found)
    before = shapes[-1].shape if shapes else (1, *_input_sizes(found))
    make = _SIZED.get(chosen)
    try:
        return edits.add(found, make(before) if make else layers.KINDS[chosen]())
    except TraceError as error:
        one.note = str(error)
        return found


def _input_sizes(found: lab.Spec) -> tuple[int, ...]:
    return found.data.shape if isinstance(found.data, datasets.Random) else (2,)


def _training(found: lab.Spec, one: Lab, lang: str) -> lab.Spec:
    key = f"lab_training_{one.forms}"
    loss = edited(found.loss, f"{key}.loss", hidden=(), labels={"name": say("lab_loss", lang)})
    optimizer = kind_picker(say("lab_optimizer", lang), spec.OPTIMIZERS, found.optimizer, f"{key}.kind")
    optimizer = edited(optimizer, f"{key}.{type(optimizer).__name__}")
    scheduler = _scheduler(found, lang, f"{key}.scheduler")
    return replace(found, loss=loss, optimizer=optimizer, scheduler=scheduler)


def _scheduler(found: lab.Spec, lang: str, key: str) -> spec.Scheduler | None:
    now = type(found.scheduler).__name__ if found.scheduler else "–"
    names = ("–", *spec.SCHEDULERS)
    chosen = st.selectbox(say("lab_scheduler", lang), names, names.index(now), key=key)
    if chosen == "–":
        return None
    return edited(found.scheduler if chosen == now else spec.SCHEDULERS[chosen](), f"{key}.{chosen}")


def _data(found: lab.Spec, one: Lab, lang: str) -> lab.Spec:
    key = f"lab_data_{one.forms}"
    names = (*(name for name, kind in datasets.KINDS.items() if is_plain(kind)), "Table")
    now = type(found.data).__name__
    chosen = st.selectbox(say("lab_data", lang), names, names.index(now), key=f"{key}.kind")
    record = found.data if chosen == now else datasets.Table(_TYPED) if chosen == "Table" else datasets.KINDS[chosen]()
    data = edited(record, f"{key}.{chosen}")
    if isinstance(data, datasets.Table):
        data = _table(data, one, lang, key)
    seed = int(st.number_input(say("lab_seed", lang), 0, 2**31 - 1, min(found.seed, 2**31 - 1), key=f"{key}.seed"))
    dtype = st.selectbox("dtype", _DTYPES, _DTYPES.index(found.dtype), key=f"{key}.dtype")
    device = st.selectbox("device", _DEVICES, _DEVICES.index(found.device), key=f"{key}.device")
    return replace(found, data=data, seed=seed, dtype=dtype, device=device)


def _table(table: datasets.Table, one: Lab, lang: str, key: str) -> datasets.Table:
    """Ask for the rows as text, typed or from a file; what is no table is told, and the last one stays."""
    uploaded = st.file_uploader("CSV", "csv", key=f"{key}.file")
    first = "\n".join(", ".join(f"{value:.12g}" for value in row) for row in table.rows)
    typed = st.text_area(say("lab_rows", lang), first, key=f"{key}.rows")
    text = uploaded.getvalue().decode("utf-8", "replace") if uploaded else typed
    if text == first:
        return table
    try:
        return datasets.parse_csv(text, table.targets, table.classes)
    except TraceError as error:
        st.error(f"{error}".replace("$", "\\$"))
        return table
