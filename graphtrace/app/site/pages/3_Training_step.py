"""One real training step, recorded and played: zero_grad, forward, backward, step."""

from graphtrace.app import screens

screens.step()
