"""The list of layers as a student uses it: pluses, dragging, the keyboard, and what does not fit."""

import pytest

from graphtrace import lab
from tests.browser.test_lab import Student, machine

NAME, GAP = ".builder .lb-name", ".builder .gap"


class Builder(Student):
    """One person at the list of layers."""

    def rows(self) -> list[str]:
        """Return what the rows say, from x to the loss."""
        return [" ".join(text.split()) for text in self.page.locator(NAME).all_inner_texts()]

    def row(self, text: str, number: int = 0):
        return self.page.locator(NAME, has_text=text).nth(number)

    def shows(self, *rows: str) -> None:
        """Wait until the rows between x and the loss are these."""
        wanted = list(rows)
        self.page.wait_for_function(
            """wanted => {
              const root = document.querySelector(".st-key-lab_builder").querySelector("div").shadowRoot ??
                [...document.querySelectorAll(".st-key-lab_builder *")].find((node) => node.shadowRoot).shadowRoot;
              const texts = [...root.querySelectorAll(".lb-name")].slice(1, -1);
              const said = texts.map((node) => node.innerText.split(/\\s+/).join(" ").trim());
              return JSON.stringify(said) === JSON.stringify(wanted);
            }""",
            arg=wanted,
        )

    def add(self, kind: str, gap: int) -> None:
        """Press a plus, and choose a layer from its menu."""
        self.page.locator(GAP).nth(gap).click()
        self.act(lambda: self.page.get_by_role("option", name=f"{kind}:").click())

    def field(self, name: str):
        return self.page.locator(f".builder [data-field={name}]:visible")

    def type(self, name: str, value: object) -> None:
        self.field(name).fill(str(value))
        self.field(name).press("Enter")

    def kinds(self) -> list[str]:
        return [type(layer).__name__ for layer in self.spec().layers]

    def spec(self) -> lab.Spec:
        """Return the design as of now: the one at the start, with every change that the address tells of."""
        return machine(self).spec


@pytest.fixture
def student(app):
    return Builder(app)


def test_xor_is_built_from_nothing_and_trained_until_it_solves(student):
    page = student.open(preset="nothing").page
    student.row("Linear").hover()
    student.act(lambda: page.get_by_role("button", name="delete Linear 0").click())
    student.shows()
    for gap, kind in enumerate(("Linear", "Tanh", "Linear")):
        student.add(kind, gap)
    student.shows("Linear 2 → 4", "Tanh", "Linear 4 → 4")
    assert "torch repeats numbers" in page.locator(".builder .problem").inner_text()
    student.act(lambda: page.get_by_role("button", name="Set out_features of layer 2 to 1").click())
    student.shows("Linear 2 → 4", "Tanh", "Linear 4 → 1")
    page.locator(".actions .count").fill("1000")
    page.locator(".actions .count").press("Enter")
    student.app.idle()
    for _ in range(3):
        student.act(lambda: page.locator("[data-do=run]").click())
        if machine(student).losses[-1] < 0.01:
            break
    net = machine(student)
    assert net.losses[-1] < 0.01
    assert [round(value) for value in net.predict(net.trainer.x).flatten().tolist()] == [0, 1, 1, 0]


