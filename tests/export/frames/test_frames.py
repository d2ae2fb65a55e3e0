"""Frames as files: every format decoded, the numbers checked against gt.Player, wrong calls told in words."""

import asyncio
import inspect
import io
import re
import sys
import typing
import xml.etree.ElementTree as ET
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import torch
from torch import nn

import graphtrace as gt
from graphtrace.errors import RenderError
from graphtrace.explain import sentences
from graphtrace.export import frames
from graphtrace.export.frames import drawing, engine
from graphtrace.export.frames.look import checked_look
from graphtrace.style.theme import palette
from graphtrace.texts import LANGUAGES
from graphtrace.views import fold
from tests.support import expected, recordings

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def lenet():
    return recordings.trained("lenet", 1)


@pytest.fixture(scope="module")
def fork():
    return recordings.fork()


def texts(svg):
    return [node.text for node in ET.fromstring(svg).iter(f"{SVG}text")]


def rgb(colour):
    return tuple(bytes.fromhex(colour[1:]))


def opened(data):
    image = pytest.importorskip("PIL.Image")
    return image.open(io.BytesIO(data))


def pages(data):
    return pytest.importorskip("pypdf").PdfReader(io.BytesIO(data)).pages


def corner(data):
    return opened(data).convert("RGBA").getpixel((0, 0))


# ---- what is drawn --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["fork", "retained", "not_finite", "parabola_adam"])
def test_each_step_shows_the_sentence_and_the_buckets_of_the_player(name):
    recording = recordings.MAKERS[name]()
    player, told = gt.Player(recording), sentences(recording)
    leaves = {param.names[0] for graph in recording.graphs for param in graph.params}
    drawn = list(frames.draw(recording, look=checked_look(fold="autograd")))
    assert len(drawn) == len(recording) + 1
    for step, one in enumerate(drawn):
        state, found = player.seek(step), texts(one.svg)
        sentence = told[step - 1] if step else "Nothing has happened yet: press → to go on"
        assert sentence in " ".join(found)
        labels = {
            ".grad zero" if kind == "zero" else f".grad {kind}"
            for kind in map(expected.grad_state, state.grads.values())
        }
        labels |= {".grad None"} if leaves - set(state.grads) else set()
        assert {text for text in found if text.startswith(".grad")} == labels


