"""The program itself, alive: net, data, loss, optimizer, and the plain PyTorch behind every action."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any

import torch
from torch import Tensor, nn

from graphtrace.errors import SpecError, shown
from graphtrace.lab.design import checks
from graphtrace.lab.parts import data
from graphtrace.lab.parts.build import build
from graphtrace.lab.parts.hooks import Hooks
from graphtrace.lab.parts.rng import MachineRandom
from graphtrace.lab.parts.update import make_optimizer, make_scheduler, step_by_hand
from graphtrace.lab.records import actions as act
from graphtrace.lab.records.layers import Dropout
from graphtrace.lab.records.spec import ByHand, Spec
from graphtrace.lab.records.tree import every
from graphtrace.lab.running.measures import Sampler
from graphtrace.lab.running.snapshot import Keeper, Snapshot, copied

MARK = 128  # iterations between two marks, from which a long run can be gone through again


class Live:
    """One program in memory. Not recorded, no history: see `Machine`.

    Raises:
        SpecError: The spec does not run, or is over a limit.
    """

    def __init__(self, spec: Spec) -> None:
        checks.require(spec)
        self.spec = spec
        self.device = torch.device("cuda" if spec.device != "cpu" and torch.cuda.is_available() else "cpu")
        self.random = MachineRandom(spec.seed)
        with self.random:
            self.net = build(spec).to(self.device)
        self.hooks = Hooks(self.net)
        self.x, self.y = (tensor.to(self.device) for tensor in data.tensors(spec))
        self.criterion: nn.Module = getattr(nn, spec.loss.name)(reduction=spec.loss.reduction)
        self.output: Tensor | None = None
        self.loss: Tensor | None = None
        self.steps = 0
        self.made: torch.optim.Optimizer | None = None
        self._torch_scheduler: Any = None
        self._swapped(act.Swap(spec.optimizer, spec.scheduler))
        self._draws = any(isinstance(layer, Dropout) for layer in every(spec.layers))

    def drawing(self) -> AbstractContextManager[Any]:
        """Return what to run actions in: nothing, where nothing is drawn, since a function mode costs time."""
        return self.random if self._draws else nullcontext()

    def run(self, action: act.Action) -> None:
        """Do one action, as plain PyTorch does it; its errors come out as they are."""
        match action:
            case act.Forward():
                self.forward()
            case act.Backward():
                self._computed_loss().backward(retain_graph=action.retain_graph)  # type: ignore[no-untyped-call]
            case act.ZeroGrad():
                self.net.zero_grad(set_to_none=action.set_to_none)
            case act.Step():
                self.step()
            case act.Iterate():
                self.iterate(action)
            case act.Edit():
                self._edit(action)
            case act.Freeze():
                self.net.get_parameter(action.parameter).requires_grad_(not action.frozen)
            case act.Hook():
                self.hooks.put(action.module, action.does)
            case act.Train():
                self.net.train(action.on)
            case act.Swap():
                self._swapped(action)

    def forward(self) -> Tensor:
        """Compute output and loss; those of before are let go."""
        output = self.net(self.x)
        loss: Tensor = self.criterion(output, self.y)
        self.output, self.loss = output, loss
        return loss

    def _computed_loss(self) -> Tensor:
        if self.loss is None:
            raise NameError("name 'loss' is not defined")  # what Python says of the plain program
        return self.loss

    def step(self) -> None:
        """Update the parameters, then the learning rate."""
        if isinstance(self.optimizer, ByHand):
            step_by_hand(self.net, self.optimizer)
        else:
            self.torch_optimizer().step()
            if self._torch_scheduler is not None:
                self._torch_scheduler.step()
        self.steps += 1

    def torch_optimizer(self) -> torch.optim.Optimizer:
        """Return the optimizer of torch, made at the first call."""
        if self.made is None:
            made = make_optimizer(self.optimizer, self.net)
            self._torch_scheduler = None if self.scheduler is None else make_scheduler(self.scheduler, made)
            self.made = made
        return self.made

    def load_optimizer(self) -> None:
        """Make the optimizer now, so that a recorder can watch its first step; what torch refuses, it refuses there."""
        with suppress(Exception):
            if not isinstance(self.optimizer, ByHand):
                self.torch_optimizer()

    def iterate(
        self,
        action: act.Iterate,
        stop: Callable[[int, float], bool] | None = None,
        mark: Callable[[int], None] | None = None,
        losses: list[float] | None = None,
        sampler: Sampler | None = None,
    ) -> int:
        """Run the loop. Returns how many iterations were done; fewer than asked where `stop` said so."""
        losses = [] if losses is None else losses
        self.load_optimizer()  # as when watched: what is made does not depend on who looks on
        for done in range(action.n):
            if mark is not None and done and done % MARK == 0:
                mark(done)
            if action.zero != "never":
                self.net.zero_grad(set_to_none=action.zero == "none")
            loss = self.forward()
            loss.backward()  # type: ignore[no-untyped-call]
            self._measured_step(done, sampler)
            losses.append(loss.item())
            if stop is not None and stop(done + 1, losses[-1]):
                return done + 1
        return action.n

    def _measured_step(self, done: int, sampler: Sampler | None) -> None:
        if sampler is None or not sampler.wants(done):
            self.step()
            return
        sampler.before_step(done)
        self.step()
        sampler.after_step(done)

    def _swapped(self, action: act.Swap) -> None:
        self.optimizer, self.scheduler = action.optimizer, action.scheduler
        self.made = self._torch_scheduler = None

    def find(self, name: str) -> Tensor:
        """Return a parameter, its gradient (``<name>.grad``), ``x`` or ``y``.

        Raises:
            SpecError: There is no such tensor, or no gradient yet.
        """
        known = {"x": self.x, "y": self.y, **dict(self.net.named_parameters())}
        owner = known.get(str(name).removesuffix(".grad"))
        if owner is None:
            raise SpecError(f"unknown tensor: {shown(name)} (must be one of {list(known)[:20]})")
        if not name.endswith(".grad"):
            return owner
        if owner.grad is None:
            raise SpecError(f"{name.removesuffix('.grad')} has no gradient yet: None (run Backward first)")
        return owner.grad

    def check(self, action: act.Action) -> None:
        """Refuse what names no tensor or no number of it.

        Raises:
            SpecError: In words what does not fit.
        """
        if isinstance(action, act.Freeze):
            if action.parameter in ("x", "y") or action.parameter.endswith(".grad"):
                raise SpecError(f"only parameters can be frozen: {shown(action.parameter)} (name a parameter)")
            self.find(action.parameter)
        if isinstance(action, act.Hook) and action.module not in dict(self.net.named_modules(remove_duplicate=False)):
            known = [name for name, _ in self.net.named_modules() if name]
            raise SpecError(f"unknown module: {shown(action.module)} (must be one of {known[:20]})")
        if not isinstance(action, act.Edit):
            return
        tensor = self.find(action.tensor)
        shape = tuple(tensor.shape)
        if len(action.index) != len(shape) or any(i >= size for i, size in zip(action.index, shape, strict=True)):
            raise SpecError(f"{action.tensor} has no number at {action.index}: its shape is {shape} (count from 0)")
        if not tensor.is_floating_point():
            most = data.classes_of(self.spec.data)
            if action.value not in range(most):
                raise SpecError(f"{action.tensor} holds whole numbers below {most}: {shown(action.value)} (give one)")

    def _edit(self, action: act.Edit) -> None:
        tensor = self.find(action.tensor)
        with torch.no_grad():
            tensor[action.index] = action.value

    def snapshot(self, before: Snapshot | None = None) -> Snapshot:
        """Copy everything but the graph; what did not change since `before` is shared with it."""
        keeper = Keeper(before)
        kept = {name: keeper.named(name, tensor) for name, tensor in self._tensors().items()}
        parameters = dict(self.net.named_parameters())
        return Snapshot(
            tensors=kept,
            frozen=frozenset(name for name, one in parameters.items() if not one.requires_grad),
            hooks=tuple(sorted(self.hooks.does.items())),
            training=self.net.training,
            optimizer=self.optimizer,
            scheduler=self.scheduler,
            steps=self.steps,
            state=None if self.made is None else keeper.plain(self.made.state_dict()),
            schedule=None if self._torch_scheduler is None else keeper.plain(self._torch_scheduler.state_dict()),
        )

    def _tensors(self) -> dict[str, Tensor]:
        named = {**dict(self.net.named_parameters()), **dict(self.net.named_buffers())}
        grads = {f"{name}.grad": one.grad for name, one in named.items() if one.grad is not None}
        return {**named, **grads, "x": self.x, "y": self.y, "random": self.random.generator.get_state()}

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a moment. The graph of that moment is not part of it: output and loss are gone."""
        self.output = self.loss = None
        kept = snapshot.tensors
        self.x, self.y = kept["x"].clone(), kept["y"].clone()
        self.random.generator.set_state(kept["random"])
        with torch.no_grad():
            for name, buffer in self.net.named_buffers():
                buffer.copy_(kept[name])
            for name, one in self.net.named_parameters():
                grad = kept.get(f"{name}.grad")
                one.grad = None if grad is None else grad.clone()
                one.requires_grad_(name not in snapshot.frozen).copy_(kept[name])
        self.hooks.restore(dict(snapshot.hooks))
        self.net.train(snapshot.training)
        self.steps = snapshot.steps
        self._swapped(act.Swap(snapshot.optimizer, snapshot.scheduler))
        if snapshot.state is not None:
            self.torch_optimizer().load_state_dict(copied(snapshot.state))
            if self._torch_scheduler is not None:
                self._torch_scheduler.load_state_dict(copied(snapshot.schedule))
