"""What is measured of parameters and activations in a watched step, at the cost of about one read of the gradients.

Norms are of all numbers. Updates and zeros of large tensors are measured on an even sample of their numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch import nn
from torch.utils.hooks import RemovableHandle

from graphtrace.recorder.unseen import unseen

SAMPLE = 4096  # numbers of a tensor that are looked at
_ZEROING = (nn.ReLU, nn.ReLU6, nn.Hardswish, nn.Hardsigmoid, nn.Threshold)


def sample(tensor: torch.Tensor) -> torch.Tensor:
    """Return evenly spaced numbers of a tensor, all of a small one; they share its memory where that is possible."""
    flat = tensor.detach().reshape(-1)
    return flat if flat.numel() <= SAMPLE else flat[:: -(-flat.numel() // SAMPLE)]


class ParameterMeasures:
    """Measures parameters around a step.

    Args:
        parameters: Those to measure, in a fixed order.
    """

    def __init__(self, parameters: Sequence[torch.Tensor]) -> None:
        self._parameters = parameters
        self._grads: list[tuple[int, torch.Tensor]] = []
        self._before: list[torch.Tensor] = []
        self._measured: list[torch.Tensor] = []

    def before_step(self) -> None:
        """Measure the gradients, and keep a sample of the weights."""
        owned = [(i, parameter.grad) for i, parameter in enumerate(self._parameters) if parameter.grad is not None]
        self._grads = [(i, grad.detach()) for i, grad in owned if grad.layout is torch.strided and grad.numel()]
        grads = [grad for _, grad in self._grads]
        norms = torch._foreach_norm(grads) if grads else []
        zeros = [_zero_share(sample(grad)) for grad in grads]
        dead = [_dead_rows(grad) for grad in grads]
        self._measured = [_number(one) for group in (norms, zeros, dead) for one in group]
        self._before = [sample(self._parameters[i]).clone() for i, _ in self._grads]

    def after_step(self) -> list[torch.Tensor]:
        """Measure how far the weights moved. Returns all measures, for one transfer; see `rows`."""
        after = [sample(self._parameters[i]) for i, _ in self._grads]
        if after:
            moved = torch._foreach_norm(torch._foreach_sub(after, self._before))
            self._measured += [_number(one) for one in moved]
            self._measured += [_number(one) for one in torch._foreach_norm(self._before)]
        self._before = []
        return self._measured

    def rows(self, values: Sequence[float]) -> list[list[float | None] | None]:
        """Return per parameter norm of the gradient, update over weight, share of zeros and share of dead units.

        Args:
            values: What `after_step` returned, as numbers. A parameter without a gradient has no row.
        """
        count = len(self._grads)
        norms, zeros, dead, moved, weights = (values[i * count : (i + 1) * count] for i in range(5))
        found: list[list[float | None] | None] = [None] * len(self._parameters)
        for at, (i, _) in enumerate(self._grads):
            ratio = moved[at] / weights[at] if weights[at] else None
            found[i] = [norms[at], ratio, zeros[at], dead[at] if dead[at] >= 0 else None]
        self._grads = []
        return found


def _number(value: torch.Tensor) -> torch.Tensor:
    return value.to(torch.float64)


def _zero_share(numbers: torch.Tensor) -> torch.Tensor:
    return 1 - torch.count_nonzero(numbers) / numbers.numel()


def _dead_rows(grad: torch.Tensor) -> torch.Tensor:
    """Return the share of units, rows of a weight, whose gradient is zero; −1 for what has no rows."""
    if grad.dim() < 2 or grad.shape[0] < 2:
        return grad.new_full((), -1.0)
    rows = grad.reshape(grad.shape[0], -1)
    if grad.device.type != "cpu" or rows.shape[1] <= 16:
        return 1 - rows.any(1).float().mean()
    silent = ~rows[:, :: rows.shape[1] // 8].any(1)  # a sample of each row tells most of them to be alive
    if not bool(silent.any()):
        return grad.new_zeros(())
    return (~rows[silent].any(1)).sum() / rows.shape[0]


@dataclass(slots=True)
class _Seen:
    """What was seen of the output of a module: how many numbers, zeros among them, and which units ever fired."""

    count: int = 0
    nonzero: list[torch.Tensor] = field(default_factory=list)
    alive: torch.Tensor | None = None


class ActivationMeasures:
    """Measures the outputs of modules that make zeros, while it is armed.

    Args:
        model: The model.

    Attributes:
        names: Paths of those modules.
    """

    def __init__(self, model: nn.Module) -> None:
        found = {name: module for name, module in model.named_modules() if isinstance(module, _ZEROING)}
        self.names = tuple(found)
        self._modules = tuple(found.values())
        self._seen: dict[int, _Seen] = {}
        self._handles: list[RemovableHandle] = []

    def arm(self) -> None:
        """Look at outputs from now on."""
        self._seen = {}
        for i, module in enumerate(self._modules):
            self._handles.append(module.register_forward_hook(self._looking(i)))

    def disarm(self) -> None:
        """Look no more."""
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def _looking(self, at: int) -> Callable[[nn.Module, object, object], None]:
        def look(module: nn.Module, args: object, output: object) -> None:
            if isinstance(output, torch.Tensor) and output.dim() >= 2 and output.numel():
                with unseen():
                    self._note(at, output.detach())

        return look

    def _note(self, at: int, output: torch.Tensor) -> None:
        seen = self._seen.setdefault(at, _Seen())
        unit = 1 if output.dim() in (2, 4, 5) else output.dim() - 1
        fires = output != 0
        others = [i for i in range(output.dim()) if i != unit]
        alive = fires.any(others[0]) if len(others) == 1 else fires.movedim(unit, 0).flatten(1).any(1)
        seen.count += output.numel()
        seen.nonzero.append(torch.count_nonzero(fires))
        fits = seen.alive is not None and seen.alive.shape == alive.shape
        seen.alive = seen.alive | alive if fits and seen.alive is not None else alive

    def measured(self) -> list[torch.Tensor]:
        """Return two measures per module that ran: shares of zeros and of dead units; see `rows`."""
        found: list[torch.Tensor] = []
        for seen in self._seen.values():
            assert seen.alive is not None
            total = torch.stack(seen.nonzero).sum()
            found += [_number(1 - total / seen.count), _number(1 - seen.alive.double().mean())]
        return found

    def rows(self, values: Sequence[float]) -> list[list[float] | None]:
        """Return per module its shares of zeros and of dead units, None for one that did not run."""
        found: list[list[float] | None] = [None] * len(self._modules)
        for at, i in enumerate(self._seen):
            found[i] = [values[2 * at], values[2 * at + 1]]
        self._seen = {}
        return found
