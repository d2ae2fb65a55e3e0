"""What the model was given in a step, and the random numbers that it met."""

from __future__ import annotations

import threading

import torch
from torch import nn

from graphtrace.recorder.unseen import unseen
from graphtrace.runs.state import random_state


class ModelCall:
    """The first call of the model in a step: its arguments, generators, and autocast."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self.forget()

    def forget(self) -> None:
        """A step has ended: the next call is the first of its step."""
        self._noted = False
        self._args: tuple[object, ...] = ()
        self._kwargs: dict[str, object] = {}
        self._random: dict[str, object] = {}
        self._autocast: list[tuple[str, str]] = []

    def note(self, module: nn.Module, args: tuple[object, ...], kwargs: dict[str, object]) -> None:
        """Note a call; a hook of the model, which must return None."""
        if self._noted or threading.get_ident() != self._thread:
            return
        self._noted, self._args, self._kwargs = True, args, kwargs
        with unseen():
            self._random = random_state()
            self._autocast = [
                (device, str(torch.get_autocast_dtype(device)).removeprefix("torch."))
                for device in ("cpu", "cuda")
                if torch.is_autocast_enabled(device)
            ]

    def tree(self) -> dict[str, object]:
        """Return what is known of the call, for a file."""
        with unseen():
            random = self._random or random_state()
        return {"args": self._args, "kwargs": self._kwargs, "random": random, "autocast": self._autocast}