def test_numbers_in_the_cells_are_those_that_torch_gave():
    x = torch.tensor([[1.0, -2.5], [0.1234567, 4e-9]], requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        (x * 3).sum().backward()
    last = texts(gt.frame(rec.recording, len(rec.recording), fold="autograd"))
    cells = " ".join(text for text in last if text in {"1", "3", "−2.5", ".12", "4e−9", "−7.5", ".37", "1e−8"})
    assert "1 −2.5 .12 4e−9" in cells  # x, and three times x, whose gradient is 1
    assert "3 −7.5 .37 1e−8 1 1 1 1" in cells
    assert "3 3 3 3" in cells  # what x receives


def test_no_step_moves_a_card(lenet):
    places = set()
    for one in frames.draw(lenet):
        root = ET.fromstring(one.svg)
        places.add((root.attrib["height"], *re.findall(r'transform="([^"]*)"', one.svg.partition("<path")[0])[:1]))
    assert len(places) == 1


def test_the_same_step_is_the_same_file_every_time(lenet):
    assert gt.frame(lenet, 60) == gt.frame(lenet, 60)
    assert gt.all_frames(lenet, events=[3, 60]) == gt.all_frames(lenet, events=[3, 60])


def test_a_frame_can_be_drawn_inside_an_event_loop_as_in_a_notebook(fork):
    async def cell():
        return gt.frame(fork, 3)

    with ThreadPoolExecutor(1) as apart:  # a browser test in the same process leaves a loop running in this thread
        assert apart.submit(lambda: asyncio.run(cell())).result() == gt.frame(fork, 3)


def test_frames_are_drawn_in_several_threads_at_once(fork):
    with ThreadPoolExecutor(3) as threads:
        assert len(set(threads.map(lambda _: gt.frame(fork, 9), range(6)))) == 1


def test_steps_may_come_in_any_order(fork):
    alone = [next(frames.draw(fork, [step])).svg for step in (9, 2, 9)]
    assert [one.svg for one in frames.draw(fork, [9, 2, 9])] == alone


def test_no_text_is_told_a_length_beyond_its_room(lenet):
    for one in frames.draw(lenet, range(0, len(lenet), 9)):
        for node in ET.fromstring(one.svg).iter(f"{SVG}text"):
            if "textLength" in node.attrib:
                assert float(node.attrib["textLength"]) <= float(node.attrib["data-room"]) + 0.01


def test_names_of_files_sort_by_step_and_say_the_phase(lenet):
    names = [one.name for one in frames.draw(lenet, look=checked_look(name="LeNet 5!"))]
    assert names == sorted(names)
    assert names[0] == "LeNet_5_step000_start"
    assert {name.rsplit("_", 1)[1] for name in names} == {"start", "forward", "backward", "step"}
    assert gt.frame_name(lenet, 7, "png", name="lenet") == "lenet_step007_forward.png"


def test_a_name_that_no_file_can_have_is_left_out(fork):
    assert gt.frame_name(fork, 7, name="../../a b").startswith("a_b_step07_")
    assert gt.frame_name(fork, 7, name="梯度").startswith("graph_step07_")


def test_hostile_names_stay_text():
    recording = recordings.hostile()
    svg = gt.frame(recording, len(recording), fold="autograd", title=recordings.HOSTILE)
    tags = {node.tag.removeprefix(SVG) for node in ET.fromstring(svg).iter()}
    assert tags <= {"svg", "title", "g", "rect", "path", "circle", "text"}
    assert any(text and "<img src=x" in text for text in texts(svg))


def test_a_recording_without_a_backward_pass_has_frames():
    x = torch.ones(2, requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        x * 2
    assert any("mul" in text for text in texts(gt.frame(rec.recording, 1)))


def test_an_error_is_drawn_as_the_last_event():
    recording = recordings.retained()
    one = next(frames.draw(recording, [len(recording)]))
    assert one.name.endswith("_error")
    assert "backward through the graph a second time" in " ".join(texts(one.svg))


def test_each_view_and_open_modules_can_be_asked_for():
    net = nn.Sequential(nn.Sequential(nn.Linear(2, 2), nn.Tanh()), nn.Linear(2, 1))
    with gt.record(net) as rec:
        net(torch.ones(1, 2)).sum().backward()
    shut, wide = (gt.frame(rec.recording, 5, fold="module", opened=opened) for opened in ([], ["0"]))
    assert any("TanhBackward0" in text for text in texts(wide))
    assert not any("TanhBackward0" in text for text in texts(shut))


def test_what_the_view_leaves_out_is_written_below(lenet):
    folded = fold(lenet.graphs[0], "concept").folded
    assert folded > 9
    assert texts(gt.frame(lenet, 3, fold="concept"))[-1].endswith(f" · {folded} folded away")
    assert texts(gt.frame(lenet, 3, fold="concept", language="zh"))[-1].endswith(f" · {folded} 个已折叠")
    assert not any("folded" in text for text in texts(gt.frame(lenet, 3, fold="concept", caption=False)))


def test_warnings_of_the_recording_are_written_below():
    recording = replace(recordings.fork(), warnings=("something was not seen",))
    assert texts(gt.frame(recording, 3))[-1] == "something was not seen"


# ---- formats --------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
def test_a_png_has_the_size_that_was_asked_for(fork, scale):
    assert opened(gt.frame(fork, 9, "png", scale=scale, width=800, height=500)).size == (800 * scale, 500 * scale)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_background_is_that_of_the_theme_white_or_nothing(fork, theme):
    png = {
        one: gt.frame(fork, 9, "png", scale=1, theme=theme, background=one) for one in ("theme", "white", "transparent")
    }
    assert corner(png["theme"]) == (*rgb(palette(theme).background), 255)
    assert corner(png["white"]) == (255, 255, 255, 255)
    assert corner(png["transparent"])[3] == 0


def test_a_pdf_has_selectable_text_in_both_languages(fork):
    for language in LANGUAGES:
        page = pages(gt.frame(fork, 9, "pdf", language=language))[0]
        assert sentences(fork, language)[8].replace(" ", "") in page.extract_text().replace(" ", "").replace("\n", "")
        fonts = {str(one.get_object()["/BaseFont"]) for one in page["/Resources"]["/Font"].values()}
        assert any("Roboto" in font for font in fonts)
        assert any("CJK" in font for font in fonts) == (language == "zh")


def test_chinese_in_a_png_is_no_row_of_boxes(fork):
    one, other = (gt.frame(fork, 0, "png", scale=1, title=title) for title in ("梯度", "叶子"))
    assert opened(one).tobytes() != opened(other).tobytes()


def test_a_zip_holds_every_step_once(lenet):
    archive = zipfile.ZipFile(io.BytesIO(gt.all_frames(lenet, name="lenet")))
    assert archive.testzip() is None
    assert archive.namelist() == [f"{one.name}.svg" for one in frames.draw(lenet, look=checked_look(name="lenet"))]
    for name in archive.namelist()[::20]:
        assert ET.fromstring(archive.read(name)).tag == f"{SVG}svg"


def test_a_zip_of_png_pictures_can_be_asked_for(fork):
    archive = zipfile.ZipFile(io.BytesIO(gt.all_frames(fork, picture="png", width=400)))
    assert len(archive.namelist()) == len(fork) + 1
    assert {opened(archive.read(name)).width for name in archive.namelist()} == {400}


def test_a_pdf_of_all_steps_has_a_page_a_step(fork):
    found, told = pages(gt.all_frames(fork, "pdf", language="zh")), sentences(fork, "zh")
    assert len(found) == len(fork) + 1
    for page, sentence in zip(found[1:], told, strict=True):
        assert sentence.replace(" ", "") in page.extract_text().replace(" ", "").replace("\n", "")


@pytest.mark.parametrize("format", ["gif", "webp"])
def test_a_moving_picture_shows_every_step_as_long_as_asked(fork, format):
    picture = opened(gt.all_frames(fork, format, width=400, seconds=0.5))
    assert (picture.n_frames, picture.width, picture.info["loop"]) == (len(fork) + 1, 400, 0)
    shown = set()
    for number in range(picture.n_frames):
        picture.seek(number)
        shown.add(picture.convert("RGB").tobytes())
        assert picture.info["duration"] == 500
    assert len(shown) == picture.n_frames


def test_the_colours_of_a_gif_are_near_those_of_the_png(fork):
    chops = pytest.importorskip("PIL.ImageChops")
    gif = opened(gt.all_frames(fork, "gif", events=[9, 10], width=600)).convert("RGB")
    png = opened(gt.frame(fork, 9, "png", scale=1, width=600)).convert("RGB")
    off = chops.difference(gif, png).convert("L").histogram()
    assert sum(off[24:]) < 0.01 * sum(off)


def test_an_mp4_shows_every_step(fork):
    av = pytest.importorskip("av")
    with av.open(io.BytesIO(gt.all_frames(fork, "mp4", width=401, seconds=0.5))) as film:
        stream = film.streams.video[0]
        assert (stream.average_rate, stream.width) == (2, 400)  # the codec wants even sides
        assert sum(1 for _ in film.decode(video=0)) == len(fork) + 1


def test_progress_is_told_for_every_step(fork):
    told = []
    gt.all_frames(fork, events=range(4), progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


# ---- wrong calls ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"event": 99}, r"no such event: 99 \(use 0, before everything, to "),
        ({"event": -1}, r"no such event: -1"),
        ({"event": True}, r"no such event: True"),
        ({"format": "gif"}, r"unknown format: 'gif' \(use one of svg, png, pdf\)"),
        ({"theme": "blue"}, r"unknown theme: 'blue' \(must be one of 'light', 'dark'\)"),
        ({"background": "red"}, r"unknown background: 'red'"),
        ({"language": "fr"}, r"unknown language: 'fr'"),
        ({"fold": "tree"}, r"unknown view: 'tree'"),
        ({"width": 10}, r"size out of range: 10 \(use 200 to 8000 pixels\)"),
        ({"height": 9000}, r"size out of range: 9000"),
        ({"format": "png", "scale": 9}, r"scale out of range: 9 \(use a number from 1 to 4\)"),
        ({"format": "png", "scale": 4, "width": 8000, "height": 8000}, r"the picture is too large"),
    ],
)
def test_a_wrong_option_of_a_frame_is_told(fork, options, words):
    with pytest.raises(RenderError, match=words):
        gt.frame(fork, **{"event": 3, **options})


@pytest.mark.parametrize(
    ("format", "options", "words"),
    [
        ("svg", {}, r"unknown format: 'svg' \(use one of zip, pdf, gif, webp, mp4\)"),
        ("zip", {"picture": "gif"}, r"unknown format: 'gif'"),
        ("zip", {"events": []}, r"number of events out of range: 0"),
        ("gif", {"seconds": 0}, r"time of a frame out of range: 0"),
        ("gif", {"background": "transparent"}, r"a moving picture needs a background: 'transparent'"),
    ],
)
def test_a_wrong_option_of_all_frames_is_told(fork, format, options, words):
    with pytest.raises(RenderError, match=words):
        gt.all_frames(fork, format, **options)


def test_a_graph_is_no_recording(fork):
    with pytest.raises(RenderError, match=r"not a recording: Graph.*to_svg draws a graph"):
        gt.frame(fork.graphs[0], 0)


@pytest.mark.parametrize(
    ("module", "limit", "words"),
    [
        (engine, "MOST_BOXES", r"too many boxes for a frame: \d+ \(use a view that folds more"),
        (engine, "MOST_SENT", r"the recording is too large to draw: [\d,]+ characters"),
        (drawing, "MOST_FRAMES", r"number of events out of range: \d+ \(choose 1 to 1 with events=\)"),
        (drawing, "MOST_MOVING", r"the moving picture is too large: more than 1 pixels \(use fewer events\)"),
    ],
)
def test_a_limit_is_told_with_what_to_do(fork, monkeypatch, module, limit, words):
    monkeypatch.setattr(module, limit, 1)
    with pytest.raises(RenderError, match=words):
        gt.all_frames(fork, "webp")


def test_a_picture_that_needs_too_much_memory_does_not_end_the_process(fork, monkeypatch):
    monkeypatch.setattr(engine, "_MEMORY", 100_000)
    with pytest.raises(RenderError, match=r"the picture needs more memory than 100,000 bytes"):
        gt.frame(fork, 3)


def test_a_picture_that_takes_too_long_is_given_up(fork, monkeypatch):
    monkeypatch.setattr(engine, "_SECONDS", 1e-9)
    with pytest.raises(RenderError, match=r"the picture takes longer than 0 s \(use a view that folds more\)"):
        gt.frame(fork, 3)


@pytest.mark.parametrize(
    ("package", "format", "words"),
    [
        ("py_mini_racer", "zip", r'a frame needs a package .*: py_mini_racer \(pip install "graphtrace\[files\]"\)'),
        ("PIL", "webp", r'a moving picture needs a package .*: PIL \(pip install "graphtrace\[files\]"\)'),
        ("av", "mp4", r'an MP4 needs a package that is not installed: av \(pip install "graphtrace\[video\]"\)'),
        ("typst", "pdf", r'a PDF needs a package that is not installed: typst \(pip install "graphtrace\[pdf\]"\)'),
    ],
)
def test_a_missing_package_is_named(fork, monkeypatch, package, format, words):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(RenderError, match=words):
        gt.all_frames(fork, format)


def test_the_old_name_of_events_is_understood(fork):
    assert gt.all_frames(fork, steps=[3, 9]) == gt.all_frames(fork, events=[3, 9])


@pytest.mark.parametrize("function", [gt.frame, gt.all_frames, gt.worksheet, gt.to_svg, gt.to_png, gt.to_pdf])
def test_every_option_has_a_name_and_a_type_of_its_own(function):
    parameters = inspect.signature(function).parameters.values()
    assert all(parameter.kind is not parameter.VAR_KEYWORD for parameter in parameters)
    hints = typing.get_type_hints(function)
    assert all(hints[parameter.name] is not typing.Any for parameter in parameters)
    assert set(typing.get_args(hints["theme"])) == {"light", "dark"}
