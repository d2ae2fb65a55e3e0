"""The program of a spec as plain PyTorch, and which of its lines does what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

from graphtrace.errors import SpecError, shown
from graphtrace.lab.parts.build import build, frozen_parameters, tied_layers
from graphtrace.lab.parts.hooks import hook_code
from graphtrace.lab.parts.optimizers import optimizer_arguments
from graphtrace.lab.records import actions as act
from graphtrace.lab.records.spec import ByHand, Optimizer, Scheduler, Spec
from graphtrace.lab.records.tree import all_layers
from graphtrace.lab.writing.code_fragments import data_code, sequence_code, sources

FILE = "program.py"
_FORWARD = "loss = criterion(net(x), y)"
Lines = tuple[int, int]  # first and last line, from 1


@dataclass(frozen=True, slots=True)
class Program:
    """A Python file that runs.

    Attributes:
        text: Plain PyTorch; it needs nothing else.
        lines: Lines of ``net``, ``data``, ``optimizer``, ``forward``, ``loss``, ``backward``, ``step``, ``zero``.
        action_lines: Lines of each action, for a program of actions.
    """

    text: str
    lines: dict[str, Lines]
    action_lines: tuple[Lines, ...] = ()


class _Writer:
    """Collects lines, and under names which lines they are."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.named_lines: dict[str, Lines] = {}
        self.indent = 0

    def write(self, text: str, *names: str, indent: int = 0) -> Lines:
        """Append a text of one or several lines."""
        first = len(self.lines) + 1
        self.lines += [" " * (self.indent + indent) + line if line else "" for line in text.split("\n")]
        for name in names:
            self.named_lines.setdefault(name, (first, len(self.lines)))
        return first, len(self.lines)


class _Update(NamedTuple):
    """What updates the parameters at one place of a program."""

    optimizer: Optimizer
    scheduler: Scheduler | None


def program(
    spec: Spec,
    actions: Sequence[act.Action] | None = None,
    iterations: int = 100,
    errors: Sequence[str | None] = (),
) -> Program:
    """Write the program of a valid spec.

    Args:
        spec: The net, data, loss and optimizer.
        actions: What a machine did, one after the other; None for the usual training loop.
        iterations: Of the training loop.
        errors: What the actions raised, as text; such an action is written inside a ``try``.

    Raises:
        SpecError: `spec` is no spec.
    """
    if not isinstance(spec, Spec):
        raise SpecError(f"no spec: {shown(spec)} (give a graphtrace.lab.Spec)")
    out = _Writer()
    _write_setup(out, spec)
    if actions is None:
        _write_loop(out, act.Iterate(iterations), _Update(spec.optimizer, spec.scheduler))
        out.write('print(f"{iteration + 1}: loss {loss.item():.6g}")', indent=4)
    action_lines = _write_actions(out, spec, actions or (), errors)
    return Program("\n".join(out.lines) + "\n", out.named_lines, tuple(action_lines))


def _write_setup(out: _Writer, spec: Spec) -> None:
    out.write(_imports(spec) + "\n")
    for source in sources(spec):
        out.write(f"\n{source}\n")
    for line in data_code(spec):
        out.write(line, "data")
    out.write(f"\ntorch.manual_seed({spec.seed})")
    out.write(f"net = {sequence_code(spec.layers, spec, 0)}", "net")
    for line in _initial_values(spec):
        out.write(line)
    if spec.device != "cpu":
        automatic = '"cuda" if torch.cuda.is_available() else "cpu"'
        out.write(f"device = torch.device({automatic if spec.device in ('auto', 'cuda') else repr(spec.device)})")
        out.write("net, x, y = net.to(device), x.to(device), y.to(device)")
    reduction = "" if spec.loss.reduction == "mean" else f"reduction={spec.loss.reduction!r}"
    out.write(f"criterion = nn.{spec.loss.name}({reduction})", "criterion")
    for line in _optimizer_lines(_Update(spec.optimizer, spec.scheduler)):
        out.write(line, "optimizer")
    out.write("")


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


