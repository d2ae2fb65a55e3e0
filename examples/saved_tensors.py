"""What a graph keeps in memory for its backward pass, node by node.

python -m graphtrace examples/saved_tensors.py -o saved_tensors.svg
"""

import torch
from torch import nn

import graphtrace as gt

torch.manual_seed(0)
net = nn.Sequential(nn.Linear(100, 50), nn.ReLU(), nn.Linear(50, 1))
loss = net(torch.randn(64, 100)).square().mean()

graph = gt.trace(loss, model=net)
for node in graph.nodes:
    for saved in node.saved:
        if saved.state == "held":
            print(f"{node.key:12} keeps {saved.name:7} {saved.meta!s:7} {saved.alias or f'{saved.nbytes:,} bytes'}")
print(f"{graph.held_bytes:,} bytes beyond the parameters")
