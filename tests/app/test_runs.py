"""The page of long runs: what was written is shown, also while it grows; an accident leads to the player."""

import json
from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import nn

import graphtrace as gt
from graphtrace.app import keys, server_settings
from graphtrace.app.lab.figures.style import style
from graphtrace.app.runs import figures, finding, flow
from graphtrace.app.runs.figures import RunLook
from graphtrace.app.texts import say
from graphtrace.layout import place
from graphtrace.runs.folder import WATCHED
from graphtrace.style.theme import palette
from tests.support.lab_page import sent_data

ROOT = Path(__file__).parents[2]


def train(to, steps=12, broken=None, every=2):
    """Watch eight sigmoids in a row; from the step `broken` on the loss is NaN."""
    torch.manual_seed(0)
    layers = [layer for _ in range(7) for layer in (nn.Linear(4, 4), nn.Sigmoid())]
    model = nn.Sequential(*layers, nn.Linear(4, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with gt.watch(model, optimizer, every=every, to=to), gt.flight_recorder(model, optimizer, to=to):
        for step in range(steps):
            x = torch.randn(4, 4)
            optimizer.zero_grad()
            loss = model(x).square().mean()
            (loss * torch.log(torch.tensor(-1.0)) if step == broken else loss).backward()
            optimizer.step()


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    train(folder / "whole")
    train(folder / "broken", broken=6)
    return folder


def page(home, monkeypatch, **query):
    monkeypatch.setenv(server_settings.RUNS, str(home))
    at = AppTest.from_file(ROOT / "viz_app.py", default_timeout=60)
    at.query_params.update(query)
    at.switch_page("pages/5_Runs.py").run()
    assert not at.exception, at.exception
    return at


def charts(at):
    return [json.loads(one.proto.spec) for one in at.get("plotly_chart")]


def words(at):
    return " ".join(one.value for one in (*at.markdown, *at.caption))


def test_without_a_folder_the_page_says_how_to_make_one(monkeypatch):
    monkeypatch.delenv(server_settings.RUNS, raising=False)
    at = AppTest.from_file(ROOT / "viz_app.py", default_timeout=60).switch_page("pages/5_Runs.py").run()
    assert not at.exception
    assert "gt.watch" in at.code[0].value
    assert "graphtrace app --runs" in at.code[1].value


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_run_shows_graph_loss_and_all_parameters(home, monkeypatch, language):
    at = page(home, monkeypatch, folder="whole", lang=language)
    graph, loss, table = charts(at)
    steps = [one.step for one in finding.watched(home / "whole").steps]
    assert steps == [0, 2, 4, 6, 8, 10]
    assert len(loss["data"][0]["x"]) == 12
    assert table["data"][0]["x"] == steps
    assert len(table["data"][0]["y"]) == 16
    assert loss["layout"]["title"]["text"].startswith(f"<b>{say('runs_loss', language)}</b>")
    assert say("runs_gradient", language) in " ".join(graph["data"][0]["hovertext"])
    assert "14.bias" in words(at)
    assert at.query_params.items() >= {"folder": "whole", "lang": language}.items()


def test_a_step_is_chosen_and_the_latest_is_followed(home, monkeypatch):
    at = page(home, monkeypatch, folder="whole")
    slider = at.select_slider[0]
    assert slider.value == 10
    slider.set_value(4).run()
    assert at.session_state[keys.RUN_FOLLOW] is False
    assert "Step 4" in words(at)
    at.toggle[0].set_value(True).run()
    assert "Step 10" in words(at)


def test_what_comes_meanwhile_is_shown(tmp_path, monkeypatch):
    train(tmp_path / "grows", steps=4)
    at = page(tmp_path, monkeypatch, folder="grows")
    assert "Step 2" in words(at)
    with (tmp_path / "grows" / WATCHED).open() as file:
        line = json.loads(file.readlines()[-1])
    with (tmp_path / "grows" / WATCHED).open("a") as file:
        file.write(json.dumps({**line, "step": 8}) + "\n")
    at.run()
    assert "Step 8" in words(at)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_accident_is_told_and_its_steps_are_played(home, monkeypatch, language):
    at = page(home, monkeypatch, folder="broken", lang=language)
    told = words(at)
    cause = gt.diagnose(gt.open_run(home / "broken").recording(), language=language).cause
    assert cause.rstrip(".。") in told
    assert say("runs_odd", language, step="", names="", n=0)[:2] in told
    at.button(key="run_play_0").click().run()
    assert sent_data(at)["recording"].startswith("run:")
    assert [one.label for one in at.sidebar.button] == [say("runs_back", language)]
    at.sidebar.button[0].click().run()
    assert len(charts(at)) == 3


def test_two_runs_stand_side_by_side(home, monkeypatch):
    at = page(home, monkeypatch, folder="whole")
    at.selectbox(key="run_other").set_value("broken").run()
    assert not at.exception
    graphs = charts(at)
    assert len(graphs) == 4
    assert [trace["name"] for trace in graphs[2]["data"] if "name" in trace] == ["whole", "broken"]


def test_an_address_names_a_run_and_never_a_path(home, monkeypatch):
    at = page(home, monkeypatch, folder="../broken")
    assert at.query_params["folder"] in (["whole"], ["broken"], "whole", "broken")
    assert at.selectbox[0].options == sorted(["whole", "broken"], key=lambda name: -finding.written_at(home / name))


def test_a_vanishing_gradient_is_blue_at_the_input_and_vermillion_at_the_loss(home):
    run = finding.watched(home / "whole")
    graph = gt.open_run(home / "whole").graph
    layout = place(gt.fold(graph, "concept"))
    step, scale = run.steps[-1], flow.scale_of(run, "gradient")
    boxes = flow.parameters_of(graph, layout.view, run.parameters)
    assert sorted(i for held in boxes.values() for i in held) == list(range(16))
    values = flow.box_values(run, step, boxes, "gradient")
    by_layer = [values[box] for box, held in sorted(boxes.items(), key=lambda pair: min(pair[1]))]
    assert by_layer == sorted(by_layer)
    assert scale.place(by_layer[0]) < -0.5 < 0.5 < scale.place(by_layer[-1])
    drawn = figures.picture(RunLook(style(False), "en", "gradient"), graph, layout, run, step, scale, 240)
    fills = {shape.fillcolor for shape in drawn.layout.shapes}
    assert flow.colour(scale.place(by_layer[0]), palette("light"), 0.4) in fills


def test_places_of_numbers_on_the_scale():
    scale = flow.Scale(-3.0)
    assert [scale.place(value) for value in (1e-3, 1.0, 1e3, 1e-9, 0.0)] == [0, 1, 1, -1, -1]
    assert scale.place(float("nan")) is scale.place(None) is None
    assert [flow.Scale(None).place(value) for value in (0.0, 0.25, 1.0)] == [0, 0.25, 1]


def test_many_steps_are_thinned_and_keep_the_last(home):
    steps = finding.watched(home / "whole").steps * 1000
    thinned = figures.thinned(steps)
    assert len(thinned) <= figures.MOST_STEPS + 1
    assert thinned[-1] is steps[-1]
