"""What the card of a layer says of the sizes that it takes and gives, compared with the modules themselves."""

import pytest
import torch
from torch import nn

import graphtrace as gt


def flows(model, x):
    graph = gt.trace(model(x).sum(), model=model)
    return [box.flow for box in gt.fold(graph, "concept").boxes if box.flow]


@pytest.mark.parametrize(
    ("layer", "x", "flow"),
    [
        (nn.Linear(2, 3), torch.zeros(4, 2), "2 → 3"),
        (nn.Linear(3, 3), torch.zeros(4, 3), "3 → 3"),
        (nn.Linear(5, 2, bias=False), torch.zeros(4, 5), "5 → 2"),
        (nn.Conv2d(1, 6, 3), torch.zeros(1, 1, 8, 8), "1 → 6"),
        (nn.Conv2d(8, 16, 3, groups=4), torch.zeros(1, 8, 8, 8), "8 → 16"),
        (nn.ConvTranspose2d(4, 2, 3), torch.zeros(1, 4, 8, 8), "4 → 2"),
        (nn.Embedding(7, 3), torch.zeros(2, dtype=torch.long), "7 → 3"),
    ],
)
def test_a_layer_says_what_it_takes_and_gives(layer, x, flow):
    assert flows(nn.Sequential(layer), x) == [flow]


def test_a_product_with_a_transposed_weight_is_told_by_its_result():
    class Turned(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(2, 3))

        def forward(self, x):
            return x @ self.weight

    assert flows(nn.Sequential(Turned()), torch.zeros(4, 2)) == ["2 → 3"]


def test_what_has_no_weight_says_nothing():
    assert flows(nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Softmax(dim=1)), torch.zeros(4, 2)) == ["2 → 3"]
