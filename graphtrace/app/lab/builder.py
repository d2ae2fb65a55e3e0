"""The builder in the sidebar: preset, layers with the shapes between them, loss, optimizer, data, seed."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from graphtrace import lab
from graphtrace.app import styles
from graphtrace.app.lab.forms import edited, is_plain, kind_picker, whole
from graphtrace.app.lab.net_editor import net
from graphtrace.app.lab.session import NOTHING, Lab
from graphtrace.app.lab.share import share
from graphtrace.app.texts import say
from graphtrace.errors import TraceError
from graphtrace.lab import datasets, spec

_DTYPES, _DEVICES = ("float32", "float64"), ("auto", "cpu", "cuda")
_TYPED = ((0.0, 0.0, 0.0), (0.0, 1.0, 1.0), (1.0, 0.0, 1.0), (1.0, 1.0, 1.0))  # "or", to begin with


def builder(one: Lab, lang: str) -> None:
    """Draw the whole builder; every change becomes a new machine, or a message."""
    if "builder" in one.hidden:
        st.html(styles.WITHOUT_SIDEBAR)
        return
    _preset_picker(one, lang)
    changed = net(one, lang)
    with st.expander(say("lab_training", lang), expanded=False):
        changed = _training(changed, one, lang)
    with st.expander(say("lab_data", lang), expanded=False):
        changed = _data(changed, one, lang)
    share(one, lang)
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
    data = edited(record, f"{key}.{chosen}", labels={"seed": say("lab_data_seed", lang)})
    if isinstance(data, datasets.Table):
        data = _table(data, one, lang, key)
    seed = whole(say("lab_seed", lang), found.seed, 0, 2**31 - 1, f"{key}.seed")
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
