"""Figures of the Lab: numbers in, Plotly out, in the colours of the player, light or dark. Nothing is computed here."""

from graphtrace.app.lab.figures.curves import CurveLabels, curves, depth, losses
from graphtrace.app.lab.figures.style import Style, empty, style
from graphtrace.app.lab.figures.tensor_figures import bars, boundary, heatmap, histogram

__all__ = [
    "CurveLabels",
    "Style",
    "bars",
    "boundary",
    "curves",
    "depth",
    "empty",
    "heatmap",
    "histogram",
    "losses",
    "style",
]
