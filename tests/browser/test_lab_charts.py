"""The Lab's charts as a class sees them: they follow the player, and a comparison is one press."""

from __future__ import annotations

import pytest

from graphtrace import lab
from graphtrace.lab import history, moment, pair
from graphtrace.lab.spec import Adam

# Numbers of a figure's trace, as Plotly holds them; None until it is drawn.
TRACE = """([chart, trace]) => {
  const plot = document.querySelector(`[class*="st-key-lab_chart_${chart}"] .js-plotly-plot`);
  return plot?.data?.[trace] ? { x: [...plot.data[trace].x], y: [...plot.data[trace].y] } : null;
}"""
ARRIVED = f"""([at, points, last]) => {{
  const x = ({TRACE})(at)?.x;
  return x?.length === points && (last === null || x.at(-1) === last);
}}"""


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
        self.page.locator(f".st-key-lab_{name} button").click()

    def part(self, number: int) -> None:
        self.page.locator(".st-key-lab_show button").nth(number).click()

    def group(self, number: int) -> None:
        self.page.locator(".st-key-lab_charts_group button").nth(number).click()

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
    page.wait_for_selector(".gt-root .chip.step")
    charts.part(1)
    net = xor(1)
    assert charts.trace("loss", 0, 2) == [loss for _, loss in history.losses(net)]
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
    page.wait_for_function("document.activeElement === document.body")  # who chose with the mouse steps with arrows
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
    made = pair.against_optimizer(net, moment.now(net), Adam(0.01), 100)
    for trace, branch in ((0, made.a), (2, made.b)):
        losses = history.losses(branch)
        assert charts.trace("branch_losses", trace, len(losses)) == [loss for _, loss in losses]
    table = page.locator(".st-key-lab_branch_table tbody td")
    table.nth(31).wait_for()
    cells = [text.strip() for text in table.all_inner_texts()]
    rows = pair.rows(made, moment.now(made.a), moment.now(made.b))
    assert cells[:32:8] == [row.name for row in rows]
    for place, read in enumerate(("a", "b", "gap", "most", "grad_a", "grad_b"), 1):
        assert cells[place:32:8] == [f"{getattr(row, read):.4g}" for row in rows]
    page.locator("[class*=st-key-lab_branch_shown] button").first.click()
    page.get_by_role("button", name="keep A").wait_for()
    page.wait_for_function("document.querySelector('.st-key-lab_charts_bar').innerText.includes('after Step')")
