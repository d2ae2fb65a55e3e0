"""The same graph as tables and as a Plotly figure."""

from graphtrace.app import screens

screens.tables()
