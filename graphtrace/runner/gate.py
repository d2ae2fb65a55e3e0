"""Whether this server runs code, and for whom: a browser that opened the link which the terminal showed.

A link opens the page for one browser, which gets a cookie of its own; then the terminal shows another link. Requests
of other sites, and those that come under another name than this computer's own, are not answered at all.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from ipaddress import ip_address

PAGE = "Your_code"
LOOPBACK = ("127.0.0.1", "localhost", "::1")  # what this computer calls itself
_MOST = 100  # browsers at once; the first is forgotten


class Gate:
    """Lets browsers in, one for each link.

    Args:
        port: Where the server listens, on this computer alone.
        show: Called with each new link.
        address: Where it listens.
    """

    def __init__(self, port: int, show: Callable[[str], None], address: str = LOOPBACK[0]) -> None:
        self._show = show
        self.cookie = f"graphtrace_code_{port}"  # cookies do not know ports
        self._names = frozenset(map(_written, (*LOOPBACK, address)))
        self.hosts = frozenset({f"{name}:{port}" for name in self._names} | (self._names if port == 80 else set()))
        self._site = f"http://{_written(address)}:{port}"
        self._token = ""
        self._browsers: list[str] = []
        self._renew()

    @property
    def link(self) -> str:
        """The link that lets the next browser in."""
        return f"{self._site}/{PAGE}?token={self._token}"

    def claim(self, token: str) -> str | None:
        """Return the cookie of a browser that has opened the link, which is then used up; None for a wrong token."""
        if not secrets.compare_digest(token.encode(), self._token.encode()):
            return None
        browser = secrets.token_urlsafe(32)
        self._browsers = [*self._browsers[-_MOST + 1 :], browser]
        self._renew()
        return browser

    def knows(self, cookie: str | None) -> bool:
        """Return whether a browser has opened a link of this server."""
        given = (cookie or "").encode()
        return any(secrets.compare_digest(given, browser.encode()) for browser in self._browsers)

    def answers(self, host: str | None, origin: str | None, *, needs_origin: bool) -> bool:
        """Return whether a request is answered.

        Args:
            host: The name under which it asks for this server; another site's name may have been led here.
            origin: The site whose page asks.
            needs_origin: Whether browsers always say that, as for a websocket.
        """
        if (host or "").lower() not in self.hosts:
            return False
        if origin is None:
            return not needs_origin
        return origin.lower() in {f"http://{one}" for one in self.hosts}

    def _renew(self) -> None:
        self._token = secrets.token_urlsafe(24)
        self._show(self.link)


def _written(address: str) -> str:
    """Return an address as a browser writes it."""
    return f"[{address}]" if ":" in address else address.lower()


def is_loopback(address: str | None) -> bool:
    """Return whether a server that listens there can be reached from this computer alone."""
    if address == "localhost":
        return True
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False


_opened: Gate | None = None


def open_gate(port: int, show: Callable[[str], None], address: str = LOOPBACK[0]) -> Gate:
    """Let this process run code; only the command line calls this, before the server starts."""
    global _opened
    _opened = Gate(port, show, address)
    return _opened


def close_gate() -> None:
    """Run no code any more."""
    global _opened
    _opened = None


def current() -> Gate | None:
    """Return the gate of this process; None where it runs no code."""
    return _opened
