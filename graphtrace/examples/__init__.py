"""Small programs to trace and record: one menu for the app, the tests and the lessons.

>>> from graphtrace import examples
>>> built = examples.build("lenet")
>>> built.root.grad_fn.name()
'MseLossBackward0'

Each file holds a family of programs. A build makes new tensors and does not touch the process's random numbers.
"""

from __future__ import annotations

from difflib import get_close_matches
from itertools import chain

from graphtrace.errors import TraceError, shown
from graphtrace.examples import basics, fan_out, lenet, losses, mazur, module_nets, two_layer
from graphtrace.examples.program import Built, Example

__all__ = ["OPENING", "Built", "Example", "build", "get", "names"]

OPENING = "lenet"
"""Name of the example that the app opens on."""

_FAMILIES = (basics, two_layer, module_nets, lenet, fan_out, losses, mazur)
_MENU: dict[str, Example] = {
    item.name: item
    for item in sorted(chain.from_iterable(family.EXAMPLES for family in _FAMILIES), key=lambda item: item.seed_letter)
}


def names() -> tuple[str, ...]:
    """Return the name of every example, in the order of the menu."""
    return tuple(_MENU)


def get(name: str) -> Example:
    """Return an example without building it.

    Raises:
        TraceError: If there is no example of this name.
    """
    if name in _MENU:
        return _MENU[name]
    close = get_close_matches(str(name), _MENU, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    raise TraceError(f"unknown example: {shown(name)} ({hint}must be one of {sorted(_MENU)})")


def build(name: str) -> Built:
    """Build an example afresh.

    Raises:
        TraceError: If there is no example of this name.
    """
    return get(name).build()
