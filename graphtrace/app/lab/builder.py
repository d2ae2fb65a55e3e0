"""The builder in the sidebar: preset, layers, loss, optimizer, data, seed."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from graphtrace import lab
from graphtrace.app import styles
from graphtrace.app.lab.actions_menu import actions_menu
from graphtrace.app.lab.forms import edited, has_defaults, kind_picker, pick_integer
from graphtrace.app.lab.net_editor import net_editor
from graphtrace.app.lab.session import NOTHING, LabSession
from graphtrace.app.lab.share import share
from graphtrace.app.texts import say, told
from graphtrace.errors import TraceError
from graphtrace.lab import datasets, spec
from graphtrace.literals import Language

_DTYPES, _DEVICES = ("float32", "float64"), ("auto", "cpu", "cuda")
_OR_TABLE = ((0.0, 0.0, 0.0), (0.0, 1.0, 1.0), (1.0, 0.0, 1.0), (1.0, 1.0, 1.0))  # logical or: a first table to edit


def builder(session: LabSession, lang: Language) -> None:
    """Draw the builder; every change becomes a new machine, or a message."""
    if "builder" in session.hidden:
        st.html(styles.WITHOUT_SIDEBAR)
        return
    _preset_picker(session, lang)
    changed = net_editor(session, lang)
    with st.expander(say("lab_training", lang), key="lab_training", on_change="rerun") as training:
        if training.open:
            changed = _training(changed, session, lang)
    with st.expander(say("lab_data", lang), key="lab_data", on_change="rerun") as data:
        if data.open:
            changed = _data(changed, session, lang)
    if "actions" not in session.hidden:
        actions_menu(session, lang)
    share(session, lang)
    if changed != session.spec:
        session.edit(changed)
        st.rerun()


def _preset_picker(session: LabSession, lang: Language) -> None:
    titles = {preset.name: preset.title_zh if lang == "zh" else preset.title for preset in lab.PRESETS}
    titles[NOTHING] = say("lab_nothing", lang)
    names = [NOTHING, *(preset.name for preset in lab.PRESETS if preset.buildable)]
    chosen = st.selectbox(
        say("lab_preset", lang),
        names,
        index=names.index(session.preset) if session.preset in names else None,
        format_func=titles.__getitem__,
        placeholder=say("lab_own", lang),
        key=f"lab_preset_{session.preset}",
    )
    if chosen and chosen != session.preset:
        session.open_preset(chosen)
        st.rerun()


def _training(current: lab.Spec, session: LabSession, lang: Language) -> lab.Spec:
    key = f"lab_training_{session.form_count}"
    loss = edited(current.loss, f"{key}.loss", hidden=(), labels={"name": say("lab_loss", lang)})
    optimizer = kind_picker(say("lab_optimizer", lang), spec.OPTIMIZERS, current.optimizer, f"{key}.kind")
    optimizer = edited(optimizer, f"{key}.{type(optimizer).__name__}")
    scheduler = _scheduler(current, lang, f"{key}.scheduler")
    return replace(current, loss=loss, optimizer=optimizer, scheduler=scheduler)


def _scheduler(current: lab.Spec, lang: Language, key: str) -> spec.Scheduler | None:
    name = type(current.scheduler).__name__ if current.scheduler else "–"
    names = ("–", *spec.SCHEDULERS)
    chosen = st.selectbox(say("lab_scheduler", lang), names, names.index(name), key=key)
    if chosen == "–":
        return None
    scheduler = current.scheduler if chosen == name and current.scheduler else spec.SCHEDULERS[chosen]()
    return edited(scheduler, f"{key}.{chosen}")


def _data(current: lab.Spec, session: LabSession, lang: Language) -> lab.Spec:
    key = f"lab_data_{session.form_count}"
    names = (*(name for name, kind in datasets.KINDS.items() if has_defaults(kind)), "Table")
    name = type(current.data).__name__
    chosen = st.selectbox(say("lab_data", lang), names, names.index(name), key=f"{key}.kind")
    data = edited(
        current.data if chosen == name else _new_data(chosen),
        f"{key}.{chosen}",
        labels={"seed": say("lab_data_seed", lang)},
    )
    if isinstance(data, datasets.Table):
        data = _table(data, lang, key)
    seed = pick_integer(say("lab_seed", lang), current.seed, 0, 2**31 - 1, f"{key}.seed")
    dtype = st.selectbox("dtype", _DTYPES, _DTYPES.index(current.dtype), key=f"{key}.dtype")
    device = st.selectbox("device", _DEVICES, _DEVICES.index(current.device), key=f"{key}.device")
    return replace(current, data=data, seed=seed, dtype=dtype, device=device)


def _new_data(kind: str) -> datasets.Data:
    return datasets.Table(_OR_TABLE) if kind == "Table" else datasets.KINDS[kind]()


def _table(table: datasets.Table, lang: Language, key: str) -> datasets.Table:
    """Let the user type the rows or upload them. Invalid input shows an error; the previous table is kept."""
    uploaded = st.file_uploader("CSV", "csv", key=f"{key}.file")
    first = "\n".join(", ".join(f"{value:.12g}" for value in row) for row in table.rows)
    typed = st.text_area(say("lab_rows", lang), first, key=f"{key}.rows")
    text = uploaded.getvalue().decode("utf-8", "replace") if uploaded else typed
    if text == first:
        return table
    try:
        return datasets.parse_csv(text, table.targets, table.classes)
    except TraceError as error:
        st.error(told(error, lang))
        return table
