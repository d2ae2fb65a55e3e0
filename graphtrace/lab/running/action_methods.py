"""One method for each action, for whatever can do actions."""

from __future__ import annotations

from abc import ABC, abstractmethod

from graphtrace.lab.records import actions as act
from graphtrace.lab.records.spec import Optimizer, Scheduler
from graphtrace.model import Recording


class ActionMethods(ABC):
    """Methods that do or undo one action each; a subclass says how.

    Attributes:
        position: How many actions are done.
    """

    position: int

    @abstractmethod
    def do(self, action: act.Action) -> Recording:
        """Do one action and return its recording."""

    @abstractmethod
    def go(self, position: int) -> None:
        """Go to the state after so many actions."""

    def undo(self) -> None:
        """Go back by one action.

        Raises:
            SpecError: Nothing was done.
        """
        self.go(self.position - 1)

    def redo(self) -> None:
        """Go forward again by one action.

        Raises:
            SpecError: Nothing was undone.
        """
        self.go(self.position + 1)

    def forward(self) -> Recording:
        """Run ``loss = criterion(net(x), y)``."""
        return self.do(act.Forward())

    def backward(self, retain_graph: bool = False) -> Recording:
        """Run ``loss.backward()``."""
        return self.do(act.Backward(retain_graph))

    def zero_grad(self, set_to_none: bool = True) -> Recording:
        """Run ``optimizer.zero_grad()``."""
        return self.do(act.ZeroGrad(set_to_none))

    def step(self) -> Recording:
        """Run ``optimizer.step()``."""
        return self.do(act.Step())

    def edit(self, tensor: str, index: tuple[int, ...], value: float) -> Recording:
        """Set one number of a tensor.

        Args:
            tensor: Name of a parameter, ``<name>.grad``, ``x`` or ``y``.
            index: Position of the number, one index per dimension.
            value: The new number.
        """
        return self.do(act.Edit(tensor, index, value))

    def freeze(self, parameter: str, frozen: bool = True) -> Recording:
        """Run ``parameter.requires_grad_(not frozen)``."""
        return self.do(act.Freeze(parameter, frozen))

    def hook(self, module: str, does: str) -> Recording:
        """From the next forward pass on, do ``detach`` or ``retain_grad`` to a module's output, or ``nothing``."""
        return self.do(act.Hook(module, does))

    def train(self, on: bool = True) -> Recording:
        """Switch between training and evaluation mode."""
        return self.do(act.Train(on))

    def swap(self, optimizer: Optimizer, scheduler: Scheduler | None = None) -> Recording:
        """Use another optimizer from now on."""
        return self.do(act.Swap(optimizer, scheduler))
