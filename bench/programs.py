"""Programs of the kind of pytorch/examples, recorded by one command each: the page's size, and memory beside plain.

python bench/programs.py                # the table
python bench/programs.py mnist vit      # some of them
python bench/programs.py --write        # the table into programs_results.md
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
HEAD = "| program | plain | recorded | page | memory plain | memory recorded | more |\n|---|---|---|---|---|---|---|\n"


def peak(words: list[str]) -> tuple[float, float, str]:
    """Run a command; return its seconds, its largest resident memory in MB, and its last line."""
    begun = time.perf_counter()
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(HERE.parent)}
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(words, stdout=out, stderr=out, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read().decode().strip().splitlines()
    if process.returncode:
        raise RuntimeError("\n".join(said[-20:]))
    return time.perf_counter() - begun, usage.ru_maxrss / 1024, said[-1] if said else ""


def row(path: Path, folder: Path) -> str:
    """Run one program plain and recorded."""
    page = folder / f"{path.stem}.html"
    plain, before, _ = peak([sys.executable, str(path)])
    recorded, after, said = peak([sys.executable, "-m", "graphtrace", "record", str(path), "-o", str(page)])
    size = page.stat().st_size / 1e6
    print(f"{path.stem}: {said.partition(': ')[2]}", file=sys.stderr)
    cells = (f"{plain:.1f} s", f"{recorded:.1f} s", f"{size:.2f} MB", f"{before:.0f} MB", f"{after:.0f} MB")
    return f"| {path.stem} | {' | '.join(cells)} | +{after - before:.0f} MB |\n"


def main() -> None:
    chosen = [word for word in sys.argv[1:] if not word.startswith("--")]
    paths = [path for path in sorted((HERE / "programs").glob("*.py")) if path.stem in (chosen or path.stem)]
    with tempfile.TemporaryDirectory() as folder:
        text = HEAD + "".join(row(path, Path(os.environ.get("PAGES", folder))) for path in paths)
    print(text)
    if "--write" in sys.argv:
        title = "# Programs recorded by `graphtrace record program.py`\n\nOne thread, on a machine with other work.\n\n"
        (HERE / "programs_results.md").write_text(title + text)


if __name__ == "__main__":
    main()
