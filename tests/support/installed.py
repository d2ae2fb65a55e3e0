"""The package as a user has it: its wheel, in an environment that holds what the wheel's metadata asks for, no more.

Downloads nothing: each package is a link to the one that runs the tests, which is why this takes seconds.
"""

import os
import subprocess
import sys
import sysconfig
import venv
from importlib.metadata import Distribution, PackageNotFoundError, PathDistribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
SITE_PACKAGES = Path(sysconfig.get_path("purelib"))


def built_wheel(folder: Path) -> Path:
    """Build the wheel from a copy of the tracked files, so that nothing is left in the tree."""
    source = folder / "source"
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if name.startswith(("graphtrace/", "pyproject.toml", "README.md", "LICENSE")) and (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            os.link(ROOT / name, source / name)
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "-q"]
    command = [sys.executable, "-m", "pip", "wheel", *options, "-w", str(folder), str(source)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = folder.glob("graphtrace-*.whl")
    return wheel


def installed(wheel: Path, folder: Path, extra: str = "") -> Path:
    """Make an environment of the wheel with an extra, and return the folder of its programs."""
    venv.create(folder, with_pip=False, symlinks=True)
    programs = folder / "bin"
    (library,) = folder.glob("lib/python*/site-packages")
    options = ["--no-deps", "--no-index", "--disable-pip-version-check", "-q"]
    command = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install", *options, str(wheel)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (metadata,) = library.glob("graphtrace-*.dist-info")
    for needed in closure(PathDistribution(metadata), extra):
        link(needed, library)
    return programs


def closure(top: Distribution, extra: str) -> list[Distribution]:
    """Return every distribution that one of ours needs, directly or not, with an extra or without."""
    found: dict[str, Distribution] = {}
    waiting, seen = [(top, extra)], set()
    while waiting:
        current, chosen = waiting.pop()
        name = canonicalize_name(current.metadata["Name"])
        if (name, chosen) in seen:
            continue
        seen.add((name, chosen))
        if name != "graphtrace":
            found[name] = current
        for line in current.requires or []:
            requirement = Requirement(line)
            if requirement.marker and not requirement.marker.evaluate({"extra": chosen}):
                continue
            own = canonicalize_name(requirement.name) == "graphtrace"
            try:
                needed = top if own else distribution(requirement.name)
            except PackageNotFoundError:
                raise AssertionError(f"{line} is needed by {name}, but is not installed here") from None
            waiting += [(needed, part) for part in (requirement.extras or {""})]
    return list(found.values())


def link(needed: Distribution, library: Path) -> None:
    """Link the top folders and files of an installed distribution into another environment."""
    for name in {Path(file).parts[0] for file in needed.files or []} - {"..", "__pycache__"}:
        if not (library / name).exists():
            (library / name).symlink_to(SITE_PACKAGES / name)


def modules_after(programs: Path, code: str, folder: Path) -> set[str]:
    """Run code in an environment and return the top-level modules that it has loaded."""
    code += "\nimport sys; print(*sorted({name.partition('.')[0] for name in sys.modules}), sep='\\n')"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [programs / "python", "-c", code], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines())
