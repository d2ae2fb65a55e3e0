"""Names without the prefix that a wrapper of a whole model puts before them: DDP's ``module.``, torch.compile's."""

from __future__ import annotations

from dataclasses import replace

from graphtrace.model import Graph

PREFIXES = ("module.", "_orig_mod.")


def unwrapped(graph: Graph) -> Graph:
    """Return a graph for drawing in which parameters and modules go by the names that the wrapped model gives them."""
    for prefix in PREFIXES * 2:  # a compiled model may be wrapped, and a wrapped one compiled
        if _is_wrapped(graph, prefix):
            graph = _without(graph, prefix)
    return graph


def _is_wrapped(graph: Graph, prefix: str) -> bool:
    """Return whether every parameter has the prefix; other named leaves have no dot in their names."""
    if not graph.params or not any(param.names[0].startswith(prefix) for param in graph.params):
        return False
    return all(param.names[0].startswith(prefix) or "." not in param.names[0] for param in graph.params)


def _without(graph: Graph, prefix: str) -> Graph:
    top = prefix.removesuffix(".")
    nodes = tuple(
        replace(
            node,
            module="" if node.module == top else node.module.removeprefix(prefix),
            param=None if node.param is None else node.param.removeprefix(prefix),
        )
        for node in graph.nodes
    )
    params = tuple(
        replace(param, names=tuple(name.removeprefix(prefix) for name in param.names)) for param in graph.params
    )
    return replace(graph, nodes=nodes, params=params)
