"""What the viewer is told of a mistake: where it is known, at which node, and its words in both languages."""

import torch

import graphtrace as gt
from graphtrace.viewer.diagnosed import diagnosed
from tests.support import recordings


def test_an_error_is_told_from_its_event_on_at_its_node():
    recording, error = recordings.twice()
    told = diagnosed(recording)
    at = next(i for i, event in enumerate(recording.events) if event.kind == "error")
    assert (told["mistake"], told["cursor"], told["place"]) == ("backward_twice", at + 1, "instead")
    assert told["error"] == f"RuntimeError: {error}"
    assert told["text"].strip() == "loss.backward()"
    assert [recording.graphs[i].nodes[node].type for i, node in enumerate(told["nodes"])] == ["MulBackward0"] * 2
    assert told["words"]["en"]["cause"] == gt.diagnose(recording).cause
    assert told["words"]["zh"]["cause"] == gt.diagnose(recording, language="zh").cause
    assert told["words"]["zh"]["title"] == "第二次 backward"
    assert (
        told["words"]["zh"]["repair"] == told["words"]["en"]["repair"] == "            loss.backward(retain_graph=True)"
    )


def test_an_error_without_a_rule_is_told_as_torch_says_it():
    try:
        with gt.record() as rec:
            torch.ones(2) @ torch.ones(3)
    except RuntimeError as error:
        said = str(error)
    told = diagnosed(rec.recording)
    assert (told["mistake"], told["error"]) == (None, f"RuntimeError: {said}")
    assert "RuntimeError" in told["words"]["en"]["cause"]
    assert told["words"]["en"]["repair"] == ""


def test_a_correct_recording_has_nothing_to_tell():
    x = torch.tensor(3.0, requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        (x * x).backward()
    assert diagnosed(rec.recording) is None


def test_what_came_before_the_judged_end_is_skipped():
    recording, _ = recordings.twice()
    x = torch.tensor(3.0, requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        (x * x).backward()
    joined = gt.model.join((recording, rec.recording))
    assert diagnosed(joined)["mistake"] == "backward_twice"
    assert diagnosed(joined, judged=rec.recording) is None
    told = diagnosed(gt.model.join((rec.recording, recording)), judged=recording)
    assert told["cursor"] == len(rec.recording) + diagnosed(recording)["cursor"]
    assert told["nodes"] == [told["nodes"][1], *diagnosed(recording)["nodes"]]
