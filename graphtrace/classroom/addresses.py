"""Where lessons are in an app, as a list and as QR codes."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import urlencode, urlsplit

from graphtrace.errors import RenderError, extra, shown
from graphtrace.lessons import Lesson
from graphtrace.literals import Language

HERE = "http://localhost:8501"  # where `graphtrace app` is, on this machine


def checked_address(address: str) -> str:
    """Return the address of an app without a stroke at its end.

    Raises:
        RenderError: It is none.
    """
    if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
        raise RenderError(f"no address of an app: {shown(address)} (write it as http://192.168.1.5:8501)")
    return address.rstrip("/")


def step_address(base: str, lesson: Lesson, number: int, language: Language) -> str:
    """Return the address of a step, counted from 0."""
    return f"{base}/Learn?{urlencode({'lesson': lesson.id, 'step': number + 1, 'lang': language})}"


def qr_code(address: str) -> str:
    """Return an address as a QR code: an SVG.

    Raises:
        MissingPackageError: The package that makes them is not installed.
    """
    with extra("class", "a QR code"):
        import segno
    found = BytesIO()
    segno.make_qr(address, error="m").save(found, kind="svg", scale=8, border=2, xmldecl=False, light="white")
    return found.getvalue().decode()
