"""The Lab as a student uses it: real buttons, real keys, and torch's own numbers on the screen."""

import re
import subprocess
import sys
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from graphtrace import lab
from graphtrace.lab.records.actions import Edit, Forward, Step
from tests.support.serving import ROOT, free_port, wait_until_healthy

BUTTONS = {"F": "forward", "B": "backward", "S": "step", "Z": "zero", "I": "iterate"}
PARTS = ("graph", "charts", "code")


def linked(url: str) -> lab.Scene:
    return lab.decode(parse_qs(urlsplit(url).query)["lab"][0])


def place(url: str) -> tuple[str, int]:
    """Return which story the address holds, and the cursor in it."""
    found = parse_qs(urlsplit(url).query)
    return found["lab"][0], int(found["at"][0])


class Student:
    """One person at the page."""

    def __init__(self, app) -> None:
        self.app, self.page = app, app.page

    def open(self, **query):
        self.app.open("Lab", **query)
        return self.settled()

    def settled(self):
        """Wait until the script has run and the player shows its story."""
        self.page.wait_for_selector(".gt-root[data-cursor] .card")
        self.app.idle()
        return self

    def scene(self) -> lab.Scene:
        return linked(self.page.url)

    def act(self, run) -> None:
        """Do something that runs the program, and wait until it has: the address then tells of it."""
        before = linked(self.page.url)
        run()
        self.page.wait_for_url(lambda url: linked(url) != before)
        self.settled()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.act(lambda key=key: self.page.locator(f"[data-do={BUTTONS[key]}]").click())

    def keys(self, *names: str) -> None:
        for name in names:
            self.page.keyboard.press(name)

    def cursor(self) -> int:
        return int(self.page.locator(".gt-root").get_attribute("data-cursor"))

    def end(self) -> None:
        self.page.locator(".gt-root .sentence").wait_for()
        self.keys("End")  # with reduced motion a press shows its end at once: then there is nothing to do

    def states(self) -> list[str]:
        return self.page.locator("[data-param] td:nth-child(4)").all_text_contents()

    def part(self, number: int) -> None:
        self.page.locator(f"[data-do={PARTS[number]}]").click()

    def code_line(self) -> str:
        return self.page.locator(".codeline.here code").inner_text().strip()


@pytest.fixture
def student(app):
    return Student(app)


def machine(student) -> lab.Machine:
    """Run what the address tells, without the page."""
    scene = student.scene()
    made = lab.Machine(scene.spec)
    made.replay(scene.actions)
    made.go(scene.position)
    return made


# Cards that are cut by the window's edge, or lie below a button.
COVERED = """(cards) => {
  const root = cards[0].getRootNode(), place = (node) => node.getBoundingClientRect();
  const room = place(root.querySelector(".canvas"));
  const seen = (node) => node.checkVisibility({ visibilityProperty: true });
  const floating = [...root.querySelectorAll(".tools, .minimap, .legend")].filter(seen);
  const under = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const cut = (a) => a.left < room.left || a.right > room.right || a.top < room.top || a.bottom > room.bottom;
  return cards.filter((card) => cut(place(card)) || floating.some((one) => under(place(card), place(one)))).length;
}"""


def test_all_of_xor_is_seen_at_once_and_a_long_sentence_does_not_move_it(student):
    student.open()
    cards, sentence = student.page.locator(".card .body"), student.page.locator(".sentence")
    assert cards.count() > 3, "the concepts of the net"
    assert cards.evaluate_all(COVERED) == 0
    first, line = student.app.transform(), sentence.bounding_box()["height"]
    student.press("B")
    student.end()
    assert (sentence.bounding_box()["height"], student.app.transform()) == (line, first), "one line, whatever it says"
    student.press("B")
    student.end()
    student.page.locator(".sentence[data-phase=error]").wait_for()
    assert sentence.bounding_box()["height"] == line
    beside = student.app.transform()  # the card of the mistake takes room from the picture
    sentence.hover()
    assert sentence.bounding_box()["height"] > 1.5 * line, "all of it where one points at it"
    assert student.app.transform() == beside
    student.page.get_by_role("button", name="Zoom in").click()
    assert cards.evaluate_all(COVERED) > 0, "the probe notices"


def test_what_happens_is_never_below_the_map(student):
    page = student.open(preset="lenet").page
    page.get_by_label("View", exact=True).select_option("autograd")
    page.locator(".minimap").wait_for()
    for _ in range(13):
        page.locator(".card.now .body").first.wait_for()
        page.wait_for_timeout(400)  # the picture glides
        assert page.locator(".card.now .body").evaluate_all(COVERED) == 0
        page.keyboard.press("ArrowLeft")


