"""`draw`: a model's graph from its inputs, with every operation in the module that ran it."""

from collections import namedtuple
from dataclasses import dataclass

import pytest
import torch
from torch import nn

import graphtrace as gt
from tests.support import oracle


class Tied(nn.Module):
    """A language model whose head shares the embedding's weight, as GPT-2's does."""

    def __init__(self):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(11, 8), nn.Embedding(5, 8)
        self.h = nn.ModuleList(nn.TransformerEncoderLayer(8, 2, 16, batch_first=True) for _ in range(2))
        self.lm_head = nn.Linear(8, 11, bias=False)
        self.lm_head.weight = self.wte.weight

    def forward(self, words):
        x = self.wte(words) + self.wpe(torch.arange(words.shape[1]))
        for block in self.h:
            x = block(x)
        return self.lm_head(x)


class Residual(nn.Module):
    """A stage of a ResNet: the last add and ReLU belong to the block, and to no parameter."""

    def __init__(self):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(2, 2, 3, padding=1), nn.BatchNorm2d(2)

    def forward(self, x):
        return torch.relu(self.norm(self.conv(x)) + x)


def words():
    return torch.tensor([[1, 2, 3], [4, 5, 6]])


def module_that_made(model, *inputs):
    """Find by plain hooks which module's call made each node: the innermost one before which it was not there."""
    made = {}

    def entered(path):
        return lambda module, args: known.append(
            {node for arg in args if isinstance(arg, torch.Tensor) for node in above(arg)}
        )

    def left(path):
        def hook(module, args, output):
            before = known.pop()
            for node in above(output):
                if node not in before and node not in made:
                    made[node] = path

        return hook

    def above(tensor):
        return oracle.by_depth([tensor])[0] if tensor.grad_fn is not None else []

    known, handles = [], []
    for path, module in model.named_modules():
        handles += module.register_forward_pre_hook(entered(path)), module.register_forward_hook(left(path))
    output = model(*inputs)
    for handle in handles:
        handle.remove()
    return output, made


def test_every_operation_lies_in_the_module_that_ran_it():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 2, 3), Residual(), Residual(), nn.Flatten(), nn.Linear(72, 3))
    x = torch.randn(2, 1, 8, 8)
    graph = gt.draw(model, x)
    output, made = module_that_made(model, x)
    nodes = oracle.by_depth([output])[0]
    expected = sorted((type(node).__name__, made[node]) for node in nodes if type(node).__name__ != "AccumulateGrad")
    assert sorted((node.type, node.module) for node in graph.nodes if node.kind != "accumulate") == expected
    assert ("ReluBackward0", "1") in expected
    assert ("AddBackward0", "2") in expected


def test_a_tied_weight_claims_nothing_for_its_other_module():
    torch.manual_seed(0)
    graph = gt.draw(Tied().eval(), words())
    modules = {node.type: node.module for node in graph.nodes if node.module in ("wte", "lm_head")}
    assert modules["EmbeddingBackward0"] == "wte"
    assert graph.nodes[0].module == "lm_head"
    drawn = gt.fold(graph, "module")
    boxes = {box.title: box for box in drawn.boxes}
    assert any("lm_head" in title for title in boxes)
    assert any("wte" in title for title in boxes)


def test_the_graph_is_that_of_a_trace_of_the_same_output():
    torch.manual_seed(0)
    model = Tied().eval()
    drawn, traced = gt.draw(model, words()), gt.trace(model(words()), model=model)
    assert [node.type for node in drawn.nodes] == [node.type for node in traced.nodes]
    assert drawn.edges == traced.edges
    assert drawn.roots == traced.roots


def test_the_model_is_left_as_it_was():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), nn.Linear(4, 1)).train()
    x = torch.randn(6, 3)
    model(x).sum().backward()
    state = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    grads = [parameter.grad.clone() for parameter in model.parameters()]
    random = torch.get_rng_state()
    with torch.no_grad():
        graph = gt.draw(model, x)
    assert len(graph.nodes) > 8
    assert model.training
    assert torch.equal(torch.get_rng_state(), random)
    assert all(torch.equal(tensor, state[name]) for name, tensor in model.state_dict().items())
    assert all(map(torch.equal, (parameter.grad for parameter in model.parameters()), grads))
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())


Pair = namedtuple("Pair", "first second")


@dataclass
class Output:
    logits: torch.Tensor
    parts: list


@pytest.mark.parametrize(
    "wrap", [lambda a, b: (a, [b]), lambda a, b: {"a": a, "b": {"c": b}}, Pair, lambda a, b: Output(a, [b, 3, None])]
)
def test_all_tensors_of_an_output_are_roots(wrap):
    class Two(nn.Linear):
        def forward(self, x, scale=1.0):
            y = super().forward(x)
            return wrap(y * scale, y.exp())

    graph = gt.draw(Two(2, 2), torch.ones(1, 2), scale=3.0)
    assert [graph.nodes[node].type for node, _ in graph.roots] == ["MulBackward0", "ExpBackward0"]


def test_what_cannot_be_drawn_is_told():
    with pytest.raises(gt.TraceError, match=r"model is not a torch.nn.Module: 3 \("):
        gt.draw(3)
    frozen = nn.Linear(2, 1).requires_grad_(False)
    with pytest.raises(gt.TraceError, match="no output needs a gradient: 'Tensor'"):
        gt.draw(frozen, torch.ones(1, 2))
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        gt.draw(nn.Linear(2, 1), torch.ones(1, 3))
