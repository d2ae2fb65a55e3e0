"""Widths follow an edit, as far as a single number can make the net fit, and only where it fitted before."""

import dataclasses
import random

import pytest

from graphtrace import lab
from graphtrace.errors import SpecError
from graphtrace.lab import datasets, edits
from graphtrace.lab.design.following import follow, repaired
from graphtrace.lab.design.misfits import places
from graphtrace.lab.parts.build import paths
from graphtrace.lab.records.layers import (
    Attention,
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    LayerNorm,
    Linear,
    MaxPool2d,
    Parallel,
    ReLU,
    Repeat,
    Residual,
    Softmax,
    Tanh,
)
from graphtrace.lab.records.spec import Loss, Spec

XOR = lab.preset("xor").spec
IMAGES = datasets.Random(2, (3, 8, 8), (5,))
SEQUENCES = datasets.Random(2, (3, 4), (3, 1))


def widened(layers, data, **changes):
    """Change fields of the first layer, and return the layers after it with the widths that followed."""
    before = Spec(layers, data=data)
    assert lab.validate(before) == ()
    spec, followed = follow(before, edits.replace(before, 0, None, **changes))
    return spec, [(one.layer.path, one.field, one.before, one.after) for one in followed]


def test_a_width_goes_through_layers_that_keep_it():
    layers = (Linear(2, 3), ReLU(), Dropout(), Softmax(), Linear(3, 1))
    spec, followed = widened(layers, datasets.Xor(), out_features=7)
    assert followed == [("4", "in_features", 3, 7)]
    assert lab.validate(spec) == ()


def test_norms_follow_and_the_layer_behind_them_too():
    layers = (Linear(2, 3), BatchNorm1d(3), LayerNorm(3), Linear(3, 1))
    spec, followed = widened(layers, datasets.Xor(), out_features=6)
    fields = [("1", "num_features", 3, 6), ("2", "normalized_shape", 3, 6), ("3", "in_features", 3, 6)]
    assert followed == fields
    assert lab.validate(spec) == ()


def test_channels_go_through_norm_pool_and_flatten():
    layers = (Conv2d(3, 4, padding=1), BatchNorm2d(4), MaxPool2d(), Conv2d(4, 2), Flatten(), Linear(8, 5))
    spec, followed = widened(layers, IMAGES, out_channels=6)
    assert followed == [("1", "num_features", 4, 6), ("3", "in_channels", 4, 6)]
    assert lab.validate(spec) == ()
    spec, followed = follow(spec, edits.replace(spec, 3, None, out_channels=3))
    assert [(one.field, one.after) for one in followed] == [("in_features", 12)]


def test_a_kernel_changes_the_width_behind_flatten():
    _, followed = widened((Conv2d(3, 1, 3), Flatten(), Linear(36, 5)), IMAGES, kernel_size=5)
    assert followed == [("2", "in_features", 36, 16)]


def test_attention_follows_and_gives_what_it_got():
    layers = (Linear(4, 6), Attention(6), Linear(6, 1))
    spec, followed = widened(layers, SEQUENCES, out_features=8)
    assert [one[1] for one in followed] == ["features", "in_features"]
    assert lab.validate(spec) == ()


def test_a_width_goes_into_a_block_whose_own_misfit_is_left_to_the_user():
    layers = (Linear(2, 3), Residual((Linear(3, 3), Tanh())), Linear(3, 1))
    spec, followed = widened(layers, datasets.Xor(), out_features=5)
    assert followed == [("1.block.0", "in_features", 3, 5)]
    assert [one.layer.path for one in lab.survey(spec).misfits] == ["1"], "x plus block(x): 5 and 3"


def test_every_branch_and_what_is_behind_them_follow():
    layers = (Linear(2, 3), Parallel(((Linear(3, 2),), (Linear(3, 2), Tanh()))), Linear(2, 1))
    _, followed = widened(layers, datasets.Xor(), out_features=5)
    assert [one[0] for one in followed] == ["1.branches.0.0", "1.branches.1.0"]


def test_a_repetition_that_cannot_fit_ends_the_following():
    layers = (Linear(2, 3), Repeat((Linear(3, 3),), 3), Linear(3, 1))
    spec, followed = widened(layers, datasets.Xor(), out_features=5)
    assert followed == [("1.0.0", "in_features", 3, 5)]
    assert [(one.layer.path, one.repair) for one in lab.survey(spec).misfits] == [("1.1.0", None)]


def test_what_did_not_fit_before_and_what_is_kept_stay():
    odd = edits.replace(XOR, 2, None, in_features=9)
    spec, followed = follow(XOR, odd, kept="2")
    assert (spec, followed) == (odd, ())
    spec, followed = follow(odd, edits.replace(odd, 0, None, out_features=4))
    assert followed == ()
    assert spec.layers[2].in_features == 9


