"""The wheel in environments of its own: the core alone draws and records, and the app's extra opens the app."""

import os
import subprocess
import sys
import zipfile

import pytest

from tests.support import installed
from tests.support.serving import free_port, wait_until_healthy

pytestmark = [
    pytest.mark.installed,
    pytest.mark.skipif(os.name == "nt", reason="links to packages need rights of their own on Windows"),
]
APP_ONLY = {"streamlit", "plotly", "pandas"}
FILES_ONLY = {"PIL", "typst", "resvg_py", "fontTools", "py_mini_racer", "av"}
SCRIPT = """
import torch
x = torch.tensor(3.0, requires_grad=True)
loss = x * x + 2 * x
"""
CORE = """
import torch, graphtrace as gt
x = torch.tensor(3.0, requires_grad=True)
graph = gt.trace(x * x + 2 * x, params={"x": x})
assert "MulBackward0" in gt.to_svg(graph, fold="autograd")
assert gt.to_dot(graph).source.startswith("digraph")
for name in ("graph.svg", "graph.dot", "graph.html", "graph.json.gz"):
    gt.write(graph, name)
with gt.record(params={"x": x}) as recorder:
    (x * x).backward()
recording = recorder.recording
assert recording.audit().ok
assert gt.to_html(recording).startswith("<!doctype html>")
assert gt.load(recording.save("run.json.gz")) == recording
from graphtrace.layout import place
assert place(gt.fold(graph, "autograd")).engine == "wasm"
"""
MISSING = """
for make, *rest in ((gt.to_png, graph), (gt.to_pdf, graph), (gt.to_figure, graph), (gt.frame, recording, 3)):
    try:
        make(*rest)
    except gt.TraceError as error:
        assert 'pip install "graphtrace[' in str(error), error
    else:
        raise AssertionError("it needs a package that is not here")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return installed.built_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def core(wheel, tmp_path_factory):
    return installed.installed(wheel, tmp_path_factory.mktemp("core"))


def run(*words, cwd):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True)


def test_the_wheel_has_the_app_the_fonts_the_engine_and_their_licences(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(["git", "ls-files", "graphtrace"], cwd=installed.ROOT, capture_output=True, text=True)
    sources = {name for name in tracked.stdout.splitlines() if not name.startswith("graphtrace/viewer/src/")}
    assert {name for name in sources if (installed.ROOT / name).is_file()} - names <= {
        name for name in sources if name.endswith("README.md")
    } | {name for name in sources if name.startswith("graphtrace/viewer/") and name.endswith((".js", ".css", ".ts"))}
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.rpartition("/")[2] for name in names if "licenses/graphtrace" in name} == {
        "LICENSE-Noto.txt",
        "LICENSE-Roboto.txt",
        "LICENSE-Graphviz.txt",
        "LICENSE-CodeMirror.txt",
    }


def test_the_core_alone_traces_records_and_draws_and_loads_nothing_of_the_app(core, tmp_path):
    loaded = installed.modules_after(core, CORE + MISSING, tmp_path)
    assert {"torch", "graphtrace", "wasmtime", "graphviz"} <= loaded
    assert loaded.isdisjoint(APP_ONLY | FILES_ONLY)
    assert {path.name for path in tmp_path.iterdir()} >= {"graph.svg", "graph.html", "run.json.gz"}


def test_the_program_graphtrace_works_as_a_command(core, tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    ran = run(core / "graphtrace", "trace", "script.py", "-o", "a.svg", cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (tmp_path / "a.svg").read_text().startswith("<svg")
    ran = run(core / "graphtrace", "app", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.endswith('streamlit (pip install "graphtrace[app]")\n')


def test_an_installed_copy_opens_the_app_and_its_lab(wheel, chromium, tmp_path):
    programs = installed.installed(wheel, tmp_path / "app", "app")
    log, port = tmp_path / "log.txt", free_port()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [programs / "graphtrace", "app", "--port", str(port)], cwd=tmp_path, stdout=out, stderr=out, env=environment
        )
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}", process, log)
            page = chromium.new_page()
            page.goto(f"http://127.0.0.1:{port}/?lang=en")
            page.wait_for_selector(".gt-root .card")
            assert page.title() == "Start · graphtrace"
            page.get_by_role("link", name="Lab").first.click()
            page.wait_for_url("**/Lab*")
            page.wait_for_selector(".gt-root .card")
            page.close()
        finally:
            process.terminate()
            process.wait(timeout=20)
    assert "Traceback" not in log.read_text(encoding="utf-8")
    where = run(programs / "python", "-c", "import graphtrace; print(graphtrace.__file__)", cwd=tmp_path).stdout
    assert str(tmp_path) in where, "it is the installed copy that ran"
    assert sys.prefix not in where
