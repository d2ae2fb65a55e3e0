"""Taking a lab along: a link with what it shows and hides, files of the lab and of its story, opening one."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import streamlit as st

from graphtrace import lab
from graphtrace.app.lab.messages import address
from graphtrace.app.lab.opening import from_scene, scene
from graphtrace.app.lab.session import HIDE, HIDEABLE, KEY, Lab
from graphtrace.app.texts import say
from graphtrace.errors import TraceError
from graphtrace.lab.showing.playback import playback
from graphtrace.lab.writing import files
from graphtrace.model import Recording

_THEMES = {"auto": {}, "light": {"embed": "true", "embed_options": "light_theme"}}
_THEMES["dark"] = {"embed": "true", "embed_options": "dark_theme"}


def share(one: Lab, lang: str) -> None:
    """Draw what leaves the page: link, files; and what comes in."""
    with st.container(key="lab_share"), st.expander(say("lab_share", lang), expanded=False):
        _link(one, lang)
        _save(one, lang)
        _open(one, lang)


def _link(one: Lab, lang: str) -> None:
    theme = st.segmented_control(
        say("lab_link_theme", lang),
        tuple(_THEMES),
        default="auto",
        required=True,
        format_func=lambda name: say(f"lab_theme_{name}", lang),
        key="lab_link_theme",
    )
    hide = st.pills(
        say("lab_link_hide", lang),
        HIDEABLE,
        selection_mode="multi",
        format_func=lambda name: say(f"lab_hide_{name}", lang),
        key="lab_link_hide",
    )
    why = address(one, lang)
    if why:
        st.caption(say("lab_no_link", lang, why=why.replace("$", "\\$")))
        return
    query = {key: value for key, value in st.query_params.to_dict().items() if key != HIDE}
    query |= {HIDE: ",".join(sorted(hide))} if hide else {}
    st.code(f"{st.context.url or ''}?{urlencode(query | _THEMES[theme])}", language=None)


def _save(one: Lab, lang: str) -> None:
    name = one.preset or "lab"
    formats: tuple[tuple[str, str, Callable[[], bytes]], ...] = (
        ("lab", f"{name}.lab.json", lambda: files.dumps(scene(one))),
        ("weights", f"{name}.lab.safetensors", lambda: _with_weights(one)),
        ("recording", f"{name}.json.gz", lambda: _recording(one)),
        ("html", f"{name}.html", lambda: _html(one, name)),
    )
    st.caption(say("lab_save", lang))
    with st.container(horizontal=True, gap="small"):
        for what, file, make in formats:
            st.download_button(
                say(f"lab_save_{what}", lang),
                data=make,
                file_name=file,
                mime="application/octet-stream",
                on_click="ignore",
                disabled=one.going is not None,
                key=f"lab_save_{what}",
            )


def _with_weights(one: Lab) -> bytes:
    """Keep where the net got to, instead of the way there."""
    return files.dumps(lab.Scene(one.machine.spec), one.machine.weights())


def _told(one: Lab) -> Recording:
    return playback(one.machine, one.newest).recording


def _recording(one: Lab) -> bytes:
    from graphtrace.model import dumps

    return dumps(_told(one), compress=True)


def _html(one: Lab, name: str) -> bytes:
    from graphtrace.export import to_html

    return to_html(_told(one), title=name).encode()


def _open(one: Lab, lang: str) -> None:
    found = st.file_uploader(say("lab_open", lang), ["json", "safetensors"], key=f"lab_open_{one.forms}_{one.serial}")
    if found is None:
        return
    try:
        made = opened_lab(found.getvalue())
    except TraceError as error:
        st.error(f"{error}".replace("$", "\\$"))
        return
    one.stop()
    made.serial, made.forms = one.serial + 1, one.forms + 1
    st.session_state[KEY] = made
    st.rerun()


def opened_lab(content: bytes) -> Lab:
    """Return the lab in a file.

    Raises:
        TraceError: The file holds none, or one that does not run here.
    """
    found, weights = files.loads(content)
    return from_scene(found, weights=weights)


def put(content: bytes) -> bool:
    """Make a file's lab this session's, if it is a file of a lab.

    Raises:
        TraceError: It is one, but damaged, or does not run here.
    """
    if not files.is_lab(content):
        return False
    made, before = opened_lab(content), st.session_state.get(KEY)
    if isinstance(before, Lab):
        before.stop()
        made.serial, made.forms = before.serial + 1, before.forms + 1
    st.session_state[KEY] = made
    return True
