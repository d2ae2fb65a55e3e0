"""Files from the browser: the same as Python's, with the looks that the page computes, decoded, and offline."""

import io
import re
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest

import graphtrace as gt
from graphtrace.export import to_html
from graphtrace.export.frames import draw
from graphtrace.export.frames.look import checked_look
from graphtrace.notebook import frame as notebook_frame
from graphtrace.style.theme import palette
from tests.support import probes, recordings

SVG = "{http://www.w3.org/2000/svg}"
LOOKS = ("fill", "stroke", "stroke-width", "stroke-dasharray", "fill-opacity", "opacity", "font-weight", "text-anchor")

# What the page draws, in order: each element that the file has too, with the looks that the browser computes.
SEEN = """(looks) => {
  const drawn = [...document.querySelectorAll(".picture rect, .picture path, .picture circle, .picture text")];
  const worn = (node, look) => getComputedStyle(node).getPropertyValue(look);
  const empty = (node) => node.localName === "text" && !node.textContent;
  const shown = drawn.filter((node) => !node.closest(".switch") && worn(node, "display") !== "none" && !empty(node));
  return shown.map((node) => ({ tag: node.localName, text: node.localName === "text" ? node.textContent : "",
    ...Object.fromEntries(looks.map((look) => [look, worn(node, look)])) }));
}"""


class Page:
    """A page from disk with its menu open, and everything it logged, threw and requested."""

    def __init__(self, context, path: Path, folder: Path) -> None:
        self.page, self.folder = context.new_page(), folder
        self.errors, self.requests = [], []
        self.page.on("pageerror", lambda error: self.errors.append(f"thrown: {error}"))
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.on("request", lambda sent: self.requests.append(sent.url))
        self.page.goto(path.as_uri())
        self.page.wait_for_selector(".gt-root[data-cursor]")
        self.menu = self.page.locator(".exports")
        self.menu.locator("summary").click()

    def seek(self, cursor):
        self.page.evaluate(probes.SEEK, cursor)
        self.page.wait_for_selector(f'.gt-root[data-cursor="{cursor}"]')

    def pick(self, name, value):
        self.menu.locator(f'[data-pick="{name}"]').select_option(value)

    def save(self, name):
        """Press a button; return name and bytes of the file it gives."""
        with self.page.expect_download() as waiting:
            self.menu.locator(f'[data-save="{name}"]').click()
        path = self.folder / f"{len(list(self.folder.iterdir()))}"
        waiting.value.save_as(path)
        file = waiting.value.suggested_filename
        self.page.wait_for_function("(name) => document.querySelector('.exportstatus').textContent === name", arg=file)
        return file, path.read_bytes()


@pytest.fixture
def opened(from_disk, tmp_path):
    (tmp_path / "saved").mkdir()

    def start(recording, **options):
        path = tmp_path / f"page{len(list(tmp_path.iterdir()))}.html"
        path.write_text(to_html(recording, **options), encoding="utf-8")
        return from_disk(Page, path, tmp_path / "saved")

    return start


CASES = [
    ("fork", "autograd", "light", "en"),
    ("retained", "autograd", "dark", "zh"),
    ("not_finite", "concept", "dark", "en"),
    ("hostile", "module", "light", "zh"),
    ("accumulated", "concept", "light", "en"),
    ("lenet", "module", "dark", "zh"),
]


