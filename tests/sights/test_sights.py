"""Sights: what they show is what a plain run of torch gives, and their pictures are whole in both languages."""

import math
import re
import xml.etree.ElementTree as ElementTree

import pytest
import torch

from graphtrace import lab, lessons, sights
from graphtrace.errors import TraceError
from graphtrace.literals import LANGUAGES
from graphtrace.sights import doubling, epochs, fading, race, stuck, valley
from graphtrace.sights.records import HEIGHT, WIDTH
from graphtrace.style.theme import as_dict

QUICK = ("race", "valley", "doubling", "fading")  # the others train for seconds: one test each
PLAIN = {
    "SGD": [0.6, 1.08, 1.464, 1.7712, 2.01696],
    "momentum": [0.6, 1.62, 2.814, 3.9258, 4.74126],
    "Adagrad": [0.1, 0.169502, 0.225641, 0.273849, 0.31666],
    "RMSprop": [1.0, 1.55663, 1.931005, 2.199445, 2.397487],
    "Adam": [0.1, 0.199897, 0.299618, 0.399086, 0.498221],
}


def texts_of(shapes):
    for shape in shapes:
        yield from (child for child in shape.children if isinstance(child, str))
        yield from texts_of(child for child in shape.children if not isinstance(child, str))


@pytest.mark.parametrize("track", race.tracks(), ids=lambda track: track.runner.name)
def test_a_runner_goes_where_torch_takes_it(track):
    places = [w for (w,) in track.places]
    assert places[1:6] == pytest.approx(PLAIN[track.runner.name], abs=1e-5)
    assert track.losses == pytest.approx([(w - 3) ** 2 for w in places])
    state = dict(track.states[-1])
    names = {"SGD": set(), "momentum": {"momentum_buffer"}, "Adagrad": {"sum"}, "RMSprop": {"square_avg"}}
    assert set(state) == names.get(track.runner.name, {"exp_avg", "exp_avg_sq"})


def test_the_sums_of_adagrad_are_those_of_its_gradients():
    track = race.tracks()[2]
    squares = [(2 * (w - 3)) ** 2 for (w,) in track.places[:-1]]
    assert track.states[-1][0][1][0] == pytest.approx(sum(squares))


@pytest.mark.parametrize("module", [race, valley])
def test_the_first_came_and_stayed_before_the_others(module):
    there = [module.settled(track) for track in module.tracks()]
    best = there[module.first()]
    assert best is not None
    assert [step for step in there if step is not None and step < best] == []
    track = module.tracks()[module.first()]
    far = [abs(w - 3) for (w,) in track.places] if module is race else track.losses
    assert all(one < module.NEAR for one in far[best:])
    assert far[best - 1] >= module.NEAR


def test_doubling_sends_back_two_to_the_number_of_multiplications():
    values, gradients = doubling.values_and_gradients()
    assert (doubling.times(), values[-1]) == (9, (512, 1024, 1536))
    assert gradients[0] == pytest.approx([2**9 * v for v in doubling.VOTE])
    for i, gradient in enumerate(gradients):
        assert gradient == pytest.approx([2 ** (9 - i) * v for v in doubling.VOTE])


def test_the_gradients_of_twenty_sigmoids_are_products_of_local_factors():
    h = [0.5]
    for _ in range(fading.LAYERS):
        h.append(1 / (1 + math.exp(-h[-1])))
    gradient = 2 * (h[-1] - 1)
    for layer in reversed(range(fading.LAYERS)):
        local = gradient * h[layer + 1] * (1 - h[layer + 1])
        assert fading.gradients()[layer] == pytest.approx(local * h[layer])
        gradient = local
    assert f"{abs(fading.gradients()[0]):.1e}" == "3.9e-14"


def test_twenty_epochs_of_adam_beat_three_thousand_steps_by_hand():
    hand, adam = epochs.by_hand(), epochs.adam()
    assert hand[0] == adam[0]
    assert [f"{hand[step]:.4f}" for step in (1000, 2000, 3000)] == ["0.9622", "0.8986", "0.8420"]
    assert adam[epochs.beaten()] < hand[-1] <= adam[epochs.beaten() - 1]
    assert epochs.beaten() <= epochs.EPOCHS
    assert whole(sights.open_sight("epochs", "zh"))


def test_one_seed_of_xor_is_stuck_with_two_dead_units_and_the_others_learn():
    ends = {seed: stuck.training(seed).losses[-1] for seed in stuck.SEEDS}
    assert ends[stuck.STUCK] == pytest.approx(math.log(2), abs=1e-4)
    assert all(loss < 0.1 for seed, loss in ends.items() if seed != stuck.STUCK)
    assert len(stuck.dead(stuck.STEPS)) == len(stuck.always(stuck.STEPS)) == 2
    assert whole(sights.open_sight("stuck", "zh"))


def test_the_preset_of_the_lab_is_the_net_that_is_stuck():
    layers = [type(layer).__name__ for layer in lab.preset("xor_stuck").spec.layers]
    assert (layers, lab.preset("xor_stuck").spec.seed) == (["Linear", "ReLU", "Linear"], stuck.STUCK)
    torch.manual_seed(stuck.STUCK)
    net = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.ReLU(), torch.nn.Linear(4, 1))
    x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
    loss = torch.nn.functional.binary_cross_entropy_with_logits(net(x), y).item()
    assert stuck.training(stuck.STUCK).losses[0] == loss


def whole(sight):
    """Every shape is on the picture and in a colour of the palette; every sentence has its numbers."""
    colours = set(as_dict("light")) | {"none"}
    for moment in sight.moments:
        assert moment.sentence
        assert "{" not in moment.sentence
        for shape in (*sight.ground, *moment.shapes):
            attrs = dict(shape.attrs)
            assert {attrs[name] for name in ("fill", "stroke") if name in attrs} <= colours
            assert 0 <= attrs.get("x", 0) <= WIDTH
            assert -5 <= attrs.get("y", 0) <= HEIGHT
            assert attrs.get("font-size", 14) >= 14
    return True


@pytest.mark.parametrize("name", QUICK)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_moment_is_whole_and_is_written_as_it_is_seen(name, language):
    sight = sights.open_sight(name, language)
    assert whole(sight)
    for theme in ("light", "dark"):
        text = sights.picture(name, language=language, theme=theme)
        root = ElementTree.fromstring(text)
        assert sight.moments[-1].sentence in root[0].text
        assert set(texts_of((*sight.ground, *sight.moments[-1].shapes))) <= set(root.itertext())
        assert not re.search(r'(fill|stroke)="(?!#|none)', text)


@pytest.mark.parametrize("name", QUICK)
def test_the_answer_is_one_of_the_options_and_both_languages_agree(name):
    english, chinese = (sights.open_sight(name, language) for language in LANGUAGES)
    assert english.prediction.right == chinese.prediction.right < len(english.prediction.options)
    assert english.moments[-1].sentence == english.prediction.verdict
    assert len(english.moments) == len(chinese.moments)
    assert english.lesson in {lesson.id for lesson in lessons.all_lessons()}
    assert all(lab.preset(preset) for preset in english.presets)


def test_an_unknown_sight_or_moment_is_named():
    with pytest.raises(TraceError, match="unknown sight: 'rase'"):
        sights.open_sight("rase")
    with pytest.raises(TraceError, match="no such moment: 999"):
        sights.picture("fading", 999)
