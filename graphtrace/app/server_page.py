"""The page of the teacher who started the servers: sessions, queue, load, memory, limits, versions."""

from __future__ import annotations

import hmac
import os
import time
from dataclasses import asdict
from pathlib import Path

import streamlit as st

from graphtrace import app as ui
from graphtrace.app import server_settings, status
from graphtrace.app.texts import say, size
from graphtrace.lab.records import limits
from graphtrace.literals import Language

TOKEN = "token"  # in the address


def draw() -> None:
    """Draw the page, or say how one comes to see it."""
    lang = ui.setup("server_page", margins=True)
    st.subheader(say("server_page", lang), anchor=False)
    if is_teacher(st.query_params.get(TOKEN, "")):
        _figures(lang)
    else:
        st.markdown(say("server_closed", lang))
    ui.end_of_sidebar(lang)


def is_teacher(token: str) -> bool:
    """Return whether a token is the one that `graphtrace serve` printed."""
    expected = os.environ.get(status.TOKEN, "")
    return bool(expected) and hmac.compare_digest(token.encode(), expected.encode())


@st.fragment(run_every=status.PAUSE)
def _figures(lang: Language) -> None:
    servers = status.servers(Path(os.environ.get(status.FOLDER, "")))
    sessions = [server.sessions for server in servers]
    figures = {
        "sessions": "?" if None in sessions else f"{sum(filter(None, sessions))}",
        "working": f"{sum(server.working for server in servers)}",
        "waiting": f"{sum(server.waiting for server in servers)}",
        "busy": f"{sum(server.busy for server in servers):.1f} / {os.cpu_count()}",
        "memory": size(sum(server.memory for server in servers)),
    }
    for column, (name, value) in zip(st.columns(len(figures)), figures.items(), strict=True):
        column.metric(say(f"server_{name}", lang), value)
    st.markdown(f"##### {say('server_each', lang)}")
    st.table([_row(server, lang) for server in servers])
    st.markdown(f"##### {say('server_limits', lang)}")
    st.table(_limits(lang))
    st.caption(" · ".join(f"{name} {number}" for name, number in status.versions().items()))
    st.caption(say("server_privacy", lang))


def _row(server: status.Status, lang: Language) -> dict[str, str]:
    minutes = int((time.time() - server.started) // 60)
    values = {
        "server": f"{server.server}",
        "sessions": "?" if server.sessions is None else f"{server.sessions}",
        "working": f"{server.working}",
        "waiting": f"{server.waiting}",
        "busy": f"{server.busy:.2f}",
        "memory": size(server.memory),
        "files": f"{server.files}",
        "minutes": f"{minutes}",
    }
    return {say(f"server_{name}", lang): value for name, value in values.items()}


def _limits(lang: Language) -> list[dict[str, str]]:
    current = asdict(limits.current())
    shown = {name: current[name] for name in ("parameters", "steps", "seconds", "layers", "batch")}
    values = {limits.PREFIX + name.upper(): f"{value:,}" for name, value in shown.items()}
    values[f"{limits.PREFIX}SERVER_HISTORY_BYTES"] = size(current["server_history_bytes"])
    allowed = {True: say("server_on", lang), False: say("server_off", lang)}
    values[server_settings.UPLOADS] = allowed[server_settings.uploads_are_on()]
    values[server_settings.LINKS] = allowed[server_settings.links_are_on()]
    return [{say("server_limit", lang): name, say("server_value", lang): value} for name, value in values.items()]
