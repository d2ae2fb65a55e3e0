"""What stands before every request: who may ask, and the headers of every answer.

- Another site's page may not open the app's websocket or send files to it in a visitor's name: `Origin` has to be the
  address that was asked for.
- A server for this machine only answers to names that nobody else can point at it (DNS rebinding): localhost, numbers,
  and those in `GRAPHTRACE_HOSTS`.

Streamlit compares origins too, and would look up the machine's outer address in the network for it: it is told that
the origin is its own, once it was found to be so here.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from starlette.middleware import Middleware

HOSTS = "GRAPHTRACE_HOSTS"  # names of this server, with commas between them; * for every name
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"content-security-policy", b"frame-ancestors 'self'; object-src 'none'; base-uri 'self'"),
)
_READING = {"GET", "HEAD", "OPTIONS"}

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def middleware() -> list[Middleware]:
    """Return what `st.App` is to put before everything else."""
    return [Middleware(Guard)]


class Guard:
    """An ASGI application before another one."""

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, or pass it on and add the headers to its answer."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        reason = refusal(scope)
        if reason:
            await _refuse(scope, reason, send)
        else:
            await self._app(_with_own_origin(scope), receive, _with_headers(send))


def refusal(scope: Scope) -> str:
    """Return why a request is refused, in words; empty for one that is not."""
    host, origin = _header(scope, b"host"), _header(scope, b"origin")
    if not host_is_known(host):
        return f"this server is not known by this name: {host[:80]!r} (open it by its number, or set {HOSTS})"
    writes = scope["type"] == "websocket" or scope.get("method") not in _READING
    if writes and origin and urlsplit(origin).netloc != host and not _is_listed(origin):
        return f"a page of another address asks: {origin[:80]!r} (open the app itself)"
    return ""


def host_is_known(host: str) -> bool:
    """Return whether a request to a server for this machine only came by a name that is surely this machine's."""
    from streamlit import config

    address = str(config.get_option("server.address") or "")
    names = {name.strip().lower() for name in os.environ.get(HOSTS, "").split(",")} - {""}
    if not _is_this_machine(address) or "*" in names:
        return True
    name = (urlsplit(f"//{host}").hostname or "").lower()
    return name in names or name.endswith(".localhost") or name == "localhost" or _is_number(name)


def _is_this_machine(address: str) -> bool:
    with suppress(ValueError):
        return ipaddress.ip_address(address).is_loopback
    return address == "localhost"


def _is_number(name: str) -> bool:
    with suppress(ValueError):
        return bool(ipaddress.ip_address(name))
    return False


def _is_listed(origin: str) -> bool:
    from streamlit import config

    listed = config.get_option("server.corsAllowedOrigins") or []
    return not config.get_option("server.enableCORS") or origin in listed


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def _with_own_origin(scope: Scope) -> Scope:
    if urlsplit(_header(scope, b"origin")).netloc != _header(scope, b"host"):
        return scope
    others = [(name, value) for name, value in scope["headers"] if name != b"origin"]
    return {**scope, "headers": [*others, (b"origin", b"http://localhost")]}


def _with_headers(send: Send) -> Send:
    async def add(message: Message) -> None:
        if message["type"] == "http.response.start":
            has = {name.lower() for name, _ in message["headers"]}
            message["headers"] = [*message["headers"], *(pair for pair in _HEADERS if pair[0] not in has)]
        await send(message)

    return add


async def _refuse(scope: Scope, reason: str, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": "refused"})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *_HEADERS]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": reason.encode()})
