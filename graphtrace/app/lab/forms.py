"""Forms for the Lab's records, made from the rules of their fields; and a switch."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from graphtrace.app.pickers import language
from graphtrace.app.texts import say, told
from graphtrace.lab.records.rules import ListOf, Scalar
from graphtrace.literals import Language

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

R = TypeVar("R", bound="DataclassInstance")
K = TypeVar("K")
_NO_LABELS: Mapping[str, str] = {}
_HIDDEN = {"name", "frozen", "tied", "block", "branches", "rows"}


def edited(record: R, key: str, hidden: Collection[str] = _HIDDEN, labels: Mapping[str, str] = _NO_LABELS) -> R:
    """Draw one widget per plain field and return the record with what the user chose.

    Args:
        record: Frozen dataclass whose fields have rules.
        key: Begins the keys of the widgets.
        hidden: Names of fields without a widget.
        labels: Label of a field by its name; the others are called as in torch.
    """
    rules = {field.name: field.metadata.get("rule") for field in fields(record) if field.name not in hidden}
    shown = {name: rule for name, rule in rules.items() if isinstance(rule, Scalar | ListOf)}
    columns = st.columns(2, gap="small") if len(shown) > 2 else [st.container()]
    values: dict[str, object] = {}
    for i, (name, rule) in enumerate(shown.items()):
        label, value, widget = labels.get(name, name), getattr(record, name), f"{key}.{name}"
        with columns[i % len(columns)]:
            if isinstance(rule, Scalar):
                values[name] = _pick_scalar(label, rule, value, widget)
            else:
                values[name] = _pick_sizes(label, rule, value, widget)
    return replace(record, **values)


def _pick_scalar(label: str, rule: Scalar, value: object, key: str) -> object:
    if rule.choices:
        index = rule.choices.index(value) if isinstance(value, str) and value in rule.choices else 0
        return st.selectbox(label, rule.choices, index=index, key=key)
    if isinstance(value, bool):
        return st.toggle(label, value=value, key=key)
    if isinstance(value, int) and rule.low is not None and rule.high is not None:
        return pick_integer(label, value, int(rule.low), min(int(rule.high), 1_000_000), key)
    if isinstance(value, float) and rule.low is not None and rule.high is not None:
        return float(st.number_input(label, float(rule.low), float(rule.high), value, format="%g", key=key))
    return st.text_input(label, str(value), key=key) if isinstance(value, str) else value


def pick_integer(label: str, value: int, low: int, high: int, key: str) -> int:
    """Let the user choose a whole number.

    Args:
        label: Of the widget.
        value: At first; a value above `high` that came with a link stays allowed.
        low: Smallest number.
        high: Largest number.
        key: Of the widget.
    """
    if value >= 2**53:  # beyond what a browser's number holds
        return value
    return int(st.number_input(label, low, max(high, value), value, 1, key=key))


def _pick_sizes(label: str, rule: ListOf, value: tuple[int, ...], key: str) -> tuple[int, ...]:
    """Let the user type a shape. Invalid input shows an error; the previous value is kept."""
    typed = st.text_input(label, ", ".join(map(str, value)), key=key, max_chars=60)
    parts = [part for part in re.split(r"[\s,×x*()]+", typed) if part]
    sizes = tuple(int(part) if part.isascii() and part.isdigit() and len(part) < 9 else part for part in parts)
    problems = list(rule.problems(sizes, label, 0))
    if problems:
        st.error(told(problems[0], language()))
    return value if problems else tuple(int(part) for part in sizes)


def kind_picker(label: str, kinds: Mapping[str, type[K]], record: K, key: str) -> K:
    """Let the user choose a kind of record, and return a record of it; another kind starts with its defaults.

    Args:
        label: Of the widget.
        kinds: The kinds by name.
        record: The present record.
        key: Of the widget.
    """
    names = [name for name, kind in kinds.items() if has_defaults(kind) or isinstance(record, kind)]
    current = type(record).__name__
    chosen = st.selectbox(label, names, index=names.index(current) if current in names else 0, key=key)
    return record if chosen == current else kinds[chosen]()


def has_defaults(kind: type) -> bool:
    """Whether every field of a kind of record has a default."""
    try:
        kind()
    except TypeError:
        return False
    return True


def switch(label: str, names: tuple[str, ...], prefix: str, lang: Language, key: str) -> str:
    """Let the user choose one of a few; the first at the start.

    Args:
        label: Name of the widget's text.
        names: The choices.
        prefix: With a choice behind it, the name of the choice's text.
        lang: Language of the texts.
        key: Of the widget.
    """
    chosen = st.segmented_control(
        say(label, lang),
        names,
        default=names[0],
        required=True,
        format_func=lambda name: say(f"{prefix}{name}", lang),
        label_visibility="collapsed",
        key=key,
    )
    return str(chosen)
