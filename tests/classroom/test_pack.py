"""The pack of a class: what is in it, what its PDFs say, and where its QR codes lead."""

import io
import json
import re
import zipfile

import pytest

from graphtrace import lessons
from graphtrace.classroom import handouts
from graphtrace.classroom.addresses import checked_address, qr_code, step_address
from graphtrace.classroom.handouts import KINDS
from graphtrace.classroom.pack import chosen_lessons, class_pack
from graphtrace.classroom.pictures import SHADES, greyed, step_picture
from graphtrace.classroom.running import run_lesson
from graphtrace.errors import MissingPackageError, RenderError
from graphtrace.explain import number
from graphtrace.export.image import png
from graphtrace.lessons import LessonError, right_answer

pypdf = pytest.importorskip("pypdf")
zxingcpp = pytest.importorskip("zxingcpp")
Image = pytest.importorskip("PIL.Image")
BASE = "http://192.168.1.5:8501"
NAMES = ("forks", "update")  # numbers, options, an order; a program without a listing
FOLDERS = {"forks": "03-forks", "update": "09-update"}


@pytest.fixture(scope="module")
def runs():
    return {name: run_lesson(lessons.get(name)) for name in NAMES}


@pytest.fixture(scope="module")
def pack(runs):
    """The same pack in both languages, by name of its files."""
    made = {}
    for language in ("en", "zh"):
        data = class_pack(runs.values(), language, address=BASE + "/", pictures="svg")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            made[language] = {name: archive.read(name) for name in archive.namelist()}
    return made


def reader(pack, name, kind, language):
    return pypdf.PdfReader(io.BytesIO(pack[language][f"{FOLDERS[name]}/{name}-{kind}.pdf"]))


def squeezed(text):
    return re.sub(r"[\s`\u00a0]", "", text)


def resolved(runs, name, language):
    lesson = lessons.get(name)
    return [lessons.resolve(step, runs[name].recordings[step.run], language) for step in lesson.steps]


def test_it_holds_every_kind_of_file_of_every_lesson(pack):
    for language in ("en", "zh"):
        wanted = {"README.txt", "addresses.pdf", "addresses.txt"}
        for name in NAMES:
            start = f"{FOLDERS[name]}/{name}"
            wanted |= {f"{start}-{kind}.pdf" for kind in KINDS} | {f"{start}.html", f"{start}-qr.svg"}
        pictures = {name for name in pack[language] if "/pictures/" in name}
        assert set(pack[language]) - pictures == wanted
        assert len(pictures) == sum(len(lessons.get(name).steps) for name in NAMES)
        assert "03-forks/pictures/forks-3-backward.svg" in pictures


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_slides_are_one_per_step_wide_and_the_answer_is_on_the_next(pack, runs, name, language):
    slides = reader(pack, name, "slides", language)
    steps = resolved(runs, name, language)
    pages = iter(slides.pages)
    for step in steps:
        text = squeezed(next(pages).extract_text())
        assert squeezed(step.text) in text
        if step.question:
            assert squeezed(step.question.text) in text
            assert squeezed(step.question.right) not in text
            answer = squeezed(next(pages).extract_text())
            assert squeezed(step.question.text) in answer
            assert squeezed(right_answer(step.question)) + squeezed(step.question.right) in answer
    assert next(pages, None) is None
    for one in slides.pages:
        assert float(one.mediabox.width) / float(one.mediabox.height) == pytest.approx(16 / 9)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_answers_stand_behind_the_worksheet_with_the_usual_wrong_ones(pack, runs, name, language):
    pages = [squeezed(page.extract_text()) for page in reader(pack, name, "worksheet", language).pages]
    questions = [step.question for step in resolved(runs, name, language) if step.question]
    key = squeezed("Answers, and what" if language == "en" else "答案，以及")
    (first,) = [i for i, page in enumerate(pages) if key in page]
    tasks, keys = "".join(pages[:first]), "".join(pages[first:])
    for question in questions:
        assert squeezed(question.text) in tasks
        assert squeezed(question.text) in keys
        assert squeezed(question.right) not in tasks
        assert squeezed(right_answer(question)) + squeezed(question.right) in keys
        for wrong in question.wrong:
            reply = wrong.text if "{" not in wrong.text else wrong.text.replace("{guess}", number(wrong.value))
            assert squeezed(reply).lstrip("?") in keys.replace("?", "")


def test_the_worksheet_leaves_out_what_is_asked_and_the_answer_shows_it(runs):
    from graphtrace.classroom.pictures import lesson_pictures

    with lesson_pictures(runs["forks"], "en", caption=True) as pictures:
        third = pictures.of(2)
    assert re.search(r">\?</text>", third.asked.svg)
    assert "8" not in re.findall(r">([^<]*)</text>", third.asked.svg)
    assert not re.search(r">\?</text>", third.answered.svg)
    assert "8" in re.findall(r">([^<]*)</text>", third.answered.svg)


