"""Every view stands for every node and every edge, and says what it folds away or leaves out."""

import random
from collections import Counter, defaultdict
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

import graphtrace as gt
from graphtrace import examples
from graphtrace.errors import TraceError
from graphtrace.layout import place
from graphtrace.model import HELPERS, Edge, Graph, Node, TensorMeta, check, op_of
from graphtrace.views import LIMIT, VIEWS, default_view, fold
from graphtrace.views.module_view import auto_opened, module_keys, prefixes
from tests.support.tracing import Doubled

INFERRED = "modules are inferred from parameters; gt.draw and gt.record know them"
NAMES = [name for name in examples.names() if examples.get(name).has_graph]


def traced(name):
    built = examples.build(name)
    return gt.trace(built.root, model=built.model, params=built.params)


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(50, 16)
        layers = [nn.TransformerEncoderLayer(16, 2, 32, 0.0, batch_first=True) for _ in range(3)]
        self.blocks = nn.Sequential(*layers)
        self.head = nn.Linear(16, 50)

    def forward(self, x):
        return self.head(self.blocks(self.embed(x)))


class Reused(nn.Module):
    """``c`` runs before and after ``d``, and ``a`` around ``b``: closed boxes that lead to each other."""

    def __init__(self):
        super().__init__()
        self.a = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
        self.b, self.c, self.d = nn.Linear(3, 3), nn.Linear(3, 3), nn.Linear(3, 3)

    def forward(self, x):
        return self.c(self.d(self.c(self.a[1](self.b(self.a[0](x))).relu())))


def transformer():
    net = Transformer()
    loss = functional.cross_entropy(net(torch.arange(8)[None]).flatten(0, 1), torch.arange(8))
    return gt.trace(loss, model=net)


def unrolled(steps=6):
    cell = nn.LSTMCell(4, 4)
    state = (torch.zeros(1, 4), torch.zeros(1, 4))
    for _ in range(steps):
        state = cell(torch.ones(1, 4), state)
    return gt.trace(state[0].sum(), model=cell)


def reused():
    net = Reused()
    return gt.trace(net(torch.ones(2, 3)).sum(), model=net)


@pytest.fixture(scope="module")
def graphs():
    nets = {"transformer": transformer(), "lstm": unrolled(), "reused": reused()}
    return {name: traced(name) for name in NAMES} | nets


def originals(view):
    """The boxes that stand for nodes, one for each set of twins."""
    seen, found = set(), []
    for box in view.boxes:
        if box.kind in ("cut", "stub") or (box.twin is not None and box.twin in seen):
            continue
        seen.add(box.twin)
        found.append(box)
    return found


def place_of(graph, view):
    """Map every node to the ids of the boxes it is drawn in: one, or all twins; those of the cut to its box."""
    cut = [box.id for box in view.boxes if box.kind == "cut"]
    places = defaultdict(set)
    for box in view.boxes:
        for node in box.nodes:
            places[node].add(box.id)
    for node in range(len(graph.nodes)):
        places[node] = places[node] or set(cut)
    return places


def assert_stands_for_every_node(graph, view):
    drawn = Counter(node for box in originals(view) for node in box.nodes)
    cut = [box for box in view.boxes if box.kind == "cut"]
    missing = len(graph.nodes) - len(drawn)
    assert set(drawn.values()) <= {1}
    assert set(drawn) <= set(range(len(graph.nodes)))
    assert view.folded == len(drawn) - len(originals(view))
    assert len(cut) == bool(missing)
    said = [f"{missing:,} of {len(graph.nodes):,} nodes are not drawn"] * (missing > 0)
    named = any(node.module for node in graph.nodes) and not any(node.op is not None for node in graph.nodes)
    assert list(view.notes) == said + [INFERRED] * (view.name == "module" and named)
    assert [box.title for box in cut] == ([f"… {missing:,} nodes not drawn"] if missing else [])


def assert_stands_for_every_edge(graph, view):
    places = place_of(graph, view)
    covered = Counter(number for link in view.links for number in link.edges)
    between = [i for i, edge in enumerate(graph.edges) if places[edge.source] != places[edge.target]]
    assert covered == Counter(between)
    for link in view.links:
        assert link.source != link.target
        for number in link.edges:
            assert link.source in places[graph.edges[number].source]
            assert link.target in places[graph.edges[number].target]


