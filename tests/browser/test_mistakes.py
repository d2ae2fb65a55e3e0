"""A mistake in the Lab as a student meets it: the card, the word at the node, the buttons that repair it."""

import json
from dataclasses import replace

import pytest

import graphtrace as gt
from graphtrace import lab
from graphtrace.lab.records.actions import Backward, Edit, Forward, ZeroGrad
from graphtrace.lab.records.layers import Linear
from graphtrace.lab.records.spec import SGD
from tests.browser.test_lab import Student

# Cards of the graph that the card of a mistake lies on: none, for the graph makes room.
COVERED = """(card) => {
  const place = (node) => node.getBoundingClientRect(), room = place(card);
  const cards = [...card.getRootNode().querySelectorAll(".canvas .card")].map(place);
  const window = place(card.getRootNode().querySelector(".canvas"));
  return room.left < window.right - 1 || cards.some(({ left, right }) => left < window.left && right > room.left);
}"""


@pytest.fixture
def student(app):
    return Student(app)


def told(student):
    """The card of the mistake: with reduced motion an action shows its end at once."""
    student.page.locator(".mistake h2").wait_for()
    return student.page.locator(".mistake")


def test_a_second_backward_is_an_amber_card_and_its_button_repairs_it(student):
    student.open()
    student.press("B", "B")
    card = told(student)
    assert "ran a second time" in card.locator("h2").inner_text()
    lines = ["".join(row.inner_text().split()) for row in card.locator(".diff > div").all()]
    assert lines == ["−21loss.backward()", "+21loss.backward(retain_graph=True)"]
    details = card.locator("details")
    assert details.get_attribute("open") is None
    details.locator("summary").click()
    assert "Specify retain_graph=True" in details.locator("pre").inner_text()
    assert student.page.locator(".card.wrong .wrongmark").text_content() == "saved tensors: freed"
    assert not card.evaluate(COVERED)
    student.act(lambda: card.get_by_role("button", name="Backward with retain_graph=True").click())
    assert student.scene().actions == (Forward(), Backward(retain_graph=True), Backward())
    assert student.page.locator(".mistake").is_hidden()
    assert student.page.locator(".card.wrong").count() == 0
    assert student.states() == ["accumulated ×2"] * 4


def test_the_card_makes_room_for_the_inspector_and_comes_back(student):
    student.open()
    student.press("B", "B")
    card = told(student)
    student.page.locator(".card").first.click()
    card.wait_for(state="hidden")
    student.page.locator(".panel .close").click()
    card.wait_for()
    card.locator(".close").click()
    slip = student.page.locator(".slip")
    slip.wait_for()
    slip.get_by_role("button", name="Why").click()
    card.wait_for()


def test_an_edited_number_is_named_and_put_behind_the_backward(student):
    spec = lab.preset("xor").spec
    student.open(lab=lab.encode(lab.Scene(spec, (Forward(), Edit("x", (0, 0), 3.0), Backward()), 3)))
    card = told(student)
    assert "x[0, 0] = 3.0" in card.inner_text()
    student.act(lambda: card.get_by_role("button", name="Backward first, then the edit").click())
    assert student.scene().actions == (Forward(), Backward(), Edit("x", (0, 0), 3.0))


def test_a_mistake_that_raises_nothing_is_one_line(student):
    student.open()
    student.press("S")
    slip = student.page.locator(".slip")
    slip.wait_for()
    assert "every .grad is None" in slip.inner_text()
    assert student.page.locator(".mistake").is_hidden()
    student.act(lambda: slip.get_by_role("button", name="Backward, then Step").click())
    assert slip.is_hidden()


def test_a_learning_rate_that_makes_nan_is_repaired_by_a_start_with_a_tenth_of_it(student):
    spec = replace(lab.preset("xor").spec, layers=(Linear(2, 1),), optimizer=SGD(1e6))
    student.open(lab=lab.encode(lab.Scene(spec, (Forward(),), 1)))
    student.act(lambda: student.page.locator("[data-do=run]").click())
    slip = student.page.locator(".slip")
    slip.wait_for()
    assert "already holds NaN" in slip.inner_text()
    student.act(lambda: slip.get_by_role("button", name="Start again with lr = 100000").click())
    slip.wait_for(state="hidden")
    assert "nan" not in student.page.locator(".sentence").inner_text()


def test_a_correct_iteration_shows_neither(student):
    student.open()
    student.press("B", "S", "Z", "F", "B")
    assert student.page.locator(".mistake").is_hidden()
    assert student.page.locator(".slip").is_hidden()
    assert ZeroGrad() in student.scene().actions


def test_a_file_shows_the_card_without_buttons(chromium, tmp_path):
    machine = lab.Machine(lab.preset("xor").spec)
    for action in (Forward(), Backward(), Backward()):
        machine.do(action)
    recording = gt.model.join([entry.recording for entry in machine.done])
    page = chromium.new_page(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    file = tmp_path / "error.html"
    file.write_text(gt.to_html(recording, start=len(recording), language="zh"), encoding="utf-8")
    page.goto(file.as_uri())
    card = page.locator(".mistake")
    card.locator("h2").wait_for()
    sent = json.loads(page.locator("#data").text_content())
    assert sent["play"]["recording"]["diagnosis"]["mistake"] == "backward_twice"
    assert card.locator("h2").inner_text() == gt.diagnose(recording, language="zh").cause
    assert card.locator(".repairing").count() == 0
    page.close()
