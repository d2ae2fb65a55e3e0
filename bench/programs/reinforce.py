"""Reinforcement: each episode is of another length, so each graph is another one."""

import torch
from torch import nn
from torch.distributions import Categorical

torch.manual_seed(0)
policy = nn.Sequential(nn.Linear(4, 128), nn.Dropout(0.6), nn.ReLU(), nn.Linear(128, 2), nn.Softmax(dim=1))
optimizer = torch.optim.Adam(policy.parameters(), lr=1e-2)
for _ in range(60):
    state, logs, rewards = torch.randn(1, 4), [], []
    for _ in range(10 + int(torch.randint(30, ()))):
        choice = Categorical(policy(state))
        action = choice.sample()
        logs.append(choice.log_prob(action))
        rewards.append(float(action))
        state = 0.9 * state + 0.1 * torch.randn(1, 4)
    returns, total = [], 0.0
    for reward in reversed(rewards):
        total = reward + 0.99 * total
        returns.insert(0, total)
    weights = torch.tensor(returns)
    weights = (weights - weights.mean()) / (weights.std() + 1e-6)
    optimizer.zero_grad()
    loss = torch.cat([-log * weight for log, weight in zip(logs, weights, strict=True)]).sum()
    loss.backward()
    optimizer.step()
