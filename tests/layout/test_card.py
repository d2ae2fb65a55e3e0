"""Cards: text is safe, fits, and keeps what tells it apart."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtrace.layout.card import card
from graphtrace.layout.text_width import clean, cut, cut_title, width
from graphtrace.model import Box


def make(title="", **rest):
    return card(Box(0, rest.pop("kind", "op"), title, **rest))


@settings(deadline=None)
@given(st.text(max_size=400), st.text(max_size=60), st.text(max_size=60), st.lists(st.text(max_size=80), max_size=3))
def test_any_text_fits_its_card(title, subtitle, text, details):
    found = make(title, subtitle=subtitle, text=text, details=tuple(details))
    assert 96 <= found.width <= 230
    for line in found.lines:
        assert width(line.text, line.size, bold=line.role == "title") <= line.width + 1e-6
        assert line.x >= 14
        assert line.x + line.width <= found.width
        assert line.size < line.y < found.height - 3
        assert len(line.full) <= 200


@given(st.text(max_size=400))
def test_clean_text_is_legal_xml_and_reads_in_one_direction(text):
    for char in clean(text):
        hidden = unicodedata.category(char) in ("Cc", "Cs", "Co", "Zl", "Zp")
        assert not hidden
        assert ord(char) & 0xFFFE != 0xFFFE
        assert unicodedata.category(char) != "Cf" or char in "\u200c\u200d"
    assert clean(text).encode().decode() == clean(text)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\nb", "a␊b"),
        ("a\0", "a␀"),
        ("\x7f", "␡"),
        ("\x85", "\\x85"),
        ("\ud800", "\\ud800"),
        ("\ufffe", "\\ufffe"),
        ("ab\u202ecd", "ab\\u202ecd"),
        ("\u2028", "\\u2028"),
        ("全连接层", "全连接层"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ('<script>"\\N', '<script>"\\N'),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(raw, shown):
    assert clean(raw) == shown


def test_a_pile_of_marks_is_limited():
    assert clean("a" + "\u0301" * 150 + "b") == "a" + "\u0301" * 4 + "b"


def test_a_long_path_keeps_its_end():
    path = "encoder.layers.11.self_attention.output_projection.weight"
    (line,) = make(path).lines
    assert (line.text, line.full) == ("…output_projection.weight", path)


def test_a_title_keeps_its_name_and_the_last_parts_of_its_path():
    (line,) = make("Embedding · model.transformer.h.wpe").lines
    assert line.text == "Embedding · …h.wpe"
    assert cut_title("Embedding · transformer.wpe", 13, 150) == "Embedding · …wpe"


def test_a_single_long_name_is_cut_in_its_middle():
    assert cut_title("scaled_dot_product_attention", 13, 130).count("…") == 1
    assert cut_title("scaled_dot_product_attention", 13, 130).endswith("ention")


def test_ten_thousand_characters_become_two_hundred_with_both_ends():
    (line,) = make("start" + "x" * 10_000 + "end").lines
    assert len(line.full) == 200
    assert line.full.startswith("start")
    assert line.full.endswith("end")


def test_short_text_is_not_cut_and_the_card_is_as_wide_as_it_needs():
    narrow, wide = make("mul"), make("Linear · encoder.fc1")
    assert narrow.width == 96 < wide.width < 230
    assert wide.lines[0].text == "Linear · encoder.fc1"


def test_lines_stand_below_each_other_and_a_card_grows_with_them():
    found = make("a", subtitle="b", text="c", details=("d", "e"))
    assert [line.role for line in found.lines] == ["title", "subtitle", "text", "detail", "detail"]
    steps = [b.y - a.y for a, b in zip(found.lines, found.lines[1:], strict=False)]
    assert min(steps) >= 12
    assert found.height > make("a").height


def test_empty_texts_have_no_line():
    assert [line.role for line in make("a", text="4×3").lines] == ["title", "text"]


def test_a_stub_is_a_dot():
    assert (make(kind="stub").width, make(kind="stub").height, make(kind="stub").lines) == (8.0, 8.0, ())


def test_a_box_that_opens_has_room_for_its_sign():
    title = "encoder.layers.0"
    shut, opens = make(title), make(title, openable=True)
    assert opens.width > shut.width


def test_measured_text_is_not_narrower_than_a_real_font():
    from pathlib import Path

    fonts = Path("/usr/share/fonts/truetype/dejavu")
    if not fonts.exists():
        pytest.skip("no DejaVu on this machine to compare with")
    from fontTools.ttLib import TTFont

    for bold, name in ((False, "DejaVuSans.ttf"), (True, "DejaVuSans-Bold.ttf")):
        font = TTFont(fonts / name)
        names, advances, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
        for char in map(chr, [*range(32, 127), *range(0xA1, 0x250), *range(0x386, 0x480), *range(0x2190, 0x2300)]):
            if ord(char) in names and unicodedata.category(char) != "Cf":
                assert width(char, 1.0, bold) >= advances[names[ord(char)]][0] / em - 1e-6, char


def test_cutting_never_leaves_a_mark_without_its_letter():
    text = "e\u0301" * 40
    found = cut(text, 13, 100, middle=True)
    assert not unicodedata.combining(found.split("…")[1][0])


@given(st.text(min_size=1, max_size=80), st.floats(20, 230))
def test_a_cut_text_fits_and_a_text_that_fits_is_not_cut(text, room):
    for middle in (False, True):
        found = cut(text, 10, room, middle=middle)
        assert width(found, 10) <= max(room, width("…", 10))
        if width(text, 10) <= room:
            assert found == text
