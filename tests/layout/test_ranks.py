"""Ranks, against an oracle that tries every path."""

from functools import cache

from hypothesis import given

from graphtrace.layout.ranks import chains, columns, depths, order_of, ranks
from tests.support.layout_views import views


def arcs_of(graph):
    return [(link.target, link.source) for link in graph.links]


@given(graph=views(20))
def test_depth_is_the_longest_path_from_a_leaf(graph):
    arcs = arcs_of(graph)

    @cache
    def longest(item):
        return max((longest(tail) + 1 for tail, head in arcs if head == item), default=0)

    assert depths(len(graph.boxes), arcs) == [longest(i) for i in range(len(graph.boxes))]


@given(graph=views(20))
def test_every_arc_rises_and_every_item_stands_as_near_to_the_root_as_it_can(graph):
    arcs = arcs_of(graph)
    rank = ranks(len(graph.boxes), arcs)
    assert min(rank) == 0
    for item in range(len(graph.boxes)):
        after = [rank[head] for tail, head in arcs if tail == item]
        assert not after or rank[item] == min(after) - 1


@given(graph=views(20))
def test_the_order_has_every_tail_before_its_head(graph):
    position = order_of(len(graph.boxes), arcs_of(graph))
    assert sorted(position) == list(range(len(graph.boxes)))
    assert all(position[tail] < position[head] for tail, head in arcs_of(graph))


def test_a_cycle_is_opened_once():
    position = order_of(3, [(0, 1), (1, 2), (2, 0)])
    against = [arc for arc in [(0, 1), (1, 2), (2, 0)] if position[arc[0]] > position[arc[1]]]
    assert len(against) == 1


@given(graph=views(20))
def test_each_item_is_in_one_column_and_arcs_bend_in_each_column_they_pass(graph):
    count, arcs = len(graph.boxes), arcs_of(graph)
    items = chains(count, arcs, ranks(count, arcs), spare=10_000)
    order = columns(items)
    assert sorted(i for column in order for i in column) == list(range(len(items.rank)))
    for chain in items.chains:
        assert [items.rank[i] for i in chain] == list(range(items.rank[chain[0]], items.rank[chain[-1]] + 1))


def test_without_spare_bends_a_long_arc_keeps_its_ends_only():
    arcs = [(0, 1), (1, 2), (0, 2)]
    assert chains(3, arcs, [0, 1, 2], spare=0).chains == [(0, 1), (1, 2), (0, 2)]
