"""The rarer actions, behind one button: kept graphs, zeros, evaluation, one number or parameter by hand."""

from __future__ import annotations

import streamlit as st

from graphtrace.app.lab.forms import edited, kind_picker
from graphtrace.app.lab.session import Lab
from graphtrace.app.texts import say
from graphtrace.errors import SpecError, shown
from graphtrace.lab import limits
from graphtrace.lab.records.actions import Action, Backward, Edit, Freeze, Swap, Train, ZeroGrad
from graphtrace.lab.records.spec import OPTIMIZERS


def more(one: Lab, lang: str) -> None:
    """Draw the rarer actions."""
    net = one.machine.trainer.net
    rare: tuple[tuple[str, Action], ...] = (
        ("loss.backward(retain_graph=True)", Backward(retain_graph=True)),
        ("zero_grad(set_to_none=False)", ZeroGrad(set_to_none=False)),
        ("net.eval()" if net.training else "net.train()", Train(not net.training)),
    )
    for label, action in rare:
        st.button(label, key=f"lab_rare_{type(action).__name__}", on_click=one.do, args=(action,), width="stretch")
    st.number_input(say("lab_until", lang), 0.0, 1e30, 0.01, format="%g", key="lab_until")
    most = limits.current().steps
    label = say("lab_train_until", lang, most=f"{most:,}")
    until = lambda: one.run(most, float(st.session_state["lab_until"]))  # noqa: E731 - as typed, see bar.py
    st.button(label, key="lab_rare_until", on_click=until, width="stretch")
    _swapping(one, lang)
    _freezing(one, lang)
    _editing(one, lang)


def _swapping(one: Lab, lang: str) -> None:
    """Let another optimizer take over in mid-run; what the old one remembered is gone."""
    live, key = one.machine.trainer, f"lab_swap_{one.identity}"
    chosen = kind_picker(say("lab_swap", lang), OPTIMIZERS, live.optimizer, key)
    chosen = edited(chosen, f"{key}.{type(chosen).__name__}")
    swap = Swap(chosen, live.scheduler)
    same = chosen == live.optimizer
    if st.button(say("lab_swap_now", lang), key="lab_rare_swap", disabled=same):
        one.do(swap)
        st.rerun()


def _freezing(one: Lab, lang: str) -> None:
    names = one.machine.names()
    if not names:
        return
    name = st.selectbox(say("lab_parameter", lang), names, key=f"lab_freeze_{one.serial}")
    frozen = one.machine.trainer.net.get_parameter(name).requires_grad
    label = f"requires_grad_({not frozen})"
    st.button(label, key="lab_rare_freeze", on_click=one.do, args=(Freeze(name, frozen),), width="stretch")


def _editing(one: Lab, lang: str) -> None:
    """Let one number of any tensor be set by hand."""
    live = one.machine.trainer
    named = dict(live.net.named_parameters())
    tensors = [*named, *(f"{name}.grad" for name, found in named.items() if found.grad is not None), "x", "y"]
    with st.form("lab_edit", border=False):
        name = st.selectbox(say("lab_number_of", lang), tensors)
        index = st.text_input(say("lab_index", lang), "0, 0", max_chars=40)
        value = st.number_input(say("lab_value", lang), -1e30, 1e30, 0.0, format="%g", key="lab_value")
        if st.form_submit_button(say("lab_set", lang), width="stretch"):
            _edit(one, name, index, value)


def _edit(one: Lab, name: str, index: str, value: float) -> None:
    with one.told():
        places = [place.strip() for place in index.split(",") if place.strip()]
        if not all(place.isascii() and place.isdigit() and len(place) < 7 for place in places):
            raise SpecError(f"no position of a number: {shown(index)} (whole numbers from 0, as in 0, 1)")
        one.do(Edit(name, tuple(map(int, places)), value))
    st.rerun()
