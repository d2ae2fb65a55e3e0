"""The player inside its other hosts: the app, and a notebook's frame."""

import gzip

from graphtrace.classroom.running import record_example
from graphtrace.model import dumps
from graphtrace.notebook import frame
from tests.support import recordings


def cursor(page):
    return int(page.locator(".gt-root").get_attribute("data-cursor"))


def playing(app):
    app.page.wait_for_selector(".gt-root[data-cursor]")
    return app.idle()


def test_a_training_step_is_recorded_and_played_in_the_app(app):
    playing(app.open("Programs", look="play", program="lenet", steps="1"))
    for number in range(1, 4):
        app.page.get_by_role("button", name="Next", exact=True).click()
        assert cursor(app.page) == number
    app.page.locator(".scrub").focus()
    app.page.keyboard.press("End")
    app.idle()
    count = len(record_example("lenet", 1))
    assert cursor(app.page) == count
    rows = app.page.locator("[data-param] td:nth-child(4)").all_text_contents()
    assert rows == ["accumulated ×1"] * 10


def test_zoom_and_cursor_survive_a_rerun_and_another_view_keeps_the_cursor(app):
    playing(app.open("Programs", look="play", program="blackboard", steps="1"))
    app.page.locator(".scrub").focus()
    app.page.keyboard.press("e")  # every event is a step
    for _ in range(5):
        app.page.keyboard.press("ArrowRight")
    app.page.get_by_role("button", name="Zoom in").click()
    moved, first = app.transform(), app.page.locator(".card").first.element_handle()
    app.page.wait_for_timeout(600)  # the cursor goes to Python a while after the last step, and a rerun follows
    app.idle()
    assert (cursor(app.page), app.transform()) == (5, moved)
    assert first.evaluate("node => node.isConnected")
    app.page.get_by_role("radio", name="autograd").or_(
        app.page.get_by_role("button", name="autograd", exact=True)
    ).first.click()
    app.page.wait_for_selector('.gt-root[data-ready*="|autograd|"]')
    app.idle()
    assert cursor(app.page) == 5


def test_an_opened_recording_plays_and_a_graph_after_it_is_drawn(app):
    playing_file = dumps(recordings.fork(), compress=True)
    assert gzip.decompress(playing_file)
    app.open("Your_file")
    chooser = app.page.locator('input[type="file"]').first
    chooser.set_input_files({"name": "fork.json.gz", "mimeType": "application/gzip", "buffer": playing_file})
    playing(app)
    app.page.locator(".scrub").focus()
    app.page.keyboard.press("End")
    assert cursor(app.page) == len(recordings.fork())
    hostile = dumps(recordings.hostile())
    chooser.set_input_files({"name": "h.json", "mimeType": "application/json", "buffer": hostile})
    app.page.wait_for_selector('.gt-root .params:has-text("onerror=")')
    app.idle()
    assert app.page.evaluate("window.__pwn") is None


def test_presenter_keys_work_in_the_app_and_chinese_is_spoken(app):
    playing(app.open("Programs", look="play", program="square", lang="zh"))
    app.page.locator(".scrub").focus()
    app.page.keyboard.press("PageDown")
    assert cursor(app.page) == 1
    assert "前向" in app.page.locator(".place").inner_text()
    app.page.keyboard.press("p")
    assert app.page.locator(".gt-root.present").bounding_box() == {"x": 0, "y": 0, "width": 1280, "height": 720}


def test_the_notebooks_frame_plays_without_reaching_the_page_around_it(chromium, tmp_path):
    recording = recordings.fork()
    path = tmp_path / "cell.html"
    path.write_text(f"<!doctype html><title>notebook</title>{frame(recording)}", encoding="utf-8")
    page = chromium.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(path.as_uri())
    inner = page.frame_locator("iframe")
    inner.get_by_role("button", name="Last", exact=True).click()
    assert int(inner.locator(".gt-root").get_attribute("data-cursor")) == len(recording)
    assert inner.locator(".sentence").inner_text() == "y.grad is set to None"
    outside = "() => { try { return parent.document.title } catch { return 'closed' } }"
    assert inner.locator("body").evaluate(outside) == "closed"
    page.close()
    assert errors == []
