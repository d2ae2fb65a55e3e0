"""Sharing and saving: a link with what it shows and hides, files to download, and opening a file."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import streamlit as st

from graphtrace import lab
from graphtrace.app.lab.messages import ADDRESS, write_address
from graphtrace.app.lab.opening import from_scene, give_back, scene_of
from graphtrace.app.lab.session import LabSession
from graphtrace.app.lab.session_parts import HIDE, HIDEABLE, KEY, LINK
from graphtrace.app.texts import say, told
from graphtrace.app.uploads import upload
from graphtrace.errors import TraceError
from graphtrace.lab.showing.playback import playback
from graphtrace.lab.writing import files
from graphtrace.literals import Language
from graphtrace.model import Recording

SHARE = "lab_share"  # bool: whether this part of the sidebar is open
_THEMES = {
    "auto": {},
    "light": {"embed": "true", "embed_options": "light_theme"},
    "dark": {"embed": "true", "embed_options": "dark_theme"},
}


def share(session: LabSession, lang: Language) -> None:
    """Draw the link, the files to save, and the field that opens one."""
    with st.expander(say("lab_share", lang), key=SHARE, on_change="rerun") as opened:
        if opened.open:
            _link(session, lang)
            _save(session, lang)
            _open(session, lang)


def _link(session: LabSession, lang: Language) -> None:
    theme = st.segmented_control(
        say("lab_link_theme", lang),
        tuple(_THEMES),
        default="auto",
        required=True,
        format_func=lambda name: say(f"lab_theme_{name}", lang),
        key="lab_link_theme",
    )
    hidden = st.pills(
        say("lab_link_hide", lang),
        HIDEABLE,
        selection_mode="multi",
        format_func=lambda name: say(f"lab_hide_{name}", lang),
        key="lab_link_hide",
    )
    reason = write_address(session, lang)
    if reason:
        st.caption(reason)
    query = {key: value for key, value in st.session_state[ADDRESS].items() if key != HIDE}
    if LINK not in query:
        return
    query |= {HIDE: ",".join(sorted(hidden))} if hidden else {}
    st.code(f"{st.context.url or ''}?{urlencode(query | _THEMES[theme])}", language=None)


def _save(session: LabSession, lang: Language) -> None:
    name = session.preset or "lab"
    formats: tuple[tuple[str, str, Callable[[], bytes]], ...] = (
        ("lab", f"{name}.lab.json", lambda: files.dumps(scene_of(session))),
        ("weights", f"{name}.lab.safetensors", lambda: _weights_file(session)),
        ("recording", f"{name}.json.gz", lambda: recording_file(session)),
        ("html", f"{name}.html", lambda: _html_file(session, name)),
    )
    st.caption(say("lab_save", lang))
    with st.container(horizontal=True, gap="small"):
        for format_name, file_name, make in formats:
            st.download_button(
                say(f"lab_save_{format_name}", lang),
                data=make,
                file_name=file_name,
                mime="application/octet-stream",
                on_click="ignore",
                disabled=session.run is not None,
                key=f"lab_save_{format_name}",
            )


def _weights_file(session: LabSession) -> bytes:
    """Return a file of the spec and the present weights, without the actions that led there."""
    return files.dumps(lab.Scene(session.machine.spec), session.machine.weights())


def _recording(session: LabSession) -> Recording:
    return playback(session.machine, session.newest).recording


def recording_file(session: LabSession) -> bytes:
    """Return a file of the recording that the player plays."""
    from graphtrace.model import dumps

    return dumps(_recording(session), compress=True)


def _html_file(session: LabSession, name: str) -> bytes:
    from graphtrace.export import to_html

    return to_html(_recording(session), title=name).encode()


def _open(session: LabSession, lang: Language) -> None:
    key = f"lab_open_{session.form_count}_{session.machine_count}"
    uploaded = upload(say("lab_open", lang), ["json", "safetensors"], key, lang)
    if uploaded is None:
        return
    try:
        opened = session_from_file(uploaded.getvalue())
    except TraceError as error:
        st.error(told(error, lang))
        return
    _replace_session(session, opened)
    st.rerun()


def session_from_file(content: bytes) -> LabSession:
    """Return a session of the lab in a file.

    Raises:
        TraceError: The file holds no lab, or one that does not run here.
    """
    scene, weights = files.loads(content)
    return from_scene(scene, weights=weights)


def open_lab_file(content: bytes) -> bool:
    """Open the lab in a file as this browser session's; returns False if it is no file of a lab.

    Raises:
        TraceError: It is one, but damaged, or does not run here.
    """
    if not files.is_lab(content):
        return False
    opened = session_from_file(content)
    give_back()
    before = st.session_state.get(KEY)
    _replace_session(before if isinstance(before, LabSession) else None, opened)
    return True


def _replace_session(before: LabSession | None, opened: LabSession) -> None:
    if before is not None:
        before.stop_run()
        opened.machine_count, opened.form_count = before.machine_count + 1, before.form_count + 1
    st.session_state[KEY] = opened
