"""Every step of every lesson, on the recording that is played: places, texts, answers."""

import math
import re
from functools import cache
from itertools import product

import pytest
import torch

from graphtrace import examples, lessons
from graphtrace.classroom.running import record_program
from graphtrace.lessons import LessonError
from graphtrace.lessons.references import BRACES
from graphtrace.literals import LANGUAGES

WITHOUT_GRAPH = {"freeze_all"}  # the menu's has nothing to play; the lesson on modules runs the same as a listing
LESSONS = {lesson.id: lesson for lesson in lessons.all_lessons()}
STEPS = [(lesson.id, i) for lesson in LESSONS.values() for i in range(len(lesson.steps))]
LISTED = [  # listings that say which example they are
    (lesson.id, name)
    for lesson in LESSONS.values()
    for name, one in lesson.programs.items()
    if one.code and one.example
]
MOST_WORDS, MOST_SIGNS = 45, 84  # a sign that is no Chinese one is half as wide
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CODE = re.compile(r"`[^`]*`")


@cache
def recording(lesson, program):
    return record_program(LESSONS[lesson].programs[program])


def resolved(lesson, i, language="en", guess="?"):
    step = LESSONS[lesson].steps[i]
    return lessons.resolve(step, recording(lesson, step.run), language, guess)


def texts_of(lesson):
    """Every text of a lesson with its name."""
    yield from (
        *(("title", lesson.title), ("goal", lesson.goal)),
        *(("exercise", lesson.exercise.text), ("exercise goal", lesson.exercise.goal.text)),
    )
    for i, step in enumerate(lesson.steps, 1):
        yield f"{i}", step.text
        if step.notes:
            yield f"{i} notes", step.notes
        if step.question:
            question = step.question
            yield from ((f"{i} question", question.text), (f"{i} right", question.right))
            for part in (*question.wrong, *question.options):
                yield f"{i} reply", part.text
            for part in (*question.options, *question.lines):
                yield f"{i} label", part.label


@pytest.mark.parametrize(("lesson", "i"), STEPS)
def test_a_step_resolves_in_both_languages_at_the_same_place(lesson, i):
    english, chinese = (resolved(lesson, i, language) for language in LANGUAGES)
    assert 0 <= english.cursor == chinese.cursor <= len(recording(lesson, LESSONS[lesson].steps[i].run))
    assert "{" not in english.text + chinese.text + english.notes + chinese.notes
    if english.question:
        assert english.question.answer == chinese.question.answer or math.isnan(english.question.answer)
        assert (english.question.best, english.question.order) == (chinese.question.best, chinese.question.order)


@pytest.mark.parametrize(("lesson", "i"), STEPS)
def test_texts_are_short_and_both_languages_refer_to_the_same(lesson, i):
    step = LESSONS[lesson].steps[i]
    assert len(resolved(lesson, i).text.split()) <= MOST_WORDS
    chinese = resolved(lesson, i, "zh").text
    assert len(CHINESE.findall(chinese)) / 2 + len(chinese) / 2 <= MOST_SIGNS
    assert re.search(r"[\u4e00-\u9fff]", step.text.zh)
    assert not re.search(r"[\u4e00-\u9fff]", step.text.en)


@pytest.mark.parametrize("name", LESSONS)
def test_no_number_is_typed_into_a_text(name):
    """Numbers are references; digits stand in names of code only, and that code is in a program or its graph."""
    lesson = LESSONS[name]
    known = "\n".join(program.code for program in lesson.programs.values())
    for run in lesson.programs:
        known += "\n".join(f"{n.type} {n.key} {n.param}" for g in recording(name, run).graphs for n in g.nodes)
    for place, words in texts_of(lesson):
        for text in (words.en, words.zh):
            bare = BRACES.sub("", text)
            for span in CODE.findall(bare):
                assert not re.search(r"\d", span) or span.strip("`") in known, f"{name} {place}: {span}"
            assert not re.search(r"\d", CODE.sub("", bare)), f"{name} {place}: {text}"
        assert set(BRACES.findall(words.en)) == set(BRACES.findall(words.zh)), f"{name} {place}"


QUESTIONS = [(lesson, i) for lesson, i in STEPS if LESSONS[lesson].steps[i].question]


@pytest.mark.parametrize(("lesson", "i"), QUESTIONS)
def test_each_usual_wrong_answer_differs_from_the_truth_and_gets_its_own_reply(lesson, i):
    asked, question = LESSONS[lesson].steps[i].question, resolved(lesson, i).question
    if question.answer is not None:
        truth = lessons.judge_number(question, question.answer, asked.tolerance)
        assert truth.right
        assert truth.text == question.right
        for wrong in question.wrong:
            said = lessons.judge_number(question, wrong.value, asked.tolerance)
            assert (said.right, said.text) == (False, wrong.text)
        if asked.chips:
            assert len(lessons.choices(question)) == len(question.wrong) + 1
        if question.answer > 0 and -question.answer not in [wrong.value for wrong in question.wrong]:
            assert lessons.judge_number(question, -question.answer, asked.tolerance).sign
    elif question.best is not None:
        said = [lessons.judge_option(question, k) for k in range(len(question.labels))]
        assert [one.right for one in said].count(True) == 1
        assert len({one.text for one in said}) == len(said), "each option has its own reply"
    else:
        assert lessons.judge_order(question, question.order).right
        assert not lessons.judge_order(question, question.order[::-1]).right


@pytest.mark.parametrize(("lesson", "i"), QUESTIONS)
def test_nothing_has_told_the_answer_where_a_number_is_asked(lesson, i):
    """The lesson stands before what it asks for: the sentence of its event does not have the answer."""
    step, found = LESSONS[lesson].steps[i], resolved(lesson, i)
    if step.question.kind == "number":
        assert found.question.blanks, "the picture leaves out what is asked"
        assert found.cursor < found.question.reveal


