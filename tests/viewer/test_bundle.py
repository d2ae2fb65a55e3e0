"""What pip users receive is built from what is in src and css: nothing stale, nothing forgotten."""

import os
import runpy
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VIEWER = ROOT / "graphtrace" / "viewer"
BUNDLES = (
    "builder.css",
    "builder.js",
    "editor.css",
    "editor.js",
    "engine.js",
    "lesson.css",
    "lesson.js",
    "pulse.js",
    "sight.css",
    "sight.js",
    "viewer.css",
    "viewer.js",
)


def need(tool: bool, what: str) -> None:
    """Skip where a developer's tool is missing; in CI it must be there."""
    if not tool:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{what} is missing (run npm ci)")


def test_the_committed_bundles_are_those_of_the_sources(tmp_path):
    node = shutil.which("node")
    need(node is not None, "node")
    need((ROOT / "node_modules" / "esbuild").is_dir(), "esbuild")
    subprocess.run([node, "tools/bundle.mjs", str(tmp_path)], cwd=ROOT, check=True, capture_output=True, timeout=60)
    assert sorted(path.name for path in tmp_path.iterdir()) == list(BUNDLES)
    for name in BUNDLES:
        built, committed = ((folder / name).read_bytes() for folder in (tmp_path, VIEWER / "dist"))
        assert built == committed, f"{name} is stale (run npm run build)"


def test_the_kit_of_a_frame_is_what_python_measures():
    written = runpy.run_path(str(ROOT / "tools" / "viewer_kit.py"))["module"]()
    committed = (VIEWER / "src" / "generated" / "kit.js").read_text(encoding="utf-8")
    assert committed == written, "kit.js is stale (run python tools/viewer_kit.py, then npm run build)"


def test_developers_packages_are_pinned_and_name_no_registry():
    lock = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert "registry" not in lock
    package = (ROOT / "package.json").read_text(encoding="utf-8")
    assert not {"^", "~", "*"} & set(package.split('"devDependencies"')[1].split("}")[0])
