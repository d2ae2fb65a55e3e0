"""The program in memory: net, data, loss, optimizer, and the plain PyTorch behind every action."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LRScheduler

from graphtrace.errors import SpecError, shown
from graphtrace.lab.design import checks
from graphtrace.lab.parts import data, devices
from graphtrace.lab.parts.build import build
from graphtrace.lab.parts.hooks import Hooks
from graphtrace.lab.parts.optimizers import make_optimizer, make_scheduler, step_by_hand
from graphtrace.lab.parts.rng import MachineRandom
from graphtrace.lab.records import actions as act
from graphtrace.lab.records.layers import Dropout
from graphtrace.lab.records.spec import ByHand, Spec
from graphtrace.lab.records.tree import all_layers
from graphtrace.lab.running.measures import NormSampler
from graphtrace.lab.running.pass_counts import PassCounts

CHECKPOINT_INTERVAL = 128  # iterations between two snapshots inside a long run


class Trainer:
    """One program in memory, without recording and without history: `Machine` adds both.

    Attributes:
        torch_optimizer: The optimizer of torch, None until a step needs it.
        torch_scheduler: Likewise; None also where the spec has none.
        steps: Optimizer steps done.
        passes: How many backward passes are in each ``.grad``.

    Raises:
        SpecError: The spec does not run, or is over a limit.
    """

    def __init__(self, spec: Spec) -> None:
        checks.require(spec)
        self.start(spec)

    def start(self, spec: Spec) -> None:
        """Begin a program of a spec that runs: a new net, from its seed."""
        self.spec = spec
        self.device = torch.device(devices.resolved(spec.device))
        self.random = MachineRandom(spec.seed)
        with self.random:
            self.net = build(spec).to(self.device)
        self.hooks = Hooks(self.net)
        self.x, self.y = (tensor.to(self.device) for tensor in data.tensors(spec))
        self.criterion = _criterion(spec)
        self.output: Tensor | None = None
        self.loss: Tensor | None = None
        self.steps = 0
        self.passes = PassCounts()
        self.torch_optimizer: torch.optim.Optimizer | None = None
        self.torch_scheduler: LRScheduler | None = None
        self.swap(act.Swap(spec.optimizer, spec.scheduler))
        self._has_dropout = any(isinstance(layer, Dropout) for layer in all_layers(spec.layers))

    def random_context(self) -> AbstractContextManager[object]:
        """Return the context to run actions in. A net that draws nothing needs none: a function mode costs time."""
        return self.random if self._has_dropout else nullcontext()

    def run(self, action: act.Action) -> None:
        """Do one action as plain PyTorch does it; torch's errors pass through."""
        match action:
            case act.Forward():
                self.forward()
            case act.Backward():
                self._computed_loss().backward(retain_graph=action.retain_graph)  # type: ignore[no-untyped-call]
            case act.ZeroGrad():
                self.zero_grad(action.set_to_none)
            case act.Step():
                self.step()
            case act.Iterate():
                self.iterate(action)
            case act.Edit():
                with torch.no_grad():
                    self.find_tensor(action.tensor)[action.index] = action.value
            case act.Freeze():
                self.net.get_parameter(action.parameter).requires_grad_(not action.frozen)
            case act.Hook():
                self.hooks.set(action.module, action.does)
            case act.Train():
                self.net.train(action.on)
            case act.Swap():
                self.swap(action)

    def zero_grad(self, set_to_none: bool) -> None:
        """Clear every ``.grad``."""
        self.net.zero_grad(set_to_none=set_to_none)
        self.passes.clear()

    def forward(self) -> Tensor:
        """Compute output and loss; the graph of the previous loss is freed."""
        x, y = self.x, self.y  # the recorder names tensors after variables
        output = self.net(x)
        loss: Tensor = self.criterion(output, y)
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
            self.build_optimizer().step()
            if self.torch_scheduler is not None:
                self.torch_scheduler.step()
        self.steps += 1

    def swap(self, action: act.Swap) -> None:
        """Take another optimizer and scheduler; torch's are built at the next step."""
        self.optimizer, self.scheduler = action.optimizer, action.scheduler
        self.torch_optimizer = self.torch_scheduler = None

    def take_spec(self, spec: Spec, with_data: bool) -> None:
        """Take the loss of another spec of the same net, and its data if they are other ones."""
        self.spec, self.criterion = spec, _criterion(spec)
        if with_data:
            self.x, self.y = (tensor.to(self.device) for tensor in data.tensors(spec))

    def build_optimizer(self) -> torch.optim.Optimizer:
        """Return the optimizer of torch, built at the first call."""
        if self.torch_optimizer is None:
            optimizer = make_optimizer(self.optimizer, self.net)
            self.torch_scheduler = None if self.scheduler is None else make_scheduler(self.scheduler, optimizer)
            self.torch_optimizer = optimizer
        return self.torch_optimizer

    def prepare_optimizer(self) -> None:
        """Build the optimizer now, so that a recorder can watch its first step; torch may refuse only there."""
        with suppress(Exception):
            if not isinstance(self.optimizer, ByHand):
                self.build_optimizer()

    def iterate(
        self,
        action: act.Iterate,
        stop: Callable[[int, float], bool] | None = None,
        checkpoint: Callable[[int], None] | None = None,
        losses: list[float] | None = None,
        sampler: NormSampler | None = None,
        watch: Callable[[int], AbstractContextManager[object]] | None = None,
    ) -> int:
        """Run the training loop.

        Args:
            action: How many iterations, and how gradients are cleared.
            stop: Called after each iteration with its number and loss; True ends the loop.
            checkpoint: Called every `CHECKPOINT_INTERVAL` iterations with the number done.
            losses: The loss of each iteration is appended to it.
            sampler: Samples norms before and after some updates.
            watch: Called before each iteration with the number done; the iteration runs in the context it returns.

        Returns:
            Iterations done; fewer than asked for if `stop` ended the loop.
        """
        losses = [] if losses is None else losses
        self.prepare_optimizer()  # as in a watched run: the optimizer does not depend on who is watching
        for done in range(action.n):
            if checkpoint is not None and done and done % CHECKPOINT_INTERVAL == 0:
                checkpoint(done)
            with nullcontext() if watch is None else watch(done):
                loss = self._iteration(action, done, sampler)
            losses.append(loss.item())
            if stop is not None and stop(done + 1, losses[-1]):
                return done + 1
        return action.n

    def _iteration(self, action: act.Iterate, done: int, sampler: NormSampler | None) -> Tensor:
        """Run one iteration of the training loop; returns its loss."""
        if action.zero != "never":
            self.zero_grad(action.zero == "none")
        loss = self.forward()
        loss.backward()  # type: ignore[no-untyped-call]
        self._sampled_step(done, sampler)
        return loss

    def _sampled_step(self, done: int, sampler: NormSampler | None) -> None:
        if sampler is None:
            self.step()
            return
        due = sampler.is_due(done)
        with torch._C.DisableTorchFunction():  # a recorder sees the program's calls, not what is measured beside them
            sampler.last_update.note()
            if due:
                sampler.before_step(done)
        self.step()
        if due:
            with torch._C.DisableTorchFunction():
                sampler.after_step(done)

    def predict(self, x: Tensor) -> Tensor:
        """Return the net's output for other inputs, in evaluation mode, on the CPU. Changes nothing.

        Raises:
            SpecError: The inputs are no tensor, or do not fit the net.
        """
        if not isinstance(x, Tensor):
            raise SpecError(f"no inputs for the net: {shown(x)} (give it a batch like x)")
        training = self.net.training
        with torch.no_grad():
            try:
                output: Tensor = self.net.eval()(x.to(self.device, self.x.dtype))
            except (RuntimeError, ValueError, IndexError) as error:
                raise SpecError(f"the net takes no {tuple(x.shape)}: {error} (give it a batch like x)") from None
            finally:
                self.net.train(training)
        return output.cpu()

    def find_tensor(self, name: str) -> Tensor:
        """Return a parameter, its gradient (``<name>.grad``), ``x`` or ``y``.

        Raises:
            SpecError: There is no such tensor, or no gradient yet.
        """
        tensors = {"x": self.x, "y": self.y, **dict(self.net.named_parameters())}
        tensor = tensors.get(str(name).removesuffix(".grad"))
        if tensor is None:
            raise SpecError(f"unknown tensor: {shown(name)} (must be one of {list(tensors)[:20]})")
        if not name.endswith(".grad"):
            return tensor
        if tensor.grad is None:
            raise SpecError(f"{name.removesuffix('.grad')} has no gradient yet: None (run Backward first)")
        return tensor.grad


def _criterion(spec: Spec) -> nn.Module:
    criterion: nn.Module = getattr(nn, spec.loss.name)(reduction=spec.loss.reduction)
    return criterion
