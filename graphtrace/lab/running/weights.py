"""The weights of a program: its parameters and buffers, out and in."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn

from graphtrace.errors import SpecError, shown


def copied_weights(net: nn.Module) -> dict[str, Tensor]:
    """Return copies of the parameters and buffers, on the CPU."""
    return {name: tensor.detach().cpu().clone() for name, tensor in net.state_dict().items()}


def load_weights(net: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Give a net these parameters and buffers.

    Raises:
        SpecError: They are not this net's.
    """
    expected = {name: tuple(tensor.shape) for name, tensor in net.state_dict().items()}
    given = {name: tuple(tensor.shape) for name, tensor in weights.items()}
    if expected != given:
        odd = sorted(set(expected.items()) ^ set(given.items()))[0][0]
        raise SpecError(f"the weights are not this net's: {shown(odd)} (save the lab again)")
    net.load_state_dict(dict(weights))
