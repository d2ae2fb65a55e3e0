"""Forward hooks that detach a module's output, or make it retain its gradient."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from graphtrace.lab.records.actions import Action, Hook

_CODE = {"detach": "out.detach()", "retain_grad": "out.retain_grad() if out.requires_grad else None"}
ForwardHook = Callable[[nn.Module, tuple[Tensor, ...], Tensor], Tensor | None]


class Hooks:
    """The hooks of one net, at most one for each module.

    Attributes:
        does: What the hooks do, by the module's path.
    """

    def __init__(self, net: nn.Module) -> None:
        self._net = net
        self._handles: dict[str, RemovableHandle] = {}
        self._retained: dict[str, Tensor] = {}  # holds the outputs, and so the gradients that they retain
        self.does: dict[str, str] = {}

    def set(self, module: str, does: str) -> None:
        """Replace the hook of a module; ``nothing`` removes it."""
        if module in self._handles:
            self._handles.pop(module).remove()
            del self.does[module]
        self._retained.pop(module, None)
        if does in _CODE:
            self._handles[module] = self._net.get_submodule(module).register_forward_hook(self._hook(module, does))
            self.does[module] = does

    def _hook(self, path: str, does: str) -> ForwardHook:
        """Return a plain function, so that a copy of the net can share it."""
        retained = self._retained

        def detach(module: nn.Module, args: tuple[Tensor, ...], out: Tensor) -> Tensor:
            return out.detach()

        def retain_grad(module: nn.Module, args: tuple[Tensor, ...], out: Tensor) -> None:
            if out.requires_grad:
                out.retain_grad()
                retained[path] = out

        return detach if does == "detach" else retain_grad

    def restore(self, does: Mapping[str, str]) -> None:
        """Set these hooks and no others."""
        for module in [*self.does]:
            self.set(module, "nothing")
        for module, what in does.items():
            self.set(module, what)


def hook_code(action: Hook, earlier: Sequence[Action]) -> str:
    """Return an action as plain PyTorch; of the `earlier` actions some may have hooked the same module."""
    before = [other.does for other in earlier if isinstance(other, Hook) and other.module == action.module]
    handle = f"handle_{action.module.replace('.', '_')}"
    lines = [f"{handle}.remove()"] if before and before[-1] in _CODE else []
    if action.does in _CODE:
        hook = f"lambda module, args, out: {_CODE[action.does]}"
        lines.append(f"{handle} = net.get_submodule({action.module!r}).register_forward_hook({hook})")
    return "\n".join(lines) or f"# nothing is hooked to {action.module}"