def test_a_layer_is_dragged_to_another_place_and_a_press_on_it_is_no_drag(student):
    page = student.open().page
    start, end = student.row("ReLU").bounding_box(), page.locator(GAP).nth(0).bounding_box()
    page.mouse.move(start["x"] + 40, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(start["x"] + 40, start["y"] - 10, steps=3)
    page.mouse.move(end["x"] + 40, end["y"] + 8, steps=4)
    assert page.locator(".builder .gap.target").count() == 1, "where it will be is marked"
    student.act(page.mouse.up)
    student.shows("ReLU", "Linear 2 → 3", "Linear 3 → 1")
    assert student.kinds() == ["ReLU", "Linear", "Linear"]
    assert page.locator(".builder .form:visible").count() == 0, "a drag opens nothing"
    student.row("ReLU").click()
    assert page.locator(".builder .form:visible").count() == 1


def test_the_form_stays_open_and_focused_while_widths_follow(student):
    page = student.open().page
    student.row("Linear").click()
    student.act(lambda: student.type("out_features", 5))
    student.shows("Linear 2 → 5", "ReLU", "Linear 5 → 1")
    assert page.locator(".builder [role=status]").inner_text() == "Linear · 2: in_features 3 → 5"
    assert student.field("out_features").evaluate("node => node.getRootNode().activeElement === node")
    student.act(lambda: student.type("out_features", 6))
    student.shows("Linear 2 → 6", "ReLU", "Linear 6 → 1")
    assert machine(student).trainer.net[2].in_features == 6
    assert student.field("in_features").input_value() == "2"


def test_what_does_not_fit_is_marked_at_its_row_and_repaired_there_while_the_last_good_net_stays(student):
    page = student.open().page
    page.wait_for_timeout(300)
    picture = page.locator(".gt-root").first
    place, cards = picture.bounding_box(), page.locator(".card").count()
    student.row("Linear", 1).click()
    before = student.cursor()
    student.field("in_features").press("Home")
    student.field("in_features").press("ArrowRight")
    assert student.cursor() == before, "keys in a field play nothing"
    student.type("in_features", 7)
    problem = page.locator(".builder li .problem")
    problem.wait_for()
    text = "layer 2 Linear wants 7 inputs: it gets 3 (set in_features to 3, or change layer 0 Linear)"
    assert text in problem.inner_text()
    assert text in student.row("Linear", 1).get_attribute("aria-label")
    assert page.locator(".builder [role=status]").inner_text() == "The last net that ran is still shown."
    student.app.idle()
    assert (picture.bounding_box(), page.locator(".card").count()) == (place, cards), "nothing is pushed around"
    assert page.locator("[data-testid=stAlert]").count() == 0
    assert student.spec() == lab.preset("xor").spec
    page.get_by_role("button", name="Set in_features to 3", exact=True).click()
    problem.wait_for(state="detached")
    student.shows("Linear 2 → 3", "ReLU", "Linear 3 → 1")


def test_a_net_is_built_with_the_keyboard_alone(student):
    page = student.open().page
    student.row("x").focus()
    student.keys("ArrowDown", "ArrowDown", "Insert")
    page.get_by_label("Search layers").wait_for()
    page.keyboard.type("sigm")
    student.act(lambda: student.keys("Enter"))
    student.shows("Linear 2 → 3", "Sigmoid", "ReLU", "Linear 3 → 1")
    page.wait_for_function("() => document.querySelector('.st-key-lab_builder') !== null")
    student.row("Sigmoid").focus()
    student.act(lambda: student.keys("Alt+ArrowDown"))
    student.shows("Linear 2 → 3", "ReLU", "Sigmoid", "Linear 3 → 1")
    student.act(lambda: student.keys("Alt+ArrowUp"))
    focused = "() => document.activeElement.shadowRoot?.activeElement?.innerText?.includes('Sigmoid')"
    page.wait_for_function(focused)
    student.act(lambda: student.keys("Delete"))
    student.shows("Linear 2 → 3", "ReLU", "Linear 3 → 1")
    student.row("ReLU").focus()
    student.keys("ArrowUp", "Enter")
    form = student.field("out_features")
    form.wait_for()
    for _ in range(8):
        if form.evaluate("node => node.getRootNode().activeElement === node"):
            break
        student.keys("Tab")
    student.keys("ControlOrMeta+a")
    page.keyboard.type("4")
    student.act(lambda: student.keys("Enter"))
    student.shows("Linear 2 → 4", "ReLU", "Linear 4 → 1")
    student.keys("Escape")
    student.act(lambda: student.keys("b"))
    assert type(student.scene().actions[-1]).__name__ == "Backward", "letters are still the actions' keys"


def test_the_menu_has_common_layers_first_finds_others_and_closes_with_escape(student):
    page = student.open().page
    page.locator(GAP).nth(1).click()
    options = page.locator(".builder [role=option]")
    options.first.wait_for()
    assert [options.nth(i).get_attribute("data-kind") for i in range(3)] == ["Linear", "ReLU", "Conv2d"]
    assert options.count() == len(lab.layers.KINDS)
    page.get_by_label("Search layers").fill("self-att")
    assert [one.get_attribute("data-kind") for one in options.all()] == ["Attention"]
    student.keys("Escape")
    options.first.wait_for(state="hidden")
    assert page.locator(GAP).nth(1).evaluate("node => node.getRootNode().activeElement === node")
    assert student.spec() == lab.preset("xor").spec


def test_blocks_are_edited_inside_and_layers_go_in_and_out(student):
    page = student.open(preset="residual").page
    before = len(student.spec().layers[1].block)
    page.locator(".builder .inside .end .gap").click()
    student.act(lambda: page.get_by_role("option", name="Sigmoid:").click())
    assert [type(layer).__name__ for layer in student.spec().layers[1].block][before:] == ["Sigmoid"]
    student.row("Sigmoid").focus()
    student.act(lambda: student.keys("Alt+ArrowLeft"))
    assert student.kinds() == ["Linear", "Residual", "Sigmoid", "Linear"]
    student.row("Sigmoid").focus()
    student.act(lambda: student.keys("Alt+ArrowRight"))
    assert student.kinds() == ["Linear", "Residual", "Linear"]
    student.row("Sigmoid").hover()
    student.act(lambda: page.get_by_role("button", name="duplicate Sigmoid").click())
    assert len(student.spec().layers[1].block) == before + 2


def test_the_device_is_in_view_and_says_that_it_is_the_only_one(student):
    page = student.open().page
    device = page.locator(".builder select.device")
    assert device.is_visible()
    names = device.locator("option").all_inner_texts()
    assert names[0] == "cpu"
    assert device.is_disabled() == (len(names) == 1)
    if len(names) == 1:
        assert "the only device" in device.get_attribute("title")


def test_all_of_xor_s_builder_is_in_view_in_large_type_beside_a_wide_picture(student):
    page = student.open().page
    sidebar = page.locator("[data-testid=stSidebar]").bounding_box()
    assert 220 <= sidebar["width"] <= 240
    last = page.locator("[data-testid=stSidebar] [data-testid=stButtonGroup]").last.bounding_box()
    assert last["y"] + last["height"] <= 720, "nothing has to be scrolled"
    student.row("Linear").click()
    sizes = page.locator(".builder").evaluate(
        """root => [...root.querySelectorAll("*")]
          .filter((node) => node.checkVisibility() && node.textContent.trim() && !node.children.length)
          .map((node) => parseFloat(getComputedStyle(node).fontSize))"""
    )
    assert min(sizes) >= 14


def test_everything_in_the_list_has_a_name_in_both_languages(student):
    for language in ("en", "zh"):
        page = student.open(preset="residual", lang=language).page
        student.row("Linear").click()
        unnamed = page.locator(".builder").evaluate(
            """root => [...root.querySelectorAll("button, input, select")].filter((node) => node.checkVisibility())
              .filter((node) => !(node.getAttribute("aria-label") || node.labels?.[0]?.textContent || node.innerText))
              .map((node) => node.outerHTML)"""
        )
        assert unnamed == []
    assert page.get_by_role("button", name="在 Linear 0 之前添加一层").count() == 1
    page.locator(GAP).nth(0).click()
    page.get_by_placeholder("搜索层").fill("卷积")
    page.get_by_role("option", name="Conv2d:").wait_for()


def test_folded_forms_keep_open_while_they_are_used(student):
    page = student.open().page
    page.locator(".st-key-lab_training summary").click()
    field = page.locator(".st-key-lab_training input[type=number]").first
    field.fill("0.5")
    student.act(lambda: field.press("Enter"))
    assert student.spec().optimizer.lr == 0.5
    assert field.is_visible()
    said = page.locator(".st-key-lab_training summary p").evaluate("node => getComputedStyle(node, '::after').content")
    assert "SGD · 0.5" in said


def test_an_edit_is_undone_with_the_toolbar_and_the_list_follows(student):
    page = student.open().page
    student.row("Linear").click()
    student.act(lambda: student.type("out_features", 5))
    student.shows("Linear 2 → 5", "ReLU", "Linear 5 → 1")
    student.act(lambda: page.locator("[data-do=undo]").click())
    student.shows("Linear 2 → 3", "ReLU", "Linear 3 → 1")
    assert student.field("out_features").input_value() == "3", "the open form follows, too"
    student.act(lambda: page.locator("[data-do=redo]").click())
    student.shows("Linear 2 → 5", "ReLU", "Linear 5 → 1")
