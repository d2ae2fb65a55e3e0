"""An accident as files: its facts, the recorded steps, and what the step started from."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from graphtrace.model import Recording, Source, dumps
from graphtrace.runs.began import with_beginning
from graphtrace.runs.checks import facts_of
from graphtrace.runs.folder import RECORDING, STATE, RunFolder, write_accident, write_whole
from graphtrace.runs.packing import pack
from graphtrace.runs.records import Accident, InputFacts
from graphtrace.runs.state import StepStart

KEY = "graphtrace.state"  # of the tree in the metadata of a safetensors file
_MOST_FACTS = 100  # tensors of a batch that are described


@dataclass(frozen=True, slots=True, eq=False)
class AccidentScene:
    """What is known when an accident happens, besides its facts.

    Attributes:
        recording: The last steps.
        state: What the step started from.
        rest: Random numbers, arguments of the model and the rest of what a replay needs, as a tree.
        batch: The tensors that came into the step, by name.
        error: The exception.
        source: The line that ran.
    """

    recording: Recording
    state: StepStart
    rest: Mapping[str, object]
    batch: Mapping[str, torch.Tensor]
    error: BaseException | None = None
    source: Source | None = None


def write(folder: RunFolder, accident: Accident, scene: AccidentScene) -> tuple[Path, Accident]:
    """Write an accident; its facts come first, so that they are there if the rest cannot be written.

    Returns:
        Its folder, and its facts with the place where it began.

    Raises:
        OSError: The disk does not take it.
        FileError: Likewise.
    """
    path = folder.new_accident(f"{accident.step:07d}_{accident.kind}")
    accident = replace(accident, seconds=time.time(), steps=tuple(sorted({e.step for e in scene.recording.events})))
    accident = replace(accident, batch=_facts(scene.batch))
    write_accident(path, accident)
    write_whole(path / RECORDING, dumps(scene.recording, compress=True))
    accident = with_beginning(accident, scene.recording, scene.error, scene.source)
    write_accident(path, accident)
    left_out = _write_state(path / STATE, scene)
    accident = replace(accident, left_out=tuple(left_out[:50]), complete=True)
    write_accident(path, accident)
    return path, accident


def _facts(batch: Mapping[str, torch.Tensor]) -> tuple[InputFacts, ...]:
    return tuple([facts_of(name, tensor) for name, tensor in list(batch.items())[:_MOST_FACTS]])


def _write_state(path: Path, scene: AccidentScene) -> list[str]:
    from safetensors.torch import save

    tensors, left_out = dict(scene.state.tensors), list(scene.state.left_out)
    rest = pack({**scene.rest, "batch": dict(scene.batch)}, "step", tensors, left_out)
    own = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
    tree = json.dumps({"state": scene.state.plain, "step": rest}, allow_nan=False)
    write_whole(path, save(own, {KEY: tree}))
    return left_out
