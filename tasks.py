"""Set up and run: `python3 tasks.py app` opens the app, `python3 tasks.py test` runs every test.

Needs Python 3.11 or newer and nothing else: makes a virtual environment in .venv, installs what the
task needs, then runs it. `lint`, `types` and `bench` work the same way.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
HOME = ROOT / ".venv"
BIN = HOME / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
QUIET = ["--quiet", "--disable-pip-version-check"]


def run(*command: object, **environment: str) -> int:
    """Run a command in the project's folder; returns its exit status."""
    words = [str(word) for word in command]
    print("+", " ".join(words[:6]), "…" if len(words) > 6 else "", flush=True)
    return subprocess.call(words, cwd=ROOT, env={**os.environ, **environment})


def install(requirements: str) -> None:
    """Make the virtual environment and install a requirements file, unless that is done already."""
    wanted = "".join((ROOT / name).read_text() for name in ("requirements.txt", requirements))
    mark = HOME / f"installed-{requirements.replace(chr(47), chr(45))}"
    if mark.exists() and mark.read_text() == wanted:
        return
    if not PYTHON.exists():
        venv.create(HOME, with_pip=True)
    if status := run(PYTHON, "-m", "pip", "install", *QUIET, "-r", requirements):
        sys.exit(status)
    mark.write_text(wanted)


def find_browser() -> None:
    """Install Debian's Chromium for the browser tests, where that is possible. They say so if there is none."""
    if any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        return
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        run("apt-get", "update", "-qq")
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", DEBIAN_FRONTEND="noninteractive")


def app(*arguments: str) -> int:
    """Open the app in a browser."""
    install("requirements.txt")
    return run(PYTHON, "-m", "streamlit", "run", "viz_app.py", *arguments)


def test(*arguments: str) -> int:
    """Run the tests, browser tests included; two at a time, files kept together."""
    install("requirements-dev.txt")
    find_browser()
    spread = [] if arguments else ["-n", "2", "--dist", "worksteal"]
    return run(PYTHON, "-m", "pytest", *spread, *arguments, OMP_NUM_THREADS="1")


def lint(*arguments: str) -> int:
    """Check style and format."""
    install("requirements-dev.txt")
    return run(PYTHON, "-m", "ruff", "check", *arguments) or run(PYTHON, "-m", "ruff", "format", "--check")


def types(*arguments: str) -> int:
    """Check types."""
    install("requirements-dev.txt")
    return run(PYTHON, "-m", "mypy", *arguments)


def bench(*arguments: str) -> int:
    """Measure against the bare walk and other tools; writes bench/results.md."""
    install("bench/requirements.txt")
    return run(PYTHON, "bench/run.py", *arguments)


TASKS = {"app": app, "test": test, "lint": lint, "types": types, "bench": bench}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in TASKS:
        sys.exit(f"usage: python3 tasks.py {{{'|'.join(TASKS)}}} [arguments]")
    sys.exit(TASKS[sys.argv[1]](*sys.argv[2:]))
