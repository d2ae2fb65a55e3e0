"""Every fixed set of words in one place: the kinds, states, phases and options that records and functions use."""

from __future__ import annotations

from typing import Literal, get_args

NodeKind = Literal["op", "accumulate", "custom", "compiled", "checkpoint", "copyslices", "copy", "ddp", "fsdp"]
SavedState = Literal["held", "freed", "packed", "none", "unreadable"]  # of one saved tensor, when traced
ParamState = Literal["used", "frozen", "unused"]
TensorOrigin = Literal["input", "param", "leaf", "buffer", "op", "grad"]  # what a tensor of the forward pass is
NoteKind = Literal["grad_of_non_leaf", "update_skipped"]
Level = Literal["stats", "full"]  # what a recording keeps of large tensors
EventKind = Literal[
    "module_init",
    "forward_op",
    "backward_begin",
    "node_in",
    "node_out",
    "edge_add",
    "accumulate",
    "retained",
    "backward_end",
    "grad_zero",
    "grad_edit",
    "step_begin",
    "param_update",
    "update_skipped",
    "step_end",
    "warning",
    "error",
]
Phase = Literal["start", "forward", "backward", "zero", "edit", "step", "error"]
NodeState = Literal["waiting", "ready", "running", "done", "not run"]  # of a node, at a cursor
Skip = Literal["no gradient", "frozen"]  # why a step left a parameter alone: its .grad is None
SavedNow = Literal["held", "freed", "stale"]  # of what a node saved, at a cursor
BoxKind = Literal["op", "leaf", "module", "cut", "stub", "data"]
WhyForward = Literal["frozen", "not_run"]  # why a picture shows the forward pass alone
ViewName = Literal["concept", "autograd", "module"]
AccidentKind = Literal[  # what ends up in the folder of a run, see `graphtrace.flight_recorder`
    "loss", "gradient", "parameter", "grad_norm", "exception", "interrupted", "terminated"
]
Look = Literal["graph", "play", "table"]  # of a program on its page
LineRole = Literal["title", "subtitle", "text", "detail", "note"]  # of a line of text in a picture
BlockRole = Literal[  # of numbers on a card
    "value", "grad", "sum", "bucket", "row", "more", "shelf", "mini", "data", "frozen"
]
EngineName = Literal["wasm", "dot", "ranked"]
ThemeName = Literal["light", "dark"]
Language = Literal["en", "zh"]
Background = Literal["theme", "white", "transparent"]  # of a frame

NODE_KINDS: tuple[NodeKind, ...] = get_args(NodeKind)
SAVED_STATES: tuple[SavedState, ...] = get_args(SavedState)
PARAM_STATES: tuple[ParamState, ...] = get_args(ParamState)
ALL_REDUCE = "all-reduce"  # what changed a gradient that several processes share
LEVELS: tuple[Level, ...] = get_args(Level)
VIEWS: tuple[ViewName, ...] = get_args(ViewName)
LOOKS: tuple[Look, ...] = get_args(Look)
ACCIDENT_KINDS: tuple[AccidentKind, ...] = get_args(AccidentKind)
THEMES: tuple[ThemeName, ...] = get_args(ThemeName)
LANGUAGES: tuple[Language, ...] = get_args(Language)
BACKGROUNDS: tuple[Background, ...] = get_args(Background)
