"""Both catalogues hold the same texts with the same values, and each is used."""

import re
import string
from pathlib import Path

import pytest

from graphtrace import texts
from graphtrace.errors import TraceError
from graphtrace.texts import LANGUAGES, say, section

ROOT = Path(__file__).parents[2]
SECTIONS = (
    "viewer",
    "app",
    "frames",
    "sentences",
    "diagnosis",
    "misfits",
    "builder",
    "classroom",
    "sights",
    "runs",
    "code",
)
ORDINALS = {"nth", "n"}  # English counts "second", Chinese 第 2 份
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def forms(text):
    return [text] if isinstance(text, str) else list(text.values())


def fields(text):
    return {name for form in forms(text) for _, name, _, _ in string.Formatter().parse(form) if name is not None}


@pytest.mark.parametrize("name", SECTIONS)
def test_both_languages_have_the_same_texts_with_the_same_values(name):
    english, chinese = (section(name, language) for language in LANGUAGES)
    assert list(english) == list(chinese), "same keys, same order"
    for key, text in english.items():
        assert fields(text) - ORDINALS == fields(chinese[key]) - ORDINALS, key
        assert all(form.strip() for form in (*forms(text), *forms(chinese[key]))), key


def test_the_catalogues_have_the_sections_that_are_checked_here():
    assert set(texts._catalogue("en")) == set(SECTIONS)
    assert set(texts._catalogue("zh")) == {*SECTIONS, "errors"}  # see test_messages


def test_english_has_no_chinese_in_it():
    for name in SECTIONS:
        wrong = [key for key, text in section(name, "en").items() for form in forms(text) if CHINESE.search(form)]
        assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_those_of_the_language(language):
    wanted = {"en": {"one", "other"}, "zh": {"other"}}[language]
    for name in SECTIONS:
        for key, text in section(name, language).items():
            assert isinstance(text, str) or set(text) == wanted, f"{name}.{key}"


def test_a_count_chooses_the_form(monkeypatch):
    forms_en = {"one": "{n} node", "other": "{n} nodes"}
    monkeypatch.setattr(
        texts, "_catalogue", lambda language: {"x": {"y": forms_en if language == "en" else "{n} 个节点"}}
    )
    assert [say("x.y", "en", n=n) for n in (0, 1, 2)] == ["0 nodes", "1 node", "2 nodes"]
    assert say("x.y", "zh", n=1) == "1 个节点"


def test_an_unknown_language_is_an_error_that_names_the_known_ones():
    with pytest.raises(TraceError, match=r"unknown language: 'xx' \(must be one of \['en', 'zh'\]\)"):
        section("viewer", "xx")
