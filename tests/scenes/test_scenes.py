"""Every program of every scene: it makes its mistake, its repair works, and what is shown is what torch says."""

import re
import traceback
import warnings
from functools import cache

import pytest
import torch

import graphtrace as gt
from graphtrace import lessons, scenes
from graphtrace.diagnosis import MISTAKES
from graphtrace.lessons import LessonError
from graphtrace.lessons.references import BRACES
from graphtrace.literals import LANGUAGES
from graphtrace.scenes.loading import read_scene
from graphtrace.texts import say

SCENES = {scene.mistake: scene for scene in scenes.all_scenes()}
EVERY = [(slug, case) for slug, scene in SCENES.items() for case in range(len(scene.programs))]
CASES = [(slug, case) for slug, case in EVERY if scenes.is_here(SCENES[slug].programs[case].needs)]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CODE = re.compile(r"`[^`]*`")
MOST_WORDS, MOST_SIGNS, MOST_LINES = 40, 76, 13


@cache
def told(slug, case):
    return scenes.tell(SCENES[slug], SCENES[slug].programs[case])


@cache
def documents():
    here = {slug: [told(slug, case).wrong for one, case in CASES if one == slug] for slug in SCENES}
    return tuple(scenes.document(scene, here[slug]) for slug, scene in SCENES.items())


def plainly(code, name):
    """Run a program as Python does, without graphtrace: what it prints, the error, and the whole traceback."""
    printed, raised, trace = [], "", ""
    names = {"__name__": "__main__", "print": lambda *given: printed.extend(" ".join(map(str, given)).splitlines())}
    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(compile(code, name, "exec"), names)
        except Exception as error:
            raised, trace = f"{type(error).__name__}: {error}", traceback.format_exc()
    return tuple(printed), raised, trace


def test_every_mistake_has_a_scene_with_a_lesson_and_a_place_in_the_gallery():
    assert set(SCENES) == set(MISTAKES)
    assert len(SCENES) == 28
    assert [scene.group for scene in SCENES.values()] == sorted(
        (scene.group for scene in SCENES.values()), key=scenes.GROUPS.index
    )
    assert {scene.group for scene in SCENES.values()} == set(scenes.GROUPS)
    for scene in SCENES.values():
        assert 1 <= scene.step <= len(lessons.get(scene.lesson).steps), scene.mistake


@pytest.mark.parametrize(("slug", "case"), CASES)
def test_a_program_makes_its_mistake_and_its_repair_works(slug, case):
    one = told(slug, case)
    assert one.found == gt.diagnose(one.wrong.recording)
    assert one.found.mistake == slug
    assert one.right.raised == ""
    assert gt.diagnose(one.right.recording) is None
    assert one.wrong.recording.audit().ok
    assert one.right.recording.audit().ok
    if one.is_silent:
        assert one.wrong.printed != one.right.printed, "the wrong result is seen"
        a, b = scenes.first_difference(one)
        assert 0 <= a <= len(one.wrong.recording)
        assert 0 < b <= len(one.right.recording)
    else:
        assert one.wrong.line > 0


@pytest.mark.parametrize(("slug", "case"), CASES)
def test_both_programs_print_and_raise_what_they_do_without_graphtrace(slug, case):
    one, program = told(slug, case), SCENES[slug].programs[case]
    for code, ran in ((program.code, one.wrong), (one.repaired, one.right)):
        printed, raised, _ = plainly(code, f"{slug}.py")
        assert (ran.printed, ran.raised) == (printed, raised)


@pytest.mark.parametrize(("slug", "case"), CASES)
def test_the_diff_has_both_programs(slug, case):
    one, program = told(slug, case), SCENES[slug].programs[case]
    assert [text for sign, _, text in one.rows if sign != "+"] == program.code.splitlines()
    assert [text for sign, _, text in one.rows if sign != "−"] == one.repaired.splitlines()
    for sign, number, text in one.rows:
        lines = program.code if sign == "−" else one.repaired
        assert lines.splitlines()[number - 1] == text
    assert any(sign != " " for sign, _, _ in one.changed)
    assert len(program.code.splitlines()) <= MOST_LINES
    if not program.repaired:
        assert one.repaired == one.found.applied(program.code), "the repair is the diagnosis's own"


@pytest.mark.parametrize(("slug", "case"), EVERY)
def test_what_cannot_run_here_has_its_repair_all_the_same(slug, case):
    program = SCENES[slug].programs[case]
    assert scenes.is_here(program.needs) == ((slug, case) in CASES)
    assert not program.needs or program.repaired