@pytest.mark.parametrize(("lesson", "name"), LISTED)
def test_a_listing_of_an_example_has_its_gradients(lesson, name):
    program = LESSONS[lesson].programs[name]
    built = examples.build(program.example)
    leaves = dict(built.params) if built.model is None else dict(built.model.named_parameters())
    built.root.backward(built.grad_output)
    grads = {}
    for event in recording(lesson, name).events:
        if event.kind == "accumulate" and event.param not in grads:
            grads[event.param] = event.tensor("after").numbers()
    assert set(grads) == {leaf for leaf, tensor in leaves.items() if tensor.grad is not None}
    for leaf, numbers in grads.items():
        assert torch.allclose(leaves[leaf].grad.flatten().double(), torch.tensor(numbers, dtype=torch.float64))


def test_the_course_is_numbered_and_every_lesson_has_four_to_eight_steps():
    assert [lesson.number for lesson in LESSONS.values()] == sorted({one.number for one in LESSONS.values()})
    for lesson in LESSONS.values():
        assert 4 <= len(lesson.steps) <= 8, lesson.id
        assert any(step.question for step in lesson.steps), lesson.id
        assert {step.run for step in lesson.steps} == set(lesson.programs), lesson.id
        for name in lesson.further:
            assert examples.get(name)
        assert all(lessons.get(name).number < lesson.number for name in lesson.needs), lesson.id


# ---- oracles: torch, without graphtrace ----------------------------------------------------------


def test_the_fork_is_what_torch_says():
    y = torch.tensor(3.0, requires_grad=True)
    (2 * y + y**2).backward()
    question = resolved("forks", 2).question
    assert question.answer == y.grad.item() == 8
    assert {wrong.value for wrong in question.wrong} == {2, 6, 12}
    assert resolved("forks", 1).question.answer == 2


# ---- mistakes in a file are errors that name the place -------------------------------------------


GOOD = """
id = "x"
number = 1
minutes = 1
title = {en = "t", zh = "t"}
goal = {en = "g", zh = "g"}
[programs.p]
code = "import torch\\ny = torch.ones(1, requires_grad=True)\\nz = y * y\\nz.backward()"
[exercise]
text = {en = "e", zh = "e"}
preset = "xor"
goal = {text = {en = "g", zh = "g"}, conditions = [{kind = "steps", n = 1}]}
[[steps]]
run = "p"
at = "made z"
text = {en = "{z}", zh = "{z}"}
"""


def test_a_good_file_is_read():
    lesson = lessons.loading.read_lesson(GOOD, "x.toml")
    assert lessons.resolve(lesson.steps[0], record_program(lesson.programs["p"]), "en").text == "[1]"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("minutes = 1", "", r"x.toml has no minutes \(add it\)"),
        ("minutes = 1", 'minutes = "1"', r"x.toml.minutes is no int: '1'"),
        ("minutes = 1", "minutes = 1\nhours = 2", r"x.toml has an unknown key: 'hours'"),
        ('zh = "t"', 'de = "t"', r"x.toml.title has no zh"),
        ('run = "p"', 'run = "q"', r"x.toml.steps\[1\].run is unknown: 'q' \(\['p'\]\)"),
        ("[programs.p]", "[programs.p", "x.toml is no TOML"),
        ('at = "made z"', 'at = "made z"\nhide = ["all"]', "hide is unknown"),
        (
            'at = "made z"',
            'at = "made z"\nquestion = {kind = "guess"}',
            r"question.kind is unknown: 'guess' \(must be one of",
        ),
    ],
)
def test_a_bad_file_is_an_error_that_names_the_place(old, new, message):
    assert old in GOOD
    with pytest.raises(LessonError, match=message):
        lessons.loading.read_lesson(GOOD.replace(old, new), "x.toml")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('at = "made z"', 'at = "made q"', "no such place in the recording: 'made q'"),
        ('at = "made z"', 'at = "accumulate y 2"', r"no such place in the recording: 'accumulate y 2' \(1 of its kind"),
        ('at = "made z"', 'at = "made z"\nhighlight = ["q"]', "nothing to mark: 'q'"),
        ('en = "{z}"', 'en = "{z[0,0]}"', "argument"),
        ('en = "{z}"', 'en = "{error.message}"', "the recording has no error"),
        ('en = "{z}"', 'en = "{y.arrival3@end}"', r"no such contribution: y.arrival3 \(2 came\)"),
    ],
)
def test_what_a_recording_does_not_have_is_an_error(old, new, message):
    lesson = lessons.loading.read_lesson(GOOD.replace(old, new), "x.toml")
    with pytest.raises(ValueError, match=message):
        lessons.resolve(lesson.steps[0], record_program(lesson.programs["p"]), "en")


def test_unknown_lessons_are_an_error():
    with pytest.raises(LessonError, match="unknown lesson: 'nope'"):
        lessons.get("nope")


def test_every_program_of_the_menu_is_reached_from_a_lesson():
    reached = {name for lesson in LESSONS.values() for name in lesson.further}
    reached |= {program.example for lesson in LESSONS.values() for program in lesson.programs.values()}
    assert reached - {""} == set(examples.names()) - WITHOUT_GRAPH


def test_there_are_fifteen_lessons_in_order():
    assert [lesson.number for lesson in LESSONS.values()] == list(range(1, 16))


def test_languages_and_guesses_multiply():
    for language, guess in product(LANGUAGES, ("6", "7")):
        question = resolved("forks", 2, language, guess).question
        assert any(wrong.text.startswith(guess) for wrong in question.wrong)
