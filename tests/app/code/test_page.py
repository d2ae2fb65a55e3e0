"""The page for code without a browser: what runs, what does not, what the address carries."""

import json
import zlib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from graphtrace.app import keys
from graphtrace.app.code import link, starters
from graphtrace.app.code import page as code_page
from graphtrace.app.code import running as code_running
from graphtrace.errors import FileError
from graphtrace.runner.program import run_here
from graphtrace.runner.records import RunLimits
from tests.support.lab_page import component, sent_data

ROOT = Path(__file__).parents[3]
OWN = "import torch\nw = torch.tensor(2.0, requires_grad=True)\nloss = w * 3\nloss.backward()\nprint(w.grad)\n"
OTHER = OWN.replace("w * 3", "w * 4")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Run programs here: processes have tests of their own."""
    monkeypatch.setattr(code_running, "run_code", lambda code, limits, wanted: run_here(code, RunLimits()))
    monkeypatch.setattr(code_page, "prepare", lambda: None)
    code_running._starter.clear()


@pytest.fixture
def let_in(monkeypatch):
    monkeypatch.setattr(code_page, "may_run", lambda: True)
    monkeypatch.setattr(code_running, "may_run", lambda: True)


def open_page(**query):
    at = AppTest.from_file(ROOT / "viz_app.py", default_timeout=60)
    at.query_params.update(query)
    return at.switch_page("pages/5_Your_code.py").run()


def run(at, code):
    asked = editor_of(at)
    at.session_state[keys.CODE_EDITOR] = {"run": {"code": code, "n": asked["answered"] + 1, "visit": asked["visit"]}}
    at.run()
    assert not at.exception, at.exception
    return at


def editor_of(at):
    assert not at.exception, at.exception
    return json.loads(component(at, "graphtrace_editor").json)


def players(at):
    return [one for one in at.get("bidi_component") if "graphtrace_viewer" in one.proto.component_name]


def shown(at):
    return sent_data(at, "graphtrace_viewer")


def words(at):
    return " ".join(one.value for one in (*at.markdown, *at.warning, *at.caption))


def test_a_server_that_was_not_started_for_it_says_how_and_runs_nothing():
    at = open_page()
    assert "graphtrace app --code" in at.code[0].value
    assert not editor_of(at)["may"]
    run(at, OWN)
    assert editor_of(at)["ran"] is None
    assert not players(at)
    assert "was not run" in words(at)


def test_a_program_of_ours_runs_everywhere_as_it_stands():
    at = run(open_page(), starters.first())
    assert editor_of(at)["ran"]["well"]
    assert players(at)
    run(at, starters.first() + "print(1)\n")
    assert "was not run" in words(at)


def test_a_press_is_answered_once_and_in_its_own_visit_alone(let_in):
    at = run(open_page(), OWN)
    at.run()
    assert editor_of(at)["answered"] == 1
    kept = dict(at.session_state[keys.CODE_EDITOR])
    other = open_page()
    other.session_state[keys.CODE_EDITOR] = kept
    other.run()
    assert editor_of(other)["ran"] is None


def test_a_link_opens_as_text_and_waits_for_run(let_in):
    at = open_page(code=link.encode(OWN))
    assert editor_of(at)["given"]["text"] == OWN
    assert editor_of(at)["ran"] is None
    assert not players(at)


def test_a_link_carries_its_result_which_is_shown_where_nothing_may_run():
    done = run_here(OWN, RunLimits())
    at = open_page(code=link.encode(OWN), result=link.encode_run(done))
    assert shown(at)["play"]["recording"]["code"][0]["text"] == "import torch"
    assert "nothing was run here" in words(at)
    assert [text for _, _, text in editor_of(at)["ran"]["printed"]] == ["tensor(3.)\n"]


def test_the_address_says_program_and_result(let_in):
    at = run(open_page(), OWN)
    assert link.decode(at.query_params["code"]) == OWN
    assert link.decode_run(at.query_params["result"], lambda: None).recording is not None


def test_a_second_run_says_what_changed_and_marks_it(let_in):
    at = run(open_page(), OWN)
    assert shown(at)["edited"]["changed"] == []
    run(at, OTHER)
    assert "1 other gradient" in words(at)
    assert shown(at)["edited"]["changed"], "the leaf's gradient is another"
    run(at, OTHER)
    assert "nothing has changed" in words(at)
    assert shown(at)["edited"]["changed"] == []
    run(at, OWN.replace("w * 3", "(w * 3).exp()"))
    assert "1 new node" in words(at)


def test_both_runs_stand_side_by_side_at_their_first_difference(let_in):
    at = run(run(open_page(), OWN), OTHER)
    at.session_state[keys.CODE_BOTH] = True
    at.run()
    sent = sent_data(at, "graphtrace_code_pair")
    a, b = (side["play"]["recording"] for side in sent["sides"])
    assert (a["code"][2]["text"], b["code"][2]["text"]) == ("loss = w * 3", "loss = w * 4")
    assert sent["sides"][1]["start"] == sent["seek"]["to"] > 0


def test_the_player_stays_where_it_is_while_the_graph_is_the_same(let_in):
    at = run(open_page(), OWN)
    at.session_state[keys.CODE_PLAYER] = {"cursor": 5}
    run(at, OTHER)
    assert shown(at)["start"] == 5
    run(at, OWN.replace("w * 3", "w * 3 + 1"))
    assert shown(at)["start"] == 0


def test_an_error_is_shown_at_once_with_its_card(let_in):
    at = run(open_page(), "import torch\nx = torch.ones(2, requires_grad=True)\n(x * 2).backward()\n")
    ran = editor_of(at)["ran"]
    assert (ran["well"], ran["line"]) == (False, 3)
    assert "RuntimeError" in ran["error"]
    sent = shown(at)
    assert sent["play"]["recording"]["diagnosis"]["mistake"] == "vector_without_v"
    assert sent["start"] == ran["end"]


def test_a_text_that_is_no_python_has_no_player(let_in):
    at = run(open_page(), "x = = 1")
    assert "SyntaxError" in editor_of(at)["ran"]["error"]
    assert not players(at)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_both_languages(let_in, lang):
    at = run(open_page(lang=lang), OWN)
    assert editor_of(at)["texts"]["run"] == {"en": "Run", "zh": "运行"}[lang]


@pytest.mark.parametrize("wrong", ["%", "AAAA", "a" * 20_000, "eJwD", "é"])
def test_a_damaged_address_is_told_and_the_page_goes_on(wrong):
    at = open_page(code=wrong)
    assert not at.exception
    assert "cannot be read" in words(at)
    with pytest.raises(FileError):
        link.decode(wrong)


def test_a_damaged_result_is_refused():
    with pytest.raises(FileError):
        link.decode_run("AAAA", lambda: None)
    bomb = link._letters(zlib.compress(b"[" * (8 << 20), 9))
    with pytest.raises(FileError):
        link.decode_run(bomb, lambda: None)
