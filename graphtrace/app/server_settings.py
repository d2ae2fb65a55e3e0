"""What the owner of a server allows, by environment variables. Limits of the Lab: `graphtrace.lab.records.limits`."""

from __future__ import annotations

import os

from graphtrace.errors import SpecError, shown

UPLOADS = "GRAPHTRACE_UPLOADS"  # on or off: whether visitors may open files of their own
RUNS = "GRAPHTRACE_RUNS"  # folders of runs, or of folders of runs, which the page Runs shows
LINKS = "GRAPHTRACE_LINKS"  # on or off: whether an address holds what was built and done


def uploads_are_on() -> bool:
    """Return whether visitors may open files of their own.

    Raises:
        SpecError: The variable is neither on nor off.
    """
    return _is_on(UPLOADS)


def links_are_on() -> bool:
    """Return whether an address of the Lab holds what was built and done, and one that does is opened.

    Raises:
        SpecError: The variable is neither on nor off.
    """
    return _is_on(LINKS)


def runs_folders() -> list[str]:
    """Return the folders of runs that the server was given."""
    return [folder for folder in os.environ.get(RUNS, "").split(os.pathsep) if folder]


def require_links() -> None:
    """Raise a `SpecError` where addresses hold nothing of the Lab."""
    if not links_are_on():
        name = LINKS
        raise SpecError(f"this server makes and opens no links: {name}=off (save a file and open it instead)")


def _is_on(name: str) -> bool:
    value = os.environ.get(name, "on").strip().lower()
    if value not in {"on", "off"}:
        raise SpecError(f"{name} is neither on nor off: {shown(value)} (set one of them, or unset it)")
    return value == "on"
