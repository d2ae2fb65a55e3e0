"""A graph as the last expression of a cell draws itself."""

import html
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
import torch

import graphtrace as gt
from graphtrace import examples, export
from graphtrace.errors import LayoutError
from graphtrace.notebook import mime_bundle, summary
from tests.support import recordings

ROOT = Path(__file__).parents[1]


def lenet():
    built = examples.build("lenet")
    return gt.trace(built.root, model=built.model)


def test_a_graph_shows_a_picture_and_one_line():
    graph = lenet()
    shown = graph._repr_mimebundle_(include=None, exclude=None)
    assert set(shown) == {"image/svg+xml", "text/plain"}
    assert ET.fromstring(shown["image/svg+xml"]).tag == "{http://www.w3.org/2000/svg}svg"
    assert "Conv2d" in shown["image/svg+xml"]
    edges, leaves = len(graph.edges), len(list(examples.build("lenet").model.parameters()))
    line = f"Graph of 26 nodes, {edges} edges, {leaves} named leaves (torch {torch.__version__})"
    assert shown["text/plain"] == line


def test_a_graph_that_cannot_be_drawn_says_why(monkeypatch):
    def fail(graph):
        raise LayoutError("nothing works: here (try elsewhere)")

    monkeypatch.setattr(export, "to_svg", fail)
    text = summary(lenet())
    assert lenet()._repr_mimebundle_() == {"text/plain": f"{text}\nnothing works: here (try elsewhere)"}


def test_a_bug_is_not_hidden(monkeypatch):
    def fail(graph):
        raise KeyError("bug")

    monkeypatch.setattr(export, "to_svg", fail)
    with pytest.raises(KeyError, match="bug"):
        lenet()._repr_mimebundle_()


def test_hostile_names_give_well_formed_pictures():
    graph = lenet()
    hostile = "<script>\x00]]>&\"'\ud800 中文"
    nodes = tuple(replace(node, module=node.module and hostile) for node in graph.nodes)
    picture = replace(graph, nodes=nodes)._repr_mimebundle_()["image/svg+xml"]
    assert not [one for one in ET.fromstring(picture.encode()).iter() if one.tag.endswith("script")]


def test_the_display_leaves_records_frozen_and_small():
    assert not hasattr(lenet(), "__dict__")


def test_ipython_chooses_the_picture():
    formatters = pytest.importorskip("IPython.core.formatters")
    data, _ = formatters.DisplayFormatter().format(lenet())
    assert data["image/svg+xml"].lstrip().startswith(("<svg", "<?xml"))
    assert data["text/plain"].startswith("Graph of 26 nodes")


CELL = "import torch, graphtrace as gt\nw = torch.ones(2, requires_grad=True)\ngt.trace((w * w).sum(), params={'w': w})"


def test_a_real_kernel_shows_the_picture(tmp_path, monkeypatch):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *filter(None, sys.path)]))
    kernels = tmp_path / "share" / "jupyter"
    subprocess.run(
        [sys.executable, "-m", "ipykernel", "install", "--prefix", str(tmp_path), "--name", "here"], check=True
    )
    monkeypatch.setenv("JUPYTER_PATH", str(kernels))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="here").execute()
    (output,) = notebook.cells[0].outputs
    assert output.output_type == "execute_result"
    assert ET.fromstring(output.data["image/svg+xml"]).tag.endswith("svg")
    assert output.data["text/plain"].startswith("Graph of 3 nodes, 3 edges, 1 named leaf ")


def recording():
    x = torch.tensor(3.0, requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        (x * x).backward()
    return rec.recording


def test_a_recording_shows_the_player_in_a_sandboxed_frame():
    shown = mime_bundle(recording())
    assert set(shown) == {"text/html", "text/plain"}
    assert shown["text/plain"].startswith("Recording of ")
    frame = shown["text/html"]
    assert re.match(r'<iframe sandbox="allow-scripts allow-downloads" ', frame)
    assert "allow-same-origin" not in frame
    page = html.unescape(re.search(r'srcdoc="([^"]*)"', frame)[1])
    assert page == export.to_html(recording()), "the same recording gives the same page"


def test_a_recording_that_ended_in_an_error_says_what_went_wrong_below_its_player():
    recording, error = recordings.twice()
    shown = recording._repr_mimebundle_()["text/html"]
    player, _, card = shown.partition("</iframe>")
    found = gt.diagnose(recording)
    assert player.startswith("<iframe")
    for text in (found.cause, *found.evidence, "− ", "loss.backward(retain_graph=True)"):
        assert html.escape(text) in card
    assert error.args == (error.args[0],)  # the exception is torch's own
    assert not getattr(error, "__notes__", [])


def test_a_diagnosis_displays_itself_as_a_card_and_as_text():
    found = gt.diagnose(recordings.twice()[0])
    shown = found._repr_mimebundle_()
    assert set(shown) == {"text/html", "text/plain"}
    assert shown["text/plain"] == str(found)
    hostile = replace(found, cause="<script>alert(1)</script>")
    assert "<script>" not in hostile._repr_mimebundle_()["text/html"]


def test_a_recording_without_an_error_is_the_player_alone():
    x = torch.tensor(3.0, requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        (x * x).backward()
    assert rec.recording._repr_mimebundle_()["text/html"].endswith("</iframe>")
