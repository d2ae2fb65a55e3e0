"""Record steps of Keras on torch (``KERAS_BACKEND=torch``): ``model.fit(x, y, callbacks=[Recorder(every=100)])``."""

from __future__ import annotations

from typing import Any

import keras

from graphtrace.errors import TraceError
from graphtrace.integrations.steps import StepRecorder


class Recorder(StepRecorder, keras.callbacks.Callback):
    """A callback that records one batch of `every`; arguments as for `StepRecorder`."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        if keras.backend.backend() != "torch":
            backend = keras.backend.backend()
            raise TraceError(f"Keras does not run on torch: {backend!r} (set KERAS_BACKEND=torch before the import)")
        StepRecorder.__init__(self, *arguments, **options)
        keras.callbacks.Callback.__init__(self)
        self._batches = 0

    def on_train_batch_begin(self, batch: int, logs: object = None) -> None:
        """Begin a step."""
        self.begin(self.model, self._batches)

    def on_train_batch_end(self, batch: int, logs: object = None) -> None:
        """End it."""
        self._batches += 1
        self.end()

    def on_train_end(self, logs: object = None) -> None:
        """Write what was recorded."""
        self.close()
