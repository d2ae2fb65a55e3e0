"""The rules of optimizer steps in the wire format, each rule once."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from graphtrace.explain.hand_updates import update_rules
from graphtrace.explain.updates import UpdateRule
from graphtrace.model import Recording
from graphtrace.model.wire import Differences
from graphtrace.model.wire_updates import WireUpdateRule, WireUpdates
from graphtrace.viewer.tables import TensorTable


def updates_to_wire(
    recording: Recording, tensors: TensorTable, differences: Callable[[Iterable[int]], Differences]
) -> WireUpdates:
    """Return the updates of a recording whose rules are known."""
    found = list(update_rules(recording).items())
    plain = [_rule(rule) for _, rule in found]
    rules = [rule for i, rule in enumerate(plain) if rule not in plain[:i]]
    return {
        "rules": rules,
        "cursors": differences(cursor for cursor, _ in found),
        "rule": [rules.index(rule) for rule in plain],
        "operands": [{letter: tensors.place(value) for letter, value in rule.operands.items()} for _, rule in found],
    }


def _rule(rule: UpdateRule) -> WireUpdateRule:
    return {"lines": [(line.text, line.result) for line in rule.lines], "note": rule.note}