def test_a_layer_taken_out_lets_the_others_close_the_gap():
    spec, followed = follow(XOR, edits.remove(XOR, 0))
    assert spec.layers == (ReLU(), Linear(2, 1))
    assert [(one.before, one.after) for one in followed] == [(3, 2)]


def test_first_values_of_a_layer_that_follows_are_let_go():
    mazur = lab.preset("mazur").spec
    spec, _ = follow(mazur, edits.replace(mazur, 0, None, out_features=3))
    assert [name for name, _ in spec.initial] == ["hidden.bias", "out.bias"], "one number fills any size"
    assert lab.validate(spec) == ()


@pytest.mark.parametrize(
    ("spec", "field", "value"),
    [
        (edits.replace(XOR, 2, None, in_features=9), "in_features", 3),
        (Spec((Softmax(3),)), "dim", -1),
        (
            Spec((lab.layers.Embedding(2, 3), Linear(3, 5)), Loss("CrossEntropyLoss"), data=datasets.Tokens(5)),
            "num_embeddings",
            5,
        ),
        (Spec((Conv2d(3, 2, 9), Flatten()), data=IMAGES), "kernel_size", 8),
        (Spec((Linear(2, 1),), Loss("CrossEntropyLoss")), "out_features", 2),
        (Spec((Linear(2, 3), ReLU()), Loss("BCEWithLogitsLoss")), "out_features", 1),
    ],
)
def test_a_repair_is_one_field_and_what_was_wrong_is_gone(spec, field, value):
    misfit = lab.survey(spec).misfits[0]
    assert (misfit.repair.field, misfit.repair.value) == (field, value)
    assert misfit.say() not in lab.validate(repaired(spec, misfit))


def test_a_remark_has_a_repair_too():
    spec = edits.replace(XOR, 2, None, out_features=3)
    (remark,) = lab.survey(spec).remarks
    assert repaired(spec, remark) == XOR


def test_sentences_have_a_chinese_form_without_english_around_the_names():
    misfit = lab.survey(edits.replace(XOR, 2, None, in_features=9)).misfits[0]
    assert misfit.say("zh") == "层 2 Linear 需要 9 个输入：得到 3 个（把 in_features 设为 3，或修改层 0 Linear）"
    named = lab.survey(Spec((Residual((Linear(2, 3),), name="res"),))).misfits[0]
    assert named.say("zh").startswith("层 'res' Residual 不接受 4×2 和 4×3：")
    assert named.say().startswith("layer 'res' Residual does not take 4×2 and 4×3: ")


def test_every_layer_of_the_net_has_its_path():
    for preset in lab.PRESETS:
        if preset.spec is not None:
            found = places(preset.spec.layers)
            assert set(found) == {name for name, _ in paths(preset.spec.layers)}
            assert all(edits.at(preset.spec, found[name]) == layer for name, layer in paths(preset.spec.layers))


def test_layers_are_relocated_between_blocks():
    spec = Spec((Linear(2, 2), Residual((Tanh(), Linear(2, 2))), Linear(2, 1)))
    into = edits.relocate(spec, 0, (1, 1))
    assert into.layers == (Residual((Tanh(), Linear(2, 2), Linear(2, 2))), Linear(2, 1))
    assert edits.relocate(spec, (1, 0), 3).layers[-1] == Tanh()
    assert edits.relocate(spec, 0, 3).layers[2] == Linear(2, 2)
    assert edits.relocate(spec, 2, 0).layers[0] == Linear(2, 1)
    assert edits.relocate(spec, 1, 1) == edits.relocate(spec, 1, 2) == spec
    with pytest.raises(SpecError, match="does not fit into itself"):
        edits.relocate(spec, 1, (1, 0))
    with pytest.raises(SpecError, match="no layer at"):
        edits.relocate(spec, 0, 9)


def test_a_copy_stands_behind_its_layer_without_its_name():
    spec = Spec((Linear(2, 2, name="a"), ReLU()))
    assert edits.duplicate(spec, 0).layers == (Linear(2, 2, name="a"), Linear(2, 2), ReLU())


def test_random_edits_of_presets_leave_only_misfits_that_no_input_width_repairs():
    rng = random.Random(3)
    specs = [preset.spec for preset in lab.PRESETS if preset.spec is not None and not lab.validate(preset.spec)]
    changed = 0
    for _ in range(150):
        before = rng.choice(specs)
        found = sorted(set(places(before.layers).values()))
        path = rng.choice(found)
        layer = edits.at(before, path)
        fields = [
            one.name for one in dataclasses.fields(layer) if one.name in ("out_features", "out_channels", "hidden")
        ]
        after = (
            edits.replace(before, path, None, **{fields[0]: rng.randint(1, 9)})
            if fields
            else edits.remove(before, path)
        )
        spec, followed = follow(before, after)
        changed += bool(followed)
        left = [one for one in lab.survey(spec).misfits if one.repair and one.repair.layer == one.layer.path]
        assert not [one for one in left if one.repair.field.startswith("in_")], (before.layers, path)
    assert changed > 10
