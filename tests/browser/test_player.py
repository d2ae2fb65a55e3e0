"""The player: the state it draws at every step equals gt.Player's; every control; nothing leaves the page."""

import json
import re

import pytest

import graphtrace as gt
from graphtrace import viewer
from graphtrace.explain import sentences
from graphtrace.export import to_html
from graphtrace.player.beats import beat_ends
from tests.support import expected, probes, recordings


class Opened:
    """A page from disk, with everything it logged, threw and requested."""

    def __init__(self, context, path) -> None:
        self.page = context.new_page()
        self.errors, self.requests = [], []
        self.page.on("pageerror", lambda error: self.errors.append(f"thrown: {error}"))
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.on("request", lambda sent: self.requests.append(sent.url))
        self.page.goto(path.as_uri())
        self.page.wait_for_selector(".gt-root[data-cursor]")

    def cursor(self):
        return int(self.page.locator(".gt-root").first.get_attribute("data-cursor"))

    def seek(self, *cursors):
        return self.page.evaluate(probes.COLLECT, list(cursors))

    def transform(self):
        return self.page.locator(".picture").first.evaluate("node => node.style.transform")

    def key(self, name):
        self.page.keyboard.press(name)


@pytest.fixture
def opened(from_disk, tmp_path):
    def start(made, **options):
        path = tmp_path / f"page{len(list(tmp_path.iterdir()))}.html"
        path.write_text(made if isinstance(made, str) else to_html(made, **options), encoding="utf-8")
        return from_disk(Opened, path)

    return start


@pytest.mark.parametrize("view", ["autograd", "concept"])
@pytest.mark.parametrize(
    "name", ["fork", "retained", "not_finite", "blackboard", "mazur", "parabola_adam", "accumulated", "sequences"]
)
def test_every_step_shows_the_state_of_the_player(opened, name, view):
    recording = recordings.MAKERS[name]()
    player, told, graphs = gt.Player(recording), sentences(recording), expected.shown_graphs(recording)
    seen = opened(recording, fold=view).seek(*range(len(recording) + 1))
    for frame in seen:
        state = player.seek(frame["cursor"])
        assert frame["sentence"] == (
            told[state.cursor - 1] if state.cursor else "Nothing has happened yet: press → to go on"
        )
        expected.assert_blocks(recording, state, graphs[state.cursor], frame)
        wanted = expected.flows(recording, state, graphs[state.cursor], view)
        assert [one if one in (None, "none") else "drawn" for one in frame["flows"]] == [
            one if one in (None, "none") else "drawn" for one in wanted
        ]
        for drawn, norm in zip(frame["flows"], wanted, strict=True):
            if isinstance(norm, float):
                assert drawn == pytest.approx(expected.width(norm), abs=0.011)
        expected.assert_params(recording, state, frame)
    assert [frame["cursor"] for frame in seen] == list(range(len(recording) + 1))


