"""Figures of the Lab: numbers in, Plotly out, in the colours of the player, light or dark. Nothing is computed here."""

from graphtrace.app.lab.figures.curves import Curves, curves, depth, losses
from graphtrace.app.lab.figures.fields import bars, boundary, heatmap, histogram
from graphtrace.app.lab.figures.style import Style, empty, style

__all__ = ["Curves", "Style", "bars", "boundary", "curves", "depth", "empty", "heatmap", "histogram", "losses", "style"]
