"""What the parts of one recording share: the log, the capture of tensors, the names of leaves, the running module."""

from __future__ import annotations

import threading
import weakref
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import FrameType

import torch
from torch import nn
from torch.utils.hooks import RemovableHandle

from graphtrace.literals import TensorOrigin
from graphtrace.model import Source
from graphtrace.recorder.calls import variable_name
from graphtrace.recorder.log import EventLog, Facts, Quietly
from graphtrace.recorder.put_off import PatientCapture
from graphtrace.tracer.saved import storage_of
from graphtrace.tracer.sharded import gathered, is_sharded

ModuleCall = tuple[str, int]  # path of a module, and how often it was entered before


@dataclass(slots=True)
class Leaf:
    """One named leaf, held weakly."""

    name: str
    origin: TensorOrigin
    ref: weakref.ref[torch.Tensor]

    @property
    def tensor(self) -> torch.Tensor | None:
        """The leaf itself, None once it is gone."""
        return self.ref()


class Leaves:
    """All leaves seen so far: the model's parameters from the start, others when an operation first uses them.

    Args:
        model: Gives the names of parameters and buffers.
        params: Names for leaves that no module owns.
    """

    def __init__(self, model: nn.Module | None, params: Mapping[str, torch.Tensor] | None) -> None:
        self._by_id: dict[int, Leaf] = {}
        self._by_storage: dict[int, Leaf] = {}
        self._names: set[str] = set()
        self._sharded: list[nn.Module] = []
        for name, tensor in (params or {}).items():
            self._add(tensor, name, "param")
        if model is not None:
            self.adopt(model)

    def adopt(self, model: nn.Module) -> None:
        """Take in the names of a model's parameters and buffers."""
        for name, tensor in model.named_parameters():
            self._add(tensor, name, "param")
        for name, buffer in model.named_buffers():
            self._add(buffer, name, "buffer")
        self._sharded += [model] * is_sharded(model)

    def __iter__(self) -> Iterator[Leaf]:
        return iter([leaf for leaf in self._by_id.values() if leaf.tensor is not None])

    def find(self, tensor: torch.Tensor) -> Leaf | None:
        """Return the leaf that this very tensor is."""
        leaf = self._by_id.get(id(tensor))
        return leaf if leaf is not None and leaf.tensor is tensor else None

    def owner(self, tensor: torch.Tensor) -> Leaf | None:
        """Return the leaf whose memory a tensor shares, as ``w.data``, ``w.detach()`` and a slice of ``w`` do."""
        leaf = self.find(tensor)
        if leaf is not None:
            return leaf
        address, _ = storage_of(tensor)
        leaf = self._by_storage.get(address) if address is not None else None
        if leaf is None or leaf.tensor is None or storage_of(leaf.tensor)[0] != address:
            return None
        return leaf

    def owner_of_grad(self, tensor: torch.Tensor) -> Leaf | None:
        """Return the leaf whose ``.grad`` this very tensor is."""
        held = ((leaf, leaf.tensor) for leaf in self)
        return next((leaf for leaf, own in held if own is not None and own.is_leaf and own.grad is tensor), None)

    def grad_owners(self) -> dict[int | None, Leaf]:
        """Return the leaf of every gradient, by the gradient's identity and by the address of its memory."""
        owners: dict[int | None, Leaf] = {}
        for leaf in self:
            held = leaf.tensor
            grad = held.grad if held is not None and held.is_leaf else None
            if grad is not None:
                owners[id(grad)] = leaf
                address, _ = storage_of(grad)
                if address is not None:
                    owners[address] = leaf
        return owners

    def moved(self, leaf: Leaf) -> None:
        """Note where a leaf's memory is, after ``w.data = …``."""
        tensor = leaf.tensor
        address = None if tensor is None else storage_of(tensor)[0]
        if address is not None:
            self._by_storage[address] = leaf

    def meet(self, tensor: torch.Tensor, frame: FrameType | None) -> Leaf | None:
        """Return the leaf that a tensor is, None for others. A new one is named after the user's variable."""
        if not (tensor.is_leaf and tensor.requires_grad):
            return None
        leaf = self.find(tensor) or self._whole(tensor)
        return leaf or self._add(tensor, variable_name(frame, tensor) or "leaf", "leaf")

    def _whole(self, tensor: torch.Tensor) -> Leaf | None:
        """Name the whole tensors of sharded parameters as their shards; return the leaf that `tensor` is."""
        for name, *both in (found for model in self._sharded for found in gathered(model)):
            for one in both:  # the whole one last: a pass leads to it
                self._by_id.pop(id(one), None)
                self._by_id[id(one)] = Leaf(name, "param", weakref.ref(one))
        return self.find(tensor)

    def names(self) -> dict[str, torch.Tensor]:
        """Return the living leaves by name, as `trace` takes them."""
        living = [(leaf.name, leaf.tensor) for leaf in self]
        return {name: tensor for name, tensor in living if tensor is not None}

    def _add(self, tensor: torch.Tensor, name: str, origin: TensorOrigin) -> Leaf:
        leaf = Leaf(self._unique(name), origin, weakref.ref(tensor))
        self._by_id[id(tensor)] = leaf
        address, _ = storage_of(tensor)
        if address is not None:
            self._by_storage[address] = leaf
        return leaf

    def _unique(self, name: str) -> str:
        chosen, k = name, 1
        while chosen in self._names:
            k += 1
            chosen = f"{name}_{k}"
        self._names.add(chosen)
        return chosen


