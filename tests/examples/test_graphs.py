"""What torch itself says of each program's graph: node types, edges, None slots."""

from collections import Counter

import pytest
import torch

from graphtrace import examples

LAYERS = {"Addmm": 2, "T": 2, "AccumulateGrad": 4}
LENET = {"AccumulateGrad": 10, "Relu": 4, "Addmm": 3, "T": 3, "Convolution": 2, "MaxPool2DWithIndices": 2, "View": 1}
CLAMPED = {"Sum": 1, "Pow": 1, "Sub": 1, "Mm": 2, "Clamp": 1, "AccumulateGrad": 2}
CENSUS = {
    "mean_square": {"Mean": 1, "Mul": 2, "Add": 1, "AccumulateGrad": 1},
    "doubling": {"Mul": 9, "AccumulateGrad": 1},
    "two_layer": CLAMPED,
    "two_layer_training": CLAMPED,
    "blackboard": CLAMPED,
    "two_layer_linear": {"Sum": 1, "Pow": 1, "Sub": 1, "Mm": 2, "AccumulateGrad": 2},
    "sequential": LAYERS | {"MseLoss": 1, "Relu": 1},
    "linear_linear": LAYERS | {"MseLoss": 1},
    "two_layer_net": {"MseLoss": 1, "Mm": 2, "T": 2, "AccumulateGrad": 2},
    "batch_by_hand": LAYERS | {"MseLoss": 1, "Relu": 1},
    "lenet": LENET | {"MseLoss": 1},
    "lenet_output": LENET,
    "lenet_5x5": LENET | {"MseLoss": 1},
    "accumulate": {"Pow": 1, "Add": 1, "AccumulateGrad": 1},
    "accumulate_transposed": {"T": 1, "Pow": 1, "Add": 1, "AccumulateGrad": 1},
    "logits": {"BinaryCrossEntropyWithLogits": 1, "Add": 1, "Squeeze": 1, "Mm": 1, "AccumulateGrad": 2},
    "logits_batch": {"BinaryCrossEntropyWithLogits": 1, "Add": 1, "Mm": 1, "AccumulateGrad": 2},
    "fan_out": {"Add": 1, "Mul": 1, "Pow": 1, "AccumulateGrad": 1},
    "fan_out_middle": {"Add": 1, "Mul": 2, "Pow": 1, "AccumulateGrad": 1},
    "loss_mse": {"MseLoss": 1, "AccumulateGrad": 1},
    "loss_l1": {"Mean": 1, "Abs": 1, "Sub": 1, "AccumulateGrad": 1},
    "loss_cross_entropy": {"NllLoss": 1, "LogSoftmax": 1, "AccumulateGrad": 1},
    "loss_kl_div": {"Div": 1, "Sum": 1, "Sub": 1, "Mul": 1, "LogSoftmax": 1, "AccumulateGrad": 1},
    "ordered_dict": LAYERS | {"MseLoss": 1, "Relu": 1},
    "clamp_module": LAYERS | {"MseLoss": 1, "Clamp": 1},
    "freeze_first": {"MseLoss": 1, "Addmm": 1, "T": 1, "AccumulateGrad": 2},
    "freeze_last": {"MseLoss": 1, "Addmm": 2, "T": 1, "Relu": 1, "AccumulateGrad": 2},
    "mazur": {"Add": 9, "Mul": 10, "Pow": 2, "Sub": 2, "Sigmoid": 4, "AccumulateGrad": 8},
}


def kind(node):
    """MulBackward0 -> Mul, torch::autograd::AccumulateGrad -> AccumulateGrad."""
    return node.name().rpartition("::")[2].partition("Backward")[0]


def walk(root):
    seen, queue = {}, [root.grad_fn]
    for node in queue:
        if node in seen:
            continue
        seen[node] = [(slot, target) for slot, (target, _) in enumerate(node.next_functions)]
        queue += [target for _, target in seen[node] if target is not None]
    return seen


def follow(root, *slots):
    node = root.grad_fn
    for slot in slots:
        node = node.next_functions[slot][0]
    return node


def slots(node):
    """The kind behind each slot, None where it leads nowhere."""
    return [None if target is None else kind(target) for target, _ in node.next_functions]


@pytest.mark.parametrize("name", CENSUS)
def test_the_graph_has_the_stated_nodes(name):
    assert Counter(map(kind, walk(examples.build(name).root))) == CENSUS[name]


@pytest.mark.parametrize(("name", "count"), [("lenet", 26), ("two_layer_linear", 7), ("linear_linear", 9)])
def test_the_graph_has_the_stated_size(name, count):
    assert len(walk(examples.build(name).root)) == count


def test_the_mean_square_has_two_parallel_edges():
    built = examples.build("mean_square")
    assert slots(follow(built.root)) == ["Mul"]
    assert slots(follow(built.root, 0)) == ["Mul", None]
    inner = follow(built.root, 0, 0)
    assert slots(inner) == ["Add", "Add"]
    assert inner.next_functions[0] == inner.next_functions[1]
    assert slots(follow(built.root, 0, 0, 0)) == ["AccumulateGrad", None]
    assert follow(built.root, 0, 0, 0, 0).variable is built.params["x"]


