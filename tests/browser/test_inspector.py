"""The inspector: formulas with the recording's numbers in them; what is pointed at lights up in every other place."""

import pytest
import torch

import graphtrace as gt
from graphtrace.explain import number
from graphtrace.explain.formulas import Formulas
from graphtrace.export import to_html
from tests.support import probes, recordings


@pytest.fixture
def show(chromium, tmp_path):
    page = chromium.new_page(viewport={"width": 1600, "height": 1000}, reduced_motion="reduce")
    page.set_default_timeout(20_000)
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    def opened(recording, **options):
        path = tmp_path / "page.html"
        path.write_text(to_html(recording, **options), encoding="utf-8")
        page.goto(path.as_uri())
        page.wait_for_selector(".gt-root[data-cursor]")
        return page

    yield opened
    page.close()
    assert errors == []


# Per formula its kind, its letters' text, and below it the numbers: of each matrix or number in its order.
FORMULAS = """() => [...document.querySelectorAll(".formula")].map((formula) => ({
  kind: formula.classList.contains("grad") ? "grad" : "value",
  symbols: formula.querySelector(".symbols").textContent,
  numbers: [...formula.querySelectorAll(".matrix, .scalar")].map((part) =>
    part.matches(".matrix") ? [...part.querySelectorAll("td")].map((cell) => cell.textContent)
      : [part.textContent.replace(/^\\((.*)\\)$/, "$1")]),
}))"""


def texts(value):
    return [number(float(one)) for one in value.numbers()]


def wanted(recording, node, cursor):
    """The numbers of each formula of a node, from the recording and gt.Player alone; [] where one is not known yet."""
    graph, state = recording.graphs[0], gt.Player(recording).seek(cursor)
    formula = Formulas(recording, graph).of(graph.nodes[node])
    events = {event.op: event for event in recording.events if event.kind == "forward_op"}
    values = {"g": state.incoming.get((node, 0))}
    for letter, (op, name) in formula.operands.items():
        values[letter] = state.values[name[5:]] if name.startswith("leaf:") else events[op].tensor(name)
    found = []
    results = [(formula.forward.split("=", 1)[1], values["z"])]
    results += [(line.text, state.edges.get(line.edge)) for line in formula.lines]
    for text, result in results:
        letters = [part.split("}")[0] for part in text.split("{")[1:]]
        known = all(values.get(letter) is not None for letter in letters)
        given = [values[letter] for letter in letters] + [result] * (result is not None)
        found.append([texts(value) for value in given] if known else [])
    return found


@pytest.mark.parametrize("op", ["clamp", "sub", "pow", "mm"])
def test_formulas_are_filled_with_the_recordings_numbers_as_they_come(show, op):
    recording = recordings.trained("blackboard", 1)
    page = show(recording, fold="autograd")
    graph = recording.graphs[0]
    node = next(node.id for node in graph.nodes if node.type.lower().startswith(op))
    page.evaluate(probes.SEEK, len(recording))
    page.locator(f'.card[data-key="{graph.nodes[node].key}"]').click()
    ran = next(i for i, event in enumerate(recording.events, 1) if event.kind == "node_out" and event.node == node)
    made = next(i for i, event in enumerate(recording.events, 1) if event.op == graph.nodes[node].op)
    filled = 0
    for cursor in (made, ran - 1, ran + 1):
        page.evaluate(probes.SEEK, cursor)
        found = page.evaluate(FORMULAS)
        assert [one["numbers"] for one in found] == wanted(recording, node, cursor), cursor
        filled = sum(bool(one["numbers"]) for one in found)
    assert filled == len(wanted(recording, node, ran + 1)) >= 2


def test_linear_shows_the_target_pictures_formulas_with_all_matrices(show):
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
    data = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    with gt.record(net) as rec:
        net(data).pow(2).mean().backward()
    recording = rec.recording
    page = show(recording, fold="concept")
    page.evaluate(probes.SEEK, len(recording))
    page.locator(".card", has_text="Linear · 0").click()
    found = {one["symbols"]: one["numbers"] for one in page.evaluate(FORMULAS)}
    assert set(found) == {"z = x Wᵀ + b", "∂L/∂b = Σ ∂L/∂z", "∂L/∂W = ∂L/∂zᵀ x"}
    assert found["∂L/∂W = ∂L/∂zᵀ x"][-1] == [number(one) for one in net[0].weight.grad.flatten().tolist()]
    assert found["∂L/∂W = ∂L/∂zᵀ x"][1] == [number(one) for one in data.flatten().tolist()]
    assert found["∂L/∂b = Σ ∂L/∂z"][-1] == [number(one) for one in net[0].bias.grad.tolist()]
    assert found["z = x Wᵀ + b"][-1] == [number(one) for one in net[0](data).flatten().tolist()]


