"""Every page runs, in both languages, and says what the graph says."""

import ast
import gc
import json
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st
import torch
from streamlit.testing.v1 import AppTest

from graphtrace import examples, sights
from graphtrace.app import keys
from graphtrace.app.data import layout_of, opened_file
from graphtrace.app.exports import MIME, PictureRequest, content, file_name
from graphtrace.app.learn import page as learn_page
from graphtrace.app.tables import edge_rows, node_rows, param_rows, saved_rows
from graphtrace.app.texts import say, size
from graphtrace.model import dumps
from graphtrace.tracer import trace
from graphtrace.views import fold
from tests.support import recordings
from tests.support.lab_page import component, sent_data

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "viz_app.py", *sorted((ROOT / "pages").glob("*.py"))]


PROGRAMS, FILE = "pages/1_Programs.py", "pages/2_Your_file.py"
OLD = {"pages/3_Training_step.py": "play", "pages/1_Tables.py": "table", "": "graph"}


def app(page: str = PROGRAMS, **query: str) -> AppTest:
    at = AppTest.from_file(ROOT / "viz_app.py", default_timeout=60)
    at.query_params.update(query)
    return (at.switch_page(page) if page else at).run()


def shown(at: AppTest) -> dict:
    """Return what the viewer received."""
    assert not at.exception, at.exception
    return sent_data(at)


def sight_of(at: AppTest) -> dict:
    """Return what the player of a sight received."""
    assert not at.exception, at.exception
    return json.loads(component(at, "graphtrace_sight").json)


def lenet():
    built = examples.build("lenet")
    return trace(built.root, model=built.model, params=built.params)


def test_the_programs_open_on_lenet_in_the_concept_view():
    geo = shown(app())["geo"]
    assert (geo["view"], geo["nodes"], geo["folded"]) == ("concept", 26, fold(lenet(), "concept").folded)


@pytest.mark.parametrize(("page", "look"), OLD.items())
def test_an_old_address_leads_to_its_program_and_look(page, look):
    at = app(page, program="square", view="autograd", steps="2")
    expected = {"program": "square", "look": look, "view": "autograd", "lang": "en"}
    assert at.query_params.items() >= expected.items()
    if look == "graph":
        assert (shown(at)["geo"]["view"], shown(at)["geo"]["nodes"]) == ("autograd", 2)
    elif look == "play":
        assert shown(at)["recording"] == "step:square:2"
    else:
        assert (at.subheader[0].value, len(at.dataframe[0].value)) == (examples.get("square").title, 2)


def test_the_old_address_of_the_page_for_files_leads_to_it():
    assert "gt.save" in app("pages/2_Open_a_file.py").code[0].value


def test_the_links_of_every_page_have_their_order_and_the_first_page_has_the_same_doors():
    names = [say(page, "en") for page in ("learn_page", "lab_page", "programs_page", "file_page")]
    at = app(PROGRAMS)
    links = [one.proto.label for one in at.sidebar.get("page_link")]
    assert [label for label in links if label in names] == names
    doors = [one.proto.label.strip("*") for one in app("").main.get("page_link")]
    assert [label for label in doors if label in names] == names


def test_one_program_has_three_looks_and_keeps_them_when_another_is_chosen():
    at = app(program="square")
    at.get("button_group")[0].set_value("play").run()
    assert shown(at)["play"]["recording"]["length"] > 0
    at.selectbox(key=keys.widget(keys.PROGRAM)).set_value("fan_out").run()
    assert shown(at)["recording"] == "step:fan_out:1"
    assert (at.query_params["program"], at.query_params["look"]) == ("fan_out", "play")
    at.get("button_group")[0].set_value("table").run()
    assert at.subheader[0].value == examples.get("fan_out").title


def test_a_file_is_one_more_program():
    at = app(program="square")
    picker = keys.widget(keys.PROGRAM)
    assert at.selectbox(key=picker).options[-1] == say("file_page", "en")
    at.selectbox(key=picker).set_value("file").run()
    assert "gt.save" in at.code[0].value
    at.selectbox(key=picker).set_value("fan_out").run()
    assert shown(at)["of"] == "example:fan_out|concept"


def test_a_link_within_a_visit_leads_to_its_program():
    at = app(program="square")
    assert shown(at)["of"] == "example:square|concept"
    at.query_params["program"], at.query_params["look"] = "fan_out", "play"
    at.run()
    assert shown(at)["recording"] == "step:fan_out:1"


