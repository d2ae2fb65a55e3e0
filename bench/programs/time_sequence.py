"""Sine waves, continued by LSTM cells, with LBFGS: several passes in a step."""

import torch
from torch import nn

torch.manual_seed(0)


class Sequence(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second, self.linear = nn.LSTMCell(1, 11), nn.LSTMCell(11, 11), nn.Linear(11, 1)

    def forward(self, x):
        one, two = ((torch.zeros(len(x), 11, dtype=x.dtype), torch.zeros(len(x), 11, dtype=x.dtype)) for _ in range(2))
        outputs = []
        for part in x.split(1, dim=1):
            one = self.first(part, one)
            two = self.second(one[0], two)
            outputs.append(self.linear(two[0]))
        return torch.cat(outputs, dim=1)


net = Sequence().double()
optimizer = torch.optim.LBFGS(net.parameters(), lr=0.8, max_iter=2)
wave = torch.sin(torch.arange(11, dtype=torch.double) / 2 + torch.randn(4, 1, dtype=torch.double))


def closure():
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(net(wave[:, :-1]), wave[:, 1:])
    loss.backward()
    return loss


for _ in range(15):
    optimizer.step(closure)
