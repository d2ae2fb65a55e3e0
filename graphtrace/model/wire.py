"""The wire format: a recording as the plain JSON that the viewer plays. ``viewer/src/wire.js`` has the same types.

Cursors count events; 0 is before the first. What changes is a history: the cursors at which it changed, and from each
on its value; a state is a look-up. What is there many times is a position in a table. Numbers that lie close to the
one before are written as differences from it: they stay small, and compress well.
"""

from __future__ import annotations

from typing import Generic, NotRequired, TypedDict, TypeVar

from graphtrace.literals import EventKind, NodeState, Phase, SavedNow, Skip
from graphtrace.model.wire_updates import WireUpdateRule as WireUpdateRule
from graphtrace.model.wire_updates import WireUpdates

V = TypeVar("V")

Position = int  # in a table
Differences = list[int]  # each number minus the one before, the first minus 0
TensorPosition = int | None  # in `WireRecording.tensors`; None where torch has no tensor
Number = float | str | None  # JSON has no NaN: "nan", "inf", "-inf"


class WireHistory(TypedDict, Generic[V]):
    """One thing: ``values[i]`` from ``cursors[i]`` on."""

    cursors: Differences
    values: list[V]


class WireHistories(WireHistory[V], Generic[V]):
    """Many things, their changes in one row, by cursor: number ``keys[i]`` is ``values[i]`` from ``cursors[i]`` on."""

    keys: Differences


class WirePlaces(WireHistories[V], Generic[V]):
    """The same for inputs of nodes: node ``keys[i]``, its ``input_nr[i]``."""

    input_nr: list[int]


class WireGrads(WireHistories[TensorPosition]):
    """The .grad of leaves. After change `i` of leaf `k` the gradients ``added[k][first[i]:end[i]]`` are in it.

    They are of ``count[i]`` backward passes: those of before the recording are one gradient.
    """

    first: list[int]
    end: list[int]
    zero: list[bool]
    count: list[int]
    added: list[list[Position]]


class WirePairs(TypedDict):
    """A number per number."""

    keys: Differences
    values: Differences


class WireTensor(TypedDict):
    """The content of a tensor, see `TensorData`."""

    shape: list[int | str]
    dtype: str
    device: str
    norm: Number
    min: Number
    max: Number
    mean: Number
    data: NotRequired[str]
    sample: NotRequired[list[int]]


class WireColumn(TypedDict):
    """Which event concerns what: only those are listed that concern such a thing, by the cursor behind them."""

    cursors: Differences
    values: Differences


class WireEvents(TypedDict):
    """What happened, in columns."""

    kind: list[Position]  # in `WireTables.kinds`, of every event
    step: WireHistory[int]  # of the latest event
    graph: WireHistory[int | None]  # of the latest event
    node: WireColumn
    edge: WireColumn
    op: WireColumn
    leaf: WireColumn


class WireTables(TypedDict):
    """Words that are written as their positions."""

    kinds: list[EventKind]
    phases: list[Phase]  # of the kinds
    node_states: list[NodeState]
    saved_states: list[SavedNow]


class WireRun(TypedDict):
    """Events of one phase, those behind the cursors `start` to `end`; its own happened at the cursors `counted`."""

    phase: Phase
    start: int
    end: int
    counted: Differences


class WireOp(TypedDict):
    """A forward op; `at` is its place in the code: file, line, first and last column."""

    name: str
    module: str
    at: NotRequired[tuple[str, int, int | None, int | None]]


class WireCodeLine(TypedDict):
    """A line of the user's code."""

    file: str
    line: int
    text: str


class WireRule(TypedDict):
    """A formula whose letters stand in braces: forward, and per line backward its text and the letter of its result."""

    forward: str
    lines: list[tuple[str, str]]


class WireOperands(TypedDict):
    """What letters of formulas stand for, in columns: ``in:k``, ``out:k``, ``leaf:name`` of an op that has run."""

    op: list[int]
    name: list[str]
    tensor: list[TensorPosition]


class WireFormulas(TypedDict):
    """Formulas of nodes, in columns: the rule, the edges that deliver its results, operands by their letters."""

    node: Differences
    rule: list[Position]
    edges: list[list[int | None]]
    operands: list[dict[str, Position]]


class WireEdges(TypedDict):
    """Edges, in columns."""

    source: Differences
    slot: list[int]
    target: Differences
    input_nr: list[int]


class WireGraph(TypedDict):
    """A graph and what changes in it."""

    edges: WireEdges
    ops: WirePairs  # per node the op that made it
    values: WirePairs  # per node the op whose output is its output
    given: list[int]  # tensors of the forward pass that need no gradient, by their numbers
    makers: list[int]  # per such tensor the op that made it, -1 where the program brought it
    formulas: WireFormulas
    nodes: WireHistories[Position]  # what each does in the pass
    delivered: WireHistories[TensorPosition]  # per edge its contribution
    incoming: WirePlaces[TensorPosition]  # the sum of what has arrived
    parts: WirePlaces[TensorPosition]  # where several edges lead to: a contribution more with each change
    saved: WireHistories[Position]  # per node the state of what it saved


class WireDiagnosed(TypedDict):
    """What is said of a mistake in one language; `mark` stands at the card concerned."""

    title: str
    mark: str
    cause: str
    evidence: list[str]
    repair: str


class WireDiagnosis(TypedDict):
    """What went wrong, see `graphtrace.diagnosis.Diagnosis`."""

    mistake: str | None  # its slug; None where no rule knows what torch raised
    error: str | None  # all that torch said; None where it raised nothing
    cursor: int  # from here on it is known
    place: str  # of the repair
    line: int  # of the code where the mistake is made; 0 where it has no number
    text: str  # that line
    nodes: list[int | None]  # per graph the node concerned
    op: int | None  # the operation concerned, where no node is
    words: dict[str, WireDiagnosed]  # per language
    diff: NotRequired[list[tuple[str, int, str]]]  # a repair of several lines: sign, number of the line, code


class WireOdd(TypedDict):
    """The first number, or the first gradient, that is not finite: what it is, and the op or the node that made it."""

    cursor: int
    word: str
    op: int | None
    graph: int | None
    node: int | None


class WireRecording(TypedDict):
    """Everything that is needed to play a recording, but for its pictures."""

    length: int
    tables: WireTables
    leaves: list[str]
    events: WireEvents
    runs: list[WireRun]
    beats: Differences  # cursors at which events that belong together end
    told: dict[str, list[str]]  # per language and beat what one sentence of an event does not tell, or ""
    shown: WireHistory[int]  # the graph to draw
    running: WireHistory[int]  # the graph that a backward pass last ran on
    error: WireHistory[str]
    grads: WireGrads
    params: WireHistories[tuple[TensorPosition, TensorPosition] | None]  # per leaf its latest update: before, after
    skipped: WireHistories[Skip | None]  # per leaf why the latest step left it alone
    drawn: WireHistories[TensorPosition]  # per leaf its value
    outputs: WireHistories[list[TensorPosition]]  # per op
    given: WireHistories[TensorPosition]  # per number of a forward tensor: those that graphs name as given
    graphs: list[WireGraph]
    ops: list[WireOp]
    code: list[WireCodeLine]
    rules: list[WireRule]
    updates: WireUpdates
    operands: WireOperands
    tensors: list[WireTensor]
    sentences: dict[str, list[str]]  # per language one per event
    warnings: list[str]
    diagnosis: WireDiagnosis | None
    odd: list[WireOdd]
    places: NotRequired[list[tuple[str, int, int, int] | None]]  # per event the line that runs, where the host knows it
