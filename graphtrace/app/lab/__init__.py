"""The Lab's page, in parts: session (state), builder (sidebar), bar (actions), stage (player), charts."""

from graphtrace.app.lab.action_bar import action_bar
from graphtrace.app.lab.background_run import progress
from graphtrace.app.lab.builder import builder
from graphtrace.app.lab.charts import charts
from graphtrace.app.lab.messages import finish, tell
from graphtrace.app.lab.node_actions import numbers
from graphtrace.app.lab.opening import opened
from graphtrace.app.lab.player_panel import code_panel, stage
from graphtrace.app.lab.share import put

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
