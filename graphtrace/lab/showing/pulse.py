"""The pulse: small pictures of a net while it trains, ten a second or more, and of a net that rests.

A picture is of one iteration, which is recorded like any other: what it shows is what torch computed in it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic, thread_time

from graphtrace.lab.running.machine import Machine
from graphtrace.lab.showing.surfaces import Surface, surface
from graphtrace.lab.showing.time_points import now
from graphtrace.lab.showing.training_curves import Curve, forwards_done, losses
from graphtrace.model import Recording

SHARE = 0.25  # of the computing time that pictures take at most
PATIENCE = 6.0  # seconds without a look at the pictures, after which a run ends: nobody is there
MAX_POINTS = 240  # of a loss curve
PACES = (1.0, 10.0, 100.0, math.inf)  # iterations a second


@dataclass(frozen=True, slots=True)
class Picture:
    """The state of a net.

    Attributes:
        iteration: Forward passes done.
        loss: The latest loss; None before Forward, and for a loss of several numbers.
        curve: Loss by forward pass, thinned out; what is undone lies behind `iteration`.
        norms: Per layer the norm of its gradients; None where every ``.grad`` is None.
        surface: Outputs for other inputs; None where that makes no picture.
        recording: Of the iteration, while the net trains; None at rest.
    """

    iteration: int
    loss: float | None
    curve: Curve
    norms: tuple[tuple[str, float | None], ...]
    surface: Surface | None
    recording: Recording | None = None


def picture(machine: Machine) -> Picture:
    """Return the picture of a machine that rests."""
    curve = losses(machine)
    done = forwards_done(machine, now(machine))
    loss = next((amount for i, amount in reversed(curve) if i <= done), None)
    return Picture(done, loss, thinned(curve, done), layer_norms(machine), surface(machine))


def thinned(curve: Curve, keep: int = 0) -> Curve:
    """Return at most about `MAX_POINTS` points of a curve, its ends and the point of pass `keep` among them."""
    stride = -(-len(curve) // MAX_POINTS)
    if stride < 2:
        return curve
    last = len(curve) - 1
    return tuple(point for i, point in enumerate(curve) if i % stride == 0 or i == last or point[0] == keep)


def layer_norms(machine: Machine) -> tuple[tuple[str, float | None], ...]:
    """Return per layer with parameters the norm of all its gradients taken together."""
    norms: dict[str, list[float]] = {}
    for name, parameter in machine.trainer.net.named_parameters():
        found = norms.setdefault(layer_of(name), [])
        if parameter.grad is not None:
            found.append(float(parameter.grad.norm()))
    return tuple((name, math.hypot(*found) if found else None) for name, found in norms.items())


def layer_of(parameter: str) -> str:
    """Return the layer of a parameter; one that no module owns stands for itself."""
    return parameter.rpartition(".")[0] or parameter


class Pulse:
    """Makes pictures of a run as it goes: hand `pick` and `after` to `Machine.iterate`.

    The thread that runs writes `latest`; others read it at any time.

    Attributes:
        latest: The newest picture, None before the first.
        pace: Iterations a second; infinite for as many as possible. It may change as the run goes.
    """

    def __init__(self, machine: Machine, pace: float = math.inf) -> None:
        self.latest: Picture | None = None
        self.pace, self._machine = pace, machine
        self._curve = list(losses(machine)[: _points_done(machine)])
        self._before = forwards_done(machine, now(machine))
        self._recording: Recording | None = None
        self._wanted, self._due, self._begun = True, 0.0, 0.0
        self._looked = self._next = monotonic()

    def look(self) -> Picture | None:
        """Return the newest picture; a run at which nobody looks any more is `abandoned`."""
        self._looked, self._wanted = monotonic(), True
        return self.latest

    @property
    def abandoned(self) -> bool:
        """Whether nobody has looked for long."""
        return monotonic() - self._looked > PATIENCE

    def pick(self, done: int) -> Callable[[Recording], None] | None:
        """Record the next iteration if the latest picture was looked at, and the last one has been paid for."""
        if not self._wanted or monotonic() < self._due:
            return None
        self._begun = thread_time()
        return self._take

    def _take(self, recording: Recording) -> None:
        self._recording = recording

    def after(self, done: int, loss: float) -> None:
        """Make the picture of the iteration that was recorded, if it was."""
        self._curve.append((self._before + done, loss))
        if self._recording is None:
            return
        machine, recording, self._recording = self._machine, self._recording, None
        curve = thinned(tuple(self._curve))
        self.latest = Picture(self._before + done, loss, curve, layer_norms(machine), surface(machine), recording)
        cost = thread_time() - self._begun
        self._wanted, self._due = False, monotonic() + cost / SHARE

    def rest(self) -> float:
        """Return how many seconds to wait before the next iteration, counted from when the last was due."""
        present = monotonic()
        self._next = max(present, self._next + 1 / self.pace)
        return self._next - present


def _points_done(machine: Machine) -> int:
    return sum(len(entry.losses) for entry in machine.done)
