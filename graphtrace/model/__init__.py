"""Frozen, torch-free records, which every other layer reads, and the laws that they obey.

Glossary (PyTorch's words; no synonyms):
    root: tensor that the backward pass starts from.
    leaf: tensor that the user made, drawn as the variable behind ``AccumulateGrad``.
    node: one ``torch.autograd.graph.Node``. Its `id` is its rank in the predicted execution order, its
        `key` (``<module path>/<Op>:<k>``) is the same in every iteration.
    edge: one entry of ``next_functions``, from `source` toward the leaves; `slot` is its position
        there, `input_nr` says which output of the target's operation it serves. The graph is a
        multigraph: ``x * x`` has two edges to one leaf.
    saved tensor: value kept for backward.
    grad_output: gradient entering a node; grad_input: gradient leaving it by one edge.
    toward the root / toward the leaves: the only two directions.
    event: one thing that happened while a recording was made, such as a node that ran.
    cursor: number of events that have happened, from 0 to ``len(recording)``.
    step: one step of an optimizer, and nothing else.
    op: one torch call of the forward pass.
    view: which boxes to draw; box: one thing that is drawn, standing for one or more nodes.
"""

from graphtrace.model.check import check, violations
from graphtrace.model.check_recording import audit, check_recording
from graphtrace.model.events import (
    EVENT_KINDS,
    PHASES,
    Constant,
    Event,
    ForwardTensor,
    LeafStart,
    Note,
    Op,
    Source,
    phases_of,
)
from graphtrace.model.gc_pause import paused_gc
from graphtrace.model.graph import SCHEMA, Edge, Graph, Node, Param, Saved, TensorMeta
from graphtrace.model.io import dumps, load, loads, loads_any, save
from graphtrace.model.join import join
from graphtrace.model.json_files import require_path
from graphtrace.model.laws import Report
from graphtrace.model.node_types import HELPERS, common_path, op_of
from graphtrace.model.recording import Recording
from graphtrace.model.step_file import RecordingFile, RecordingWriter
from graphtrace.model.step_summary import summary_of
from graphtrace.model.summaries import StepSummary
from graphtrace.model.tensor_data import TensorData, unpack
from graphtrace.model.validation import require_graph, require_recording
from graphtrace.model.view import Box, Group, Link, View

__all__ = [
    "EVENT_KINDS",
    "HELPERS",
    "PHASES",
    "SCHEMA",
    "Box",
    "Constant",
    "Edge",
    "Event",
    "ForwardTensor",
    "Graph",
    "Group",
    "LeafStart",
    "Link",
    "Node",
    "Note",
    "Op",
    "Param",
    "Recording",
    "RecordingFile",
    "RecordingWriter",
    "Report",
    "Saved",
    "Source",
    "StepSummary",
    "TensorData",
    "TensorMeta",
    "View",
    "audit",
    "check",
    "check_recording",
    "common_path",
    "dumps",
    "join",
    "load",
    "loads",
    "loads_any",
    "op_of",
    "paused_gc",
    "phases_of",
    "require_graph",
    "require_path",
    "require_recording",
    "save",
    "summary_of",
    "unpack",
    "violations",
]
