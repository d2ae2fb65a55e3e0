import json

import pytest

from graphtrace.errors import RenderError
from graphtrace.style.theme import as_dict, palette

THEMES = ("light", "dark")


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_the_contrast_oracle_knows_the_two_ends():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)  # the grey WCAG names


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["background", "surface", "frame"])
@pytest.mark.parametrize("text", ["ink", "muted"])
def test_text_can_be_read_on_every_ground(theme, ground, text):
    colours = palette(theme)
    assert contrast(getattr(colours, text), getattr(colours, ground)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("mark", ["line", "forward", "leaf", "gradient", "constant"])
def test_marks_can_be_told_from_their_ground(theme, mark):
    colours = palette(theme)
    assert contrast(getattr(colours, mark), colours.surface) >= 3
    assert contrast(getattr(colours, mark), colours.background) >= 3


def test_light_accents_are_okabe_and_ito_s():
    colours = palette("light")
    assert (colours.forward, colours.leaf) == ("#0072b2", "#009e73")
    assert (colours.gradient, colours.warning) == ("#d55e00", "#e69f00")


@pytest.mark.parametrize("theme", THEMES)
def test_no_kind_of_box_wears_the_colour_of_gradients(theme):
    colours = palette(theme)
    bars = {colours.bar(kind) for kind in ("op", "leaf", "module", "cut", "stub")}
    assert colours.gradient not in bars
    assert len(bars) == 3


def test_a_palette_is_plain_json():
    assert json.loads(json.dumps(as_dict("dark")))["name"] == "dark"


def test_an_unknown_theme_is_named():
    with pytest.raises(RenderError, match=r"unknown theme: 'blue' \(use 'light' or 'dark'\)"):
        palette("blue")
