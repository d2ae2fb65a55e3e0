"""Your code: a program that you type, run under the recorder, and stepped through."""

from graphtrace.app import screens

screens.code()
