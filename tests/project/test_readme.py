"""The README's programs print what the README says."""

import contextlib
import io
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```\s+```text\n(.*?)```", README, re.DOTALL)


def test_the_printed_output_of_every_program_is_the_stated_one():
    assert len(BLOCKS) == 2
    variables: dict[str, object] = {}
    for program, stated in BLOCKS:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(program, variables)
        assert printed.getvalue() == stated


def test_every_file_that_it_names_is_there():
    named = re.findall(r"\]\(([^)#:]+)\)", README) + re.findall(r"(?:examples|docs)/\w+\.\w+", README)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_function_that_it_names_is_public():
    import graphtrace

    names = set(re.findall(r"\bgt\.(\w+)", README))
    assert names
    assert [name for name in names if not hasattr(graphtrace, name)] == []