def test_each_doubling_leads_to_the_one_before_it():
    built = examples.build("doubling")
    node, steps = built.root.grad_fn, 0
    while kind(node) == "Mul":
        assert slots(node)[1] is None
        node, steps = node.next_functions[0][0], steps + 1
    assert steps == 9
    assert node.variable is built.params["x"]


def test_two_layers_by_autograd_lead_to_both_weights_and_to_no_data():
    built = examples.build("two_layer")
    assert [kind(follow(built.root, *[0] * depth)) for depth in range(4)] == ["Sum", "Pow", "Sub", "Mm"]
    assert slots(follow(built.root, 0, 0)) == ["Mm", None]
    assert slots(follow(built.root, 0, 0, 0)) == ["Clamp", "AccumulateGrad"]
    assert follow(built.root, 0, 0, 0, 1).variable is built.params["w2"]
    assert follow(built.root, 0, 0, 0, 0).name() == "ClampBackward1"
    assert slots(follow(built.root, 0, 0, 0, 0, 0)) == [None, "AccumulateGrad"]
    assert follow(built.root, 0, 0, 0, 0, 0, 1).variable is built.params["w1"]


def test_a_sequential_leads_from_loss_to_bias_activation_and_weight():
    built = examples.build("sequential")
    assert slots(follow(built.root)) == ["Addmm", None]
    assert slots(follow(built.root, 0)) == ["AccumulateGrad", "Relu", "T"]
    assert follow(built.root, 0, 0).variable is built.model[2].bias
    assert follow(built.root, 0, 2, 0).variable is built.model[2].weight
    assert slots(follow(built.root, 0, 1, 0)) == ["AccumulateGrad", None, "T"]


def test_lenets_loss_leads_to_fc3_and_its_bias_comes_first():
    built = examples.build("lenet")
    assert follow(built.root).name() == "MseLossBackward0"
    assert follow(built.root, 0).name() == "AddmmBackward0"
    assert slots(follow(built.root, 0)) == ["AccumulateGrad", "Relu", "T"]
    assert follow(built.root, 0, 0).variable is built.model.fc3.bias
    assert follow(built.root, 0, 2, 0).variable is built.model.fc3.weight


def test_a_1d_sample_is_squeezed_behind_the_matmul_and_a_batch_is_not():
    single, batch = examples.build("logits").root, examples.build("logits_batch").root
    assert [follow(single, *[0] * depth).name() for depth in (1, 2, 3)] == [
        "AddBackward0",
        "SqueezeBackward4",
        "MmBackward0",
    ]
    assert slots(follow(single, 0)) == ["Squeeze", "AccumulateGrad"]
    assert slots(follow(batch, 0)) == ["Mm", "AccumulateGrad"]


@pytest.mark.parametrize(("name", "leaf"), [("square", "a"), ("double_sum", "a")])
def test_both_edges_of_one_node_lead_to_the_same_leaf(name, leaf):
    built = examples.build(name)
    first, second = built.root.grad_fn.next_functions
    assert first == second
    assert first[0].variable is built.params[leaf]


def test_both_paths_of_the_fork_end_at_one_accumulate_grad():
    built = examples.build("fan_out")
    assert slots(follow(built.root)) == ["Mul", "Pow"]
    ends = [next(target for target, _ in follow(built.root, slot).next_functions if target) for slot in (0, 1)]
    assert ends[0] is ends[1]
    assert ends[0].variable is built.params["y"]


def test_broadcast_sends_a_vector_by_one_edge_and_a_sum_by_the_other():
    built = examples.build("broadcast")
    sent = []
    follow(built.root, 0).register_hook(lambda grad_inputs, _: sent.extend(g.shape for g in grad_inputs))
    built.root.backward()
    assert sent == [torch.Size([3]), torch.Size([])]


def chain(root):
    node, names = root.grad_fn, []
    while node is not None and kind(node) != "AccumulateGrad":
        names.append(kind(node))
        node = next(target for target, _ in node.next_functions if target is not None)
    return names


@pytest.mark.parametrize(
    ("name", "ops"),
    [
        ("loss_mse", ["MseLoss"]),
        ("loss_l1", ["Mean", "Abs", "Sub"]),
        ("loss_cross_entropy", ["NllLoss", "LogSoftmax"]),
        ("loss_kl_div", ["Div", "Sum", "Sub", "Mul", "LogSoftmax"]),
        ("accumulate_transposed", ["T", "Pow", "Add"]),
    ],
)
def test_a_loss_is_fused_or_a_chain(name, ops):
    assert chain(examples.build(name).root) == ops


def test_a_frozen_first_layer_leaves_none_in_place_of_its_branch():
    built = examples.build("freeze_first")
    assert slots(follow(built.root, 0)) == ["AccumulateGrad", None, "T"]


def test_a_frozen_last_layer_lets_the_gradient_through():
    built = examples.build("freeze_last")
    assert slots(follow(built.root, 0)) == [None, "Relu", None]
    assert slots(follow(built.root, 0, 1, 0)) == ["AccumulateGrad", None, "T"]
