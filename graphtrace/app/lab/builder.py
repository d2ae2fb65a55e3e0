"""The builder in the sidebar: preset, layers, optimizer, data, seed; what is folded is built when it is opened."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from graphtrace import lab
from graphtrace.app import styles
from graphtrace.app.lab.actions_menu import actions_menu
from graphtrace.app.lab.exercise import exercise_line
from graphtrace.app.lab.forms import edited, has_defaults, kind_picker, pick_integer
from graphtrace.app.lab.layer_list import layer_list
from graphtrace.app.lab.session import LabSession
from graphtrace.app.lab.session_parts import KEY, NOTHING
from graphtrace.app.lab.share import share
from graphtrace.app.texts import say, told
from graphtrace.app.uploads import upload
from graphtrace.errors import TraceError
from graphtrace.lab import datasets, spec
from graphtrace.literals import Language

_DTYPES = ("float32", "float64")
_OR_TABLE = ((0.0, 0.0, 0.0), (0.0, 1.0, 1.0), (1.0, 0.0, 1.0), (1.0, 1.0, 1.0))  # logical or: a first table to edit
_DRAWN = "lab_forms_drawn"  # session state: what the forms show, and how often that changed other than by them


def builder(session: LabSession, lang: Language) -> None:
    """Draw the builder; every change becomes a new machine, or a mark at what does not fit."""
    if "builder" in session.hidden:
        st.html(styles.WITHOUT_SIDEBAR)
        return
    exercise_line(session, lang)
    _preset_picker(session, lang)
    net_controls(session, lang)
    share(session, lang)


def net_controls(session: LabSession, lang: Language) -> None:
    """Draw what changes the net: layers, optimizer, data, and rarer actions."""
    layer_list(session, lang)
    _forms(lang)
    if "actions" not in session.hidden:
        actions_menu(session, lang)


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


@st.fragment
def _forms(lang: Language) -> None:
    """Draw what is folded. Unfolding it runs nothing else of the page."""
    session: LabSession = st.session_state[KEY]
    now = session.spec
    version = _version(now)
    optimizer, data = (
        f"{type(now.optimizer).__name__} · {now.optimizer.lr:g}",
        f"{type(now.data).__name__} · {now.seed}",
    )
    st.html(styles.beside_titles({"lab_training": optimizer, "lab_data": data}))
    with st.expander(say("lab_optimizer", lang), key="lab_training", on_change="rerun") as part:
        changed = _training(now, lang, f"lab_training_{version}") if part.open else now
    with st.expander(say("lab_data", lang), key="lab_data", on_change="rerun") as part:
        changed = _data(changed, lang, f"lab_data_{version}") if part.open else changed
    if changed != now:
        st.session_state[_DRAWN] = (_shown(changed), version)
        session.edit(changed)
        st.rerun()


def _shown(current: lab.Spec) -> tuple[object, ...]:
    return current.optimizer, current.scheduler, current.data, current.seed, current.dtype


def _version(current: lab.Spec) -> int:
    """Return a number that changes when the spec changed other than by the forms, which then start anew."""
    drawn, version = st.session_state.get(_DRAWN, (None, 0))
    if drawn != _shown(current):
        version += 1
        st.session_state[_DRAWN] = (_shown(current), version)
    return int(version)


def _training(current: lab.Spec, lang: Language, key: str) -> lab.Spec:
    optimizer = kind_picker(say("lab_optimizer", lang), spec.OPTIMIZERS, current.optimizer, f"{key}.kind")
    optimizer = edited(optimizer, f"{key}.{type(optimizer).__name__}")
    return replace(current, optimizer=optimizer, scheduler=_scheduler(current, lang, f"{key}.scheduler"))


def _scheduler(current: lab.Spec, lang: Language, key: str) -> spec.Scheduler | None:
    name = type(current.scheduler).__name__ if current.scheduler else "–"
    names = ("–", *spec.SCHEDULERS)
    chosen = st.selectbox(say("lab_scheduler", lang), names, names.index(name), key=key)
    if chosen == "–":
        return None
    scheduler = current.scheduler if chosen == name and current.scheduler else spec.SCHEDULERS[chosen]()
    return edited(scheduler, f"{key}.{chosen}")


def _data(current: lab.Spec, lang: Language, key: str) -> lab.Spec:
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
    return replace(current, data=data, seed=seed, dtype=dtype)


def _new_data(kind: str) -> datasets.Data:
    return datasets.Table(_OR_TABLE) if kind == "Table" else datasets.KINDS[kind]()


def _table(table: datasets.Table, lang: Language, key: str) -> datasets.Table:
    """Let the user type the rows or upload them. Invalid input shows an error; the previous table is kept."""
    uploaded = upload("CSV", ["csv"], f"{key}.file", lang)
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
