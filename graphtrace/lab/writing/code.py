"""The program of a spec as plain PyTorch, and which of its lines does what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphtrace.errors import SpecError, shown
from graphtrace.lab.parts.hooks import hook_code
from graphtrace.lab.records import actions as act
from graphtrace.lab.records.spec import ByHand, Spec
from graphtrace.lab.writing.setup_code import Update, optimizer_lines, redesign_code, setup_code, update_of

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
        _write_loop(out, act.Iterate(iterations), update_of(spec))
        out.write('print(f"{iteration + 1}: loss {loss.item():.6g}")', indent=4)
    action_lines = _write_actions(out, spec, actions or (), errors)
    return Program("\n".join(out.lines) + "\n", out.named_lines, tuple(action_lines))


def _write_setup(out: _Writer, spec: Spec) -> None:
    for text, names in setup_code(spec):
        out.write(text, *names)


def _step(update: Update) -> str:
    optimizer, scheduler = update
    if isinstance(optimizer, ByHand):
        line = f"            w -= {optimizer.lr!r} * w.grad"
        return f"with torch.no_grad():\n    for w in net.parameters():\n        if w.requires_grad:\n{line}"
    return "optimizer.step()" + ("\nscheduler.step()" if scheduler is not None else "")


def _zero_grad(update: Update, to_none: bool) -> str:
    owner = "net" if isinstance(update.optimizer, ByHand) else "optimizer"
    return f"{owner}.zero_grad({'' if to_none else 'set_to_none=False'})"


def _write_loop(out: _Writer, action: act.Iterate, update: Update) -> Lines:
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
    action_lines, update, begin = [], update_of(spec), 0
    for i, action in enumerate(actions):
        error = errors[i] if i < len(errors) else None
        if error is not None:
            out.write("try:")
        out.indent = 0 if error is None else 4
        if isinstance(action, act.Redesign):
            action_lines.append(_write_redesign(out, spec, action, update))
            begin = begin if action.keep else i
        else:
            action_lines.append(_write_last_action(out, actions[begin : i + 1], update))
        out.indent = 0
        if error is not None:
            out.write(f"except Exception as error:\n    print(error)  # {' '.join(error.split())[:80]}")
        if isinstance(action, act.Swap):
            update = Update(action.optimizer, action.scheduler)
        elif isinstance(action, act.Redesign):
            changed = not action.keep or update_of(spec) != update_of(action.spec)
            update, spec = update_of(action.spec) if changed else update, action.spec
    return action_lines


def _write_redesign(out: _Writer, spec: Spec, action: act.Redesign, update: Update) -> Lines:
    if action.keep:
        return out.write("\n".join(redesign_code(spec, action.spec, update)) or "# the same program")
    first = len(out.lines) + 1
    _write_setup(out, action.spec)
    return first, len(out.lines)


def _write_last_action(out: _Writer, actions: Sequence[act.Action], update: Update) -> Lines:
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
            lines = optimizer_lines(Update(action.optimizer, action.scheduler))
            return out.write("\n".join(lines) or "# by hand from here on")
        case act.Redesign():
            raise AssertionError("a new spec is more than one statement: see _write_redesign")


def _edited_number(action: act.Edit) -> str:
    name = action.tensor
    if name in ("x", "y"):
        owner = name
    else:
        owner = f"net.get_parameter({name.removesuffix('.grad')!r})" + (".grad" if name.endswith(".grad") else "")
    return f"{owner}[{', '.join(map(str, action.index)) or '()'}]"
