"""More than 200 correct programs get no diagnosis: the list of near misses, the app's examples, torch's operators."""

import re
import warnings

import pytest
import torch
from torch.testing._internal.common_methods_invocations import op_db

import graphtrace as gt
from graphtrace import examples
from graphtrace.errors import TraceError
from tests.diagnose.right import RIGHT
from tests.diagnose.test_mistakes import run

OPERATORS = sorted(
    {
        op.name: op for op in op_db if op.supports_autograd and torch.float32 in op.supported_backward_dtypes("cpu")
    }.items()
)[::3]
NOT_RIGHT = {  # examples that show a mistake on purpose
    "freeze_all": "every parameter is frozen: that is what it shows",
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_correct_program_gets_no_diagnosis(name):
    recording, raised, _ = run(RIGHT[name], f"<right: {name}>")
    assert raised is None
    assert gt.diagnose(recording) is None


@pytest.mark.parametrize("name", [name for name in examples.names() if name not in NOT_RIGHT])
def test_an_example_gets_no_diagnosis(name):
    built = examples.build(name)
    optimizer = built.optimizer() if built.optimizer is not None else None
    with gt.record(built.model, optimizer=optimizer, params=built.params) as rec:
        root = built.forward() if built.forward is not None else built.root
        torch.autograd.backward(root, built.grad_output)
        if built.step is not None:
            built.step()
    assert gt.diagnose(rec.recording) is None


def run_operator(op, sample):
    """Run an operator and its backward pass, as far as it has one; returns its first output."""
    out = op(sample.input, *sample.args, **sample.kwargs)
    first = next((t for t in torch.utils._pytree.tree_leaves(out) if isinstance(t, torch.Tensor)), None)
    if first is not None and first.requires_grad and first.is_floating_point():
        first.sum().backward()
    return first


def one_sample(op):
    """Return a sample of an operator with inputs that require grad, None where there is none."""
    # Not by op.sample_inputs: for its own error texts that looks through the source of the whole stack, at each call.
    samples = op.sample_inputs_func(op, "cpu", torch.float32, True)
    return next((s for s in samples if isinstance(s.input, torch.Tensor) and s.input.requires_grad), None)


def test_operators_get_no_diagnosis():
    silent, wrong = 0, []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, op in OPERATORS:
            torch.manual_seed(0)
            sample = one_sample(op)
            if sample is None:
                continue
            try:
                with gt.record() as rec:
                    first = run_operator(op, sample)
            except RuntimeError as error:
                with pytest.raises(RuntimeError, match=re.escape(str(error))):
                    run_operator(op, one_sample(op))  # torch refuses it unrecorded too, as 2.6 may do with an FFT
                continue
            found = gt.diagnose(rec.recording)
            dense = first is not None and first.layout is torch.strided
            finite = not dense or bool(torch.isfinite(first.detach()).all())
            if found is None:
                silent += 1
            elif finite:
                wrong.append((name, str(found)))
    assert wrong == []
    assert silent > 120


@pytest.mark.parametrize("given", [None, 3, "run.json.gz"])
def test_what_is_no_recording_is_refused(given):
    with pytest.raises(TraceError, match="not a recording"):
        gt.diagnose(given)


def test_what_is_no_exception_is_refused():
    with gt.record() as rec:
        pass
    with pytest.raises(TraceError, match=r"not an exception: 'x' \(pass what was raised, or nothing\)"):
        gt.diagnose(rec.recording, "x")
