"""What can be done to what a card stands for: freeze, detach, retain a gradient, set numbers by hand."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import streamlit as st

from graphtrace.app.lab.net_editor import size
from graphtrace.app.lab.session import Lab
from graphtrace.app.texts import say
from graphtrace.lab.records.actions import Action, Backward, Edit, Freeze, Hook

MOST = 4096  # numbers of one tensor that a table shows

Rows = list[list[float]]


def offers(one: Lab, lang: str) -> dict[str, Any]:
    """Return what the player's panel may offer: parameters and modules with their state, and the words."""
    live = one.machine.trainer
    named = live.net.named_parameters()
    words = {name: say(f"lab_act_{name}", lang) for name in ("title", "what", "numbers", "grad", "output")}
    return {
        "params": {name: [found.requires_grad, found.grad is not None] for name, found in named},
        "modules": [name for name, _ in live.net.named_modules(remove_duplicate=False) if name],
        "hooks": live.hooks.does,
        "words": words,
    }


def act(one: Lab, told: Any, lang: str) -> None:
    """Do what was pressed in the panel. It comes from a browser: what fits nothing is told, and not done."""
    if not isinstance(told, dict):
        return
    name, on = str(told.get("name", ""))[:200], bool(told.get("on"))
    if told.get("do") == "numbers":
        one.editing = name
        return
    action = _action(str(told.get("do")), name, on)
    if action is None:
        return
    one.do(action)
    if not isinstance(action, Backward) and not one.note:
        one.note = say("lab_next_forward", lang)


def _action(what: str, name: str, on: bool) -> Action | None:
    match what:
        case "freeze":
            return Freeze(name, on)
        case "detach" | "retain_grad":
            return Hook(name, what if on else "nothing")
        case "keep":
            return Backward(retain_graph=True)
    return None


def numbers(one: Lab, lang: str) -> None:
    """Show the table of the tensor whose numbers are to be set by hand, if there is one."""
    if not one.editing:
        return
    with one.told():
        found = one.machine.tensor(one.editing)
        head = f"{one.editing} · {size(found.shape)}"
        dialog = st.dialog(head, width="medium", on_dismiss=partial(_closed, one))
        dialog(_table)(one, lang, found)
        return
    one.editing = ""  # there is no such tensor any more


def _closed(one: Lab) -> None:
    one.editing = ""


def _table(one: Lab, lang: str, tensor: Any) -> None:
    if tensor.numel() > MOST:
        st.info(say("lab_too_many", lang, count=f"{tensor.numel():,}", most=f"{MOST:,}"))
        return
    rows = _rows(tensor)
    columns = {str(i): st.column_config.NumberColumn(str(i), format="%.6g", width=88) for i in range(len(rows[0]))}
    key = f"lab_numbers_{one.editing}_{one.identity}"
    edited = st.data_editor(
        [dict(zip(columns, row, strict=True)) for row in rows], column_config=columns, hide_index=False, key=key
    )
    st.caption(say("lab_numbers_hint", lang))
    if st.button(say("lab_set", lang), type="primary", key="lab_numbers_set"):
        changed = changes(one.editing, tuple(tensor.shape), rows, [list(row.values()) for row in edited])
        one.editing = ""
        if changed:
            one.do(*changed)
        st.rerun()


def _rows(tensor: Any) -> Rows:
    """Lay a tensor out as rows; more dimensions stand side by side."""
    flat = tensor.reshape(1, -1) if tensor.dim() < 2 else tensor.reshape(tensor.shape[0], -1)
    found: Rows = flat.tolist()
    return found


def changes(name: str, shape: tuple[int, ...], before: Rows, after: Rows) -> list[Edit]:
    """Return one action for each number that is another now; an emptied cell keeps its number."""
    width, found = len(before[0]), []
    for i, (old, new) in enumerate(zip(before, after, strict=True)):
        for j, (was, now) in enumerate(zip(old, new, strict=True)):
            if now is not None and not math.isnan(now) and now != was:
                found.append(Edit(name, _index(shape, i * width + j), float(now)))
    return found


def _index(shape: tuple[int, ...], flat: int) -> tuple[int, ...]:
    index: tuple[int, ...] = ()
    for extent in reversed(shape):
        flat, last = divmod(flat, extent)
        index = (last, *index)
    return index
