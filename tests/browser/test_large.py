"""Large pictures: only what is in the window is drawn, the rest is a sketch and a map, and nothing is lost."""

import json

import pytest
import torch

import graphtrace as gt
from graphtrace import examples, viewer
from graphtrace.export import to_html
from graphtrace.layout import place
from graphtrace.viewer.geometry import geometry, packed
from graphtrace.views import fold

TRANSFORM = """() => {
  const m = new DOMMatrix(document.querySelector(".picture").style.transform);
  return [m.a, m.e, m.f];
}"""


def chain(count):
    x = torch.ones(3, requires_grad=True)
    y = x
    for _ in range(count):
        y = torch.sin(y)
    return x, y.sum()


@pytest.fixture
def page(chromium, tmp_path):
    opened = chromium.new_page(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    opened.set_default_timeout(20_000)
    errors = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)

    def show(text):
        path = tmp_path / "page.html"
        path.write_text(text, encoding="utf-8")
        opened.goto(path.as_uri())
        return opened

    yield show
    opened.close()
    assert errors == []


def lone(script):
    """A page with the viewer's modules and a script that may call them."""
    start = '<!doctype html><meta charset=utf-8><div class="gt-root"></div><script type="module">'
    return f"{start}{viewer.JS}\n{script}</script>"


@pytest.mark.parametrize(("name", "view"), [("lenet", "autograd"), ("lenet", "module"), ("square", "autograd")])
def test_columns_are_put_together_again_as_the_geometry_written_out(page, name, view):
    built = examples.build(name)
    graph = gt.trace(built.root, model=built.model, params=built.params or None)
    layout = place(fold(graph, view))
    sent, plain = packed(graph, layout), json.loads(json.dumps(geometry(graph, layout)))
    keys = sorted({key for box in plain["boxes"] for key in box})
    shown = page(
        lone(f"""const found = graphtrace.unpacked({json.dumps(sent)}), keys = {json.dumps(keys)};
        window.found = {{ boxes: found.boxes.map((box) => Object.fromEntries(keys.map((key) => [key, box[key]]))),
          links: found.links.map((link) => ({{ ...link, points: [...link.points] }})) }};""")
    ).evaluate("window.found")
    for drawn, box in zip(shown["boxes"], plain["boxes"], strict=True):
        for axis in "xy":
            assert abs(drawn.pop(axis) - box.pop(axis)) <= 0.5
        assert drawn == box
    for drawn, link in zip(shown["links"], plain["links"], strict=True):
        assert drawn.pop("points") == pytest.approx(link.pop("points"), abs=0.51)
        assert drawn == link


def in_window(shown):
    """Titles of the cards that a person sees, and how many are in the document."""
    return shown.evaluate("""() => { const box = document.querySelector(".canvas").getBoundingClientRect();
      const seen = [...document.querySelectorAll(".card")].filter((card) => { const r = card.getBoundingClientRect();
        return r.left < box.right && r.right > box.left && r.top < box.bottom && r.bottom > box.top; });
      return [seen.map((card) => Number(card.dataset.id)), document.querySelectorAll(".card").length]; }""")


def wanted(shown, geo):
    """Ids of the boxes whose place lies in the window, from the geometry and the transform alone."""
    k, x, y = shown.evaluate(TRANSFORM)
    room = shown.locator(".canvas").bounding_box()
    wide, high = room["width"], room["height"]
    inside = lambda at, size, shift, room: at * k + shift < room - 1 and (at + size) * k + shift > 1  # noqa: E731
    return {b["id"] for b in geo["boxes"] if inside(b["x"], b["w"], x, wide) and inside(b["y"], b["h"], y, high)}


