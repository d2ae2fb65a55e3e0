"""The Lab's page, in parts: session (state), builder (sidebar), bar (actions), stage (player), charts."""

from graphtrace.app.lab.bar import action_bar
from graphtrace.app.lab.builder import builder
from graphtrace.app.lab.charts import charts
from graphtrace.app.lab.node import numbers
from graphtrace.app.lab.opening import opened
from graphtrace.app.lab.running import progress
from graphtrace.app.lab.share import put
from graphtrace.app.lab.stage import code_panel, stage
from graphtrace.app.lab.told import finish, tell

__all__ = [
    "action_bar",
    "builder",
    "charts",
    "code_panel",
    "finish",
    "numbers",
    "opened",
    "progress",
    "put",
    "stage",
    "tell",
]
