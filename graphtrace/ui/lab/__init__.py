"""The Lab's page, in parts: session (state), builder (sidebar), bar (actions), stage (player), charts."""

from graphtrace.ui.lab.bar import action_bar
from graphtrace.ui.lab.builder import builder
from graphtrace.ui.lab.charts import charts
from graphtrace.ui.lab.node import numbers
from graphtrace.ui.lab.opening import opened
from graphtrace.ui.lab.running import progress
from graphtrace.ui.lab.share import put
from graphtrace.ui.lab.stage import code_panel, stage
from graphtrace.ui.lab.told import finish, tell

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
