"""The Lab's page in parts.

Bottom to top: background_run, comparison, session (the state); opening, messages (address and notes); forms,
net_editor, share, builder (the sidebar); actions_menu, action_bar; node_actions, player_panel, side_by_side (players);
figures (Plotly), chart_context, the chart groups, charts.
"""

from graphtrace.app.lab.action_bar import action_bar
from graphtrace.app.lab.background_run import run_progress
from graphtrace.app.lab.builder import builder
from graphtrace.app.lab.charts import charts
from graphtrace.app.lab.messages import finish, show_messages
from graphtrace.app.lab.node_actions import numbers_dialog
from graphtrace.app.lab.opening import current_session
from graphtrace.app.lab.player_panel import code_panel, player_panel
from graphtrace.app.lab.share import open_lab_file

__all__ = [
    "action_bar",
    "builder",
    "charts",
    "code_panel",
    "current_session",
    "finish",
    "numbers_dialog",
    "open_lab_file",
    "player_panel",
    "run_progress",
    "show_messages",
]
