"""Links: a scene of the Lab as a short text. Reading a link runs nothing; a wrong one is a `SpecError`."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from graphtrace.errors import SpecError, shown
from graphtrace.lab.design import checks
from graphtrace.lab.records.actions import ACTIONS, Action, Iterate, Redesign
from graphtrace.lab.records.fields import choice, integer, rule_metadata, text_rule, with_rule
from graphtrace.lab.records.rules import ListOf, PairOf, RecordOf, Scalar, from_plain, problems_of, to_plain
from graphtrace.lab.records.spec import SPECS, Spec
from graphtrace.lab.writing.folding import FOLDED, folded, unfolded

VERSION = "2"
VERSIONS = ("1", VERSION)  # that are read: in version 1 no repetitions are folded
MAX_CHARACTERS = 4_096
MAX_BYTES = 131_072
MAX_ACTIONS = 1_000_000
REDESIGN = 20  # iterations that take as long as a change of the design

_PLAIN = Scalar(
    "a short text, a whole number, True or False",
    lambda value: (isinstance(value, int) and abs(value) < 2**53) or (isinstance(value, str) and len(value) <= 64),
)
_HISTORY = ListOf(RecordOf(lambda: ACTIONS), most=MAX_ACTIONS)


@dataclass(frozen=True, slots=True)
class Scene:
    """What a link opens: a machine of a spec after some actions.

    Attributes:
        actions: What the machine did, also what is undone now.
        position: How many of them are not undone.
        cursor: Cursor of the player.
        view: Settings of the page by name: language, theme, hidden controls.
        branch: Which of two compared branches this is; empty if nothing is compared.
        fork: How many actions both branches have in common.
        other: What the other branch did after them.
        apart: Name of the text on how B differs; empty if it differs by its optimizer.
    """

    spec: Spec = field(default=Spec(), metadata=rule_metadata(RecordOf(lambda: SPECS)))
    actions: tuple[Action, ...] = with_rule(_HISTORY, ())
    position: int = integer(0, MAX_ACTIONS, 0)
    cursor: int = integer(0, 10_000_000, 0)
    view: tuple[tuple[str, str | int | bool], ...] = with_rule(ListOf(PairOf(text_rule(32), _PLAIN), most=32), ())
    branch: str = choice("", "A", "B")
    fork: int = integer(0, MAX_ACTIONS, 0)
    other: tuple[Action, ...] = with_rule(_HISTORY, ())
    apart: str = choice("", "branch_no_zero", "branch_goes_on")

    @property
    def iterations(self) -> int:
        """Iterations that it takes to rebuild it: a net that is built anew takes as long as `REDESIGN` of them."""
        return sum(
            action.n if isinstance(action, Iterate) else REDESIGN if isinstance(action, Redesign) else 0
            for action in (*self.actions, *self.other)
        )


_FOLDED_FIELDS = ("actions", "other")
_SCENES: dict[str, type[Scene]] = {"Scene": Scene}


def encode(scene: Scene) -> str:
    """Return a scene as the text of a link. The device is left out: another computer has its own.

    Raises:
        SpecError: It is too long for a link, or no scene.
    """
    if not isinstance(scene, Scene):
        raise SpecError(f"no scene for a link: {shown(scene)} (give a graphtrace.lab.Scene)")
    plain = scene_to_plain(_without_device(scene))
    raw = json.dumps(plain, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
    link = VERSION + base64.urlsafe_b64encode(zlib.compress(raw, 9)).rstrip(b"=").decode()
    if len(raw) > MAX_BYTES or len(link) > MAX_CHARACTERS:
        fix = "save a file instead, or start again; a smaller table takes less"
        raise SpecError(f"too much for a link: {len(link):,} of {MAX_CHARACTERS:,} characters ({fix})")
    return link


def _without_device(scene: Scene) -> Scene:
    def portable(action: Action) -> Action:
        return replace(action, spec=replace(action.spec, device="auto")) if isinstance(action, Redesign) else action

    actions, other = tuple(map(portable, scene.actions)), tuple(map(portable, scene.other))
    spec = scene.spec if scene.spec.device == "auto" else replace(scene.spec, device="auto")
    return replace(scene, spec=spec, actions=actions, other=other)


def since_start_again(scene: Scene) -> Scene | None:
    """Return the scene without what was done before the program last started again; None if it did not.

    It has the same state, but less can be undone.
    """
    starts = [i for i, action in enumerate(scene.actions[: scene.position]) if _starts(action)]
    if not starts or (scene.branch and starts[-1] >= scene.fork):
        return None
    spec, begin = _spec_of(scene.actions[starts[-1]]), starts[-1] + 1
    fork = max(0, scene.fork - begin)
    return replace(scene, spec=spec, actions=scene.actions[begin:], position=scene.position - begin, fork=fork)


def _starts(action: Action) -> bool:
    return isinstance(action, Redesign) and not action.keep


def _spec_of(action: Action) -> Spec:
    assert isinstance(action, Redesign)
    return action.spec


def scene_to_plain(scene: Scene) -> dict[str, object]:
    """Return a scene as dicts and lists for JSON, repetitions folded.

    Raises:
        SpecError: It is no scene, or has too much to write.
    """
    spec = _spec_to_plain(_Same(scene.spec))
    rest = replace(scene, spec=_NO_SPEC, actions=(), other=())
    for problem in problems_of(rest):
        raise SpecError(f"no scene to write: {problem}")
    folds = {name: folded(getattr(scene, name)) for name in _FOLDED_FIELDS}
    for problem in _problems(folds):
        raise SpecError(f"no scene to write: {problem}")
    plain: Any = to_plain(rest)
    return {**plain, **spec, **{name: to_plain(entries) for name, entries in folds.items() if entries}}


_NO_SPEC = Spec()


class _Same:
    """A spec that equals nothing but itself: 1 and 1.0 are equal, and are written differently."""

    __slots__ = ("spec",)

    def __init__(self, spec: Spec) -> None:
        self.spec = spec

    def __hash__(self) -> int:
        return id(self.spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.spec is other.spec


@lru_cache(maxsize=64)  # a press in the Lab changes nothing of it: never change what it returns
def _spec_to_plain(same: _Same) -> Mapping[str, object]:
    """Return a spec that has no problems as the field of a scene; nothing if it is the default."""
    scene = Scene(same.spec)
    for problem in problems_of(scene):
        raise SpecError(f"no scene to write: {problem}")
    plain: Any = to_plain(scene)
    return {name: value for name, value in plain.items() if name == "spec"}


def _problems(folds: Mapping[str, object]) -> Iterator[str]:
    for name, entries in folds.items():
        yield from FOLDED.problems(entries, name, 0)


def decode(link: str) -> Scene:
    """Return the scene of a link; its spec runs here. Nothing is run.

    Raises:
        SpecError: The text is no link, damaged, hostile, of another version, or its spec does not run here.
    """
    return scene_from(parse_json(_decompressed(link)))


def scene_from(plain: Mapping[str, object]) -> Scene:
    """Return the scene that parsed JSON describes; its spec runs here. Nothing is run.

    Raises:
        SpecError: It describes none.
    """
    folds: dict[str, Any] = {name: FOLDED.read(plain.get(name, ()), 0) for name in _FOLDED_FIELDS}
    scene = from_plain({key: value for key, value in plain.items() if key not in folds}, _SCENES)
    for problem in (*_problems(folds), *problems_of(scene)):
        raise SpecError(f"the link does not fit: {problem}")
    scene = replace(scene, actions=unfolded(folds["actions"]), other=unfolded(folds["other"]))
    if scene.position > len(scene.actions):
        raise SpecError(f"the link does not fit: position {scene.position} of {len(scene.actions)} (copy it again)")
    if scene.fork > len(scene.actions):
        raise SpecError(f"the link does not fit: fork {scene.fork} of {len(scene.actions)} (copy it again)")
    checks.require(scene.spec)
    return scene


def _decompressed(link: str) -> bytes:
    if not isinstance(link, str) or not 1 < len(link) <= MAX_CHARACTERS or not link.isascii():
        raise SpecError(f"no link of the Lab: {shown(link)} (copy it whole; at most {MAX_CHARACTERS:,} characters)")
    if link[0] not in VERSIONS:
        raise SpecError(f"the link is of version {shown(link[0])}: this is version {VERSION!r} (update graphtrace)")
    decompressor = zlib.decompressobj()
    try:
        packed = base64.b64decode(link[1:] + "=" * (-len(link[1:]) % 4), altchars=b"-_", validate=True)
        raw = decompressor.decompress(packed, MAX_BYTES)
    except (binascii.Error, ValueError, zlib.error):
        raise SpecError(f"the link is damaged: {shown(link)} (copy it whole)") from None
    if not decompressor.eof or decompressor.unused_data:
        raise SpecError(f"the link is cut off or too large: {shown(link)} (at most {MAX_BYTES:,} bytes inside)")
    return raw


def parse_json(raw: bytes) -> dict[str, object]:
    """Read JSON strictly: one object, no key twice, finite numbers.

    Raises:
        SpecError: It is no such JSON.
    """
    try:
        data = json.loads(raw.decode(), object_pairs_hook=_without_duplicates, parse_constant=_no_constant)
    except SpecError:
        raise
    except (ValueError, RecursionError):
        raise SpecError(f"the link holds no JSON: {shown(raw)} (copy it whole)") from None
    if not isinstance(data, dict):
        raise SpecError(f"the link describes nothing: {shown(data)} (copy it whole)")
    return data


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise SpecError(f"the link says a thing twice: {shown([key for key, _ in pairs])} (copy it again)")
    return values


def _no_constant(text: str) -> None:
    raise SpecError(f"the link holds no number: {shown(text)} (finite numbers only)")
