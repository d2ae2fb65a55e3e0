"""Bad input is a `TraceError` that says what to do; an interrupted walk stays guarded."""

import gc

import pytest
import torch

import graphtrace
from graphtrace.errors import NoGraphError, TraceError
from graphtrace.tracer import guard, trace
from tests.support.tracing import leaf

# Errors --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("root", "error", "text"),
    [
        (lambda: None, TraceError, r"root is not a tensor: None \(pass the loss itself"),
        (lambda: 0.25, TraceError, r"root is not a tensor: 0.25 \(pass the loss itself, not its .item\(\)"),
        (lambda: {"loss": leaf(1) * 2}, TraceError, r"root is not a tensor: \{'loss'"),
        (lambda: (one for one in [leaf(1) * 2]), TraceError, "root is not a tensor: <generator"),
        (list, TraceError, r"no root to trace: \[\] \(pass at least one tensor"),
        (tuple, TraceError, r"no root to trace: \(\)"),
        (lambda: [leaf(1) * 2, 3], TraceError, r"root 1 is not a tensor: 3 \(pass tensors"),
        (
            lambda: leaf(2, 3),
            NoGraphError,
            r"root is a leaf: tensor of shape \[2, 3\] was made by no operation \(trace",
        ),
        (lambda: [leaf(1) * 2, leaf(1)], NoGraphError, "root is a leaf"),
        (lambda: torch.ones(4), NoGraphError, r"does not require grad: tensor of shape \[4\].* \(set requires_grad"),
        (lambda: (leaf(1) * 2).detach(), NoGraphError, "does not require grad.*detach"),
        (lambda: torch.ones(2, dtype=torch.long), NoGraphError, "does not require grad"),
    ],
)
def test_a_root_without_a_graph_is_refused_with_what_to_do(root, error, text):
    with pytest.raises(error, match=text):
        trace(root())


def test_a_root_made_under_no_grad_or_inference_mode_is_refused():
    x = leaf(2)
    with torch.no_grad(), pytest.raises(NoGraphError, match=r"outside torch\.no_grad"):
        trace(x * 2)
    with torch.inference_mode(), pytest.raises(NoGraphError, match="does not require grad"):
        trace(x * 2)


def test_a_view_that_lost_its_graph_is_refused_in_torchs_own_words():
    base = leaf(2, 3).clone()
    view = base.unbind(0)[1]
    base.mul_(2)
    with pytest.raises(NoGraphError, match=r"root has lost its graph: .*view and its base.* \(change the base"):
        trace(view)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"model": "net"}, r"model is not a torch.nn.Module: 'net' \(pass params="),
        ({"params": 3}, r"params is not a mapping: 3 \(pass a dict"),
        ({"params": {"w": 1.5}}, r"params does not map a name to a tensor: 'w': 1\.5 \(pass"),
        ({"params": {0: torch.ones(1)}}, "params does not map a name to a tensor: 0: tensor"),
    ],
)
def test_names_that_are_none_are_refused(options, text):
    with pytest.raises(TraceError, match=text):
        trace(leaf(1) * 2, **options)


def test_every_error_of_a_trace_is_a_value_error_of_one_base():
    assert graphtrace.TraceError is TraceError
    assert issubclass(NoGraphError, TraceError)
    assert issubclass(TraceError, ValueError)


# An interrupted walk -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("broken", ["described", "walk"])
def test_a_walk_that_is_interrupted_leaves_its_nodes_guarded(monkeypatch, broken):
    from graphtrace import tracer

    guard.sweep()
    kept = sum(map(len, guard._held))
    loss = leaf(2)
    for _ in range(50):
        loss = loss.exp()
    real = getattr(tracer, broken)

    def interrupted(*args):
        real(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(tracer, broken, interrupted)
    with pytest.raises(KeyboardInterrupt):
        trace(loss)
    gc.collect(0)
    assert sum(map(len, guard._held)) == kept + 51
    del loss
    gc.collect()
    assert sum(map(len, guard._held)) == kept
