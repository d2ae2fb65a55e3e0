"""A hand on one number: the loss for other values of it, and two slopes, by finite differences and by autograd.

Everything runs on a copy of the net and its data, in float64 where the net takes it; the machine changes in nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor

from graphtrace.errors import SpecError, shown
from graphtrace.lab.running.machine import Machine
from graphtrace.lab.running.trainer import Trainer

POINTS = 41  # values of the number, the present one in the middle
STEP = 1e-5  # of the central difference in float64, relative to the number
COARSE = 1e-2  # the same in float32, where smaller differences of losses are noise


@dataclass(frozen=True, slots=True)
class Probe:
    """The loss as a function of one number, everything else being as it is.

    Attributes:
        tensor: Name of a parameter, ``x`` or ``y``.
        index: Position of the number.
        value: The number as it is.
        values: Other values of it, ascending.
        losses: The loss for each of `values`.
        loss: The loss as it is.
        below: Loss at ``value - step``; `above` at ``value + step``.
        difference: ``(above - below) / (2 * step)``.
        gradient: ∂L/∂w of autograd; None where torch gives None.
        dtype: In which all this was computed.
    """

    tensor: str
    index: tuple[int, ...]
    value: float
    values: tuple[float, ...]
    losses: tuple[float, ...]
    loss: float
    step: float
    below: float
    above: float
    difference: float
    gradient: float | None
    dtype: str


def probe(machine: Machine, tensor: str, index: tuple[int, ...], reach: float | None = None) -> Probe:
    """Ask what the loss would be for other values of a number.

    Args:
        machine: Whose number; it must rest.
        tensor: Name of a parameter, ``x`` or ``y``.
        index: Position of the number in it.
        reach: How far to both sides; chosen by default.

    Raises:
        SpecError: There is no such number, or the loss is not one number.
    """
    trainer = machine.trainer
    whole = trainer.find_tensor(tensor)
    if tensor.endswith(".grad") or not whole.is_floating_point():
        raise SpecError(f"no number that the loss depends on smoothly: {shown(tensor)} (name a parameter, or x)")
    if len(index) != whole.dim() or any(not 0 <= i < size for i, size in zip(index, whole.shape, strict=True)):
        raise SpecError(f"{tensor} has no number at {index}: its shape is {tuple(whole.shape)} (count from 0)")
    for dtype in (torch.float64, whole.dtype):
        try:
            return _Copy(trainer, dtype).probe(tensor, index, reach)
        except RuntimeError as error:  # a net or a loss that takes its own type only
            failure = error
    raise SpecError(f"the loss cannot be computed: {failure} (repair the net first)") from failure


class _Copy:
    """A copy of a trainer's net and data, to be changed at will."""

    def __init__(self, trainer: Trainer, dtype: torch.dtype) -> None:
        self._trainer, self._dtype = trainer, dtype
        self._net = deepcopy(trainer.net).to(dtype)
        self._x, self._y = (_as(tensor.clone(), dtype) for tensor in (trainer.x, trainer.y))
        self._criterion = deepcopy(trainer.criterion).to(dtype)
        self._state = trainer.random.generator.get_state()

    def probe(self, name: str, index: tuple[int, ...], reach: float | None) -> Probe:
        """Compute everything about one number."""
        own = {"x": self._x, "y": self._y}.get(name)
        tensor = self._net.get_parameter(name) if own is None else own
        value = float(tensor.detach()[index])
        gradient = self._gradient(tensor, index)
        at = self._loss_of(tensor, index)
        step = (STEP if self._dtype is torch.float64 else COARSE) * max(1.0, abs(value))
        below, above = at(value - step), at(value + step)
        half = reach if reach is not None else max(1.0, abs(value))
        values = [value + half * (2 * i / (POINTS - 1) - 1) for i in range(POINTS)]
        return Probe(
            tensor=name,
            index=index,
            value=value,
            values=tuple(values),
            losses=tuple(map(at, values)),
            loss=at(value),
            step=step,
            below=below,
            above=above,
            difference=(above - below) / (2 * step),
            gradient=gradient,
            dtype=str(self._dtype).removeprefix("torch."),
        )

    def _forward(self) -> Tensor:
        """Compute the loss with the random numbers that Forward would draw now."""
        random, state = self._trainer.random, self._state
        context = self._trainer.random_context()
        try:
            with context:
                loss: Tensor = self._criterion(self._net(self._x), self._y)
        finally:
            random.generator.set_state(state)
        if loss.numel() != 1:
            raise SpecError(f"the loss has {loss.numel()} numbers (choose the reduction mean or sum)")
        return loss

    def _gradient(self, tensor: Tensor, index: tuple[int, ...]) -> float | None:
        """Return what ``backward`` gives for the number; frozen parameters have none."""
        if not isinstance(tensor, torch.nn.Parameter):
            tensor.requires_grad_()
        with torch.enable_grad():
            loss = self._forward()
        if not loss.requires_grad or not tensor.requires_grad:
            return None
        (grad,) = torch.autograd.grad(loss, tensor, allow_unused=True)
        return None if grad is None else float(grad[index])

    def _loss_of(self, tensor: Tensor, index: tuple[int, ...]) -> Callable[[float], float]:
        """Return the loss as a function of the number."""
        before = float(tensor.detach()[index])

        def loss(value: float) -> float:
            with torch.no_grad():
                tensor[index] = value
                found = float(self._forward())
                tensor[index] = before
            return found

        return loss


def _as(tensor: Tensor, dtype: torch.dtype) -> Tensor:
    return tensor.detach().to(dtype) if tensor.is_floating_point() else tensor
