"""What is done to a module's output on its way: cut off, or asked to keep its gradient. Plain forward hooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from torch import Tensor, nn

from graphtrace.lab.records.actions import Action, Hook

_CODE = {"detach": "out.detach()", "retain_grad": "out.retain_grad() if out.requires_grad else None"}


class Hooks:
    """The hooks of one net, at most one for each module.

    Attributes:
        does: What is done, by the module's path.
    """

    def __init__(self, net: nn.Module) -> None:
        self._net = net
        self._handles: dict[str, Any] = {}
        self._kept: dict[str, Tensor] = {}  # a tensor that nobody holds cannot show the gradient it retains
        self.does: dict[str, str] = {}

    def set(self, module: str, does: str) -> None:
        """Hook a module, or let go of it."""
        if module in self._handles:
            self._handles.pop(module).remove()
            del self.does[module]
        self._kept.pop(module, None)
        if does in _CODE:
            self._handles[module] = self._net.get_submodule(module).register_forward_hook(self._hook(module, does))
            self.does[module] = does

    def _hook(self, path: str, does: str) -> Callable[[nn.Module, Any, Tensor], Tensor | None]:
        """Make a plain function: a copy of the net may share it."""
        kept = self._kept

        def detach(module: nn.Module, args: Any, out: Tensor) -> Tensor:
            return out.detach()

        def retain_grad(module: nn.Module, args: Any, out: Tensor) -> None:
            if out.requires_grad:
                out.retain_grad()
                kept[path] = out

        return detach if does == "detach" else retain_grad

    def restore(self, does: Mapping[str, str]) -> None:
        """Hook what was hooked at another moment, and nothing else."""
        for module in [*self.does]:
            self.set(module, "nothing")
        for module, what in does.items():
            self.set(module, what)


def written(last: Hook, earlier: Sequence[Action]) -> str:
    """Return an action as plain PyTorch, after those done before it."""
    before = [one.does for one in earlier if isinstance(one, Hook) and one.module == last.module]
    handle = f"handle_{last.module.replace('.', '_')}"
    lines = [f"{handle}.remove()"] if before and before[-1] in _CODE else []
    if last.does in _CODE:
        hook = f"lambda module, args, out: {_CODE[last.does]}"
        lines.append(f"{handle} = net.get_submodule({last.module!r}).register_forward_hook({hook})")
    return "\n".join(lines) or f"# nothing is hooked to {last.module}"
