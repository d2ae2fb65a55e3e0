"""Parts of the pages on one program: tables, the Plotly figure, choosing a file."""

from __future__ import annotations

import streamlit as st

from graphtrace.app import keys
from graphtrace.app.sources import GraphSource
from graphtrace.app.tables import edge_rows, node_rows, param_rows, saved_rows
from graphtrace.app.texts import say
from graphtrace.app.uploads import upload
from graphtrace.literals import Language, ViewName
from graphtrace.model import Graph

_SNIPPET = """import graphtrace as gt

graph = gt.trace(loss, model=net)
gt.save(graph, "graph.json.gz")

with gt.record(net, optimizer=optimizer) as rec:
    loss = criterion(net(x), y)
    loss.backward()
    optimizer.step()
rec.recording.save("step.json.gz")"""
_API = frozenset(["id", "dtype", "numel", "input_nr"])  # columns that are named as in torch and in the library
_TABLES = {"nodes": node_rows, "edges": edge_rows, "params": param_rows, "saved_table": saved_rows}


def show_tables(graph: Graph, lang: Language) -> None:
    """Draw the table of the graph that the user chooses."""
    rows = {name: make(graph) for name, make in _TABLES.items()}
    chosen = st.segmented_control(
        say("look_table", lang),
        tuple(rows),
        default="nodes",
        required=True,
        format_func=lambda name: f"{say(name, lang)} ({len(rows[name])})",
        label_visibility="collapsed",
        key="table",
    )
    shown = rows[chosen or "nodes"]
    heads = {name: _head(name, lang) for name in (shown[0] if shown else ())}
    st.dataframe(shown, column_config=heads, hide_index=True, width="stretch", key=f"table_{chosen}")


def _head(column: str, lang: Language) -> str:
    """Return the head of a column; names of torch's stay."""
    return column if column in _API else say(f"column_{column.replace(' ', '_').lower()}", lang)


def show_figure(source: GraphSource, view: ViewName, lang: Language) -> None:
    """Draw the graph as a Plotly figure."""
    from graphtrace.export import to_figure

    st.markdown(f"##### {say('figure', lang)}")
    theme = st.context.theme.type or "light"
    figure = to_figure(source.graph, fold=view, theme=theme)
    st.plotly_chart(figure, width="stretch", theme=None, key=f"figure_{source.key}_{view}")


def pick_file(lang: Language) -> tuple[str, bytes] | None:
    """Let the user choose a file, and return its name and content; it stays open when the page changes."""
    uploaded = upload(say("choose_file", lang), ["json", "gz", "gtr", "safetensors"], keys.widget(keys.UPLOAD), lang)
    if uploaded is not None:
        opened = (uploaded.name, uploaded.getvalue())
        if opened != st.session_state.get(keys.UPLOAD):
            st.session_state.pop(keys.FILE_LOOK, None)
        st.session_state[keys.UPLOAD] = opened
    latest: tuple[str, bytes] | None = st.session_state.get(keys.UPLOAD)
    return latest


def ask_for_file(lang: Language) -> None:
    """Explain how to make a file and where to open it."""
    with st.container(width=704, key="guide"):
        st.subheader(say("file_page", lang), anchor=False)
        st.markdown(say("file_intro", lang))
        st.code(_SNIPPET, language="python")
        st.caption(say("file_safe", lang))
