"""The player over the machine's latest actions, and the program as plain PyTorch."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TypedDict
from urllib.parse import parse_qsl

import streamlit as st

from graphtrace import lab
from graphtrace.app import assets
from graphtrace.app.component import palette, viewer_texts
from graphtrace.app.lab.forms import switch
from graphtrace.app.lab.lesson_place import lesson_progress, lesson_told, recall_answer
from graphtrace.app.lab.messages import ADDRESS, write_address
from graphtrace.app.lab.net_payload import NetPayload, net_payload
from graphtrace.app.lab.node_actions import NodeActions, do_pressed, node_actions
from graphtrace.app.lab.opening import open_address
from graphtrace.app.lab.prepared_playback import PreparedPlayback
from graphtrace.app.lab.repairing import RepairButton, repair_buttons
from graphtrace.app.lab.session import LabSession
from graphtrace.app.lab.session_parts import LINK
from graphtrace.app.lab.toolbar import Toolbar, is_new_press, press, toolbar
from graphtrace.app.parcels import parcels
from graphtrace.app.payloads import Patch, Payload, Seek, as_mapping, component_state
from graphtrace.app.texts import say
from graphtrace.lab.parts.devices import resolved
from graphtrace.lab.showing.playback import Playback, playback
from graphtrace.literals import Language
from graphtrace.viewer import play

PLAYER = "lab_player"  # component state: cursor ({of: playback id, at: cursor, view: name}), picked, act, press
PATH = "Lab"  # end of this page's address: the browser writes the cursor into no other
ASKING = ".st-key-lab_share"  # a press on it makes the browser report the cursor first
NOBODY = ":not(*)"  # above charts the browser reports the cursor whenever it rests


class _BarPayload(TypedDict):
    """What the Lab's component is sent where it is the toolbar alone; the browser reads the keys."""

    id: str
    patch: Patch
    tools: Toolbar | None
    alone: bool  # nothing but the toolbar
    address: str
    wanted: Mapping[str, str]


class _PlayerPayload(TypedDict):
    """What the Lab's player is sent beside the recording; the browser reads the keys."""

    id: str
    tools: Toolbar | None
    play: Payload
    start: int
    seek: Seek | None
    patch: Patch
    keyboard: bool
    autoplay: bool
    view: str
    compact: bool  # less height, no code, no inspector
    rests: bool  # whether the cursor is reported whenever it rests
    acts: NodeActions | None
    repairs: list[RepairButton]
    bare: bool  # without the code
    present: bool  # fills the screen
    address: str
    wanted: Mapping[str, str]  # the query parameters; the browser adds the cursor
    ask: str
    recording: str | None  # recordings of the same program keep the cursor
    fresh: bool
    net: NetPayload | None
    lesson: Mapping[str, object] | None  # the step that this is the stage of
    progress: Mapping[str, object] | None


def player_panel(session: LabSession, lang: Language, compact: bool = False) -> int:
    """Play the latest actions, from where the user was in them, or from the beginning of the newest.

    Args:
        session: This session.
        lang: Language of the page.
        compact: Leave room for charts: no code, start at the end, and report the cursor whenever it rests.

    Returns:
        The player's cursor, as far as it is known.
    """
    prepared = prepared_playback(session, lang)
    start = session.cursor if session.cursor is not None else prepared.end if compact else prepared.start
    write_address(session, lang)
    _show(session, _player_payload(session, prepared, start, compact, lang), lang)
    return start


def _player_payload(
    session: LabSession, prepared: PreparedPlayback, start: int, compact: bool, lang: Language
) -> _PlayerPayload:
    address = st.session_state[ADDRESS]
    return {
        "id": session.playback_id,
        "tools": toolbar(session, lang),
        "play": prepared.payload,
        "start": start,
        "seek": session.seek_request,
        "patch": player_patch(player_title(session.machine, lang), lang),
        "keyboard": True,
        "autoplay": session.newest > 0 and session.cursor is None and not compact,
        "view": session.view,
        "compact": compact,
        "rests": compact,
        "acts": None if compact else node_actions(session, lang),
        "repairs": repair_buttons(session, lang),
        "bare": "code" in session.hidden,
        "present": "all" in session.hidden,
        "address": PATH,
        "wanted": address,
        "ask": NOBODY if compact else ASKING,
        "recording": address.get(LINK),
        "fresh": session.is_untouched,
        "net": None if compact else net_payload(session),
        "lesson": lesson_told(session),
        "progress": lesson_progress(),
    }


