"""Work of the recorder's own that neither autograd nor the program's own modes see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import torch
from torch._C import _len_torch_dispatch_stack
from torch.utils._python_dispatch import _disable_current_modes

_NO_MODE: AbstractContextManager[object] = nullcontext()


def without_dispatch_modes() -> AbstractContextManager[object]:
    """Return the context in which the program's own ``TorchDispatchMode``s do not see what is called.

    A counter of operations would count the recorder's reads, and a checkpoint's policy would keep them.
    """
    return _disable_current_modes() if _len_torch_dispatch_stack() else _NO_MODE


@contextmanager
def unseen() -> Iterator[None]:
    """Run torch calls without gradients, and unseen by any mode."""
    was_enabled = torch.is_grad_enabled()
    torch._C._set_grad_enabled(False)
    try:
        with torch._C.DisableTorchFunction(), without_dispatch_modes():
            yield
    finally:
        torch._C._set_grad_enabled(was_enabled)
