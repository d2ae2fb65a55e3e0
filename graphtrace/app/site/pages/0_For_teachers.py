"""For teachers: the course, what is often answered, and a pack for a class."""

from graphtrace.app import screens

screens.teachers()
