"""Record steps of a Lightning Trainer: ``Trainer(callbacks=[gt.integrations.lightning.Recorder(every=100)])``."""

from __future__ import annotations

from typing import Any

from lightning.pytorch import Callback

from graphtrace.integrations.steps import StepRecorder


class Recorder(StepRecorder, Callback):
    """A callback that records one step of `every`, batch by batch; arguments as for `StepRecorder`."""

    def on_train_batch_start(self, trainer: Any, pl_module: Any, batch: object, batch_idx: int) -> None:
        """Begin a step."""
        self.begin(pl_module, trainer.global_step)

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: object, batch: object, batch_idx: int) -> None:
        """End it: the optimizer has stepped."""
        self.end()

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        """Write what was recorded."""
        self.close()

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        """Write what was recorded up to an error."""
        self.close()
