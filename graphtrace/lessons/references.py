"""References: what texts and answers of lessons say in place of numbers.

``{y.grad@end}`` is y's .grad at the end; ``{z}`` the value of the variable z where the step stands; ``{w.grad[0,1]}``
one element. After the name: ``value`` (unless told), ``grad``, ``passes`` (backward passes in .grad), ``arrivals``
(contributions that a node waits for), ``arrival2`` (the second of them), ``before`` and ``after`` (of its latest
update), and then ``norm``, ``min``, ``max`` or ``mean``. ``{graph.nodes}`` counts the nodes of the latest pass,
``{graph.passes}`` passes, ``{error.type}`` and ``{error.message}`` are what torch raised. Answers may compute:
``{a} * {b}``, from left to right.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

from graphtrace.errors import shown
from graphtrace.explain import number
from graphtrace.lessons.loading import LessonError
from graphtrace.lessons.story import Story
from graphtrace.model import TensorData

Value = TensorData | float | str | None

_REFERENCE = re.compile(
    r"(?P<name>[^@\[\]{}]+?)"
    r"(?:\.(?P<field>value|grad|passes|arrivals|arrival\d+|before|after|type|message|nodes))?"
    r"(?:\.(?P<stat>norm|min|max|mean))?"
    r"(?:\[(?P<index>\d+(?:,\d+)*)\])?"
    r"(?:@(?P<place>.+))?"
)
BRACES = re.compile(r"\{([^{}]+)\}")
_OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_MOST_WRITTEN = 6  # elements


def value_of(story: Story, reference: str, here: int) -> Value:
    """Return what a reference stands for.

    Args:
        story: The recording.
        reference: What stands in braces.
        here: The cursor that it means unless it names a place.

    Raises:
        LessonError: The recording has no such thing.
    """
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise LessonError(f"no reference: {shown(reference)} (see graphtrace.lessons.references)")
    cursor = story.cursor(found["place"]) if found["place"] else here
    value = _field(story, found["name"], found["field"] or "value", cursor)
    if found["stat"] and isinstance(value, TensorData):
        value = getattr(value, found["stat"])
    if found["index"]:
        value = _element(value, tuple(map(int, found["index"].split(","))), reference)
    return value


def _field(story: Story, name: str, field: str, cursor: int) -> Value:
    if name == "graph":
        graphs = story.recording.graphs
        return float(len(graphs) if field == "passes" else len(graphs[story.at(cursor).graph or 0].nodes))
    if name == "error":
        return _error(story, field)
    if field == "passes":
        return float(story.at(cursor).grads[name].count) if name in story.at(cursor).grads else 0.0
    if field in ("before", "after"):
        return _update(story, name, field, cursor)
    if field.startswith("arrival"):
        return _arrival(story, name, field.removeprefix("arrival"), cursor)
    return _gradient(story, name, cursor) if field == "grad" else _content(story, name, cursor)


def _update(story: Story, name: str, field: str, cursor: int) -> TensorData | None:
    events = story.recording.events[:cursor]
    found = [event for event in events if event.kind == "param_update" and event.param == name]
    if not found:
        raise LessonError(f"no update of {shown(name)} by event {cursor} (name a later place)")
    return found[-1].tensor(field)


def _error(story: Story, field: str) -> str:
    event = next((event for event in reversed(story.recording.events) if event.kind == "error"), None)
    if event is None:
        raise LessonError("the recording has no error (mend the reference)")
    return str(event.fact(field) or "").partition("\n")[0]


def _arrival(story: Story, name: str, nth: str, cursor: int) -> Value:
    place = story.node(name, cursor)
    if nth == "s":
        return float(sum(edge.target == place.node for edge in story.recording.graphs[place.graph].edges))
    found = story.arrivals(place)
    if not 0 < int(nth) <= len(found):
        raise LessonError(f"no such contribution: {name}.arrival{nth} ({len(found)} came)")
    return found[int(nth) - 1][1].tensor("added")


def _gradient(story: Story, name: str, cursor: int) -> TensorData | None:
    state = story.at(cursor)
    if name in story.leaves:
        return state.grads[name].value if name in state.grads else None
    place = story.node(name, cursor)
    came = [event for at, event in story.arrivals(place) if at <= cursor]
    if came:
        return came[-1].tensor("sum") or came[-1].tensor("added")
    return state.incoming.get((place.node, 0)) if state.graph == place.graph else None


def _content(story: Story, name: str, cursor: int) -> TensorData | None:
    state = story.at(cursor)
    if name in story.leaves:
        return state.values.get(name) or _first_use(story, name)
    op = story.operation(name, cursor)
    if op is None:
        op = _operation_of_node(story, name, cursor)
    outputs = state.outputs.get(op, ()) or story.at(len(story)).outputs.get(op, ())
    return outputs[0] if outputs else None


def _operation_of_node(story: Story, name: str, cursor: int) -> int:
    place = story.node(name, cursor)
    op = story.recording.graphs[place.graph].nodes[place.node].op
    if op is None:
        raise LessonError(f"no operation made this node: {shown(name)} (name a variable)")
    return op


def _first_use(story: Story, name: str) -> TensorData | None:
    for event in story.recording.events:
        for key, leaf in event.facts:
            if leaf == name and key.startswith("leaf:"):
                return event.tensor(f"in:{key[5:]}")
    op = story.operation(name, len(story))
    outputs = story.at(len(story)).outputs.get(-1 if op is None else op, ())
    return outputs[0] if outputs else None


def _element(value: Value, index: tuple[int, ...], reference: str) -> float:
    if not isinstance(value, TensorData) or not value.is_whole:
        raise LessonError(f"nothing to take an element of: {shown(reference)} (its numbers are not kept)")
    position = 0
    for size, one in zip(value.meta.shape, index, strict=True):
        position = position * int(size) + one
    return value.numbers()[position].real


def number_of(story: Story, expression: str, here: int) -> float:
    """Return the number that an expression stands for.

    Raises:
        LessonError: It is no expression, or its value no single number.
    """
    first, *rest = re.findall(r"\{[^{}]+\}|[-+*/]", expression) or [""]
    if not first.startswith("{") or len(rest) % 2:
        raise LessonError(f"no expression: {shown(expression)} (references in braces, and + - * / between them)")
    total = _single(story, first[1:-1], here)
    for sign, operand in zip(rest[::2], rest[1::2], strict=True):
        if sign not in _OPERATORS or not operand.startswith("{"):
            raise LessonError(f"no expression: {shown(expression)} (write {{a}} * {{b}})")
        total = _OPERATORS[sign](total, _single(story, operand[1:-1], here))
    return total


def _single(story: Story, reference: str, here: int) -> float:
    value = value_of(story, reference, here)
    if isinstance(value, float | int):
        return float(value)
    if isinstance(value, TensorData) and value.is_whole and value.meta.numel == 1:
        return value.numbers()[0].real
    raise LessonError(f"no single number: {shown(reference)} is {shown(value)} (take an element)")


def written(value: Value, reference: str) -> str:
    """Write a value for people: a number with four digits, small tensors as lists.

    Raises:
        LessonError: It is too large to be written.
    """
    if value is None or isinstance(value, str):
        return str(value)
    if not isinstance(value, TensorData):
        return number(value)
    if not value.is_whole or (value.meta.numel or 0) > _MOST_WRITTEN:
        raise LessonError(f"too large to be written: {shown(reference)} (take an element or its norm)")
    numbers = [number(one.real) for one in value.numbers()]
    if not value.meta.shape:
        return numbers[0]
    cols = int(value.meta.shape[-1])
    rows = [f"[{', '.join(numbers[i : i + cols])}]" for i in range(0, len(numbers), cols)]
    return rows[0] if len(value.meta.shape) == 1 else f"[{', '.join(rows)}]"


def fill(story: Story, text: str, here: int, guess: str = "") -> str:
    """Return a text with its references filled in; ``{guess}`` is what was answered."""

    def filled(found: re.Match[str]) -> str:
        reference = found[1]
        return guess if reference == "guess" else written(value_of(story, reference, here), reference)

    return BRACES.sub(filled, text)
