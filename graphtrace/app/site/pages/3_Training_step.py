"""An earlier address of a program's training step."""

from graphtrace.app import screens

screens.moved("play")
