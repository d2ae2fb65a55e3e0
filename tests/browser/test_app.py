"""The app in a real browser: what a person sees, clicks and downloads."""

import io
import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import pytest

from graphtrace import examples
from graphtrace.model import dumps, loads
from graphtrace.tracer import trace
from graphtrace.views import fold

HOSTILE = '<img src=x onerror="window.__pwn=1"><script>window.__pwn=1</script>"\'`${window.__pwn=1} \\N 中文🙂'


def graph_of(name):
    built = examples.build(name)
    return trace(built.root, model=built.model, params=built.params)


def rectangles(page, selector):
    corners = "n => { const r = n.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom] }"
    return page.locator(selector).evaluate_all(f"nodes => nodes.map({corners})")


def boxes_of(page):
    return rectangles(page, ".card")


def inside(boxes, frame):
    left, top, right, bottom = frame["x"], frame["y"], frame["x"] + frame["width"], frame["y"] + frame["height"]
    return all(left <= b[0] and top <= b[1] and b[2] <= right and b[3] <= bottom for b in boxes)


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1600, 1000)])
def test_lenet_is_visible_and_inside_its_frame_and_nothing_scrolls(app, width, height):
    app.page.set_viewport_size({"width": width, "height": height})
    app.open("Programs").graph("lenet")
    boxes = boxes_of(app.page)
    assert len(boxes) == len(fold(graph_of("lenet"), "concept").boxes)
    canvas = app.page.locator(".canvas").bounding_box()
    assert inside(boxes, canvas)
    assert canvas["width"] * canvas["height"] > 0.6 * width * height, "the graph has most of the window"
    scroll = "() => [document.scrollingElement, document.querySelector('[data-testid=stMain]')]"
    assert app.page.evaluate(f"({scroll})().every(n => n.scrollHeight <= n.clientHeight + 1)")


def test_no_text_leaves_its_card_and_no_two_cards_overlap(app):
    app.open(program="lenet", view="autograd", saved="1").graph("lenet|autograd")
    right = "nodes => nodes.map(n => n.getBoundingClientRect().right)"
    bodies = app.page.locator(".card:has(text) .body").evaluate_all(right)
    last = "Math.max(...[...c.querySelectorAll('text')].map(t => t.getBoundingClientRect().right))"
    widest = app.page.locator(".card:has(text)").evaluate_all(f"cards => cards.map(c => {last})")
    assert len(bodies) == len(widest) > 20
    assert all(text <= body + 0.5 for text, body in zip(widest, bodies, strict=True))
    boxes = sorted(rectangles(app.page, ".card .body"))
    for i, a in enumerate(boxes):
        assert not any(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for b in boxes[i + 1 :])


def test_a_click_shows_the_details_of_the_true_node(app):
    app.open("Programs").graph("lenet")
    app.card("mse_loss").click()
    panel = app.page.locator(".panel")
    node = graph_of("lenet").nodes[0]
    assert panel.locator("h2").inner_text() == "mse_loss"
    assert node.type in panel.inner_text()
    for saved in node.saved:
        assert saved.name in panel.inner_text()
    assert "None (no gradient needed)" in panel.inner_text()
    panel.locator(".jump").first.click()
    assert panel.locator("h2").inner_text() == "Linear · fc3"
    panel.locator(".close").click()
    assert panel.is_hidden()


def test_views_switch_and_keep_the_selection(app):
    app.open("Programs").graph("lenet|concept")
    app.card("ReLU").click()
    picked = app.page.locator(".card.selected").get_attribute("data-key")
    for view in ("autograd", "module", "concept"):
        app.page.get_by_role("radio", name=view).or_(
            app.page.get_by_role("button", name=view, exact=True)
        ).first.click()
        app.graph(f"lenet|{view}")
        count = len(fold(graph_of("lenet"), view).boxes)
        assert app.page.locator(".card").count() == count
        assert app.page.locator(".card.selected").get_attribute("data-key") == picked


def test_a_module_opens_and_closes_by_sign_double_click_and_key(app):
    app.open(view="module").graph("lenet|module")
    app.card("fc1").locator(".switch").click()
    app.page.wait_for_selector(".frame")
    app.idle()
    assert app.card("fc1.weight").is_visible()
    assert inside(boxes_of(app.page), app.page.locator(".canvas").bounding_box())
    app.page.locator(".frame .switch").click()
    app.page.wait_for_selector(".frame", state="detached")
    app.idle()
    app.card("fc2").dblclick()
    app.page.wait_for_selector(".frame")
    app.idle()
    app.card("fc3").focus()
    app.page.keyboard.press("o")
    app.page.locator(".frame").nth(1).wait_for()


def test_zoom_and_pan_survive_a_rerun_and_a_new_structure_fits(app):
    app.open("Programs").graph("lenet|concept")
    fitted = app.transform()
    canvas = app.page.locator(".canvas").bounding_box()
    app.page.mouse.move(canvas["x"] + 300, canvas["y"] + 200)
    app.page.mouse.wheel(0, -300)
    app.page.mouse.down()
    app.page.mouse.move(canvas["x"] + 420, canvas["y"] + 260, steps=4)
    app.page.mouse.up()
    moved = app.transform()
    assert moved != fitted
    first = app.page.locator(".card").first.element_handle()
    app.page.get_by_text("PNG scale").wait_for()
    app.page.get_by_role("radio", name="dark").or_(
        app.page.get_by_role("button", name="dark", exact=True)
    ).first.click()
    app.idle()
    assert app.transform() == moved
    assert first.evaluate("node => node.isConnected"), "the picture was not drawn again"
    app.page.get_by_role("button", name="Show the whole graph").click()
    assert app.transform() == fitted


