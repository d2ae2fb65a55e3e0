"""The Lab's charts as a class sees them: they follow the player, and a comparison is one press."""

from __future__ import annotations

import pytest

import graphtrace as gt
from graphtrace import compare, lab
from graphtrace.explain import sentences
from graphtrace.lab.records.spec import Adam
from graphtrace.lab.showing import branches, time_points, training_curves
from graphtrace.lab.showing.playback import playback
from tests.support import expected

# Numbers of a figure's trace, as Plotly holds them; None until it is drawn.
TRACE = """([chart, trace]) => {
  const plot = document.querySelector(`[class*="st-key-lab_chart_${chart}"] .js-plotly-plot`);
  return plot?.data?.[trace] ? { x: [...plot.data[trace].x], y: [...plot.data[trace].y] } : null;
}"""
ARRIVED = f"""([at, points, last]) => {{
  const x = ({TRACE})(at)?.x;
  return x?.length === points && (last === null || x.at(-1) === last);
}}"""

# Moves one of two players and reads both in the same breath: nothing can have come from the server.
BOTH = """(pair, [side, cursors]) => {
  const roots = [...pair.querySelectorAll(".gt-root")], range = roots[side].querySelector(".scrub");
  const all = (selector, inside) => [...inside.querySelectorAll(selector)];
  const block = (b) => ({ role: b.dataset.role, node: Number(b.dataset.node), name: b.dataset.name ?? null,
    texts: all("text", b).map((one) => one.textContent), layers: all(".layer", b).length,
    size: Number(b.querySelector("text")?.getAttribute("font-size") ?? 0) });
  const frame = (root) => ({ cursor: Number(root.dataset.cursor), blocks: all(".block", root).map(block),
    sentence: root.querySelector(".sentence").textContent, stays: root.querySelector(".stays").textContent });
  return cursors.map((cursor) => {
    range.value = cursor;
    range.dispatchEvent(new Event("input"));
    return roots.map(frame);
  });
}"""


class Charts:
    """The charts of one page."""

    def __init__(self, app) -> None:
        self.app, self.page = app, app.page

    def open(self, **query: str) -> Charts:
        self.app.open("Lab", **query)
        self.page.wait_for_selector(".gt-root[data-cursor] .card")
        self.app.idle()
        return self

    def press(self, name: str) -> None:
        tool = self.page.locator(f"[data-do={name}]")
        (tool if name in ("iterate", "backward") else self.page.locator(f".st-key-lab_{name} button")).click()

    def part(self, number: int) -> None:
        self.page.locator(f"[data-do={('graph', 'charts', 'code')[number]}]").click()

    def group(self, number: int) -> None:
        self.page.locator(".st-key-lab_charts_group button").nth(number).click()

    def compare(self, way: str, **query: str) -> Charts:
        """Compare two branches of a preset, and wait until both are on the stage."""
        self.open(**query)
        self.part(1)
        self.group(4)
        self.press(f"branch_{way}")
        return self.beside()

    def beside(self) -> Charts:
        """Wait until two players are there, and the page rests."""
        self.page.locator(".gt-pair .beside[data-cursor] .card").first.wait_for()
        self.page.locator(".gt-pair .beside + .beside[data-cursor] .card").first.wait_for()
        self.app.idle()
        return self

    def at(self, *cursors: int) -> None:
        """Wait until the players stand at these cursors."""
        found = self.page.locator(".gt-root:not(.alone)")
        for number, cursor in enumerate(cursors):
            found.nth(number).and_(self.page.locator(f'[data-cursor="{cursor}"]')).wait_for()

    def show(self, number: int) -> None:
        """Put both on the stage, or A, or B."""
        self.page.locator("[class*=st-key-lab_branch_shown] button").nth(number).click()

    def told(self, *texts: str) -> None:
        """Wait until the moment is told in these words."""
        self.page.wait_for_function(
            "texts => texts.every((one) => document.querySelector('.st-key-lab_charts_bar')?.innerText.includes(one))",
            arg=list(texts),
        )

    def trace(self, chart: str, number: int, points: int, last: int | None = None) -> list[float]:
        """Wait until a curve has so many points, and the last one where it should be; return the numbers."""
        self.page.wait_for_function(ARRIVED, arg=[[chart, number], points, last])
        return self.page.evaluate(TRACE, [chart, number])["y"]


@pytest.fixture
def charts(app):
    return Charts(app)


