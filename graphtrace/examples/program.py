"""What an example is: menu data, and a function that builds its program afresh."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from graphtrace.errors import TraceError


@dataclass(frozen=True, slots=True)
class Built:
    """One program, run once forward: fresh tensors, nothing shared with an earlier build.

    Attributes:
        root: What to trace.
        model: The module, where the program has one.
        params: Named leaves of a program without a module.
        tensors: Other named tensors: inputs, targets, intermediate results.
        grad_output: Gradient to start the backward pass with, where the root is not one number.
        forward: Computes the root again from the same leaves: one more iteration of the program's loop.
        step: The program's update, from the gradients that a backward pass left.
        zero: How the program clears its gradients; None where it does not.
        optimizer: Returns the optimizer behind `step`, always the same one. It is made at the first
            call, because torch takes about a second to load its optimizers.
    """

    root: Tensor | tuple[Tensor, ...]
    model: nn.Module | None = None
    params: dict[str, Tensor] = field(default_factory=dict)
    tensors: dict[str, Tensor] = field(default_factory=dict)
    grad_output: Tensor | None = None
    forward: Callable[[], Tensor] | None = None
    step: Callable[[], None] | None = None
    zero: Callable[[], None] | None = None
    optimizer: Callable[[], torch.optim.Optimizer] | None = None

    def train(self, steps: int) -> Iterator[float]:
        """Run the program's loop, yielding the loss of each iteration after its update."""
        if self.forward is None or self.step is None:
            missing = "forward" if self.forward is None else "step"
            raise TraceError(f"this program has no loop: no {missing} (train an example that has both)")
        for _ in range(steps):
            loss = self.forward()
            if self.zero is not None:
                self.zero()
            loss.backward()  # type: ignore[no-untyped-call]
            self.step()
            yield loss.item()


@dataclass(frozen=True, slots=True)
class Example:
    """A program of the menu.

    Attributes:
        name: Stable slug, used in URLs.
        seed_letter: Letter of the family of programs that it belongs to.
        build: Builds the program and runs it once forward.
        has_graph: False where the point of the program is that nothing can be traced.
    """

    name: str
    seed_letter: str
    title: str
    title_zh: str
    about: str
    about_zh: str
    build: Callable[[], Built]
    has_graph: bool = True


def example(
    seed_letter: str, title: str, title_zh: str, about_zh: str, *, has_graph: bool = True
) -> Callable[[Callable[[], Built]], Example]:
    """Make the decorated function an `Example`: its name is the slug, its docstring the sentence about it.

    Args:
        seed_letter: Letter of the family.
        title: English title in the menu.
        title_zh: Chinese title.
        about_zh: The sentence about it in Chinese.
        has_graph: False where nothing can be traced.
    """

    def wrap(build: Callable[[], Built]) -> Example:
        about = " ".join((build.__doc__ or title).split())
        return Example(build.__name__, seed_letter, title, title_zh, about, about_zh, build, has_graph)

    return wrap
