"""How a record shows itself in a notebook: records only ask for it, the layer that can draw registers itself here."""

from __future__ import annotations

from collections.abc import Callable

MimeBundle = dict[str, str]  # MIME type to content, as Jupyter takes it

_show: Callable[[object], MimeBundle] | None = None


def show_with(show: Callable[[object], MimeBundle]) -> None:
    """Let `show` make what a notebook displays of a record."""
    global _show
    _show = show


class Displayable:
    """A record that a notebook displays when it is the last expression of a cell."""

    __slots__ = ()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> MimeBundle:
        return {"text/plain": repr(self)} if _show is None else _show(self)