@pytest.mark.parametrize(("slug", "case"), CASES)
def test_texts_resolve_are_short_and_hold_no_number_that_was_typed(slug, case):
    scene, program, one = SCENES[slug], SCENES[slug].programs[case], told(slug, case)
    for tell in (scenes.seen, scenes.moral):
        assert len(tell(scene, program, one, "en").split()) <= MOST_WORDS
        chinese = tell(scene, program, one, "zh")
        assert len(CHINESE.findall(chinese)) / 2 + len(chinese) / 2 <= MOST_SIGNS
        assert "{" not in chinese
    for words in (scene.expect, program.seen or scene.seen, program.moral or scene.moral):
        assert set(BRACES.findall(words.en)) == set(BRACES.findall(words.zh))
        assert CHINESE.search(words.zh)
        assert not CHINESE.search(words.en)
        for text in (words.en, words.zh):
            assert not re.search(r"\d", CODE.sub("", BRACES.sub("", text))), text


@pytest.mark.parametrize(("slug", "case"), [one for one in CASES if not told(*one).is_silent])
def test_a_whole_traceback_finds_its_scene(slug, case):
    _, raised, trace = plainly(SCENES[slug].programs[case].code, f"{slug}.py")
    assert raised.partition(": ")[2].splitlines()[0] in trace
    found = scenes.find(trace, documents())
    alike = {one for one, other in CASES if told(one, other).wrong.raised == raised}
    assert slug in found
    assert set(found[: len(alike)]) >= {slug} or len(alike) > 1


@pytest.mark.parametrize("slug", SCENES)
def test_words_find_a_scene_first(slug):
    for language in LANGUAGES:
        assert scenes.find(say(f"diagnosis.title_{slug}", language), documents())[0] == slug
    assert slug in scenes.find(slug, documents())


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("nan", "non_finite"),
        ("memory leak", "graph_kept_for_logging"),
        ("梯度爆炸", "vanishing_or_exploding"),
        ("hidden state lstm", "graph_across_iterations"),
        ("can't optimize a non-leaf", "optimizer_misses_parameter"),
        ("RuntimeError: Function 'LogBackward0' returned nan values in its 0th output.", "non_finite"),
        ("UserWarning: Using a target size (torch.Size([9])) that is different", "broadcast_loss"),
    ],
)
def test_what_people_type_finds_a_scene_first(asked, first):
    assert scenes.find(asked, documents())[0] == first


@pytest.mark.parametrize("asked", ["", "   ", "hello world", "KeyError: 'x'", "<script>", "?" * 9999])
def test_what_is_no_mistake_finds_nothing(asked):
    assert scenes.find(asked, documents()) == ()


def test_a_run_leaves_the_random_numbers_and_the_warnings_of_the_process_as_they_were():
    before = torch.random.get_rng_state()
    filters = list(warnings.filters)
    ran = scenes.run_program(
        "import torch\ntorch.manual_seed(3)\nprint(torch.rand(1).item())\nraise SystemError('x')\n", "p.py"
    )
    assert torch.equal(torch.random.get_rng_state(), before)
    assert warnings.filters == filters
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        assert ran.printed == (str(torch.rand(1).item()),)
    assert (ran.raised, ran.line) == ("SystemError: x", 4)


GOOD = """
group = "graph"
lesson = "leaves"
step = 1
expect = {en = "e", zh = "e"}
seen = {en = "{y}", zh = "{y}"}
moral = {en = "m", zh = "m"}
[[programs]]
name = {en = "n", zh = "n"}
code = "import torch\\ny = torch.ones(1, requires_grad=True) * 2\\n"
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('group = "graph"', 'group = "zoo"', "graph_cut.toml.group is unknown: 'zoo'"),
        ("step = 1", "", r"graph_cut.toml has no step \(add it\)"),
        ("step = 1", "step = 1\nhours = 2", "unknown key: 'hours'"),
        ('name = {en = "n", zh = "n"}', 'name = {en = "n", zh = "n"}\nneeds = "tpu"', "needs is unknown: 'tpu'"),
        (GOOD[GOOD.index("[[programs]]") :], "", "graph_cut.toml has no programs"),
    ],
)
def test_a_bad_file_is_an_error_that_names_the_place(old, new, message):
    assert old in GOOD
    read_scene(GOOD, "graph_cut")
    with pytest.raises(LessonError, match=message):
        read_scene(GOOD.replace(old, new), "graph_cut")


def test_a_program_without_its_mistake_or_its_repair_is_an_error():
    scene = read_scene(GOOD, "graph_cut")
    with pytest.raises(LessonError, match="does not make the mistake 'graph_cut'"):
        scenes.tell(scene, scene.programs[0])
    scene = read_scene(GOOD.replace("* 2\\n", "* 2\\ny = y.argmax().float()\\ny.backward()\\n"), "graph_cut")
    with pytest.raises(LessonError, match="nothing repairs a program of 'graph_cut'"):
        scenes.tell(scene, scene.programs[0])
    with pytest.raises(LessonError, match="unknown mistake: 'zoo'"):
        scenes.get("zoo")