def test_backward_twice_doubles_the_bucket_and_zero_grad_empties_it(student):
    student.open()
    student.press("B", "F", "B")
    student.end()
    assert student.states() == ["accumulated ×2"] * 4
    student.press("Z", "F", "B")
    student.end()
    assert student.states() == ["accumulated ×1"] * 4


def test_a_second_backward_shows_torchs_error_at_its_line(student):
    student.open()
    student.press("B", "B")
    student.end()
    assert "second time" in student.page.locator(".gt-root").inner_text()
    assert student.code_line() == "loss.backward()"
    student.press("F", "B")
    assert "error" not in student.page.locator(".sentence").inner_text().lower()


def test_one_backward_of_lenet_is_stepped_through_with_the_keyboard_alone(student):
    student.open(preset="lenet")
    student.act(lambda: student.keys("b"))
    student.keys("e", "Home", "n", "n", "ArrowLeft")  # every event is a step; to where backward begins
    first, sentences = student.cursor(), []
    assert first == 13
    student.keys("ArrowRight")
    assert student.cursor() == first + 1
    while student.cursor() > len(sentences) + first:
        sentences.append(student.page.locator(".sentence").inner_text())
        assert student.code_line() == "loss.backward()"
        student.keys("ArrowRight")
    told = machine(student).recording(1)
    assert len(sentences) == len(told)
    assert student.states() == ["accumulated ×1"] * 10


def test_every_action_has_its_key_and_undo_leads_back_to_the_start(student):
    student.open()
    opening = student.scene()
    for key in ("f", "b", "s", "z", "i"):
        student.act(lambda key=key: student.keys(key))
    kinds = [type(action).__name__ for action in student.scene().actions]
    assert kinds == ["Forward", "Forward", "Backward", "Step", "ZeroGrad", "ZeroGrad", "Forward", "Backward", "Step"]
    while student.page.locator("[data-do=undo]").is_enabled():
        student.act(lambda: student.keys("u"))
    scene = student.scene()
    assert (scene.position, scene.spec) == (1, opening.spec)
    student.act(lambda: student.keys("y"))
    assert student.scene().position == 2


def test_a_share_link_opens_the_same_frame_in_another_browser(student, chromium):
    student.open(preset="blackboard")
    student.press("B")
    student.keys("ArrowRight", "ArrowRight", "ArrowRight")
    cursor, sentence = student.cursor(), student.page.locator(".sentence").inner_text()
    student.page.wait_for_url(lambda url: place(url)[1] == cursor)
    context = chromium.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    other = context.new_page()
    other.goto(student.page.url)
    other.get_by_text("Rebuilt from the link").wait_for()  # first of all: it goes away by itself
    other.wait_for_selector(".gt-root[data-cursor] .card")
    assert int(other.locator(".gt-root").get_attribute("data-cursor")) == cursor
    assert other.locator(".sentence").inner_text() == sentence
    context.close()


def test_a_step_sends_the_server_nothing_and_stands_in_the_address(student):
    sent: list = []
    student.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    student.open(preset="blackboard")
    student.press("B")
    story, before = place(student.page.url)[0], len(sent)
    assert before > 0
    student.keys("Home", *["ArrowRight"] * 15, "ArrowLeft", "n", "PageUp")
    cursor = student.cursor()
    student.page.locator(".views").select_option("module")
    student.page.wait_for_url(lambda url: place(url) == (story, cursor) and "view=module" in url)
    assert len(sent) == before
    student.page.reload()
    student.settled()
    assert student.cursor() == cursor
    assert student.page.locator(".views").input_value() == "module"
    assert place(student.page.url) == (story, cursor)


def test_another_view_stays_chosen_when_the_program_goes_on(student):
    student.open()
    student.page.locator(".views").select_option("autograd")
    student.press("B", "S")
    assert student.page.locator(".views").input_value() == "autograd"


def test_charts_and_code_show_and_the_picture_comes_back_where_it_was(student):
    student.open()
    student.press("I")
    student.end()
    cursor = student.cursor()
    student.part(1)
    drawn = "n => document.querySelectorAll(\"[data-testid='stPlotlyChart']:has(.main-svg)\").length === n"
    student.page.wait_for_function(drawn, arg=4)
    student.app.idle()
    student.part(2)
    student.page.wait_for_selector(".st-key-lab_program [data-testid='stCode']")
    assert "optimizer.zero_grad()" in student.page.locator(".st-key-lab_program [data-testid='stCode']").inner_text()
    student.part(0)
    student.settled()
    assert student.cursor() == cursor


