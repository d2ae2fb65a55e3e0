"""The Lab's page in parts.

Bottom to top: background_run, comparison, session_parts, session, training (the state); exercise, lesson_place,
opening, messages (address and notes); forms, design_choice, net_rows, layer_edits, layer_list, share, actions_menu,
builder (the sidebar); repairing, hand, iteration, node_actions, story_line, toolbar, live_payload, net_payload,
player_panel, pulse, side_by_side (players); figures (Plotly), chart_context, chart_events, the chart groups, charts;
stage (all beside the sidebar).
"""

from graphtrace.app.lab.background_run import paused
from graphtrace.app.lab.builder import builder, net_controls
from graphtrace.app.lab.design_choice import design_choice
from graphtrace.app.lab.messages import finish, note_address
from graphtrace.app.lab.opening import current_session, lend
from graphtrace.app.lab.share import open_lab_file
from graphtrace.app.lab.stage import sidebar_drawn, stage

__all__ = [
    "builder",
    "current_session",
    "design_choice",
    "finish",
    "lend",
    "net_controls",
    "note_address",
    "open_lab_file",
    "paused",
    "sidebar_drawn",
    "stage",
]
