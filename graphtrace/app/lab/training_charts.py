"""Charts of a training run: loss, gradient norms, updates over weights, by forward pass; gradient norms by depth."""

from __future__ import annotations

from dataclasses import replace

from graphtrace.app.lab.chart_context import ChartContext, draw
from graphtrace.app.lab.figures import Curves, curves, depth, empty, losses
from graphtrace.app.lab.figures.style import HEIGHT, Drawing
from graphtrace.app.texts import say
from graphtrace.lab.showing import training_curves

GUIDE = 1e-3


def training(scene: ChartContext) -> None:
    """Draw the curves over time, and the gradient norms of this moment by depth."""
    draw((loss(scene), _norms(scene), _ratios(scene), _depth(scene)))


def _said(scene: ChartContext, name: str, note: str = "", guide: tuple[float, str] | None = None) -> Curves:
    across = say("chart_across", scene.lang)
    here = training_curves.forwards_done(scene.one.machine, scene.at)
    return Curves(say(name, scene.lang), note, across, here, guide)


def loss(scene: ChartContext, height: int = HEIGHT) -> tuple[str, Drawing]:
    """Return the loss curve, with the mark where time stands."""
    points, said = training_curves.losses(scene.one.machine), replace(_said(scene, "chart_loss"), height=height)
    if not points:
        told = "chart_no_loss" if said.here else "chart_press_forward"
        return "loss", empty(scene.look, said.title, say(told, scene.lang))
    return "loss", losses(scene.look, said, {"A": points}, {"A": said.here or 0})


def _norms(scene: ChartContext) -> tuple[str, Drawing]:
    found, said = training_curves.gradient_norms(scene.one.machine), _said(scene, "chart_norms")
    if not found:
        return "norms", empty(scene.look, said.title, say("chart_press_backward", scene.lang))
    return "norms", curves(scene.look, said, found)


def _ratios(scene: ChartContext) -> tuple[str, Drawing]:
    said = _said(scene, "chart_ratios", guide=(GUIDE, say("chart_guide", scene.lang)))
    found = training_curves.update_ratios(scene.one.machine)
    if not found:
        return "ratios", empty(scene.look, said.title, say("chart_press_step", scene.lang))
    return "ratios", curves(scene.look, said, found)


def _depth(scene: ChartContext) -> tuple[str, Drawing]:
    norms = scene.by_depth()
    title, across = say("chart_depth", scene.lang), say("chart_depth_across", scene.lang)
    if all(norm is None for _, norm in norms):
        return "depth", empty(scene.look, title, scene.no_gradient())
    return "depth", depth(scene.look, Curves(title, "", across), norms, say("chart_none", scene.lang))