def toolbar_alone(session: LabSession, lang: Language) -> None:
    """Show the toolbar without a player."""
    write_address(session, lang)
    title = player_title(session.machine, lang)
    data: _BarPayload = {
        "id": session.playback_id,
        "patch": player_patch(title, lang),
        "tools": toolbar(session, lang),
        "alone": True,
        "address": PATH,
        "wanted": st.session_state[ADDRESS],
    }
    _show(session, data, lang)


def _show(session: LabSession, data: _BarPayload | _PlayerPayload, lang: Language) -> None:
    """Mount the component, and do what it reports.

    A session that is new to a page that is not, as after a restart of the server, may hear of a press only here.
    """
    if PLAYER not in st.session_state:
        st.session_state[PLAYER] = {"cursor": None}  # a callback sees what was pressed only beside some state
    result = assets.mount(
        "graphtrace_lab",
        PLAYER,
        data=data,
        on_cursor_change=partial(_store_cursor, session),
        on_picked_change=assets.no_callback,
        on_act_change=partial(_act, session, lang),
        on_press_change=partial(_press, session),
        on_answered_change=lambda: recall_answer(component_state(PLAYER).get("answered")),
    )
    report = as_mapping(result.get("press"))
    if is_new_press(session, report):
        press(_of_the_page(session, report), report)
        st.rerun()


def prepared_playback(session: LabSession, lang: Language) -> PreparedPlayback:
    """Return the playback as the player gets it, made anew only if the machine changed, or the language."""
    known = session.prepared
    if known is None or known.id != session.playback_id or (known.language != lang and session.run is None):
        latest = playback(session.machine, session.newest)
        payload, end = as_payload(latest, lang), len(latest.recording)
        known = PreparedPlayback(session.playback_id, payload, latest.start, end, lang)
        session.prepared = known
    return known


def as_payload(shown: Playback, lang: Language) -> Mapping[str, object]:
    """Return a playback as the viewer's JSON, with the whole training loop as its code."""
    payload = play(shown.recording, languages=(lang,), judged=shown.judged)
    views = [
        {**view, "pictures": parcels(view["pictures"]), "details": parcels(view["details"])}
        for view in payload["views"]
    ]
    recording = {**payload["recording"], **shown.listing()}
    return {"recording": recording, "views": views}


def player_patch(title: str, lang: Language) -> Patch:
    """Return words and colours of a player."""
    return {"title": title, "texts": viewer_texts(lang), "palette": palette(), "language": lang}


def player_title(machine: lab.Machine, lang: Language) -> str:
    """Return the latest loss, the number of optimizer steps, and the device."""
    losses = machine.losses
    done = f"{say('lab_done', lang, count=machine.trainer.steps)} · {resolved(machine.spec.device)}"
    return f"loss {losses[-1]:.4g} · {done}" if losses else done


def _store_cursor(session: LabSession) -> None:
    """Store where the player is, for the address, the charts and coming back from them."""
    _take_place(session, component_state(PLAYER).get("cursor"))


def _take_place(session: LabSession, reported: object) -> None:
    report = as_mapping(reported)
    cursor = report.get("at")
    if report.get("of") == session.playback_id and isinstance(cursor, int):
        session.cursor, session.view = max(0, cursor), str(report.get("view", ""))[:20]


def _act(session: LabSession, lang: Language) -> None:
    do_pressed(session, component_state(PLAYER).get("act"), lang)


def _press(session: LabSession) -> None:
    report = as_mapping(component_state(PLAYER).get("press"))
    _take_place(session, report.get("place"))
    press(_of_the_page(session, report), report)


def _of_the_page(session: LabSession, report: Mapping[str, object]) -> LabSession:
    """Return the session of the page that pressed.

    After a restart of the server Streamlit makes a session from the address that the page was opened with; the address
    that the browser has by now tells what was done since.
    """
    query = dict(parse_qsl(str(report.get("address", "")).removeprefix("?")))
    if session.answered or query.get(LINK, "") in ("", st.session_state[ADDRESS].get(LINK)):
        return session
    return open_address(query)


def code_panel(session: LabSession, lang: Language) -> None:
    """Show the program as plain PyTorch, and offer it as a file that gives the same numbers."""
    machine = session.machine
    with st.container(key="lab_program"):
        with st.container(horizontal=True, vertical_alignment="center"):
            chosen = switch("lab_code", ("usual", "done"), "lab_code_", lang, key="lab_code")
            actions = None if chosen == "usual" else machine.actions
            spec = machine.spec if chosen == "usual" else machine.start_spec
            text = lab.program(spec, actions, errors=[entry.error for entry in machine.done]).text
            st.download_button(say("lab_download", lang), text, "program.py", "text/x-python", on_click="ignore")
        if session.weights_from_file:
            st.caption(say("lab_loaded", lang))
        st.code(text, language="python", line_numbers=True)