@pytest.mark.parametrize(("name", "view", "theme", "language"), CASES)
def test_the_browser_and_python_give_the_same_file(opened, name, view, theme, language):
    recording = getattr(recordings, name, recordings.MAKERS.get(name))()
    page = opened(recording, fold=view, theme=theme, language=language, title=name)
    wanted = {"fold": view, "theme": theme, "language": language, "title": name}
    for cursor in (0, len(recording) // 3, len(recording) // 2, len(recording)):
        page.seek(cursor)
        file, data = page.save("svg")
        assert file == gt.frame_name(recording, cursor, name=name)
        assert data.decode() == gt.frame(recording, cursor, **wanted).decode()


def test_another_theme_than_the_one_on_screen_can_be_saved(opened):
    recording = recordings.fork()
    page = opened(recording, fold="autograd", theme="light", title="fork")
    page.seek(9)
    for ground, theme, kind in (
        ("dark", "dark", "theme"),
        ("white", "light", "white"),
        ("none", "light", "transparent"),
    ):
        page.pick("ground", ground)
        wanted = gt.frame(recording, 9, fold="autograd", theme=theme, background=kind, title="fork")
        assert page.save("svg")[1] == wanted


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["fork", "not_finite", "lenet"])
def test_what_the_window_shows_has_the_looks_that_the_page_computes(opened, name, theme):
    recording = recordings.MAKERS[name]()
    page = opened(recording, theme=theme)
    page.pick("part", "window")
    page.page.mouse.move(1, 1)  # nothing is pointed at
    for cursor in (0, len(recording) // 3, 2 * len(recording) // 3, len(recording)):
        page.seek(cursor)
        assert_same_looks(page)


@pytest.mark.parametrize("state", ["selected", "found", "presented", "far away"])
def test_what_is_selected_found_presented_or_far_away_is_saved_as_it_looks(opened, state):
    page = opened(recordings.MAKERS["lenet"]())
    page.pick("part", "window")
    page.page.keyboard.press("Escape")
    page.seek(60)
    if state == "selected":
        page.page.locator(".card", has_text="ReLU").first.click()
        page.page.wait_for_selector(".card.selected")
    elif state == "found":
        page.page.locator(".search").fill("relu")
        page.page.wait_for_selector(".card.hit")
    elif state == "presented":
        page.page.locator(".sentence").click()
        page.page.keyboard.press("p")
        page.page.wait_for_selector(".gt-root.present")
    else:
        for _ in range(8):
            page.page.locator(".tools button").first.click()
    page.menu.locator("summary").click()
    page.page.mouse.move(1, 1)
    assert_same_looks(page)


def assert_same_looks(page):
    seen = page.page.evaluate(SEEN, LOOKS)
    written = list(looks_of(page.save("svg")[1]))
    assert [(one["tag"], one["text"]) for one in written] == [(one["tag"], one["text"]) for one in seen]
    for mine, theirs in zip(written, seen, strict=True):
        for look in LOOKS:
            assert look not in mine or plain(mine[look]) == plain(theirs[look]), (look, mine, theirs)
        assert plain(mine.get("fill", "#000000")) == plain(theirs["fill"])
        assert plain(mine.get("stroke", "none")) == plain(theirs["stroke"])


def looks_of(data):
    """Yield tag, text and looks of what stands in the inner picture of a file, in order."""
    cut = ET.fromstring(data).find(f"{SVG}svg")
    for node in cut.iter():
        tag = node.tag.removeprefix(SVG)
        if tag in ("rect", "path", "circle", "text"):
            yield {"tag": tag, "text": node.text or "", **{look: node.get(look) for look in LOOKS if node.get(look)}}


def plain(value):
    """Colours as three numbers, lengths as one."""
    if value.startswith("#"):
        return tuple(bytes.fromhex(value[1:] if len(value) == 7 else "".join(2 * char for char in value[1:])))
    numbers = re.findall(r"[\d.]+", value)
    if value.startswith("rgba") and float(numbers[3]) == 0:
        return "none"
    return tuple(map(float, numbers[:3])) if numbers else value


def test_the_window_is_cut_where_the_screen_cuts_it(opened):
    recording = recordings.MAKERS["lenet"]()
    page = opened(recording)
    page.pick("part", "window")
    page.page.keyboard.press("Escape")
    page.page.locator(".tools button").nth(1).click()  # zoom in
    page.menu.locator("summary").click()
    transform = page.page.locator(".picture").evaluate(
        "node => { const { a, e, f } = new DOMMatrix(node.style.transform); return [a, e, f]; }"
    )
    size = page.page.locator(".canvas").evaluate("node => [node.clientWidth, node.clientHeight]")
    cut = ET.fromstring(page.save("svg")[1]).find(f"{SVG}svg")
    assert [float(cut.get(side)) for side in ("width", "height")] == size
    x, y, k = map(float, re.findall(r"-?[\d.]+", cut.find(f"{SVG}g").get("transform")))
    assert (x, y, k) == pytest.approx((*transform[-2:], transform[0]), abs=0.01)


@pytest.mark.parametrize("times", [1, 4])
def test_a_png_has_the_size_and_the_ground_that_were_chosen(opened, times):
    image = pytest.importorskip("PIL.Image")
    recording = recordings.fork()
    page = opened(recording, theme="dark")
    page.pick("times", str(times))
    height = float(ET.fromstring(gt.frame(recording, 0)).get("height"))
    for ground, corner in (("theme", bytes.fromhex(palette("dark").background[1:]) + b"\xff"), ("none", bytes(4))):
        page.pick("ground", ground)
        file, data = page.save("png")
        assert file == "Recording_step00_start.png"
        with image.open(io.BytesIO(data)) as picture:
            assert picture.size == (1600 * times, height * times)
            assert bytes(picture.convert("RGBA").getpixel((0, 0))) == corner


def test_a_zip_of_all_steps_is_made_without_a_server(opened):
    recording = recordings.MAKERS["lenet"]()
    file, data = opened(recording, title="LeNet 5", theme="light").save("all_svg")
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert file == "LeNet_5_steps_svg.zip"
    assert archive.testzip() is None
    wanted = {f"{one.name}.svg": one.svg for one in draw(recording, look=checked_look(title="LeNet 5"))}
    assert archive.namelist() == sorted(wanted)
    assert {name: archive.read(name).decode() for name in archive.namelist()} == wanted


def test_a_zip_of_pictures_has_one_for_each_step(opened):
    image = pytest.importorskip("PIL.Image")
    recording = recordings.fork()
    page = opened(recording)
    page.pick("times", "1")
    archive = zipfile.ZipFile(io.BytesIO(page.save("all_png")[1]))
    assert len(archive.namelist()) == len(recording) + 1
    for name in archive.namelist():
        with image.open(io.BytesIO(archive.read(name))) as picture:
            assert picture.width == 1600


def test_a_worksheet_comes_with_its_answers(opened):
    recording = recordings.fork()
    page = opened(recording, fold="autograd", title="fork", theme="light")
    page.pick("ground", "white")
    page.seek(19)
    archive = zipfile.ZipFile(io.BytesIO(page.save("sheet_svg")[1]))
    made = gt.worksheet(recording, 19, fold="autograd", title="fork")
    wanted = {f"{one.name}.svg": one.svg.encode() for one in (*made.tasks, *made.keys)}
    assert {name: archive.read(name) for name in archive.namelist()} == wanted


@pytest.mark.parametrize(("name", "count"), [("print", 1), ("all_print", None), ("sheet_print", 2)])
def test_the_print_dialog_gets_a_page_a_picture_and_nothing_else(opened, name, count):
    pypdf = pytest.importorskip("pypdf")
    recording = recordings.fork()
    page = opened(recording, fold="autograd")
    page.page.evaluate("() => { window.print = () => { window.asked = (window.asked ?? 0) + 1; }; }")
    page.menu.locator(f'[data-save="{name}"]').click()
    page.page.wait_for_function("() => window.asked === 1")
    found = pypdf.PdfReader(io.BytesIO(page.page.pdf(prefer_css_page_size=True))).pages
    assert len(found) == (count or len(recording) + 1)
    for paper in found:
        assert paper.mediabox.width > paper.mediabox.height
        assert "AccumulateGrad" in paper.extract_text()
        assert "Search" not in paper.extract_text()
    page.page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert page.page.locator(".gt-print").count() == 0


def test_the_menu_is_reached_and_left_by_keyboard_and_its_keys_do_not_play(opened):
    page = opened(recordings.fork())
    summary = page.menu.locator("summary")
    page.page.keyboard.press("Escape")
    assert not page.menu.evaluate("node => node.open")
    assert summary.evaluate("node => node === node.getRootNode().activeElement")
    page.page.keyboard.press("Enter")
    assert page.menu.evaluate("node => node.open")
    page.page.keyboard.press("Tab")
    for key in ("ArrowRight", "End", "n"):
        page.page.keyboard.press(key)
    assert page.page.locator(".gt-root").get_attribute("data-cursor") == "0"


def test_a_click_beside_the_menu_closes_it(opened):
    page = opened(recordings.fork())
    page.page.locator(".sentence").click()
    page.page.wait_for_selector(".exports:not([open])", state="attached")


def test_inside_a_notebook_frames_are_saved_and_not_printed(chromium, tmp_path):
    recording = recordings.fork()
    path = tmp_path / "notebook.html"
    path.write_text(f"<!doctype html><meta charset=utf-8>{notebook_frame(recording)}", encoding="utf-8")
    with chromium.new_context(accept_downloads=True) as context:
        page = context.new_page()
        page.goto(path.as_uri())
        inside = page.frame_locator("iframe")
        inside.locator(".exports summary").click()
        with page.expect_download() as waiting:
            inside.locator('[data-save="svg"]').click()
        waiting.value.save_as(tmp_path / "a.svg")
        assert inside.locator("[data-save]").count() == 6
        assert inside.locator('[data-save$="print"]').count() == 0
    assert ET.parse(tmp_path / "a.svg").getroot().tag == f"{SVG}svg"


def test_the_server_draws_the_step_that_is_played(app):
    image = pytest.importorskip("PIL.Image")
    app.open("Programs", look="play", program="square", steps="1", lang="zh")
    app.page.wait_for_selector(".gt-root[data-cursor]")
    app.idle()
    app.page.get_by_text("画面", exact=True).click()
    with app.page.expect_download(timeout=60_000) as waiting:
        app.page.get_by_role("button", name="生成并下载").click()
    assert waiting.value.suggested_filename == "square_step00_start.png"
    with image.open(waiting.value.path()) as picture:
        assert picture.width == 3200


def test_a_choice_survives_a_change_of_language(opened):
    page = opened(recordings.fork())
    page.pick("times", "4")
    page.page.keyboard.press("Escape")
    page.page.get_by_role("button", name="Language").click()
    assert page.menu.locator('[data-pick="times"]').input_value() == "4"
    assert page.menu.locator("summary").get_attribute("aria-label") == "保存图片"


def test_saving_every_step_leaves_the_player_where_it_is(opened):
    page = opened(recordings.fork())
    page.seek(7)
    before = page.page.locator(".picture").evaluate("node => [node.style.transform, node.textContent]")
    page.save("all_svg")
    assert page.page.locator(".gt-root").get_attribute("data-cursor") == "7"
    assert page.page.locator(".picture").evaluate("node => [node.style.transform, node.textContent]") == before


def test_a_picture_too_large_for_a_canvas_is_told(opened):
    page = opened(recordings.fork())
    page.page.set_viewport_size({"width": 4200, "height": 900})
    page.pick("part", "window")
    page.pick("times", "4")
    page.menu.locator('[data-save="png"]').click()
    page.page.wait_for_function("() => document.querySelector('.exportstatus').textContent.startsWith('Too large')")


def test_the_menu_stays_inside_the_window(opened):
    page = opened(recordings.fork())
    for width in (1280, 700, 420):
        page.page.set_viewport_size({"width": width, "height": 720})
        box = page.menu.locator(".exportbox").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
