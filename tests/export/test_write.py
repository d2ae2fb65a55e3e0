import io
import subprocess
import sys
import xml.etree.ElementTree as ET

import pypdf
import pytest
import torch
from PIL import Image

import graphtrace.export as render
from graphtrace.errors import RenderError
from graphtrace.model import loads
from graphtrace.tracer import trace


@pytest.fixture(scope="module")
def graph():
    net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
    return trace(net(torch.ones(4, 2)).sum(), model=net)


@pytest.mark.parametrize("name", ["g.svg", "g.png", "g.pdf", "g.dot", "g.json", "g.json.gz", "UPPER.SVG"])
def test_the_suffix_picks_the_format(graph, tmp_path, name):
    content = render.write(graph, tmp_path / name).read_bytes()
    check = {
        "svg": lambda: ET.fromstring(content).tag.endswith("svg"),
        "png": lambda: Image.open(io.BytesIO(content)).format == "PNG",
        "pdf": lambda: len(pypdf.PdfReader(io.BytesIO(content)).pages) == 1,
        "dot": lambda: content.startswith(b"digraph"),
        "json": lambda: loads(content) == graph,
        "gz": lambda: content[:2] == b"\x1f\x8b" and loads(content) == graph,
    }
    assert check[name.lower().rsplit(".", 1)[1]]()


@pytest.mark.parametrize("name", ["g.gif", "g", "svg", ".json.bz2"])
def test_an_unknown_suffix_lists_the_known_ones(graph, tmp_path, name):
    with pytest.raises(RenderError, match=r"unknown format: .*\.svg, \.png, \.pdf, \.dot, \.html, \.json, \.json\.gz"):
        render.write(graph, tmp_path / name)


def test_a_folder_that_is_not_there_is_named(graph, tmp_path):
    with pytest.raises(RenderError, match="cannot be written"):
        render.write(graph, tmp_path / "missing" / "g.svg")


def test_options_reach_the_picture(graph, tmp_path):
    path = render.write(graph, tmp_path / "g.svg", theme="dark", caption="By night", fold="autograd")
    assert "By night" in path.read_text("utf-8")
    assert "#0e1117" in path.read_text("utf-8")


def test_every_node_is_a_box_in_the_autograd_view(graph):
    picture = render.to_svg(graph, fold="autograd")
    assert all(picture.count(node.type) >= 1 for node in graph.nodes)
    source = render.to_dot(graph).source
    for kind in {node.type for node in graph.nodes}:
        expected = sum(node.type == kind for node in graph.nodes)
        assert source.count(f"\\l{kind}\\l") == expected


def test_png_scale_and_figure_come_from_the_same_picture(graph):
    small = Image.open(io.BytesIO(render.to_png(graph, scale=1)))
    large = Image.open(io.BytesIO(render.to_png(graph, scale=3)))
    figure = render.to_figure(graph)
    assert large.size == (3 * small.width, 3 * small.height)
    assert (figure.layout.width, figure.layout.height) == small.size


def test_importing_the_room_loads_nothing_heavy():
    heavy = "{'plotly', 'graphviz', 'typst', 'fontTools', 'wasmtime', 'torch', 'streamlit'}"
    code = f"import sys, graphtrace.export.svg, graphtrace.export.image; print({heavy} & set(sys.modules))"
    bare = "import sys, types, importlib.util as u, pathlib;"
    bare += "p = types.ModuleType('graphtrace'); p.__path__ = ['graphtrace']; sys.modules['graphtrace'] = p;"
    done = subprocess.run([sys.executable, "-c", bare + code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