def test_the_first_page_takes_three_presses_to_its_surprise_and_has_four_doors():
    at = app("")
    sent = shown(at)
    y = torch.tensor(3.0, requires_grad=True)
    loss = 2 * y + y**2
    loss.backward(retain_graph=True)
    once = y.grad.item()
    loss.backward()
    for press in ("forward", "backward"):
        at.button(key=f"front_{press}").click().run()
        assert shown(at)["seek"]["to"] != sent["seek"]["to"]
        sent = shown(at)
    at.button(key=f"front_guess_{once:g}").click().run()
    assert f"{y.grad.item():g}" not in "".join(one.value for one in at.markdown), "not before the third press"
    at.button(key="front_again").click().run()
    assert f"It holds {y.grad.item():g}" in "".join(one.value for one in at.markdown)
    assert shown(at)["seek"]["to"] == shown(at)["play"]["recording"]["length"]


@pytest.mark.parametrize("name", examples.names())
def test_every_example_shows_its_graph_or_says_why_it_has_none(name):
    at = app(program=name, view="autograd")
    assert not at.exception
    if examples.get(name).has_graph:
        built = examples.build(name)
        nodes = len(trace(built.root, model=built.model, params=built.params).nodes)
        assert shown(at)["geo"]["nodes"] == nodes
        assert not at.error
    else:
        assert "grad" in at.error[0].value
        assert not at.get("bidi_component")


def test_a_sight_is_opened_by_its_address_and_another_is_chosen():
    at = app("pages/4_Sights.py", sight="fading", lang="zh")
    assert sight_of(at)["name"] == "fading"
    assert len(sight_of(at)["moments"]) == len(sights.open_sight("fading", "zh").moments)
    at.button(key="sight_doubling").click().run()
    assert (sight_of(at)["name"], at.query_params["sight"]) == ("doubling", "doubling")
    at.query_params["sight"] = "race"
    assert sight_of(at.run())["name"] == "race", "a link within the visit"


def test_each_sight_is_linked_from_the_lesson_that_it_names():
    linked = {name: lesson for lesson, names in learn_page._SIGHTS.items() for name in names}
    assert linked.keys() == set(sights.SIGHTS)
    quick = ("race", "valley", "doubling", "fading")  # the others train for seconds
    assert {name: linked[name] for name in quick} == {name: sights.open_sight(name).lesson for name in quick}


def test_choices_come_from_the_address_and_go_back_into_it():
    at = app(program="square", view="autograd", saved="1", lang="zh")
    assert shown(at)["patch"]["texts"]["fit"] == "适应"
    assert at.query_params == {"program": "square", "look": "graph", "view": "autograd", "saved": "1", "lang": "zh"}
    at.selectbox(key=keys.widget(keys.PROGRAM)).set_value("fan_out").run()
    assert at.query_params["program"] == "fan_out"


def test_nonsense_in_the_address_opens_the_default():
    geo = shown(app(program="<script>", view="../..", saved="maybe", lang="xx"))["geo"]
    assert (geo["view"], geo["nodes"]) == ("concept", 26)


def test_a_choice_survives_a_page_change_and_back():
    at = app(program="square", view="autograd")
    at.switch_page(FILE).run()
    at.switch_page(PROGRAMS).run()
    assert (shown(at)["geo"]["view"], shown(at)["geo"]["nodes"]) == ("autograd", 2)


def test_saved_tensors_appear_on_the_cards_on_demand():
    plain, full = (shown(app(saved=flag))["geo"] for flag in "01")
    assert not any(box["details"] for box in plain["boxes"])
    assert any(box["details"] for box in full["boxes"])


def test_opened_modules_are_drawn_open_in_their_own_view_only():
    at = app(view="module")
    subject = shown(at)["of"]
    at.session_state[keys.VIEWER] = {"opened": {"of": subject, "paths": ["fc1"]}}
    at.run()
    assert [frame["path"] for frame in shown(at)["geo"]["frames"]] == ["fc1"]
    at.session_state[keys.VIEWER] = {"opened": {"of": "another|module", "paths": ["fc1"]}}
    at.run()
    assert shown(at)["geo"]["frames"] == []


def test_the_tables_are_all_there_with_the_figure():
    at = app(look="table")
    graph = lenet()
    for name, rows in (("nodes", node_rows), ("edges", edge_rows), ("params", param_rows), ("saved_table", saved_rows)):
        at.button_group(key="table").set_value(name).run() if name != "nodes" else None
        assert not at.exception
        assert len(at.dataframe[0].value) == len(rows(graph)) > 0
    assert at.get("plotly_chart")


def test_rows_hold_slots_states_and_bytes():
    graph = lenet()
    assert [(r["source"], r["slot"], r["target"], r["input_nr"]) for r in edge_rows(graph)] == [
        (e.source, e.slot, e.target, e.input_nr) for e in graph.edges
    ]
    assert {row["state"] for row in param_rows(graph)} == {"used"}
    assert sum(row["bytes"] for row in saved_rows(graph)) >= graph.held_bytes > 0


