"""The mistakes of autograd: each a program that runs, fails, and is repaired."""

from graphtrace.app import screens

screens.errors()
