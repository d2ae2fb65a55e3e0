"""Which module is running: hooks on the modules of the net, so that no other program is touched."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

from torch import nn


class ModuleStack:
    """Keeps the path of the innermost running module of `net`, and how often it was entered."""

    def __init__(self, net: nn.Module | None) -> None:
        self._running: list[tuple[str, int]] = []
        self._calls: Counter[str] = Counter()
        self._thread = threading.get_ident()
        self._handles: list[Any] = []
        if net is not None:
            self.adopt(net)

    def adopt(self, net: nn.Module) -> None:
        """Watch the modules of a net."""
        for path, module in net.named_modules():
            self._handles.append(module.register_forward_pre_hook(self._entering(path)))
            self._handles.append(module.register_forward_hook(self._leaving, always_call=True))

    @property
    def here(self) -> tuple[str, int]:
        """Path of the innermost running module and the number of its earlier calls; ("", 0) outside."""
        return self._running[-1] if self._running else ("", 0)

    def _entering(self, path: str) -> Any:
        def enter(module: nn.Module, args: Any) -> None:
            if threading.get_ident() == self._thread:
                self._running.append((path, self._calls[path]))
                self._calls[path] += 1

        return enter

    def _leaving(self, module: nn.Module, args: Any, output: Any) -> None:
        """Must return None: any other value would replace the module's output."""
        if threading.get_ident() == self._thread and self._running:
            self._running.pop()

    def remove(self) -> None:
        """Take all hooks off the net."""
        for handle in self._handles:
            handle.remove()