def assert_well_formed(graph, view):
    assert [box.id for box in view.boxes] == list(range(len(view.boxes)))
    assert all(0 <= end < len(view.boxes) for link in view.links for end in (link.source, link.target))
    paths = [group.path for group in view.groups]
    assert len(set(paths)) == len(paths)
    assert all(group.parent == group.path.rpartition(".")[0] for group in view.groups)
    assert set(paths) == {prefix for box in view.boxes for prefix in prefixes(box.group)}
    assert [path for path in paths if path.rpartition(".")[0] not in {"", *paths}] == []
    for box in view.boxes:
        if box.kind == "stub":
            (link,) = [link for link in view.links if box.id in (link.source, link.target)]
            assert (link.target, link.edges) == (box.id, ())
    for twins in twin_sets(view).values():
        assert len({(box.nodes, box.title) for box in twins}) == 1
        assert len(twins) > 3
        assert all(sum(link.target == box.id for link in view.links) == 1 for box in twins)


def twin_sets(view):
    sets = defaultdict(list)
    for box in view.boxes:
        if box.twin is not None:
            sets[box.twin].append(box)
    return sets


def assert_true(graph, view):
    assert_stands_for_every_node(graph, view)
    assert_stands_for_every_edge(graph, view)
    assert_well_formed(graph, view)


def all_opened(graph, rng):
    """No module, all of them, the default, and a few random sets, unknown paths among them."""
    paths = sorted({prefix for path in module_keys(graph) for prefix in prefixes(path)} | {"unknown", "a.b.c"})
    some = [rng.sample(paths, rng.randint(0, len(paths))) for _ in range(5)]
    return [None, (), paths, *some]


def test_every_view_of_every_program_stands_for_all_nodes_and_edges(graphs):
    rng = random.Random(1)
    for graph in graphs.values():
        for name in VIEWS:
            for opened in all_opened(graph, rng) if name == "module" else [None]:
                for limit in (10, 11, 25, LIMIT):
                    assert_true(graph, fold(graph, name, opened=opened, limit=limit))


OPS = ("AddmmBackward0", "MulBackward0", "TBackward0", "ViewBackward0", "NllLossBackward0", "LogSoftmaxBackward0")
PATHS = ("", "a", "a.b", "a.b.c", "a.d", "e", "0", "0.1")


@st.composite
def made_graphs(draw):
    """Any multigraph that keeps the laws: helpers, leaves, modules and None slots where they never stand in torch."""
    count = draw(st.integers(1, 24))
    slots = [draw(st.lists(st.integers(0, 2), max_size=5)) for _ in range(count)]
    sources = {target: draw(st.lists(st.integers(0, target - 1), max_size=2)) for target in range(1, count)}
    ends = defaultdict(list)
    for target, given_sources in sources.items():
        for source in given_sources:
            ends[source].append(target)
    nodes, edges = [], []
    for i in range(count):
        targets = sorted(ends[i]) + [-1] * len([slot for slot in slots[i] if slot == 0])
        edges += [Edge(i, slot, target, 0) for slot, target in enumerate(targets) if target >= 0]
        nowhere = tuple(slot for slot, target in enumerate(targets) if target < 0)
        is_leaf = not targets and draw(st.booleans())
        kind, name = ("accumulate", "AccumulateGrad") if is_leaf else ("op", draw(st.sampled_from(OPS)))
        path = draw(st.sampled_from(PATHS))
        nodes.append(Node(i, f"k{i}", name, kind, slots=len(targets), none_slots=nowhere, module=path))
    reached = {edge.target for edge in edges}
    roots = tuple((i, 0) for i in range(count) if i not in reached)
    return Graph(tuple(nodes), tuple(edges), roots)


@settings(max_examples=300, deadline=None)
@given(made_graphs(), st.sampled_from(VIEWS), st.sets(st.sampled_from(PATHS)) | st.none(), st.integers(10, 40))
def test_every_view_of_any_graph_stands_for_all_nodes_and_edges(graph, name, opened, limit):
    check(graph)
    assert_true(graph, fold(graph, name, opened=opened, limit=limit))


@settings(max_examples=100, deadline=None)
@given(made_graphs(), st.sampled_from(("concept", "autograd")))
def test_lines_of_the_concept_and_autograd_views_never_lead_back(graph, name):
    assert_acyclic(fold(graph, name))


def assert_acyclic(view):
    waiting = Counter(link.target for link in view.links)
    ready = [box.id for box in view.boxes if not waiting[box.id]]
    for box in ready:
        for link in view.links:
            if link.source == box:
                waiting[link.target] -= 1
                ready += [link.target] * (not waiting[link.target])
    assert len(ready) == len(view.boxes)


