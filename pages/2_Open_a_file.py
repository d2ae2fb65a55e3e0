"""An earlier address of the page for files."""

from graphtrace.app import screens

screens.moved_file()
