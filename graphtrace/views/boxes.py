"""Build a view from the owner of each node: boxes, links, stubs, copies of shared leaves, open modules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from graphtrace.literals import ViewName
from graphtrace.model import HELPERS, Box, Edge, Graph, Group, Link, View, op_of
from graphtrace.views.cut import CUT
from graphtrace.views.module_view import closed_module, inferred, prefixes
from graphtrace.views.titles import flow_text, saved_lines, size_text, title

MOST_OPERATIONS = 3  # of a module that goes by its first one's name, as ``ReLU · block``
COPY_ABOVE = 3  # a leaf with more uses is drawn once per use: dot takes minutes over its long edges otherwise


@dataclass(frozen=True, slots=True)
class Plan:
    """What to draw: per node its owner (`CUT` if not drawn), and per node its module path, in the module view."""

    name: ViewName
    owners: list[int]
    paths: Sequence[str] | None
    opened: frozenset[str]
    saved: bool
    limit: int


def draw(graph: Graph, plan: Plan) -> View:
    """Build the view."""
    members: dict[int, list[int]] = defaultdict(list)
    for node, owner in enumerate(plan.owners):
        members[owner].append(node)
    missing = len(members.pop(CUT, ()))
    boxes = [_box(graph, plan, owner, nodes, i) for i, (owner, nodes) in enumerate(sorted(members.items()))]
    place = {box.nodes[0]: box.id for box in boxes}
    if missing:
        place[CUT] = len(boxes)
        boxes.append(Box(len(boxes), "cut", f"… {missing:,} nodes not drawn", "between root and leaves"))
    folded = len(graph.nodes) - missing - len(place) + bool(missing)
    links = _links(graph, plan, place)
    boxes, links = _copy_shared_leaves(boxes, links)
    if len(boxes) <= plan.limit:
        boxes, links = _with_stubs(graph, boxes, links)
    return View(plan.name, tuple(boxes), tuple(links), _groups(boxes), folded, tuple(_notes(graph, plan, missing)))


def _notes(graph: Graph, plan: Plan, missing: int) -> Iterator[str]:
    if missing:
        yield f"{missing:,} of {len(graph.nodes):,} nodes are not drawn"
    if plan.name == "module" and inferred(graph):
        yield "modules are inferred from parameters; gt.draw and gt.record know them"
    if any(node.kind == "compiled" for node in graph.nodes):
        yield "a compiled region is one node: gt.draw(model, inputs) and gt.record show the operations inside"
    if any(meta.layout == "sharded" for node in graph.nodes for meta in node.metas):
        yield "parameters are sharded (FSDP): each is shown whole, as it was gathered for this pass"


def _box(graph: Graph, plan: Plan, owner: int, nodes: list[int], number: int) -> Box:
    node = graph.nodes[owner]
    path = plan.paths[owner] if plan.paths is not None else ""
    module = closed_module(path, plan.opened) if plan.paths is not None else None
    details = saved_lines(graph.nodes[member] for member in nodes) if plan.saved else ()
    named = _naming_node(graph, nodes) if module else owner
    box = Box(
        id=number,
        kind="leaf" if node.kind == "accumulate" and module is None else "op",
        title=title(graph, graph.nodes[named], nodes),
        subtitle=node.type,
        text=size_text(node.metas),
        nodes=(owner, *(member for member in nodes if member != owner)),
        group=_group_of(path, module),
        details=details,
        flow=flow_text(graph, graph.nodes[named], nodes),
    )
    return _as_module(graph, box, module, named) if module is not None and len(nodes) > 1 else box


def _naming_node(graph: Graph, nodes: list[int]) -> int:
    """Return the node that gives a module its title: its only operation (no leaf, no helper), else its first node."""
    operations = _operations(graph, nodes)
    return operations[0] if len(operations) == 1 else nodes[0]


def _operations(graph: Graph, nodes: Iterable[int]) -> list[int]:
    return [i for i in nodes if graph.nodes[i].kind != "accumulate" and op_of(graph.nodes[i].type) not in HELPERS]


def _as_module(graph: Graph, box: Box, module: str, named: int) -> Box:
    """Draw the box as a closed module. A module of a single operation has its title: ``Linear · fc1``."""
    own = graph.nodes[named].module == module and all(graph.nodes[i].module in (module, "") for i in box.nodes)
    single = own and len(_operations(graph, box.nodes)) <= MOST_OPERATIONS
    leaves = sum(graph.nodes[i].kind == "accumulate" for i in box.nodes)
    inside = f"{len(box.nodes)} nodes" + (f" · {leaves} parameter{'s' * (leaves > 1)}" if leaves else "")
    name = f"module {module}" if module.isdigit() else module
    return replace(box, kind="module", title=box.title if single else name, subtitle=inside, openable=True)


def _group_of(path: str, module: str | None) -> str:
    """Return the open module that a box lies in."""
    return path if module is None else module.rpartition(".")[0]


def _links(graph: Graph, plan: Plan, place: dict[int, int]) -> list[Link]:
    """Make one link per edge between two boxes, but a single link between a box and the cut or between modules."""
    owners, merged = plan.owners, _Merged()
    for number, edge in enumerate(graph.edges):
        source, target = owners[edge.source], owners[edge.target]
        if source != target:
            merged.add(edge, number, place[source], place[target], CUT in (source, target) or plan.name == "module")
    return merged.links()


class _Merged:
    """Collects edges; edges that are drawn as one line share a link."""

    def __init__(self) -> None:
        self._edges: dict[tuple[int, int, int], list[int]] = {}

    def add(self, edge: Edge, number: int, source: int, target: int, together: bool) -> None:
        self._edges.setdefault((source, target, -1 if together else number), []).append(number)

    def links(self) -> list[Link]:
        return [Link(source, target, tuple(edges)) for (source, target, _), edges in self._edges.items()]


def _copy_shared_leaves(boxes: list[Box], links: list[Link]) -> tuple[list[Box], list[Link]]:
    """Draw a leaf of many uses once per use, all copies marked as twins."""
    uses: dict[int, list[int]] = defaultdict(list)
    for number, link in enumerate(links):
        if boxes[link.target].kind == "leaf":
            uses[link.target].append(number)
    boxes, links = list(boxes), list(links)
    for leaf, numbers in uses.items():
        if len(numbers) <= COPY_ABOVE:
            continue
        boxes[leaf] = replace(boxes[leaf], twin=leaf, group=boxes[links[numbers[0]].source].group)
        for number in numbers[1:]:
            group = boxes[links[number].source].group
            boxes.append(replace(boxes[leaf], id=len(boxes), group=group))
            links[number] = replace(links[number], target=len(boxes) - 1)
    return boxes, links


def _with_stubs(graph: Graph, boxes: list[Box], links: list[Link]) -> tuple[list[Box], list[Link]]:
    """End every None slot of a drawn operation in a dot: a constant, a frozen or an unneeded input."""
    stubbed, linked = list(boxes), list(links)
    for box in boxes:
        if box.kind != "op":
            continue
        for slot in graph.nodes[box.nodes[0]].none_slots:
            dot = Box(len(stubbed), "stub", f"slot {slot} of {box.title}: no gradient", "None", group=box.group)
            stubbed.append(dot)
            linked.append(Link(box.id, dot.id))
    return stubbed, linked


def _groups(boxes: Sequence[Box]) -> tuple[Group, ...]:
    """Frame every open module that a box lies in, outer ones first."""
    paths = sorted({prefix for box in boxes for prefix in prefixes(box.group)})
    return tuple(Group(path, path.rpartition(".")[0], path) for path in paths)
