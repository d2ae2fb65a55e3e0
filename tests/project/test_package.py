"""The package: what is in it twice is the same twice, and what it needs is declared once."""

import importlib
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import graphtrace as gt

ROOT = Path(__file__).parents[2]
SITE = ROOT / "graphtrace" / "app" / "site"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]


def names(lines):
    return {Requirement(line).name for line in lines}


@pytest.mark.parametrize(
    "path", ["viz_app.py", ".streamlit/config.toml", *(f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py"))]
)
def test_the_app_in_the_package_is_that_of_the_folder(path):
    assert (SITE / path).read_bytes() == (ROOT / path).read_bytes()


def test_the_app_in_the_package_has_no_page_of_its_own():
    assert {path.name for path in (SITE / "pages").glob("*.py")} == {
        path.name for path in (ROOT / "pages").glob("*.py")
    }


def test_requirements_of_the_app_are_those_of_its_extra():
    lines = [line.partition("#")[0].strip() for line in (ROOT / "requirements.txt").read_text().splitlines()]
    needed = {Requirement(line).name: Requirement(line).specifier for line in lines if line}
    declared = {
        Requirement(line).name: Requirement(line).specifier
        for line in [*PROJECT["dependencies"], *EXTRAS["files"], *EXTRAS["pdf"], *EXTRAS["class"], *EXTRAS["app"]]
        if not line.startswith("graphtrace")
    }
    assert needed.keys() == declared.keys()
    assert {name: needed[name] for name in needed if name != "torch"} == {
        name: declared[name] for name in declared if name != "torch"
    }


def test_the_library_bounds_torch_below_only():
    (torch,) = [Requirement(line) for line in PROJECT["dependencies"] if line.startswith("torch")]
    assert [part.operator for part in torch.specifier] == [">="]


def test_everything_is_in_the_extra_all():
    assert EXTRAS["all"] == ["graphtrace[app,video]"]
    assert EXTRAS["app"][0] == "graphtrace[files,pdf,class]"
    assert set(EXTRAS) == {"files", "pdf", "class", "app", "video", "all"}


@pytest.fixture
def recording():
    import torch

    x = torch.tensor(3.0, requires_grad=True)
    with gt.record(params={"x": x}) as recorder:
        (x * x).backward()
    return recorder.recording


CALLS = {
    "to_png": ("resvg_py", "files", lambda recording: gt.to_png(recording.graphs[0])),
    "to_pdf": ("typst", "pdf", lambda recording: gt.to_pdf(recording.graphs[0])),
    "to_figure": ("plotly", "app", lambda recording: gt.to_figure(recording.graphs[0])),
    "frame": ("py_mini_racer", "files", lambda recording: gt.frame(recording, 3)),
    "frame_png": ("resvg_py", "files", lambda recording: gt.frame(recording, 3, "png")),
    "all_gif": ("PIL", "files", lambda recording: gt.all_frames(recording, "gif")),
    "all_mp4": ("av", "video", lambda recording: gt.all_frames(recording, "mp4")),
    "worksheet": ("typst", "pdf", lambda recording: gt.worksheet(recording, 3).pdf()),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_missing_extra_is_one_sentence_with_the_command(call, recording, monkeypatch):
    package, name, make = CALLS[call]
    for module in [module for module in sys.modules if module.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, package, None)
    importlib.invalidate_caches()
    with pytest.raises(gt.TraceError) as caught:
        make(recording)
    assert str(caught.value).endswith(
        f'needs a package that is not installed: {package} (pip install "graphtrace[{name}]")'
    )
    assert "\n" not in str(caught.value)
    assert any(package.replace("_", "-").lower() in line.lower() for line in EXTRAS[name]) or package in {
        "PIL",
        "py_mini_racer",
    }
