"""A variational autoencoder."""

import torch
from torch import nn

torch.manual_seed(0)


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.mean, self.spread = nn.Linear(784, 400), nn.Linear(400, 20), nn.Linear(400, 20)
        self.fc3, self.fc4 = nn.Linear(20, 400), nn.Linear(400, 784)

    def forward(self, x):
        hidden = self.fc1(x).relu()
        mean, spread = self.mean(hidden), self.spread(hidden)
        code = mean + torch.randn_like(spread) * torch.exp(0.5 * spread)
        return self.fc4(self.fc3(code).relu()).sigmoid(), mean, spread


net = VAE()
optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
for _ in range(150):
    x = torch.rand(32, 784)
    optimizer.zero_grad()
    y, mean, spread = net(x)
    entropy = nn.functional.binary_cross_entropy(y, x, reduction="sum")
    loss = entropy - 0.5 * torch.sum(1 + spread - mean.pow(2) - spread.exp())
    loss.backward()
    optimizer.step()
