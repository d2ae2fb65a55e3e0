"""An image made three times as large."""

import torch
from torch import nn

torch.manual_seed(0)
net = nn.Sequential(
    nn.Conv2d(1, 64, 5, 1, 2),
    nn.ReLU(),
    nn.Conv2d(64, 64, 3, 1, 1),
    nn.ReLU(),
    nn.Conv2d(64, 32, 3, 1, 1),
    nn.ReLU(),
    nn.Conv2d(32, 9, 3, 1, 1),
    nn.PixelShuffle(3),
)
optimizer = torch.optim.Adam(net.parameters(), lr=0.001)
for _ in range(80):
    small, large = torch.rand(4, 1, 16, 16), torch.rand(4, 1, 48, 48)
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(net(small), large)
    loss.backward()
    optimizer.step()
