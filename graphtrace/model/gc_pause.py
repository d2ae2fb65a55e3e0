"""Make many records without the cyclic collector going over all of them again and again."""

from __future__ import annotations

import gc


class paused_gc:  # noqa: N801 - reads as the verb that it is
    """Switch the cyclic collector off: its passes over a million new objects are what grows faster than n."""

    __slots__ = ("_was_enabled",)

    def __enter__(self) -> None:
        self._was_enabled = gc.isenabled()
        gc.disable()

    def __exit__(self, *_: object) -> None:
        if self._was_enabled:
            gc.enable()