def _optimizer_lines(update: _Update) -> list[str]:
    optimizer, scheduler = update
    if isinstance(optimizer, ByHand):
        return []
    arguments = ", ".join(f"{name}={value!r}" for name, value in optimizer_arguments(optimizer).items())
    lines = [f"optimizer = torch.optim.{type(optimizer).__name__}(net.parameters(), {arguments})"]
    if scheduler is not None:
        arguments = ", ".join(f"{field.name}={getattr(scheduler, field.name)!r}" for field in fields(scheduler))
        lines.append(f"scheduler = torch.optim.lr_scheduler.{type(scheduler).__name__}(optimizer, {arguments})")
    return lines


def _step(update: _Update) -> str:
    optimizer, scheduler = update
    if isinstance(optimizer, ByHand):
        line = f"            w -= {optimizer.lr!r} * w.grad"
        return f"with torch.no_grad():\n    for w in net.parameters():\n        if w.requires_grad:\n{line}"
    return "optimizer.step()" + ("\nscheduler.step()" if scheduler is not None else "")


def _zero_grad(update: _Update, to_none: bool) -> str:
    owner = "net" if isinstance(update.optimizer, ByHand) else "optimizer"
    return f"{owner}.zero_grad({'' if to_none else 'set_to_none=False'})"


def _write_loop(out: _Writer, action: act.Iterate, update: _Update) -> Lines:
    first, _ = out.write(f"for iteration in range({action.n}):", "loop")
    if action.zero != "never":
        out.write(_zero_grad(update, action.zero == "none"), "zero", indent=4)
    out.write(_FORWARD, "forward", "loss", indent=4)
    out.write("loss.backward()", "backward", indent=4)
    _, last = out.write(_step(update), "step", indent=4)
    return first, last


def _write_actions(
    out: _Writer, spec: Spec, actions: Sequence[act.Action], errors: Sequence[str | None]
) -> list[Lines]:
    """Write what a machine did, one action after the other."""
    action_lines, update = [], _Update(spec.optimizer, spec.scheduler)
    for i, action in enumerate(actions):
        error = errors[i] if i < len(errors) else None
        if error is not None:
            out.write("try:")
        out.indent = 0 if error is None else 4
        action_lines.append(_write_last_action(out, actions[: i + 1], update))
        out.indent = 0
        if error is not None:
            out.write(f"except Exception as error:\n    print(error)  # {' '.join(error.split())[:80]}")
        if isinstance(action, act.Swap):
            update = _Update(action.optimizer, action.scheduler)
    return action_lines


def _write_last_action(out: _Writer, actions: Sequence[act.Action], update: _Update) -> Lines:
    action = actions[-1]
    match action:
        case act.Forward():
            return out.write(_FORWARD, "forward", "loss")
        case act.Backward():
            return out.write(f"loss.backward({'retain_graph=True' if action.retain_graph else ''})", "backward")
        case act.ZeroGrad():
            return out.write(_zero_grad(update, action.set_to_none), "zero")
        case act.Step():
            return out.write(_step(update), "step")
        case act.Iterate():
            return _write_loop(out, action, update)
        case act.Edit():
            return out.write(f"with torch.no_grad():\n    {_edited_number(action)} = {action.value!r}")
        case act.Freeze():
            return out.write(f"net.get_parameter({action.parameter!r}).requires_grad_({not action.frozen})")
        case act.Hook():
            return out.write(hook_code(action, actions[:-1]))
        case act.Train():
            return out.write(f"net.train({action.on})")
        case act.Swap():
            lines = _optimizer_lines(_Update(action.optimizer, action.scheduler))
            return out.write("\n".join(lines) or "# by hand from here on")


def _edited_number(action: act.Edit) -> str:
    name = action.tensor
    if name in ("x", "y"):
        owner = name
    else:
        owner = f"net.get_parameter({name.removesuffix('.grad')!r})" + (".grad" if name.endswith(".grad") else "")
    return f"{owner}[{', '.join(map(str, action.index)) or '()'}]"
