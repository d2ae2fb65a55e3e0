"""Accidents of training, each in a few small steps. The line where it begins is marked with ``# here``."""

import inspect

import torch
from torch import nn

import graphtrace as gt


class Rnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.LSTM(2, 8, batch_first=True)
        self.out = nn.Linear(8, 1)

    def forward(self, x):
        return self.out(self.cell(x)[0][:, -1])


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.into = nn.Linear(3, 16)
        self.layer = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.1, batch_first=True)
        self.out = nn.Linear(16, 1)

    def forward(self, x):
        return self.out(self.layer(self.into(x)).mean(1))  # here


def train(model, optimizer, batches, loss_of, flight):
    with flight:
        for batch in batches:
            optimizer.zero_grad()
            loss_of(model, *batch).backward()
            optimizer.step()


def squares(model, x, y):
    return ((model(x) - y) ** 2).mean()  # here


def lstm_too_fast(to):
    torch.manual_seed(0)
    model = Rnn()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e6)
    batches = [(torch.randn(4, 5, 2), torch.randn(4, 1)) for _ in range(20)]
    train(model, optimizer, batches, squares, gt.flight_recorder(model, optimizer, to=to))
    return squares


def transformer_too_fast(to):
    torch.manual_seed(0)
    model = Attention()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e6)
    batches = [(torch.randn(4, 5, 3), torch.randn(4, 1)) for _ in range(20)]
    train(model, optimizer, batches, squares, gt.flight_recorder(model, optimizer, to=to))
    return Attention


def log_of_zero(to):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU())
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-9)
    batches = [(torch.rand(4, 3) + 1,) for _ in range(3)] + [(torch.zeros(4, 3),)]
    with torch.no_grad():
        model[0].weight.abs_()
        model[0].bias.fill_(-1e-3)
    with gt.flight_recorder(model, optimizer, to=to):
        for (x,) in batches:
            optimizer.zero_grad()
            logs = torch.log(model(x))  # here
            (-logs.mean()).backward()
            optimizer.step()
    return log_of_zero


def half_overflow(to):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 64), nn.Linear(64, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-4)
    with gt.flight_recorder(model, optimizer, to=to):
        for size in (1.0, 1.0, 3e5):
            x = torch.full((4, 3), size)
            optimizer.zero_grad()
            with torch.autocast("cpu", torch.float16):
                out = model(x)  # here
            out.float().mean().backward()
            optimizer.step()
    return half_overflow


def bfloat_overflow(to):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 8), nn.Linear(8, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-4)
    with gt.flight_recorder(model, optimizer, to=to):
        for size in (1.0, 3e38):
            x = torch.full((4, 3), size)
            optimizer.zero_grad()
            with torch.autocast("cpu", torch.bfloat16):
                out = model(x)  # here
            out.float().mean().backward()
            optimizer.step()
    return bfloat_overflow


def exploding_rnn(to):
    torch.manual_seed(0)
    model = nn.Linear(4, 4, bias=False)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    x = torch.ones(2, 4)
    with gt.flight_recorder(model, optimizer, to=to):
        for length in (2, 4, 300):
            state = x
            for _ in range(length):
                state = model(state) * 3  # here
            optimizer.zero_grad()
            state.pow(2).mean().backward()
            optimizer.step()
    return exploding_rnn


def edit_in_place(to, when=20):
    torch.manual_seed(0)
    model = nn.Linear(3, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    x = torch.randn(4, 3)
    with gt.flight_recorder(model, optimizer, to=to):
        for step in range(when + 1):
            optimizer.zero_grad()
            hidden = torch.exp(model(x))
            loss = hidden.mean()
            if step == when:
                hidden += 1  # here
            loss.backward()
            optimizer.step()
    return edit_in_place


class Wrong(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, grad):
        if grad.norm() > 1:
            raise ZeroDivisionError("my own backward")  # here
        return grad * 2


def own_backward(to):
    torch.manual_seed(0)
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with gt.flight_recorder(model, optimizer, to=to):
        for size in (0.1, 0.1, 100.0):
            x = torch.randn(4, 3)
            optimizer.zero_grad()
            (Wrong.apply(model(x)).mean() * size).backward()
            optimizer.step()
    return Wrong


def dead_column(to):
    """A column that is the same everywhere is divided by its deviation, which is 0."""
    torch.manual_seed(0)
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with gt.flight_recorder(model, optimizer, to=to):
        for step in range(4):
            x = torch.randn(8, 3)
            if step == 3:
                x[:, 1] = 0.5
            scaled = (x - x.mean(0)) / x.std(0)  # here
            optimizer.zero_grad()
            model(scaled).pow(2).mean().backward()
            optimizer.step()
    return dead_column


def nan_in_data(to):
    torch.manual_seed(0)
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    batches = [torch.randn(8, 3) for _ in range(4)]
    batches[3][5, 2] = float("nan")
    with gt.flight_recorder(model, optimizer, to=to):
        for x in batches:
            optimizer.zero_grad()
            model(x).pow(2).mean().backward()  # here
            optimizer.step()
    return nan_in_data


def silent_nan(to):
    """The loss turns NaN, and no gradient does."""
    model = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with gt.flight_recorder(model, optimizer, to=to):
        for size in (1.0, 1.0, -1.0):
            x = torch.full((1, 2), size)
            optimizer.zero_grad()
            extra = torch.sqrt(x).sum()  # here
            (model(x).sum() + extra).backward()
            optimizer.step()
    return silent_nan


def step_too_large(to):
    """The step itself makes a parameter infinite."""
    model = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e38)
    with gt.flight_recorder(model, optimizer, to=to):
        for size in (0.0, 0.0, 1e5):
            x = torch.full((1, 2), size)
            optimizer.zero_grad()
            model(x).sum().backward()
            optimizer.step()  # here
    return step_too_large


def marked(function):
    """Return the number of the line that is marked."""
    lines, first = inspect.getsourcelines(function)
    return first + next(i for i, line in enumerate(lines) if "# here" in line)
