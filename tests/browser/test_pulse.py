"""Training with pictures as a student does it: watch, pause, step through the last iteration; a hand on a number."""

import re

import pytest
import torch

from graphtrace import lab
from graphtrace.explain import number
from graphtrace.lab.showing.probes import probe

XOR = lab.preset("xor").spec


def lab_page(app, preset="xor"):
    app.open("Lab", preset=preset)
    return app.graph("lab|")


def sentence(app):
    return app.page.locator(".sentence").inner_text()


def listen(app):
    app.page.evaluate(
        """() => {
            window.__iteration = 0;
            window.__pictures = [];
            window.addEventListener("graphtrace-live", ({ detail }) => {
                window.__iteration = detail.picture.iteration;
                window.__pictures.push(detail.picture);
            });
        }"""
    )


def trainer(app, name):
    return app.page.get_by_role("button", name=name, exact=True)


def machine_after(iterations):
    """The page's own story: a forward pass, then so many iterations."""
    machine = lab.Machine(XOR)
    machine.forward()
    if iterations:
        machine.iterate(iterations)
    return machine


def test_training_moves_everything_and_a_pause_lands_on_an_iteration_that_can_be_stepped(app):
    lab_page(app)
    listen(app)
    page = app.page
    cards = page.locator(".card").all_text_contents()
    plane = page.locator(".live-panel.plane .cells rect").evaluate_all("all => all.map(one => one.outerHTML).join()")
    trainer(app, "Train").click()
    page.wait_for_function("() => window.__iteration >= 20")
    assert "Iteration" in sentence(app)
    assert page.locator(".card").all_text_contents() != cards
    trainer(app, "Pause").click()
    trainer(app, "Train").wait_for()
    app.graph("lab|")
    page.locator(".gt-root:not(.trains)").wait_for()
    assert page.locator(".live-panel.plane .cells rect").evaluate_all("a => a.map(b => b.outerHTML).join()") != plane
    done = int(page.locator(".live-panel.loss .tick").last.text_content())
    machine = machine_after(done - 1)
    shown = page.locator(".live-panel.loss .amount").inner_text()
    assert shown == number(machine.losses[-1])
    page.keyboard.press("Home")
    start = sentence(app)
    page.keyboard.press("ArrowRight")
    assert sentence(app) != start
    page.keyboard.press("End")
    assert "SGD" in sentence(app)


def test_pictures_are_of_iterations_that_plain_torch_computes(app):
    lab_page(app)
    listen(app)
    trainer(app, "Train").click()
    app.page.wait_for_function("() => window.__pictures.length >= 4")
    trainer(app, "Pause").click()
    trainer(app, "Train").wait_for()
    pictures = app.page.evaluate("window.__pictures.map(one => [one.iteration, one.loss])")
    losses = machine_after(max(done for done, _ in pictures)).losses
    for done, loss in pictures:
        assert loss == pytest.approx(losses[done - 1], rel=1e-5)


def test_the_key_trains_and_pauses(app):
    lab_page(app)
    listen(app)
    app.page.keyboard.press("g")
    app.page.wait_for_function("() => window.__iteration >= 2")
    app.page.keyboard.press("g")
    trainer(app, "Train").wait_for()


def test_the_pace_is_kept_and_can_change_while_it_trains(app):
    lab_page(app)
    listen(app)
    page = app.page
    page.locator(".pace").select_option("1")
    trainer(app, "Train").click()
    page.wait_for_function("() => window.__pictures.length >= 2")
    slow = page.evaluate("window.__iteration")
    assert slow <= 20
    page.locator(".pace").select_option("0")
    page.wait_for_function("count => window.__iteration >= count + 50", arg=slow)
    trainer(app, "Pause").click()
    trainer(app, "Train").wait_for()


def drag_on_card(page, name: str, values: int) -> None:
    """Drag the first number of a parameter on its card by so many values."""
    spot = page.locator(f'.card [data-role="value"][data-name="{name}"] rect.cell').first.bounding_box()
    page.mouse.move(spot["x"] + 10, spot["y"] + 8)
    page.mouse.down()
    page.mouse.move(spot["x"] + 10 + 7 * values, spot["y"] + 8, steps=4)
    page.mouse.up()


