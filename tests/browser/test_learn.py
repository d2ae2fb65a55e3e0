"""Lessons in a real browser: what is asked stays blank, every step fits, and one always finds back."""

from pathlib import Path

import pytest

from graphtrace import lessons
from graphtrace.classroom.pictures import step_picture
from graphtrace.classroom.running import run_lesson

FITS = "e => e.scrollHeight <= e.clientHeight + 1"


def stand(app, name, step, **query):
    """Open a step of a lesson, and wait until the player stands there."""
    app.open("Learn", lesson=name, step=str(step), **query)
    app.page.wait_for_selector(f'.gt-root.lesson[data-ready*="lesson|{name}"] .card')
    return app.idle()


def cursor(app, wanted):
    app.page.wait_for_selector(f'.gt-root[data-cursor="{wanted}"]')


def test_a_guess_is_answered_and_the_truth_stays_hidden_until_then(app):
    page = stand(app, "forks", 3).page
    cursor(app, 12)
    assert page.locator(".cards .veil").count() == 1
    assert page.locator(".link .asked").count() == 1, "the line on which the second gradient comes"
    assert page.locator(".params tr[data-param=y] td").all_inner_texts()[1:3] == ["3", "?"]
    page.locator(".canvas").click(position={"x": 200, "y": 8})
    page.keyboard.press("End")
    cursor(app, 19)
    assert page.locator(".cards .veil").count() >= 1, "who steps on does not see it either"
    assert page.locator(".link .asked").count() == 2
    lines = page.locator(".link:has(.asked) title").all_text_contents()
    assert [line.splitlines()[-1] for line in lines] == ["?", "?"]
    assert page.locator(".params tr[data-param=y] td").all_inner_texts()[1:3] == ["3", "?"]
    assert "8" not in page.locator(".block[data-name=y]").all_inner_texts()
    page.get_by_role("button", name="Back to the lesson").click()
    cursor(app, 12)
    assert not page.locator(".lesson-back").is_visible()
    page.get_by_role("button", name="2", exact=True).click()
    page.get_by_text("is the last arrival alone").wait_for()
    page.get_by_role("button", name="Reveal").click()
    cursor(app, 18)
    assert page.locator(".veil").count() == 0
    assert page.locator(".params tr[data-param=y] td").all_inner_texts()[1:3] == ["3", "8"]
    page.locator(".ghost").first.wait_for()
    page.reload()  # the browser has kept the answer, and the server is told
    page.locator(".ghost").first.wait_for()
    cursor(app, 18)
    page.get_by_role("button", name="Ask again").click()
    cursor(app, 12)
    assert page.evaluate("localStorage.getItem('graphtrace.answers')") == "{}"
    page.locator(".canvas").click(position={"x": 200, "y": 8})
    page.keyboard.press("PageDown")
    page.wait_for_function("new URL(location.href).searchParams.get('step') === '4'")


def test_every_step_of_some_lessons_fits_and_page_down_goes_through_them(app):
    for name, lang in (("forks", "en"), ("modules", "zh"), ("lenet", "en")):
        page = stand(app, name, 1, lang=lang).page
        for step in range(1, len(lessons.get(name).steps) + 1):
            page.wait_for_function(f"new URL(location.href).searchParams.get('step') === '{step}'")
            app.idle()
            assert page.locator("[data-testid=stSidebarContent]").evaluate(FITS), f"{name} {step} is cut"
            assert page.locator("[data-testid=stMain]").evaluate(FITS)
            assert not page.locator("[data-testid=stException], [data-testid=stAlert]").count()
            page.keyboard.press("PageDown")


def test_large_on_a_wall_the_lesson_stays_beside_the_picture(app):
    page = stand(app, "forks", 3).page
    page.locator(".canvas").click(position={"x": 200, "y": 8})
    page.keyboard.press("p")
    page.wait_for_selector(".gt-root.lesson.present")
    box, text = page.locator(".gt-root").bounding_box(), page.locator(".st-key-learn_question").bounding_box()
    assert text["x"] + text["width"] <= box["x"] + 1
    assert page.get_by_text("What will y.grad hold").is_visible()


def test_a_step_is_saved_as_a_picture_and_the_browser_keeps_the_way_back(app):
    page = stand(app, "forks", 3).page
    page.locator(".st-key-learn_files button").first.click()
    with page.expect_download() as waiting:
        page.locator(".st-key-learn_picture_svg button").click()
    name, content = step_picture(run_lesson(lessons.get("forks")), 2, "en")
    assert waiting.value.suggested_filename == name
    assert Path(waiting.value.path()).read_bytes() == content
    page.keyboard.press("Escape")
    page.locator(".st-key-learn_list button").click()
    page.locator(".gt-progress button[data-lesson=forks]", has_text="3 / 7").click()
    cursor(app, 12)
    app.open("For_teachers")  # another session of the same browser
    page.locator(".st-key-pack_make").wait_for()
    page.get_by_role("link", name="All lessons").click()
    page.locator(".gt-progress .forget").click()
    assert page.evaluate("localStorage.getItem('graphtrace.lessons')") == "{}"
    assert page.locator(".gt-progress button").count() == 0


@pytest.mark.parametrize(("width", "height"), [(1600, 1000)])
def test_the_list_shows_every_lesson(app, width, height):
    app.page.set_viewport_size({"width": width, "height": height})
    page = app.open("Learn").page
    for lesson in lessons.all_lessons():
        page.get_by_text(lesson.title.en, exact=True).wait_for()
    page.locator(".st-key-learn_start_dying button").click()
    page.wait_for_selector('.gt-root.lesson[data-ready*="lesson|dying"] .card')
