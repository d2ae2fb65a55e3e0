"""One file that holds everything, asks for nothing and lets no name of a user out of its data."""

import base64
import hashlib
import html
import json
import re

import pytest

import graphtrace as gt
from graphtrace import examples
from graphtrace.errors import RenderError
from graphtrace.export import write
from tests.support import recordings

HOSTILE = recordings.HOSTILE + "</SCRIPT\t><!--<script>\u2028]]>"


def graph():
    built = examples.build("lenet")
    return gt.trace(built.root, model=built.model)


def sent(page):
    return json.loads(re.search(r'id="data">(.*?)</script>', page, flags=re.DOTALL)[1])


@pytest.mark.parametrize("make", [graph, recordings.fork, recordings.hostile])
def test_the_page_refers_to_nothing_outside_itself(make):
    page = gt.to_html(make(), title=HOSTILE)
    markup = re.sub(r"<script.*?</script>|<style>.*?</style>", "", page, flags=re.DOTALL)
    assert not re.search(r'(?:src|href|action)="(?!data:,")', markup)
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org/)", page.replace(html.escape(HOSTILE), ""))


@pytest.mark.parametrize("make", [graph, recordings.hostile])
def test_nothing_of_a_user_ends_the_data_or_starts_a_script(make):
    page = gt.to_html(make(), title=HOSTILE)
    assert page.count("<script") == page.count("</script>") == 2
    data = re.search(r'id="data">(.*?)</script>', page, flags=re.DOTALL)[1]
    assert not re.search("[<>&\u2028\u2029]", data)
    assert "<title>&lt;img" in page
    assert sent(page)["patch"]["title"].startswith(HOSTILE[:80])


def test_the_policy_names_the_hash_of_the_very_script_and_style():
    page = gt.to_html(recordings.fork())
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1])
    for tag, name in ((r'<script type="module">', "script-src"), ("<style>", "style-src")):
        text = re.search(rf"{tag}(.*?)</(?:script|style)>", page, flags=re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert not re.search(r"unsafe|\*|https?:", policy)


def test_all_steps_are_in_the_page():
    recording = recordings.fork()
    data = sent(gt.to_html(recording, start=3))
    assert data["play"]["recording"]["length"] == len(recording)
    assert data["start"] == 3
    assert set(data["play"]["recording"]["sentences"]) == {"en", "zh"}


def test_a_view_may_be_asked_for_and_comes_first():
    data = sent(gt.to_html(recordings.trained("lenet", 1), fold="autograd"))
    assert data["play"]["views"][0]["name"] == "autograd"


def test_no_module_can_be_opened_where_python_is_absent():
    data = sent(gt.to_html(graph(), fold="module", opened=["fc1"]))
    assert data["geo"]["fixed"]
    assert not any(box["openable"] for box in data["geo"]["boxes"])


def test_a_file_is_written_by_its_suffix(tmp_path):
    path = write(graph(), tmp_path / "g.html", fold="concept", theme="dark")
    assert sent(path.read_text(encoding="utf-8"))["patch"]["theme"] == "dark"


@pytest.mark.parametrize(
    ("thing", "options", "message"),
    [
        (None, {}, "neither a graph nor a recording: None"),
        ("graph", {"fold": "xx"}, "unknown view: 'xx'"),
        ("graph", {"language": "fr"}, "unknown language: 'fr'"),
        ("graph", {"theme": "pink"}, "unknown theme: 'pink'"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(thing, options, message):
    with pytest.raises(RenderError, match=message):
        gt.to_html(graph() if thing == "graph" else thing, **options)
