"""A lesson from disk, without a network: it asks, answers, plays, turns its steps, and nothing of it is cut."""

import pytest

from graphtrace import lessons
from graphtrace.classroom.offline import lesson_page
from graphtrace.classroom.running import run_lesson

WIDE = ("update", "modules", "losses", "lenet", "training")  # the longest texts, options and programs
# Walk all steps in both languages, and tell which are cut.
WALK = """() => {
  const cut = [];
  const column = document.querySelector(".lesson-column");
  const look = (step) => {
    const parts = [column, document.documentElement, document.querySelector(".gt-root")];
    const most = Math.max(...parts.map((one) => one.scrollHeight - one.clientHeight));
    if (most > 1 || column.scrollWidth > column.clientWidth) cut.push([step, document.documentElement.lang, most]);
  };
  const dots = () => [...column.querySelectorAll(".dots button")];
  for (let i = 0; i < dots().length; i += 1) {
    dots()[i].click();
    look(i + 1);
    column.querySelector(".about button").click();
    look(i + 1);
  }
  return { cut, steps: dots().length };
}"""


class Opened:
    """A page of a lesson, with what it logged and asked for."""

    def __init__(self, context, folder):
        self.page, self.folder = context.new_page(), folder
        self.seen = []
        self.page.on("pageerror", lambda error: self.seen.append(f"thrown: {error}"))
        self.page.on("console", lambda message: self.seen.append(message.text) if message.type == "error" else None)
        self.page.on("request", lambda sent: self.seen.append(sent.url) if not sent.url.startswith("file:") else None)

    def open(self, name, place=""):
        path = self.folder / f"{name}.html"
        if not path.exists():
            path.write_text(lesson_page(run_lesson(lessons.get(name))), encoding="utf-8")
        self.page.goto(path.as_uri() + place)
        self.page.wait_for_selector(".gt-root[data-cursor] .card")
        return self.page


@pytest.fixture
def lesson(chromium, tmp_path):
    context = chromium.new_context(viewport={"width": 1280, "height": 720}, offline=True, reduced_motion="reduce")
    context.set_default_timeout(20_000)
    opened = Opened(context, tmp_path)
    yield opened
    context.close()
    assert [one for one in opened.seen if not one.startswith("data:")] == []


def cursor(page, wanted):
    page.wait_for_selector(f'.gt-root[data-cursor="{wanted}"]')


def test_it_asks_answers_and_turns_its_steps(lesson):
    page = lesson.open("forks", "#3")
    cursor(page, 12)
    assert page.locator(".cards .veil").count() == 1
    page.keyboard.press("End")
    cursor(page, 19)
    assert "8" not in page.locator(".block[data-name=y]").all_inner_texts(), "who steps on does not see it either"
    page.get_by_role("button", name="Back to the lesson").click()
    cursor(page, 12)
    page.get_by_role("button", name="2", exact=True).click()
    assert page.locator(".question .wrong").inner_text().startswith("2 is the last arrival alone. y holds 6 already")
    page.get_by_role("button", name="Reveal").click()
    cursor(page, 18)
    assert page.locator(".veil").count() == 0
    page.locator(".ghost").first.wait_for()
    assert page.locator(".question .right").inner_text() == "8 · 6 + 2 = 8. What arrives is added, never overwritten."
    page.get_by_role("button", name="中文").click()
    assert "到达的梯度相加" in page.locator(".question .right").inner_text()
    page.keyboard.press("PageDown")
    cursor(page, 19)
    assert page.url.endswith("#4")
    page.keyboard.press("PageDown")
    field = page.locator(".question input")
    field.fill("−4")
    field.press("Enter")
    assert page.locator(".question .wrong").inner_text() == "大小对了，正负号不对。输出会往哪个方向动？"
    field = page.locator(".question input")
    field.fill("4")
    field.press("Enter")
    page.locator(".question .right").wait_for()
    page.reload()
    page.wait_for_selector('.gt-root[data-ready*="square"] .card')
    page.keyboard.press("PageUp")
    cursor(page, 19)
    page.evaluate("location.hash = '#7'")
    page.get_by_text("This needs the Lab's actions").wait_for()


def test_lines_are_put_in_order(lesson):
    page = lesson.open("update", "#4")
    lines = page.locator(".options button")
    for _ in range(2):  # as they stand, which is wrong; then the right way round
        for i in range(4):
            lines.nth(i).click()
        page.locator(".question .wrong").wait_for()
    for text in ("zero_grad", "L = ", "backward", "optimizer.step"):
        lines.filter(has_text=text).click()
    page.locator(".question .right").wait_for()


def test_nothing_is_cut_in_either_language(lesson):
    for name in WIDE:
        found = lesson.open(name).evaluate(WALK)
        assert found["cut"] == [], name
        assert found["steps"] == len(lessons.get(name).steps)
