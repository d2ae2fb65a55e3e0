"""A program as a tutorial would write it: the lines that are shown are the lines that run."""

from __future__ import annotations

import ast
import linecache
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from graphtrace.examples.program import Built

_RANDOM = threading.RLock()  # a program that sets the seed is alone with the process's random numbers


@dataclass(frozen=True, slots=True)
class Script:
    """A program as text.

    Attributes:
        name: Of the program; its file is called ``<name>.py``.
        body: From the imports to the root.
        root: Variable to start backward passes from.
        gradient: What they start with, where the root is not one number.
        after: What the program does behind the passes.
        loop: The lines of one training step, where the program trains; the body then ends before the first.
    """

    name: str
    body: str
    root: str = "out"
    gradient: str = ""
    after: str = ""
    loop: str = ""

    def text(self, passes: int) -> str:
        """Return the program with some backward passes, or so many training steps."""
        if self.loop:
            lines = "".join(f"    {line}\n" for line in self.loop.strip().splitlines())
            return f"{self.body.strip()}\n\nfor step in range({passes}):\n{lines}"
        held = ", ".join(filter(None, (self.gradient, "retain_graph=True")))
        calls = [*[f"{self.root}.backward({held})"] * (passes - 1), f"{self.root}.backward({self.gradient})"]
        return "\n".join([self.body.strip(), "", *calls, *filter(None, [self.after]), ""])

    def run(self, text: str, adopt: Callable[[nn.Module], None] = lambda made: None) -> dict[str, object]:
        """Run a text of the program, and return its variables. Its lines can be looked up, as those of a file.

        Args:
            text: The program.
            adopt: Told of each model, behind the statement that made it.
        """
        file = f"{self.name}.py"
        linecache.cache[file] = len(text), None, text.splitlines(keepends=True), file
        variables: dict[str, object] = {"__name__": self.name}
        with _RANDOM, torch.random.fork_rng(devices=[]):  # the process's random numbers stay as they were
            for statement in ast.parse(text, file).body:
                known = set(map(id, variables.values()))
                exec(compile(ast.Module([statement], []), file, "exec"), variables)
                for value in [*variables.values()]:
                    if (
                        isinstance(value, nn.Module)
                        and id(value) not in known
                        and next(value.parameters(), None) is not None
                    ):
                        adopt(value)
        return variables

    def built(self, params: str, tensors: str = "") -> Built:
        """Run the body, and return the program with its leaves and its other tensors by name, in that order."""
        known = self.run(self.body)
        found = {name: value for name, value in known.items() if isinstance(value, Tensor)}
        built = Built(found[self.root], params={name: found[name] for name in params.split()})
        built = replace(built, tensors={name: found[name] for name in tensors.split()})
        gradient = eval(self.gradient, known) if self.gradient else None
        return replace(built, grad_output=gradient)
