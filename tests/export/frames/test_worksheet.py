"""Worksheets: what is asked is nowhere in the exercise, everything is in the answers, both are the same picture."""

import io
import re
import xml.etree.ElementTree as ET

import pytest
import torch

import graphtrace as gt
from graphtrace.errors import RenderError
from graphtrace.export.frames import draw, sheets
from graphtrace.export.frames.look import checked_look
from tests.support import recordings

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def product():
    """Numbers that occur nowhere else: z = (a·b)², a = 3, b = 7."""
    a, b = (torch.tensor(value, requires_grad=True) for value in (3.0, 7.0))
    with gt.record(params={"a": a, "b": b}) as rec:
        ((a * b) ** 2).backward()
    return rec.recording


def texts(svg):
    return [node.text for node in ET.fromstring(svg).iter(f"{SVG}text")]


def numbers(svg):
    return set(re.findall(r"(?<![\w.])\d[\d.]*(?![\w.])", " ".join(texts(svg)[:-2])))  # the last say where we are


def test_gradients_are_asked_for_and_values_are_given(product):
    made = gt.worksheet(product, len(product), fold="autograd")
    task, key = made.tasks[0].svg, made.keys[0].svg
    assert {"21", "441"} <= numbers(task)
    assert not {"42", "294", "126"} & numbers(task)  # dz/d(ab), dz/da, dz/db
    assert {"42", "294", "126", "21", "441"} <= numbers(key)


def test_no_answer_is_hidden_in_the_file_of_the_exercise(product):
    for step in range(len(product) + 1):
        task = gt.worksheet(product, step, fold="autograd").tasks[0].svg
        assert not re.search(r"(?<![\d.#])(42|294|126)(?![\d.])", re.sub(r'"[^"]*"', '""', task))


def test_the_answers_are_the_frame_itself(product):
    plain = gt.frame(product, len(product), fold="autograd", background="white").decode()
    key = gt.worksheet(product, len(product), fold="autograd").keys[0].svg
    assert [text for text in texts(key) if text not in ("Answer key",)] == texts(plain)


def test_exercise_and_answers_are_the_same_picture(product):
    made = gt.worksheet(product, len(product), fold="autograd")
    task, key = (ET.fromstring(one.svg) for one in (made.tasks[0], made.keys[0]))
    for attribute in ("width", "height"):
        assert task.attrib[attribute] == key.attrib[attribute]
    places = [[node.attrib.get("transform") for node in root.iter(f"{SVG}g")] for root in (task, key)]
    assert places[0] == places[1]


def test_strength_and_sign_of_a_hidden_number_are_hidden_too(product):
    made = gt.worksheet(product, len(product), fold="autograd", blank=["gradient"])
    strengths = [
        [
            node.get("fill-opacity")
            for node in ET.fromstring(one.svg).iter(f"{SVG}rect")
            if node.get("fill") == "#d55e00"
        ]
        for one in (made.tasks[0], made.keys[0])
    ]
    cells = [sum(strength is not None for strength in found) for found in strengths]
    assert cells == [2, 4]  # what is left are the cells in the two buckets


@pytest.mark.parametrize(
    ("kind", "gone", "left"),
    [("value", {"441"}, {"42"}), ("gradient", {"42"}, {"441", "294"}), ("grad", {"294", "126"}, {"441", "42"})],
)
def test_each_kind_of_number_can_be_left_out_alone(product, kind, gone, left):
    task = gt.worksheet(product, len(product), fold="autograd", blank=[kind]).tasks[0].svg
    assert not gone & numbers(task)
    assert left <= numbers(task)


def test_the_sum_at_a_plus_can_be_left_out_alone():
    recording = recordings.fork()
    drawn = list(draw(recording, look=checked_look(fold="autograd")))
    full = next(step for step, one in enumerate(drawn) if {"2 + 6 = 8", "6 + 2 = 8"} & set(texts(one.svg)))
    task = gt.worksheet(recording, full, fold="autograd", blank=["sum"]).tasks[0].svg
    assert "____ + ____ = ____" in texts(task)


def test_names_with_digits_keep_them():
    recording = recordings.trained("lenet", 1)
    task = gt.worksheet(recording, 60).tasks[0].svg
    assert {"Linear · fc1", "576 → 120", "AddmmBackward0", "Conv2d · conv2"} <= set(texts(task))


def test_a_module_that_is_called_by_a_number_keeps_it_in_the_sentence_too():
    with gt.record(net := torch.nn.Sequential(torch.nn.Linear(2, 1))) as rec:
        net(torch.ones(1, 2)).sum().backward()
    told = [texts(gt.worksheet(rec.recording, step, blank=("value",)).tasks[0].svg) for step in range(1, 4)]
    sentences = [text for step in told for text in step if " · 0 " in text and "____" in text]
    assert sentences, "what an operation gave is left out, its name is not"
    last = texts(gt.worksheet(rec.recording, len(rec.recording), blank=("value", "gradient", "grad")).tasks[0].svg)
    assert "Linear · 0" in last


def test_a_pdf_has_first_every_exercise_then_every_answer(product):
    pypdf = pytest.importorskip("pypdf")
    made = gt.worksheet(product, [6, len(product)], language="zh")
    found = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made.pdf())).pages]
    assert ["填写缺失的数字" in text for text in found] == [True, True, False, False]
    assert ["答案" in text for text in found] == [False, False, True, True]
    assert ["姓名" in text for text in found] == [True, True, False, False]


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_a_pair_of_files_is_named_by_what_it_holds(product, tmp_path, suffix):
    image = pytest.importorskip("PIL.Image")
    paths = gt.worksheet(product, 9).save(tmp_path / f"week1.{suffix}", scale=1)
    assert [path.name for path in paths] == [f"week1_worksheet.{suffix}", f"week1_key.{suffix}"]
    for path in paths:
        if suffix == "svg":
            assert ET.fromstring(path.read_text(encoding="utf-8")).tag == f"{SVG}svg"
        else:
            assert image.open(path).width == 1600


def test_several_steps_keep_their_step_in_their_names(product, tmp_path):
    paths = gt.worksheet(product, [8, 9]).save(tmp_path / "week1.svg")
    assert [path.name.split("_")[1] for path in paths] == ["step08", "step08", "step09", "step09"]
    assert len({path.name for path in paths}) == 4


def test_a_pdf_is_one_file(product, tmp_path):
    made = gt.worksheet(product, [8, 9])
    assert made.save(tmp_path / "week1.pdf") == (tmp_path / "week1.pdf",)
    assert repr(made) == "Worksheet(2 pages and their answers)"


@pytest.mark.parametrize(
    ("blank", "words"),
    [
        (["colour"], r"unknown kind of number: \['colour'\] \(use some of value, gradient, sum, grad\)"),
        ("value", r"blank is no list: 'value' \(pass a list of some of value, gradient, sum, grad\)"),
        ([], r"unknown kind of number: \[\]"),
    ],
)
def test_a_kind_that_is_none_is_told(product, blank, words):
    with pytest.raises(RenderError, match=words):
        gt.worksheet(product, 3, blank=blank)


def test_a_wrong_file_of_a_worksheet_is_told(product, tmp_path):
    with pytest.raises(RenderError, match=r"unknown format of a worksheet: 'gif'"):
        gt.worksheet(product, 3).save(tmp_path / "a.gif")
    with pytest.raises(RenderError, match=r"the file cannot be written: .*No such file"):
        gt.worksheet(product, 3).save(tmp_path / "missing" / "a.pdf")


def test_by_default_what_runs_backward_is_asked_for():
    assert set(sheets.DEFAULT) == set(sheets.KINDS) - {"value"}
