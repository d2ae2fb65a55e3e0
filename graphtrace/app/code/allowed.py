"""Whether this browser may run code here; and, where the server runs code, which requests it does not answer.

Another site's page can send requests to this computer from the user's own browser. Streamlit compares names alone,
without ports, and takes every name under which it is asked: where code is run, both are checked here, before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from graphtrace.runner.gate import PAGE, Gate, current, is_loopback

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN, REFUSED = "token", "refused"  # in the address
_READS = ("GET", "HEAD", "OPTIONS")
_POLICY_VIOLATION = 1008
_ALONE = (b"content-security-policy", b"frame-ancestors 'none'")  # in no other page's frame


def may_run() -> bool:
    """Return whether the visitor of this page may run code: whoever opened the terminal's link in this browser."""
    gate = current()
    if gate is None or not is_loopback(st.get_option("server.address")):
        return False
    return gate.knows(st.context.cookies.get(gate.cookie))


class CodeGuard:
    """Answers no other site where code is run, and lets a browser in that opens the terminal's link.

    Args:
        app: What is guarded.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand the request on."""
        gate = current()
        if gate is None or scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        sends = scope["type"] == "websocket" or scope["method"] not in _READS
        if not gate.answers(_header(scope, b"host"), _header(scope, b"origin"), needs_origin=sends):
            await _refuse(scope, receive, send)
        elif _brings_token(scope):
            await _let_in(gate, scope, send)
        else:
            await self._app(scope, receive, _framed(send) if scope["type"] == "http" else send)


def _brings_token(scope: Scope) -> bool:
    page = scope["type"] == "http" and scope["path"].rstrip("/").endswith(f"/{PAGE}")
    return page and f"{TOKEN}=".encode() in scope["query_string"]


def _header(scope: Scope, name: bytes) -> str | None:
    """Return a header that stands there once; of several none is believed."""
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    found = [value for key, value in headers if key.lower() == name]
    if len(found) > 1:
        return ""
    return found[0].decode("latin-1") if found else None


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        return
    await _answer(send, HTTPStatus.FORBIDDEN, [], b"refused: this server answers its own pages alone")


async def _let_in(gate: Gate, scope: Scope, send: Send) -> None:
    """Give the browser its cookie, and lead it to the same page without the token."""
    query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
    browser = gate.claim(query.pop(TOKEN, ""))
    query.pop(REFUSED, None)
    headers = []
    if browser is not None:
        cookie = f"{gate.cookie}={browser}; Path=/; HttpOnly; SameSite=Strict"
        headers.append((b"set-cookie", cookie.encode()))
    elif not gate.knows(_cookie(scope, gate.cookie)):
        query[REFUSED] = "1"
    place = f"./{PAGE}" + (f"?{urlencode(query)}" if query else "")
    headers += [
        (b"location", place.encode("ascii")),
        (b"cache-control", b"no-store"),
        (b"referrer-policy", b"no-referrer"),
    ]
    await _answer(send, HTTPStatus.SEE_OTHER, headers, b"")


def _cookie(scope: Scope, name: str) -> str | None:
    for part in (_header(scope, b"cookie") or "").split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            return value
    return None


async def _answer(send: Send, status: HTTPStatus, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    text = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": int(status), "headers": [*headers, *text]})
    await send({"type": "http.response.body", "body": body})


def _framed(send: Send) -> Send:
    async def forward(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), _ALONE]}
        await send(message)

    return forward
