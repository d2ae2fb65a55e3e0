"""The rules of ARCHITECTURE, read from the source itself: who imports whom, and how long things are."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.imports import UnreadableImportError, circle, graph_of, imports, module_name, targets

ROOT = Path(__file__).parents[2]
LAYERS = (  # bottom to top
    *("errors", "literals", "texts", "model", "tracer", "recorder", "drawing", "player", "compare", "views", "explain"),
    *(
        "diagnosis",
        "runs",
        "style",
        "layout",
        "viewer",
        "export",
        "lab",
        "lessons",
        "classroom",
        "scenes",
        "workers",
        "runner",
        "sights",
        "serve",
        "app",
    ),
)
LAB_HOME = ROOT / "graphtrace" / "lab"
LAB_LAYERS = ("records", "parts", "design", "writing", "running", "showing")  # inside lab, bottom to top
# Above every layer but app:
EDGE = ("graphtrace", "__main__", "cli", "notebook", "magic", "program_recording", "integrations")
TORCH = {
    *("tracer", "recorder", "drawing", "lab", "scenes", "runner", "runs", "sights", "cli", "examples"),
    *("program_recording", "integrations"),
}
HEAVY = {"plotly", "graphviz", "wasmtime", "typst", "resvg_py", "fontTools", "py_mini_racer", "av"}
SOURCES = sorted((ROOT / "graphtrace").rglob("*.py"))
SCRIPTS = [ROOT / "viz_app.py", *sorted((ROOT / "pages").glob("*.py"))]
MODULES = {module_name(path, ROOT) for path in SOURCES}


def allowed(layer):
    """Layers that a layer may import from."""
    if layer == "examples":
        return {"errors", "literals", "examples"}
    layers = set(LAYERS[: LAYERS.index(layer) + 1]) if layer in LAYERS else set(LAYERS) - {"app"}
    if layer in {"lab", "lessons", "classroom", "sights", "app"}:
        layers.add("examples")
    return layers | set(EDGE) if layer in {*EDGE, "app"} else layers


def layer_of(module):
    """`graphtrace.views.boxes` belongs to `views`, `graphtrace.cli.graphs` is `cli`, what is outside is a `page`."""
    parts = module.split(".")
    return (parts[1] if len(parts) > 1 else "graphtrace") if parts[0] == "graphtrace" else "page"


def faults(layer, source):
    """Every forbidden import of one file, in words."""
    module = f"graphtrace.{layer}.file"
    texts = []
    for found in imports(source, module, module.rpartition(".")[0]):
        top = found.name.partition(".")[0]
        if layer != "page":
            reached = {layer_of(target) for target in targets(found.name, MODULES)}
            texts += [f"{layer} imports {other}, which lies above it" for other in sorted(reached - allowed(layer))]
        if top == "torch" and layer not in TORCH:
            texts.append(f"{layer} imports torch")
        if top == "streamlit" and layer not in {"app", "page"}:
            texts.append(f"{layer} imports streamlit")
        if top in HEAVY and found.at_load:
            texts.append(f"{layer} imports {top} at once instead of when it is used")
    return texts


def lab_faults(layer, source):
    """Every import of one file in a layer of lab that does not come from that layer or one below, in words."""
    names = [found.name.split(".") for found in imports(source)]
    inner = [(name[2:] or ["__init__"])[0] for name in names if name[:2] == ["graphtrace", "lab"]]
    below = LAB_LAYERS[: LAB_LAYERS.index(layer) + 1]
    return [f"{layer} imports {other}, which is not below it" for other in inner if other not in below]


def import_graph():
    """Per module of the package those that it imports, by any kind of import."""
    packages = {path: module_name(path.parent / "__init__.py", ROOT) for path in SOURCES}
    return graph_of({(module_name(path, ROOT), packages[path]): path.read_text() for path in SOURCES})


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


def test_every_file_belongs_to_a_known_layer():
    layers = {layer_of(module) for module in MODULES}
    assert layers <= {*LAYERS, *EDGE, "examples"}
    assert layers >= {"errors", "model", "tracer", "views", "layout", "export", "viewer", "app", *EDGE, "examples"}


@pytest.mark.parametrize(
    ("place", "row"),
    [("ARCHITECTURE.md", r"^\| `(\w+)` \|"), ("graphtrace/__init__.py", r"^    (\w+)  +\w")],
    ids=["table", "code map"],
)
def test_what_is_written_of_the_layers_is_true(place, row):
    text = (ROOT / place).read_text().partition("from __future__")[0]
    built = {layer_of(module) for module in MODULES}
    assert re.findall(row, text, re.MULTILINE) == [layer for layer in LAYERS if layer in built]


@pytest.mark.parametrize("path", named([*SOURCES, *SCRIPTS]))
def test_imports_go_downwards_only(path):
    assert faults(layer_of(module_name(path, ROOT)), path.read_text()) == []


@pytest.mark.parametrize(
    ("layer", "source", "fault"),
    [
        ("model", "from graphtrace.views import fold", "views, which lies above it"),
        ("views", "import graphtrace.layout.records", "layout, which lies above it"),
        ("layout", "from graphtrace import export", "export, which lies above it"),
        ("tracer", "from graphtrace.examples import build", "examples, which lies above it"),
        ("examples", "from graphtrace.tracer import trace", "tracer, which lies above it"),
        ("export", "def f():\n    from graphtrace.app import page", "app, which lies above it"),
        ("notebook", "import graphtrace.app", "app, which lies above it"),
        ("layout", "import graphtrace", "graphtrace, which lies above it"),
        ("layout", "from graphtrace import to_svg", "graphtrace, which lies above it"),
        ("model", "if TYPE_CHECKING:\n    from graphtrace.recorder import record", "recorder, which lies above it"),
        ("model", "if typing.TYPE_CHECKING:\n    from graphtrace.recorder import record", "recorder, which lies"),
        ("model", "import importlib\nimportlib.import_module('graphtrace.views')", "views, which lies above it"),
        ("model", "importlib.import_module(name='graphtrace.views')", "views, which lies above it"),
        ("model", "from importlib import import_module\nimport_module('graphtrace.views')", "views, which lies above"),
        ("model", "from importlib import import_module as load\nload('graphtrace.views')", "views, which lies above"),
        ("model", "def f():\n    __import__('graphtrace.views.boxes')", "views, which lies above it"),
        ("model", "importlib.import_module(f'graphtrace.views{x}')", "views, which lies above it"),
        ("model", "import sys\nsys.modules['graphtrace.views']", "views, which lies above it"),
        ("model", "import sys\nsys.modules.get('graphtrace.views')", "views, which lies above it"),
        ("export", "from torch import nn", "imports torch"),
        ("model", "if TYPE_CHECKING:\n    import torch.nn", "imports torch"),
        ("viewer", "import streamlit as st", "imports streamlit"),
        ("viewer", "importlib.import_module('streamlit')", "imports streamlit"),
        ("export", "from plotly import graph_objects", "plotly at once"),
        ("export", "importlib.import_module('plotly.graph_objects')", "plotly at once"),
        ("page", "import graphviz", "graphviz at once"),
    ],
)
def test_the_rule_rejects_a_forbidden_import(layer, source, fault):
    assert [fault in text for text in faults(layer, source)] == [True]


@pytest.mark.parametrize(
    ("layer", "source"),
    [
        ("export", "from graphtrace.layout import place"),
        ("export", "def f():\n    import plotly"),
        ("export", "def f():\n    importlib.import_module('plotly')"),
        ("export", "if TYPE_CHECKING:\n    import graphviz"),
        ("export", "importlib.import_module(f'graphtrace.layout.{name}')"),
        ("app", "import streamlit\nfrom graphtrace import examples"),
        ("page", "import streamlit\nfrom graphtrace.app import page"),
        ("tracer", "import torch"),
    ],
)
def test_the_rule_lets_other_imports_pass(layer, source):
    assert faults(layer, source) == []


@pytest.mark.parametrize(
    "source", ["importlib.import_module(name)", "__import__('graphtrace.' + name)", "sys.modules[name]"]
)
def test_an_import_by_a_name_that_cannot_be_read_is_refused(source):
    with pytest.raises(UnreadableImportError, match=r"^line 1: an import by a name that cannot be read$"):
        faults("app", source)


def test_an_f_string_in_an_import_is_read_as_far_as_it_goes():
    source = "import_module(f'{__name__}.b')\nimport_module(f'{__package__}.{x}')\nimport_module('.c', __package__)"
    names = [found.name for found in imports(f"from importlib import import_module\n{source}", "a.m", "a")]
    assert names[1:] == ["a.m.b", "a.*", "a.c"]


def test_every_layer_of_lab_is_known_and_only_these_hold_files():
    assert {path.parent.name for path in LAB_HOME.rglob("*.py")} == {"lab", *LAB_LAYERS}
    assert {path.stem for path in LAB_HOME.glob("*.py")} == {"__init__"}


@pytest.mark.parametrize("path", named(sorted(LAB_HOME.glob("*/*.py"))))
def test_layers_of_lab_import_downwards_only(path):
    assert lab_faults(path.parent.name, path.read_text()) == []


@pytest.mark.parametrize(
    ("layer", "source", "faulty"),
    [
        ("records", "from graphtrace.lab.parts import data", True),
        ("parts", "import graphtrace.lab.design.checks", True),
        ("writing", "def f():\n    from graphtrace.lab.running.machine import Machine", True),
        ("writing", "def f():\n    importlib.import_module('graphtrace.lab.running.machine')", True),
        ("running", "from graphtrace.lab import showing", True),
        ("design", "from graphtrace.lab import Spec", True),
        ("design", "import graphtrace.lab", True),
        ("design", "from graphtrace.lab.parts.build import build\nfrom graphtrace.lab.design import walk", False),
        ("showing", "from graphtrace.model import Recording\nfrom graphtrace.lab.records.spec import Spec", False),
    ],
)
def test_the_rule_for_lab_tells_up_from_down(layer, source, faulty):
    assert bool(lab_faults(layer, source)) is faulty


def test_no_circle_of_imports():
    assert circle(import_graph()) == []


@pytest.mark.parametrize(
    "back",
    [
        "import a",
        "def f():\n    from a import x",
        "if TYPE_CHECKING:\n    from a import x",
        "import importlib\ndef f():\n    importlib.import_module('a')",
        "from importlib import import_module\nimport_module(f'{__package__}')",
    ],
)
def test_a_circle_is_found_whatever_kind_of_import_closes_it(back):
    sources = {("a", ""): "from a.b import y", ("a.b", "a"): "import a.c", ("a.c", "a"): back}
    assert set(circle(graph_of(sources))) == {"a", "a.b", "a.c"}
    assert circle(graph_of(sources | {("a.c", "a"): "import os\nfrom a.d import z", ("a.d", "a"): ""})) == []


@pytest.fixture(scope="module")
def loaded():
    """Top-level modules that are present after `import graphtrace` in a fresh interpreter."""
    code = "import sys, json, graphtrace; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(ran.stdout))


@pytest.mark.parametrize("package", sorted({"torch", "numpy", "streamlit", "IPython", "PIL", "pandas", *HEAVY}))
def test_importing_graphtrace_leaves_heavy_packages_alone(loaded, package):
    assert "graphtrace" in loaded
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


def test_limits_count_with_a_clock_that_nobody_sets():
    walls = [path.name for path in SOURCES if re.search(r"\btime\.time\(|\bdatetime\b", path.read_text())]
    said = ["accidents.py", "finding.py", "server_page.py", "status.py"]  # these say when something was
    assert sorted(walls) == said
