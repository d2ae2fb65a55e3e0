"""Whether an action can be done at all: what it names exists, and its numbers fit."""

from __future__ import annotations

from graphtrace.errors import SpecError, shown
from graphtrace.lab.design import checks
from graphtrace.lab.design.changes import weights_fit
from graphtrace.lab.parts import data
from graphtrace.lab.records import actions as act
from graphtrace.lab.records.rules import problems_of
from graphtrace.lab.running.trainer import Trainer


def require(trainer: Trainer, action: act.Action) -> None:
    """Check that the tensor, number, parameter, module or spec of an action fits this trainer.

    Raises:
        SpecError: It does not, or it is no action; the text says what does.
    """
    if type(action) not in act.ACTIONS.values():
        raise SpecError(f"no action: {shown(action)} (must be one of {list(act.ACTIONS)})")
    for problem in problems_of(action, ""):
        raise SpecError(problem)
    match action:
        case act.Freeze(parameter=name):
            if name in ("x", "y") or name.endswith(".grad"):
                raise SpecError(f"only parameters can be frozen: {shown(name)} (name a parameter)")
            trainer.find_tensor(name)
        case act.Hook(module=name):
            if name not in dict(trainer.net.named_modules(remove_duplicate=False)):
                modules = [module for module, _ in trainer.net.named_modules() if module]
                raise SpecError(f"unknown module: {shown(name)} (must be one of {modules[:20]})")
        case act.Edit():
            _require_edit(trainer, action)
        case act.Redesign():
            checks.require(action.spec)
            if action.keep and not weights_fit(trainer.spec, action.spec):
                raise SpecError("the weights do not fit the new net: other parameters (start again, with keep=False)")


def _require_edit(trainer: Trainer, action: act.Edit) -> None:
    tensor = trainer.find_tensor(action.tensor)
    shape = tuple(tensor.shape)
    if len(action.index) != len(shape) or any(i >= size for i, size in zip(action.index, shape, strict=True)):
        raise SpecError(f"{action.tensor} has no number at {action.index}: its shape is {shape} (count from 0)")
    if not tensor.is_floating_point():
        classes = data.classes_of(trainer.spec.data)
        if action.value not in range(classes):
            raise SpecError(f"{action.tensor} holds whole numbers below {classes}: {shown(action.value)} (give one)")