def broken(view):
    """The same view with one thing wrong, several times."""
    box, link = view.boxes[0], view.links[0]
    yield replace(view, boxes=(replace(box, nodes=box.nodes[1:]), *view.boxes[1:]))
    yield replace(view, boxes=(replace(box, nodes=(*box.nodes, 20)), *view.boxes[1:]))
    yield replace(view, boxes=(replace(box, group="x.y"), *view.boxes[1:]))
    yield replace(view, links=view.links[1:])
    yield replace(view, links=(*view.links, link))
    yield replace(view, links=(replace(link, target=link.source), *view.links[1:]))
    yield replace(view, links=(replace(link, target=link.target + 1), *view.links[1:]))
    yield replace(view, folded=view.folded + 1)
    yield replace(view, notes=("3 of 26 nodes are not drawn",))


def test_the_checks_find_every_fault_put_into_a_view(graphs):
    graph = graphs["lenet"]
    faulty = list(broken(fold(graph, "concept")))
    assert len(faulty) == 9
    for view in faulty:
        with pytest.raises(AssertionError):
            assert_true(graph, view)


def test_an_open_module_has_no_closed_box_and_a_closed_one_no_second(graphs):
    rng = random.Random(2)
    for graph in graphs.values():
        keys = module_keys(graph)
        for opened in all_opened(graph, rng)[1:]:
            view = fold(graph, "module", opened=opened)
            modules = [[graph.nodes[i] for i in box.nodes] for box in view.boxes if box.kind == "module"]
            closed = [closed_path(keys, nodes, set(opened)) for nodes in modules]
            assert None not in closed
            assert len(set(closed)) == len(closed)
            assert {group.path for group in view.groups} <= set(opened)


def closed_path(keys, nodes, opened):
    """The outermost module that is not open, common to all nodes that are no helpers; None if there is none."""
    telling = [node.id for node in nodes if op_of(node.type) not in HELPERS]
    paths = {next((p for p in prefixes(keys[node]) if p not in opened), None) for node in telling}
    return paths.pop() if len(paths) == 1 else None


def test_lenet_has_12_operations_in_the_concept_view(graphs):
    view = fold(graphs["lenet"], "concept")
    titles = [box.title for box in view.boxes if box.kind != "stub"]
    assert titles == [
        *("mse_loss", "Linear · fc3", "ReLU", "Linear · fc2", "ReLU", "Linear · fc1"),
        *("MaxPool2d", "ReLU", "Conv2d · conv2", "MaxPool2d", "ReLU", "Conv2d · conv1"),
    ]
    assert (len(titles), view.folded) == (12, 14)


def test_lenet_has_a_box_for_each_of_its_26_nodes_in_the_autograd_view(graphs):
    view = fold(graphs["lenet"], "autograd")
    boxes = [box for box in view.boxes if box.kind != "stub"]
    assert [box.nodes for box in boxes] == [(i,) for i in range(26)]
    assert [box.subtitle for box in boxes] == [node.type for node in graphs["lenet"].nodes]
    assert view.folded == 0


def test_opening_a_module_of_lenet_shows_its_nodes(graphs):
    closed = fold(graphs["lenet"], "module", opened=())
    (box,) = [box for box in closed.boxes if box.title == "Linear · fc2"]
    assert (box.kind, box.openable, box.subtitle) == ("module", True, "4 nodes · 2 parameters")
    view = fold(graphs["lenet"], "module", opened=["fc2"])
    inside = [inner for inner in view.boxes if inner.group == "fc2"]
    assert {node for inner in inside for node in inner.nodes} == set(box.nodes)
    assert [inner.title for inner in inside if inner.kind == "leaf"] == ["fc2.bias", "fc2.weight"]
    assert [group.path for group in view.groups] == ["fc2"]


def test_nested_modules_open_one_within_the_other():
    graph = transformer()
    outer = fold(graph, "module", opened=["blocks"])
    assert [box.title for box in outer.boxes if box.group == "blocks"] == ["blocks.2", "blocks.1", "blocks.0"]
    inner = fold(graph, "module", opened=["blocks", "blocks.1"])
    assert [(g.path, g.parent) for g in inner.groups] == [("blocks", ""), ("blocks.1", "blocks")]
    assert len(inner.boxes) > len(outer.boxes)


def test_a_module_inside_a_closed_one_stays_closed_even_if_asked_for():
    graph = transformer()
    assert fold(graph, "module", opened=["blocks.1"]) == fold(graph, "module", opened=[])


@given(st.lists(st.sampled_from(("", "a", "a.b", "a.b.c", "a.b.c.d", "a.e", "f", "f.g")), max_size=80))
def test_modules_opened_by_themselves_hold_modules_and_lie_in_open_ones(paths):
    opened = auto_opened(paths, range(len(paths)))
    inside = {prefix for path in paths for prefix in prefixes(path)}
    for module in opened:
        assert any(path.startswith(f"{module}.") for path in inside)
        assert set(prefixes(module)) <= opened


