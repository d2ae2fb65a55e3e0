"""Colours and the font list, shared by every output and by the browser viewer.

The accents are Okabe and Ito's, which survive the three colour blindnesses. They carry meaning together
with a word, a line style or a place, never alone, and text is never drawn in them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from graphtrace.errors import RenderError, shown
from graphtrace.literals import ThemeName

# The packaged fonts first (see fonts.py), then what the reader's machine has.
FONT_FAMILY = (
    "Roboto, 'Noto Sans CJK SC', system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, "
    "'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', sans-serif"
)


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme, as ``#rrggbb``.

    Attributes:
        background: The ground of the picture.
        surface: The ground of a card.
        ink: Titles.
        muted: Everything else that is text.
        hairline: Outline of a card.
        line: Links and their arrow heads.
        frame: The ground of an open module; `frame_line` its outline.
        forward: Operations and values.
        leaf: Parameters and updates.
        gradient: Gradients, and nothing else.
        minus: Values below zero; `gradient_minus` gradients below zero.
        warning: What needs care.
        constant: Constants, cuts and stubs.
        shadow: Drawn at `shadow_opacity`.
    """

    name: ThemeName
    background: str
    surface: str
    ink: str
    muted: str
    hairline: str
    line: str
    frame: str
    frame_line: str
    forward: str
    leaf: str
    gradient: str
    minus: str
    gradient_minus: str
    warning: str
    constant: str
    shadow: str
    shadow_opacity: float

    def bar(self, kind: str) -> str:
        """Return the accent of a box kind."""
        return {"op": self.forward, "module": self.forward, "leaf": self.leaf}.get(kind, self.constant)


_PALETTES: dict[ThemeName, Palette] = {
    "light": Palette(
        name="light",
        background="#fbfcfe",
        surface="#ffffff",
        ink="#1a1d26",
        muted="#596273",
        hairline="#d3d9e3",
        line="#8490a3",
        frame="#f1f4f9",
        frame_line="#d9dfe9",
        forward="#0072b2",
        leaf="#009e73",
        gradient="#d55e00",
        minus="#7a5fb5",
        gradient_minus="#9a7a12",
        warning="#e69f00",
        constant="#8a93a3",
        shadow="#1a2440",
        shadow_opacity=0.07,
    ),
    "dark": Palette(
        name="dark",
        background="#0e1117",
        surface="#1b202b",
        ink="#f2f4f8",
        muted="#a8b1c0",
        hairline="#363e4e",
        line="#77839a",
        frame="#141923",
        frame_line="#2b3341",
        forward="#45a5e0",
        leaf="#2cbf8f",
        gradient="#f07b35",
        minus="#a78be0",
        gradient_minus="#c9a640",
        warning="#f0b83a",
        constant="#8993a5",
        shadow="#000000",
        shadow_opacity=0.35,
    ),
}


def palette(theme: ThemeName) -> Palette:
    """Return the palette called `theme`, ``light`` or ``dark``."""
    if not isinstance(theme, str) or theme not in _PALETTES:
        raise RenderError(f"unknown theme: {shown(theme)} (use {' or '.join(map(repr, _PALETTES))})")
    return _PALETTES[theme]


def as_dict(theme: ThemeName) -> dict[str, str | float]:
    """Return the palette as plain values, for JSON."""
    return asdict(palette(theme))
