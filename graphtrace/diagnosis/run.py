"""A recording indexed for the rules: who made a tensor, what a pass ran on, which memory tensors share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from graphtrace import texts
from graphtrace.explain.titles import call_title, recorded_titles, titles_of_calls
from graphtrace.literals import Language
from graphtrace.model import HELPERS, Event, ForwardTensor, Graph, Node, Op, Recording, Source, TensorData, op_of

_VIEWS = frozenset(
    [
        "view",
        "view_as",
        "reshape",
        "t",
        "T",
        "mT",
        "transpose",
        "permute",
        "squeeze",
        "unsqueeze",
        "expand",
        "expand_as",
        "narrow",
        "select",
        "split",
        "chunk",
        "unbind",
        "__getitem__",
        "detach",
        "flatten",
        "unflatten",
        "diagonal",
        "real",
        "imag",
        "swapaxes",
        "movedim",
    ]
)


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception: the recorded error event's, or one that the caller has."""

    type: str
    message: str
    source: Source | None = None
    call: str = ""
    event: int | None = None  # position of the error event


@dataclass(frozen=True, slots=True)
class Pass:
    """One backward pass: positions of its first and last event, both in ``recording.events``."""

    graph: int
    begin: int
    end: int
    source: Source | None
    retained: bool
    created: bool


