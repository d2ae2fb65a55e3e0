"""The page of long runs: what `watch` and `flight_recorder` wrote, also while a run goes on.

Files, from bottom to top:
    finding   which runs the server shows, and what was read of them
    flow      which parameters a box stands for, and its colour at a step
    figures   loss, numbers of all parameters over the steps, the graph in colours
    page      the page
"""

from graphtrace.app.runs.page import draw

__all__ = ["draw"]
