"""The recorder's files stand on each other in one order, which its docstring tells."""

import ast
import re
from pathlib import Path

import pytest

import graphtrace.recorder

HOME = Path(graphtrace.recorder.__file__).parent
ORDER = re.findall(r"^    (\w+) {2,}\w", graphtrace.recorder.__doc__, re.M)


def imported(source):
    """Names of the recorder's files that a source imports, also where only a type checker or a function does."""
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    parts = [name.split(".") for name in names]
    return {(part[2:] or ["__init__"])[0] for part in parts if part[:2] == ["graphtrace", "recorder"]}


def faults(name, source):
    """What a file imports that does not stand above it in the list."""
    return imported(source) - set(ORDER[: ORDER.index(name)])


def test_the_docstring_lists_every_file():
    assert sorted(ORDER) == sorted(path.stem for path in HOME.glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("name", ORDER)
def test_a_file_imports_only_those_listed_above_it(name):
    assert faults(name, (HOME / f"{name}.py").read_text()) == set()


@pytest.mark.parametrize(
    "source",
    [
        "from graphtrace.recorder import record",
        "if TYPE_CHECKING:\n    from graphtrace.recorder.passes import BackwardPasses",
        "def late():\n    import graphtrace.recorder.dispatch",
    ],
)
def test_a_file_that_imports_another_way_is_found(source):
    assert faults("log", source)
