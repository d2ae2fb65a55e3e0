"""Records, their laws and what a type's name tells."""

import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from pathlib import Path

import pytest
import torch

import graphtrace as gt
from graphtrace import examples, model
from graphtrace.errors import TraceError
from graphtrace.model import HELPERS, Edge, Graph, Node, Param, Saved, TensorMeta, check, op_of, violations
from tests.support.tracing import Doubled

META = TensorMeta((2, 3), "float32", "cpu")
NAMES = [name for name in examples.names() if examples.get(name).has_graph]


def node(number, slots=0, **more):
    return Node(number, f"Mul:{number}", "MulBackward0", "op", metas=(META,), slots=slots, **more)


LEAF = Node(2, "w", "AccumulateGrad", "accumulate", param="w", metas=(META,))
GOOD = Graph(
    nodes=(node(0, slots=3, none_slots=(1,)), node(1, slots=1), LEAF),
    edges=(Edge(0, 0, 1, 0), Edge(0, 2, 2, 0), Edge(1, 0, 2, 0)),
    roots=((0, 0),),
    params=(Param(("w",), META, "used", 2), Param(("v",), META, "unused")),
)


def with_node(number, **changes):
    nodes = list(GOOD.nodes)
    nodes[number] = replace(nodes[number], **changes)
    return replace(GOOD, nodes=tuple(nodes))


def with_edge(number, **changes):
    edges = list(GOOD.edges)
    edges[number] = replace(edges[number], **changes)
    return replace(GOOD, edges=tuple(edges))


def with_param(**changes):
    return replace(GOOD, params=(replace(GOOD.params[0], **changes),))


BROKEN = {
    "node 1 has the id 7": with_node(1, id=7),
    "two nodes have the same key": with_node(1, key="w"),
    "unknown kind 'zzz'": with_node(1, kind="zzz"),
    "node 1 has a negative size": with_node(1, metas=(TensorMeta((-1,), "float32", "cpu"),)),
    "unknown state 'lost'": with_node(1, saved=(Saved("self", "lost"),)),
    "saved a tensor of negative size": with_node(1, saved=(Saved("self", "held", nbytes=-1),)),
    "node 1 has 2 slots": with_node(1, slots=2),
    "node 0 has 3 slots": with_node(0, none_slots=()),
    "None slots use [0, 0, 2]": with_node(0, none_slots=(0,)),
    "target=9, input_nr=0) leads to no output": with_edge(2, target=9),
    "input_nr=1) leads to no output": with_edge(2, input_nr=1),
    "source=-3, slot=0, target=1, input_nr=0) leads to no output": with_edge(0, source=-3),
    "target=0, input_nr=0) does not lead toward the leaves": with_edge(2, target=0),
    "target=1, input_nr=0) does not lead toward the leaves": with_edge(2, target=1),
    "not ordered by source and slot": replace(GOOD, edges=GOOD.edges[::-1]),
    "it has no root": replace(GOOD, roots=()),
    "root (3, 0) is not an output": replace(GOOD, roots=((3, 0),)),
    "root (0, 1) is not an output": replace(GOOD, roots=((0, 1),)),
    "node 0 is reached from no root": replace(GOOD, roots=((1, 0),)),
    "-1 bytes are held": replace(GOOD, held_bytes=-1),
    "is 'lost' with the node 2": with_param(state="lost"),
    "is 'frozen' with the node 2": with_param(state="frozen"),
    "is 'used' with the node None": with_param(node=None),
    "has no node 1": with_param(node=1),
    "has no node -1": with_param(node=-1),
    "parameter () has no name": with_param(names=()),
}


def test_a_good_graph_breaks_no_law():
    assert list(violations(GOOD)) == []
    check(GOOD)


@pytest.mark.parametrize("fault", BROKEN)
def test_every_law_can_be_broken(fault):
    assert [fault in found for found in violations(BROKEN[fault])].count(True) >= 1
    with pytest.raises(TraceError, match=r"graph is inconsistent: .* \(trace it again\)"):
        check(BROKEN[fault])