def xor(iterations: int) -> lab.Machine:
    machine = lab.Machine(lab.preset("xor").spec)
    machine.forward()
    for _ in range(iterations):
        machine.zero_grad()
        machine.forward()
        machine.backward()
        machine.step()
    return machine


def test_charts_follow_the_player_and_show_torchs_numbers(charts):
    page = charts.open().page
    charts.press("iterate")
    page.wait_for_selector(".gt-root .part.step")
    charts.part(1)
    net = xor(1)
    assert charts.trace("loss", 0, 2) == [loss for _, loss in training_curves.losses(net)]
    charts.app.idle()
    page.keyboard.press("End")
    charts.told("after Step", "forward passes done: 2")
    charts.trace("loss", 1, 1, last=2)  # the ring is where time stands
    norms = [net.tensor(f"{name}.grad").double().norm().item() for name in ("0.weight", "2.weight")]
    assert charts.trace("depth", 0, 2) == pytest.approx(norms)
    page.keyboard.press("Home")
    charts.told("after ZeroGrad", "forward passes done: 1")  # there was nothing to clear: no event
    charts.trace("loss", 1, 1, last=1)
    charts.app.idle()
    page.keyboard.press("ArrowRight")
    charts.part(0)  # at once: the step and the other part are two messages, or one
    page.wait_for_selector(".gt-root:not(.compact)[data-cursor='1'] .card")
    page.wait_for_function("!document.querySelector('.js-plotly-plot')")


def test_one_press_compares_with_adam_and_one_cursor_serves_both_branches(charts):
    page = charts.open().page
    charts.part(1)
    charts.group(4)
    charts.press("branch_adam")
    net = xor(0)
    made = branches.branch_with_optimizer(net, time_points.now(net), Adam(0.01), 100)
    for trace, branch in ((0, made.a), (2, made.b)):
        losses = training_curves.losses(branch)
        assert charts.trace("branch_losses", trace, len(losses)) == [loss for _, loss in losses]
    table = page.locator(".st-key-lab_branch_table tbody td")
    table.nth(31).wait_for()
    cells = [text.strip() for text in table.all_inner_texts()]
    rows = branches.parameter_differences(made, time_points.now(made.a), time_points.now(made.b))
    assert cells[:32:8] == [row.name for row in rows]
    for place, read in enumerate(
        (("norm_a", "norm_b", "norm_of_difference", "largest_difference", "grad_norm_a", "grad_norm_b")), 1
    ):
        assert cells[place:32:8] == [f"{getattr(row, read):.4g}" for row in rows]
    charts.show(1)
    page.get_by_role("button", name="keep A").wait_for()
    page.wait_for_function("document.querySelector('.st-key-lab_charts_bar').innerText.includes('after Step')")


def zero(count: int = 100) -> tuple[branches.BranchPair, tuple[gt.Recording, ...]]:
    """Do what the button does: the same net with and without ``zero_grad``."""
    net = xor(0)
    made = branches.branch_without_zero_grad(net, time_points.now(net), count)
    return made, tuple(playback(branch).recording for branch in (made.a, made.b))


def test_stepping_one_branch_steps_the_other_and_both_show_torchs_numbers(charts):
    players = charts.compare("zero").page.locator(".gt-pair")
    _, told = zero()
    for side in (0, 1):
        check_both(players, told, side)


def check_both(players, told, side):
    """Step one of two players through all events and back, and compare both with the recordings."""
    meetings = compare.matching_cursors(told[side], told[1 - side])
    every = list(range(len(told[side]) + 1))
    seen = players.evaluate(BOTH, [side, [*every, *every[-2::-1]]])
    assert len(seen) == 2 * len(every) - 1
    for cursor, frames in zip([*every, *every[-2::-1]], seen, strict=True):
        there, both = meetings[cursor]
        assert (frames[side]["cursor"], frames[1 - side]["cursor"]) == (cursor, there)
        assert frames[side]["stays"] == ""
        assert frames[1 - side]["stays"] == ("" if both else "This branch has no matching event.")
    for number, recording in enumerate(told):
        player, said, graphs = gt.Player(recording), sentences(recording), expected.shown_graphs(recording)
        for frame in (frames[number] for frames in seen):
            state = player.seek(frame["cursor"])
            start = "Nothing has happened yet: press → to go on"
            assert frame["sentence"] == (said[state.cursor - 1] if state.cursor else start)
            assert {"value", "grad", "bucket"} <= {block["role"] for block in frame["blocks"]}
            expected.assert_blocks(recording, state, graphs[state.cursor], frame)


