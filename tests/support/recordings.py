"""Recordings of real programs for the browser tests."""

import torch
from torch import nn

import graphtrace as gt
from graphtrace import examples

HOSTILE = '<img src=x onerror="window.__pwn=1"></script><script>window.__pwn=1</script><!--"\'`${window.__pwn=1} 中文🙂'


def trained(name, steps=2):
    """`steps` turns of an example's own loop."""
    built = examples.build(name)
    optimizer = built.optimizer() if built.optimizer else None
    with gt.record(built.model, optimizer=optimizer, params=built.params or None) as rec:
        for _ in built.train(steps):
            pass
    return rec.recording


def fork():
    """One leaf used twice, two passes, then zeroed, then None."""
    y = torch.tensor(3.0, requires_grad=True)
    with gt.record(params={"y": y}) as rec:
        for _ in range(2):
            (2 * y + y**2).backward()
        y.grad.zero_()
        y.grad = None
    return rec.recording


def retained():
    """The same graph twice, then an error: its saved tensors are gone."""
    x = torch.tensor([2.0, 3.0], requires_grad=True)
    rec = gt.record(params={"x": x})
    try:
        with rec:
            y = (x**2).sum()
            y.backward(retain_graph=True)
            y.backward()
            y.backward()
    except RuntimeError:
        pass
    return rec.recording


def twice():
    """Two backward passes, and torch's error."""
    x = torch.tensor(3.0, requires_grad=True)
    try:
        with gt.record(params={"x": x}) as rec:
            loss = x * x
            loss.backward()
            loss.backward()
    except RuntimeError as error:
        return rec.recording, error
    raise AssertionError("torch raises here")


def not_finite():
    """A NaN out of `where`, and an infinity."""
    x = torch.tensor([0.0, 1.0, -0.0], requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        torch.where(x > 0, torch.log(x), x.abs().sqrt()).sum().backward()
    return rec.recording


def accumulated():
    """LeNet: two passes before one step, then zeros."""
    built = examples.build("lenet")
    optimizer = built.optimizer()
    with gt.record(built.model, optimizer=optimizer) as rec:
        built.forward().backward()
        built.forward().backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=False)
    return rec.recording


def hostile():
    """A module and a leaf whose names are markup."""
    net = nn.Sequential()
    net.add_module(HOSTILE.replace(".", "·"), nn.Linear(2, 2))
    extra = torch.ones(2, requires_grad=True)
    with gt.record(net, params={HOSTILE: extra}) as rec:
        (net(torch.ones(1, 2)) * extra).sum().backward()
    return rec.recording


def sequences():
    """Linear on a batch of sequences: torch flattens it, multiplies, and gives the result its shape back."""
    torch.manual_seed(3)
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    with gt.record(net) as rec:
        net(torch.rand(1, 4, 2)).pow(2).mean().backward()
    return rec.recording


MAKERS = {
    "sequences": sequences,
    "fork": fork,
    "retained": retained,
    "not_finite": not_finite,
    "accumulated": accumulated,
    "blackboard": lambda: trained("blackboard"),
    "mazur": lambda: trained("mazur", 1),
    "parabola_adam": lambda: trained("parabola_adam"),
    "lenet": lambda: trained("lenet", 1),
}
