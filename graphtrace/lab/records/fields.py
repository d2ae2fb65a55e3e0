"""What a field of a spec may hold, told once: the check, the way from JSON, and the range for a form."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, Protocol

from graphtrace.errors import SpecError, shown

MAX_NESTING = 3
"""How deep layers may stand inside layers."""
MAX_ITEMS = 4096
"""Items of any one list; rows and layers have limits of their own below it."""


class Rule(Protocol):
    """What one field may hold."""

    def read(self, value: Any, depth: int) -> Any:
        """Return the value that this JSON stands for; what does not fit comes back as it is."""
        ...

    def problems(self, value: Any, where: str, depth: int) -> Iterator[str]:
        """Tell in words what is wrong with a value."""
        ...


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single plain value. `low`, `high` and `choices` are for forms."""

    want: str
    fits: Callable[[Any], bool]
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()

    def read(self, value: Any, depth: int) -> Any:
        """A plain value stands for itself."""
        return value

    def problems(self, value: Any, where: str, depth: int) -> Iterator[str]:
        """Check it."""
        if not self.fits(value):
            yield f"{where} is not {self.want}: {shown(value)} (give {self.want})"


@dataclass(frozen=True, slots=True)
class ListOf:
    """A tuple of things of one rule, at most `most` of them."""

    item: Rule
    most: int
    least: int = 0

    def read(self, value: Any, depth: int) -> Any:
        """JSON has lists."""
        return tuple(self.item.read(item, depth) for item in value) if self._is_list(value) else value

    def _is_list(self, value: Any) -> bool:
        return isinstance(value, list | tuple) and len(value) <= MAX_ITEMS

    def problems(self, value: Any, where: str, depth: int) -> Iterator[str]:
        """Check every item, and how many there are."""
        if not isinstance(value, tuple):
            yield f"{where} is not a tuple: {shown(value)} (give a tuple)"
        elif not self.least <= len(value) <= self.most:
            yield f"{where} has {len(value)} items: {shown(value)} (give {self.least} to {self.most})"
        else:
            for i, item in enumerate(value):
                yield from self.item.problems(item, f"{where}[{i}]", depth)


@dataclass(frozen=True, slots=True)
class PairOf:
    """A tuple of two: a name and what belongs to it."""

    first: Rule
    second: Rule

    def read(self, value: Any, depth: int) -> Any:
        """JSON has lists."""
        if isinstance(value, list | tuple) and len(value) == 2:
            return (self.first.read(value[0], depth), self.second.read(value[1], depth))
        return value

    def problems(self, value: Any, where: str, depth: int) -> Iterator[str]:
        """Check both."""
        if not (isinstance(value, tuple) and len(value) == 2):
            yield f"{where} is not a pair: {shown(value)} (give a tuple of two)"
        else:
            yield from self.first.problems(value[0], where, depth)
            yield from self.second.problems(value[1], where, depth)


@dataclass(frozen=True, slots=True)
class RecordOf:
    """A record of one of several kinds, told apart by ``kind`` in JSON. `kinds` is asked late: kinds may nest."""

    kinds: Callable[[], dict[str, type]]
    nests: bool = False
    optional: bool = False

    def read(self, value: Any, depth: int) -> Any:
        """A dict with a known kind becomes a record."""
        return from_plain(value, self.kinds(), depth + self.nests) if isinstance(value, dict) else value

    def problems(self, value: Any, where: str, depth: int) -> Iterator[str]:
        """Check kind, depth and every field."""
        depth += self.nests
        if value is None and self.optional:
            return
        if type(value) not in self.kinds().values():
            yield f"{where} is of an unknown kind: {shown(value)} (must be one of {sorted(self.kinds())})"
        elif depth > MAX_NESTING:
            yield f"{where} lies too deep: {depth} levels (at most {MAX_NESTING} layers inside each other)"
        else:
            yield from problems_of(value, where, depth)


def problems_of(record: Any, where: str, depth: int = 0) -> Iterator[str]:
    """Check every field of a record against its rule."""
    for one in fields(record):
        prefix = f"{where}.{one.name}" if where else one.name
        yield from one.metadata["rule"].problems(getattr(record, one.name), prefix, depth)


