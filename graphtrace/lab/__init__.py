"""The Lab: a net that a user builds, run for real under the recorder. Knows torch, no page.

    spec = lab.preset("xor").spec              # or lab.Spec((lab.layers.Linear(2, 3), …))
    lab.validate(spec)                         # every problem in words, before anything is allocated
    machine = lab.Machine(spec)
    machine.forward(); machine.backward()      # each returns a Recording, also of torch's own error
    machine.undo()                             # bit for bit, the graph included
    lab.program(spec).text                     # the same as plain PyTorch
    lab.encode(lab.Scene(spec, machine.actions))

Files, bottom to top: fields (rules), layers, datasets, spec, actions (records); limits; modules, data, rng,
build (torch); wants, meter, walk, checks (the survey on the meta device); edits, fresh, presets; hooks, update,
snapshot, live, code, taped, past, measures, machine (running); moment, history, look, pair (what charts and comparisons
show); share (links), files.
"""

from graphtrace.lab import actions, datasets, edits, layers, limits, spec
from graphtrace.lab.checks import LayerShape, Survey, shapes, survey, validate
from graphtrace.lab.code import Program, program
from graphtrace.lab.datasets import parse_csv
from graphtrace.lab.machine import Machine
from graphtrace.lab.presets import OPENING, PRESETS, Preset, preset
from graphtrace.lab.share import Scene, decode, encode
from graphtrace.lab.spec import Loss, Spec
from graphtrace.lab.turns import Turn

__all__ = [
    "OPENING",
    "PRESETS",
    "LayerShape",
    "Loss",
    "Machine",
    "Preset",
    "Program",
    "Scene",
    "Spec",
    "Survey",
    "Turn",
    "actions",
    "datasets",
    "decode",
    "edits",
    "encode",
    "layers",
    "limits",
    "parse_csv",
    "preset",
    "program",
    "shapes",
    "spec",
    "survey",
    "validate",
]
