"""The pages of the app, each drawn by one call, from `viz_app.py` and `pages` or from their copies in `site`."""

from __future__ import annotations

import streamlit as st

from graphtrace import app as ui
from graphtrace.app import keys, styles

_PROGRAMS = "pages/1_Programs.py"


def first() -> None:
    """Draw the first page; an address that names a program leads to it, as it always did."""
    if any(name in st.query_params for name in (keys.PROGRAM, keys.VIEW, keys.SAVED)):
        moved(st.query_params.get(keys.LOOK, "graph"))
    from graphtrace.app.learn import front

    with ui.show_errors():
        front.draw()


def moved(look: str) -> None:
    """Lead an address of earlier versions to the page of its program."""
    kept = {name: st.query_params[name] for name in keys.IN_URL if name in st.query_params}
    st.switch_page(_PROGRAMS, query_params={**kept, keys.LOOK: look})


def programs() -> None:
    """Draw a program: its graph, its training step played, or its tables."""
    lang = ui.setup("programs_page", margins=ui.chosen_look() == "table")
    with st.sidebar:
        program = ui.pick_program(lang)
    with ui.show_errors():
        ui.show_program(program, lang)
    ui.finish(lang)


def learn() -> None:
    """Draw the lessons, or a step of one."""
    from graphtrace.app import learn as learn_page  # when it is needed: the first page opens sooner

    with ui.show_errors():
        learn_page.draw()


def teachers() -> None:
    """Draw what a teacher needs: the course, common answers, the pack of a class."""
    from graphtrace.app.learn import teachers as teachers_page  # likewise

    with ui.show_errors():
        teachers_page.draw()


def server() -> None:
    """Draw how the servers of a class are, for the teacher who started them."""
    from graphtrace.app import server_page  # likewise

    with ui.show_errors():
        server_page.draw()


def errors() -> None:
    """Draw the gallery of mistakes, or the scene of one."""
    from graphtrace.app import scenes as scenes_page  # when it is needed: the first page opens sooner

    with ui.show_errors():
        scenes_page.draw()


def file() -> None:
    """Draw a graph, a recording or a saved lab from a file. The file is data: no code of it is run."""
    from graphtrace.app import lab as lab_page  # when it is needed: the first page opens sooner
    from graphtrace.app import ranks

    lang = ui.setup("file_page", margins=st.session_state.get(keys.FILE_LOOK) == "table" or ranks.is_table())
    with st.sidebar:
        ui.pick_program(lang, own=True)
        upload = ui.pick_file(lang)
        folder = ranks.pick_folder(lang)
    if folder:
        with ui.show_errors():
            ranks.show_ranks(folder, lang)
    elif upload is None:
        ui.ask_for_file(lang)
    else:
        with ui.show_errors():
            if lab_page.open_lab_file(upload[1]):
                del st.session_state[keys.UPLOAD]
                st.switch_page("pages/3_Lab.py")
            ui.show_file(*upload, lang)
    ui.end_of_sidebar(lang)


def moved_file() -> None:
    """Lead the earlier address of the page for files to it."""
    st.switch_page("pages/2_Your_file.py")


def sights() -> None:
    """Draw a sight: a run of torch worth a look of its own, moment by moment."""
    from graphtrace.app import sight  # when it is needed: the first page opens sooner

    with ui.show_errors():
        sight.draw()


def code() -> None:
    """Draw the editor for one's own code, and the player of what it did."""
    from graphtrace.app import code as code_page  # when it is needed: the first page opens sooner

    with ui.show_errors():
        code_page.draw()


def runs() -> None:
    """Draw a long run: its accidents, its numbers, also while it goes on."""
    from graphtrace.app import runs as runs_page  # when it is needed: the first page opens sooner

    with ui.show_errors():
        runs_page.draw()


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