@pytest.mark.parametrize("name", NAMES)
def test_a_poster_is_one_page_and_notes_have_every_step(pack, runs, name):
    assert len(reader(pack, name, "poster", "en").pages) == 1
    notes = squeezed("".join(page.extract_text() for page in reader(pack, name, "notes", "en").pages))
    for step in resolved(runs, name, "en"):
        assert squeezed(step.text) in notes
        assert squeezed(step.notes) in notes
    assert squeezed(lessons.get(name).exercise.text.en) in notes


def decoded(picture):
    return [found.text for found in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))]


def test_qr_codes_lead_to_the_addresses_of_the_list(pack):
    listed = [line.split("\t") for line in pack["zh"]["addresses.txt"].decode().splitlines()]
    assert [line[2] for line in listed] == [
        step_address(BASE, lessons.get(name), i, "zh") for name in NAMES for i in range(len(lessons.get(name).steps))
    ]
    assert listed[0][2] == "http://192.168.1.5:8501/Learn?lesson=forks&step=1&lang=zh"
    for line in listed:
        assert decoded(png(qr_code(line[2]), 1)) == [line[2]]
    svg = pack["zh"]["03-forks/forks-qr.svg"].decode()
    assert decoded(png(svg, 1)) == [listed[0][2]]


def test_the_sheet_of_addresses_has_a_code_per_step(monkeypatch):
    sent = []
    monkeypatch.setattr(handouts, "typeset_pdf", lambda data: sent.append(data) or b"")
    handouts.address_sheet([lessons.get("forks")], BASE, "en")
    codes = sent[0]["lessons"][0]["codes"]
    assert [decoded(png(code, 1))[0][-14:] for code in codes] == [f"&step={i}&lang=en"[-14:] for i in range(1, 8)]


@pytest.mark.parametrize("shade", SHADES)
def test_a_picture_of_a_step_has_the_name_and_the_colours_that_were_asked_for(runs, shade):
    name, content = step_picture(runs["forks"], 2, "en", shade)
    assert name == "forks-3-backward.svg"
    colours = set(re.findall(r"#[0-9a-f]{6}", content.decode()))
    grey = all(colour[1:3] == colour[3:5] == colour[5:7] for colour in colours)
    assert grey == (shade == "bw")
    assert ("#ffffff" in colours) == (shade != "dark")
    assert len(colours) > 3


def test_grey_keeps_what_is_light_light():
    assert greyed('fill="#ffffff" stroke="#000000"') == 'fill="#ffffff" stroke="#000000"'
    assert greyed('fill="#0072B2"') == 'fill="#5e5e5e"'


def test_a_picture_as_png(runs):
    name, content = step_picture(runs["forks"], 0, "zh", format="png")
    assert (name, content[:4]) == ("forks-1-forward.png", b"\x89PNG")


def test_lessons_are_named_in_any_order_and_come_in_that_of_the_course():
    assert [lesson.id for lesson in chosen_lessons("update, forks")] == ["forks", "update"]
    assert chosen_lessons("all") == lessons.all_lessons()
    for names, message in (("forks,nope", "unknown lesson: 'nope'"), (" ", "no lesson: ' '")):
        with pytest.raises(LessonError, match=message):
            chosen_lessons(names)


def test_wrong_options_are_an_error_in_one_sentence(runs):
    with pytest.raises(RenderError, match=r"no address of an app: 'class' \(write it as http"):
        checked_address("class")
    with pytest.raises(RenderError, match=r"unknown colours: 'pink' \(use one of light, dark, bw\)"):
        step_picture(runs["forks"], 0, "en", "pink")
    with pytest.raises(RenderError, match=r"unknown format: 'gif' \(use one of svg, png\)"):
        step_picture(runs["forks"], 0, "en", format="gif")


def test_a_missing_package_is_one_sentence_with_the_command(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "segno", None)
    with pytest.raises(MissingPackageError, match=r'a QR code needs .*: segno \(pip install "graphtrace\[class\]"\)'):
        qr_code("http://localhost")


def test_lines_of_code_are_marked_where_the_step_stands(runs, monkeypatch):
    sent = []
    monkeypatch.setattr(handouts, "typeset_pdf", lambda data: sent.append(data) or b"")
    from graphtrace.classroom.pictures import StepPicture, StepPictures

    blank = StepPicture("x", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    drawn = [StepPictures(blank, blank)] * len(lessons.get("forks").steps)
    handouts.lesson_sheets(runs["forks"], drawn, BASE, "en").pdf("slides")
    (data,) = sent
    json.dumps(data)
    assert data["steps"][0]["code"][data["steps"][0]["line"] - 1] == "L = a + b"
    assert data["steps"][2]["code"][data["steps"][2]["line"] - 1] == "L.backward()"
