"""One line of time, as a student uses it: back out of the page, to any iteration and back, a new design."""

import re

from graphtrace import lab
from graphtrace.app.texts import say
from graphtrace.explain import number


def lab_page(app):
    app.open("Lab", preset="xor")
    return app.graph("lab|")


def run(app, count):
    app.page.locator(".count").fill(str(count))
    app.page.keyboard.press("Enter")
    app.page.locator("[data-do=run]").click()
    app.page.get_by_text(f"step {count}", exact=False).first.wait_for()
    return app.idle()


def test_back_leaves_the_page_and_the_address_holds_what_was_done(app):
    app.open()
    start = app.page.url
    app.page.goto(f"{app.server}/Lab?preset=xor")
    app.graph("lab|")
    before = app.page.evaluate("history.length")
    for key, kind in (("b", "backward"), ("s", "step")):
        app.page.keyboard.press(key)
        app.page.locator(f".story .part.{kind}").wait_for()
        app.page.keyboard.press("Home")
    app.page.keyboard.press("ArrowRight")
    app.page.wait_for_url(re.compile(r"lab=.*at=1\b"))
    assert app.page.evaluate("history.length") == before
    link = app.page.url
    app.page.go_back()
    app.page.wait_for_url(start)
    app.page.goto(link)
    app.graph("lab|")
    assert app.page.locator(".story .part").count() == 3
    app.page.wait_for_url(re.compile(r"at=1\b"))


def test_a_press_on_the_line_of_time_opens_that_iteration_and_undo_leads_back(app):
    lab_page(app)
    run(app, 60)
    page = app.page
    line, amount = page.locator(".story"), page.locator(".live-panel.loss .amount")
    machine = lab.Machine(lab.preset("xor").spec)
    machine.forward()
    machine.iterate(60)
    machine.forward()
    assert line.locator(".part").count() == 2
    many, box = line.locator(".part.many").bounding_box(), line.bounding_box()
    spot = many["x"] + many["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*spot)
    words = page.locator(".story-tip").inner_text()
    iteration = int(re.search(r"iteration (\d+)", words)[1])
    assert words == f"iteration {iteration} · loss {number(machine.losses[iteration - 1])}"
    present = amount.inner_text()
    page.mouse.click(*spot)
    line.locator(".part.undone").first.wait_for()
    app.idle()
    assert amount.inner_text() == number(machine.losses[iteration - 1])
    assert "Backward ends" in page.locator(".sentence").inner_text()
    line.focus()
    page.keyboard.press("End")
    line.locator(".part.undone").first.wait_for(state="detached")
    app.idle()
    assert amount.inner_text() == present
    page.keyboard.press("Home")
    line.locator(".part.undone").first.wait_for()
    assert line.get_attribute("aria-valuenow") == "1"
    for part in ("charts", "code"):
        page.locator(f"[data-do={part}]").click()
        page.locator(f"[data-do={part}][aria-pressed=true]").wait_for()
        app.idle()
        assert line.locator(".part").first.is_visible(), part
        place, shown = line.bounding_box(), page.locator(".gt-root").first.bounding_box()
        assert place["y"] + 10 <= shown["y"] + shown["height"], "no part of it is cut"


def design(app, answer):
    """Change the learning rate after a run, and answer what is asked."""
    lab_page(app)
    run(app, 30)
    page = app.page
    page.locator(".st-key-lab_training summary").click()
    field = page.locator(".st-key-lab_training input[type=number]").first
    field.fill("0.5")
    field.press("Enter")
    asked = page.locator(".st-key-lab_choice")
    asked.get_by_text(say("lab_choice", "en", count="30")).wait_for()
    asked.get_by_role("radio", name=answer).click()
    return app.idle()


def test_a_new_design_after_training_asks_once_and_can_start_again(app):
    design(app, "start again")
    page = app.page
    page.get_by_text("step 0", exact=False).first.wait_for()
    assert page.locator(".story .part.design").count() == 1
    page.keyboard.press("u")
    page.locator(".st-key-lab_choice").wait_for(state="detached")
    page.get_by_text("step 30", exact=False).first.wait_for()
    assert "undone" in page.locator(".story .part.design").get_attribute("class")
