"""How many backward passes are in each ``.grad``, also across iterations that nobody recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from torch import Tensor, nn

from graphtrace.model import Event


class PassCounts:
    """Counts the backward passes that added to each parameter's ``.grad`` since it was last None or zero.

    Attributes:
        counts: By parameter; one without passes has no entry.
    """

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def clear(self) -> None:
        """Note that every ``.grad`` was cleared."""
        self.counts.clear()

    def restore(self, counts: Mapping[str, int]) -> None:
        """Take the counts of a snapshot."""
        self.counts = dict(counts)

    def read(self, events: Iterable[Event]) -> None:
        """Count what a recording saw."""
        for event in events:
            if event.param and event.kind == "accumulate" and event.tensor("added") is not None:
                self._add(event.param)
            elif event.param and event.kind == "grad_zero":
                self.counts.pop(event.param, None)

    @contextmanager
    def counting(self, net: nn.Module) -> Iterator[None]:
        """Count by hooks of torch. Not during a recording, which would tell of these hooks."""
        parameters = [(name, parameter) for name, parameter in net.named_parameters() if parameter.requires_grad]
        handles = [
            parameter.register_post_accumulate_grad_hook(self._hook(name))  # type: ignore[no-untyped-call]
            for name, parameter in parameters
        ]
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def _hook(self, name: str) -> Callable[[Tensor], None]:
        def add(parameter: Tensor) -> None:
            self._add(name)

        return add

    def _add(self, name: str) -> None:
        self.counts[name] = self.counts.get(name, 0) + 1
