"""Specs: pure edits, and problems in plain words before anything is allocated."""

import dataclasses

import pytest
import torch

from graphtrace import lab
from graphtrace.errors import SpecError
from graphtrace.lab import datasets, edits
from graphtrace.lab.design import shape_inference
from graphtrace.lab.parts.build import build
from graphtrace.lab.records.layers import (
    GELU,
    KINDS,
    RNN,
    AvgPool2d,
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Embedding,
    Flatten,
    LayerNorm,
    Linear,
    Parallel,
    PReLU,
    ReLU,
    Repeat,
    Residual,
    Softmax,
    Tanh,
)
from graphtrace.lab.records.rules import from_plain, to_plain
from graphtrace.lab.records.spec import SPECS, Adam, Loss, Spec

XOR = lab.preset("xor").spec
IMAGES = datasets.Random(2, (3, 8, 8), (5,))


def test_a_net_that_fits_has_no_problem_and_shows_the_shape_behind_each_layer():
    assert lab.validate(XOR) == ()
    assert [one.shape for one in lab.shapes(XOR)] == [(4, 3), (4, 3), (4, 1)]


def test_a_wrong_size_is_told_with_the_size_that_would_fit():
    spec = Spec((Linear(2, 3), ReLU(), Linear(4, 1)))
    fix = "set in_features to 3, or change layer 0 Linear"
    assert lab.validate(spec) == (f"layer 2 Linear wants 4 inputs: it gets 3 ({fix})",)


def test_every_problem_is_told_at_once():
    spec = Spec((Linear(5, 3), Linear(4, 3, name="b"), Linear(9, 1, name="b")), Loss("MSELoss", "batchmean"))
    found = lab.validate(spec)
    for part in ("two layers have one name: 'b'", "no reduction 'batchmean'", "wants 5", "wants 4", "wants 9"):
        assert any(part in problem for problem in found), (part, found)


@pytest.mark.parametrize(
    ("layer", "data", "said"),
    [
        (Conv2d(1, 2), IMAGES, "wants 1 channels: it gets 3 (set in_channels to 3"),
        (Conv2d(3, 2, kernel_size=9), IMAGES, "lays a 9×9 square on an image of 8×8"),
        (Conv2d(3, 2), datasets.Xor(), "wants images"),
        (AvgPool2d(), datasets.Xor(), "wants images"),
        (BatchNorm2d(4), IMAGES, "set num_features to 3"),
        (BatchNorm1d(3), datasets.Xor(), "set num_features to 2"),
        (LayerNorm(3), datasets.Xor(), "set normalized_shape to 2"),
        (Embedding(3, 2), datasets.Xor(), "wants token numbers: it gets numbers"),
        (Linear(5, 2), datasets.Tokens(5), "put an Embedding first"),
        (Embedding(3, 4), datasets.Tokens(5), "has 3 rows: the tokens go up to 4"),
        (RNN(1, 2), datasets.Xor(), "wants sequences"),
        (Softmax(3), datasets.Xor(), "set dim to -1"),
        (Residual((Linear(2, 3),)), datasets.Xor(), "layer 0 Residual does not take 4×2 and 4×3"),
        (Parallel(((Linear(2, 3),), (Linear(2, 2),))), datasets.Xor(), "layer 0 Parallel does not take 4×3 and 4×2"),
        (Repeat((Linear(2, 3),), 2), datasets.Xor(), "layer 0.1.0 Linear wants 2 inputs: it gets 3"),
        (Linear(2, 1, tied="there"), datasets.Xor(), "shares the weight of no layer: 'there'"),
        (Linear(2, 1, name="forward"), datasets.Xor(), "a layer cannot have this name: 'forward'"),
        (Linear(2, 1, name="a.b"), datasets.Xor(), "layers[0].name is not a name"),
        (Linear(2.0, 1), datasets.Xor(), "layers[0].in_features is not a whole number"),
        (Linear(True, 1), datasets.Xor(), "layers[0].in_features is not a whole number"),
        (Dropout(float("nan")), datasets.Xor(), "layers[0].p is not a number from 0 to 1"),
        ("Linear", datasets.Xor(), "layers[0] is of an unknown kind"),
    ],
)
def test_each_layer_says_what_it_wants(layer, data, said):
    found = lab.validate(Spec((layer,), data=data))
    assert any(said in problem for problem in found), found


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (Spec((Linear(2, 1),), Loss("CrossEntropyLoss")), "an output for each of 2 classes: it gets 1"),
        (Spec((Linear(2, 1),), Loss("NLLLoss"), data=datasets.Random()), "wants class numbers"),
        (Spec((Linear(2, 3),), Loss("BCEWithLogitsLoss")), "wants 4×1 like the targets: it gets 4×3"),
        (Spec((Linear(2, 3),), data=datasets.Random(targets=(2,))), "wants 4×2 like the targets: it gets 4×3"),
        (Spec((), data=datasets.Tokens()), "wants numbers: the net gives token numbers"),
        (Spec(data=datasets.Table(((1, 2), (1, 2, 3)))), "row 1 of the table has 3 numbers"),
        (Spec(data=datasets.Table(((1, 2),), targets=2)), "the table has no input left"),
        (Spec(data=datasets.Table(((1, 2),), classes=2)), "the table's last column is no class: 2"),
        (dataclasses.replace(XOR, initial=(("0.weight", (1.0, 2.0)),)), "0.weight has 6 numbers: 2 given"),
        (dataclasses.replace(XOR, initial=(("9.weight", (1.0,)),)), "first values for no parameter: '9.weight'"),
        (dataclasses.replace(XOR, optimizer=Adam(-1)), "optimizer.lr is not a number"),
        (5, "no spec: 5"),
    ],
)
def test_loss_data_and_first_values_are_checked(spec, said):
    found = lab.validate(spec)
    assert any(said in problem for problem in found), found