def test_everything_is_reachable_by_keyboard(app):
    app.open("Programs").graph("lenet")
    app.page.locator(".search").focus()
    app.page.keyboard.type("fc3")
    assert app.page.locator(".found").inner_text() == "1 found"
    app.page.keyboard.press("Enter")
    assert app.page.locator(".panel h2").inner_text() == "Linear · fc3"
    app.page.keyboard.press("Escape")
    focused = app.page.locator(".card:focus")
    assert "fc3" in focused.text_content()
    app.page.keyboard.press("ArrowRight")
    assert "mse_loss" in focused.text_content()
    app.page.keyboard.press("Enter")
    assert app.page.locator(".panel h2").inner_text() == "mse_loss"
    before = app.transform()
    app.page.keyboard.press("+")
    assert app.transform() != before
    app.page.keyboard.press("0")
    assert app.transform() == before
    app.page.keyboard.press("Escape")
    assert app.page.locator(".panel").is_hidden()


def test_hover_lights_links_and_neighbours(app):
    app.open("Programs").graph("lenet")
    app.card("mse_loss").hover()
    graph = graph_of("lenet")
    assert app.page.locator(".link.lit").count() == graph.nodes[0].slots


def test_examples_of_every_kind_are_drawn_whole(app):
    # Small, large, trained first, without a graph. Without a browser tests/app opens every example; test_readable.py
    # sees the picture of every other program whole.
    for name in ("square", "lenet", "two_layer_training", "freeze_all"):
        app.page.goto(f"{app.server}/?program={name}&view=autograd")
        if examples.get(name).has_graph:
            app.graph(f"example:{name}|")
            assert inside(boxes_of(app.page), app.page.locator(".canvas").bounding_box()), name
        else:
            app.page.get_by_test_id("stAlert").wait_for()
        assert app.page.get_by_test_id("stException").count() == 0, name


def download(app, label):
    with app.page.expect_download() as waiting:
        app.page.get_by_test_id("stDownloadButton").get_by_text(label, exact=True).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def test_each_download_is_a_valid_file_of_its_type(app):
    from PIL import Image
    from pypdf import PdfReader

    app.open("Programs").graph("lenet")
    name, svg = download(app, "SVG")
    assert name == "lenet_concept.svg"
    root = ElementTree.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "Linear · fc3" in svg.decode()
    name, png = download(app, "PNG")
    picture = Image.open(io.BytesIO(png))
    picture.load()
    assert picture.width == pytest.approx(2 * float(root.get("width")), abs=3)
    name, pdf = download(app, "PDF")
    assert "fc3" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    name, dot = download(app, "DOT")
    assert re.match(rb"(strict )?digraph", dot)
    assert b"fc3" in dot
    name, html = download(app, "HTML")
    assert b"graphtrace.open(" in html
    assert b"Plotly" not in html
    assert len(html) < 600_000
    name, saved = download(app, "JSON")
    assert name == "lenet.json"
    assert loads(saved) == loads(dumps(loads(saved)))
    assert len(loads(saved).nodes) == 26
    assert json.loads(saved)


def upload(app, name, content):
    app.page.get_by_text("Your file").first.click()
    app.page.locator('input[type="file"]').first.set_input_files(
        {"name": name, "mimeType": "application/json", "buffer": content}
    )


def test_hostile_names_in_an_opened_file_run_nothing_and_are_readable(app):
    graph = graph_of("lenet")
    nodes = tuple(replace(node, type=HOSTILE, module=HOSTILE) for node in graph.nodes)
    app.open("Programs").graph("lenet")
    upload(app, f"{'x' * 20}.json", dumps(replace(graph, nodes=nodes)))
    app.graph("file:")
    card = app.page.locator(".card.op").first
    card.hover()
    card.click()
    assert "onerror=" in app.page.locator(".panel").inner_text()
    app.page.get_by_test_id("stDownloadButton").first.wait_for()
    assert app.page.evaluate("window.__pwn") is None


def test_a_damaged_file_is_a_message_and_the_next_file_opens(app):
    app.open("Programs").graph("lenet")
    upload(app, "bad.json", b'{"schema": 99}')
    app.page.get_by_test_id("stAlert").wait_for()
    app.idle()
    app.page.locator('input[type="file"]').first.set_input_files(
        {"name": "good.json", "mimeType": "application/json", "buffer": dumps(graph_of("square"))}
    )
    app.graph("file:")
    assert app.page.locator(".bar strong").inner_text() == "good.json"


def test_language_changes_every_word_and_chinese_is_kept_on_the_next_page(app):
    app.open("Programs").graph("lenet")
    app.page.get_by_text("中文", exact=True).click()
    app.page.get_by_text("适应", exact=True).wait_for()
    app.page.get_by_text("表格", exact=True).first.click()
    app.page.get_by_text("Plotly 图").wait_for()
    app.page.locator(".js-plotly-plot .main-svg").first.wait_for()
    app.idle()


def test_the_dark_theme_is_followed(chromium, server, app):
    app.page.emulate_media(color_scheme="dark")
    app.open("Programs").graph("lenet")
    assert app.page.locator(".gt-root").get_attribute("data-theme") == "dark"
    ground = app.page.locator(".canvas").evaluate("node => getComputedStyle(node).backgroundColor")
    assert max(map(int, re.findall(r"\d+", ground)[:3])) < 60