def test_a_leaf_shows_what_was_added_to_its_grad(show):
    recording = recordings.fork()
    page = show(recording, fold="autograd")
    last = [i for i, event in enumerate(recording.events, 1) if event.kind == "accumulate"][-1]
    page.evaluate(probes.SEEK, last)
    page.locator(".card.leaf").first.click()
    assert page.evaluate(FORMULAS)[0]["numbers"] == [["8"], ["8"], ["16"]]


def test_a_leafs_numbers_are_those_at_the_time_of_the_call(show):
    recording = recordings.trained("blackboard", 2)
    page = show(recording, fold="autograd")
    page.evaluate(probes.SEEK, len(recording))
    page.locator('.card[data-key="Mm:0"]').click()
    updates = [event for event in recording.events if event.kind == "param_update" and event.param == "w1"]
    numbers = page.evaluate(FORMULAS)[0]["numbers"]
    assert texts(updates[0].tensor("after")) in numbers, "the second pass used w1 as the first update left it"
    assert texts(updates[1].tensor("after")) not in numbers


def test_pointing_at_a_card_lights_code_table_and_letters_and_the_other_way_round(show):
    page = show(recordings.trained("blackboard", 1), fold="autograd")
    page.locator('.card[data-key="Mm:1"]').click()
    lit = lambda selector: page.locator(f"{selector}.lit").count()  # noqa: E731
    page.locator(".formula .linked", has_text="y").first.hover()
    assert page.locator(".card.leaf.lit", has_text="w2").count() == 1
    assert page.locator('.params tr.lit[data-param="w2"]').count() == 1
    page.locator('.card[data-key="Clamp:0"]').hover()
    assert "clamp" in page.locator(".codeline.lit", has_text="clamp").first.text_content()
    page.locator('.params tr[data-param="w1"]').hover()
    assert page.locator(".card.leaf.lit", has_text="w1").count() == 1
    page.locator(".codeline", has_text="clamp").hover()
    assert page.locator('.card.lit[data-key="Clamp:0"]').count() == 1
    page.mouse.move(3, 3)
    page.keyboard.press("Escape")
    assert lit(".card") == lit(".codeline") == lit(".params tr") == 0


def test_a_saved_tensors_state_is_that_of_the_step(show):
    recording = recordings.trained("blackboard", 1)
    page = show(recording, fold="autograd")
    graph = recording.graphs[0]
    node = next(node for node in graph.nodes if node.key == "Clamp:0")
    page.locator('.card[data-key="Clamp:0"]').click()
    for cursor in range(len(recording) + 1):
        state = gt.Player(recording).seek(cursor)
        made = node.op in state.outputs
        known = state.saved.get(node.id) if state.graph == 0 else None
        word = {"held": "held", "freed": "freed", None: "held" if made else "not yet"}[known]
        page.evaluate(probes.SEEK, cursor)
        assert page.locator(".panel [data-shelf]").first.text_content() == word, cursor


def test_a_histogram_says_when_it_is_of_a_sample(show):
    with gt.record() as rec:
        x = torch.linspace(-1, 1, 90_000, dtype=torch.float64).reshape(300, 300).requires_grad_()
        (x * 2).sum().backward()
    page = show(rec.recording, fold="autograd")
    page.evaluate(probes.SEEK, len(rec.recording))
    page.locator(".card.op", has_text="mul").click()
    op = next(node.op for node in rec.recording.graphs[0].nodes if node.type.startswith("Mul"))
    value = next(event.tensor("out:0") for event in rec.recording.events if event.op == op)
    assert value.sample is not None
    told = page.locator(".panel .chart summary").first.text_content()
    assert told == f"Histogram of a sample ({len(value.numbers())} of {value.meta.numel})"
    page.locator(".panel .chart summary").first.click()
    assert page.locator(".panel .histogram rect").first.is_visible()
