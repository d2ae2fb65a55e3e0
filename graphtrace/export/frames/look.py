"""How frames look: everything that may be chosen, checked once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypedDict

from graphtrace.errors import RenderError, shown
from graphtrace.literals import BACKGROUNDS, LANGUAGES, THEMES, VIEWS, Background, Language, ThemeName, ViewName
from graphtrace.model import Recording
from graphtrace.style.safe_text import visible

SIDES = (200, 8000)  # pixels of a side at scale 1


class LookOptions(TypedDict, total=False):
    """The options of every frame, as `graphtrace.frame` takes them."""

    fold: ViewName | None
    opened: Collection[str] | None
    theme: ThemeName
    background: Background
    language: Language
    width: int
    height: int | None
    caption: bool
    title: str
    name: str


@dataclass(frozen=True, slots=True)
class Look:
    """Options of every frame; `graphtrace.frame` explains them."""

    fold: ViewName | None = None
    opened: tuple[str, ...] | None = None
    theme: ThemeName = "light"
    background: Background = "theme"
    language: Language = "en"
    width: int = 1600
    height: int | None = None
    caption: bool = True
    title: str = ""
    name: str = ""

    def __post_init__(self) -> None:

        _one_of("view", self.fold, (None, *VIEWS))
        _one_of("theme", self.theme, THEMES)
        _one_of("background", self.background, BACKGROUNDS)
        _one_of("language", self.language, LANGUAGES)
        if not isinstance(self.caption, bool):
            raise RenderError(f"caption is no switch: {shown(self.caption)} (use True or False)")
        for side in (self.width, SIDES[0] if self.height is None else self.height):
            if isinstance(side, bool) or not isinstance(side, int) or not _fits(side):
                raise RenderError(f"size out of range: {shown(side)} (use {SIDES[0]} to {SIDES[1]} pixels)")

    def drawing(self) -> dict[str, object]:
        """Return the options of the viewer's `frameText`."""
        return {
            "width": self.width,
            "height": self.height,
            "theme": self.theme,
            "ground": "none" if self.background == "transparent" else self.background,
            "caption": self.caption,
        }

    def views(self, recording: Recording) -> tuple[ViewName, ...]:
        """Name the one view to lay out; none where nothing ran backward."""
        from graphtrace.viewer import views_of

        return views_of(recording)[:1] if self.fold is None or not recording.graphs else (self.fold,)


def checked_look(
    fold: ViewName | None = None,
    opened: Collection[str] | None = None,
    theme: ThemeName = "light",
    background: Background = "theme",
    language: Language = "en",
    width: int = 1600,
    height: int | None = None,
    caption: bool = True,
    title: str = "",
    name: str = "",
) -> Look:
    """Return the look that these options describe; `graphtrace.frame` explains them.

    Raises:
        RenderError: One is out of range.
    """
    paths = None if opened is None else tuple(sorted(map(str, require_list("opened", opened, "module paths"))))
    title, name = visible(title, 200), visible(name, 200)
    return Look(fold, paths, theme, background, language, width, height, caption, title, name or title)


def require_list(what: str, given: object, things: str) -> list[object]:
    """Return a list of what a user gave, which may be any collection but a text, and may be none.

    Raises:
        RenderError: It is no list.
    """
    try:
        if not isinstance(given, str):
            return list(given)  # type: ignore[call-overload, no-any-return]
    except TypeError:
        pass  # also of a tensor of no dimension, which says that it can be iterated over
    raise RenderError(f"{what} is no list: {shown(given)} (pass a list of {things})")


def _fits(side: int) -> bool:
    return SIDES[0] <= side <= SIDES[1]


def _one_of(what: str, value: object, known: Collection[object]) -> None:
    if value not in known:
        allowed = ", ".join(repr(one) for one in known if one is not None)
        raise RenderError(f"unknown {what}: {shown(value)} (must be one of {allowed})")