class ModuleStack:
    """Knows the innermost running module of a model, by hooks on that model's modules alone."""

    def __init__(self, model: nn.Module | None) -> None:
        self._running: list[ModuleCall] = []
        self._calls: Counter[str] = Counter()
        self._thread = threading.get_ident()
        self._handles: list[RemovableHandle] = []
        if model is not None:
            self.adopt(model)

    def adopt(self, model: nn.Module) -> None:
        """Watch the modules of a model."""
        for path, module in model.named_modules():
            self._handles.append(module.register_forward_pre_hook(self._entering(path)))
            self._handles.append(module.register_forward_hook(self._leaving, always_call=True))

    @property
    def current(self) -> ModuleCall:
        """The innermost running module and the number of its earlier calls; ("", 0) outside of all."""
        return self._running[-1] if self._running else ("", 0)

    def _entering(self, path: str) -> Callable[[nn.Module, object], None]:
        def enter(module: nn.Module, args: object) -> None:
            if threading.get_ident() == self._thread:
                self._running.append((path, self._calls[path]))
                self._calls[path] += 1

        return enter

    def _leaving(self, module: nn.Module, args: object, output: object) -> None:
        """Must return None: any other value would replace the module's output."""
        if threading.get_ident() == self._thread and self._running:
            self._running.pop()

    def remove(self) -> None:
        """Take all hooks off the model."""
        for handle in self._handles:
            handle.remove()


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """What the parts of one recording share, for as long as the block runs.

    Attributes:
        log: Where events go.
        capture: How tensors are read.
        leaves: Which leaves there are, and their names.
        modules: Which module is running.
        warned: Warnings of the call that runs, until it is known which operation it was.
    """

    log: EventLog
    capture: PatientCapture
    leaves: Leaves
    modules: ModuleStack
    warned: list[Facts] = field(default_factory=list)

    def quietly(self, what: str) -> Quietly:
        """Run the recorder's own work: unrecorded, without gradients, and its failures are warnings."""
        return self.log.quietly(what)

    def put_warnings(self, op: int | None = None, graph: int | None = None, node: int | None = None) -> None:
        """Record the warnings that the call raised which has just run, at its operation or node."""
        waiting, self.warned[:] = list(self.warned), []
        for facts in waiting:
            self.log.put("warning", facts=facts, op=op, graph=graph, node=node)

    def settle(self) -> None:
        """Let go of the tensors that wait to be copied, and bring over what waits on accelerators."""
        with self.log.quietly("contents"):
            self.capture.settle()

    def failed(
        self,
        error: BaseException,
        source: Source | None,
        call: str = "",
        facts: Facts | None = None,
        graph: int | None = None,
        node: int | None = None,
    ) -> None:
        """Record an exception, unless this recording has it already.

        Args:
            error: The exception; each block notes on it that it was seen, since to hold it would hold its frames.
            source: The line that raised it.
            call: The torch call that raised it, empty for an exception of the program's own.
            facts: What else is known.
            graph: Number of the graph whose backward pass failed.
            node: The node that failed there.
        """
        seen: set[int] = error.__dict__.setdefault("_graphtrace_seen", set())
        if id(self.log) in seen:
            return
        seen.add(id(self.log))
        self.put_warnings(graph=graph, node=node)
        told: Facts = {"type": type(error).__name__, "message": str(error)[:4000], "module": self.modules.current[0]}
        if source is not None:
            told |= {"file": source.file, "line": source.line, "text": source.text}
        self.log.put("error", facts={**told, **(facts or {}), "call": call}, graph=graph, node=node)
        self.settle()
