"""Parts of a message that the browser keeps: each travels once to a browser session, later only its name does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock
from typing import cast

import streamlit as st

_MOST_PACKED = 512
_PACKED: dict[int, tuple[object, Parcel]] = {}  # by identity: what is packed is kept, so that no other has its number
_LOCK = Lock()
_SENT = "viewer_sent"  # set[str]: names of the parcels that the browser has


@dataclass(frozen=True, slots=True)
class Parcel:
    """A large part of a message that may be the same in the next one.

    Attributes:
        name: Identifies its content.
        text: The content as JSON.
    """

    name: str
    text: str


def parcel(content: object) -> Parcel:
    """Pack something that JSON can hold."""
    text = json.dumps(content, separators=(",", ":"), allow_nan=False)
    return Parcel(blake2b(text.encode(), digest_size=9).hexdigest(), text)


def parcels(contents: Sequence[object]) -> list[Parcel]:
    """Pack each of some things that are never changed; the same thing again is packed already."""
    with _LOCK:
        return [_packed(content) for content in contents]


def _packed(content: object) -> Parcel:
    known = _PACKED.get(id(content))
    if known is None:
        known = _PACKED[id(content)] = content, parcel(content)
        if len(_PACKED) > _MOST_PACKED:
            del _PACKED[next(iter(_PACKED))]
    return known[1]


def message(data: object) -> bytes:
    """Return a message to the viewer as JSON: the data, in which each parcel is its name, and the parcels that are new.

    The browser keeps parcels until its page is left. One that it misses, because a message overtook another in the
    server's queue, it asks for: see `forget`.
    """
    sent = cast("set[str]", st.session_state.setdefault(_SENT, set()))
    new: dict[str, str] = {}

    def name_of(part: object) -> dict[str, str]:
        if not isinstance(part, Parcel):
            raise TypeError(f"not for a message: {type(part).__name__} (only plain data and parcels)")
        if part.name not in sent:
            new[part.name] = part.text
        return {"$": part.name}

    text = json.dumps(data, separators=(",", ":"), allow_nan=False, default=name_of)
    sent.update(new)
    parcels = ",".join(f'"{name}":{content}' for name, content in new.items())
    return f'{{"parcels":{{{parcels}}},"data":{text}}}'.encode()


def forget() -> None:
    """Take it that the browser has nothing: the next message brings all of its parcels."""
    st.session_state[_SENT] = set()
