"""Views: what to draw of a graph. Three views of the same nodes; each says how many nodes it folds away.

``autograd`` draws every node. ``concept`` folds helpers (``TBackward0``, views, casts) and the
parameters of a module into the operation they serve: ``Linear · fc1``. ``module`` draws modules as
boxes that open; what lies directly in an open module is drawn node by node. Works from names and
structure alone: no recorder is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graphtrace.errors import TraceError, shown
from graphtrace.literals import VIEWS, ViewName
from graphtrace.model import Graph, View, require_graph
from graphtrace.views.boxes import Plan, draw
from graphtrace.views.concept_view import concept_owners, concept_titles
from graphtrace.views.cut import cut_to_limit
from graphtrace.views.module_view import auto_opened, module_keys, module_owners
from graphtrace.views.titles import call_name
from graphtrace.views.wrappers import unwrapped

__all__ = ["LIMIT", "VIEWS", "call_name", "concept_titles", "default_view", "fold"]

LIMIT = 400  # boxes that `dot` places in about a tenth of a second, and that a person can still follow


def default_view(graph: Graph) -> ViewName:
    """Name the view to open on: every node of a small graph, concepts of a net, modules of a large one."""
    if len(require_graph(graph).nodes) <= 16:
        return "autograd"
    has_modules = any(node.module for node in graph.nodes)
    return "module" if has_modules and len(graph.nodes) > 150 else "concept"


def fold(
    graph: Graph,
    name: ViewName = "concept",
    *,
    opened: Iterable[str] | None = None,
    saved: bool = False,
    limit: int = LIMIT,
) -> View:
    """Fold a graph into a view of at most about `limit` boxes.

    Args:
        graph: What to draw.
        name: ``concept``, ``autograd`` or ``module``.
        opened: Paths of open modules, for the module view; None opens as many as stay readable.
        saved: Whether cards list the saved tensors.
        limit: How many boxes to draw at most. What does not fit becomes one box that says how many
            nodes it stands for, between the nodes nearest the root and those nearest the leaves.

    Raises:
        TraceError: `graph` is no graph, there is no view `name`, `limit` is below 10, or `opened` is a string.
    """
    graph = unwrapped(require_graph(graph))
    view_name = _checked(name, opened, limit)
    owners: Sequence[int] = range(len(graph.nodes))
    paths: Sequence[str] | None = None
    open_paths: frozenset[str] = frozenset()
    if name == "concept":
        owners = concept_owners(graph)
    elif name == "module":
        paths = module_keys(graph)
        open_paths = auto_opened(paths, concept_owners(graph)) if opened is None else frozenset(opened)
        owners = module_owners(graph, paths, open_paths)
    return draw(graph, Plan(view_name, cut_to_limit(owners, limit), paths, open_paths, saved, limit))


def _checked(name: object, opened: object, limit: object) -> ViewName:
    """Return `name` if it is the name of a view, and check the other arguments."""
    known = next((view for view in VIEWS if view == name), None)
    if known is None:
        raise TraceError(f"unknown view: {shown(name)} (must be one of {list(VIEWS)})")
    if isinstance(opened, str) or not isinstance(opened, Iterable | None):
        raise TraceError(f"opened is no list: {shown(opened)} (pass a list of module paths)")
    if not isinstance(limit, int) or limit < 10:
        raise TraceError(f"limit is too small to draw anything: {shown(limit)} (use a whole number of 10 or more)")
    return known
