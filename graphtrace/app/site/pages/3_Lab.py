"""The Lab: build a net, run it for real, step through everything."""

from graphtrace.app import screens

screens.lab()
