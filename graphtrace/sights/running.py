"""An optimizer run on a small loss, and a net trained: every number from torch, kept as plain numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

Make = Callable[[list[Tensor]], torch.optim.Optimizer]
Numbers = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Runner:
    """One of the optimizers of a race: a letter and a colour mark it everywhere."""

    name: str
    letter: str
    colour: str
    make: Make


@dataclass(frozen=True, slots=True)
class Track:
    """What one optimizer did: place, loss and state before each step, and after the last.

    Attributes:
        places: The numbers of its parameter.
        losses: The loss there.
        states: By name of the optimizer's own buffers, without the count of steps.
    """

    runner: Runner
    places: tuple[Numbers, ...]
    losses: Numbers
    states: tuple[tuple[tuple[str, Numbers], ...], ...]

    def settled(self, far: Callable[[int], float], near: float) -> int | None:
        """Return after how many steps it came nearer than `near` and stayed; None if it did not."""
        away = [step for step in range(len(self.places)) if not far(step) < near]
        first = away[-1] + 1 if away else 0
        return first if first < len(self.places) else None


def run(runner: Runner, start: Numbers, loss_of: Callable[[Tensor], Tensor], steps: int) -> Track:
    """Run an optimizer from `start` for some steps."""
    w = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = runner.make([w])
    places, losses, states = [], [], []
    for step in range(steps + 1):
        optimizer.zero_grad()
        loss = loss_of(w)
        places.append(tuple(w.detach().tolist()))
        losses.append(loss.item())
        states.append(_state(optimizer, w))
        if step < steps:
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    return Track(runner, tuple(places), tuple(losses), tuple(states))


def _state(optimizer: torch.optim.Optimizer, w: Tensor) -> tuple[tuple[str, Numbers], ...]:
    kept = optimizer.state[w].items()
    return tuple(
        (name, tuple(value.tolist())) for name, value in kept if isinstance(value, Tensor) and value.shape == w.shape
    )
