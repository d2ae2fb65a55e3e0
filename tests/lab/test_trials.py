"""What only torch refuses: the field that is offered makes torch take the layer."""

from dataclasses import replace

import pytest

from graphtrace import lab
from graphtrace.lab.design.following import repaired
from graphtrace.lab.design.misfits import FieldRepair
from graphtrace.lab.records import layers as L


def spec_of(preset, *layers):
    return replace(lab.preset(preset).spec, layers=layers)


def linear(taken, given):
    return L.Linear(in_features=taken, out_features=given)


REFUSED = {
    "residual": (
        spec_of("residual", linear(2, 8), L.Residual(block=(linear(8, 8), L.Tanh(), linear(8, 5))), linear(8, 1)),
        FieldRepair("1.block.2", "out_features", 8),
    ),
    "sum": (
        spec_of("residual", L.Parallel(branches=((linear(2, 8),), (linear(2, 5),)), join="sum"), linear(8, 1)),
        FieldRepair("0.branches.1.0", "out_features", 8),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_repair_makes_torch_take_the_layer(name):
    spec, expected = REFUSED[name]
    [misfit] = lab.survey(spec).misfits
    assert (misfit.reason, misfit.repair) == ("refused", expected)
    mended = repaired(spec, misfit)
    assert lab.survey(mended).misfits == ()
    lab.Machine(mended).forward()


def test_where_no_field_helps_nothing_is_offered():
    spec = spec_of("residual", linear(2, 8), L.Residual(block=(L.Softmax(dim=1), L.Flatten(), L.Clamp())), linear(8, 1))
    assert all(misfit.repair is None for misfit in lab.survey(spec).misfits)
