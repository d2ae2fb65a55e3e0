"""A form for any record of the Lab, from the rules of its fields: each field says what it may hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

import streamlit as st

from graphtrace.app.texts import say
from graphtrace.lab.records.fields import ListOf, Scalar

T = TypeVar("T")
_AS_IN_TORCH: Mapping[str, str] = {}
_HIDDEN = {"name", "frozen", "tied", "block", "branches", "rows"}


def edited(record: T, key: str, hidden: Collection[str] = _HIDDEN, labels: Mapping[str, str] = _AS_IN_TORCH) -> T:
    """Draw one widget per plain field and return the record with what the user chose."""
    shown = [one for one in fields(record) if one.name not in hidden]  # type: ignore[arg-type]
    shown = [one for one in shown if isinstance(one.metadata.get("rule"), Scalar | ListOf)]
    sides = st.columns(2, gap="small") if len(shown) > 2 else [st.container()]
    values: dict[str, Any] = {}
    for i, one in enumerate(shown):
        rule, label, value = one.metadata["rule"], labels.get(one.name, one.name), getattr(record, one.name)
        ask = _asked if isinstance(rule, Scalar) else _sizes
        with sides[i % len(sides)]:
            values[one.name] = ask(label, rule, value, f"{key}.{one.name}")
    return replace(record, **values)  # type: ignore[type-var]


def _asked(label: str, rule: Scalar, value: Any, key: str) -> Any:
    if rule.choices:
        place = rule.choices.index(value) if value in rule.choices else 0
        return st.selectbox(label, rule.choices, index=place, key=key)
    if isinstance(value, bool):
        return st.toggle(label, value=value, key=key)
    if isinstance(value, int) and rule.low is not None and rule.high is not None:
        return whole(label, value, int(rule.low), min(int(rule.high), 1_000_000), key)
    if isinstance(value, float) and rule.low is not None and rule.high is not None:
        return float(st.number_input(label, float(rule.low), float(rule.high), value, format="%g", key=key))
    return st.text_input(label, str(value), key=key) if isinstance(value, str) else value


def whole(label: str, value: int, low: int, high: int, key: str) -> int:
    """Ask for a whole number; one that came with a link and is above the usual stays, too."""
    if value >= 2**53:  # beyond what a browser's number holds
        return value
    return int(st.number_input(label, low, max(high, value), value, 1, key=key))


def _sizes(label: str, rule: ListOf, value: tuple[int, ...], key: str) -> tuple[int, ...]:
    """Ask for a shape as people write one; what is none is told, and the last one stays."""
    typed = st.text_input(label, ", ".join(map(str, value)), key=key, max_chars=60)
    parts = [part for part in re.split(r"[\s,×x*()]+", typed) if part]
    read = tuple(int(part) if part.isascii() and part.isdigit() and len(part) < 9 else part for part in parts)
    problems = list(rule.problems(read, label, 0))
    if problems:
        st.error(problems[0].replace("$", "\\$"))
    return value if problems else tuple(int(part) for part in read)


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


def switch(label: str, names: tuple[str, ...], words: str, lang: str, key: str) -> str:
    """Let the user choose one of a few; the first at the start. Each is called by the text `words` + its name."""
    chosen = st.segmented_control(
        say(label, lang),
        names,
        default=names[0],
        required=True,
        format_func=lambda name: say(f"{words}{name}", lang),
        label_visibility="collapsed",
        key=key,
    )
    return str(chosen)
