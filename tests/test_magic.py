"""``%%graphtrace`` records a cell and shows the player below it."""

import pytest

import graphtrace as gt

pytest.importorskip("IPython")
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

NET = """
import torch
from torch import nn
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
w = torch.ones(1, requires_grad=True)
"""
STEP = """x = torch.ones(4, 2)
loss = (net(x) * w).mean()
loss.backward()
optimizer.step()
optimizer.zero_grad()
w.grad = None
"""


@pytest.fixture
def shell():
    shell = InteractiveShell.instance()  # `display` looks for this one
    shell.run_line_magic("load_ext", "graphtrace")
    assert shell.run_cell(NET).success
    yield shell
    InteractiveShell.clear_instance()


def shown(shell, cell):
    """Run a cell as a notebook would; return the result, what it printed, and the recordings that it displayed."""
    with capture_output() as captured:
        result = shell.run_cell(cell)
    pages = [output.data["text/html"] for output in captured.outputs if "text/html" in output.data]
    return result, captured.stdout + captured.stderr, pages


def test_a_cell_is_recorded_and_its_player_stands_below_it(shell):
    result, _, pages = shown(shell, f"%%graphtrace run\n{STEP}")
    assert result.success
    (page,) = pages
    assert page.startswith("<iframe sandbox=")
    recording = shell.user_ns["run"]
    assert recording.audit().ok
    assert {event.param for event in recording.events if event.kind == "accumulate"} == {
        *(name for name, _ in shell.user_ns["net"].named_parameters()),
        "w",
    }
    (line,) = {op.source.line for op in recording.ops if op.name == "tanh"}
    assert line == 2, "the line of the cell, not counting that of the magic"


def test_the_cell_changes_the_notebooks_variables_as_without_the_magic(shell):
    plain = InteractiveShell()
    assert plain.run_cell(NET + STEP).success
    shown(shell, f"%%graphtrace\n{STEP}")
    for one, other in zip(shell.user_ns["net"].parameters(), plain.user_ns["net"].parameters(), strict=True):
        assert one.equal(other)
    assert shell.user_ns["loss"].item() == plain.user_ns["loss"].item()


def test_a_cell_that_fails_shows_torchs_error_the_player_and_the_cause(shell):
    _, text, pages = shown(shell, "%%graphtrace run\nloss = (w * w).sum()\nloss.backward()\nloss.backward()")
    assert "Trying to backward through the graph a second time" in text
    (page,) = pages
    found = gt.diagnose(shell.user_ns["run"])
    assert found.mistake == "backward_twice"
    assert "retain_graph=True" in page.partition("</iframe>")[2]


def test_steps_of_a_long_cell_are_chosen(shell):
    loop = "for _ in range(7):\n" + "".join(f"    {line}\n" for line in STEP.splitlines())
    shown(shell, f"%%graphtrace run --every 3\n{loop}")
    assert {event.step for event in shell.user_ns["run"].events if event.kind == "param_update"} == {0, 3, 6}


@pytest.mark.parametrize(
    ("line", "said"),
    [("--what", "'--what'"), ("--every x", "invalid int value: 'x'"), ("3", "'3'"), ("'", "No closing quotation")],
)
def test_a_line_that_cannot_be_understood_is_told_in_one_line_and_nothing_runs(shell, line, said):
    _, text, pages = shown(shell, f"%%graphtrace {line}\nran = True")
    assert "%%graphtrace does not understand" in text
    assert said in text
    assert "Traceback" not in text
    assert not pages
    assert "ran" not in shell.user_ns


def test_a_cell_that_is_no_python_shows_no_player(shell):
    _, text, pages = shown(shell, "%%graphtrace\n1 +")
    assert "SyntaxError" in text
    assert not pages
