"""A convolutional net on digits of noise."""

import torch
from torch import nn

torch.manual_seed(0)
net = nn.Sequential(
    nn.Conv2d(1, 32, 3),
    nn.ReLU(),
    nn.Conv2d(32, 64, 3),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Dropout(0.25),
    nn.Flatten(),
    nn.Linear(9216, 128),
    nn.ReLU(),
    nn.Dropout(0.5),
    nn.Linear(128, 10),
    nn.LogSoftmax(dim=1),
)
optimizer = torch.optim.Adadelta(net.parameters(), lr=1.0)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 50, gamma=0.7)
for _ in range(100):
    x, y = torch.randn(16, 1, 28, 28), torch.randint(10, (16,))
    optimizer.zero_grad()
    loss = nn.functional.nll_loss(net(x), y)
    loss.backward()
    optimizer.step()
    scheduler.step()
