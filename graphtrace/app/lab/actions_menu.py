"""Rarer actions, in the sidebar: retain the graph, train until a loss, swap the optimizer, freeze, edit one number."""

from __future__ import annotations

import streamlit as st

from graphtrace.app.lab.forms import edited, kind_picker
from graphtrace.app.lab.session import LabSession
from graphtrace.app.texts import say
from graphtrace.errors import SpecError, shown
from graphtrace.lab import limits
from graphtrace.lab.records.actions import Action, Backward, Edit, Freeze, Swap, Train, ZeroGrad
from graphtrace.lab.records.spec import OPTIMIZERS
from graphtrace.literals import Language

MORE = "lab_more"  # bool: whether the menu is open
_CLOSE = "lab_more_close"  # bool: whether it is to be closed: a widget's state is set before it is drawn


def actions_menu(session: LabSession, lang: Language) -> None:
    """Draw the menu; it is made when it is open, and what is pressed in it closes it."""
    if st.session_state.pop(_CLOSE, False):
        st.session_state[MORE] = False
    with st.expander(say("lab_more", lang), key=MORE, on_change="rerun") as menu:
        if menu.open:
            _menu(session, lang)


def _do(session: LabSession, action: Action) -> None:
    st.session_state[MORE] = False
    session.do(action)


def _close_and_rerun() -> None:
    st.session_state[_CLOSE] = True
    st.rerun()


def _menu(session: LabSession, lang: Language) -> None:
    net = session.machine.trainer.net
    actions: tuple[tuple[str, Action], ...] = (
        ("loss.backward(retain_graph=True)", Backward(retain_graph=True)),
        ("zero_grad(set_to_none=False)", ZeroGrad(set_to_none=False)),
        ("net.eval()" if net.training else "net.train()", Train(not net.training)),
    )
    for label, action in actions:
        key = f"lab_rare_{type(action).__name__}"
        st.button(label, key=key, on_click=_do, args=(session, action), width="stretch")
    st.number_input(say("lab_until", lang), 0.0, 1e30, 0.01, format="%g", key="lab_until")
    label = say("lab_train_until", lang, most=f"{limits.current().steps:,}")
    st.button(label, key="lab_rare_until", on_click=_train_until, args=(session,), width="stretch")
    _swap(session, lang)
    _freeze(session, lang)
    _edit_number(session, lang)


def _train_until(session: LabSession) -> None:
    """Train until the loss is below what the field says; it may have been typed into in the same go."""
    st.session_state[MORE] = False
    session.start_run(limits.current().steps, float(st.session_state["lab_until"]))


def _swap(session: LabSession, lang: Language) -> None:
    """Offer another optimizer in the middle of training; the state of the old one is lost."""
    trainer, key = session.machine.trainer, f"lab_swap_{session.playback_id}"
    chosen = kind_picker(say("lab_swap", lang), OPTIMIZERS, trainer.optimizer, key)
    chosen = edited(chosen, f"{key}.{type(chosen).__name__}")
    same = chosen == trainer.optimizer
    if st.button(say("lab_swap_now", lang), key="lab_rare_swap", disabled=same):
        session.do(Swap(chosen, trainer.scheduler))
        _close_and_rerun()


def _freeze(session: LabSession, lang: Language) -> None:
    names = session.machine.names()
    if not names:
        return
    name = st.selectbox(say("lab_parameter", lang), names, key=f"lab_freeze_{session.machine_count}")
    requires_grad = session.machine.trainer.net.get_parameter(name).requires_grad
    label, action = f"requires_grad_({not requires_grad})", Freeze(name, requires_grad)
    st.button(label, key="lab_rare_freeze", on_click=_do, args=(session, action), width="stretch")


def _edit_number(session: LabSession, lang: Language) -> None:
    """Offer to set one number of any tensor."""
    parameters = dict(session.machine.trainer.net.named_parameters())
    grads = [f"{name}.grad" for name, parameter in parameters.items() if parameter.grad is not None]
    with st.form("lab_edit", border=False):
        name = st.selectbox(say("lab_number_of", lang), [*parameters, *grads, "x", "y"])
        index = st.text_input(say("lab_index", lang), "0, 0", max_chars=40)
        value = st.number_input(say("lab_value", lang), -1e30, 1e30, 0.0, format="%g", key="lab_value")
        if st.form_submit_button(say("lab_set", lang), width="stretch"):
            _edit(session, name, index, value)


def _edit(session: LabSession, name: str, index: str, value: float) -> None:
    with session.errors_as_note():
        parts = [part.strip() for part in index.split(",") if part.strip()]
        if not all(part.isascii() and part.isdigit() and len(part) < 7 for part in parts):
            raise SpecError(f"no position of a number: {shown(index)} (whole numbers from 0, as in 0, 1)")
        session.do(Edit(name, tuple(map(int, parts)), value))
    _close_and_rerun()
