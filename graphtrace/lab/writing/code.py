"""The program of a spec as plain PyTorch, and which of its lines does what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from graphtrace.errors import SpecError, shown
from graphtrace.lab.parts.build import frozen, ties
from graphtrace.lab.parts.hooks import written
from graphtrace.lab.parts.optimizers import optimizer_arguments
from graphtrace.lab.records import actions as act
from graphtrace.lab.records.spec import ByHand, Optimizer, Scheduler, Spec
from graphtrace.lab.records.tree import every
from graphtrace.lab.writing.code_fragments import data_lines, sequence, sources
from graphtrace.model import Recording, Source

FILE = "program.py"
_FORWARD = "loss = criterion(net(x), y)"


@dataclass(frozen=True, slots=True)
class Program:
    """A runnable file.

    Attributes:
        text: Plain PyTorch; needs nothing else.
        lines: First and last line, from 1, of ``net``, ``data``, ``optimizer``, ``forward``, ``loss``,
            ``backward``, ``step`` and ``zero``.
        action_lines: First and last line of each action, for a program that was made from actions.
    """

    text: str
    lines: dict[str, tuple[int, int]]
    action_lines: tuple[tuple[int, int], ...] = ()


class _Writer:
    """Collects lines and notes what they are."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.marks: dict[str, tuple[int, int]] = {}
        self.indent = 0

    def put(self, text: str, *names: str, indent: int = 0) -> tuple[int, int]:
        """Append a text of one or several lines."""
        first = len(self.lines) + 1
        self.lines += [" " * (self.indent + indent) + line if line else "" for line in text.split("\n")]
        for name in names:
            self.marks.setdefault(name, (first, len(self.lines)))
        return first, len(self.lines)


def program(
    spec: Spec,
    actions: Sequence[act.Action] | None = None,
    iterations: int = 100,
    errors: Sequence[str | None] = (),
) -> Program:
    """Write the program of a valid spec.

    Args:
        spec: What to write.
        actions: What a machine did, one after the other; None writes the usual loop.
        iterations: Of that loop.
        errors: What the actions raised, in words; such an action is written inside a ``try``.

    Raises:
        SpecError: `spec` is no spec.
    """
    if not isinstance(spec, Spec):
        raise SpecError(f"no spec: {shown(spec)} (give a graphtrace.lab.Spec)")
    out = _Writer()
    _head(out, spec, actions)
    if actions is None:
        _loop(out, spec, act.Iterate(iterations))
        out.put('print(f"{iteration + 1}: loss {loss.item():.6g}")', indent=4)
    turns = _turns(out, spec, actions or (), errors)
    return Program("\n".join(out.lines) + "\n", out.marks, tuple(turns))


def _head(out: _Writer, spec: Spec, actions: Sequence[act.Action] | None) -> None:
    out.put(_imports(spec) + "\n")
    for source in sources(spec):
        out.put(f"\n{source}\n")
    for line in data_lines(spec):
        out.put(line, "data")
    out.put(f"\ntorch.manual_seed({spec.seed})")
    out.put(f"net = {sequence(spec.layers, spec, 0)}", "net")
    for line in _first_values(spec):
        out.put(line)
    if spec.device != "cpu":
        out.put('device = torch.device("cuda" if torch.cuda.is_available() else "cpu")')
        out.put("net, x, y = net.to(device), x.to(device), y.to(device)")
    reduction = "" if spec.loss.reduction == "mean" else f"reduction={spec.loss.reduction!r}"
    out.put(f"criterion = nn.{spec.loss.name}({reduction})", "criterion")
    for line in _optimizer(spec.optimizer, spec.scheduler):
        out.put(line, "optimizer")
    out.put("")


def _imports(spec: Spec) -> str:
    lines = ["import torch", "from torch import nn"]
    text = "\n".join(sources(spec))
    if "Tensor" in text:
        lines[1:1] = ["from torch import Tensor"]
    if "math." in text:
        lines.insert(0, "import math")
    if "Any" in text:
        lines.insert(0, "from typing import Any")
    if any(layer.name for layer in every(spec.layers)):
        lines.insert(0, "from collections import OrderedDict")
    return "\n".join(lines)


def _first_values(spec: Spec) -> Iterator[str]:
    for name, other in ties(spec.layers):
        yield f"net.get_submodule({name!r}).weight = net.get_parameter({other + '.weight'!r})"
    if spec.initial:
        yield "with torch.no_grad():"
    for name, values in spec.initial:
        if len(values) == 1:
            dtype = f"torch.tensor({values[0]!r}, dtype=torch.{spec.dtype})"
            yield f"    net.get_parameter({name!r}).fill_({dtype})"
        else:
            target = f"net.get_parameter({name!r})"
            yield f"    {target}.copy_(torch.tensor({list(values)}, dtype=torch.{spec.dtype}).view_as({target}))"
    if any(layer.frozen for layer in every(spec.layers)):
        for name in frozen(spec, _bare(spec)):
            yield f"net.get_parameter({name!r}).requires_grad_(False)"


