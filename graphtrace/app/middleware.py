"""What stands before the server's own routes: who is let in where code is run, then who is let into a class."""

from __future__ import annotations

from starlette.middleware import Middleware

from graphtrace.app import guard
from graphtrace.app.code import allowed


def middleware() -> list[Middleware]:
    """Return what `st.App` is to put before everything else, the first first."""
    return [Middleware(allowed.CodeGuard), *guard.middleware()]
