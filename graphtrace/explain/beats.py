"""What a beat of a recording did, where no sentence of one event tells all of it: a node sends several gradients."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from graphtrace.literals import Language
from graphtrace.model import HELPERS, Event, Graph, Recording, op_of
from graphtrace.player.beats import beat_ends
from graphtrace.texts import say
from graphtrace.views import concept_titles


def beat_sentences(recording: Recording, language: Language = "en") -> tuple[str, ...]:
    """Say what the beats did of which one sentence of an event does not tell; "" for the others.

    Args:
        recording: What is played.
        language: Of the sentences.
    """
    titles = [concept_titles(graph) for graph in recording.graphs]
    spans = pairwise((0, *beat_ends(recording)))
    return tuple(_told(recording, titles, recording.events[start:end], language) for start, end in spans)


def _told(recording: Recording, titles: list[tuple[str, ...]], events: tuple[Event, ...], language: Language) -> str:
    sent = [event for event in events if event.kind == "edge_add" and event.edge is not None]
    if len(sent) < 2:
        return ""
    number = sent[0].graph or 0
    graph = recording.graphs[number]
    edges = [graph.edges[event.edge or 0] for event in sent]
    names = ", ".join(_receivers(graph, titles[number], [edge.target for edge in edges]))
    return say("sentences.beat", language, name=titles[number][edges[0].source], n=len(edges), names=names)


def _receivers(graph: Graph, titles: tuple[str, ...], nodes: list[int]) -> Iterator[str]:
    """Name nodes for people: a helper by the leaf that it leads to."""
    onward = {edge.source: edge.target for edge in reversed(graph.edges)}
    for start in nodes:
        node = start
        while op_of(graph.nodes[node].type) in HELPERS and node in onward:
            node = onward[node]
        end = graph.nodes[node]
        yield end.param or end.key if end.kind == "accumulate" else titles[start]
