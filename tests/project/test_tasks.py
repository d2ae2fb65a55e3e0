"""What `tasks.py` decides: which Node is new enough, what has failed, and which tests are all tests."""

import importlib.util
import os
import re
import stat
import subprocess
import sys

import pytest

from tests.support.serving import ROOT


@pytest.fixture
def tasks():
    spec = importlib.util.spec_from_file_location("tasks", ROOT / "tasks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(os.name == "nt", reason="the programs are shell scripts")
@pytest.mark.parametrize(("version", "enough"), [("v18.20.4", 0), ("v20.0.0", 1), ("v24.1.0", 1), ("?", 0)])
def test_node_must_be_20_or_newer(tasks, tmp_path, monkeypatch, version, enough):
    for name in ("node", "npm"):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho {version}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert tasks.has_node() == enough
    (tmp_path / "npm").unlink()
    assert not tasks.has_node()


def test_every_command_runs_and_the_first_failure_counts(tasks, capfd):
    say = "import sys; print(sys.argv[1], flush=True); sys.exit(int(sys.argv[1]))"
    assert tasks.run_all(*((sys.executable, "-c", say, status) for status in (0, 3, 5, 0))) == 3
    printed = capfd.readouterr().out.splitlines()
    assert [line for line in printed if line.isdigit()] == ["0", "3", "5", "0"]
    assert [line.split(":")[0] for line in printed if "failed" in line] == [f"failed with status {n}" for n in (3, 5)]


@pytest.mark.parametrize(
    ("arguments", "whole"),
    [((), True), (("--require-browser",), True), (("tests/model",), False), (("-k", "fold"), False)],
)
def test_all_tests_are_shared_between_processes_and_include_those_of_javascript(tasks, monkeypatch, arguments, whole):
    ran = []
    monkeypatch.setattr(tasks, "install", lambda requirements: None)
    monkeypatch.setattr(tasks, "find_programs", lambda: None)
    monkeypatch.setattr(tasks, "npm", lambda *words: ("npm", *words))
    monkeypatch.setattr(tasks, "run", lambda *words, **environment: ran.append(words) or 0)
    assert tasks.test(*arguments) == 0
    assert [words[0] for words in ran] == ["npm", tasks.PYTHON][not whole :]
    assert ("-n" in ran[-1]) is whole
    assert ran[-1][-len(arguments) :] == arguments or not arguments


@pytest.mark.parametrize(("version", "asked"), [("2.6", "torch==2.6.*"), ("2.14.1", "torch==2.14.1")])
def test_another_torch_has_an_environment_of_its_own_that_is_made_once(tasks, monkeypatch, tmp_path, version, asked):
    ran = []
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(tasks, "run", lambda *words, **environment: ran.append(words) or 0)
    made = []
    monkeypatch.setattr(tasks.venv, "create", lambda home, **options: made.append(home) or home.mkdir(parents=True))
    if version == "2.14.1":  # an install that was interrupted goes on
        python = tmp_path / "graphtrace" / "lanes" / "torch-2.14.1" / tasks.PYTHON.relative_to(tasks.HOME)
        python.parent.mkdir(parents=True)
        python.touch()
    assert tasks.test(f"torch={version}") == tasks.test(f"torch={version}", "-k", "leaf") == 0
    assert len(made) == (version == "2.6")
    installed, every, some = ran
    assert asked in installed
    assert not any(re.match("torch[<>]|streamlit|playwright", word) for word in installed if isinstance(word, str))
    assert {words[0] for words in ran} == {installed[0]}
    assert tmp_path in installed[0].parents
    assert {f"tests/{name}" for name in tasks.LANE_TESTS} < set(every)
    assert some[-2:] == ("-k", "leaf")
    assert all((ROOT / "tests" / name).exists() for name in tasks.LANE_TESTS)


@pytest.mark.parametrize("arguments", [[], ["sing"]])
def test_an_unknown_task_lists_the_known_ones(tasks, arguments):
    ran = subprocess.run([sys.executable, ROOT / "tasks.py", *arguments], capture_output=True, text=True)
    assert ran.returncode == 1
    assert "|".join(tasks.TASKS) in ran.stderr


NAMED_IN = ("README.md", "CONTRIBUTING.md", ".ci/run", ".github/workflows/test.yml", ".pre-commit-config.yaml")


@pytest.mark.parametrize("name", NAMED_IN)
def test_every_task_that_a_file_names_is_one(tasks, name):
    named = set(re.findall(r"\btasks\.py (\w+)", (ROOT / name).read_text(encoding="utf-8")))
    assert named
    assert named <= set(tasks.TASKS)


def test_ci_fails_where_there_is_no_browser():
    for name in (".ci/run", ".github/workflows/test.yml"):
        assert "--require-browser" in (ROOT / name).read_text(encoding="utf-8")


def test_the_frameworks_have_an_environment_of_their_own_with_the_same_torch(tasks, monkeypatch, tmp_path):
    ran = []
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(tasks, "run", lambda *words, **environment: ran.append(words) or 0)
    monkeypatch.setattr(tasks.venv, "create", lambda home, **options: home.mkdir(parents=True))
    assert tasks.test("frameworks") == tasks.test("frameworks", "-k", "keras") == 0
    installed, every, some = ran
    assert {*tasks.FRAMEWORKS} < {*installed}
    assert any(re.match("torch>=", word) for word in installed if isinstance(word, str))
    assert (every[-1], some[-2:]) == ("tests/frameworks", ("-k", "keras"))
    assert tmp_path in installed[0].parents
