"""What Python and JavaScript both know is the same: widths of characters, line breaks, how numbers are written."""

import json
import math
import random
import struct
import unicodedata

import pytest

from graphtrace import viewer
from graphtrace.explain import number
from graphtrace.layout.text_width import advances, width, wrapped

racer = pytest.importorskip("py_mini_racer")
WORDS = [
    "grad",
    "×",
    "conv2.weight",
    "的",
    "梯度",
    "—",
    "é",
    "x" * 60,
    "1.5e−7",
    "  ",
    "\n",
    "🙂",
    "ffi",
    "。",
    "‖·‖",
    "a-b",
]


@pytest.fixture(scope="module")
def javascript():
    """Call a function of the viewer with each of some lists of arguments."""
    context = racer.MiniRacer()
    context.eval(viewer.engine() + "\n0")

    def call(function, arguments):
        sent = json.dumps(arguments)
        return json.loads(context.eval(f"JSON.stringify({sent}.map((given) => graphtrace.{function}(...given)))"))

    yield call
    context.close()


def test_every_character_has_the_same_width(javascript):
    known = unicodedata.ucd_3_2_0.category  # characters that every version of Python knows
    chars = [chr(code) for code in range(0x110000) if known(chr(code)) not in {"Cn", "Co", "Cs"}]
    assert len(chars) > 90_000
    for fonts, function in enumerate(("textWidth", "typicalWidth")):
        for bold in (False, True):
            found = javascript(function, [(char, 1000, bold) for char in chars])
            assert found == [advances(char)[2 * fonts + bold] for char in chars], function


def test_a_text_is_as_wide_as_its_characters():
    for text in WORDS:
        for bold in (False, True):
            assert width(text, 10, bold) == pytest.approx(sum(advances(char)[bold] for char in text) / 100)
            typical = sum(advances(char)[2 + bold] for char in text) / 100
            assert width(text, 10, bold, "typical") == pytest.approx(typical)


def test_typical_fonts_are_never_wider():
    for char in map(chr, range(0x20, 0x3000)):
        wide, wide_bold, typical, typical_bold = advances(char)
        assert typical <= wide, char
        assert typical_bold <= wide_bold, char


def test_lines_break_at_the_same_places(javascript):
    draw = random.Random(0)
    given = []
    for _ in range(4000):
        text = "".join(draw.choice(WORDS) + draw.choice(["", " ", " "]) for _ in range(draw.randrange(30)))
        given.append(
            (text, draw.choice([11, 13, 15, 24]), draw.random() < 0.5, draw.uniform(30, 900), draw.randrange(1, 7))
        )
    expected = [
        list(wrapped(text, size, room, bold, most=most, fonts="typical")) for text, size, bold, room, most in given
    ]
    assert javascript("wrapped", given) == expected
    assert any(lines and lines[-1].endswith("…") for lines in expected)


def float32(draw):
    return struct.unpack("f", struct.pack("I", draw.getrandbits(32)))[0]


def test_numbers_are_written_alike(javascript):
    draw = random.Random(1)
    values = [
        sign * (digits + 0.5) * 10.0**power
        for digits in (1234, 1235, 9999)
        for power in (-8, -3, 0, 3)
        for sign in (1, -1)
    ]
    values += [k / 2**n for n in range(12) for k in range(1, 4000, 7)]  # many of them lie halfway between two others
    values += [draw.gauss(0, 10.0 ** draw.randrange(-12, 12)) for _ in range(5000)]
    values += [x for x in (float32(draw) for _ in range(5000)) if math.isfinite(x)]
    values += [0.0, -0.0, 1e-4, 9.9995e-5, 9999.5, 9999.4, 0.99995, 1e300, 5e-324]
    assert javascript("short", [(value,) for value in values]) == [number(value) for value in values]
    assert javascript("short", [("nan",), ("inf",), ("-inf",)]) == [number(float(x)) for x in ("nan", "inf", "-inf")]


def test_of_two_numbers_that_are_as_near_the_even_one_is_written(javascript):
    assert javascript("short", [(2.0625,), (2.0635,), (1234.5,), (1235.5,)]) == ["2.062", "2.063", "1234", "1236"]
    assert number(2.0625) == "2.062"
