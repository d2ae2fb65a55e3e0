"""Links: a scene of the Lab as short text. A link only describes; what is wrong with one is a `SpecError`."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from dataclasses import dataclass, field, replace
from typing import Any

from graphtrace.errors import SpecError, shown
from graphtrace.lab.design import checks
from graphtrace.lab.records.actions import ACTIONS, Action, Iterate
from graphtrace.lab.records.fields import (
    ListOf,
    PairOf,
    RecordOf,
    Scalar,
    choice,
    from_plain,
    integer,
    problems_of,
    rule_metadata,
    text_rule,
    to_plain,
    with_rule,
)
from graphtrace.lab.records.spec import SPECS, Spec

VERSION = "1"
MOST_CHARACTERS = 2_048
MOST_BYTES = 16_384

_PLAIN = Scalar(
    "a short text, a whole number, True or False",
    lambda value: (type(value) in (int, bool) and abs(value) < 2**53) or (isinstance(value, str) and len(value) <= 64),
)


@dataclass(frozen=True, slots=True)
class Scene:
    """What a link opens to.

    Attributes:
        actions: What to do to a machine of the spec. Nothing is done by reading the link.
        position: How many of them are not undone.
        cursor: Event shown of the last one.
        view: Settings of the page by name: language, theme, hidden controls.
        branch: Which of two branches that are compared this is; empty where there is only one.
        fork: How many actions both have in common.
        other: What the other branch did after them.
        apart: Name of the text that says what B does otherwise; empty where it is the optimizer.
    """

    spec: Spec = field(default=Spec(), metadata=rule_metadata(RecordOf(lambda: SPECS)))
    actions: tuple[Action, ...] = with_rule(ListOf(RecordOf(lambda: ACTIONS), most=500), ())
    position: int = integer(0, 500, 0)
    cursor: int = integer(0, 10_000_000, 0)
    view: tuple[tuple[str, str | int | bool], ...] = with_rule(ListOf(PairOf(text_rule(32), _PLAIN), most=32), ())
    branch: str = choice("", "A", "B")
    fork: int = integer(0, 500, 0)
    other: tuple[Action, ...] = with_rule(ListOf(RecordOf(lambda: ACTIONS), most=500), ())
    apart: str = choice("", "branch_no_zero", "branch_goes_on")

    @property
    def iterations(self) -> int:
        """Iterations that it takes to get there; ask before many."""
        return sum(action.n for action in (*self.actions, *self.other) if isinstance(action, Iterate))


_SCENES: dict[str, type] = {"Scene": Scene}


def encode(scene: Scene) -> str:
    """Return the link text of a scene. The device is left out: the other machine has its own.

    Raises:
        SpecError: It does not fit in a link, or is no scene.
    """
    if not isinstance(scene, Scene):
        raise SpecError(f"no scene for a link: {shown(scene)} (give a graphtrace.lab.Scene)")
    for problem in problems_of(scene, ""):
        raise SpecError(f"no scene for a link: {problem}")
    plain = to_plain(replace(scene, spec=replace(scene.spec, device="auto")))
    raw = json.dumps(plain, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
    link = VERSION + base64.urlsafe_b64encode(zlib.compress(raw, 9)).rstrip(b"=").decode()
    if len(raw) > MOST_BYTES or len(link) > MOST_CHARACTERS:
        fix = "use a smaller table or fewer actions, or save a file"
        raise SpecError(f"too much for a link: {len(link):,} of {MOST_CHARACTERS:,} characters ({fix})")
    return link


def decode(link: str) -> Scene:
    """Return the scene that a link describes, of a spec that runs. Nothing is run.

    Raises:
        SpecError: It is no link, damaged, hostile, of another version, or its spec does not run here.
    """
    return scene_from(parsed(_inflated(link)))


def scene_from(plain: dict[str, Any]) -> Scene:
    """Return the scene that plain data describe, of a spec that runs. Nothing is run.

    Raises:
        SpecError: They do not.
    """
    scene = from_plain(plain, _SCENES)
    for problem in problems_of(scene, ""):
        raise SpecError(f"the link does not fit: {problem}")
    if scene.position > len(scene.actions):
        raise SpecError(f"the link does not fit: position {scene.position} of {len(scene.actions)} (copy it again)")
    if scene.fork > len(scene.actions):
        raise SpecError(f"the link does not fit: fork {scene.fork} of {len(scene.actions)} (copy it again)")
    checks.require(scene.spec)
    found: Scene = scene
    return found


def _inflated(link: str) -> bytes:
    if not isinstance(link, str) or not 1 < len(link) <= MOST_CHARACTERS or not link.isascii():
        raise SpecError(f"no link of the Lab: {shown(link)} (copy it whole; at most {MOST_CHARACTERS:,} characters)")
    if link[0] != VERSION:
        raise SpecError(f"the link is of version {shown(link[0])}: this is version {VERSION!r} (update graphtrace)")
    inflate = zlib.decompressobj()
    try:
        packed = base64.b64decode(link[1:] + "=" * (-len(link[1:]) % 4), altchars=b"-_", validate=True)
        raw = inflate.decompress(packed, MOST_BYTES)
    except (binascii.Error, ValueError, zlib.error):
        raise SpecError(f"the link is damaged: {shown(link)} (copy it whole)") from None
    if not inflate.eof or inflate.unused_data:
        raise SpecError(f"the link is cut off or too large: {shown(link)} (at most {MOST_BYTES:,} bytes inside)")
    return raw


def parsed(raw: bytes) -> dict[str, Any]:
    """Read JSON strictly: one object, no key twice, finite numbers.

    Raises:
        SpecError: It is none.
    """
    try:
        data = json.loads(raw.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    except SpecError:
        raise
    except (ValueError, RecursionError):
        raise SpecError(f"the link holds no JSON: {shown(raw)} (copy it whole)") from None
    if not isinstance(data, dict):
        raise SpecError(f"the link describes nothing: {shown(data)} (copy it whole)")
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise SpecError(f"the link says a thing twice: {shown([key for key, _ in pairs])} (copy it again)")
    return found


def _no_constant(text: str) -> None:
    raise SpecError(f"the link holds no number: {shown(text)} (finite numbers only)")
