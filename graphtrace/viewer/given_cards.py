"""Grey cards for tensors that need no gradient, in place of the dots that only say that there is something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graphtrace.model import Box, Graph, Link, View
from graphtrace.viewer.given import Given

COPY_ABOVE = 3  # a tensor with more readers has a card at each


@dataclass(frozen=True, slots=True)
class GivenCards:
    """A view with these cards.

    Attributes:
        view: The view; boxes of kind ``data`` are the cards.
        data: Per box of that kind the position of its tensor among those given.
        params: Per box the positions of the parameters that it reads and that need no gradient.
    """

    view: View
    data: dict[int, int] = field(default_factory=dict)
    params: dict[int, list[int]] = field(default_factory=dict)


def with_given(view: View, graph: Graph, given: Sequence[Given]) -> GivenCards:
    """Return a view with a card for each tensor given, and without the dots that stood for them.

    Args:
        view: A view of the graph.
        graph: The graph.
        given: What its operations read, see `given_to`.
    """
    reading = _boxes_of_ops(view, graph)
    stubs = _replaced(view, reading, given)
    kept = [box for box in view.boxes if box.id not in stubs]
    number = {box.id: i for i, box in enumerate(kept)}
    boxes = [replace(box, id=number[box.id]) for box in kept]
    shown = (link for link in view.links if link.target not in stubs)
    links = [replace(link, source=number[link.source], target=number[link.target]) for link in shown]
    places = {op: number[box] for op, box in reading.items()}
    made = _Made(boxes, links, places)
    made.add(given)
    return GivenCards(replace(view, boxes=tuple(boxes), links=tuple(links)), made.data, made.params)


def _boxes_of_ops(view: View, graph: Graph) -> dict[int, int]:
    """Return per op the box that reads its inputs: one with a None slot, or else the one nearest the root."""
    found: dict[int, tuple[bool, int]] = {}
    for box in view.boxes:
        for node in (graph.nodes[i] for i in box.nodes if box.kind != "stub"):
            if node.op is not None:
                rank = (not node.none_slots, box.id)
                found[node.op] = min(found.get(node.op, rank), rank)
    return {op: box for op, (_, box) in found.items()}


def _replaced(view: View, reading: Mapping[int, int], given: Sequence[Given]) -> set[int]:
    """Return the dots that are no longer needed: per box as many as tensors are shown in their place."""
    spare = Counter(reading[op] for one in given for op in one.users if op in reading)
    stubs: set[int] = set()
    for link in view.links:
        if view.boxes[link.target].kind == "stub" and spare[link.source] > 0:
            spare[link.source] -= 1
            stubs.add(link.target)
    return stubs


@dataclass(slots=True)
class _Made:
    """Adds cards and their lines to those of a view."""

    boxes: list[Box]
    links: list[Link]
    places: dict[int, int]  # per op its box
    data: dict[int, int] = field(default_factory=dict)
    params: dict[int, list[int]] = field(default_factory=dict)

    def add(self, given: Sequence[Given]) -> None:
        """Add cards; first all of them, so that the lines find those that stand for ops."""
        cards = [(i, one, self._cards(i, one)) for i, one in enumerate(given) if not one.is_param]
        for _, one, ids in cards:
            self._join(one, ids)
        for i, one in enumerate(given):
            for box in self._readers(one) if one.is_param else ():
                self.params.setdefault(box, []).append(i)

    def _cards(self, position: int, one: Given) -> list[int]:
        """Add the cards of one tensor: a copy for each reader where there are many."""
        count = len(set(one.users)) if len(set(one.users)) > COPY_ABOVE else 1
        ids = list(range(len(self.boxes), len(self.boxes) + count))
        shape = f"{one.tensor.meta} {one.tensor.meta.dtype}"
        self.boxes += [Box(i, "data", one.title, "", shape) for i in ids]
        self.data |= dict.fromkeys(ids, position)
        if one.maker is not None:
            self.places.setdefault(one.maker.id, ids[0])
        return ids

    def _join(self, one: Given, ids: Sequence[int]) -> None:
        for k, box in enumerate(self._readers(one)):
            self.links.append(Link(box, ids[k % len(ids)]))
        self.links += [Link(ids[0], box) for box in dict.fromkeys(self._known(one.sources))]

    def _readers(self, one: Given) -> Iterator[int]:
        return iter(dict.fromkeys(self._known(one.users)))

    def _known(self, ops: Iterable[int]) -> Iterator[int]:
        return (self.places[op] for op in ops if op in self.places)
