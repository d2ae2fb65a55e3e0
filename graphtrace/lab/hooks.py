"""What is done to a module's output on its way: cut off, or asked to keep its gradient. Plain forward hooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor, nn

from graphtrace.lab.actions import Action, Hook


def _detach(module: nn.Module, args: Any, out: Tensor) -> Tensor:
    return out.detach()


def _retain_grad(module: nn.Module, args: Any, out: Tensor) -> None:
    out.retain_grad()


_HOOKS = {"detach": _detach, "retain_grad": _retain_grad}


class Hooks:
    """The hooks of one net, at most one for each module.

    Attributes:
        does: What is done, by the module's path.
    """

    def __init__(self, net: nn.Module) -> None:
        self._net = net
        self._handles: dict[str, Any] = {}
        self.does: dict[str, str] = {}

    def put(self, module: str, does: str) -> None:
        """Hook a module, or let go of it."""
        if module in self._handles:
            self._handles.pop(module).remove()
            del self.does[module]
        if does in _HOOKS:
            self._handles[module] = self._net.get_submodule(module).register_forward_hook(_HOOKS[does])
            self.does[module] = does

    def restore(self, does: Mapping[str, str]) -> None:
        """Hook what was hooked at another moment, and nothing else."""
        for module in [*self.does]:
            self.put(module, "nothing")
        for module, what in does.items():
            self.put(module, what)


def written(last: Hook, earlier: Sequence[Action]) -> str:
    """Return an action as plain PyTorch, after those done before it."""
    before = [one.does for one in earlier if isinstance(one, Hook) and one.module == last.module]
    handle = f"handle_{last.module.replace('.', '_')}"
    lines = [f"{handle}.remove()"] if before and before[-1] in _HOOKS else []
    if last.does in _HOOKS:
        hook = f"lambda module, args, out: out.{last.does}()"
        lines.append(f"{handle} = net.get_submodule({last.module!r}).register_forward_hook({hook})")
    return "\n".join(lines) or f"# nothing is hooked to {last.module}"
