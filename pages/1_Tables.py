"""An earlier address of the tables of a program."""

from graphtrace.app import screens

screens.moved("table")
