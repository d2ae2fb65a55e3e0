"""Words from links and files are text on a page: no link, no picture, no formula, no request."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from graphtrace.app.texts import plain

ROOT = Path(__file__).parents[2]
HOSTILE = [
    "[Log in](http://e.ex)",
    "![](http://e.ex/x.png)",
    "<img src=http://e.ex>",
    "http://e.ex",
    "www.e.ex",
    "a@e.ex",
    "$x$",
    "`x`",
    "**x** __x__ ~~x~~",
    ":red[x]",
    ":material/home:",
    "&lt;",
    "[x][1]",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_marks_are_kept_from_being_read(text):
    made = plain(text)
    assert made != text
    assert made.replace("\\", "").replace("\u2060", "") == text
    assert not re.search(r"(?<!\\)[`*\[<$~&]|://|www\.|@e|:red|:material|(?<!\\)__x", made)


def test_plain_words_stay_as_they_are():
    text = "layer 0 Linear needs 3 inputs: got 2 (set in_features=2, or change the data)"
    assert plain(text) == text


@pytest.mark.parametrize("query", [{"preset": HOSTILE[0]}, {"lab": "2" + HOSTILE[1]}])
def test_a_link_puts_no_link_or_picture_on_the_page(query):
    page = AppTest.from_file(ROOT / "viz_app.py", default_timeout=60)
    page.switch_page("pages/3_Lab.py")
    page.query_params.update(query)
    page.run()
    (toast,) = page.toast
    assert "http:\u2060//e.ex" in toast.value
    assert r"\[" in toast.value