def test_a_shelf_is_held_then_freed_then_named_stale(opened):
    import torch

    x = torch.ones(2, requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        y = x.exp()
        y.add_(1)
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            y.sum().backward()
    page = opened(rec.recording, fold="autograd")
    words = [[b["texts"][-1] for b in f["blocks"] if b["role"] == "shelf"] for f in page.seek(0, len(rec.recording))]
    assert "changed since" in words[1]
    page = opened(recordings.fork(), fold="autograd")
    recording = recordings.fork()
    player, graphs = gt.Player(recording), expected.shown_graphs(recording)
    for frame in page.seek(*range(len(recording) + 1)):
        state = player.seek(frame["cursor"])
        for block in frame["blocks"]:
            if block["role"] == "shelf" and state.graph == graphs[state.cursor]:
                (node,) = fold_nodes(recording.graphs[state.graph], block["box"])
                assert block["texts"][-1] == expected.WORDS[state.saved.get(node, "empty")]


def fold_nodes(graph, box):
    from graphtrace.views import fold

    return fold(graph, "autograd").boxes[box].nodes


def test_every_control_moves_the_cursor_by_mouse(opened):
    recording = recordings.trained("blackboard", 2)
    page = opened(recording)
    button = lambda name: page.page.get_by_role("button", name=name, exact=True)  # noqa: E731
    button("Next").click()
    assert page.cursor() == 1
    button("Last").click()
    assert page.cursor() == len(recording)
    button("Back").click()
    assert page.cursor() == len(recording) - 1
    button("First").click()
    assert page.cursor() == 0
    starts = [i for i, e in enumerate(recording.events, 1) if e.kind == "backward_begin"]
    button("backward").click()
    assert page.cursor() == starts[0]
    button("backward").click()
    assert page.cursor() == starts[1]
    button("backward").click()
    assert page.cursor() == starts[0], "from the last the first again"
    line = page.page.locator(".scrub").bounding_box()
    page.page.mouse.click(line["x"] + line["width"] - 3, line["y"] + line["height"] / 2)
    assert page.cursor() == len(recording)
    page.page.locator(".views").select_option("concept")
    assert page.cursor() == len(recording)


def test_every_control_moves_the_cursor_by_keyboard(opened):
    recording = recordings.trained("blackboard", 1)
    page = opened(recording)
    for name, cursor in [
        ("ArrowRight", 1),
        ("PageDown", 2),
        ("ArrowLeft", 1),
        ("PageUp", 0),
        ("End", len(recording)),
        ("Home", 0),
    ]:
        page.key(name)
        assert page.cursor() == cursor, name
    page.key("n")
    assert page.cursor() == 1, "the first phase starts there"
    page.key("n")
    assert page.cursor() == gt.Player(recording).seek(phase="backward").cursor
    page.page.locator(".search").focus()
    before = page.cursor()
    page.key("End")
    assert page.cursor() == before, "typing in the search does not step"


def test_play_runs_to_the_end_and_stops_and_space_does_not_fire_twice(opened):
    recording = recordings.fork()
    page = opened(recording)
    page.key("3")
    page.key(" ")
    some = ", ".join(f'[data-cursor="{end}"]' for end in beat_ends(recording)[2:6])
    page.page.wait_for_selector(f".gt-root:is({some})")
    page.key(" ")
    stopped = page.cursor()
    page.page.wait_for_timeout(400)  # longer than a step at this speed: nothing may move
    assert page.cursor() == stopped
    page.page.get_by_role("button", name="Play").focus()
    page.key(" ")
    page.page.wait_for_selector(f'.gt-root[data-cursor="{len(recording)}"]')
    page.page.get_by_role("button", name="Play").wait_for()


def test_zoom_and_place_survive_a_step_and_nothing_moves(opened):
    page = opened(recordings.trained("lenet", 1))
    canvas = page.page.locator(".canvas").bounding_box()
    page.page.mouse.move(canvas["x"] + 200, canvas["y"] + 120)
    page.page.mouse.wheel(0, -60)  # who sends a gradient and who gets it still fit
    page.page.mouse.down()
    page.page.mouse.move(canvas["x"] + 240, canvas["y"] + 140, steps=3)
    page.page.mouse.up()
    scale = lambda: re.search(r"scale\((.*)\)", page.transform())[1]  # noqa: E731
    first, zoom = page.page.evaluate(probes.PLACES), scale()
    node = page.page.locator(".card").first.element_handle()
    page.page.evaluate(probes.COLLECT, list(range(0, 60, 7)))
    assert page.page.evaluate(probes.PLACES) == first
    assert scale() == zoom
    assert node.evaluate("node => node.isConnected"), "the picture was not drawn again"


def test_a_step_touches_only_what_changed(opened):
    page = opened(recordings.trained("lenet", 1))
    page.seek(30)
    page.page.evaluate(probes.WATCH)
    page.key("ArrowRight")
    assert page.page.evaluate(probes.TOUCHED) <= 2


def two_on_one_page(one, other):
    """A page with two players, as a notebook without frames would have."""
    from graphtrace.export import html

    def data(recording, name):
        found = {"id": name, "play": viewer.play(recording), "patch": html.patch(name, None, "en")}
        return html._inert(found)

    style = ".gt-root { height: 340px !important; }"
    return (
        f"<!doctype html><meta charset=utf-8><style>{viewer.CSS}{style}</style>"
        f'<div class="gt-root" id="one"></div><div class="gt-root" id="two"></div><script type="module">{viewer.JS}\n'
        f'for (const [id, sent] of [["one", {data(one, "a")}], ["two", {data(other, "b")}]]) '
        "{ const view = new graphtrace.Viewer(document.getElementById(id)); graphtrace.show(view, sent); }</script>"
    )


def test_two_players_on_one_page_do_not_disturb_each_other(opened):
    page = opened(two_on_one_page(recordings.fork(), recordings.trained("blackboard", 1)))
    cursors = lambda: page.page.locator(".gt-root").evaluate_all("all => all.map(n => Number(n.dataset.cursor))")  # noqa: E731
    page.page.locator("#two").get_by_role("button", name="Next", exact=True).click()
    assert cursors() == [0, 1]
    page.page.locator("#one .scrub").focus()
    page.key("ArrowRight")
    page.key("ArrowRight")
    assert cursors() == [2, 1]
    page.page.locator("#two .search").fill("clamp")
    assert page.page.locator("#one .found").text_content() == ""


def test_hostile_names_run_nothing_and_are_readable(opened):
    page = opened(recordings.hostile(), title=recordings.HOSTILE)
    page.seek(*range(4))
    page.key("End")
    page.page.locator(".card").first.click()
    page.page.locator(".panel").wait_for()
    assert page.page.evaluate("window.__pwn") is None
    assert "onerror=" in page.page.locator(".params").inner_text()
    assert page.page.title() == recordings.HOSTILE


def test_the_policy_forbids_requests_and_other_scripts(opened):
    page = opened(recordings.fork())
    policy = page.page.locator('meta[http-equiv="Content-Security-Policy"]').get_attribute("content")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.page.evaluate("fetch('https://example.org').then(() => 'sent', () => 'refused')") == "refused"
    page.page.evaluate(probes.ADD_SCRIPT)
    assert page.page.evaluate("window.__pwn") is None
    page.errors.clear()  # the browser told of both refusals


def test_language_switches_in_place(opened):
    recording = recordings.fork()
    page = opened(recording)
    page.seek(14)
    page.page.get_by_role("button", name="Language").click()
    assert page.page.locator(".sentence").text_content() == sentences(recording, "zh")[13]
    assert page.cursor() == 14
    assert "反向" in page.page.locator(".place").text_content()


def test_present_mode_is_large_and_hides_the_rest(opened):
    page = opened(recordings.trained("lenet", 1))
    page.seek(20)
    page.key("p")
    assert page.page.locator(".params").is_hidden()
    assert page.page.locator(".codeline:visible").count() == 1
    assert page.page.locator(".sentence").evaluate("n => parseFloat(getComputedStyle(n).fontSize)") >= 28
    page.key("ArrowRight")
    assert min(page.page.evaluate(probes.RUNNING_TEXT)) >= 15.9
    page.key("p")
    assert page.page.locator(".params").is_visible()


def test_the_frame_is_saved_as_svg_and_png(opened):
    import io
    import xml.etree.ElementTree as ElementTree
    from pathlib import Path

    from PIL import Image

    recording = recordings.trained("blackboard", 1)
    page = opened(recording, title="blackboard")
    page.seek(20)
    saved = {}
    page.page.locator(".exports summary").click()
    for suffix in ("svg", "png"):
        with page.page.expect_download() as waiting:
            page.page.locator(f'[data-save="{suffix}"]').click()
        saved[waiting.value.suggested_filename] = Path(waiting.value.path()).read_bytes()
    assert set(saved) == {"blackboard_step20_backward.svg", "blackboard_step20_backward.png"}
    root = ElementTree.fromstring(saved["blackboard_step20_backward.svg"])
    text = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert sentences(recording)[19] in text
    assert "w1" in text
    picture = Image.open(io.BytesIO(saved["blackboard_step20_backward.png"]))
    assert picture.width == 2 * int(root.get("width"))
    assert len(picture.convert("RGB").getcolors(1 << 24)) > 50, "it is not blank"


def test_selecting_lights_code_table_and_card_together(opened):
    page = opened(recordings.trained("lenet", 1))
    page.seek(40)
    page.page.locator(".codeline", has_text="fc3").click()
    assert "fc3" in page.page.locator(".panel h2").inner_text()
    page.page.locator(".params .jump", has_text="conv1.weight").click()
    assert "conv1" in page.page.locator(".card.selected").text_content()
    assert "conv1.weight.grad" in page.page.locator(".atstep").inner_text()


def test_a_node_is_reached_from_its_card(opened):
    recording = recordings.trained("lenet", 1)
    page = opened(recording)
    page.page.locator(".card", has_text="conv1").first.click()
    page.page.get_by_role("button", name="Go to where it runs").click()
    assert page.cursor() == gt.Player(recording).seek(node="conv1/Convolution:0").cursor


def test_an_update_by_hand_is_one_stretch_of_the_timeline(opened):
    recording = recordings.trained("blackboard", 1)
    page = opened(recording)
    parts = page.page.locator(".part").evaluate_all("parts => parts.map((part) => part.className)")
    assert parts.count("part step") == 1
    updates = [i for i, event in enumerate(recording.events, 1) if event.kind == "param_update"]
    (frame,) = page.seek(updates[-1])
    assert frame["place"] == f"step {len(updates)} of {len(updates)}"


def test_a_graph_has_a_page_of_its_own(opened, chromium, tmp_path):
    from graphtrace import examples

    built = examples.build("lenet")
    path = tmp_path / "graph.html"
    path.write_text(to_html(gt.trace(built.root, model=built.model)), encoding="utf-8")
    page = chromium.new_page()
    page.goto(path.as_uri())
    page.wait_for_selector(".gt-root[data-ready] .card")
    assert page.locator(".control").is_hidden()
    assert page.locator(".card").count() > 10
    page.close()


def test_a_recording_without_a_backward_pass_still_tells_its_events(opened):
    import torch

    with gt.record() as rec:
        torch.ones(2).add(1)
    page = opened(rec.recording)
    page.key("End")
    assert page.page.locator(".sentence").text_content() == sentences(rec.recording)[-1]
    (view,) = json.loads(page.page.locator("#data").text_content())["play"]["views"]
    assert [picture["why"] for picture in view["pictures"]] == ["frozen"]
    assert page.page.locator(".card.data .title").all_text_contents() == ["ones", "add"]
