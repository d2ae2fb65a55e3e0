"""A form for any record of the Lab, from the rules of its fields: each field says what it may hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

import streamlit as st

from graphtrace.lab.fields import One

T = TypeVar("T")
_AS_IN_TORCH: Mapping[str, str] = {}
_HIDDEN = {"name", "frozen", "tied", "block", "branches", "rows"}


def edited(record: T, key: str, hidden: Collection[str] = _HIDDEN, labels: Mapping[str, str] = _AS_IN_TORCH) -> T:
    """Draw one widget per plain field and return the record with what the user chose."""
    values: dict[str, Any] = {}
    for one in fields(record):  # type: ignore[arg-type]
        rule = one.metadata.get("rule")
        if one.name in hidden or not isinstance(rule, One):
            continue
        values[one.name] = _asked(labels.get(one.name, one.name), rule, getattr(record, one.name), f"{key}.{one.name}")
    return replace(record, **values)  # type: ignore[type-var]


def _asked(label: str, rule: One, value: Any, key: str) -> Any:
    if rule.choices:
        place = rule.choices.index(value) if value in rule.choices else 0
        return st.selectbox(label, rule.choices, index=place, key=key)
    if isinstance(value, bool):
        return st.toggle(label, value=value, key=key)
    if isinstance(value, int) and rule.low is not None and rule.high is not None:
        top = min(int(rule.high), 1_000_000)
        return int(st.number_input(label, int(rule.low), top, min(value, top), 1, key=key))
    if isinstance(value, float) and rule.low is not None and rule.high is not None:
        return float(st.number_input(label, float(rule.low), float(rule.high), value, format="%g", key=key))
    return st.text_input(label, str(value), key=key) if isinstance(value, str) else value


def kind_picker(label: str, kinds: dict[str, type], record: Any, key: str) -> Any:
    """Let the user choose a kind; another kind starts with its defaults. Returns a record of that kind."""
    names = [name for name, kind in kinds.items() if is_plain(kind) or isinstance(record, kind)]
    now = type(record).__name__
    chosen = st.selectbox(label, names, index=names.index(now) if now in names else 0, key=key)
    return record if chosen == now else kinds[chosen]()


def is_plain(kind: type) -> bool:
    """Whether a record of this kind can be made without a word."""
    try:
        kind()
    except TypeError:
        return False
    return True
