"""One sentence per event, in English and 简体中文, with the numbers in it.

Every number is one of the event's own contents: nothing is computed here but the count of contributions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from graphtrace.explain.hand_updates import update_rules
from graphtrace.explain.numbers import number
from graphtrace.explain.odd_numbers import OddNumbers
from graphtrace.explain.titles import call_title, recorded_titles, titles_of_calls
from graphtrace.explain.updates import UpdateRule
from graphtrace.literals import Language
from graphtrace.model import Event, Graph, Recording, TensorData
from graphtrace.player.finite import first_odd
from graphtrace.player.index import Index
from graphtrace.texts import check_language, say
from graphtrace.views import call_name

__all__ = ["number", "sentences"]

_LISTED = 4  # elements up to which a tensor is written out
_LONGEST = 300

_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def sentences(recording: Recording, language: Language = "en", index: Index | None = None) -> tuple[str, ...]:
    """Say what each event of a recording did, in order.

    Args:
        recording: What happened.
        language: Of the sentences.
        index: Of the recording, if there is one already.

    Raises:
        TraceError: No such language.
    """
    return tuple(_Teller(index or Index(recording), check_language(language)).tell())


class _Teller:
    """Goes through the events once, counting contributions."""

    def __init__(self, index: Index, language: Language) -> None:
        self._index, self._language, self._recording = index, language, (recording := index.recording)
        self._arrived: Counter[tuple[int, int, int]] = Counter()
        self._expected: dict[int, Counter[tuple[int, int]]] = {}
        self._sums: dict[tuple[int, int, int], TensorData | None] = {}
        self._rules = update_rules(recording)
        self._cursor = 0
        self._odd = {odd.cursor: odd for odd in first_odd(recording) if odd is not None}
        self._titles = [recorded_titles(recording, graph) for graph in recording.graphs]
        self._calls = titles_of_calls(recording, self._titles)

    def tell(self) -> Iterator[str]:
        """Yield the sentence of each event."""
        for cursor, event in enumerate(self._recording.events, 1):
            self._cursor = cursor
            text = str(getattr(self, f"_{event.kind}")(event))
            text = self._with_odd(text, event)
            yield text[: _LONGEST - 1] + "…" if len(text) > _LONGEST else text

    def _with_odd(self, text: str, event: Event) -> str:
        """Say of the first number that is not finite what made it."""
        odd = self._odd.get(self._cursor)
        if odd is None:
            return text
        where = "odd_forward" if odd.graph is None else "odd_gradient"
        if odd.given:
            return self._say(f"{where}_given", text=text)
        told = OddNumbers(self._index)
        if odd.graph is None:
            why = told.forward(self._recording.ops[odd.op or 0], self._cursor)
        else:
            why = told.backward(odd.graph, event.edge or 0, self._cursor)
        return self._say(f"{where}_why" if why else where, text=text, why=why)

    def _say(self, key: str, /, **values: object) -> str:
        return say(f"sentences.{key}", self._language, **values)

    def _tensor(self, value: TensorData | None, brief: bool = False) -> str:
        """Write a tensor: all of a small one, else shape and norm, in brief the norm alone."""
        if value is None:
            return "None"
        numel = value.meta.numel
        if value.is_whole and numel is not None and numel <= _LISTED and "complex" not in value.meta.dtype:
            listed = [number(element.real) for element in value.numbers()]
            return listed[0] if len(listed) == 1 else f"[{', '.join(listed)}]"
        if value.norm is None:
            return self._say("plain", shape=value.meta)
        if brief:
            return self._say("norm", norm=number(value.norm))
        shape = self._say("plain", shape=value.meta) if len(value.meta.shape) == 1 else value.meta
        return self._say("tensor", shape=shape, norm=number(value.norm))

    def _graph(self, event: Event) -> Graph:
        return self._recording.graphs[event.graph or 0]

    def _title(self, event: Event, node: int) -> str:
        graph = self._graph(event)
        record = graph.nodes[node]
        if record.kind == "accumulate":
            return record.param or record.key
        name = self._titles[event.graph or 0][node]
        return f"{name} ({record.type})" if name != record.type else name

    def _module_init(self, event: Event) -> str:
        values = [f"{name.partition(':')[2]} {self._tensor(value)}" for name, value in event.tensors]
        return self._say("module_init", module=event.fact("module"), values=f": {'; '.join(values)}" if values else "")

    def _forward_op(self, event: Event) -> str:
        op = self._recording.ops[event.op or 0]
        name = self._calls.get(op.id) or call_title(op)
        values = [self._tensor(value) for kind, value in event.tensors if kind.startswith("out:")]
        return self._say("forward_op", name=name, value=", ".join(values[:3]) + ("…" if len(values) > 3 else ""))

    def _backward_begin(self, event: Event) -> str:
        graph, number_ = self._graph(event), event.graph or 0
        for key in [key for key in self._arrived if key[0] == number_]:
            del self._arrived[key]
        stale = sum(name.startswith("stale:") for name, _ in event.facts)
        name = self._title(event, graph.roots[0][0])
        if stale:
            return self._say("begin_stale", name=name, n=stale)
        if len(graph.roots) > 1:
            return self._say("begin_more", n=len(graph.roots))
        seed = event.tensor("seed:0")
        return self._say("begin", name=name, value="1" if seed is None else self._tensor(seed))

    def _node_in(self, event: Event) -> str:
        values = [self._tensor(value) for name, value in event.tensors if name.startswith("in:")]
        kind = "leaf_in" if self._is_leaf(event) else "node_in"
        return self._say(kind, name=self._title(event, event.node or 0), value=", ".join(values))

    def _node_out(self, event: Event) -> str:
        freed, name = event.fact("freed"), self._title(event, event.node or 0)
        if self._is_leaf(event):
            return self._say("leaf_out", name=name)
        return self._say("node_freed", name=name, n=freed) if freed else self._say("node_out", name=name)

    def _is_leaf(self, event: Event) -> bool:
        return self._graph(event).nodes[event.node or 0].kind == "accumulate"

    def _edge_add(self, event: Event) -> str:
        edge = self._graph(event).edges[event.edge or 0]
        place = (event.graph or 0, edge.target, edge.input_nr)
        self._arrived[place] += 1
        count, expected = self._arrived[place], self._expects(place[0])[place[1:]]
        before, added = self._sums.get(place), event.tensor("added")
        self._sums[place] = event.tensor("sum") or added
        words = {"name": self._title(event, edge.target), "source": self._title(event, edge.source)}
        words |= {"value": self._tensor(added), "sum": self._tensor(self._sums[place])}
        if added is None:
            return self._say("edge_none", **words)
        if expected == 1 or count == 1:
            return self._say("edge_add" if expected == 1 else "edge_first", m=expected, **words)
        nth = _ORDINALS[count] if count < len(_ORDINALS) else f"{count}th"
        kind = "edge_next" if _is_short(added) else "edge_grows"
        return self._say(kind, before=self._tensor(before), nth=nth, n=count, **words)

    def _expects(self, number: int) -> Counter[tuple[int, int]]:
        """Return how many gradients each input of each node of a graph gets; a file may tell of no beginning."""
        edges = () if number in self._expected else self._recording.graphs[number].edges
        return self._expected.setdefault(number, Counter((edge.target, edge.input_nr) for edge in edges))

    def _accumulate(self, event: Event) -> str:
        name, before, added = event.param or "", event.tensor("before"), event.tensor("added")
        if added is None:
            return self._say("into_nothing", name=name)
        words = {"name": name, "value": self._tensor(added), "sum": self._tensor(event.tensor("after"))}
        if before is None:
            return self._say("into_none", **{**words, "value": words["sum"]})
        kind = "into_sum" if _is_short(added) else "into_grows"
        return self._say(kind, before=self._tensor(before), n=self._layers(name), **words)

    def _layers(self, name: str) -> int:
        return self._index.state(self._cursor).grads[name].count

    def _retained(self, event: Event) -> str:
        return self._say("retained", value=self._tensor(event.tensor("after")))

    def _backward_end(self, event: Event) -> str:
        ran, freed = self._say("ran_nodes", n=event.fact("ran")), self._say("freed_tensors", n=event.fact("freed"))
        return self._say("backward_end", ran=ran, freed=freed)

    def _grad_zero(self, event: Event) -> str:
        return self._say("zero_none" if event.tensor("after") is None else "zero_fill", name=event.param)

    def _grad_edit(self, event: Event) -> str:
        return self._changed("grad_edit", event)

    def _param_update(self, event: Event) -> str:
        """Say the rule with its numbers where they are few."""
        rule = self._rules.get(self._cursor)
        if rule is None:
            return self._changed("param_update", event)
        before, value = self._before_and_after(event)
        words = {"name": event.param, "by": call_name(str(event.fact("by") or "")), "before": before, "value": value}
        text = self._filled(rule)
        if text:
            return self._say("param_rule", rule=text, **words)
        return self._say("param_rule_long", rule=rule.lines[-1].named(event.param or "w"), **words)

    def _filled(self, rule: UpdateRule) -> str:
        """Return the right side of a rule's last line with numbers in it; empty where a tensor has many."""
        text = rule.lines[-1].text
        used = {letter: value for letter, value in rule.operands.items() if f"{{{letter}}}" in text}
        if any((value.meta.numel or _LISTED) >= _LISTED for value in used.values()):
            return ""
        for letter, value in used.items():
            shown = self._tensor(value)
            text = text.replace(f"{{{letter}}}", f"({shown})" if shown.startswith("−") else shown)
        return text

    def _changed(self, kind: str, event: Event) -> str:
        before, after = self._before_and_after(event)
        return self._say(kind, name=event.param, by=call_name(str(event.fact("by") or "")), before=before, value=after)

    def _before_and_after(self, event: Event) -> tuple[str, str]:
        before, after = event.tensor("before"), event.tensor("after")
        same = before and after and before.meta.shape == after.meta.shape
        return self._tensor(before), self._tensor(after, brief=bool(same))

    def _update_skipped(self, event: Event) -> str:
        kind = "skip_frozen" if event.fact("frozen") else "skip"
        return self._say(kind, name=event.param, by=event.fact("by"))

    def _step_begin(self, event: Event) -> str:
        return self._say("step_begin", name=event.fact("optimizer"))

    def _step_end(self, event: Event) -> str:
        return self._say("step_end", name=event.fact("optimizer"))

    def _warning(self, event: Event) -> str:
        return self._say("warning", message=" ".join(str(event.fact("message") or "").split(" Traceback ")[0].split()))

    def _error(self, event: Event) -> str:
        message = str(event.fact("message") or "").partition("\n")[0]
        words = {"type": event.fact("type"), "message": message}
        if event.node is None or event.graph is None:
            return self._say("error", **words)
        return self._say("error_at", node=self._title(event, event.node), **words)


def _is_short(value: TensorData) -> bool:
    return value.meta.numel == 1
