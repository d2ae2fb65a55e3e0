import sys
import unicodedata
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtrace.style.safe_text import attribute, number, visible, xml

ANY = st.text(st.characters(codec=None), max_size=40)


@given(ANY)
def test_any_text_survives_xml_as_its_visible_form(text):
    element = ET.fromstring(f"<a b={attribute(text)}>{xml(text)}</a>".encode())
    assert (element.text or "") == visible(text)
    assert element.get("b") == visible(text)


@given(ANY)
def test_nothing_invisible_is_left(text):
    left = {unicodedata.category(char) for char in visible(text) if char not in "\u200c\u200d"}
    assert not left & {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}


@given(ANY)
def test_making_visible_twice_changes_nothing(text):
    assert visible(visible(text)) == visible(text)


def test_text_is_cut_to_its_limit():
    assert visible("x" * 300, 200) == "x" * 199 + "…"
    assert visible("x" * 200, 200) == "x" * 200


@pytest.mark.parametrize(("value", "text"), [(1, "1"), (0.1 + 0.2, "0.3"), (-0.001, "0"), (12.345678, "12.35")])
def test_numbers_have_two_decimals_at_most(value, text):
    assert number(value) == text


def test_of_all_characters_exactly_the_invisible_ones_are_spelled_out():
    hidden = {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
    chars = map(chr, range(sys.maxunicode + 1))
    wrong = [
        char
        for char in chars
        if (visible(char) == char) is (unicodedata.category(char) in hidden and char not in "\u200c\u200d")
    ]
    assert wrong == []
