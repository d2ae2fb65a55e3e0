"""For a teacher who started `graphtrace serve`: how the servers of the class are."""

from graphtrace.app import screens

screens.server()
