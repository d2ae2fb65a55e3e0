"""Two nets that play against one another: their optimizers take turns."""

import torch
from torch import nn

torch.manual_seed(0)
maker = nn.Sequential(
    nn.ConvTranspose2d(16, 32, 4),
    nn.BatchNorm2d(32),
    nn.ReLU(),
    nn.ConvTranspose2d(32, 16, 4, 2, 1),
    nn.BatchNorm2d(16),
    nn.ReLU(),
    nn.ConvTranspose2d(16, 1, 4, 2, 1),
    nn.Tanh(),
)
judge = nn.Sequential(
    nn.Conv2d(1, 16, 4, 2, 1),
    nn.LeakyReLU(0.2),
    nn.Conv2d(16, 32, 4, 2, 1),
    nn.BatchNorm2d(32),
    nn.LeakyReLU(0.2),
    nn.Conv2d(32, 1, 4),
    nn.Flatten(0),
    nn.Sigmoid(),
)
judged, made = (torch.optim.Adam(net.parameters(), lr=0.0002, betas=(0.5, 0.999)) for net in (judge, maker))
criterion = nn.BCELoss()
for _ in range(60):
    real, noise = torch.rand(8, 1, 16, 16), torch.randn(8, 16, 1, 1)
    judged.zero_grad()
    criterion(judge(real), torch.ones(8)).backward()
    fake = maker(noise)
    criterion(judge(fake.detach()), torch.zeros(8)).backward()
    judged.step()
    made.zero_grad()
    loss = criterion(judge(fake), torch.ones(8))
    loss.backward()
    made.step()
