"""The wire format has the same types in Python and in JavaScript."""

import re
import typing
from pathlib import Path

import pytest

from graphtrace import literals
from graphtrace.model import wire

SOURCE = Path(__file__).parents[2] / "graphtrace" / "viewer" / "src" / "wire.js"
TYPES = {name: kind for name, kind in vars(wire).items() if name.startswith("Wire")}


def typedefs(source):
    """Per type its properties, in order, and which of them may be missing."""
    found = {}
    for block in re.findall(r"/\*\*.*?\*/", source, flags=re.DOTALL):
        if name := re.search(r"@typedef \{object\} (\w+)", block):
            rows = re.findall(r"@property \{.*\} (\[?)(\w+)\]?$", block, flags=re.MULTILINE)
            found[name[1]] = {field: bool(optional) for optional, field in rows}
    return found


def fields(kind):
    hints = typing.get_type_hints(kind, include_extras=True)
    return {field: typing.get_origin(hint) is typing.NotRequired for field, hint in hints.items()}


def faults(source):
    known = typedefs(source)
    return [name for name in {*known, *TYPES} if name not in known or known[name] != fields(TYPES[name])]


def test_every_type_has_the_same_fields_in_both_languages():
    assert faults(SOURCE.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("field", "other"), [(" counted", " numbers"), (" [sample]", " sample"), (" * @property {string} dtype\n", "")]
)
def test_another_field_is_seen(field, other):
    source = SOURCE.read_text(encoding="utf-8")
    assert field in source
    assert len(faults(source.replace(field, other))) == 1


@pytest.mark.parametrize("name", ["Phase", "NodeState", "SavedNow"])
def test_words_are_the_same_in_both_languages(name):
    union = re.search(rf"@typedef \{{(.*)\}} {name} \*/", SOURCE.read_text(encoding="utf-8"))
    assert tuple(re.findall(r'"([\w ]+)"', union[1])) == typing.get_args(getattr(literals, name))
