"""The files that the app's server makes of a recording: which there are, their names, and what is in them."""

import io
import zipfile
from dataclasses import replace

import pytest

pytest.importorskip("streamlit")

import graphtrace as gt
from graphtrace.app import frame_downloads
from graphtrace.texts import LANGUAGES, say
from tests.support import recordings


@pytest.fixture(scope="module")
def shot():
    options = {"title": "Fork", "name": "fork", "fold": "autograd", "opened": None, "language": "zh", "theme": "dark"}
    return frame_downloads.FrameRequest(recordings.fork(), 9, options)


def test_what_can_be_made_depends_on_the_length_and_on_the_packages(monkeypatch):
    monkeypatch.setattr(frame_downloads, "find_spec", lambda name: None)
    assert frame_downloads.file_kinds(True) == (
        "step_png",
        "step_pdf",
        "all_pdf",
        "all_gif",
        "all_webp",
        "all_zip",
        "worksheet",
    )
    assert frame_downloads.file_kinds(False) == ("step_png", "step_pdf", "worksheet")
    monkeypatch.setattr(frame_downloads, "find_spec", lambda name: name == "av")
    assert "all_mp4" in frame_downloads.file_kinds(True)


def test_this_step_is_the_frame_of_the_library(shot):
    assert frame_downloads.content(shot, "step_pdf")[:5] == b"%PDF-"
    image = pytest.importorskip("PIL.Image")
    made, wanted = (
        image.open(io.BytesIO(png)).tobytes()
        for png in (frame_downloads.content(shot, "step_png"), gt.frame(shot.recording, 9, "png", **shot.options))
    )
    assert made == wanted


def test_all_steps_are_in_the_zip_and_on_the_pages(shot):
    pypdf = pytest.importorskip("pypdf")
    count = len(shot.recording) + 1
    assert len(zipfile.ZipFile(io.BytesIO(frame_downloads.content(shot, "all_zip"))).namelist()) == count
    assert len(pypdf.PdfReader(io.BytesIO(frame_downloads.content(shot, "all_pdf"))).pages) == count
    assert len(pypdf.PdfReader(io.BytesIO(frame_downloads.content(shot, "worksheet"))).pages) == 2


@pytest.mark.parametrize("step", [0, 1, 9, 38])
def test_a_file_of_one_step_is_named_as_everywhere(shot, step):
    at = replace(shot, event=step)
    assert frame_downloads.file_name(at, "step_png") == gt.frame_name(shot.recording, step, "png", name="fork")


def test_files_of_all_steps_and_worksheets_have_names_of_their_own(shot):
    names = {frame_downloads.file_name(shot, kind) for kind in frame_downloads.file_kinds(True)}
    assert {"fork_steps.gif", "fork_steps.zip", "fork_step09_backward_worksheet.pdf"} <= names
    assert len(names) == len(frame_downloads.file_kinds(True))


def test_every_choice_has_a_word_in_each_language(shot):
    for language in LANGUAGES:
        words = [say(f"frames.{kind}", language) for kind in frame_downloads.file_kinds(True)]
        assert len(set(words)) == len(words)
