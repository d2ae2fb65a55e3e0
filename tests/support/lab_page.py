"""The Lab's page under AppTest: what the browser's toolbar would report is sent as Streamlit's own message."""

import itertools
import json

from streamlit.testing.v1 import AppTest

from graphtrace.app import assets
from graphtrace.app.lab.session import KEY, LabSession

ACTIONS = {"Forward": "forward", "Backward": "backward", "Step": "step", "Zero grad": "zero", "show_all": "unhide"}
TOOLS = {*ACTIONS.values(), "iterate", "run", "undo", "redo", "again", "part", "count"}
KEPT: dict[str, object] = {}  # parcels by name
_serials = itertools.count()


def session(at: AppTest) -> LabSession:
    return at.session_state[KEY]


def component(at: AppTest, name: str = "graphtrace"):
    """Return what a component was sent, as a message."""
    return next(one.proto for one in at.get("bidi_component") if one.proto.component_name.startswith(name))


def sent_data(at: AppTest, name: str = "graphtrace") -> dict:
    """Return what a component shows: what it was sent, with the parcels that it has kept from earlier messages."""
    return _filled(json.loads(component(at, name).bytes)["data"], KEPT)


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


def report(at: AppTest, event: str, value: object) -> AppTest:
    """Send what the Lab's component reports once: callbacks run, then the page."""
    return _send(at, component(at).id, event, value)


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