def test_a_hand_on_a_weight_shows_losses_of_torch_and_sets_it(app):
    lab_page(app)
    page = app.page
    app.card("Linear · 2").click(force=True)
    page.locator(".hand summary").click()
    cell = page.locator(".hand-cell").first
    assert cell.get_attribute("aria-label").startswith("2.weight[0, 0] = ")
    spot = cell.bounding_box()
    page.mouse.move(spot["x"] + 10, spot["y"] + 8)
    page.mouse.down()
    page.locator(".hand-panel .loss").wait_for()
    known = probe(machine_after(0), "2.weight", (0, 0))
    middle = len(known.values) // 2
    page.mouse.move(spot["x"] + 10 + 7 * 8, spot["y"] + 8, steps=4)
    now = page.locator(".hand-now").inner_text()
    assert f"{number(known.value)} → {number(known.values[middle + 8])}" in now
    assert f"loss {number(known.loss)} → {number(known.losses[middle + 8])}" in now
    slopes = page.locator(".hand-slopes").inner_text()
    assert f"∂L/∂w = {number(known.gradient)}" in slopes
    assert f"{number(known.difference)} = (" in slopes
    page.mouse.up()
    page.get_by_text(f"2.weight[0, 0] {number(known.values[middle + 8])}").first.wait_for(state="attached")
    undo = page.get_by_role("button", name=re.compile("^Undo", re.IGNORECASE))
    undo.click()
    page.locator(f'.hand-cell[aria-label="2.weight[0, 0] = {number(known.value)}"]').wait_for()
    drag_on_card(page, "2.weight", 8)
    page.get_by_text(f"2.weight[0, 0] {number(known.values[middle + 8])}").first.wait_for(state="attached")


def test_the_slider_works_with_keys(app):
    lab_page(app)
    page = app.page
    app.card("Linear · 2").click(force=True)
    page.locator(".hand summary").click()
    page.locator(".hand-cell").nth(1).focus()
    page.keyboard.press("Enter")
    slider = page.get_by_role("slider", name="2.weight[0, 1]")
    slider.wait_for()
    before = page.locator(".hand-now").inner_text()
    slider.evaluate("one => { one.value = Number(one.value) + 3; one.dispatchEvent(new Event('input')); }")
    assert page.locator(".hand-now").inner_text() != before


def test_a_step_shows_its_rule_with_numbers(app):
    lab_page(app)
    page = app.page
    for key, phase in (("b", "backward"), ("s", "step")):
        page.keyboard.press(key)
        page.locator(f".timeline .part.{phase}").first.wait_for(state="attached")
    page.keyboard.press("End")
    app.card("Linear · 2").click(force=True)
    text = page.locator(".panel").inner_text().replace("\n", " ")
    assert "bias ← bias − 0.1 · bias.grad" in text
    machine = machine_after(0)
    before = machine.tensor("2.bias").item()
    machine.backward()
    machine.step()
    grad, after = machine.tensor("2.bias.grad").item(), machine.tensor("2.bias").item()
    for value in (before, grad, after):
        assert number(value) in text


def test_a_click_on_the_loss_curve_opens_that_iteration_and_undo_leaves_it(app):
    lab_page(app)
    page = app.page
    page.locator(".count").fill("80")
    page.keyboard.press("Enter")
    page.locator("[data-do=run]").click()
    curve = page.locator(".live-panel.loss .live-picture")
    last = page.locator(".live-panel.loss .tick").last
    last.and_(page.get_by_text(re.compile(r"^8\d$"))).wait_for()
    amount = page.locator(".live-panel.loss .amount")
    present = amount.inner_text()
    spot = curve.bounding_box()
    page.mouse.click(spot["x"] + spot["width"] / 3, spot["y"] + spot["height"] / 2)
    page.locator(".story .part.undone").first.wait_for()
    app.idle()
    losses = machine_after(81).losses
    shown = amount.inner_text()
    assert shown != present
    assert shown in [number(loss) for loss in losses[10:70]]
    page.keyboard.press("End")
    assert "Backward ends" in sentence(app)
    page.keyboard.press("u")
    page.locator(".story .part.undone").first.wait_for(state="detached")
    app.idle()
    assert amount.inner_text() == present


def test_norms_are_those_of_the_moment_that_the_player_shows(app):
    lab_page(app)
    norms = app.page.locator(".live-panel.norms .tick.strong")
    app.page.keyboard.press("b")
    app.page.locator(".timeline .part.backward").first.wait_for(state="attached")
    app.page.keyboard.press("End")
    app.page.locator(".live-panel.norms").get_by_text("None").first.wait_for(state="detached")
    machine = machine_after(0)
    machine.backward()
    of_layer = {
        layer: torch.cat([parameter.grad.flatten() for parameter in module.parameters()]).norm().item()
        for layer, module in machine.trainer.net.named_children()
        if list(module.parameters())
    }
    assert [float(text) for text in norms.all_text_contents()] == [
        pytest.approx(norm, rel=0.05) for norm in of_layer.values()
    ]
    app.page.keyboard.press("Home")
    assert norms.all_text_contents() == ["None"] * len(of_layer)
