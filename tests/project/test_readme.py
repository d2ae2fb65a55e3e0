"""The programs of the README and of the documentation run, and print what the pages say."""

import contextlib
import io
import re
from pathlib import Path

import pytest

import graphtrace
from graphtrace.cli import arguments
from graphtrace.model import EVENT_KINDS

ROOT = Path(__file__).parents[2]
PAGES = {path.relative_to(ROOT).as_posix(): path for path in [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]}
TEXTS = {name: path.read_text(encoding="utf-8") for name, path in PAGES.items()}
PROGRAM = re.compile(r"```python\n(.*?)```(?:\s+```text\n(.*?)```)?", re.DOTALL)
PROGRAMS = {name: found for name, text in TEXTS.items() if (found := PROGRAM.findall(text))}


def test_the_pages_have_programs():
    assert len(PROGRAMS["README.md"]) == 4
    assert {"docs/tutorial.md", "docs/how-to/draw.md", "docs/how-to/record.md", "docs/how-to/lab.md"} <= set(PROGRAMS)
    assert sum(bool(stated) for found in PROGRAMS.values() for _, stated in found) > 12


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_printed_output_of_every_program_is_the_stated_one(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    variables: dict[str, object] = {}
    for program, stated in PROGRAMS[name]:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(program, variables)
        assert printed.getvalue() == stated


@pytest.mark.parametrize("name", TEXTS)
def test_every_file_that_a_page_names_is_there(name):
    text, folder = TEXTS[name], PAGES[name].parent
    linked = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text)
    assert [link for link in linked if not (folder / link).exists()] == []
    assert [
        path for path in re.findall(r"\b(?:examples|docs|bench)/\w+\.\w+", text) if not (ROOT / path).exists()
    ] == []
    assert name != "README.md" or linked


@pytest.mark.parametrize("name", TEXTS)
def test_every_function_that_a_page_names_is_public(name):
    names = set(re.findall(r"\bgt\.(\w+)", TEXTS[name]))
    assert [each for each in names if not hasattr(graphtrace, each)] == []


def test_the_reference_has_every_public_name():
    listed = {each for text in TEXTS.values() for each in re.findall(r"^::: graphtrace\.(\w+)$", text, re.M)}
    assert listed >= set(graphtrace.__all__)


def test_the_reference_has_every_kind_of_event_in_the_words_of_the_code():
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", TEXTS["docs/reference/events.md"], re.M)
    assert rows == list(EVENT_KINDS.items())


def test_every_page_is_in_the_navigation():
    listed = re.findall(r"([\w/-]+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.M)
    assert sorted(f"docs/{page}" for page in listed) == sorted(name for name in TEXTS if name != "README.md")


@pytest.mark.parametrize("name", TEXTS)
def test_every_command_that_a_page_shows_is_understood(name):
    shown = re.findall(r"^(?:python -m )?graphtrace (.+?)(?:\s+#.*)?$", TEXTS[name], re.M)
    for command in shown:
        assert arguments.parsed(command.split()).command in arguments._ABOUT
    assert shown or name != "docs/how-to/command_line.md"
