"""Scenes of mistakes in a real browser: found by what torch said, run, repaired; every way that leads there."""

import pytest

from graphtrace import lab, scenes
from graphtrace.lab.records.actions import Backward, Forward

FITS = "e => e.scrollHeight <= e.clientHeight + 1"


def ready(app, key):
    app.page.wait_for_selector(f'.gt-root.scene[data-ready*="scene|{key}"]')
    return app.idle().page


def test_torchs_own_words_lead_to_the_scene_and_its_repair(app):
    ran = scenes.run_program(scenes.get("backward_twice").programs[0].code, "mine.py")
    page = app.open("Errors").page
    page.get_by_role("button", name="backward on a vector").wait_for()
    page.get_by_label("Message, traceback or words").fill(f"Traceback (most recent call last):\n{ran.raised}")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("button", name="backward on a vector").wait_for(state="detached")
    page.get_by_role("button", name="backward, a second time").click()
    ready(app, "backward_twice|0|wrong")
    page.get_by_role("button", name="Run", exact=True).click()
    page.locator(".mistake h2").wait_for()
    assert page.locator(".card.wrong .wrongmark").text_content() == "saved tensors: freed"
    assert page.locator(".scene-code .made").inner_text().split() == ["⚠", "4", "L.backward()"]
    assert page.locator(".scene-link").count() == 0, "one is there"
    assert page.locator("[data-testid=stSidebarContent]").evaluate(FITS)
    card, picture = page.locator(".mistake").bounding_box(), page.locator(".canvas").bounding_box()
    assert card["y"] >= picture["y"] + picture["height"] - 1, "the card lies below the picture"
    page.locator(".repairing").click()
    ready(app, "backward_twice|0|right")
    page.get_by_text("tensor(16.)").wait_for()
    assert page.locator(".mistake").is_hidden()
    assert page.locator(".bucket, .card").first.is_visible()


def test_a_silent_mistake_and_its_repair_move_together(app):
    page = app.open("Errors", scene="never_zeroed", run="right").page
    page.wait_for_selector(".gt-pair.stacked .gt-root:last-child .card")
    app.idle()
    one = scenes.tell(scenes.get("never_zeroed"), scenes.get("never_zeroed").programs[0])
    a, b = scenes.first_difference(one)
    page.wait_for_selector(f'.gt-pair .gt-root:first-child[data-cursor="{a}"]')
    page.wait_for_selector(f'.gt-pair .gt-root:last-child[data-cursor="{b}"]')
    first, second = page.locator(".gt-pair .gt-root").all()
    assert first.bounding_box()["y"] < second.bounding_box()["y"]
    page.locator(".gt-pair .canvas").first.click(position={"x": 300, "y": 6})
    page.keyboard.press("End")
    page.wait_for_selector(f'.gt-pair .gt-root:last-child[data-cursor="{len(one.right.recording)}"]')
    page.get_by_role("button", name="first difference").click()
    page.wait_for_selector(f'.gt-pair .gt-root:last-child[data-cursor="{b}"]')


@pytest.mark.parametrize("lang", ["zh"])
def test_some_scenes_fit_and_a_mistake_without_a_graph_is_marked_too(app, lang):
    for slug, mark in (("graph_cut", "在此断开"), ("data_edit", "保存的张量：已被修改"), ("non_finite", None)):
        page = app.open("Errors", scene=slug, run="wrong", lang=lang).page
        ready(app, f"{slug}|0|wrong")
        page.locator(".mistake h2").wait_for()
        if mark:
            assert page.locator(".card.wrong .wrongmark").first.text_content() == mark
        assert page.locator("[data-testid=stSidebarContent]").evaluate(FITS), slug
        assert not page.locator("[data-testid=stException], [data-testid=stAlert]").count()


def test_the_card_in_the_lab_leads_to_the_scene(app):
    link = lab.encode(lab.Scene(lab.preset("xor").spec, (Forward(), Backward(), Backward()), 3))
    page = app.open("Lab", lab=link, lang="en").page
    page.locator(".mistake h2").wait_for()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="See this error explained").click()
    other = opened.value
    other.wait_for_selector('.gt-root.scene[data-ready*="scene|backward_twice"]')
    assert "scene=backward_twice" in other.url
    assert page.locator(".mistake h2").is_visible(), "the Lab stays as it is"
