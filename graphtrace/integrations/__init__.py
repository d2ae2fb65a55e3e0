"""Record training that a framework runs: one callback per framework, on the framework's own extension point.

    trainer = lightning.Trainer(callbacks=[gt.integrations.lightning.Recorder(every=100)])
    trainer = transformers.Trainer(…, callbacks=[gt.integrations.transformers.Recorder(every=100)])
    model.fit(x, y, callbacks=[gt.integrations.keras.Recorder(every=100)])  # Keras on torch

A loop of one's own, with accelerate or without, needs none: ``with gt.record(model)``. Each file imports its framework,
so it is loaded when it is asked for.

Files: `steps` records chosen steps; `lightning`, `transformers` and `keras` call it; `ranks` writes one file per
process of ``torchrun``.
"""

from __future__ import annotations

from importlib import import_module

NAMES = ("keras", "lightning", "ranks", "steps", "transformers")


def __getattr__(name: str) -> object:
    """Import an integration when it is first used."""
    if name not in NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r} (one of {', '.join(NAMES)})")
    return import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    return sorted({*globals(), *NAMES})
