"""A changed design: whether the weights of the old net fit the new one, and what a user most likely wants."""

from __future__ import annotations

import torch
from torch import nn

from graphtrace.lab.parts import data
from graphtrace.lab.parts.build import build, frozen_parameters
from graphtrace.lab.records.spec import Spec

Shapes = list[tuple[str, tuple[int, ...]]]


def weights_fit(old: Spec, new: Spec) -> bool:
    """Whether the nets of two specs that run have the same parameters and buffers, of the same shapes."""
    return old.layers == new.layers or _shapes(build(old, "meta")) == _shapes(build(new, "meta"))


def _shapes(net: nn.Module) -> Shapes:
    names = [(name, ()) for name, _ in net.named_parameters()]  # one that is shared has one name here
    return [*names, *((name, tuple(tensor.shape)) for name, tensor in net.state_dict().items())]


def keeps_weights(old: Spec, new: Spec) -> bool:
    """Whether training goes on by default: the net is the same, and so is where it starts from."""
    return old.layers == new.layers and old.seed == new.seed and old.initial == new.initial


def keeps_graph(old: Spec, new: Spec) -> bool:
    """Whether nothing but the optimizer and its scheduler is another one: the loss and its graph are still there."""
    return _without_optimizer(old) == _without_optimizer(new)


def keeps_net(old: Spec, new: Spec) -> bool:
    """Whether the very modules can stay: only data, loss or optimizer are other ones."""
    return keeps_weights(old, new) and (old.dtype, old.device) == (new.dtype, new.device)


def changes_data(old: Spec, new: Spec) -> bool:
    """Whether two specs begin with other inputs or targets."""
    pairs = zip(data.tensors(old), data.tensors(new), strict=True)
    return not all(a.dtype == b.dtype and torch.equal(a, b) for a, b in pairs)


def _without_optimizer(spec: Spec) -> tuple[object, ...]:
    return spec.layers, spec.loss, spec.data, spec.device, spec.dtype, spec.seed, spec.initial


def refrozen(old: Spec, new: Spec) -> set[str]:
    """Return the parameters that one of two fitting specs freezes and the other does not."""
    before, after = (set(frozen_parameters(spec, build(spec, "meta"))) for spec in (old, new))
    return before ^ after
