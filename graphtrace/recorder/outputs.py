"""What a call made, and how it is captured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch

from graphtrace.recorder.calls import tensors_in, unique
from graphtrace.recorder.capture import Capture
from graphtrace.recorder.numbering import TensorNumbers
from graphtrace.recorder.put_off import PatientCapture
from graphtrace.tracer.saved import storage_of

_LARGEST_HELD = 1 << 18  # bytes of memory that a small tensor may keep alive while it waits


def made_by_call(
    inputs: Sequence[torch.Tensor], before: Mapping[int, int | None], out: object, in_place: bool
) -> list[torch.Tensor]:
    """Return the tensors that a call made or changed; none for ``.to()`` that had nothing to do."""
    if isinstance(out, torch.Tensor) and not in_place and id(out) not in before:  # as for most calls
        return [out]
    candidates = unique([*tensors_in(out), *(inputs[:1] if in_place else [])])
    return [one for one in candidates if before.get(id(one), None) is None or one._version != before[id(one)]]


def captured(
    capture: PatientCapture,
    numbers: TensorNumbers,
    inputs: Sequence[torch.Tensor],
    outputs: Sequence[torch.Tensor],
    versions: Mapping[int, int],
) -> tuple[dict[str, Capture], list[int]]:
    """Capture what a call made; a small tensor waits, unless something may change it unseen.

    Memory that no call of the block made, as that of an array of numpy, may change at any time. Returns also
    which outputs lie in memory that one made. `versions` are by the memory of the inputs.
    """
    strange = {storage_of(one)[0] for one in inputs if numbers.get(one) not in numbers.owned}
    known: list[Capture | None] | None = None
    taken: dict[str, Capture] = {}
    owned = []
    for i, tensor in enumerate(outputs):
        address, size = storage_of(tensor)
        own = inputs and address is not None and address not in strange and address not in capture.exposed
        if own:
            owned.append(i)
        fresh = own and address not in versions  # memory of its own: no view of an input, and not the input itself
        if not fresh and known is None:
            known = [numbers.remembered.get(one) for one in inputs]
        if own and size <= _LARGEST_HELD:
            kept = tensor.detach() if tensor.requires_grad else tensor
            one = capture.later(kept) if fresh or known is None else capture.later_known(kept, inputs, known)
        else:
            one = capture.take(tensor) if fresh or known is None else capture.take_known(tensor, inputs, known)
        taken[f"out:{i}"] = one
        numbers.remembered.put(tensor, one)
    return taken, owned
