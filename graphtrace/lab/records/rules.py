"""Rules for the fields of the Lab's records: each rule checks a value, reads it from JSON, and tells a form its range.

A field's rule is in its metadata. `graphtrace.model.plain` reads recordings by their type hints alone; records of the
Lab have ranges, kinds that nest, and all their problems reported at once, so that they have readers of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard, TypeVar

from graphtrace.errors import SpecError, shown

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

MAX_NESTING = 3
"""How deep layers may stand inside layers."""
MAX_ITEMS = 4096
"""Items of any list; rows and layers have lower limits of their own."""
T = TypeVar("T")


class Rule(Protocol):
    """What one field may hold."""

    def read(self, plain: object, depth: int) -> object:
        """Return the value that JSON stands for; what does not fit is returned as it is, for `problems` to find."""
        ...

    def problems(self, value: object, where: str, depth: int) -> Iterator[str]:
        """Yield in words what is wrong with a value.

        Args:
            value: The value.
            where: Path of the field, for the text.
            depth: How many layers it stands in.
        """
        ...


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single plain value. `low`, `high` and `choices` are for forms."""

    description: str
    fits: Callable[[object], bool]
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()

    def read(self, plain: object, depth: int) -> object:
        """Return the value: JSON has it as it is."""
        return plain

    def problems(self, value: object, where: str, depth: int) -> Iterator[str]:
        """Check the value."""
        if not self.fits(value):
            yield f"{where} is not {self.description}: {shown(value)} (give {self.description})"


@dataclass(frozen=True, slots=True)
class ListOf:
    """A tuple of `least` to `most` items of one rule; a list in JSON."""

    item: Rule
    most: int
    least: int = 0

    def read(self, plain: object, depth: int) -> object:
        """Return a tuple."""
        if isinstance(plain, list | tuple) and len(plain) <= MAX_ITEMS:
            return tuple(self.item.read(item, depth) for item in plain)
        return plain

    def problems(self, value: object, where: str, depth: int) -> Iterator[str]:
        """Check how many items there are, and every item."""
        if not isinstance(value, tuple):
            yield f"{where} is not a tuple: {shown(value)} (give a tuple)"
        elif not self.least <= len(value) <= self.most:
            yield f"{where} has {len(value)} items: {shown(value)} (give {self.least} to {self.most})"
        else:
            for i, item in enumerate(value):
                yield from self.item.problems(item, f"{where}[{i}]", depth)


@dataclass(frozen=True, slots=True)
class PairOf:
    """A tuple of two: a name and what belongs to it; a list in JSON."""

    first: Rule
    second: Rule

    def read(self, plain: object, depth: int) -> object:
        """Return a tuple."""
        if isinstance(plain, list | tuple) and len(plain) == 2:
            return (self.first.read(plain[0], depth), self.second.read(plain[1], depth))
        return plain

    def problems(self, value: object, where: str, depth: int) -> Iterator[str]:
        """Check both."""
        if not (isinstance(value, tuple) and len(value) == 2):
            yield f"{where} is not a pair: {shown(value)} (give a tuple of two)"
        else:
            yield from self.first.problems(value[0], where, depth)
            yield from self.second.problems(value[1], where, depth)


@dataclass(frozen=True, slots=True)
class RecordOf:
    """A record of one of several kinds; in JSON ``kind`` names it.

    Attributes:
        kinds: Returns the kinds by name. It is a function because kinds of layers contain layers.
        nests: Whether the record stands one level deeper than the one that holds it.
        optional: Whether None is allowed.
    """

    kinds: Callable[[], Mapping[str, type]]
    nests: bool = False
    optional: bool = False

    def read(self, plain: object, depth: int) -> object:
        """Return a record."""
        return from_plain(plain, self.kinds(), depth + self.nests) if isinstance(plain, dict) else plain

    def problems(self, value: object, where: str, depth: int) -> Iterator[str]:
        """Check kind, depth and every field."""
        depth += self.nests
        if value is None and self.optional:
            return
        if type(value) not in self.kinds().values() or not _is_record(value):
            yield f"{where} is of an unknown kind: {shown(value)} (must be one of {sorted(self.kinds())})"
        elif depth > MAX_NESTING:
            yield f"{where} lies too deep: {depth} levels (at most {MAX_NESTING} layers inside each other)"
        else:
            yield from problems_of(value, where, depth)


def _is_record(value: object) -> TypeGuard[DataclassInstance]:
    return is_dataclass(value) and not isinstance(value, type)


def problems_of(record: DataclassInstance, where: str = "", depth: int = 0) -> Iterator[str]:
    """Check every field of a record against its rule.

    Args:
        record: The record.
        where: Its path, for the texts.
        depth: How many layers it stands in.
    """
    for item in fields(record):
        path = f"{where}.{item.name}" if where else item.name
        yield from _rule(item).problems(getattr(record, item.name), path, depth)


def _rule(item: Field[Any]) -> Rule:
    rule: Rule = item.metadata["rule"]
    return rule


def to_plain(value: object) -> object:
    """Return a record as dicts and lists for JSON; fields at their default are left out."""
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    if not _is_record(value):
        return value
    values = [(item, getattr(value, item.name)) for item in fields(value)]
    return {
        "kind": type(value).__name__,
        **{item.name: to_plain(content) for item, content in values if not _is_default(item, content)},
    }


def _is_default(item: Field[Any], value: object) -> bool:
    return type(value) is type(item.default) and bool(value == item.default)


def from_plain(plain: Mapping[str, object], kinds: Mapping[str, type[T]], depth: int = 0) -> T:
    """Return the record that parsed JSON describes. Its values still have to be checked by `problems_of`.

    Args:
        plain: An object of JSON.
        kinds: The kinds of records that it may describe, by name.
        depth: How many layers the record stands in.

    Raises:
        SpecError: Unknown kind or field, a field is missing, or records nest too deep.
    """
    name = plain.get("kind")
    kind = kinds.get(name) if isinstance(name, str) else None
    if kind is None:
        raise SpecError(f"unknown kind: {shown(name)} (must be one of {sorted(kinds)})")
    if depth > MAX_NESTING:
        limit = f"at most {MAX_NESTING} layers inside each other"
        raise SpecError(f"{kind.__name__} lies too deep: {depth} levels ({limit})")
    rules = {item.name: _rule(item) for item in fields(kind)}  # type: ignore[arg-type]  # every kind is a dataclass
    unknown = [key for key in plain if key != "kind" and key not in rules]
    if unknown:
        raise SpecError(f"{kind.__name__} has no such field: {shown(unknown[0])} (must be one of {list(rules)})")
    try:
        return kind(**{key: rules[key].read(value, depth) for key, value in plain.items() if key != "kind"})
    except TypeError:
        raise SpecError(f"{kind.__name__} lacks a field: it has {shown(sorted(plain))} (needs {list(rules)})") from None
