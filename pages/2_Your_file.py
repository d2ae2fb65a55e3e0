"""A graph, a recording or a saved lab from a file, in the same viewer."""

from graphtrace.app import screens

screens.file()
