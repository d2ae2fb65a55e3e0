"""The Lab's page under AppTest: what the browser's toolbar would report is sent as Streamlit's own message."""

import itertools
import json
import re

from streamlit.testing.v1 import AppTest

from graphtrace.app import assets
from graphtrace.app.lab.session import LabSession
from graphtrace.app.lab.session_parts import KEY

ACTIONS = {"Forward": "forward", "Backward": "backward", "Step": "step", "Zero grad": "zero", "show_all": "unhide"}
TOOLS = {*ACTIONS.values(), "iterate", "run", "undo", "redo", "again", "part", "count"}
KEPT: dict[str, object] = {}  # parcels by name
LIST = "graphtrace_builder"
_serials = itertools.count()


def session(at: AppTest) -> LabSession:
    return at.session_state[KEY]


def component(at: AppTest, name: str = "graphtrace"):
    """Return what a component was sent, as a message."""
    return next(one.proto for one in at.get("bidi_component") if one.proto.component_name.startswith(name))


def sent_data(at: AppTest, name: str = "graphtrace") -> dict:
    """Return what a component shows: what it was sent, with the parcels that it has kept from earlier messages."""
    return _filled(json.loads(component(at, name).bytes)["data"], KEPT)


def address(at: AppTest) -> dict[str, str]:
    """Return the query that the browser is told to write into the address: that of the last component that has one."""
    told = [json.loads(one.proto.bytes)["data"] for one in at.get("bidi_component") if one.proto.bytes]
    return [data["wanted"] for data in told if "wanted" in data][-1]


def remember_parcels(monkeypatch) -> None:
    """Keep all parcels, as a browser does: AppTest shows the messages of the last run alone."""
    message = assets.message

    def remembered(data: object) -> bytes:
        found = message(data)
        KEPT.update(json.loads(found)["parcels"])
        return found

    monkeypatch.setattr(assets, "message", remembered)


def _filled(part, kept: dict):
    if isinstance(part, dict):
        return kept[part["$"]] if set(part) == {"$"} else {name: _filled(value, kept) for name, value in part.items()}
    return [_filled(value, kept) for value in part] if isinstance(part, list) else part


def report(at: AppTest, event: str, value: object, name: str = "graphtrace_lab") -> AppTest:
    """Send what a component of the Lab reports once: callbacks run, then the page."""
    return _send(at, component(at, name).id, event, value)


def listed(at: AppTest) -> dict:
    """Return what the list of layers was sent."""
    return json.loads(component(at, LIST).json)


def rows(at: AppTest) -> dict[tuple[int, ...], dict]:
    """Return the rows of the list by path, also those inside others."""
    found, blocks = {}, [listed(at)["net"]]
    for block in blocks:
        for row in block["rows"]:
            found[tuple(row["path"])] = row
            blocks += row["blocks"]
    return found


def misfits(at: AppTest) -> list[str]:
    """Return what the list says of what does not fit: at the layers, at the loss, and below."""
    told = listed(at)
    problems = [problem for row in (*rows(at).values(), told["loss"]) for problem in row["problems"]]
    return [problem["text"] for problem in problems if problem["blocks"]] + told["general"]


def edit(at: AppTest, do: str, *path: int, **told: object) -> AppTest:
    """Do one edit in the list of layers."""
    queue = [{"do": do, "path": list(path), "serial": 1 + next(_serials), **told}]
    return report(at, "edit", {"queue": queue}, LIST)


def change(at: AppTest, *path: int, **values: object) -> AppTest:
    """Change fields of a layer in its form."""
    for name, value in values.items():
        edit(at, "set", *path, field=name, value=value)
    return at


def add(at: AppTest, kind: str, *path: int) -> AppTest:
    """Add a layer before the one at a path; without one, at the end."""
    return edit(at, "add", *(path or (len(listed(at)["net"]["rows"]),)), kind=kind)


def _send(at: AppTest, component_id: str, event: str, value: object) -> AppTest:
    states = at._tree.get_widget_states()
    trigger = states.widgets.add()
    trigger.id = f"$$STREAMLIT_INTERNAL_KEY_{component_id}__events"
    trigger.json_trigger_value = json.dumps([{"event": event, "value": value}])
    at._run(states)
    assert not at.exception, (value, at.exception)
    return at


def tool_of(at: AppTest, component_id: str, told: dict) -> AppTest:
    """Press a button of a toolbar that another session sent to the browser."""
    return _send(at, component_id, "press", told)


def tool(at: AppTest, name: str, **told: object) -> AppTest:
    """Press a button of the toolbar."""
    return report(at, "press", {"do": name, "serial": f"test.{next(_serials)}", "n": session(at).count} | told)


def press(at: AppTest, *names: str) -> AppTest:
    """Press buttons of the toolbar, and others by their keys."""
    for name in names:
        known = ACTIONS.get(name, name)
        if known in TOOLS:
            tool(at, known)
        else:
            at.button(key=f"lab_{name}").click().run()
        assert not at.exception, (name, at.exception)
    return at


def run_n(at: AppTest, count: int) -> AppTest:
    """Type a number beside Run, and press it."""
    return tool(at, "run", n=count)


def show(at: AppTest, part: str) -> AppTest:
    """Show another part of the page."""
    return tool(at, "part", part=part)


def unfold(at: AppTest, *names: str) -> AppTest:
    """Open parts of the sidebar, which are made only then."""
    for name in names:
        at.session_state[f"lab_{name}"] = True
    return at.run()


def training(at: AppTest, name: str):
    """Return a widget of the form of optimizer and scheduler."""
    return _widget(at, "lab_training_", name)


def chosen_data(at: AppTest, name: str):
    """Return a widget of the form of data and seed."""
    return _widget(at, "lab_data_", name)


def _widget(at: AppTest, start: str, name: str):
    groups = (at.selectbox, at.number_input, at.text_area, at.text_input)
    found = (one for group in groups for one in group if re.fullmatch(rf"{start}\d+\.{name}", one.key or ""))
    return next(found)
