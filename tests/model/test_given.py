"""The wrong kind of thing, handed to any public function, is an error that says what to pass instead."""

import importlib
import subprocess
import sys

import pytest
import torch
from torch import nn

import graphtrace as gt
from graphtrace import lab
from graphtrace.errors import RenderError, TraceError

WRONG = [None, 3, float("nan"), "loss", [], [1], {}, torch.ones(2), nn.Linear(2, 2), len]
DRAWERS = (gt.to_dot, gt.to_svg, gt.to_png, gt.to_pdf, gt.to_figure, gt.to_html)


@pytest.fixture(scope="module")
def recorder():
    x = torch.tensor(3.0, requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        (x * x).backward()
    return rec


@pytest.fixture(scope="module")
def recording(recorder):
    return recorder.recording


def no_traceback_of_ours(call):
    """Call, and expect a user's error in the house's form: what is wrong: the value (how to fix)."""
    with pytest.raises(TraceError, match=r"(?s)^[a-z].+: .+ \(.+\)$"):
        call()


@pytest.mark.parametrize("thing", WRONG, ids=repr)
def test_whoever_wants_a_graph_says_so(thing, tmp_path):
    for draw in (*DRAWERS, gt.fold):
        no_traceback_of_ours(lambda draw=draw: draw(thing))
    for suffix in ("svg", "png", "dot", "html", "json", "json.gz"):
        no_traceback_of_ours(lambda suffix=suffix: gt.write(thing, tmp_path / f"graph.{suffix}"))
    no_traceback_of_ours(lambda: gt.save(thing, tmp_path / "graph.json"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("thing", WRONG, ids=repr)
def test_whoever_wants_a_recording_says_so(thing, recording):
    for call in (gt.audit, gt.Player, gt.all_frames):
        no_traceback_of_ours(lambda call=call: call(thing))
    for call in (gt.frame, gt.frame_name, gt.worksheet):
        no_traceback_of_ours(lambda call=call: call(thing, 0))
    no_traceback_of_ours(lambda: gt.diff(thing, recording))
    no_traceback_of_ours(lambda: gt.diff(recording, thing))


@pytest.mark.parametrize("thing", [None, 3, float("nan"), [], {}, torch.ones(2), len], ids=repr)
def test_whoever_wants_a_path_says_so(thing, recording):
    graph = recording.graphs[0]
    for call in (gt.load, recording.save, lambda path: gt.save(graph, path), lambda path: gt.write(graph, path)):
        with pytest.raises(TraceError, match=r"^not the name of a file: .* \(pass a string or a pathlib\.Path\)$"):
            call(thing)


class Odd:
    def __repr__(self):
        raise RuntimeError("no words")


def test_an_error_is_one_line_whatever_the_value_looks_like():
    with pytest.raises(
        TraceError, match=r"^root is not a tensor: <tests\.model\.test_given\.Odd object at 0x\w+> \(pass the loss"
    ):
        gt.trace(Odd())
    with pytest.raises(TraceError) as caught:
        gt.trace(torch.ones(1, requires_grad=True) * 2, model=torch.ones(9, 9))
    assert "\n" not in str(caught.value)


def test_the_recorder_itself_is_told_from_its_recording(recorder):
    with pytest.raises(TraceError, match=r"not a recording: <.*record object.*> \(pass its \.recording\)"):
        gt.audit(recorder)


def test_a_recording_is_told_from_its_graphs(recording):
    with pytest.raises(TraceError, match=r"not a graph: Recording of .* \(take one of its \.graphs\)"):
        gt.to_svg(recording)


@pytest.mark.parametrize("name", ["title", "name", "opened", "caption", "width", "theme", "language", "background"])
@pytest.mark.parametrize("thing", [3.5, len, float("nan"), nn.Linear(2, 2)], ids=repr)
def test_an_option_of_a_frame_that_is_of_the_wrong_kind_is_told(recording, name, thing):
    with pytest.raises(RenderError, match=r"^[a-z].+: .+ \(.+\)$"):
        gt.frame(recording, 1, **{name: thing})


def test_a_frame_is_never_without_a_width(recording):
    with pytest.raises(RenderError, match=r"size out of range: None \(use 200 to 8000 pixels\)"):
        gt.frame(recording, 1, width=None)


@pytest.mark.parametrize("steps", [None, 1.5, len, torch.tensor(1)])
def test_events_of_a_worksheet_that_are_no_events_are_told(recording, steps):
    with pytest.raises(RenderError, match=r"events is no list: .* \(pass a list of events from 0, .*, to 10\)"):
        gt.worksheet(recording, steps)


@pytest.mark.parametrize("blank", [None, 3, "sum", [3], [["sum"]], (), torch.tensor(1)], ids=repr)
def test_what_a_worksheet_cannot_leave_out_is_told(recording, blank):
    with pytest.raises(RenderError, match=r"(no list|kind of number): .* \(.*some of value, gradient, sum, grad\)"):
        gt.worksheet(recording, 1, blank=blank)


def test_a_worksheet_takes_its_kinds_from_a_generator(recording):
    given, told = gt.worksheet(recording, 3, blank=(kind for kind in ("sum", "grad"))), ("sum", "grad")
    assert given == gt.worksheet(recording, 3, blank=told)


@pytest.mark.parametrize("theme", [[], {}, 3, torch.ones(2)], ids=repr)
def test_a_theme_that_is_no_text_is_told(recording, theme):
    with pytest.raises(RenderError, match=r"unknown theme: .* \(use 'light' or 'dark'\)"):
        gt.to_svg(recording.graphs[0], theme=theme)


@pytest.mark.parametrize("thing", [3, None, [1], torch.ones(2), nn.Linear(2, 2), b"x"], ids=repr)
def test_what_is_to_be_written_must_be_text(recording, thing):
    for call in (
        lambda: gt.to_svg(recording.graphs[0], caption=thing),
        lambda: gt.to_figure(recording.graphs[0], caption=thing),
        lambda: gt.to_html(recording, title=thing),
        lambda: gt.frame_name(recording, 1, name=thing),
    ):
        with pytest.raises(RenderError, match=r"^not a string: .* \(pass the text to write\)$"):
            call()


@pytest.mark.parametrize("start", [-1, 1.0, None, float("nan"), True, torch.tensor(1)], ids=repr)
def test_a_page_cannot_open_where_there_is_no_step(recording, start):
    with pytest.raises(RenderError, match=r"no such event: .* \(use 0, before everything, or more\)"):
        gt.to_html(recording, start=start)


@pytest.mark.parametrize("thing", [3, [], {}, torch.ones(2)], ids=repr)
def test_what_no_player_can_seek_is_told(recording, thing):
    for options in ({"node": thing}, {"phase": thing}):
        no_traceback_of_ours(lambda options=options: gt.Player(recording).seek(**options))


@pytest.mark.parametrize("thing", [*WRONG, gt.Recording()], ids=repr)
def test_whoever_wants_a_spec_a_scene_or_a_name_of_the_lab_says_so(thing):
    for call in (lab.Machine, lab.program, lab.encode, lab.decode, lab.preset):
        no_traceback_of_ours(lambda call=call: call(thing))
    if thing != "loss":
        no_traceback_of_ours(lambda: lab.parse_csv(thing))


@pytest.mark.parametrize("thing", [None, 3, [], {}, nn.Linear(2, 2), len], ids=repr)
def test_a_machine_is_asked_for_tensors_by_name_and_predicts_from_tensors(thing):
    machine = lab.Machine(lab.preset("xor").spec)
    no_traceback_of_ours(lambda: machine.tensor(thing))
    no_traceback_of_ours(lambda: machine.predict(thing))


def test_a_recorder_takes_in_a_model_only_inside_its_block():
    with pytest.raises(TraceError, match=r"this recorder is not recording: .* \(adopt a model inside its block\)"):
        gt.record().adopt(nn.Linear(1, 1))
    with gt.record() as rec, pytest.raises(TraceError, match=r"model is not a torch\.nn\.Module: 3 \(pass the model\)"):
        rec.adopt(3)
    with pytest.raises(TraceError, match=r"this recorder is not recording"):
        rec.adopt(nn.Linear(1, 1))


def test_a_recorder_that_never_ran_has_an_empty_recording_that_every_tool_takes(tmp_path):
    empty = gt.record().recording
    assert (len(empty), gt.audit(empty).ok, gt.diff(empty, empty).same) == (0, True, True)
    assert gt.load(empty.save(tmp_path / "empty.json")) == empty
    assert gt.Player(empty).step() == gt.Player(empty).state()
    assert gt.frame(empty, 0).startswith(b"<svg")
    assert gt.worksheet(empty, 0).pdf().startswith(b"%PDF")
    assert gt.to_html(empty).startswith("<!doctype html>")
    assert gt.record().made_by([(torch.ones(1, requires_grad=True) * 2).grad_fn]) == [None]


def test_fold_stays_a_function_whatever_is_imported():
    code = "import graphtrace as gt, graphtrace.export, graphtrace.layout; gt.to_svg; print(callable(gt.fold))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["True"]


@pytest.mark.parametrize("name", gt.__all__)
def test_every_public_name_stays_what_it_is_once_its_package_is_loaded(name):
    for package in ("export.frames", "model.laws", "player", "viewer", "views"):
        importlib.import_module(f"graphtrace.{package}")
    assert callable(getattr(gt, name))
