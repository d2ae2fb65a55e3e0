"""The Errors page: its gallery, its addresses, and what the player is told."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from graphtrace import scenes
from graphtrace.app.texts import say
from tests.support.lab_page import report, sent_data

ROOT = Path(__file__).parents[2]
SLUGS = [scene.mistake for scene in scenes.all_scenes()]


def page(**query: str) -> AppTest:
    at = AppTest.from_file(ROOT / "viz_app.py", default_timeout=60)
    at.query_params.update({"program": "square", "lang": query.get("lang", "en")})
    at.run()
    at.query_params.clear()
    at.query_params.update(query)
    at.switch_page("pages/0_Errors.py").run()
    assert not at.exception, at.exception
    return at


def told(at: AppTest) -> dict:
    assert not at.exception, at.exception
    return sent_data(at, "graphtrace_scene")


def html(at: AppTest) -> str:
    return "\n".join(one.proto.body for one in at.get("html"))


def place(at: AppTest) -> dict[str, str]:
    values = at.query_params
    return {key: value[0] if isinstance(value, list) else value for key, value in values.items()}


def test_the_gallery_has_every_mistake_with_what_torch_says_and_opens_one():
    at = page(lang="en")
    for slug in SLUGS:
        assert at.button(key=f"scene_{slug}").label
    assert "<b>RuntimeError</b>: grad can be implicitly created only for scalar outputs" in html(at)
    assert f"<b>{say('errors_silent', 'en')}</b>: tensor(6.)" in html(at)
    at.button(key="scene_never_zeroed").click().run()
    assert place(at) == {"scene": "never_zeroed", "lang": "en"}
    assert told(at)["seek"]["to"] == 0


def test_a_pasted_traceback_leaves_its_scenes_and_nonsense_all_of_them():
    at = page(lang="en")
    at.text_area(key="scene_query").set_value("Traceback …\nRuntimeError: grad can be implicitly created only").run()
    found = [key for key in (f"scene_{slug}" for slug in SLUGS) if any(one.key == key for one in at.button)]
    assert found == ["scene_vector_without_v"]
    at.text_area(key="scene_query").set_value("hello world").run()
    assert all(any(one.key == f"scene_{slug}" for one in at.button) for slug in SLUGS)
    at.button(key="scene_clear").click().run()
    assert at.text_area(key="scene_query").value == ""


def test_run_shows_the_message_and_the_card_and_the_repair_works():
    at = page(scene="backward_twice", lang="en")
    assert "Trying to backward" not in html(at), "not before it ran"
    assert at.button(key="scene_run_right").disabled
    at.button(key="scene_run_wrong").click().run()
    sent = told(at)
    recorded = sent["play"]["recording"]
    assert sent["seek"]["to"] == recorded["length"]
    assert "<strong>RuntimeError</strong>: Trying to backward through the graph a second time" in html(at)
    assert recorded["diagnosis"]["mistake"] == "backward_twice"
    assert recorded["diagnosis"]["diff"] == [["−", 4, "L.backward()"], ["+", 4, "L.backward(retain_graph=True)"]]
    assert 'class="made"' in html(at)
    assert 'class="raised"' in html(at)
    report(at, "act", sent["repairs"][0]["act"], "graphtrace_scene")
    assert place(at) == {"scene": "backward_twice", "run": "right", "lang": "en"}
    assert told(at)["play"]["recording"]["diagnosis"] is None
    assert 'class="come"' in html(at)
    assert "tensor(16.)" in html(at)


def test_a_silent_mistake_stands_beside_its_repair_at_the_first_difference():
    at = page(scene="never_zeroed", run="right", lang="zh")
    sent = sent_data(at, "graphtrace_scene_pair")
    one = scenes.tell(scenes.get("never_zeroed"), scenes.get("never_zeroed").programs[0])
    assert [side["start"] for side in sent["sides"]] == list(scenes.first_difference(one))
    assert [side["does"] for side in sent["sides"]] == ["tensor(6.)", "tensor(2.)"]
    assert sent["seek"]["to"] == scenes.first_difference(one)[0]
    before = sent["seek"]["serial"]
    at.button(key="scene_first").click().run()
    assert sent_data(at, "graphtrace_scene_pair")["seek"]["serial"] != before, "asked again, one goes there again"


def test_a_program_that_cannot_run_here_says_why_and_runs_nothing():
    scene = scenes.get("leaf_lost")
    case = next(i for i, program in enumerate(scene.programs) if program.needs)
    if scenes.is_here("cuda"):
        pytest.skip("this machine has CUDA")
    at = page(scene="leaf_lost", case=str(case + 1), run="wrong", lang="en")
    assert "CUDA" in "\n".join(one.value for one in at.markdown)
    assert not any(one.key == "scene_run_wrong" for one in at.button)
    assert not at.get("bidi_component")


def test_another_wording_has_its_own_address_and_a_scene_leads_to_its_lesson():
    at = page(scene="graph_cut", run="wrong", lang="en")
    at.button(key="scene_case_3").click().run()
    assert place(at) == {"scene": "graph_cut", "case": "4", "lang": "en"}
    at.button(key="scene_lesson").click().run()
    scene = scenes.get("graph_cut")
    assert (at.session_state["lesson"], at.session_state["step"]) == (scene.lesson, scene.step)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_address_opens(slug):
    """Chinese throughout; the texts themselves are read in tests/scenes."""
    at = page(scene=slug, run="wrong", lang="zh")
    assert told(at)["patch"]["language"] == "zh"
    assert told(at)["play"]["recording"]["diagnosis"]["mistake"] == slug
    assert place(at) == {"scene": slug, "run": "wrong", "lang": "zh"}


@pytest.mark.parametrize(
    ("query", "opens"),
    [
        ({"scene": "<b>"}, False),
        ({"scene": "graph_cut", "case": "99", "run": "maybe"}, True),
        ({"scene": "graph_cut", "case": "٣"}, True),
    ],
)
def test_nonsense_in_the_address_opens_something(query, opens):
    at = page(**query)
    assert bool(at.get("bidi_component")) == opens