def _bare(spec: Spec) -> Any:
    from graphtrace.lab.parts.build import build

    return build(spec, device="meta")


def _optimizer(optimizer: Optimizer, scheduler: Scheduler | None) -> list[str]:
    if isinstance(optimizer, ByHand):
        return []
    given = ", ".join(f"{name}={value!r}" for name, value in optimizer_arguments(optimizer).items())
    lines = [f"optimizer = torch.optim.{type(optimizer).__name__}(net.parameters(), {given})"]
    if scheduler is not None:
        names = scheduler.__dataclass_fields__
        given = ", ".join(f"{name}={getattr(scheduler, name)!r}" for name in names)
        lines.append(f"scheduler = torch.optim.lr_scheduler.{type(scheduler).__name__}(optimizer, {given})")
    return lines


def _step(optimizer: Optimizer, scheduler: Scheduler | None) -> str:
    if isinstance(optimizer, ByHand):
        update = f"            w -= {optimizer.lr!r} * w.grad"
        return f"with torch.no_grad():\n    for w in net.parameters():\n        if w.requires_grad:\n{update}"
    return "optimizer.step()" + ("\nscheduler.step()" if scheduler is not None else "")


def _zero(optimizer: Optimizer, to_none: bool) -> str:
    owner = "net" if isinstance(optimizer, ByHand) else "optimizer"
    return f"{owner}.zero_grad({'' if to_none else 'set_to_none=False'})"


def _loop(out: _Writer, spec: Spec, action: act.Iterate, now: tuple[Optimizer, Scheduler | None] | None = None) -> None:
    optimizer, scheduler = now or (spec.optimizer, spec.scheduler)
    out.put(f"for iteration in range({action.n}):", "loop")
    if action.zero != "never":
        out.put(_zero(optimizer, action.zero == "none"), "zero", indent=4)
    out.put(_FORWARD, "forward", "loss", indent=4)
    out.put("loss.backward()", "backward", indent=4)
    out.put(_step(optimizer, scheduler), "step", indent=4)


def _turns(
    out: _Writer, spec: Spec, actions: Sequence[act.Action], errors: Sequence[str | None]
) -> list[tuple[int, int]]:
    """Write what a machine did, one action after the other."""
    turns, now = [], (spec.optimizer, spec.scheduler)
    for i, action in enumerate(actions):
        raised = errors[i] if i < len(errors) else None
        if raised is not None:
            out.put("try:")
        out.indent = 0 if raised is None else 4
        turns.append(_turn(out, spec, actions[: i + 1], now))
        out.indent = 0
        if raised is not None:
            out.put(f"except Exception as error:\n    print(error)  # {' '.join(raised.split())[:80]}")
        if isinstance(action, act.Swap):
            now = action.optimizer, action.scheduler
    return turns


def _turn(
    out: _Writer, spec: Spec, actions: Sequence[act.Action], now: tuple[Optimizer, Scheduler | None]
) -> tuple[int, int]:
    """Write the last one of a machine's actions."""
    action = actions[-1]
    match action:
        case act.Forward():
            return out.put(_FORWARD, "forward", "loss")
        case act.Backward():
            return out.put(f"loss.backward({'retain_graph=True' if action.retain_graph else ''})", "backward")
        case act.ZeroGrad():
            return out.put(_zero(now[0], action.set_to_none), "zero")
        case act.Step():
            return out.put(_step(*now), "step")
        case act.Iterate():
            first = len(out.lines) + 1
            _loop(out, spec, action, now)
            return first, len(out.lines)
        case act.Edit():
            return out.put(f"with torch.no_grad():\n    {_place(action)} = {action.value!r}")
        case act.Freeze():
            return out.put(f"net.get_parameter({action.parameter!r}).requires_grad_({not action.frozen})")
        case act.Hook():
            return out.put(written(action, actions[:-1]))
        case act.Train():
            return out.put(f"net.train({action.on})")
        case act.Swap():
            return out.put("\n".join(_optimizer(action.optimizer, action.scheduler)) or "# by hand from here on")


def _place(action: act.Edit) -> str:
    name = action.tensor
    if name in ("x", "y"):
        owner = name
    else:
        owner = f"net.get_parameter({name.removesuffix('.grad')!r})" + (".grad" if name.endswith(".grad") else "")
    return f"{owner}[{', '.join(map(str, action.index)) or '()'}]"


@lru_cache(maxsize=64)
def _forward_source(spec: Spec) -> Source:
    line, _ = program(spec).lines["forward"]
    return Source(FILE, line, 4, 4 + len(_FORWARD), " " * 4 + _FORWARD)


def placed(recording: Recording, spec: Spec) -> Recording:
    """Return a recording whose operations point into the program, instead of into this package."""
    source = _forward_source(spec)
    return replace(recording, ops=tuple(replace(op, source=source) for op in recording.ops))
