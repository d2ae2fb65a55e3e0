"""The Lab: a net that a user builds, run for real under the recorder. It imports torch, and no page.

    spec = lab.preset("xor").spec              # or lab.Spec((lab.layers.Linear(2, 3), …))
    lab.validate(spec)                         # every problem in words, before anything is allocated
    machine = lab.Machine(spec)
    machine.forward(); machine.backward()      # each returns a Recording, also of torch's own error
    machine.undo()                             # bit for bit, the graph included
    lab.program(spec).text                     # the same as plain PyTorch
    lab.encode(lab.Scene(machine.start_spec, machine.actions))

Packages, bottom to top, each with its files in order; each imports only those before it (a test says so):

    records     limits, rules, fields, layers, datasets, spec, actions, tree
    parts       records made real by torch: modules, devices, data, rng, build, hooks, optimizers
    design      a spec before it runs: presets, new_layers, edits; misfits, shape_rules, cost_counter,
                shape_inference, trials, checks, following; changes of it
    writing     a lab as text, and back: code_fragments, setup_code, code (a program), program_sources, folding, links,
                files
    running     budget, measures, pass_counts, trainer, snapshot, history_entries, splitting, snapshot_store,
                redesign, action_recorder, action_runner, requests, weights, state_readings, machine
    showing     for the page: leaf_starts, story, playback, repairs, time_points, training_curves, iterations,
                chart_data, branches
"""

from graphtrace.lab.design import edits
from graphtrace.lab.design.checks import LayerShape, Survey, shapes, survey, validate
from graphtrace.lab.design.presets import OPENING, PRESETS, Preset, preset
from graphtrace.lab.records import actions, datasets, layers, limits, spec
from graphtrace.lab.records.datasets import parse_csv
from graphtrace.lab.records.spec import Loss, Spec
from graphtrace.lab.running.history_entries import HistoryEntry
from graphtrace.lab.running.machine import Machine
from graphtrace.lab.writing.code import Program, program
from graphtrace.lab.writing.links import Scene, decode, encode

__all__ = [
    "OPENING",
    "PRESETS",
    "HistoryEntry",
    "LayerShape",
    "Loss",
    "Machine",
    "Preset",
    "Program",
    "Scene",
    "Spec",
    "Survey",
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
