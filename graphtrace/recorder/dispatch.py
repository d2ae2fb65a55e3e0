"""Send every torch call of the block to the part of the recorder that records it."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch.overrides import TorchFunctionMode

from graphtrace.model import Note
from graphtrace.recorder.calls import (
    SHOWN,
    Arguments,
    Function,
    Keywords,
    Role,
    place_of,
    role_of,
    source_of,
    tensors_in,
    user_frame,
)
from graphtrace.recorder.compiling import CompilerPause
from graphtrace.recorder.context import Context
from graphtrace.recorder.forward import ForwardRecorder
from graphtrace.recorder.leaf_changes import LeafChanges
from graphtrace.recorder.log import Facts
from graphtrace.recorder.optimizers import OptimizerHooks
from graphtrace.recorder.passes import BackwardPasses
from graphtrace.recorder.torch_warnings import come_first

_is_own_work: Callable[[], bool] = getattr(  # whether the recorder itself works, see `Quietly`
    torch._C, "_is_torch_function_all_disabled", lambda: not torch._C._is_torch_function_enabled()
)
_NODE = "Tensor.grad_fn"
_TOLD = SHOWN | {_NODE}


class Dispatcher:
    """Runs calls, each by the part that its role asks for.

    Args:
        context: What the parts of the recording share.
        forward: Records operations.
        optimizers: Knows whether a step is running.
        compiler: Is switched off once the program has loaded it.

    Attributes:
        calls: How many calls run: one, but for a call inside another's hooks.
    """

    def __init__(
        self, context: Context, forward: ForwardRecorder, optimizers: OptimizerHooks, compiler: CompilerPause
    ) -> None:
        self._context, self._forward, self._optimizers = context, forward, optimizers
        self._pause_compiler = compiler.begin
        self._changes = LeafChanges(context, forward)
        self._passes = BackwardPasses(context, forward)
        self.calls = 0

    def run(self, func: Function, args: Arguments, kwargs: Keywords) -> object:
        """Run one torch call, and record what it did; also the exception that it raised."""
        come_first()
        self._pause_compiler()
        role, name = role_of(func)
        self.calls += 1
        try:
            if name in _TOLD:
                self._told(name, args)
            if role == "none":
                return func(*args, **kwargs)
            steps = self._optimizers.frame is not None and role != "backward" and self._optimizers.is_stepping()
            if steps and not torch.is_grad_enabled():
                role = "none"
                return func(*args, **kwargs)
            return self._recorded(role, name, func, args, kwargs)
        except Exception as error:
            if role != "none":
                self._context.failed(error, source_of(user_frame()), name)
            raise
        finally:
            self.calls -= 1
            if self._context.warned:
                self._context.put_warnings()

    def _told(self, name: str, args: Arguments) -> None:
        """The program gets hold of a tensor's memory, or of a node: what it does there nothing tells."""
        if name == _NODE:
            self._passes.nodes_shown = True
            return
        with self._context.quietly("a tensor"):
            self._context.capture.expose(tensors_in(args))

    def warned(self, category: str, message: str, inside: bool) -> bool:
        """Record a warning of torch's; one that comes from a call waits until the call has run. False: the recorder's.

        Args:
            category: Name of its class.
            message: Its text.
            inside: Whether it comes from a call that the recorder makes: the program's own, or work of the recorder's.
        """
        if inside and (not self.calls or _is_own_work()):
            return False
        facts: Facts = {"category": category, "message": message[:4000], **place_of(source_of(user_frame()))}
        self._context.warned.append(facts)
        if not self.calls:
            self._context.put_warnings()
        return True

    def _recorded(self, role: Role, name: str, func: Function, args: Arguments, kwargs: Keywords) -> object:
        if role == "backward":
            return self._passes.run(func, args, kwargs)
        if role == "set_grad":
            return self._changes.set_grad(func, args, kwargs)
        if role == "in_place":
            self._context.capture.flush()
            return self._changes.in_place(name, func, args, kwargs)
        if role == "read_grad":
            return self._read_grad(func, args)
        if role == "hook":
            return self._hook(func, args, kwargs)
        if self._changes.updated_by_hand and torch.is_grad_enabled():
            self._changes.updated_by_hand = False  # without an optimizer a step ends as the next begins
            self._context.log.step += 1
        return self._forward.run(name, func, args, kwargs, in_place=False)

    def _read_grad(self, func: Function, args: Arguments) -> object:
        """Note that the program reads ``.grad`` where torch keeps none; its warning belongs to what made the tensor."""
        number, tensor = None, args[0]
        assert isinstance(tensor, torch.Tensor)
        with torch._C.DisableTorchFunction():
            is_leaf = tensor.is_leaf
        if is_leaf:  # as optimizers read them
            return func(*args)
        with self._context.quietly("a gradient"):
            number = None if tensor.retains_grad else self._forward.numbers.get(tensor)
            if number is not None:
                self._context.log.note(Note("grad_of_non_leaf", source=source_of(user_frame()), tensor=number))
        grad = func(*args)
        if self._context.warned:
            made = (op.id for op in reversed(self._context.log.ops) if number in op.outputs)
            self._context.put_warnings(next(made, None))
        return grad

    def _hook(self, func: Function, args: Arguments, kwargs: Keywords) -> object:
        """A tensor gets a hook: note it, so that a gradient that it changes is told from a fault."""
        handle = func(*args, **kwargs)
        with self._context.quietly("a hook"):
            assert isinstance(args[0], torch.Tensor)
            self._forward.origins.note_hook(args[0])
        return handle


class RecorderMode(TorchFunctionMode):
    """Shows the dispatcher the torch calls of the user's thread, and none that torch makes inside them."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        super().__init__()
        self._run = dispatcher.run

    def __torch_function__(
        self, func: Function, types: object, args: Arguments = (), kwargs: Keywords | None = None
    ) -> object:
        """Run one call. torch has switched the mode off meanwhile."""
        return self._run(func, args, kwargs or {})
