"""Far away a card shows its name and one number, near by its matrix; presenting shows the line of code that runs."""

import pytest

from graphtrace.export import to_html
from tests.browser.test_camera import letters, recorded


@pytest.fixture
def page(chromium, tmp_path):
    path = tmp_path / "xor.html"
    path.write_text(to_html(recorded("xor")), encoding="utf-8")
    opened = chromium.new_page(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    opened.goto(path.as_uri())
    opened.wait_for_selector(".gt-root[data-cursor]")
    opened.keyboard.press("End")
    yield opened
    opened.close()


def test_far_away_a_card_has_its_name_and_one_number_large_and_near_its_matrix(page):
    card = page.locator(".card.op").first
    near = card.locator("text").all_text_contents()
    assert len(near) > 5
    for _ in range(4):
        page.keyboard.press("-")
    far = card.locator("text").all_text_contents()
    assert len(far) == 2
    assert far[0] in near
    assert letters(page) >= 9
    page.keyboard.press("0")
    assert card.locator("text").all_text_contents() == near


def test_presenting_shows_the_line_that_runs_and_escape_leaves(page):
    page.keyboard.press("p")
    page.wait_for_selector(".gt-root.present")
    page.keyboard.press("Home")
    page.keyboard.press("PageDown")
    assert page.locator(".gt-root").get_attribute("data-cursor") == "1"
    assert page.locator(".codeline:visible").count() == 1
    size = page.locator(".codeline:visible code").evaluate("(code) => parseFloat(getComputedStyle(code).fontSize)")
    assert size >= 16
    page.keyboard.press("PageUp")
    assert page.locator(".gt-root").get_attribute("data-cursor") == "0"
    page.keyboard.press("Escape")
    assert page.locator(".gt-root.present").count() == 0
