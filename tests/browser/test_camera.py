"""While a gradient travels, sender and receiver are both in the frame; a picture stays where the reader has put it."""

import pytest

from graphtrace import lab
from graphtrace.export import to_html
from graphtrace.lab.showing.playback import playback
from tests.browser.test_lab import Student
from tests.support import probes

SIZES = [(1280, 720), (1600, 1000)]

# Per event the cards at the ends of the lines on which something is sent, or else the card that runs: which of them
# are not wholly in the window, and how many there were.
OUTSIDE = f"""(count) => {{
  const found = {{ checked: 0, outside: [] }};
  const frame = document.querySelector(".canvas").getBoundingClientRect();
  for (let cursor = 1; cursor <= count; cursor += 1) {{
    ({probes.SEEK})(cursor);
    const ends = [...document.querySelectorAll(".link.now")].flatMap((link) => link.dataset.ends.split(" "));
    const now = [...document.querySelectorAll(".card.now")].slice(0, 1).map((card) => card.dataset.id);
    for (const id of new Set(ends.length ? ends : now)) {{
      const body = document.querySelector(`.card[data-id="${{id}}"] .body`);
      const {{ left, top, right, bottom }} = body.getBoundingClientRect();
      found.checked += 1;
      if (left < frame.left - 1 || top < frame.top - 1 || right > frame.right + 1 || bottom > frame.bottom + 1)
        found.outside.push([cursor, id, left, top, right, bottom]);
    }}
  }}
  return found;
}}"""


def recorded(name):
    machine = lab.Machine(lab.preset(name).spec)
    for action in ("forward", "backward", "step"):
        getattr(machine, action)()
    return playback(machine, 1).recording


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("camera")
    found = {}
    for name in ("xor", "lenet", "attention"):
        recording = recorded(name)
        path = folder / f"{name}.html"
        path.write_text(to_html(recording), encoding="utf-8")
        found[name] = path.as_uri(), len(recording)
    return found


@pytest.fixture(params=SIZES, ids=["small", "large"])
def page(request, chromium):
    width, height = request.param
    opened = chromium.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    yield opened
    opened.close()


@pytest.mark.parametrize("presents", [False, True], ids=["window", "present"])
@pytest.mark.parametrize("name", ["xor", "lenet", "attention"])
def test_who_sends_and_who_gets_a_gradient_are_in_the_frame_at_every_event(page, pages, name, presents):
    address, count = pages[name]
    page.goto(address)
    page.wait_for_selector(".gt-root[data-cursor]")
    if presents:
        page.keyboard.press("p")
        page.wait_for_selector(".gt-root.present")
        page.wait_for_timeout(100)
    found = page.evaluate(OUTSIDE, count)
    assert found["checked"] >= 0.8 * count
    assert found["outside"] == []


def scale(page):
    return page.locator("svg.picture").evaluate("(svg) => new DOMMatrix(getComputedStyle(svg).transform).a")


def letters(page):
    """Smallest letters of the picture on the screen, in pixels."""
    sizes = "(all) => Math.min(...all.map((text) => Number(text.getAttribute('font-size'))))"
    return page.locator(".card text").evaluate_all(sizes) * scale(page)


@pytest.mark.parametrize("name", ["xor", "lenet", "attention"])
def test_letters_have_14_px_and_16_where_it_is_presented(page, pages, name):
    page.goto(pages[name][0])
    page.wait_for_selector(".gt-root[data-cursor]")
    page.keyboard.press("End")
    assert letters(page) >= 13.99
    page.keyboard.press("p")
    page.wait_for_timeout(100)
    assert letters(page) >= 15.99


def test_a_zoom_stays_while_the_story_goes_on_and_ends_with_fit(page, pages):
    page.goto(pages["xor"][0])
    page.wait_for_selector(".gt-root[data-cursor]")
    fitted = scale(page)
    for _ in range(2):
        page.keyboard.press("-")
    mine = scale(page)
    assert mine < fitted
    for key in ("ArrowRight", "n", "End", "Home"):
        page.keyboard.press(key)
        assert scale(page) == mine
    page.keyboard.press("0")
    assert scale(page) == fitted


def test_the_inspector_takes_room_from_the_picture_and_covers_no_card(page, pages):
    page.goto(pages["xor"][0])
    page.wait_for_selector(".gt-root[data-cursor]")
    before = page.locator(".canvas").bounding_box()
    page.locator(".card.op .title").nth(1).dispatch_event("click")
    page.wait_for_selector(".panel:not([hidden])")
    page.wait_for_timeout(100)
    after, panel = page.locator(".canvas").bounding_box(), page.locator(".panel").bounding_box()
    assert after["width"] + panel["width"] == pytest.approx(before["width"])
    card = page.locator(".card.selected .body").bounding_box()
    assert after["x"] <= card["x"]
    assert card["x"] + card["width"] <= panel["x"] + 1
    assert letters(page) >= 13.99
    page.keyboard.press("Escape")
    page.wait_for_timeout(100)
    assert page.locator(".canvas").bounding_box()["width"] == before["width"]


def test_in_the_lab_a_zoom_stays_through_actions_and_another_program_is_shown_whole(app):
    student = Student(app).open()
    fitted = scale(student.page)
    student.keys("-", "-")
    mine = scale(student.page)
    assert mine < fitted
    for key in ("B", "S", "Z", "F"):
        student.press(key)
        assert scale(student.page) == mine, key
    student.open(preset="moons")
    assert scale(student.page) != mine
