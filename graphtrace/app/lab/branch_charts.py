"""Two branches of one past: B goes on from any moment while A is kept, and both are compared at one place."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from graphtrace.app.lab.chart_context import ChartContext, draw
from graphtrace.app.lab.comparison import NAMES, Comparison
from graphtrace.app.lab.figures import Curves, losses
from graphtrace.app.lab.figures.style import Drawing
from graphtrace.app.lab.session import Lab
from graphtrace.app.lab.side_by_side import cursors, does, told
from graphtrace.app.texts import say
from graphtrace.compare import diff
from graphtrace.lab.records.spec import Adam
from graphtrace.lab.running.machine import Machine
from graphtrace.lab.showing import branches, training_curves
from graphtrace.lab.showing.time_points import TimePoint, time_point

_BESIDE = "beside"  # both on the stage


def compare(scene: ChartContext) -> None:
    """Draw the comparison, or the ways to begin one."""
    found = scene.one.compared
    if found is None:
        _ways(scene)
        return
    _switch(scene, found)
    at = _places(scene, found)
    draw((_losses(scene, found, at), _norms(scene, found, at)))
    _table(scene, found, at)


def _ways(scene: ChartContext) -> None:
    """Offer what can be compared from this moment."""
    one, lang = scene.one, scene.lang
    st.markdown(say("branch_about", lang))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        lr = st.number_input(say("branch_lr", lang), 1e-6, 10.0, 0.01, format="%g", key="lab_branch_lr", width=120)
        count = int(st.session_state.get("lab_n") or 100)
        adam = lambda: branches.branch_with_optimizer(one.machine, scene.at, Adam(lr=lr), count)  # noqa: E731
        zero = lambda: branches.branch_without_zero_grad(one.machine, scene.at, count)  # noqa: E731
        here = lambda: branches.branch_by_hand(one.machine, scene.at)  # noqa: E731
        _way(scene, "adam", adam, f"Adam({lr:g})")
        _way(scene, "zero", zero, "branch_no_zero")
        _way(scene, "here", here, "branch_goes_on")
    st.caption(say("branch_presets", lang, count=count))


def _way(scene: ChartContext, name: str, make: Callable[[], branches.BranchPair], apart: str) -> None:
    if st.button(say(f"branch_{name}", scene.lang), key=f"lab_branch_{name}", type="primary"):
        _begin(scene.one, make, apart)
        st.rerun()


def _begin(one: Lab, make: Callable[[], branches.BranchPair], apart: str) -> None:
    """Make the branches, and go on with B; what is refused is told, and nothing is lost."""
    with one.told():
        one.kept = Comparison(make(), apart)
        _put(one, one.kept.pair.b, None)


def _put(one: Lab, machine: Machine, cursor: int | None) -> None:
    """Put a branch on the stage."""
    one.machine, one.cursor, one.newest = machine, cursor, 0
    one.serial += 1


def _switch(scene: ChartContext, found: Comparison) -> None:
    one, lang = scene.one, scene.lang
    own = "A" if one.machine is found.pair.a else "B"
    now = _BESIDE if found.beside else own
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = st.segmented_control(
            say("branch_shown", lang),
            (_BESIDE, *NAMES),
            default=now,
            required=True,
            format_func=lambda name: say("branch_beside", lang) if name == _BESIDE else _named(found, name, lang),
            label_visibility="collapsed",
            key=f"lab_branch_shown_{one.serial}",
        )
        st.markdown(say("branch_same", lang, count=found.pair.shared_forwards))
        st.button(say("branch_parting", lang), key="lab_branch_parting", on_click=_part, args=(one, found, lang))
        if st.button(say("branch_end", lang, branch=own), key="lab_branch_end"):
            one.kept = None
            st.rerun()
    if chosen != now:
        _show(scene, found, str(chosen))
        st.rerun()


def _named(found: Comparison, name: str, lang: str) -> str:
    return f"{name} · {does(found, name, lang)}"


def _show(scene: ChartContext, found: Comparison, chosen: str) -> None:
    """Put one branch on the stage, or both; time stands where it stood."""
    found.beside = chosen == _BESIDE
    if found.beside or scene.one.machine is found.machine(chosen):
        return
    _put(scene.one, found.machine(chosen), cursors(scene.one, found, scene.cursor)[NAMES.index(chosen)])


def _part(one: Lab, found: Comparison, lang: str) -> None:
    """Have the players go to the first event that both did with other contents."""
    other = found.pair.b if one.machine is found.pair.a else found.pair.a
    cursor = branches.first_difference(told(one.machine), told(other))
    if cursor is None:
        st.toast(say("branch_no_parting", lang))
    else:
        one.seek(cursor)


def _places(scene: ChartContext, found: Comparison) -> dict[str, TimePoint]:
    """Return the same place in both branches: where the players stand, or would."""
    at = cursors(scene.one, found, scene.cursor)
    return {name: time_point(found.machine(name), cursor) for name, cursor in zip(NAMES, at, strict=True)}


def _losses(scene: ChartContext, found: Comparison, at: dict[str, TimePoint]) -> tuple[str, Drawing]:
    return "branch_losses", _two(scene, found, at, "branch_losses", training_curves.losses)


def _norms(scene: ChartContext, found: Comparison, at: dict[str, TimePoint]) -> tuple[str, Drawing]:
    return "branch_norms", _two(scene, found, at, "branch_norms", training_curves.total_gradient_norm)


def _two(
    scene: ChartContext,
    found: Comparison,
    at: dict[str, TimePoint],
    title: str,
    read: Callable[[Machine], training_curves.Curve],
) -> Drawing:
    said = Curves(say(title, scene.lang), "", say("chart_across", scene.lang))
    series = {name: read(found.machine(name)) for name in NAMES}
    marks = {name: training_curves.forwards_done(found.machine(name), at[name]) for name in NAMES}
    return losses(scene.look, said, series, marks, found.pair.shared_forwards)


def _table(scene: ChartContext, found: Comparison, at: dict[str, TimePoint]) -> None:
    """Tell per parameter how far the branches are apart."""
    lang = scene.lang
    rows = branches.parameter_differences(found.pair, at["A"], at["B"])
    names = [say(f"branch_{name}", lang) for name in ("parameter", "gap", "most", "bits")]
    heads = (names[0], "‖A‖", "‖B‖", *names[1:3], "‖A.grad‖", "‖B.grad‖", names[3])
    cells = [
        (row.name, *map(_number, _norms_of(row)), say("branch_yes" if row.same else "branch_no", lang)) for row in rows
    ]
    with st.container(key="lab_branch_table"):
        st.table({head: list(column) for head, column in zip(heads, zip(*cells, strict=True), strict=True)})
    apart = diff(told(found.pair.a), told(found.pair.b))
    st.caption(say("branch_nodes", lang, gradients=len(apart.gradients), leaves=len(apart.leaves)))


def _number(amount: float | None) -> str:
    return "None" if amount is None else f"{amount:.4g}"


def _norms_of(row: branches.ParameterDifference) -> tuple[float | None, ...]:
    differences = row.norm_of_difference, row.largest_difference
    return (row.norm_a, row.norm_b, *differences, row.grad_norm_a, row.grad_norm_b)
