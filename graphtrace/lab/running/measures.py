"""Norms of gradients and updates, per parameter: read from a recording, or sampled during an unwatched run."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from graphtrace.model import Event, Recording

MIN_SAMPLES = 100  # samples kept of one run at least: at twice as many, every second one is dropped


@dataclass(frozen=True, slots=True)
class Sample:
    """The norms of one backward pass or of one update.

    Attributes:
        forward: Forward passes that the action had done by then.
        norms: Per parameter the norm of its ``.grad``, or the norm of its update over the norm of its value.
    """

    forward: int
    norms: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Measures:
    """Gradient norms after the backward passes of one action, and ratios of its updates to the parameters."""

    grads: tuple[Sample, ...] = ()
    ratios: tuple[Sample, ...] = ()


def measures_of(recording: Recording, looped: bool) -> Measures:
    """Read the measures of a recorded action.

    Args:
        recording: Recording of the action.
        looped: Whether each backward pass in it followed a forward pass in it.
    """
    grads: dict[int, dict[str, float]] = {}
    ratios: dict[int, dict[str, float]] = {}
    passes = 0
    for event in recording.events:
        passes += event.kind == "backward_begin"
        if event.kind == "accumulate":
            _store(grads, passes, event, _norm(event, "after"))
        elif event.kind == "param_update":
            _store(ratios, passes, event, _ratio(event))
    return Measures(_samples(grads, looped), _samples(ratios, looped))


def _store(norms_by_pass: dict[int, dict[str, float]], passes: int, event: Event, amount: float | None) -> None:
    if event.param and amount is not None:
        norms_by_pass.setdefault(passes, {})[event.param] = amount


def _samples(norms_by_pass: dict[int, dict[str, float]], looped: bool) -> tuple[Sample, ...]:
    return tuple(Sample(passes if looped else 0, tuple(norms.items())) for passes, norms in norms_by_pass.items())


def _norm(event: Event, name: str) -> float | None:
    value = event.tensor(name)
    return None if value is None else value.norm


def _ratio(event: Event) -> float | None:
    before, delta = _norm(event, "before"), _norm(event, "delta")
    return None if not before or delta is None else delta / before


class LastUpdate:
    """Keeps the parameters as they were before the latest step of an unwatched run."""

    def __init__(self, net: nn.Module) -> None:
        self._parameters = dict(net.named_parameters())
        self._before = [parameter.detach().clone() for parameter in self._parameters.values()]
        self._noted = False

    @torch.no_grad()
    def note(self) -> None:
        """Note that a step comes next."""
        self._noted = True
        if self._before:
            torch._foreach_copy_(self._before, list(self._parameters.values()))

    def updates(self, by_hand: bool) -> dict[str, tuple[Tensor, Tensor]]:
        """Return each parameter that the latest step updated, before it and now.

        Args:
            by_hand: Whether no optimizer of torch did it: these update a frozen parameter that has a gradient, too.
        """
        pairs = zip(self._parameters.items(), self._before, strict=True)
        return {
            name: (before, parameter.detach().clone())
            for (name, parameter), before in pairs
            if self._noted and parameter.grad is not None and (parameter.requires_grad or not by_hand)
        }


class NormSampler:
    """Samples norms during an unwatched run: in every iteration at first, then in fewer, so that the run stays fast.

    Attributes:
        last_update: The parameters before the latest step.
    """

    def __init__(self, net: nn.Module) -> None:
        self._parameters = dict(net.named_parameters())
        self._interval = 1
        self._grads: list[Sample] = []
        self._ratios: list[Sample] = []
        self._before: list[Tensor] = []
        self.last_update = LastUpdate(net)

    def is_due(self, done: int) -> bool:
        """Whether to sample the iteration that follows `done` others."""
        return done % self._interval == 0

    @torch.no_grad()
    def before_step(self, done: int) -> None:
        """Sample the gradients, and copy the parameters to compare them after the step."""
        grads = {name: parameter.grad for name, parameter in self._parameters.items() if parameter.grad is not None}
        norms = _norms(list(grads.values()))
        self._grads.append(Sample(done + 1, tuple(zip(grads, norms, strict=True))))
        self._before = [parameter.detach().clone() for parameter in self._parameters.values()]

    @torch.no_grad()
    def after_step(self, done: int) -> None:
        """Sample the update."""
        before = _norms(self._before)
        deltas = _norms([new - old for new, old in zip(self._parameters.values(), self._before, strict=True)])
        rows = zip(self._parameters, deltas, before, strict=True)
        self._ratios.append(Sample(done + 1, tuple((name, delta / old) for name, delta, old in rows if old)))
        self._before = []
        if len(self._grads) >= 2 * MIN_SAMPLES:
            self._interval *= 2
            del self._grads[1::2], self._ratios[1::2]

    def measures(self) -> Measures:
        """Return the samples so far."""
        return Measures(tuple(self._grads), tuple(self._ratios))


def grads_sample(net: nn.Module, names: Collection[str]) -> tuple[Sample, ...]:
    """Measure the gradients of these parameters, as a recording of a backward pass would."""
    grads = {name: one.grad for name, one in net.named_parameters() if name in names and one.grad is not None}
    norms = _norms([grad.detach() for grad in grads.values()])
    return (Sample(0, tuple(zip(grads, norms, strict=True))),) if grads else ()


def ratios_sample(updates: Mapping[str, tuple[Tensor, Tensor]]) -> tuple[Sample, ...]:
    """Measure updates, as a recording of a step would."""
    before = _norms([old for old, _ in updates.values()])
    deltas = _norms([new - old for old, new in updates.values()])
    rows = tuple((name, delta / old) for name, delta, old in zip(updates, deltas, before, strict=True) if old)
    return (Sample(0, rows),) if rows else ()


def _norms(tensors: list[Tensor]) -> list[float]:
    if not tensors:
        return []
    norms: list[float] = torch.stack(list(torch._foreach_norm(tensors))).tolist()
    return norms
