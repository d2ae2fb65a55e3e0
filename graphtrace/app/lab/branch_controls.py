"""Beginning, switching and ending a comparison of two branches."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from graphtrace.app.lab.chart_context import ChartContext
from graphtrace.app.lab.comparison import BRANCHES, Comparison
from graphtrace.app.lab.session import LabSession
from graphtrace.app.texts import say
from graphtrace.compare import first_difference
from graphtrace.lab.records.spec import Adam
from graphtrace.lab.showing.branches import (
    BranchPair,
    branch_by_hand,
    branch_with_optimizer,
    branch_without_zero_grad,
)
from graphtrace.literals import Language

_BOTH = "beside"  # choice of the switch: both branches side by side


def offer_comparisons(context: ChartContext) -> None:
    """Draw a button for each comparison that can begin at this point in time."""
    machine, at, lang = context.session.machine, context.at, context.lang
    st.markdown(say("branch_about", lang))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        lr = st.number_input(say("branch_lr", lang), 1e-6, 10.0, 0.01, format="%g", key="lab_branch_lr", width=120)
        count = context.session.count
        _offer(context, "adam", lambda: branch_with_optimizer(machine, at, Adam(lr=lr), count), f"Adam({lr:g})")
        _offer(context, "zero", lambda: branch_without_zero_grad(machine, at, count), "branch_no_zero")
        _offer(context, "here", lambda: branch_by_hand(machine, at), "branch_goes_on")
    st.caption(say("branch_presets", lang, count=count))


def _offer(context: ChartContext, name: str, make: Callable[[], BranchPair], difference: str) -> None:
    if st.button(say(f"branch_{name}", context.lang), key=f"lab_branch_{name}", type="primary"):
        session = context.session
        with session.errors_as_note():
            session.comparison = Comparison(make(), difference)
            session.show_machine(session.comparison.pair.b, None)
        st.rerun()


def comparison_controls(context: ChartContext, comparison: Comparison) -> None:
    """Draw the switch between A, B and both, and the buttons that go to the first difference and end it all."""
    session, lang = context.session, context.lang
    active = BRANCHES[comparison.index_of(session.machine)]
    current = _BOTH if comparison.side_by_side else active
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = st.segmented_control(
            say("branch_shown", lang),
            (_BOTH, *BRANCHES),
            default=current,
            required=True,
            format_func=lambda choice: _choice_text(comparison, choice, lang),
            label_visibility="collapsed",
            key=f"lab_branch_shown_{session.machine_count}",
        )
        st.markdown(say("branch_same", lang, count=comparison.pair.shared_forwards))
        seek = _seek_first_difference
        st.button(
            say("branch_parting", lang), key="lab_branch_parting", on_click=seek, args=(session, comparison, lang)
        )
        if st.button(say("branch_end", lang, branch=active), key="lab_branch_end"):
            session.comparison = None
            st.rerun()
    if chosen != current:
        _show(context, comparison, str(chosen))
        st.rerun()


def _choice_text(comparison: Comparison, choice: str, lang: Language) -> str:
    if choice == _BOTH:
        return say("branch_beside", lang)
    return f"{choice} · {comparison.describe(BRANCHES.index(choice), lang)}"


def _show(context: ChartContext, comparison: Comparison, choice: str) -> None:
    """Show one branch or both, at the same place in time."""
    session = context.session
    comparison.side_by_side = choice == _BOTH
    active = comparison.index_of(session.machine)
    if choice not in (_BOTH, BRANCHES[active]):
        cursors = comparison.cursors_at(active, context.cursor)
        session.show_machine(comparison.machines[1 - active], cursors[1 - active])


def _seek_first_difference(session: LabSession, comparison: Comparison, lang: Language) -> None:
    if session.machine not in comparison.machines:
        return
    active = comparison.index_of(session.machine)
    cursor = first_difference(comparison.recording(active), comparison.recording(1 - active))
    if cursor is None:
        st.toast(say("branch_no_parting", lang))
    else:
        session.seek(cursor)
