"""The toolbar above the graph: it answers at once, never moves the picture, and takes keys from anywhere."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from graphtrace import lab
from graphtrace.app import styles

PAGES = ("", "Lab", "Programs", "Your_file", "Training_step", "Open_a_file", "Tables")
MOST_MESSAGES, MOST_KB = 15, 40
HEIGHTS = """(root) => [".actions", ".control", ".canvas"].map((one) => {
  const box = root.querySelector(one).getBoundingClientRect();
  return [box.top, one === ".canvas" ? 0 : box.height];
})"""
# Presses a button and reads it in the same breath: nothing can have come from the server.
PRESSED = """(root, name) => {
  const button = root.querySelector(`[data-do=${name}]`);
  button.click();
  return [button.ariaBusy, button.classList.contains("lit")];
}"""


def actions(page) -> list[str]:
    link = parse_qs(urlsplit(page.url).query)["lab"][0]
    return [type(action).__name__ for action in lab.decode(link).actions]


def opened(app, **query: str):
    app.open("Lab", **query)
    app.page.wait_for_selector(".gt-root[data-cursor] .card")
    return app.idle().page


def act(app, name: str) -> None:
    before = app.page.url
    app.page.locator(f"[data-do={name}]").click()
    app.page.wait_for_function("before => location.href !== before", arg=before)
    app.idle()


def test_no_phase_and_no_error_moves_the_picture(app):
    page = opened(app)
    before = page.locator(".gt-root").evaluate(HEIGHTS)
    for name in ("backward", "step", "zero", "forward", "iterate", "backward", "undo"):
        act(app, name)
        assert page.locator(".gt-root").evaluate(HEIGHTS) == before, name
    assert before[2][0] <= 128, "two rows of buttons and a sentence"


def test_the_pressed_button_answers_before_the_server_does(app):
    page = opened(app)
    assert page.locator(".gt-root").evaluate(PRESSED, "backward") == ["true", True]
    page.locator("[data-do=backward][aria-busy=false]").wait_for()


def test_it_stays_lit_while_its_phase_plays(chromium, server):
    context = chromium.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="no-preference")
    page = context.new_page()
    page.goto(f"{server}/Lab?preset=blackboard")
    page.wait_for_selector(".gt-root[data-cursor] .card")
    page.locator("[data-do=backward]").click()
    page.locator("[data-do=backward].lit[aria-busy=false]").wait_for()
    page.locator(".gt-root [aria-label=Pause]").click()
    page.locator("[data-do=backward]:not(.lit)").wait_for()
    context.close()


def test_quick_presses_are_all_carried_out_in_their_order(app):
    page = opened(app)
    for name in ("backward", "step", "zero", "forward", "backward"):
        page.locator(".gt-root").evaluate(PRESSED, name)
    page.wait_for_url(lambda _: len(actions(page)) == 6)
    assert actions(page) == ["Forward", "Backward", "Step", "ZeroGrad", "Forward", "Backward"]


def test_keys_act_from_anywhere_and_type_into_no_picker(app):
    page = opened(app)
    page.locator("[data-testid=stSidebar] input[role=combobox]").first.click()
    page.get_by_role("option").nth(3).click()
    page.wait_for_url(lambda url: lab.decode(parse_qs(urlsplit(url).query)["lab"][0]).spec != lab.preset("xor").spec)
    app.idle()
    before = page.url
    page.keyboard.press("b")
    page.wait_for_function("before => location.href !== before", arg=before)
    assert actions(app.idle().page)[-1] == "Backward"
    field = page.locator(".actions .count")
    field.fill("7")
    field.press("b")
    assert actions(page)[-1] == "Backward", "a field keeps its keys"
    assert page.locator("[data-do=backward]").get_attribute("aria-busy") == "false"


def test_arrows_step_without_a_click_and_after_one_beside_a_small_graph(app):
    page = app.open("Programs", program="product", look="play").page
    root = page.locator(".gt-root[data-cursor]")
    root.wait_for()
    page.keyboard.press("ArrowRight")
    assert root.get_attribute("data-cursor") == "1"
    page.locator(".canvas").click(position={"x": 300, "y": 30})
    page.keyboard.press("ArrowRight")
    assert root.get_attribute("data-cursor") == "2"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_for_nothing_that_is_not_there(app, path):
    missing: list[str] = []
    app.page.on("response", lambda answer: missing.append(answer.url) if answer.status >= 400 else None)
    app.open(path)
    app.page.wait_for_selector(".gt-root .card, [data-testid=stFileUploader], [data-testid=stDataFrame]")
    assert missing == []


def test_a_press_is_few_messages_of_few_bytes(app):
    sizes: list[int] = []
    app.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: sizes.append(len(frame))))
    opened(app)
    for name in ("backward", "step", "zero", "forward"):
        act(app, name)
    sizes.clear()
    act(app, "backward")
    assert 0 < len(sizes) <= MOST_MESSAGES
    assert sum(sizes) <= 1000 * MOST_KB


def test_where_the_files_do_not_come_through_the_messages_carry_the_viewer(app):
    app.page.route("**/graphtrace-viewer/*", lambda route: route.abort())
    app.open("Lab")
    app.page.wait_for_selector(".gt-root[data-cursor] .card")
    app.errors = [error for error in app.errors if "graphtrace-viewer" not in error]


def test_accessible_names_are_words(app):
    page = opened(app)
    for name in ("Undo", "Redo", "Start again", "normal speed", "Next", "charts"):
        assert page.get_by_role("button", name=name, exact=True).count() == 1, name


def test_a_note_covers_no_control(app):
    page = app.open("Lab", lab="1xx").page
    toast = page.locator("[data-testid=stToast]")
    toast.wait_for()
    page.wait_for_selector(".gt-root[data-cursor] .card")
    top = page.locator(".gt-root .canvas").bounding_box()["y"]
    assert toast.bounding_box()["y"] >= top


def parts(sheet: str) -> set[str]:
    """Return the names of Streamlit's own that a style sheet depends on."""
    return set(re.findall(r'data-testid="(\w+)"', sheet))


def test_every_name_in_the_style_sheets_is_found_in_the_app(app):
    page = opened(app, lab="1xx")  # a note
    found: set[str] = set()

    def look() -> None:
        names = "[...document.querySelectorAll('[data-testid]')].map((one) => one.dataset.testid)"
        found.update(page.evaluate(names))

    look()
    for summary in page.locator("[data-testid=stSidebar] summary").all():
        summary.click()
        app.idle()
        look()
    page.locator("[data-do=charts]").click()
    page.wait_for_selector(".st-key-lab_charts")
    look()
    page.locator(".actions .count").fill("10000")
    page.locator("[data-do=run]").click()
    page.wait_for_selector("[data-testid=stProgress]")
    look()
    for path in ("", "Programs?look=table", "Your_file"):
        app.open(path)
        page.wait_for_selector(".gt-root .card, [data-testid=stFileUploader], [data-testid=stDataFrame]")
        look()
    page.set_input_files("input[type=file]", {"name": "a.json", "mimeType": "application/json", "buffer": b"{"})
    page.wait_for_selector("[data-testid=stAlert]")
    look()
    sheets = (styles.PAGE, styles.WITH_MARGINS, styles.LAB)
    assert set().union(*map(parts, sheets)) - found == set()
