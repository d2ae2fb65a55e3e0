"""The page of a run: its accidents, its graph in colours at a step, its curves; followed while it grows."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from graphtrace import app as ui
from graphtrace.app import keys
from graphtrace.app.address import write_query
from graphtrace.app.data import layout_of
from graphtrace.app.lab.figures.style import style
from graphtrace.app.pickers import pick_language
from graphtrace.app.recordings import play_recording
from graphtrace.app.runs import figures, finding, flow
from graphtrace.app.runs.figures import RunLook
from graphtrace.app.sources import GraphSource, RecordingSource
from graphtrace.app.texts import plain, say
from graphtrace.literals import Language, ViewName
from graphtrace.runs import Accident, WatchedRun, WatchedStep
from graphtrace.runs.words import told

_EVERY = 2.0  # seconds between two looks at a run that goes on
_CONFIG = {"displaylogo": False, "displayModeBar": False}
_LARGE = 60  # nodes from which modules are drawn closed
_GRAPH, _CHART = 236, 292  # heights in pixels: at 1280×720 all is in one view
_ASPECT = 4.0  # width by height of the graph
_CODE = """with gt.watch(model, optimizer, every=10, to="runs/first"), \\
        gt.flight_recorder(model, optimizer, to="runs/first"):
    train()"""


def draw() -> None:
    """Draw the run that is chosen, or that the address names."""
    lang = ui.setup("runs_page", margins=st.session_state.get(keys.RUN_PLAYED) is None)
    known = finding.runs()
    if not known:
        _guide(lang)
        ui.end_of_sidebar(lang)
        return
    with st.sidebar:
        name = _choose(tuple(known), lang)
        other = _other(tuple(known), name, lang)
    played = st.session_state.get(keys.RUN_PLAYED)
    if played is not None and played[0] == name:
        _play(known[name], played[1], lang)
    else:
        runs = {one: known[one] for one in (name, other) if one is not None}
        every = _EVERY if any(finding.goes_on(path) for path in runs.values()) else None
        st.fragment(_numbers, run_every=every)(runs, lang)
    with st.sidebar:
        pick_language(lang)
    write_query({keys.RUN_NAME: name, keys.LANGUAGE: lang})


def _guide(lang: Language) -> None:
    with st.container(width=704, key="guide"):
        st.subheader(say("runs_page", lang), anchor=False)
        st.markdown(say("runs_intro", lang))
        st.code(_CODE, language="python")
        st.markdown(say("runs_serve", lang))
        st.code("graphtrace app --runs runs/", language="bash")


def _choose(names: tuple[str, ...], lang: Language) -> str:
    state, widget = st.session_state, keys.widget(keys.RUN_NAME)
    address = st.query_params.get(keys.RUN_NAME)
    wanted = state.get(keys.RUN_NAME, address)
    state[widget] = wanted if wanted in names else names[0]
    chosen: str = st.selectbox(say("runs_run", lang), names, key=widget)
    if chosen != state.get(keys.RUN_NAME):
        state[keys.RUN_NAME] = chosen
        state.pop(keys.RUN_PLAYED, None)
        state[keys.RUN_FOLLOW] = True
    return chosen


def _other(names: tuple[str, ...], name: str, lang: Language) -> str | None:
    rest = [one for one in names if one != name]
    return st.selectbox(say("runs_other", lang), rest, index=None, key="run_other", placeholder="–") if rest else None


def _play(path: Path, accident: int, lang: Language) -> None:
    with st.sidebar:
        st.button(say("runs_back", lang), on_click=_played, args=(None,), icon=":material/arrow_back:", width="stretch")
    key, recording = finding.recording_of(path, accident)
    happened = finding.run_at(path).accidents[accident]
    with st.sidebar:
        st.caption(plain(told(happened, lang)))
    play_recording(RecordingSource(key, f"{path.name}_{happened.step}", path.name, "", recording), lang)


def _played(run: tuple[str, int] | None) -> None:
    st.session_state[keys.RUN_PLAYED] = run


def _numbers(runs: dict[str, Path], lang: Language) -> None:
    """Draw what changes while the run goes on."""
    name, path = next(iter(runs.items()))
    for position, accident in enumerate(finding.run_at(path).accidents):
        _accident(name, path, position, accident, lang)
    read = {one: finding.watched(place) for one, place in runs.items()}
    run = read[name]
    if not run.steps and not finding.flown(path):
        st.info(say("runs_waiting", lang), icon=":material/hourglass_empty:")
        return
    measure: flow.Measure = "gradient"
    step = None
    if run.steps:
        bar, _ = st.columns([12, 1])  # Streamlit's own menu and its sign of work are at the right
        with bar.container(horizontal=True, vertical_alignment="center", key="run_bar"):
            measure = _measure(lang)
            step = _step(name, run, finding.goes_on(path), lang)
    look = RunLook(style(st.context.theme.type == "dark"), lang, measure)
    if step is not None:
        _graphs(look, runs, read, step)
    _curves(look, runs, read, None if step is None else step.step)


def _accident(name: str, path: Path, position: int, accident: Accident, lang: Language) -> None:
    with st.container(border=True, key=f"run_accident_{position}"):
        left, right = st.columns([5, 1], vertical_alignment="center")
        left.markdown(f":material/warning: **{plain(told(accident, lang))}**")
        if accident.cause and accident.complete:
            left.markdown(plain(finding.cause_of(path, position, accident, lang)))
        if accident.complete:
            label = say("runs_play", lang)
            if right.button(label, key=f"run_play_{position}", width="stretch"):
                _played((name, position))
                st.rerun()  # the whole page: this is a part of it


def _measure(lang: Language) -> flow.Measure:
    chosen = st.segmented_control(
        say("runs_measure", lang),
        flow.MEASURES,
        default="gradient",
        required=True,
        format_func=lambda name: say(f"runs_{name}", lang),
        label_visibility="collapsed",
        width="content",
        key=keys.RUN_MEASURE,
    )
    return chosen or "gradient"


def _step(name: str, run: WatchedRun, live: bool, lang: Language) -> WatchedStep:
    """Let the user choose a step. While the run is followed the last one is shown, else the choice stays."""
    state = st.session_state
    follows = state.setdefault(keys.RUN_FOLLOW, True)
    count = len(run.steps) if follows else min(len(run.steps), state.get(keys.RUN_KNOWN, len(run.steps)))
    steps = {step.step: step for step in figures.thinned(run.steps[:count])}
    options, key = tuple(steps), f"{keys.RUN_STEP}_{name}_{count}"
    if state.get(key) not in steps:
        state[key] = options[-1]
    if len(options) < 2:
        return run.steps[-1]
    label = say("runs_step", lang)
    st.select_slider(
        label, options, key=key, on_change=_stay, args=(key, count, options[-1]), label_visibility="collapsed"
    )
    st.toggle(say("runs_live" if live else "runs_last", lang), key=keys.RUN_FOLLOW, width="content")
    return steps[options[-1] if follows else state[key]]


def _stay(key: str, count: int, last: int) -> None:
    """Another step was chosen. A slider that has just been made may report its own step: that is no choice."""
    if st.session_state[key] != last:
        st.session_state[keys.RUN_FOLLOW], st.session_state[keys.RUN_KNOWN] = False, count


def _graphs(look: RunLook, runs: dict[str, Path], read: dict[str, WatchedRun], step: WatchedStep) -> None:
    """Draw the graph of each run at the same step."""
    columns = st.columns(len(runs)) if len(runs) > 1 else [st.container()]
    for column, (name, path) in zip(columns, runs.items(), strict=True):
        run, found = read[name], finding.graph_of(path)
        if not run.steps or found is None:
            continue
        key, graph = found
        source = GraphSource(key, name, name, "", graph)
        view: ViewName = "module" if len(graph.nodes) > _LARGE else "concept"
        layout = layout_of(source, view, None, False, _ASPECT / len(runs))
        near = min(run.steps, key=lambda one: abs(one.step - step.step))
        scale = flow.scale_of(run, look.measure)
        with column:
            figure = figures.picture(look, graph, layout, run, near, scale, _GRAPH)
            st.plotly_chart(figure, width="stretch", theme=None, key=f"run_graph_{name}", config=_CONFIG)
            st.caption(_extremes(run, near, look))


def _extremes(run: WatchedRun, step: WatchedStep, look: RunLook) -> str:
    """Say where the measure is smallest and largest, and where it is not finite."""
    values = {name: flow.value_of(run, step, i, look.measure) for i, name in enumerate(run.parameters)}
    known = {name: value for name, value in values.items() if value is not None and value - value == 0}
    odd = [name for name, value in values.items() if value is not None and value - value != 0]
    if odd:
        return say("runs_odd", look.lang, step=f"{step.step:,}", names=plain(", ".join(odd[:4])), n=len(odd))
    if not known:
        return say("runs_nothing", look.lang, step=f"{step.step:,}")
    low, high = min(known, key=lambda name: known[name]), max(known, key=lambda name: known[name])
    words = {"low": plain(low), "lowest": f"{known[low]:.3g}", "high": plain(high), "highest": f"{known[high]:.3g}"}
    return say("runs_extremes", look.lang, step=f"{step.step:,}", what=say(f"runs_{look.measure}", look.lang), **words)


def _curves(look: RunLook, runs: dict[str, Path], read: dict[str, WatchedRun], present: int | None) -> None:
    """Draw the losses, and the numbers of all parameters over the steps."""
    name, path = next(iter(runs.items()))
    points = {one: _losses(read[one], place) for one, place in runs.items()}
    left, right = st.columns([2, 3])
    accidents = finding.run_at(path).accidents
    known = dict(points[name])
    whole = [(one.step, known.get(one.step, float("nan"))) for one in accidents if one.complete]
    steps = [one.step for one in accidents if one.complete]
    with left:
        figure = figures.losses(look, points, present, whole, _CHART)
        event = st.plotly_chart(
            figure, width="stretch", key=f"run_loss_{len(steps)}", config=_CONFIG, on_select="rerun",
            selection_mode="points",
        )  # fmt: skip
        _clicked(name, event, [i for i, one in enumerate(accidents) if one.complete], len(points))
    if read[name].steps:
        with right:
            scale = flow.scale_of(read[name], look.measure)
            drawn = figures.table(look, read[name], scale, present, _CHART)
            st.plotly_chart(drawn, width="stretch", key="run_table", config=_CONFIG)


def _losses(run: WatchedRun, path: Path) -> list[tuple[int, float]]:
    flown = [(one.step, one.loss) for one in finding.flown(path) if one.loss is not None]
    found = flown or [(one.step, one.loss) for one in run.steps if one.loss is not None]
    stride = max(1, len(found) // 2000)
    return found[::stride] if stride > 1 else found


def _clicked(name: str, event: object, positions: list[int], curves: int) -> None:
    """A click on the mark of a step that was recorded whole plays it."""
    chosen = getattr(getattr(event, "selection", None), "points", None) or []
    for point in chosen:
        if point.get("curve_number") == curves and point.get("point_number", len(positions)) < len(positions):
            _played((name, positions[point["point_number"]]))
            st.rerun()