def to_plain(value: Any) -> Any:
    """Return a record as JSON-ready dicts and lists; fields at their default are left out."""
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    if not hasattr(value, "__dataclass_fields__"):
        return value
    kept = {one.name: getattr(value, one.name) for one in fields(value)}
    changed = {f.name: to_plain(kept[f.name]) for f in fields(value) if not _same(kept[f.name], _default(f))}
    return {"kind": type(value).__name__, **changed}


def _default(one: Field[Any]) -> Any:
    return one.default_factory() if one.default_factory is not MISSING else one.default


def _same(value: Any, default: Any) -> bool:
    return type(value) is type(default) and bool(value == default)


def from_plain(data: dict[str, Any], kinds: dict[str, type], depth: int = 0) -> Any:
    """Return the record that a dict describes. Its values still have to be checked.

    Raises:
        SpecError: Unknown kind or field, a field is missing, or records nest too deep.
    """
    kind = kinds.get(name) if isinstance(name := data.get("kind"), str) else None
    if kind is None:
        raise SpecError(f"unknown kind: {shown(data.get('kind'))} (must be one of {sorted(kinds)})")
    if depth > MAX_NESTING:
        raise SpecError(
            f"{kind.__name__} lies too deep: {depth} levels (at most {MAX_NESTING} layers inside each other)"
        )
    rules = {one.name: one.metadata["rule"] for one in fields(kind)}
    unknown = [key for key in data if key != "kind" and key not in rules]
    if unknown:
        raise SpecError(f"{kind.__name__} has no such field: {shown(unknown[0])} (must be one of {list(rules)})")
    try:
        return kind(**{key: rules[key].read(value, depth) for key, value in data.items() if key != "kind"})
    except TypeError:
        raise SpecError(f"{kind.__name__} lacks a field: it has {shown(sorted(data))} (needs {list(rules)})") from None


def _made(rule: Rule, default: Any) -> Any:
    """Make a dataclass field; `default` may be MISSING."""
    return field(default=default, metadata=rule_metadata(rule))


def _is_whole(value: Any) -> bool:
    return type(value) is int


def integer_rule(low: int, high: int) -> Scalar:
    """A whole number in a range."""
    fits = lambda value: _is_whole(value) and low <= value <= high  # noqa: E731
    return Scalar(f"a whole number from {low:,} to {high:,}", fits, low, high)


def real_rule(low: float, high: float) -> Scalar:
    """A finite number in a range."""
    fits = lambda value: type(value) in (int, float) and math.isfinite(value) and low <= value <= high  # noqa: E731
    return Scalar(f"a number from {low:g} to {high:g}", fits, low, high)


def text_rule(most: int) -> Scalar:
    """A short text."""
    return Scalar(
        f"a printable text of at most {most} characters",
        lambda value: isinstance(value, str) and len(value) <= most and value.isprintable(),
    )


def integer(low: int, high: int, default: Any = MISSING) -> Any:
    """Field: a whole number."""
    return _made(integer_rule(low, high), default)


def real(low: float, high: float, default: Any = MISSING) -> Any:
    """Field: a number."""
    return _made(real_rule(low, high), default)


def flag(default: bool) -> Any:
    """Field: yes or no."""
    return _made(Scalar("True or False", lambda value: isinstance(value, bool)), default)


def choice(*choices: str) -> Any:
    """Field: one of several words, the first by default."""
    return _made(choice_rule(*choices), choices[0])


def text(most: int, default: Any = "") -> Any:
    """Field: a short text."""
    return _made(text_rule(most), default)


def rule_metadata(rule: Rule) -> dict[str, Rule]:
    """Metadata of a field that is written out."""
    return {"rule": rule}


def choice_rule(*choices: str) -> Scalar:
    """Scalar of several words."""
    return Scalar(f"one of {list(choices)}", lambda value: isinstance(value, str) and value in choices, choices=choices)


def with_rule(rule: Rule, default: Any = MISSING) -> Any:
    """Field: anything that has a rule."""
    return _made(rule, default)
