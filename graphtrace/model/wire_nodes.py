"""The wire format of what the inspector says of nodes."""

from __future__ import annotations

from typing import TypedDict

from graphtrace.literals import NodeKind, ParamState, SavedState


class WireMeta(TypedDict):
    """Shape, as text, and kind of a tensor."""

    shape: str
    dtype: str
    device: str
    layout: str


class WireSaved(TypedDict):
    """A saved tensor, see `Saved`."""

    name: str
    state: SavedState
    meta: WireMeta | None
    bytes: int
    alias: str | None
    version: int | None


class WireParam(TypedDict):
    """A parameter, see `Param`."""

    names: list[str]
    meta: WireMeta
    state: ParamState


class WireEnd(TypedDict):
    """The far end of an edge."""

    node: int
    key: str
    type: str
    slot: int
    input_nr: int


WireNode = TypedDict(
    "WireNode",
    {
        "id": int,
        "key": str,
        "type": str,
        "kind": NodeKind,
        "module": str,
        "param": WireParam | None,
        "name": str | None,
        "metas": list[WireMeta],
        "slots": int,
        "none": list[int],
        "out": list[WireEnd],  # toward the leaves
        "out_more": int,  # that are not listed
        "in": list[WireEnd],  # toward the root
        "in_more": int,
        "saved": list[WireSaved],
    },
)
