"""Actions on what a card stands for: freeze, detach, retain a gradient, edit numbers by hand."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, TypedDict

import streamlit as st

from graphtrace.app.lab.hand import move_number
from graphtrace.app.lab.iteration import open_iteration
from graphtrace.app.lab.net_rows import shape_text
from graphtrace.app.lab.repairing import repair
from graphtrace.app.lab.session import LabSession
from graphtrace.app.lab.training import set_pace, start_training
from graphtrace.app.payloads import as_mapping
from graphtrace.app.texts import say
from graphtrace.lab.records.actions import Action, Backward, Edit, Freeze, Hook
from graphtrace.literals import Language

if TYPE_CHECKING:
    from graphtrace.lab.showing.chart_data import Numbers

MAX_NUMBERS = 4096  # of one tensor that a table shows

Rows = list[list[float]]


class NodeActions(TypedDict):
    """What the player's panel offers for nodes.

    Per parameter whether it requires grad and whether it has a gradient; the modules; the hooks by module; words.
    """

    params: dict[str, tuple[bool, bool]]
    modules: list[str]
    hooks: dict[str, str]
    words: dict[str, str]


def node_actions(session: LabSession, lang: Language) -> NodeActions:
    """Return what the player's panel offers."""
    trainer = session.machine.trainer
    parameters = trainer.net.named_parameters()
    return {
        "params": {name: (parameter.requires_grad, parameter.grad is not None) for name, parameter in parameters},
        "modules": [name for name, _ in trainer.net.named_modules(remove_duplicate=False) if name],
        "hooks": trainer.hooks.does,
        "words": {name: say(f"lab_act_{name}", lang) for name in ("title", "what", "numbers", "grad", "output")},
    }


def do_pressed(session: LabSession, reported: object, lang: Language) -> None:
    """Do what was pressed in the panel. The report comes from a browser: an unknown name becomes a note."""
    report = as_mapping(reported)
    name, on = str(report.get("name", ""))[:200], bool(report.get("on"))
    if report.get("do") == "repair":
        repair(session, name)
        return
    if report.get("do") == "numbers":
        session.edited_tensor = name
        return
    if move_number(session, report) or _do_live(session, str(report.get("do")), report.get("n")):
        return
    action = _action(str(report.get("do")), name, on)
    if action is None:
        return
    session.do(action)
    if not isinstance(action, Backward) and not session.note:
        session.note = say("lab_next_forward", lang)


def _do_live(session: LabSession, pressed: str, number: object) -> bool:
    """Do what was pressed beside the curve, if it was; returns whether."""
    if pressed == "train":
        if session.trains:
            session.stop_run()
        else:
            start_training(session)
    elif pressed == "pace" and isinstance(number, int | float):
        set_pace(session, number)
    elif pressed == "iteration":
        open_iteration(session, number)
    return pressed in ("train", "pace", "iteration")


def _action(pressed: str, name: str, on: bool) -> Action | None:
    match pressed:
        case "freeze":
            return Freeze(name, on)
        case "detach" | "retain_grad":
            return Hook(name, pressed if on else "nothing")
        case "keep":
            return Backward(retain_graph=True)
    return None


def numbers_dialog(session: LabSession, lang: Language) -> None:
    """Show the numbers of the tensor that is being edited, if there is one."""
    if not session.edited_tensor:
        return
    with session.errors_as_note():
        tensor = session.machine.tensor(session.edited_tensor)
        head = f"{session.edited_tensor} · {shape_text(tensor.shape)}"
        dialog = st.dialog(head, width="medium", on_dismiss=partial(_close, session))
        dialog(_table)(session, lang, tensor)
        return
    session.edited_tensor = ""  # there is no such tensor any more


def _close(session: LabSession) -> None:
    session.edited_tensor = ""


def _table(session: LabSession, lang: Language, tensor: Numbers) -> None:
    if tensor.numel() > MAX_NUMBERS:
        st.info(say("lab_too_many", lang, count=f"{tensor.numel():,}", most=f"{MAX_NUMBERS:,}"))
        return
    rows = _rows(tensor)
    columns = {str(i): st.column_config.NumberColumn(str(i), format="%.6g", width=88) for i in range(len(rows[0]))}
    key = f"lab_numbers_{session.edited_tensor}_{session.playback_id}"
    edited = st.data_editor(
        [dict(zip(columns, row, strict=True)) for row in rows], column_config=columns, hide_index=False, key=key
    )
    st.caption(say("lab_numbers_hint", lang))
    if st.button(say("lab_set", lang), type="primary", key="lab_numbers_set"):
        actions = edits_of(session.edited_tensor, tuple(tensor.shape), rows, [list(row.values()) for row in edited])
        session.edited_tensor = ""
        if actions:
            session.do(*actions)
        st.rerun()


def _rows(tensor: Numbers) -> Rows:
    """Lay a tensor out as rows, [first dimension, all others]."""
    flat = tensor.reshape(1, -1) if tensor.dim() < 2 else tensor.reshape(tensor.shape[0], -1)
    rows: Rows = flat.tolist()
    return rows


def edits_of(name: str, shape: tuple[int, ...], before: Rows, after: Rows) -> list[Edit]:
    """Return one action for each number that changed; an emptied cell keeps its number.

    Args:
        name: Of the tensor.
        shape: Of the tensor.
        before: Its numbers as rows, [first dimension, all others].
        after: The numbers as edited.
    """
    width, edits = len(before[0]), []
    for i, (old_row, new_row) in enumerate(zip(before, after, strict=True)):
        for j, (old, new) in enumerate(zip(old_row, new_row, strict=True)):
            if new is not None and not math.isnan(new) and new != old:
                edits.append(Edit(name, _index(shape, i * width + j), float(new)))
    return edits


def _index(shape: tuple[int, ...], flat: int) -> tuple[int, ...]:
    index: tuple[int, ...] = ()
    for size in reversed(shape):
        flat, last = divmod(flat, size)
        index = (last, *index)
    return index
