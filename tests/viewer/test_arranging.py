"""A net is seen whole in the Lab at 1280×720 in letters of 14 px, where its cards can be arranged so."""

import pytest

from graphtrace import lab
from graphtrace.lab.showing.playback import playback
from graphtrace.viewer.arranging import BESIDE_MAP, SMALLEST
from graphtrace.viewer.play import play

LARGER = {"moons", "spirals", "deep_sigmoids", "residual", "attention", "rnn", "lenet", "lenet_5x5"}  # than the window


def picture(name):
    machine = lab.Machine(lab.preset(name).spec)
    machine.forward()
    return play(playback(machine, 1).recording, ["concept"])["views"][0]["pictures"][-1]


@pytest.mark.parametrize("name", [preset.name for preset in lab.PRESETS if preset.buildable])
def test_a_preset_fits_the_window_or_each_of_its_cards_does(name):
    found = picture(name)
    fits = found["width"] <= SMALLEST[0] and found["height"] <= SMALLEST[1]
    assert fits == (name not in LARGER)
    assert name == "rnn" or all(box["h"] <= (SMALLEST[1] if fits else BESIDE_MAP) for box in found["boxes"])
    sizes = [line["size"] for box in found["boxes"] for line in box["lines"]]
    assert min([*sizes, *(block["small"] for box in found["boxes"] for block in box["blocks"])]) >= 14


def test_a_tall_card_has_its_gradient_below_its_value_and_its_shape_in_a_line_of_its_own():
    relu = next(box for box in picture("small_cnn")["boxes"] if box["title"] == "ReLU · 1")
    value, grad = (next(block for block in relu["blocks"] if block["role"] == role) for role in ("value", "grad"))
    assert grad["y"] >= value["y"] + value["h"]
    assert [line["text"] for line in relu["lines"]] == ["ReLU · 1", "100×8×6×6", "ReluBackward0"]


def test_a_long_name_has_two_lines_on_a_tall_card():
    loss = next(box for box in picture("xor_stuck")["boxes"] if box["title"].startswith("binary"))
    assert [line["text"] for line in loss["lines"][:2]] == ["binary_cross_entropy_", "with_logits"]


def test_the_target_of_a_loss_does_not_stick_out_of_the_net():
    boxes = {box["title"]: box for box in picture("sequential")["boxes"]}
    assert boxes["y"]["y"] >= min(boxes[name]["y"] for name in ("Linear · 0", "Linear · 2")) - 60
    both = boxes["mse_loss"]["y"] + boxes["mse_loss"]["h"] - boxes["y"]["y"]
    assert picture("sequential")["height"] <= both + 20


def test_a_frozen_layer_is_called_a_layer():
    assert "Linear · 2" in [box["title"] for box in picture("freeze_last")["boxes"]]