def test_shapes_that_torch_repeats_are_a_note_and_no_problem():
    found = lab.survey(Spec((Linear(2, 3),)))
    assert found.problems == ()
    assert found.notes == ("MSELoss compares 4×3 with 4×1 as 4×3: torch repeats numbers to make them fit",)


def test_a_machine_of_a_spec_that_does_not_run_is_refused_in_words():
    with pytest.raises(SpecError, match="layer 0 Linear wants 3 inputs: it gets 2"):
        lab.Machine(Spec((Linear(3, 1),)))


def test_shapes_on_the_meta_device_are_those_of_the_built_net():
    for preset in lab.PRESETS:
        if preset.spec is None:
            continue
        machine = lab.Machine(preset.spec)
        machine.forward()
        assert lab.shapes(preset.spec)[-1].shape == tuple(machine.trainer.output.shape), preset.name


def test_edits_return_a_new_spec_and_leave_the_old_one():
    longer = edits.add(XOR, Tanh(), 1)
    assert [type(layer).__name__ for layer in longer.layers] == ["Linear", "Tanh", "ReLU", "Linear"]
    assert edits.remove(longer, 1) == XOR
    assert edits.move(edits.move(longer, 1, by=2), 3, by=-2) == longer
    assert edits.move(longer, 0, by=-5) == longer
    assert edits.at(edits.rename(XOR, 2, "out"), 2).name == "out"
    assert edits.at(edits.freeze(XOR, 0, "bias"), 0).frozen == "bias"
    assert edits.at(edits.replace(XOR, 2, bias=False), 2) == Linear(3, 1, bias=False)
    assert edits.at(edits.replace(XOR, 1, GELU()), 1) == GELU()
    assert [type(layer).__name__ for layer in XOR.layers] == ["Linear", "ReLU", "Linear"]


def test_edits_reach_layers_inside_layers():
    spec = Spec((Residual((Linear(2, 2),)), Parallel(((), (Linear(2, 2),)))))
    assert edits.at(edits.add(spec, ReLU(), (0, 1)), (0, 1)) == ReLU()
    assert edits.at(edits.replace(spec, (1, 1, 0), out_features=5), (1, 1, 0)) == Linear(2, 5)
    assert edits.remove(spec, (0, 0)).layers[0] == Residual(())


@pytest.mark.parametrize("path", [9, -1, (0, 0), (), (1, 2, 3), (0,) * 40])
def test_an_edit_of_no_layer_is_an_error_in_words(path):
    with pytest.raises(SpecError, match=r"no layer at|no path|has no such layer inside"):
        edits.remove(XOR, path)


def test_an_unknown_field_is_an_error_in_words():
    with pytest.raises(SpecError, match=r"Linear has no such field: \['wings'\]"):
        edits.replace(XOR, 0, wings=2)


def test_an_edit_lets_go_of_first_values_that_fit_no_more():
    mazur = lab.preset("mazur").spec
    wider = edits.replace(mazur, 2, out_features=3)
    assert [name for name, _ in wider.initial] == ["hidden.weight", "hidden.bias", "out.bias"]


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_of_layer_survives_json(kind):
    given = {name: 2 for name, one in KINDS[kind].__dataclass_fields__.items() if one.default is dataclasses.MISSING}
    spec = Spec((KINDS[kind](**given, name="me"),))
    assert from_plain(to_plain(spec), SPECS) == spec


def test_csv_is_read_with_or_without_a_header():
    table = lab.parse_csv("a,b,c\n1,2,0\n3,4.5,1\n", classes=2)
    assert table == lab.parse_csv("1,2,0\n\n3, 4.5 ,1", classes=2)
    x, y = lab.Machine(Spec((Linear(2, 2),), Loss("CrossEntropyLoss"), data=table)).trainer.x, table.rows
    assert x.tolist() == [[1.0, 2.0], [3.0, 4.5]]
    assert [row[-1] for row in y] == [0, 1]


@pytest.mark.parametrize("text", ["", "a,b", "1,2\n3", "1,x", "1,nan", "1\n2", '"', "1,2\n" * 5000, "\x00"])
def test_a_table_that_is_none_is_an_error_in_words(text):
    with pytest.raises(SpecError, match=r"\(.+\)"):
        lab.parse_csv(text)


def test_a_net_has_the_first_parameters_that_manual_seed_gives():
    torch.manual_seed(1)
    plain = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
    net = lab.Machine(XOR).trainer.net
    for (name, one), (_, other) in zip(net.named_parameters(), plain.named_parameters(), strict=True):
        assert torch.equal(one, other), name


def test_a_machine_leaves_the_random_numbers_of_the_process_alone():
    before = torch.get_rng_state()
    machine = lab.Machine(Spec((Linear(2, 3), Dropout(), PReLU(), Flatten(), Linear(3, 1)), data=datasets.Moons()))
    machine.iterate(3)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_frozen_layer_does_not_require_grad():
    net = build(edits.freeze(edits.freeze(XOR, 0), 2, "bias"))
    assert [name for name, one in net.named_parameters() if one.requires_grad] == ["2.weight"]


def test_what_the_machine_lacks_is_no_fault_of_a_layer(monkeypatch):
    def no_disk(*arguments, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shape_inference, "module", no_disk)
    with pytest.raises(OSError, match="No space left"):
        lab.Machine(dataclasses.replace(lab.preset("xor").spec, seed=987_654))  # unlike any surveyed before