def test_a_long_run_shows_its_progress_and_stops_where_it_is(student):
    page = student.open(preset="lenet").page  # so large that 10,000 iterations outlast any slow browser
    page.locator(".actions .count").fill("10000")
    before = linked(page.url)
    page.locator("[data-do=run]").click()  # no Enter before it: what is typed counts
    page.locator(".st-key-lab_stop button").click()
    page.wait_for_url(lambda url: linked(url) != before)
    student.settled()
    page.wait_for_selector(".st-key-lab_stop", state="detached")
    assert [type(action).__name__ for action in student.scene().actions] == ["Forward", "Iterate", "Forward"]
    assert 0 < student.scene().actions[1].n < 10_000
    told = machine(student)
    assert page.locator(".gt-root strong").first.inner_text() == (
        f"loss {told.losses[-1]:.4g} · step {told.trainer.steps} · cpu"
    )


def test_a_card_offers_what_can_be_done_to_it_and_torch_does_it(student):
    page = student.open().page
    page.locator(".card", has_text="ReLU").first.dispatch_event("click")  # wherever it lies
    detach = page.get_by_role("button", name="detach()")
    assert not detach.is_visible(), "what the card computes comes first"
    page.locator(".acts summary").click()  # and stays unfolded from here on
    student.act(lambda: detach.click())
    student.press("F", "B")
    student.end()
    assert student.states() == ["accumulated ×1"] * 2, "only the layer behind the cut learns"
    net = machine(student).trainer.net
    assert [name for name, found in net.named_parameters() if found.grad is not None] == ["2.weight", "2.bias"]
    page.locator('[data-param="2.bias"] button').click()
    row = page.locator(".acts p", has_text="2.bias")
    student.act(lambda: row.get_by_role("button", name="requires_grad_(False)").click())
    assert not machine(student).trainer.net[2].bias.requires_grad


def test_a_number_is_set_by_hand_in_a_table(student):
    page = student.open(preset="blackboard").page
    page.get_by_role("button", name=re.compile("^x, .*by hand")).click()
    grid = page.locator("[data-testid='stDialog'] [data-testid='data-grid-canvas']")
    grid.wait_for()
    page.wait_for_function("() => document.querySelectorAll(\"[data-testid='stDialog'] [role=gridcell]\").length > 5")
    student.app.idle()
    box = grid.bounding_box()
    page.mouse.dblclick(box["x"] + 120, box["y"] + 53)
    page.locator(".gdg-input").fill("2.5")
    page.locator(".gdg-input").press("Enter")
    page.locator("[data-testid='stDialog'] [role=gridcell]", has_text="2.5").wait_for(state="attached")
    student.app.idle()
    student.act(lambda: page.locator(".st-key-lab_numbers_set button").click())
    assert student.scene().actions[-1] == Edit("x", (0, 0), 2.5)
    student.press("F")
    assert machine(student).losses[-1] != 8


def test_a_link_hides_what_it_says_and_has_its_own_theme(student, chromium):
    page = student.open(preset="blackboard").page
    student.press("B")
    student.keys("ArrowRight", "ArrowRight")
    cursor = student.cursor()
    page.locator(".st-key-lab_share summary").click()
    page.locator(".st-key-lab_link_theme button").nth(2).click()
    page.locator(".st-key-lab_share code", has_text="dark_theme").wait_for()
    page.locator(".st-key-lab_link_hide button").nth(0).click()
    page.locator(".st-key-lab_share code", has_text="hide=builder").wait_for()
    link = page.locator(".st-key-lab_share code").inner_text()
    context = chromium.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    context.set_default_timeout(20_000)
    other = context.new_page()
    other.goto(link)
    other.wait_for_selector('.gt-root[data-cursor][data-theme="dark"] .card')
    assert int(other.locator(".gt-root").get_attribute("data-cursor")) == cursor
    other.wait_for_selector("[data-testid='stSidebar']", state="hidden")
    other.locator("[data-do=unhide]").click()
    other.wait_for_selector(".builder .lb-name", state="visible")
    context.close()


def test_a_lab_is_saved_and_opened_again_on_the_page_for_files(student, tmp_path):
    page = student.open(preset="mazur").page
    student.press("B", "S")
    wanted = student.scene()
    page.locator(".st-key-lab_share summary").click()
    with page.expect_download() as download:
        page.locator(".st-key-lab_save_lab button").click()
    assert download.value.suggested_filename == "mazur.lab.json"
    file = tmp_path / "mazur.lab.json"
    download.value.save_as(file)
    student.app.open("Your_file")
    page.set_input_files("input[type=file]", file)
    page.wait_for_url("**/Lab?**lab=**")
    student.settled()
    assert student.scene() == wanted


