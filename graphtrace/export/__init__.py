"""Pictures of a graph, one function per format; frames and worksheets of a recording are in `export.frames`."""

from graphtrace.export.pictures import to_dot, to_figure, to_html, to_pdf, to_png, to_svg
from graphtrace.export.writing import SUFFIXES, Options, write, written

__all__ = [
    "SUFFIXES",
    "Options",
    "to_dot",
    "to_figure",
    "to_html",
    "to_pdf",
    "to_png",
    "to_svg",
    "write",
    "written",
]