def test_of_a_large_graph_the_window_holds_exactly_its_cards(page):
    x, loss = chain(900)
    graph = gt.trace(loss, params={"x": x})
    layout = place(fold(graph, "autograd", limit=2000))
    geo = geometry(graph, layout)
    shown = page(to_html(graph, fold="autograd", limit=2000))
    assert shown.locator(".canvas.far").count() == 1, "from far away it is a sketch"
    assert shown.locator(".card").count() < 3
    shown.mouse.move(500, 300)
    for _ in range(6):
        shown.mouse.wheel(0, -240)
    shown.wait_for_function("!document.querySelector('.canvas').classList.contains('far')")
    for dx, dy in ((0, 0), (-300, 120), (250, -200)):
        shown.mouse.move(640, 360)
        shown.mouse.down()
        shown.mouse.move(640 + dx, 360 + dy, steps=3)
        shown.mouse.up()
        seen, drawn = in_window(shown)
        assert set(seen) >= wanted(shown, geo)
        assert wanted(shown, geo)
        assert drawn < 250


def test_a_click_from_far_goes_near_and_search_finds_what_is_not_drawn(page):
    x, loss = chain(900)
    graph = gt.trace(loss, params={"x": x})
    shown = page(to_html(graph, fold="autograd", limit=2000))
    shown.locator(".search").fill("Sin:7")
    assert "found" in shown.locator(".found").text_content()
    shown.locator(".search").press("Enter")
    shown.wait_for_function("!document.querySelector('.canvas').classList.contains('far')")
    assert shown.locator(".card.selected").get_attribute("data-key").startswith("Sin:7")
    shown.get_by_role("button", name="Show the whole graph").click()
    shown.wait_for_selector(".canvas.far")
    box = shown.locator(".canvas").bounding_box()
    k, left, top = shown.evaluate(TRANSFORM)
    first = geometry(graph, place(fold(graph, "autograd", limit=2000)))["boxes"][40]
    shown.mouse.click(
        box["x"] + (first["x"] + first["w"] / 2) * k + left, box["y"] + (first["y"] + first["h"] / 2) * k + top
    )
    shown.wait_for_function("!document.querySelector('.canvas').classList.contains('far')")
    assert shown.locator(".card.selected").get_attribute("data-id") == "40"


def test_the_map_shows_where_the_window_is_and_moves_it(page):
    x, loss = chain(900)
    shown = page(to_html(gt.trace(loss, params={"x": x}), fold="autograd", limit=2000))
    assert shown.locator(".minimap").is_hidden(), "all of it is in the window"
    shown.mouse.move(500, 300)
    for _ in range(6):
        shown.mouse.wheel(0, -240)
    shown.locator(".minimap").wait_for()
    before = shown.locator(".mapframe").bounding_box()
    shown.locator(".minimap").focus()
    shown.keyboard.press("ArrowRight")
    assert shown.locator(".mapframe").bounding_box()["x"] > before["x"]
    area = shown.locator(".minimap canvas").bounding_box()
    shown.mouse.click(area["x"] + 10, area["y"] + 10)
    assert shown.locator(".mapframe").bounding_box()["x"] < before["x"]


def test_a_step_in_a_large_recording_is_drawn_where_the_window_is(page):
    with gt.record() as rec:
        _, loss = chain(300)
        loss.backward()
    shown = page(to_html(rec.recording, fold="autograd"))
    shown.keyboard.press("End")
    shown.locator(".search").fill("Sin:250")
    shown.locator(".search").press("Enter")
    shown.wait_for_selector(".card.selected")
    card = shown.locator(".card.selected .block text").first
    graph = rec.recording.graphs[0]
    node = next(node.id for node in graph.nodes if node.key == "Sin:250")
    incoming = gt.Player(rec.recording).seek(-1).incoming[node, 0]
    from graphtrace.explain import number

    assert number(incoming.norm) in card.text_content()
    shown.keyboard.press("Escape")


def test_a_page_of_many_boxes_says_how_many_there_are(page):
    x, loss = chain(2500)
    graph = gt.trace(loss, params={"x": x})
    text = to_html(graph, fold="autograd", limit=10**6)
    assert '"dense"' in text
    assert len(text) < 1_500_000
    shown = page(text)
    assert shown.locator(".about").text_content() == f"{len(graph.nodes):,} nodes · {len(graph.edges):,} edges"
    shown.locator(".search").fill("sum")
    shown.locator(".search").press("Enter")
    shown.locator(".panel").wait_for()
    assert "SumBackward0" in shown.locator(".panel").inner_text()
    assert shown.locator(".panel .jump").count() == 1