def shared_leaf(uses):
    w = torch.ones(2, 2, requires_grad=True)
    y = torch.ones(2, 2)
    for _ in range(uses):
        y = torch.mm(y, w)
    return gt.trace(y.sum(), params={"w": w})


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize(("uses", "drawn"), [(2, 1), (3, 1), (4, 4), (5, 5), (30, 30)])
def test_a_leaf_of_more_than_three_uses_is_drawn_once_per_use(name, uses, drawn):
    view = fold(shared_leaf(uses), name)
    leaves = [box for box in view.boxes if box.title == "w"]
    assert len(leaves) == drawn
    assert len({box.twin for box in leaves}) == 1
    assert (leaves[0].twin is not None) == (drawn > 1)


def concept_titles(root, **names):
    return [box.title for box in fold(gt.trace(root, **names), "concept").boxes if box.kind != "stub"]


class SavesNothing(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(2, 2)

    def forward(self, x):
        return checkpoint(self.inner, x, use_reentrant=True)


X = torch.ones(1, 3, 4, 4, requires_grad=True)
W = torch.ones(2, 2, requires_grad=True)


@pytest.mark.parametrize(
    ("made", "title"),
    [
        (lambda: functional.cross_entropy(W, torch.tensor([0, 1])), "cross_entropy"),
        (lambda: functional.cross_entropy(X, torch.zeros(1, 4, 4, dtype=torch.long)), "cross_entropy"),
        (lambda: functional.nll_loss(W, torch.tensor([0, 1])), "nll_loss"),
        (lambda: Doubled.apply(W), "Doubled"),
        (lambda: checkpoint(lambda x: x * 2, W, use_reentrant=True), "checkpoint"),
        (lambda: functional.max_pool2d(X, 2), "MaxPool2d"),
        (lambda: functional.conv2d(X, torch.ones(1, 3, 2, 2)), "Conv2d"),
        (lambda: functional.conv1d(X[0], torch.ones(1, 4, 2)), "Conv1d"),
        (lambda: functional.gelu(W), "GELU"),
        (lambda: W.logsumexp(0), "logsumexp"),
        (lambda: W.to("meta"), "to_copy"),
    ],
)
def test_a_box_is_called_as_people_call_it(made, title):
    assert concept_titles(made())[0] == title


@pytest.mark.parametrize(
    ("net", "size", "title"),
    [
        (nn.Linear(2, 2), (1, 2), "Linear · net"),
        (nn.Linear(2, 2, bias=False), (1, 2), "Linear · net"),
        (nn.Linear(2, 2), (1, 5, 2), "Linear · net"),
        (nn.Conv1d(2, 2, 1), (1, 2, 4), "Conv1d · net"),
        (nn.Conv3d(2, 2, 1), (1, 2, 1, 1, 1), "Conv3d · net"),
        (nn.BatchNorm1d(2), (3, 2), "BatchNorm · net"),
        (nn.LayerNorm(2), (3, 2), "LayerNorm · net"),
    ],
)
def test_a_module_is_called_by_its_kind_and_path(net, size, title):
    model = nn.ModuleDict({"net": net})
    assert title in concept_titles(net(torch.ones(size)), model=model)


@pytest.mark.parametrize(
    ("kind", "title"),
    [("compiled", "compiled region"), ("checkpoint", "checkpoint"), ("ddp", "DDP sink"), ("copy", "copy")],
)
def test_a_special_node_is_called_by_its_kind(kind, title):
    name = "CheckpointFunctionBackward" if kind == "checkpoint" else "CompiledFunctionBackward"
    graph = Graph((Node(0, "k", name, kind),), (), ((0, 0),))
    assert fold(graph, "concept").boxes[0].title == title


def test_an_operation_of_a_checkpoint_that_is_run_again_keeps_its_name():
    assert concept_titles(checkpoint(lambda x: x.sin(), W, use_reentrant=False))[0] == "sin"


def test_saved_tensors_are_listed_only_when_asked_for():
    graph = traced("lenet")
    assert all(box.details == () for box in fold(graph, "autograd").boxes)
    listed = fold(graph, "autograd", saved=True)
    for box in listed.boxes:
        if box.nodes:
            kept = [saved.name for saved in graph.nodes[box.nodes[0]].saved if saved.state != "none"]
            assert [line.split()[0] for line in box.details[: len(kept)]] == kept[: len(box.details)]


def test_every_none_slot_of_a_drawn_operation_ends_in_a_dot():
    graph = traced("fan_out")
    dots = [box.title.split(":")[0] for box in fold(graph, "autograd").boxes if box.kind == "stub"]
    assert len(dots) == sum(len(node.none_slots) for node in graph.nodes) == 1


def chain(count):
    metas = (TensorMeta((4,), "float32", "cpu"),)
    ops = [Node(i, f"Sin:{i}", "SinBackward0", "op", metas=metas, slots=1) for i in range(count - 1)]
    leaf = Node(count - 1, "x", "AccumulateGrad", "accumulate", "x", metas)
    return Graph((*ops, leaf), tuple(Edge(i, 0, i + 1, 0) for i in range(count - 1)), ((0, 0),))


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize(("count", "cut"), [(400, 0), (401, 1), (100_000, 99_600)])
def test_a_chain_longer_than_the_limit_is_cut_in_the_middle_and_says_so(name, count, cut):
    view = fold(chain(count), name)
    assert_true(chain(count), view)
    assert view.notes == ((f"{cut:,} of {count:,} nodes are not drawn",) if cut else ())
    drawn = [box.nodes[0] for box in view.boxes if box.nodes]
    assert drawn[0] == 0
    assert drawn[-1] == count - 1


def test_a_large_net_of_few_modules_is_not_cut_in_the_module_view():
    graph = chain(60_000)
    nodes = tuple(replace(node, module=f"layers.{node.id // 6000}") for node in graph.nodes)
    view = fold(replace(graph, nodes=nodes), "module")
    assert (len(view.boxes), view.folded, view.notes) == (10, 59_990, (INFERRED,))


def test_modules_that_lead_to_each_other_are_drawn():
    """Only a module used twice with another in between makes closed boxes lead to each other."""
    graph = reused()
    view = fold(graph, "module", opened=())
    pairs = {(link.source, link.target) for link in view.links}
    assert [pair for pair in pairs if pair[::-1] in pairs]
    for engine in ("wasm", "ranked"):
        layout = place(view, engine=engine)
        assert len(layout.routes) == len(view.links)
        assert all(len(route.points) >= 4 for route in layout.routes)


@pytest.mark.parametrize(("name", "view"), [("square", "autograd"), ("lenet", "concept"), ("mazur", "concept")])
def test_a_graph_opens_on_the_view_that_suits_its_size(name, view):
    assert default_view(traced(name)) == view


def test_a_large_net_opens_on_its_modules():
    assert default_view(transformer()) == "module"
    assert default_view(chain(1000)) == "concept"


@pytest.mark.parametrize("name", ["Concept", "", "modules", None, 3, ["concept"]])
def test_an_unknown_view_is_refused(name):
    with pytest.raises(TraceError, match=r"unknown view: .* \(must be one of \['concept', 'autograd', 'module'\]\)"):
        fold(chain(3), name)


@pytest.mark.parametrize("limit", [9, 0, -1, 20.5, "400", None])
def test_a_limit_that_leaves_nothing_to_draw_is_refused(limit):
    with pytest.raises(TraceError, match=r"limit is too small .* \(use a whole number of 10 or more\)"):
        fold(chain(3), limit=limit)


def test_one_text_for_opened_is_refused():
    with pytest.raises(TraceError, match=r"opened is no list: 'fc1' \(pass a list of module paths\)"):
        fold(chain(3), "module", opened="fc1")


def test_the_last_step_of_an_unrolled_loop_is_in_the_module_of_the_loop():
    class Unrolled(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell, self.out = nn.LSTMCell(3, 3), nn.Linear(3, 1)

        def forward(self, x):
            h = c = torch.zeros(2, 3)
            for step in x.unbind(1):
                h, c = self.cell(step, (h, c))
            return self.out(h)

    net = Unrolled()
    graph = gt.trace(net(torch.ones(2, 5, 3)).sum(), model=net)
    view = fold(graph, "module", opened=())
    assert [box.title for box in view.boxes] == ["sum", "Linear · out", "cell"]


def test_what_follows_the_last_of_two_layers_with_other_parameters_is_in_neither():
    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.ParameterList([nn.Parameter(torch.ones(2, 2)) for _ in range(4)])

        def forward(self, x):
            for weight in self.body:
                x = (x @ weight).relu()
            return x

    net = Two()
    graph = gt.trace(net(torch.ones(1, 2)).sum(), model=net)
    boxes = fold(graph, "module", opened=()).boxes
    assert [box.title for box in boxes][:2] == ["sum", "ReLU"]
