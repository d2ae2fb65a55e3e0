"""The programs: the true autograd graph of each, its training step played, its tables."""

from graphtrace.app import screens

screens.programs()
