"""The palette for eyes that see colours otherwise: told apart in the three colour blindnesses, and read by everybody.

The simulation is that of Machado, Oliveira and Fernandes (2009), "A Physiologically-based Model for Simulation of Color
Vision Deficiency", IEEE TVCG 15(6), at severity 1: a matrix on linear RGB. Contrast is that of WCAG 2.1.
"""

import itertools
import re
from pathlib import Path

import pytest

from graphtrace import viewer
from graphtrace.style.theme import palette

CSS = viewer.CSS
NUMBERS = (Path(viewer.__file__).parent / "src" / "draw" / "numbers.js").read_text(encoding="utf-8")
THEMES = ("light", "dark")
MACHADO = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}


def linear(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def seen(rgb, matrix):
    return [min(1.0, max(0.0, sum(m * c for m, c in zip(row, rgb, strict=True)))) for row in matrix]


def lab(rgb):
    """CIE L*a*b* of linear sRGB under D65."""
    rows = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
    xyz = [sum(m * c for m, c in zip(row, rgb, strict=True)) for row in rows]
    f = [
        (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116)
        for t in (v / w for v, w in zip(xyz, (0.95047, 1.0, 1.08883), strict=True))
    ]
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


def distance(one, other, matrix):
    """How far apart two colours look: CIE 1976; 2.3 is just noticed."""
    a, b = (lab(seen(linear(colour), matrix)) for colour in (one, other))
    return sum((p - q) ** 2 for p, q in zip(a, b, strict=True)) ** 0.5


def luminance(rgb):
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]


def contrast(one, other):
    high, low = sorted((luminance(linear(one)), luminance(linear(other))), reverse=True)
    return (high + 0.05) / (low + 0.05)


def over(top, ground, opacity):
    """A colour painted on another at an opacity, as a browser mixes them."""
    parts = zip(*([int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (top, ground)), strict=True)
    return "#" + "".join(f"{round(a * opacity + b * (1 - opacity)):02x}" for a, b in parts)


def cells(theme):
    """The grounds of numbers: positive and negative, value and gradient."""
    colours = palette(theme)
    return {"value": (colours.forward, colours.minus), "gradient": (colours.gradient, colours.gradient_minus)}


@pytest.mark.parametrize("matrix", MACHADO.values(), ids=MACHADO)
def test_each_matrix_leaves_greys_as_they_are(matrix):
    for grey in (0.1, 0.5, 0.9):
        assert seen([grey] * 3, matrix) == pytest.approx([grey] * 3, abs=1e-5)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("blindness", MACHADO)
def test_what_the_accents_mean_is_told_apart_in_every_colour_blindness(theme, blindness):
    colours = palette(theme)
    accents = {name: getattr(colours, name) for name in ("forward", "leaf", "gradient", "warning")}
    for (one, a), (other, b) in itertools.combinations(accents.items(), 2):
        assert distance(a, b, MACHADO[blindness]) > 12, (one, other)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("blindness", MACHADO)
def test_value_and_gradient_cells_are_told_apart_in_every_colour_blindness(theme, blindness):
    found = cells(theme)
    for value, gradient in itertools.product(found["value"], found["gradient"]):
        assert distance(value, gradient, MACHADO[blindness]) > 12


GREY = ((0.2126, 0.7152, 0.0722),) * 3  # a printout: nothing but luminance is left


@pytest.mark.parametrize("theme", THEMES)
def test_in_greys_some_accents_look_alike_so_something_else_must_tell_them_apart(theme):
    accents = [getattr(palette(theme), name) for name in ("forward", "leaf", "gradient")]
    assert min(distance(a, b, GREY) for a, b in itertools.combinations(accents, 2)) < 12


def part(name):
    """The selector of a part of a picture, as src/draw/looks.js writes it."""
    return f".gt-root svg:where(.picture, .histogram) :where({name})"


def declared(selector, name):
    """What the stylesheet gives to an element: the value of the last rule of this selector that names it."""
    found = [body for rule, body in re.findall(r"^([^{}@\n]+) \{([^}]*)\}", CSS, re.M) if rule.strip() == selector]
    values = [value for body in found for value in re.findall(rf"(?:^|;|\s){name}:\s+([^;]+)", body)]
    return values[-1] if values else None


def test_in_greys_phases_are_told_apart_by_their_patterns_and_gradients_by_their_dashes():
    marks = {"forward": declared(".part.forward", "background-image")}
    marks |= {phase: declared(f".part.{phase}", "background-image") for phase in ("backward", "step", "error")}
    marks["zero"] = declared(".part:is(.zero, .edit)", "background-image")
    assert marks["forward"] is None, "the plain one"
    assert len(set(marks.values())) == len(marks)
    assert declared(part(".stream"), "stroke-dasharray") is not None
    assert declared(".codeline.here.backward", "border-left-style") == "dashed"
    assert declared(part(".bucket.none"), "stroke-dasharray") is not None


def test_the_simulation_confuses_what_the_colour_blind_confuse():
    red, green = "#c0392b", "#5d7a1f"
    assert distance(red, green, MACHADO["deuteranopia"]) < 0.5 * distance(red, green, MACHADO["none"])
    assert distance("#00a0a0", "#0090c0", MACHADO["tritanopia"]) < distance("#00a0a0", "#0090c0", MACHADO["none"])


@pytest.mark.parametrize("theme", THEMES)
def test_text_on_every_ground_has_the_contrast_of_aa(theme):
    colours = palette(theme)
    for text, ground in itertools.product((colours.ink, colours.muted), ("background", "surface", "frame")):
        assert contrast(text, getattr(colours, ground)) >= 4.5, (text, ground)


@pytest.mark.parametrize("theme", THEMES)
def test_numbers_are_read_on_the_strongest_cell(theme):
    colours = palette(theme)
    least, more = map(float, re.search(r"odd \? 1 : ([\d.]+) \+ ([\d.]+) \* strength", NUMBERS).groups())
    for accents in cells(theme).values():
        for accent in accents:
            assert contrast(colours.ink, over(accent, colours.surface, least + more)) >= 4.5, accent
    odd = float(declared(part(".cell.odd"), "fill-opacity"))
    assert contrast(colours.ink, over(colours.warning, colours.surface, odd)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_lines_and_marks_are_seen_on_their_ground(theme):
    colours = palette(theme)
    for name in ("forward", "leaf", "gradient", "line", "constant"):
        assert contrast(getattr(colours, name), colours.surface) >= 3, name


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
