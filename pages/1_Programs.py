"""The programs: the true autograd graph of each."""

from graphtrace.app import screens

screens.graph()
