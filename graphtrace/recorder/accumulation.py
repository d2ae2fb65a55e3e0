"""How a leaf's .grad takes a gradient in: what it was before, what arrived, what it is after, and a proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from graphtrace.recorder.arrivals import Proof, plus
from graphtrace.recorder.contents import Contents
from graphtrace.recorder.fetch import Pending
from graphtrace.tracer.saved import storage_of


@dataclass(slots=True)
class Accumulation:
    """One leaf between the arrival of its gradient and the end of its node.

    Args:
        leaf: The leaf; its ``.grad`` is still the old one.
        added: The gradient's content.
    """

    leaf: torch.Tensor
    added: Pending | None
    _kept: torch.Tensor | None = None
    _before: Pending | None = None

    def begin(self, contents: Contents) -> None:
        """Copy the old ``.grad``: torch adds to it in place."""
        grad = self.leaf.grad
        if grad is not None:
            self._kept, self._before = grad.detach().clone(), contents.take(grad)

    def end(self, contents: Contents, added: torch.Tensor | None) -> tuple[dict[str, Pending | None], dict[str, Any]]:
        """Return the values and facts of the event. torch may steal the gradient's memory: then nothing was copied."""
        after = self.leaf.grad
        taken, proof = self._after(contents, added, after)
        values = {"before": self._before, "added": self.added, "after": taken}
        facts: dict[str, Any] = {} if proof is None else {"proof": proof}
        if _post_hooks(self.leaf):
            facts["hook"] = "post_accumulate_grad_hook"
        return values, facts

    def _after(
        self, contents: Contents, added: torch.Tensor | None, after: torch.Tensor | None
    ) -> tuple[Pending | None, Proof]:
        if added is None or after is None:
            return (None if after is None else contents.take(after)), None
        if self._kept is None and not _post_hooks(self.leaf) and _shares_memory(added, after) and self.added:
            contents.remember(after, self.added)
            return self.added, "same"
        if _post_hooks(self.leaf) and self._kept is None and self.added:  # `added` may be the memory the hook changed
            taken = contents.take(after)
            return taken, contents.same_content(self.added, taken) or "unknown"
        expected = added.detach() if self._kept is None else plus(self._kept, added.detach())
        flag = contents.same(expected, after.detach())
        is_copy = flag is not None and flag.value and self._kept is None and self.added is not None
        taken = self.added if is_copy and self.added else contents.take(after)
        contents.remember(after, taken)
        return taken, flag or "unknown"


def _post_hooks(leaf: torch.Tensor) -> bool:
    return bool(getattr(leaf, "_post_accumulate_grad_hooks", None))


def _shares_memory(one: torch.Tensor, other: torch.Tensor) -> bool:
    address, _ = storage_of(one)
    return address is not None and storage_of(other)[0] == address
