"""A machine: one program of the Lab that runs for real, remembers what it did, and goes back and forth in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import replace

import torch
from torch import Tensor

from graphtrace.errors import SpecError, shown
from graphtrace.lab.records import actions as act
from graphtrace.lab.records.spec import Optimizer, Scheduler, Spec
from graphtrace.lab.running.past import Past
from graphtrace.lab.running.runner import Runner
from graphtrace.lab.running.snapshot import Snapshot
from graphtrace.lab.running.taped import Taped
from graphtrace.lab.running.turns import Turn
from graphtrace.model import Recording


class Machine(Runner):
    """Run a spec: forward, backward, step and zero in any order, each a real execution under the recorder.

    What torch refuses is an event of the recording and `Turn.error`, never an exception; what the
    caller asked wrongly is a `SpecError`, and nothing was done. Not tied to a thread; one at a time.

    Args:
        spec: A spec that runs.

    Raises:
        SpecError: It does not; the text holds every problem.
    """

    @property
    def spec(self) -> Spec:
        """The spec it was made from."""
        return self.live.spec

    @property
    def actions(self) -> tuple[act.Action, ...]:
        """What was done up to here: with the spec, all that makes this state."""
        return tuple(turn.action for turn in self.turns[: self.position])

    @property
    def losses(self) -> tuple[float, ...]:
        """The loss of every forward pass up to here."""
        return tuple(loss for turn in self.turns[: self.position] for loss in turn.losses)

    @property
    def loss(self) -> Tensor | None:
        """The loss with its graph, for tracing; None before Forward. Never keep it."""
        return self.live.loss

    @property
    def tape(self) -> Taped | None:
        """The block that watched the latest forward pass; it knows which operation made which node."""
        return self._tape

    def fingerprint(self) -> str:
        """Return a digest of every bit of the state: parameters, gradients, optimizer, random numbers."""
        return self.live.snapshot().fingerprint()

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
        """Set one number of a parameter, of its ``.grad``, of ``x`` or ``y``."""
        return self.do(act.Edit(tensor, index, value))

    def freeze(self, parameter: str, frozen: bool = True) -> Recording:
        """Let a parameter require grad no more, or again."""
        return self.do(act.Freeze(parameter, frozen))

    def hook(self, module: str, does: str) -> Recording:
        """From the next forward pass on, do ``detach`` or ``retain_grad`` to a module's output, or ``nothing``."""
        return self.do(act.Hook(module, does))

    def train(self, on: bool = True) -> Recording:
        """Switch between training and evaluation."""
        return self.do(act.Train(on))

    def swap(self, optimizer: Optimizer, scheduler: Scheduler | None = None) -> Recording:
        """Go on with another optimizer."""
        return self.do(act.Swap(optimizer, scheduler))

    def load(self, weights: Mapping[str, Tensor]) -> None:
        """Start from other parameters and buffers than the seed's; before the first action.

        Raises:
            SpecError: They are not this net's, or something was done already.
        """
        if self.turns:
            raise SpecError(f"weights come before the first action: {len(self.turns)} were done (use a new machine)")
        wanted = {name: tuple(one.shape) for name, one in self.live.net.state_dict().items()}
        given = {name: tuple(one.shape) for name, one in weights.items()}
        if wanted != given:
            odd = sorted(set(wanted.items()) ^ set(given.items()))[0][0]
            raise SpecError(f"the weights are not this net's: {shown(odd)} (save the lab again)")
        with self._lock:
            self.live.net.load_state_dict(dict(weights))
            self._past = Past(self.live.snapshot())

    def weights(self) -> dict[str, Tensor]:
        """Return copies of the parameters and buffers, on the CPU."""
        return {name: one.detach().cpu().clone() for name, one in self.live.net.state_dict().items()}

    def recording(self, number: int) -> Recording:
        """Return what happened in a turn; one that is no longer kept, or was not watched, is run again aside.

        Raises:
            SpecError: There is no such turn, or it is a run too long to watch.
        """
        if not 0 <= number < len(self.turns):
            raise SpecError(f"no such turn: {shown(number)} (there are {len(self.turns)})")
        turn = self.turns[number]
        if turn.recording is not None:
            return turn.recording
        return self.branch(number).do(turn.action)

    def undo(self) -> None:
        """Go back by one action.

        Raises:
            SpecError: This is the start.
        """
        self.go(self.position - 1)

    def redo(self) -> None:
        """Go forward again by one action.

        Raises:
            SpecError: Nothing was undone.
        """
        self.go(self.position + 1)

    def go(self, position: int) -> None:
        """Go to the state after so many actions: bit for bit the one that was, its graph included.

        A graph cannot be copied: actions since the last forward pass are done again, from a snapshot.
        """
        if not 0 <= position <= len(self.turns):
            raise SpecError(f"no such position: {shown(position)} (0 is the start, {len(self.turns)} the end)")
        with self._lock:
            self._tape = None
            start, inner, snapshot = self._past.nearest(position, self._wanted(position))
            self.live.restore(snapshot)
            for turn in self.turns[start:position]:
                self._again(turn, inner)
                inner = 0
            self.position = position

    def _wanted(self, position: int) -> int:
        """Return the position from which the graph at `position` can be made again: before the last forward pass."""
        makers = [i for i, turn in enumerate(self.turns[:position]) if turn.made]
        return makers[-1] if makers else position

    def _again(self, turn: Turn, inner: int) -> None:
        """Do a turn again. What it raised, it raises again."""
        action = turn.action
        if isinstance(action, act.Iterate):
            left = replace(action, n=action.n - inner)
            self._unwatched(lambda: self.live.iterate(left))
        else:
            _, self._tape = self._recorded(action)

    def branch(self, position: int | None = None) -> Machine:
        """Return an independent machine with the same past, at the same place or at another one."""
        with self._lock:
            other = Machine(self.spec)
            other.turns, other._past = self.turns, copy(self._past)
            other.go(self.position if position is None else position)
            return other

    def at(self, position: int) -> Snapshot:
        """Return the state after so many actions, without going there.

        Raises:
            SpecError: There is no such position.
        """
        with self._lock:
            if position == self.position:
                return self.live.snapshot(self._past.latest)
            return self._past.exactly(position) or self.branch(position).live.snapshot()

    def replay(self, actions: Iterable[act.Action]) -> None:
        """Do actions in order, as a link or a file tells them. Runs are not watched."""
        for action in actions:
            if isinstance(action, act.Iterate):
                self.iterate(action.n, zero=action.zero)
            else:
                self.do(action)

    def tensor(self, name: str) -> Tensor:
        """Return a copy of a parameter, of ``<name>.grad``, ``x`` or ``y``, on the CPU."""
        return self.live.find(name).detach().cpu().clone()

    def names(self) -> tuple[str, ...]:
        """Return the names of the parameters."""
        return tuple(name for name, _ in self.live.net.named_parameters())

    def predict(self, x: Tensor) -> Tensor:
        """Return what the net says of other inputs, as in evaluation. Changes nothing.

        Raises:
            SpecError: The inputs are no tensor, or do not fit the net.
        """
        if not isinstance(x, Tensor):
            raise SpecError(f"no inputs for the net: {shown(x)} (give it a batch like x)")
        live, mode = self.live, self.live.net.training
        with self._lock, torch.no_grad():
            try:
                out: Tensor = live.net.eval()(x.to(live.device, live.x.dtype))
            except (RuntimeError, ValueError, IndexError) as error:
                raise SpecError(f"the net takes no {tuple(x.shape)}: {error} (give it a batch like x)") from None
            finally:
                live.net.train(mode)
            return out.cpu()