def test_keys_move_both_branches_and_the_charts_follow(charts):
    page = charts.compare("zero").page
    made, (a, b) = zero()
    charts.at(len(a), len(b))
    page.keyboard.press("Home")
    charts.at(0, 0)
    page.keyboard.press("e")  # every event is a step
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    charts.at(6, compare.matching_cursor(a, 6, b))
    looks = page.locator(".gt-pair .picture").evaluate_all("every => every.map((one) => one.style.transform)")
    assert looks[0] == looks[1] != "", "the same card is at the same place"
    charts.told("inside Forward")
    page.locator(".gt-pair .gt-root").nth(1).locator("button.next").click()
    charts.at(compare.matching_cursor(b, compare.matching_cursor(a, 6, b) + 1, a), compare.matching_cursor(a, 6, b) + 1)
    heads = page.locator(".gt-pair .branch").all_inner_texts()
    for head, name, branch in zip(heads, "AB", (made.a, made.b), strict=True):
        assert head.split()[:2] == [name, "SGD(0.1)"] or head.split()[:2] == [name, "SGD(0.1),"]
        assert f"loss {branch.losses[-1]:.4g}" in head
    page.keyboard.press("p")
    page.locator(".gt-pair.present .gt-root.present").nth(1).wait_for()
    halves = [page.locator(".gt-pair .gt-root").nth(number).bounding_box() for number in (0, 1)]
    assert [round(half["height"]) for half in halves] == [720, 720]
    assert [round(half["x"]) for half in halves] == [0, 640]
    page.keyboard.press("p")
    page.locator(".gt-pair:not(.present)").wait_for()


def test_what_b_alone_has_done_leaves_a_where_it_is_and_one_plays_for_both(charts):
    page = charts.compare("here").page
    a, b = xor(0), xor(0)
    b.backward()
    charts.press("backward")
    told = playback(b).recording
    charts.at(compare.matching_cursor(told, len(told), playback(a).recording), len(told))
    notes = page.locator(".stays")
    notes.nth(0).get_by_text("This branch has no matching event.").wait_for()
    assert notes.nth(1).text_content() == ""
    page.locator(".gt-pair button.play").nth(1).click()
    page.locator(".gt-pair button.play").nth(0).click()
    for number, does in enumerate(("Pause", "Play")):
        page.locator(f".gt-pair button.play[aria-label={does}]").and_(
            page.locator(".gt-pair button.play").nth(number)
        ).wait_for()


def test_the_host_sets_the_cursor_of_running_players_once_for_each_wish(charts):
    page = charts.compare("zero").page
    _, (a, b) = zero()
    page.locator(".gt-pair .gt-root").first.evaluate("root => { root.mark = 'the same element'; }")
    wanted = compare.first_difference(b, a)
    charts.press("branch_parting")
    charts.at(compare.matching_cursor(b, wanted, a), wanted)
    charts.told("inside Forward")
    page.keyboard.press("End")
    charts.at(len(a), len(b))
    charts.told("after Step")  # the page has run again with the old wish
    charts.app.idle()
    charts.at(len(a), len(b))
    charts.press("branch_parting")
    charts.at(compare.matching_cursor(b, wanted, a), wanted)
    assert page.locator(".gt-pair .gt-root").first.evaluate("root => root.mark") == "the same element"
    charts.show(1)
    page.get_by_role("button", name="keep A").wait_for()
    page.locator(".gt-root.compact").wait_for()
    charts.app.idle()
    page.keyboard.press("End")
    charts.at(len(a))
    charts.press("branch_parting")
    charts.at(compare.first_difference(a, b))


def test_both_branches_stand_there_again_after_f5(charts):
    page = charts.compare("adam").page
    read = "pair => [...pair.querySelectorAll('.branch, .sentence, .block text')].map((one) => one.textContent)"
    before = page.locator(".gt-pair").evaluate(read)
    page.wait_for_url(lambda url: "lab=" in url and lab.decode(url.split("lab=")[1].split("&")[0]).branch == "B")
    page.reload()
    page.wait_for_selector(".gt-root[data-cursor] .card")
    charts.app.idle()
    charts.part(1)
    charts.group(4)
    charts.beside()
    assert page.locator(".gt-pair").evaluate(read) == before