def test_a_frozen_layer_is_called_frozen():
    built = examples.build("freeze_first")
    graph = trace(built.root, model=built.model, params=built.params)
    assert {row["state"] for row in param_rows(graph)} == {"used", "frozen"}


def test_file_page_explains_itself_and_draws_an_opened_graph():
    at = app(FILE)
    assert "gt.save" in at.code[0].value
    at.session_state[keys.UPLOAD] = ("mine.json", dumps(lenet()))
    at.run()
    assert shown(at)["geo"]["nodes"] == 26
    at.switch_page(PROGRAMS).run()
    at.switch_page(FILE).run()
    assert shown(at)["patch"]["title"] == "mine.json"


def test_a_recording_of_a_file_is_played_and_its_graph_and_tables_are_looked_at():
    at = app(FILE)
    at.session_state[keys.UPLOAD] = ("fork.json", dumps(recordings.fork()))
    at.run()
    assert shown(at)["play"]["recording"]["length"] == len(recordings.fork())
    at.get("button_group")[0].set_value("graph").run()
    graph = recordings.fork().graphs[0]
    assert shown(at)["geo"]["nodes"] == len(graph.nodes)
    at.get("button_group")[0].set_value("table").run()
    assert len(at.dataframe[0].value) == len(graph.nodes)


@pytest.mark.parametrize("damaged", [b"", b"{}", b"[" * 9999, b"\x1f\x8b\x08broken", dumps(lenet())[:-40]])
def test_a_damaged_file_is_a_message_and_loses_nothing(damaged):
    at = app(FILE, program="square")
    at.session_state[keys.UPLOAD] = ("bad.json", damaged)
    at.run()
    assert not at.exception
    assert at.error
    assert at.session_state[keys.PROGRAM] == "square"


def test_exports_are_of_the_view_on_screen_and_their_names_sort():
    source = opened_file("Mein <Modell>.json", dumps(lenet()))
    order = PictureRequest(source, layout_of(source, "module", ("fc1",), False), "dark", 2)
    assert b"fc1.weight" in content(order, "svg"), "an opened module shows what is inside"
    assert b"fc1.weight" not in content(replace(order, layout=layout_of(source, "module", (), False)), "svg")
    assert content(order, "json") == dumps(source.graph)
    page = content(order, "html")
    assert b'class="gt-root"' in page
    assert b"plotly" not in page
    assert b"fc1.weight" in page
    assert len(page) < 1_000_000
    assert file_name(order, "svg") == "Mein__Modell__module.svg"
    assert all(file_name(order, suffix).isascii() for suffix in MIME)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_short_and_imports_streamlit_and_graphtrace_only(page):
    tree = ast.parse(page.read_text(encoding="utf-8"))
    imported = {a.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    imported |= {(n.module or "").split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert imported <= {"streamlit", "graphtrace"}
    assert len(page.read_text(encoding="utf-8").splitlines()) <= 60


def test_the_settings_are_safe_and_known_to_streamlit():
    import tomllib

    from streamlit import config

    settings = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    known = set(config.get_config_options())
    used = {f"{part}.{key}" for part in ("server", "browser", "runner", "client") for key in settings[part]}
    assert used <= known
    assert settings["server"]["address"] == "127.0.0.1"
    assert settings["server"]["maxUploadSize"] == 5
    assert settings["runner"]["postScriptGC"] is False
    assert settings["client"]["showErrorDetails"] in {"type", "none"}
    assert settings["browser"]["gatherUsageStats"] is False


def test_a_text_follows_the_language_and_bytes_are_for_people():
    assert say("unfolded", "zh", nodes=3) != say("unfolded", "en", nodes=3)
    assert [size(n) for n in (0, 1023, 1024, 5 << 20)] == ["0 B", "1023 B", "1 KiB", "5 MiB"]


def live_torch_objects() -> int:
    gc.collect()
    kinds = (torch.Tensor, torch.nn.Module, torch.autograd.graph.Node)
    return sum(issubclass(type(thing), kinds) for thing in gc.get_objects())


def test_no_tensor_module_or_torch_node_outlives_a_run_of_the_page():
    app(program="two_layer")
    st.cache_resource.clear()
    before = live_torch_objects()
    at = app(program="lenet_5x5")
    assert shown(at)["geo"]["nodes"] > 20
    assert live_torch_objects() <= before
    kept = examples.build("lenet_5x5")
    assert live_torch_objects() > before, "the count sees what is kept"
    assert kept