@pytest.mark.slow
def test_a_restarted_server_gets_the_frame_back_from_the_page(chromium, tmp_path):
    port = free_port()
    process = started(port, tmp_path / "first.txt")
    context = chromium.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    context.set_default_timeout(60_000)
    page = context.new_page()
    try:
        page.goto(f"http://127.0.0.1:{port}/Lab?preset=blackboard")
        page.wait_for_selector(".gt-root[data-cursor] .card")
        page.locator("[data-do=backward]").first.click()
        page.locator(".timeline .part.backward").wait_for()
        page.wait_for_selector('.stApp[data-test-script-state="notRunning"]')
        page.keyboard.press("ArrowLeft")  # with reduced motion the end of what was pressed is shown
        cursor, story = int(page.locator(".gt-root").get_attribute("data-cursor")), place(page.url)[0]
        process.terminate()
        process.wait(timeout=30)
        page.wait_for_selector('.stApp:not([data-test-connection-state="CONNECTED"])')
        process = started(port, tmp_path / "second.txt")
        page.wait_for_selector('.stApp[data-test-connection-state="CONNECTED"]')
        page.keyboard.press("ArrowRight")  # what plays in the browser goes on
        page.locator(f'.gt-root:not([data-cursor="{cursor}"])').wait_for()
        page.locator("[data-do=step]").click()  # a session that is no more: the page makes it again, and then acts
        page.get_by_text("Rebuilt from the link").wait_for()
        page.wait_for_url(lambda url: type(linked(url).actions[-1]) is Step)
        assert place(page.url)[0] != story
    finally:
        context.close()
        process.terminate()
        process.wait(timeout=30)


def started(port: int, log):
    """Start a server of the test's own."""
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "viz_app.py"), "--server.port", str(port)]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=log.parent, stdout=out, stderr=out)
    wait_until_healthy(f"http://127.0.0.1:{port}", process, log)
    return process


def test_what_was_pressed_plays_by_itself_where_motion_is_welcome(chromium, server):
    context = chromium.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="no-preference")
    page = context.new_page()
    page.goto(f"{server}/Lab?preset=blackboard")
    page.wait_for_selector(".gt-root[data-cursor] .card")
    page.locator("[data-do=backward]").click()
    begun = page.wait_for_selector(".gt-root:has(.part.backward)")
    first = int(begun.get_attribute("data-cursor"))
    page.wait_for_selector(f'.gt-root:not([data-cursor="{first}"])')  # a beat may be several events
    context.close()


def scene_of(address: str) -> lab.Scene:
    return lab.decode(parse_qs(urlsplit(address).query)["lab"][0])


def wait_for_actions(page, count: int) -> None:
    """Wait until the address tells of so many actions, and the script has ended."""
    while len(scene_of(page.url).actions) < count:
        page.wait_for_function("before => location.href !== before", arg=page.url, polling=50)
    page.wait_for_selector('.stApp[data-test-script-state="notRunning"]')


def shown_numbers(page) -> list[str]:
    """Return every number of the story's end, as drawn."""
    page.locator(".gt-root button.last").evaluate("button => button.click()")  # it may be the end already
    return page.locator("[data-param], .card").all_inner_texts()


@pytest.mark.slow
def test_three_sessions_at_once_show_the_numbers_of_lone_ones(chromium, server):
    spec = lab.preset("xor").spec
    context = chromium.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    context.set_default_timeout(20_000)
    pages = [context.new_page() for _ in range(3)]
    for seed, page in enumerate(pages):
        page.goto(f"{server}/Lab?lab={lab.encode(lab.Scene(replace(spec, seed=seed), (Forward(),), 1))}")
    for page in pages:
        page.wait_for_selector(".gt-root[data-cursor] .card")
    for times in (1, 2):
        for page in pages:
            page.locator("[data-do=iterate]").evaluate("button => button.click()")  # a tab behind is not drawn
        for page in pages:
            wait_for_actions(page, 1 + 4 * times)
    together = [shown_numbers(page) for page in pages]
    link = [page.url for page in pages]
    for page in pages[1:]:
        page.close()
    for seed, address in enumerate(link):
        pages[0].goto(address)
        pages[0].wait_for_selector(".gt-root[data-cursor] .card")
        assert scene_of(address).spec.seed == seed
        assert shown_numbers(pages[0]) == together[seed]
    assert len({str(numbers) for numbers in together}) == 3
    context.close()
