"""What can be read of a machine's net as it is now; nothing is changed."""

from __future__ import annotations

from contextlib import AbstractContextManager

from torch import Tensor

from graphtrace.lab.running.trainer import Trainer
from graphtrace.lab.running.weights import copied_weights


class StateReadings:
    """Reads the net of a trainer."""

    trainer: Trainer
    _lock: AbstractContextManager[bool]

    def weights(self) -> dict[str, Tensor]:
        """Return copies of the parameters and buffers, on the CPU."""
        return copied_weights(self.trainer.net)

    def tensor(self, name: str) -> Tensor:
        """Return a copy of a parameter, of ``<name>.grad``, ``x`` or ``y``, on the CPU."""
        return self.trainer.find_tensor(name).detach().cpu().clone()

    def names(self) -> tuple[str, ...]:
        """Return the names of the parameters."""
        return tuple(name for name, _ in self.trainer.net.named_parameters())

    def predict(self, x: Tensor) -> Tensor:
        """Return the net's output for other inputs, in evaluation mode. Changes nothing.

        Raises:
            SpecError: The inputs are no tensor, or do not fit the net.
        """
        with self._lock:
            return self.trainer.predict(x)
