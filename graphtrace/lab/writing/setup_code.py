"""The statements that make a program's data, net, loss and optimizer, and those that change them later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import NamedTuple

from graphtrace.lab.design.changes import changes_data, keeps_net, refrozen
from graphtrace.lab.parts.build import build, frozen_parameters, tied_layers
from graphtrace.lab.parts.optimizers import optimizer_arguments
from graphtrace.lab.records.spec import ByHand, Optimizer, Scheduler, Spec
from graphtrace.lab.records.tree import all_layers
from graphtrace.lab.writing.code_fragments import data_code, sequence_code, sources

Piece = tuple[str, tuple[str, ...]]  # statements, and the names of their lines


class Update(NamedTuple):
    """What updates the parameters at one place of a program."""

    optimizer: Optimizer
    scheduler: Scheduler | None


def update_of(spec: Spec) -> Update:
    """Return what updates the parameters of a spec."""
    return Update(spec.optimizer, spec.scheduler)


def setup_code(spec: Spec) -> Iterator[Piece]:
    """Yield the statements before the training loop."""
    yield _imports(spec) + "\n", ()
    for source in sources(spec):
        yield f"\n{source}\n", ()
    for line in data_code(spec):
        yield line, ("data",)
    yield f"\ntorch.manual_seed({spec.seed})", ()
    yield f"net = {sequence_code(spec.layers, spec, 0)}", ("net",)
    for line in _initial_values(spec):
        yield line, ()
    if spec.device != "cpu":
        yield _device(spec), ()
        yield "net, x, y = net.to(device), x.to(device), y.to(device)", ()
    yield _criterion(spec), ("criterion",)
    for line in optimizer_lines(update_of(spec)):
        yield line, ("optimizer",)
    yield "", ()


def _device(spec: Spec) -> str:
    automatic = '"cuda" if torch.cuda.is_available() else "cpu"'
    return f"device = torch.device({automatic if spec.device in ('auto', 'cuda') else repr(spec.device)})"


def _criterion(spec: Spec) -> str:
    reduction = "" if spec.loss.reduction == "mean" else f"reduction={spec.loss.reduction!r}"
    return f"criterion = nn.{spec.loss.name}({reduction})"


def redesign_code(old: Spec, new: Spec, update: Update) -> Iterator[str]:
    """Yield the statements that go on with another spec and the same weights.

    Args:
        old: The spec so far.
        new: The other one; its net has the same parameters.
        update: What updated the parameters so far.
    """
    known = _imports(old).splitlines()
    yield from (line for line in _imports(new).splitlines() if line not in known)
    if changes_data(old, new):
        yield from (f"{source}\n" for source in sources(new)[len(_classes(new)) :])
        yield from _apart(data_code(new))
        yield from ([] if new.device == "cpu" else [_device(new), "x, y = x.to(device), y.to(device)"])
    if not keeps_net(old, new):
        yield from _new_net(old, new)
    if old.loss != new.loss:
        yield _criterion(new)
    if update_of(old) != update_of(new):
        yield from optimizer_lines(update_of(new))
    elif not keeps_net(old, new):
        yield from _same_optimizer(update)


def _apart(lines: Iterator[str]) -> Iterator[str]:
    """Yield statements that leave the sequence of random numbers as it was."""
    yield "with torch.random.fork_rng():"
    yield from ("    " + line.replace("\n", "\n    ") for line in lines)


def _new_net(old: Spec, new: Spec) -> Iterator[str]:
    """Yield the statements that build another net and give it the state of the present one."""
    yield from (f"{source}\n" for source in _classes(new) if source not in _classes(old))
    made = [f"torch.manual_seed({new.seed})", f"net = {sequence_code(new.layers, new, 0)}", *_initial_values(new)]
    yield "before = net"
    yield from made if old.seed != new.seed else _apart(iter(made))
    if new.device != "cpu":
        yield from (_device(new), "net, x, y = net.to(device), x.to(device), y.to(device)")
    yield "net.load_state_dict(before.state_dict())"
    yield "net.train(before.training)"
    yield "for w, old in zip(net.parameters(), before.parameters()):"
    yield "    w.requires_grad_(old.requires_grad)"
    yield "    w.grad = None if old.grad is None else old.grad.to(w)"
    for name in sorted(refrozen(old, new)):
        yield f"net.get_parameter({name!r}).requires_grad_(not net.get_parameter({name!r}).requires_grad)"


def _same_optimizer(update: Update) -> Iterator[str]:
    """Yield the statements that make the same optimizer for another net, with its state."""
    names = [line.partition(" ")[0] for line in optimizer_lines(update)]
    yield from (f"{name}_state = {name}.state_dict()" for name in names)
    yield from optimizer_lines(update)
    yield from (f"{name}.load_state_dict({name}_state)" for name in names)


def _classes(spec: Spec) -> list[str]:
    return [source for source in sources(spec) if source.startswith("class")]


def _imports(spec: Spec) -> str:
    lines = ["import torch", "from torch import nn"]
    text = "\n".join(sources(spec))
    if "Tensor" in text:
        lines[1:1] = ["from torch import Tensor"]
    if "math." in text:
        lines.insert(0, "import math")
    if "Any" in text:
        lines.insert(0, "from typing import Any")
    if any(layer.name for layer in all_layers(spec.layers)):
        lines.insert(0, "from collections import OrderedDict")
    return "\n".join(lines)


def _initial_values(spec: Spec) -> Iterator[str]:
    for name, other in tied_layers(spec.layers):
        yield f"net.get_submodule({name!r}).weight = net.get_parameter({other + '.weight'!r})"
    if spec.initial:
        yield "with torch.no_grad():"
    for name, values in spec.initial:
        if len(values) == 1:
            value = f"torch.tensor({values[0]!r}, dtype=torch.{spec.dtype})"
            yield f"    net.get_parameter({name!r}).fill_({value})"
        else:
            target = f"net.get_parameter({name!r})"
            yield f"    {target}.copy_(torch.tensor({list(values)}, dtype=torch.{spec.dtype}).view_as({target}))"
    if any(layer.frozen for layer in all_layers(spec.layers)):
        for name in frozen_parameters(spec, build(spec, device="meta")):
            yield f"net.get_parameter({name!r}).requires_grad_(False)"


def optimizer_lines(update: Update) -> list[str]:
    """Return the statements that make optimizer and scheduler; by hand there are none."""
    optimizer, scheduler = update
    if isinstance(optimizer, ByHand):
        return []
    arguments = ", ".join(f"{name}={value!r}" for name, value in optimizer_arguments(optimizer).items())
    lines = [f"optimizer = torch.optim.{type(optimizer).__name__}(net.parameters(), {arguments})"]
    if scheduler is not None:
        arguments = ", ".join(f"{field.name}={getattr(scheduler, field.name)!r}" for field in fields(scheduler))
        lines.append(f"scheduler = torch.optim.lr_scheduler.{type(scheduler).__name__}(optimizer, {arguments})")
    return lines
