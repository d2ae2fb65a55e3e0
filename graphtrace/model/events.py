"""Events: what can happen in a training step, and the forward operations and tensors that events name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from graphtrace.literals import EventKind, NoteKind, Phase, TensorOrigin
from graphtrace.model.graph import TensorMeta
from graphtrace.model.tensor_data import TensorData

Constant = int | float | bool | str  # of several numbers, their text: "(2, 3)"

EVENT_KINDS: dict[EventKind, str] = {
    "module_init": "a module was constructed: its parameters have their first values",
    "forward_op": "one torch call of the forward pass ran",
    "backward_begin": "a backward pass was started from its roots",
    "node_in": "a node has received its whole gradient and runs",
    "node_out": "a node has run",
    "edge_add": "an edge delivered its contribution",
    "accumulate": "a leaf's .grad took a gradient in",
    "retained": "a tensor that retains its gradient received it",
    "backward_end": "a backward pass ended",
    "grad_zero": "a leaf's .grad was set to None or filled with zeros",
    "grad_edit": "a leaf's .grad was changed in place or replaced",
    "step_begin": "an optimizer step was started",
    "param_update": "a parameter was changed",
    "update_skipped": "an optimizer step left a parameter alone, because its .grad is None",
    "step_end": "an optimizer step ended",
    "warning": "torch warned",
    "error": "torch raised",
}
PHASES: dict[EventKind, Phase] = {
    "module_init": "start",
    "forward_op": "forward",
    "backward_begin": "backward",
    "node_in": "backward",
    "node_out": "backward",
    "edge_add": "backward",
    "accumulate": "backward",
    "retained": "backward",
    "backward_end": "backward",
    "grad_zero": "zero",
    "grad_edit": "edit",
    "step_begin": "step",
    "param_update": "step",
    "update_skipped": "step",
    "step_end": "step",
    "warning": "forward",  # or that of the event before, see `phases_of`
    "error": "error",
}


def phases_of(events: Iterable[Event]) -> list[Phase]:
    """Return the phase of each event. A warning belongs to the phase in which it comes."""
    phases: list[Phase] = []
    phase = PHASES["warning"]
    for event in events:
        phase = phase if event.kind == "warning" else PHASES[event.kind]
        phases.append(phase)
    return phases


@dataclass(frozen=True, slots=True)
class Source:
    """Where in the user's code a call was made; columns count characters from 0, None where unknown."""

    file: str
    line: int
    column: int | None = None
    end_column: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Op:
    """One torch call of the forward pass. `inputs` and `outputs` are ids of `ForwardTensor` records.

    A custom ``autograd.Function`` is an op too: named after its class, without event, inputs and outputs.

    `module` is the path of the innermost module that was running, `call` how often that module
    had been entered before. `ns` is wall-clock time; on an accelerator that is the launch only.
    `constants` are the plain numbers and words of the call, by position or keyword: the 2 of ``x.pow(2)``
    is ``("1", 2)``, the axis of ``x.sum(dim=0)`` is ``("dim", 0)``.
    """

    id: int
    name: str
    module: str = ""
    call: int = 0
    inputs: tuple[int, ...] = ()
    outputs: tuple[int, ...] = ()
    ns: int = 0
    source: Source | None = None
    grad_mode: bool = True
    constants: tuple[tuple[str, Constant], ...] = ()

    def constant(self, *names: str) -> Constant | None:
        """Return the constant that goes by one of these names, None where there is none."""
        return next((value for name, value in self.constants if name in names), None)


@dataclass(frozen=True, slots=True)
class ForwardTensor:
    """A tensor that the forward pass read or made.

    `origin` is ``input param leaf buffer op grad``; ``grad`` is a gradient that the program reads again. `name` is that
    of a leaf or a buffer; of an input that of the program's variable, where one holds it.
    """

    id: int
    meta: TensorMeta
    origin: TensorOrigin
    name: str = ""
    requires_grad: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Something that changed nothing, and that explains a mistake.

    Attributes:
        kind: ``grad_of_non_leaf``: the program read ``.grad`` of a tensor that is no leaf and retains none.
            ``update_skipped``: a step left a parameter alone, because its ``.grad`` is None or it is frozen.
        event: How many events had happened before.
        source: The line of the program.
        tensor: Number of the `ForwardTensor` that was read.
        param: Name of the parameter that was skipped.
        frozen: Whether it has ``requires_grad=False``.
    """

    kind: NoteKind
    event: int = 0
    source: Source | None = None
    tensor: int | None = None
    param: str | None = None
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class LeafStart:
    """What a leaf had when a recording began, from what was done before.

    Attributes:
        name: Of the leaf.
        grad: Its .grad, None where that is None.
        passes: How many backward passes had added to it since it was last None or zero.
        before: The leaf before its latest update, None where there was none.
        after: The leaf after that update.
    """

    name: str
    grad: TensorData | None = None
    passes: int = 0
    before: TensorData | None = None
    after: TensorData | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    Attributes:
        kind: A key of `EVENT_KINDS`.
        step: How many optimizer steps had ended before.
        graph: Position in ``recording.graphs`` of the graph that `node` and `edge` belong to.
        node: Node id.
        edge: Position in ``graph.edges``.
        param: Name of the leaf concerned.
        op: Id of the forward `Op`.
        tensors: Contents of tensors by name: ``in:0`` (gradient of output 0; of a forward op, its input 0 where
            no op had it before, or where a leaf is first used: the fact ``leaf:0`` then says its name), ``added``,
            ``before``, ``after``, ``sum`` (what has arrived so far), ``out:0`` (output 0 of an op), ``lr`` …;
            of ``backward_begin``, ``seed:0``, and ``leaf:w`` where only a custom Function was given the leaf ``w``.
        facts: Named plain facts: ``retain_graph``, ``message``, ``proof`` …
        ns: Nanoseconds since the recording began.
    """

    kind: EventKind
    step: int = 0
    graph: int | None = None
    node: int | None = None
    edge: int | None = None
    param: str | None = None
    op: int | None = None
    tensors: tuple[tuple[str, TensorData | None], ...] = field(default=(), metadata={"key": "values"})
    facts: tuple[tuple[str, int | float | bool | str | None], ...] = ()
    ns: int = 0

    def tensor(self, name: str) -> TensorData | None:
        """Return a named tensor, None where it is not there or was None."""
        for (
            key,
            tensor,
        ) in self.tensors:  # a press asks hundreds of times: a generator would take three times as long
            if key == name:
                return tensor
        return None

    def fact(self, name: str) -> int | float | bool | str | None:
        """Return a named fact, None where it is not there."""
        for key, fact in self.facts:
            if key == name:
                return fact
        return None

    @property
    def values(self) -> tuple[tuple[str, TensorData | None], ...]:
        """Deprecated: the name that `tensors` had in version 0.1."""
        return self.tensors

    def value(self, name: str) -> TensorData | None:
        """Deprecated: the name that `tensor` had in version 0.1."""
        return self.tensor(name)
