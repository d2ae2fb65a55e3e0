"""Long runs: what was watched of them, also while they go on, and the steps before an accident."""

from graphtrace.app import screens

screens.runs()
