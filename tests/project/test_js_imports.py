"""The viewer's modules import downwards only: layers and circles, read from the import statements.

Types count as imports where layers are concerned (``import("./x.js").Name`` in a comment), as they do in Python.
"""

import posixpath
import re
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2] / "graphtrace" / "viewer" / "src"
LAYERS = (  # from the bottom: a module imports from its own layer and from those before it
    ("wire.js",),  # types alone
    ("dom.js", "base64.js", "tensors.js", "generated"),
    ("histories.js", "player.js"),
    ("draw",),
    ("engine", "builder", "words.js"),
    ("picture",),
    ("inspector",),
    ("live",),
    ("playing",),
    ("files",),
    ("viewer.js",),
    ("hosts",),
    ("lesson", "pulse", "sight", "editor"),
    ("main.js",),
)
STATEMENT = re.compile(
    r"""^\s*(?:import\s*(?:[^"';=(]*?\bfrom\s*)?|export\b[^"';=(]*?\bfrom\s*)["']([^"']+)["']""", re.MULTILINE
)
CALL = re.compile(r"""(?<!\w)import\(\s*["']([^"']+)["']""")
COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*$", re.DOTALL | re.MULTILINE)


def imported(text, *, types):
    """Return what a module's text imports: statements, calls, and where `types` is set those in comments."""
    code = COMMENT.sub("", text)
    return [*STATEMENT.findall(code), *CALL.findall(text if types else code)]


def modules():
    return {path.relative_to(SOURCES).as_posix(): path for path in sorted(SOURCES.rglob("*.js"))}


def graph(*, types):
    """Return per module the modules that it imports."""
    return {
        name: {
            posixpath.normpath(posixpath.join(posixpath.dirname(name), one))
            for one in imported(text, types=types)
            if one[0] == "."
        }
        for name, text in ((name, path.read_text(encoding="utf-8")) for name, path in modules().items())
    }


def layer(name):
    """Return the number of a module's layer, from the bottom."""
    return next(i for i, parts in enumerate(LAYERS) if name in parts or name.split("/")[0] in parts)


def circle(edges):
    """Return modules that import each other in a circle; none where there is no circle."""
    done = set()
    for start in edges:
        way, stack = [], [(start, False)]
        while stack:
            name, left = stack.pop()
            if left:
                done.add(way.pop())
            elif name in way:
                return [*way[way.index(name) :], name]
            elif name not in done:
                way.append(name)
                stack += [(name, True), *((other, False) for other in sorted(edges[name]))]
    return None


def test_every_import_is_of_a_module_that_exists():
    edges = graph(types=True)
    for name, others in edges.items():
        assert others <= set(edges), name


def test_modules_import_downwards_only():
    for name, others in graph(types=True).items():
        for other in others:
            assert layer(other) <= layer(name), f"{name} imports {other}"


def test_no_modules_import_each_other_in_a_circle():
    assert circle(graph(types=False)) is None


@pytest.mark.parametrize(
    ("text", "found", "with_types"),
    [
        ('import { a } from "./a.js";', ["./a.js"], ["./a.js"]),
        ('import {\n  a,\n  b,\n} from "./a.js";', ["./a.js"], ["./a.js"]),
        ('import "./a.js"; // first', ["./a.js"], ["./a.js"]),
        ('export { a } from "./a.js";', ["./a.js"], ["./a.js"]),
        ('export * from "./a.js";', ["./a.js"], ["./a.js"]),
        ('const a = await import("./a.js");', ["./a.js"], ["./a.js"]),
        ('/** @typedef {import("./a.js").A} A */', [], ["./a.js"]),
        ('// import { a } from "./a.js";', [], []),
        ('export const a = "./a.js";', [], []),
    ],
)
def test_every_kind_of_import_is_seen(text, found, with_types):
    assert imported(text, types=False) == found
    assert imported(text, types=True) == with_types


def test_a_circle_is_found():
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == ["b", "c", "b"]
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) is None
