"""How large gradients and updates were, per parameter: read from a recording, or taken from a run as it goes."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from graphtrace.model import Event, Recording

KEPT = 100  # samples of one run at least: at twice as many every second one goes, and the next are twice as far apart


@dataclass(frozen=True, slots=True)
class Sample:
    """One backward pass or one update.

    Attributes:
        forward: Forward passes of the turn that had been done.
        norms: Per parameter the norm of its ``.grad``, or that of its update over that of its value.
    """

    forward: int
    norms: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured in one turn: after backward passes, and over updates."""

    grads: tuple[Sample, ...] = ()
    ratios: tuple[Sample, ...] = ()


def measured(recording: Recording, looped: bool) -> Measures:
    """Read the measures of a watched turn.

    Args:
        recording: What happened.
        looped: Whether each backward pass had a forward pass of its own in it.
    """
    grads: dict[int, dict[str, float]] = {}
    ratios: dict[int, dict[str, float]] = {}
    passes = 0
    for event in recording.events:
        passes += event.kind == "backward_begin"
        if event.kind == "accumulate":
            _put(grads, passes, event, _norm(event, "after"))
        elif event.kind == "param_update":
            _put(ratios, passes, event, _ratio(event))
    return Measures(_samples(grads, looped), _samples(ratios, looped))


def _put(found: dict[int, dict[str, float]], passes: int, event: Event, amount: float | None) -> None:
    if event.param and amount is not None:
        found.setdefault(passes, {})[event.param] = amount


def _samples(found: dict[int, dict[str, float]], looped: bool) -> tuple[Sample, ...]:
    return tuple(Sample(passes if looped else 0, tuple(norms.items())) for passes, norms in found.items())


def _norm(event: Event, name: str) -> float | None:
    value = event.tensor(name)
    return None if value is None else value.norm


def _ratio(event: Event) -> float | None:
    before, delta = _norm(event, "before"), _norm(event, "delta")
    return None if not before or delta is None else delta / before


class Sampler:
    """Takes measures of an unwatched run: of every iteration at first, then of fewer, so that it stays quick."""

    def __init__(self, net: nn.Module) -> None:
        self._named = dict(net.named_parameters())
        self._every = 1
        self._grads: list[Sample] = []
        self._ratios: list[Sample] = []
        self._before: list[Tensor] = []

    def wants(self, done: int) -> bool:
        """Whether the iteration after `done` others is measured."""
        return done % self._every == 0

    @torch.no_grad()
    def before_step(self, done: int) -> None:
        """Measure the gradients, and keep the parameters."""
        graded = {name: one.grad for name, one in self._named.items() if one.grad is not None}
        norms = _norms(list(graded.values()))
        self._grads.append(Sample(done + 1, tuple(zip(graded, norms, strict=True))))
        self._before = [one.detach().clone() for one in self._named.values()]

    @torch.no_grad()
    def after_step(self, done: int) -> None:
        """Measure the update."""
        before = _norms(self._before)
        deltas = _norms([new - old for new, old in zip(self._named.values(), self._before, strict=True)])
        pairs = zip(self._named, deltas, before, strict=True)
        self._ratios.append(Sample(done + 1, tuple((name, delta / old) for name, delta, old in pairs if old)))
        self._before = []
        if len(self._grads) >= 2 * KEPT:
            self._every *= 2
            del self._grads[1::2], self._ratios[1::2]

    def measures(self) -> Measures:
        """Return what was measured."""
        return Measures(tuple(self._grads), tuple(self._ratios))


def _norms(tensors: list[Tensor]) -> list[float]:
    if not tensors:
        return []
    found: list[float] = torch.stack(list(torch._foreach_norm(tensors))).tolist()
    return found
