"""The program dot: found on PATH, stopped in time, its failures told."""

import os

import pytest

from graphtrace.errors import LayoutError
from graphtrace.layout import place
from graphtrace.layout.placement import TooSlowError
from tests.support.layout_views import chain


@pytest.fixture
def program(tmp_path, monkeypatch):
    def make(script):
        (tmp_path / "dot").write_text("#!/bin/sh\n" + script)
        (tmp_path / "dot").chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    return make


def test_no_dot_on_path_is_a_clear_error(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LayoutError, match="no dot on PATH"):
        place(chain(2), engine="dot")


def test_a_dot_that_hangs_is_killed(program, tmp_path):
    program(f"echo $$ > {tmp_path}/pid; exec sleep 1000\n")
    with pytest.raises(TooSlowError, match=r"dot exceeded 0\.3 s"):
        place(chain(2), engine="dot", budget=0.3)
    with pytest.raises(ProcessLookupError, match=r"\[Errno 3\]"):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_what_a_failing_dot_says_is_told(program):
    program("echo 'syntax error in line 1' >&2; exit 1\n")
    with pytest.raises(LayoutError, match="dot failed: syntax error in line 1"):
        place(chain(2), engine="dot")


def test_a_dot_that_answers_nonsense_is_refused(program):
    program("cat > /dev/null; echo hello\n")
    with pytest.raises(LayoutError, match="incomplete: 0 of 2 boxes"):
        place(chain(2), engine="dot")


def test_graphviz_is_told_to_read_no_files(program, tmp_path):
    program(f'cat > /dev/null; echo "$SERVER_NAME" > {tmp_path}/said\n')
    with pytest.raises(LayoutError):
        place(chain(2), engine="dot")
    assert (tmp_path / "said").read_text().strip()
