"""Charts of two branches: losses, gradient norms, and a table of how far their parameters are apart."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from graphtrace.app.lab.branch_controls import comparison_controls, offer_comparisons
from graphtrace.app.lab.chart_context import ChartContext, draw
from graphtrace.app.lab.comparison import BRANCHES, Comparison
from graphtrace.app.lab.figures import CurveLabels, losses
from graphtrace.app.lab.figures.style import Drawing
from graphtrace.app.texts import say
from graphtrace.compare import diff
from graphtrace.lab.running.machine import Machine
from graphtrace.lab.showing import training_curves
from graphtrace.lab.showing.branches import ParameterDifference, parameter_differences
from graphtrace.lab.showing.time_points import TimePoint, time_point
from graphtrace.literals import Language

Points = tuple[TimePoint, TimePoint]


def compare(context: ChartContext) -> None:
    """Draw the comparison, or the buttons that begin one."""
    comparison = context.session.active_comparison
    if comparison is None:
        offer_comparisons(context)
        return
    comparison_controls(context, comparison)
    at = _time_points(context, comparison)
    loss = _two_curves(context, comparison, at, "branch_losses", training_curves.losses)
    norm = _two_curves(context, comparison, at, "branch_norms", training_curves.total_gradient_norm)
    draw((("branch_losses", loss), ("branch_norms", norm)))
    _table(context, comparison, at)


def _time_points(context: ChartContext, comparison: Comparison) -> Points:
    """Return the points in time of A and B that the players show, or that match the one player's."""
    active = comparison.index_of(context.session.machine)
    a, b = comparison.cursors_at(active, context.cursor)
    return time_point(comparison.pair.a, a), time_point(comparison.pair.b, b)


def _two_curves(
    context: ChartContext,
    comparison: Comparison,
    at: Points,
    title: str,
    read: Callable[[Machine], training_curves.Curve],
) -> Drawing:
    labels = CurveLabels(say(title, context.lang), "", say("chart_across", context.lang))
    series = {name: read(machine) for name, machine in zip(BRANCHES, comparison.machines, strict=True)}
    marks = {
        name: training_curves.forwards_done(machine, point)
        for name, machine, point in zip(BRANCHES, comparison.machines, at, strict=True)
    }
    return losses(context.style, labels, series, marks, comparison.pair.shared_forwards)


def _table(context: ChartContext, comparison: Comparison, at: Points) -> None:
    lang = context.lang
    parameter, difference, largest, same = (
        say(f"branch_{name}", lang) for name in ("parameter", "gap", "most", "bits")
    )
    heads = (parameter, "‖A‖", "‖B‖", difference, largest, "‖A.grad‖", "‖B.grad‖", same)
    rows = [_row(row, lang) for row in parameter_differences(comparison.pair, *at)]
    with st.container(key="lab_branch_table"):
        st.table({head: list(column) for head, column in zip(heads, zip(*rows, strict=True), strict=True)})
    differing = diff(comparison.recording(0), comparison.recording(1))
    st.caption(say("branch_nodes", lang, gradients=len(differing.gradients), leaves=len(differing.leaves)))


def _row(row: ParameterDifference, lang: Language) -> tuple[str, ...]:
    differences = row.norm_of_difference, row.largest_difference
    amounts = (row.norm_a, row.norm_b, *differences, row.grad_norm_a, row.grad_norm_b)
    texts = ["None" if amount is None else f"{amount:.4g}" for amount in amounts]
    return (row.name, *texts, say("branch_yes" if row.same else "branch_no", lang))
