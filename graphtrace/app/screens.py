"""The pages of the app, each drawn by one call, from `viz_app.py` and `pages` or from their copies in `site`."""

from __future__ import annotations

import streamlit as st

from graphtrace import app as ui
from graphtrace.app import keys, styles


def first() -> None:
    """Draw the first page; an address that names a program leads to its graph, as it always did."""
    if any(name in st.query_params for name in (keys.PROGRAM, keys.VIEW, keys.SAVED)):
        graph()
        return
    from graphtrace.app.learn import front

    with ui.show_errors():
        front.draw()


def graph() -> None:
    """Draw the graph of a program."""
    lang = ui.setup("graph_page")
    with st.sidebar:
        program = ui.pick_program(lang)
    with ui.show_errors():
        source = ui.example(program, lang)
    with st.sidebar:
        st.caption(source.about)
        ui.next_steps(lang)
    ui.explore(source, lang)
    ui.finish(lang)


def learn() -> None:
    """Draw the lessons, or a step of one."""
    from graphtrace.app import learn as learn_page  # when it is needed: the first page opens sooner

    with ui.show_errors():
        learn_page.draw()


def tables() -> None:
    """Draw the same graph as tables and as a Plotly figure."""
    lang = ui.setup("tables_page", margins=True)
    with st.sidebar:
        program = ui.pick_program(lang)
        view = ui.pick_view(lang)
    with ui.show_errors():
        source = ui.example(program, lang)
    st.subheader(source.title, anchor=False)
    st.caption(source.about)
    ui.show_tables(source.graph, lang)
    with ui.show_errors():
        ui.show_figure(source, view, lang)
    ui.finish(lang)


def file() -> None:
    """Draw a graph, a recording or a saved lab from a file. The file is data: no code of it is run."""
    from graphtrace.app import lab as lab_page  # when it is needed: the first page opens sooner

    lang = ui.setup("file_page")
    with st.sidebar:
        upload = ui.pick_file(lang)
    if upload is None:
        ui.ask_for_file(lang)
    else:
        with ui.show_errors():
            if lab_page.open_lab_file(upload[1]):
                del st.session_state[keys.UPLOAD]
                st.switch_page("pages/3_Lab.py")
            ui.show_file(ui.opened_file(*upload), lang)
    ui.finish(lang)


def lab() -> None:
    """Draw the Lab: build a net, run it for real, step through everything."""
    from graphtrace.app import lab as lab_page

    lang = ui.setup("lab_page")
    with ui.show_errors():
        session = lab_page.current_session()
    st.html(styles.LAB)
    with lab_page.paused(session.run):
        with st.sidebar:
            lab_page.design_choice(session, lang)
            lab_page.builder(session, lang)
        lab_page.sidebar_drawn(session)
        lab_page.finish(session, lang)
    lab_page.stage(session, lang)


def step() -> None:
    """Draw one real training step, recorded and played: zero_grad, forward, backward, step."""
    lang = ui.setup("step_page")
    with st.sidebar:
        program = ui.pick_program(lang, ui.recordable_programs())
        with ui.show_errors():
            recording = ui.pick_recorded(program, lang)
    with ui.show_errors():
        ui.play_recording(recording, lang)
    ui.finish(lang)