@pytest.mark.parametrize("name", NAMES)
def test_every_example_obeys_the_laws(name):
    built = examples.build(name)
    assert list(violations(gt.trace(built.root, model=built.model, params=built.params))) == []


def test_an_edge_removed_from_a_real_graph_breaks_a_law():
    graph = gt.trace(examples.build("lenet").root)
    for number in range(len(graph.edges)):
        missing = replace(graph, edges=graph.edges[:number] + graph.edges[number + 1 :])
        assert list(violations(missing))


@pytest.mark.parametrize(
    "record", [GOOD, GOOD.nodes[0], GOOD.edges[0], GOOD.params[0], META, Saved("self", "freed")], ids=repr
)
def test_records_are_frozen_slotted_hashable_and_can_be_pickled(record):
    with pytest.raises(FrozenInstanceError):
        setattr(record, fields(record)[0].name, None)
    assert not hasattr(record, "__dict__")
    assert hash(record) == hash(replace(record))
    assert pickle.loads(pickle.dumps(record)) == record


def test_every_public_record_is_one_of_plain_values():
    records = [one for name in model.__all__ if is_dataclass(one := getattr(model, name))]
    assert {Edge, Graph, Node, Param, Saved, TensorMeta} <= set(records)
    assert all(record.__dataclass_params__.frozen and record.__slots__ for record in records)


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 5), (2, 3, 4)])
def test_numel_is_that_of_torch(shape):
    assert TensorMeta(shape, "float32", "cpu").numel == torch.empty(shape).numel()


def test_a_symbolic_size_leaves_the_number_of_elements_open():
    assert TensorMeta((2, "j1"), "float32", "cpu").numel is None


@pytest.mark.parametrize(("shape", "text"), [((), "scalar"), ((4,), "4"), ((2, "j1"), "2×j1"), ((0, 3), "0×3")])
def test_a_shape_reads_as_a_person_writes_it(shape, text):
    assert str(TensorMeta(shape, "float32", "cpu")) == text


W = torch.ones(2, 2, requires_grad=True)


@pytest.mark.parametrize(
    ("made", "op"),
    [
        (lambda: W.t(), "T"),
        (lambda: torch.nn.functional.max_pool2d(W[None, None], 2), "MaxPool2DWithIndices"),
        (lambda: W.squeeze(0), "Squeeze"),
        (lambda: Doubled.apply(W), "Doubled"),
        (lambda: W * 2, "Mul"),
    ],
)
def test_the_name_of_a_type_of_torch_without_its_ending(made, op):
    assert op_of(type(made().grad_fn).__name__) == op


@pytest.mark.parametrize("name", ["Backward0", "AccumulateGrad", "CopySlices", "", "Backward0Not"])
def test_a_name_without_more_than_an_ending_stays(name):
    assert op_of(name) == name


def test_what_only_reshapes_or_copies_is_a_helper():
    made = (W.t(), W.view(4), W.reshape(4), W.expand(3, 2, 2), W[None], W.clone(), W.mT, W.permute(1, 0), W.double())
    assert {op_of(type(one.grad_fn).__name__) for one in made} <= HELPERS
    computed = (W * 2, W.relu(), W.sum(), W[0], W @ W)
    assert not {op_of(type(one.grad_fn).__name__) for one in computed} & HELPERS


def test_the_records_need_no_torch():
    code = "import sys; sys.modules['torch'] = None; import graphtrace.errors, graphtrace.model.graph"
    root = Path(__file__).parents[2]
    stub = "import sys, types; package = types.ModuleType('graphtrace'); package.__path__ = ['graphtrace']; "
    ran = subprocess.run(
        [sys.executable, "-c", f"{stub}sys.modules['graphtrace'] = package; {code}; import graphtrace.views"],
        cwd=root,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
