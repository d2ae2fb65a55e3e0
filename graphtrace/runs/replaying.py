"""Run the step of an accident again, from what it started from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import torch
from torch import nn

from graphtrace.errors import FileError, TraceError, shown
from graphtrace.literals import Level
from graphtrace.model import Recording
from graphtrace.model.json_files import reason
from graphtrace.recorder import record
from graphtrace.runs.accidents import KEY
from graphtrace.runs.packing import unpack
from graphtrace.runs.state import restore, restore_random

Tree = Mapping[str, object]
Step = Callable[[dict[str, torch.Tensor]], object]


def read_state(path: Path) -> tuple[Tree, Tree]:
    """Read what a step started from, and what came into it. Nothing is unpickled.

    Raises:
        FileError: The file cannot be read or is damaged.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
            plain = json.loads((file.metadata() or {})[KEY])
            trees = [unpack(plain[part], tensors) for part in ("state", "step")]
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise FileError(f"cannot read the file: {shown(str(path))} ({reason(error)})") from error
    state, step = trees
    if not isinstance(state, Mapping) or not isinstance(step, Mapping):
        raise FileError(f"file is damaged: {shown(str(path))} holds no state of a step (save it again)")
    return state, step


def batch_of(step: Tree, device: torch.device) -> dict[str, torch.Tensor]:
    """Return the tensors that came into a step, by the names of the program's variables."""
    batch = step.get("batch")
    named = batch.items() if isinstance(batch, Mapping) else ()
    return {str(name): value.to(device) for name, value in named if isinstance(value, torch.Tensor)}


def replay(
    path: Path, model: nn.Module, optimizer: torch.optim.Optimizer | None, step: Step | None, number: int, values: Level
) -> Recording:
    """Run a step again; `Run.replay` explains the arguments."""
    if not isinstance(model, nn.Module):
        raise TraceError(f"model is not a torch.nn.Module: {shown(model)} (pass the model)")
    state, rest = read_state(path)
    restore(state, model, optimizer)
    device = next((parameter.device for parameter in model.parameters()), torch.device("cpu"))
    recorder = record(model, optimizer, values, step=number)
    random = rest.get("random")
    with suppress(Exception), _autocast(rest), recorder:
        restore_random(random if isinstance(random, Mapping) else {})
        if step is None:
            args, kwargs = _moved(rest.get("args"), device), _moved(rest.get("kwargs"), device)
            model(*(args if isinstance(args, tuple) else ()), **(kwargs if isinstance(kwargs, dict) else {}))
        else:
            step(batch_of(rest, device))
    return recorder.recording


def _moved(value: object, device: torch.device) -> object:
    if isinstance(value, torch.Tensor):
        return value.to(device)
    if isinstance(value, list | tuple):
        items = [_moved(item, device) for item in value]
        return items if isinstance(value, list) else tuple(items)
    return {key: _moved(item, device) for key, item in value.items()} if isinstance(value, dict) else value


@contextmanager
def _autocast(rest: Tree) -> Iterator[None]:
    """Cast as the program did where it called the model."""
    listed = rest.get("autocast")
    with ExitStack() as stack:
        for pair in listed if isinstance(listed, list) else ():
            device, dtype = pair
            kind = getattr(torch, str(dtype), None)
            if device in ("cpu", "cuda") and isinstance(kind, torch.dtype):
                stack.enter_context(torch.autocast(device, kind))
        yield
