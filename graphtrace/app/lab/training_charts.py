"""Charts of training: loss, gradient norms and update ratios by forward pass; gradient norms by depth."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from graphtrace.app.lab.chart_context import ChartContext, draw
from graphtrace.app.lab.chart_events import loss_clicked
from graphtrace.app.lab.figures import CurveLabels, curves, depth, empty, losses
from graphtrace.app.lab.figures.style import HEIGHT, Drawing
from graphtrace.app.texts import say
from graphtrace.lab.showing import training_curves

USUAL_RATIO = 1e-3  # update norm over weight norm


def training(context: ChartContext) -> None:
    """Draw the curves over time, and the gradient norms at this point by depth."""
    figures = loss(context), _gradient_norms(context), _update_ratios(context), _gradient_norms_by_depth(context)
    draw(figures, clicked={"loss": partial(loss_clicked, context.session)})


def _labels(context: ChartContext, title: str) -> CurveLabels:
    present = training_curves.forwards_done(context.session.machine, context.at)
    return CurveLabels(say(title, context.lang), "", say("chart_across", context.lang), present)


def loss(context: ChartContext, height: int = HEIGHT) -> tuple[str, Drawing]:
    """Return the loss curve with a mark at the present; `height` in pixels."""
    points = training_curves.losses(context.session.machine)
    labels = replace(_labels(context, "chart_loss"), height=height)
    if not points:
        hint = "chart_no_loss" if labels.present else "chart_press_forward"
        return "loss", empty(context.style, labels.title, say(hint, context.lang))
    return "loss", losses(context.style, labels, {"A": points}, {"A": labels.present or 0})


def _gradient_norms(context: ChartContext) -> tuple[str, Drawing]:
    norms = training_curves.gradient_norms(context.session.machine)
    labels = _labels(context, "chart_norms")
    if not norms:
        return "norms", empty(context.style, labels.title, say("chart_press_backward", context.lang))
    return "norms", curves(context.style, labels, norms)


def _update_ratios(context: ChartContext) -> tuple[str, Drawing]:
    ratios = training_curves.update_ratios(context.session.machine)
    labels = replace(_labels(context, "chart_ratios"), guide=(USUAL_RATIO, say("chart_guide", context.lang)))
    if not ratios:
        return "ratios", empty(context.style, labels.title, say("chart_press_step", context.lang))
    return "ratios", curves(context.style, labels, ratios)


def _gradient_norms_by_depth(context: ChartContext) -> tuple[str, Drawing]:
    norms = context.gradient_norms_by_depth()
    title, across = say("chart_depth", context.lang), say("chart_depth_across", context.lang)
    if all(norm is None for _, norm in norms):
        return "depth", empty(context.style, title, context.no_gradient_hint())
    return "depth", depth(context.style, CurveLabels(title, "", across), norms, say("chart_none", context.lang))