class RecordedRun:
    """A recording with its indexes, each made when first asked for."""

    def __init__(self, recording: Recording, failure: Failure | None, language: Language = "en") -> None:
        self.recording = recording
        self.events = recording.events
        self.failure = failure
        self.language = language

    # ---- words

    def say(self, key: str, /, **values: object) -> str:
        """Return a text of a diagnosis in the language asked for."""
        return texts.say(f"diagnosis.{key}", self.language, **values)

    def line(self, source: Source | None) -> str:
        """Return ``line 12 (loss.backward())``, for a sentence; the code alone where its line has no number."""
        if source is None:
            return self.say("no_line")
        code = source.text.strip()
        return self.say("line", line=source.line, text=code) if source.line else code

    @cached_property
    def _titles(self) -> list[list[str]]:
        return [recorded_titles(self.recording, graph) for graph in self.recording.graphs]

    @cached_property
    def _calls(self) -> dict[int, str]:
        return titles_of_calls(self.recording, self._titles)

    def title(self, op: Op) -> str:
        """Return an operation as the player titles it: ``mul``, ``Linear · fc1``."""
        return self._calls.get(op.id) or call_title(op)

    def named(self, node: Node) -> str:
        """Return a node in words, as the player titles it, with its line: ``mul at line 2``; a leaf by its name."""
        if node.kind == "accumulate" and node.param:
            return node.param
        graph = next(i for i, graph in enumerate(self.recording.graphs) if any(n is node for n in graph.nodes))
        op = None if node.op is None else self.recording.ops[node.op]
        title = self._titles[graph][node.id]
        if op is not None and op_of(node.type) in HELPERS:
            title = self.title(op)
        source = None if op is None else op.source
        return self.say("node_at", title=title, line=source.line) if source is not None and source.line else title

    # ---- operations and tensors

    @cached_property
    def maker(self) -> dict[int, Op]:
        """The operation that made each tensor, by the tensor's number."""
        return {output: op for op in self.recording.ops for output in op.outputs}

    @cached_property
    def readers(self) -> dict[int, list[Op]]:
        """The operations that read each tensor."""
        found: dict[int, list[Op]] = {}
        for op in self.recording.ops:
            for number in op.inputs:
                found.setdefault(number, []).append(op)
        return found

    @cached_property
    def ran_at(self) -> dict[int, int]:
        """Position of each operation's event."""
        return {
            event.op: i for i, event in enumerate(self.events) if event.kind == "forward_op" and event.op is not None
        }

    def tensor(self, number: int) -> ForwardTensor:
        """Return a tensor of the forward pass."""
        return self.recording.tensors[number]

    def inputs(self, op: Op) -> list[ForwardTensor]:
        """Return what an operation read."""
        return [self.tensor(number) for number in op.inputs]

    def outputs(self, op: Op) -> list[ForwardTensor]:
        """Return what an operation made."""
        return [self.tensor(number) for number in op.outputs]

    def content(self, op: Op, output: int = 0) -> TensorData | None:
        """Return the recorded content of an output."""
        at = self.ran_at.get(op.id)
        return None if at is None else self.events[at].tensor(f"out:{output}")

    @cached_property
    def memory(self) -> dict[int, int]:
        """A number per tensor that is the same for tensors known to share memory: views, and changes in place."""
        shared: dict[int, int] = {}
        for op in self.recording.ops:
            if op.inputs and op.outputs and (short_name(op) in _VIEWS or is_in_place(op)):
                for output in op.outputs:
                    shared[output] = shared.get(op.inputs[0], op.inputs[0])
        return shared

    def same_memory(self, first: int, second: int) -> bool:
        """Return whether two tensors are known to share memory."""
        return self.memory.get(first, first) == self.memory.get(second, second)

    def ancestors(self, numbers: Iterable[int]) -> Iterator[Op]:
        """Yield the operations that tensors were computed from, each once, the latest first of each branch."""
        waiting, seen = [self.maker[n] for n in numbers if n in self.maker], set()
        while waiting:
            op = waiting.pop()
            if op.id not in seen:
                seen.add(op.id)
                yield op
                waiting += [self.maker[n] for n in op.inputs if n in self.maker]

    # ---- passes, steps, errors

    @cached_property
    def passes(self) -> list[Pass]:
        """All backward passes in order."""
        found, begun = [], None
        for i, event in enumerate(self.events):
            if event.kind == "backward_begin":
                begun = i
            elif begun is not None and (
                event.kind == "backward_end" or (event.kind == "error" and event.graph is not None)
            ):
                found.append(self._pass(begun, i))
                begun = None
        return found

    def _pass(self, begin: int, end: int) -> Pass:
        event = self.events[begin]
        retained, created = bool(event.fact("retain_graph")), bool(event.fact("create_graph"))
        return Pass(event.graph or 0, begin, end, source_of(event), retained, created)

    def graph(self, done: Pass) -> Graph:
        """Return the graph that a pass ran on."""
        return self.recording.graphs[done.graph]

    def root_op(self, done: Pass) -> Op | None:
        """Return the operation that made the root of a pass."""
        node = self.graph(done).nodes[self.graph(done).roots[0][0]]
        return None if node.op is None else self.recording.ops[node.op]

    def node_of(self, event: Event) -> Node | None:
        """Return the node that an event names."""
        if event.graph is None or event.node is None:
            return None
        return self.recording.graphs[event.graph].nodes[event.node]

    @property
    def error(self) -> Event | None:
        """The error event, where the failure was recorded."""
        at = None if self.failure is None else self.failure.event
        return None if at is None else self.events[at]

    def of_kind(self, *kinds: str) -> Iterator[tuple[int, Event]]:
        """Yield positions and events of some kinds."""
        return ((i, event) for i, event in enumerate(self.events) if event.kind in kinds)

    @cached_property
    def learned(self) -> frozenset[str]:
        """Names of the model's parameters and the leaves that require grad."""
        return frozenset(t.name for t in self.recording.tensors if t.origin in ("param", "leaf") and t.requires_grad)


def short_name(op: Op) -> str:
    """Return ``relu`` of ``nn.functional.relu``."""
    return op.name.rpartition(".")[2]


def is_in_place(op: Op) -> bool:
    """Return whether an operation changes its first input."""
    name = short_name(op)
    return name == "__setitem__" or name.startswith("__i") or (name.endswith("_") and not name.endswith("__"))


def source_of(event: Event) -> Source | None:
    """Return the line of the program that an event names."""
    line = event.fact("line")
    if not isinstance(line, int):
        return None
    return Source(str(event.fact("file") or ""), line, text=str(event.fact("text") or ""))
