"""A user's own training script: one forward pass of LeNet.

python -m graphtrace examples/lenet.py -o lenet.svg
"""

import torch
from torch import nn

torch.manual_seed(0)
net = nn.Sequential(
    nn.Conv2d(1, 6, 3),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(6, 16, 3),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(576, 120),
    nn.ReLU(),
    nn.Linear(120, 84),
    nn.ReLU(),
    nn.Linear(84, 10),
)
image, target = torch.randn(1, 1, 32, 32), torch.randn(1, 10)
loss = nn.functional.mse_loss(net(image), target)
