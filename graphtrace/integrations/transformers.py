"""Record steps of a transformers Trainer: ``Trainer(…, callbacks=[gt.integrations.transformers.Recorder()])``."""

from __future__ import annotations

from typing import Any

from transformers import TrainerCallback

from graphtrace.integrations.steps import StepRecorder


class Recorder(StepRecorder, TrainerCallback):
    """A callback that records one optimizer step of `every`, with all its accumulated passes; see `StepRecorder`."""

    def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Begin a step."""
        self.begin(kwargs["model"], state.global_step)

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """End it: the optimizer has stepped."""
        self.end()

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Write what was recorded."""
        self.close()
