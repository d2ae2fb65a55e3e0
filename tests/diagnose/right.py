"""Correct programs that come close to a mistake. Written as in `tests.diagnose.programs`."""

_NET = """
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1))
optimizer = torch.optim.{optimizer}
x, y = torch.rand(8, 2), torch.rand(8, 1)
"""
_LOOP = """# ---
for _ in range(3):
    optimizer.zero_grad()
    loss = functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
"""
_OPTIMIZERS = (
    "SGD(model.parameters(), lr=0.1)",
    "SGD(model.parameters(), lr=0.1, momentum=0.9)",
    "Adam(model.parameters(), lr=0.1)",
    "AdamW(model.parameters(), lr=0.1, weight_decay=0.1)",
    "RMSprop(model.parameters(), lr=0.01)",
    "Adagrad(model.parameters(), lr=0.1)",
    "Adam([{'params': model[0].parameters()}, {'params': model[2].parameters(), 'lr': 0.01}], lr=0.1)",
)
_SGD = _NET.format(optimizer=_OPTIMIZERS[0])
_ADAM = _NET.format(optimizer=_OPTIMIZERS[2])
_TRAINED = """functional.mse_loss(model[1](model[0](x)), torch.rand(8, 4)).backward()
optimizer.step()"""
_PROBED = """kept = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1)).state_dict()
{before}
# ---
for _ in range(2):
    optimizer.zero_grad()
    features = model[1](model[0](x))
    functional.mse_loss(model[2](features.detach()), y).backward()
    optimizer.step()
"""
_PROGRAMS = {
    "zero_grad last": _SGD
    + """# ---
for _ in range(3):
    loss = functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
""",
    "zero_grad fills zeros": _ADAM
    + """# ---
for _ in range(3):
    optimizer.zero_grad(set_to_none=False)
    loss = functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
""",
    "accumulation divided": _SGD
    + """# ---
optimizer.zero_grad()
for part in (slice(0, 4), slice(4, 8)):
    loss = functional.mse_loss(model(x[part]), y[part]) / 2
    loss.backward()
optimizer.step()
""",
    "accumulation of sums": _SGD
    + """# ---
for part in (slice(0, 4), slice(4, 8)):
    loss = functional.mse_loss(model(x[part]), y[part], reduction="sum")
    (loss / 8).backward()
optimizer.step()
""",
    "two losses, one backward": _SGD
    + """# ---
optimizer.zero_grad()
output = model(x)
loss = functional.mse_loss(output, y) + 0.1 * output.abs().mean()
loss.backward()
optimizer.step()
""",
    "two losses, two lines": _SGD
    + """# ---
optimizer.zero_grad()
output = model(x)
fit = functional.mse_loss(output, y)
penalty = output.abs().mean()
fit.backward(retain_graph=True)
penalty.backward()
optimizer.step()
""",
    "loss logged as a number": _SGD
    + """# ---
total = 0.0
for _ in range(3):
    optimizer.zero_grad()
    loss = functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
    total += loss.item()
""",
    "losses summed, then backward": _SGD
    + """# ---
optimizer.zero_grad()
total = 0
for part in (slice(0, 4), slice(4, 8)):
    total = total + functional.mse_loss(model(x[part]), y[part])
total.backward()
optimizer.step()
""",
    "clipped": _SGD
    + """# ---
optimizer.zero_grad()
functional.mse_loss(model(x), y).backward()
torch.nn.utils.clip_grad_norm_(model.parameters(), 0.1)
optimizer.step()
""",
    "evaluation under no_grad": _SGD
    + """# ---
optimizer.zero_grad()
functional.mse_loss(model(x), y).backward()
optimizer.step()
model.eval()
with torch.no_grad():
    error = functional.mse_loss(model(x), y).item()
""",
    "accuracy from argmax": """
torch.manual_seed(0)
model = nn.Linear(2, 3)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x, y = torch.rand(6, 2), torch.tensor([0, 1, 2, 0, 1, 2])
# ---
optimizer.zero_grad()
logits = model(x)
loss = functional.cross_entropy(logits, y)
loss.backward()
optimizer.step()
accuracy = (logits.argmax(1) == y).float().mean()
probabilities = logits.softmax(1).detach().numpy()
""",
    "fine-tuning a head": _SGD.replace("optimizer =", "model[0].requires_grad_(False); optimizer =") + _LOOP,
    "only the head is given": _SGD.replace("model.parameters()", "model[2].parameters()").replace(
        "optimizer =", "model[0].requires_grad_(False); optimizer ="
    )
    + _LOOP,
    "frozen last layer": _SGD.replace("optimizer =", "model[2].requires_grad_(False); optimizer =") + _LOOP,
    "two optimizers, in turn": """
torch.manual_seed(0)
maker, judge = nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1))
of_maker, of_judge = torch.optim.Adam(maker.parameters()), torch.optim.Adam(judge.parameters())
real, noise = torch.rand(8, 2), torch.rand(8, 2)
ones, zeros = torch.ones(8, 1), torch.zeros(8, 1)
# ---
for _ in range(2):
    fake = maker(noise)
    of_judge.zero_grad()
    loss = functional.binary_cross_entropy_with_logits(judge(real), ones)
    loss = loss + functional.binary_cross_entropy_with_logits(judge(fake.detach()), zeros)
    loss.backward()
    of_judge.step()
    of_maker.zero_grad()
    functional.binary_cross_entropy_with_logits(judge(fake), ones).backward()
    of_maker.step()
""",
    "update by hand": """
w = torch.tensor([3.0], requires_grad=True)
# ---
for _ in range(3):
    loss = ((w - 1) ** 2).sum()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad.zero_()
""",
    "update by data": """
w = torch.tensor([3.0], requires_grad=True)
# ---
for _ in range(3):
    loss = ((w - 1) ** 2).sum()
    loss.backward()
    w.data -= 0.1 * w.grad
    w.grad = None
""",
    "functional update": """
w = torch.tensor([3.0], requires_grad=True)
# ---
for _ in range(3):
    (slope,) = torch.autograd.grad(((w - 1) ** 2).sum(), w)
    w = (w - 0.1 * slope).detach().requires_grad_()
""",
    "learned inner step": """
w = torch.tensor([3.0], requires_grad=True)
# ---
(slope,) = torch.autograd.grad(((w - 1) ** 2).sum(), w, create_graph=True)
fast = w - 0.1 * slope
((fast - 2) ** 2).sum().backward()
""",
    "second derivative": """
x = torch.tensor([2.0], requires_grad=True)
# ---
(slope,) = torch.autograd.grad((x ** 3).sum(), x, create_graph=True)
slope.sum().backward()
""",
    "gradient penalty": """
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
optimizer = torch.optim.Adam(model.parameters())
x = torch.rand(6, 2, requires_grad=True)
# ---
optimizer.zero_grad()
output = model(x)
(slope,) = torch.autograd.grad(output.sum(), x, create_graph=True)
loss = output.mean() + (slope.norm(dim=1) - 1).pow(2).mean()
loss.backward()
optimizer.step()
""",
    "jacobian rows": """
x = torch.tensor([1.0, 2.0], requires_grad=True)
# ---
y = x ** 2
for k in range(2):
    v = torch.zeros(2)
    v[k] = 1
    y.backward(v, retain_graph=True)
""",
    "gradients accumulate on purpose": """
x = torch.ones(3, 3, requires_grad=True)
# ---
out = (x + 1).pow(2)
out.backward(torch.ones(3, 3), retain_graph=True)
out.backward(torch.ones(3, 3), retain_graph=True)
x.grad.zero_()
out.backward(torch.ones(3, 3))
""",
    "hidden state detached": """
torch.manual_seed(0)
model = nn.RNNCell(2, 3)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x = torch.rand(4, 2)
# ---
h = torch.zeros(4, 3)
for _ in range(3):
    optimizer.zero_grad()
    h = model(x, h.detach())
    h.pow(2).mean().backward()
    optimizer.step()
""",
    "retain_grad": """
x = torch.tensor([1.0, 2.0], requires_grad=True)
# ---
h = x * 3
h.retain_grad()
h.sum().backward()
slope = h.grad
""",
    "grad read before backward": """
w = torch.tensor([1.0], requires_grad=True)
# ---
before = w.grad
(w * 2).sum().backward()
after = w.grad
""",
    "in place on what nobody saved": """
x = torch.tensor([1.0, 2.0], requires_grad=True)
# ---
y = x * 2
y += 1
y.relu_()
y.sum().backward()
""",
    "ReLU in place": """
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(2, 4), nn.ReLU(inplace=True), nn.Linear(4, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x, y = torch.rand(8, 2), torch.rand(8, 1)
"""
    + _LOOP,
    "moving average": _SGD
    + """# ---
average = [p.detach().clone() for p in model.parameters()]
for _ in range(2):
    optimizer.zero_grad()
    functional.mse_loss(model(x), y).backward()
    optimizer.step()
    for kept, p in zip(average, model.parameters()):
        kept.mul_(0.9).add_(p.detach(), alpha=0.1)
""",
    "weights clamped": _SGD
    + """# ---
for _ in range(2):
    optimizer.zero_grad()
    functional.mse_loss(model(x), y).backward()
    optimizer.step()
    for p in model.parameters():
        p.data.clamp_(-1, 1)
""",
    "masked attention": """
torch.manual_seed(0)
q, k = torch.rand(4, 3, requires_grad=True), torch.rand(4, 3, requires_grad=True)
# ---
scores = q @ k.T
mask = torch.ones(4, 4).triu(1).bool()
weights = scores.masked_fill(mask, float("-inf")).softmax(-1)
weights.pow(2).sum().backward()
""",
    "safe where": """
x = torch.tensor([0.0, 1.0], requires_grad=True)
# ---
safe = torch.where(x > 0, x, torch.ones(2))
y = torch.where(x > 0, torch.log(safe), torch.zeros(2))
y.sum().backward()
""",
    "some units rest": """
model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
nn.init.ones_(model[0].weight)
model[0].bias.data = torch.tensor([1.0, -100.0, 1.0])
# ---
model(torch.rand(4, 2)).mean().backward()
""",
    "broadcast bias": """
b = torch.zeros(3, requires_grad=True)
# ---
loss = functional.mse_loss(torch.ones(4, 3) + b, torch.zeros(4, 3))
loss.backward()
""",
    "distances of all pairs": """
a, b = torch.rand(4, 1, requires_grad=True), torch.rand(5)
# ---
gaps = (a - b).abs()
gaps.min(1).values.sum().backward()
""",
    "vector with v": """
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
# ---
y = x * 2
y.backward(torch.tensor([0.1, 1.0, 0.0001]))
""",
    "leaf by requires_grad_": """
# ---
w = (torch.ones(3) * 0.01).requires_grad_()
(w * w).sum().backward()
print(w.grad)
""",
    "log_softmax and nll_loss": """
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(2, 3), nn.LogSoftmax(1))
# ---
loss = functional.nll_loss(model(torch.rand(4, 2)), torch.tensor([0, 1, 2, 0]))
loss.backward()
""",
    "softmax inside": """
torch.manual_seed(0)
model = nn.Linear(3, 3)
# ---
gates = model(torch.rand(4, 3)).softmax(1)
loss = functional.cross_entropy(model(gates), torch.tensor([0, 1, 2, 0]))
loss.backward()
""",
    "dropout": """
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(2, 8), nn.Dropout(0.5), nn.Linear(8, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x, y = torch.rand(8, 2), torch.rand(8, 1)
"""
    + _LOOP,
    "batch norm": """
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
x, y = torch.rand(8, 2), torch.rand(8, 1)
"""
    + _LOOP,
    "transformer layer": """
torch.manual_seed(0)
model = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
x, y = torch.rand(2, 5, 8), torch.rand(2, 5, 8)
"""
    + _LOOP,
    "LSTM": """
torch.manual_seed(0)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.out = nn.LSTM(2, 4, batch_first=True), nn.Linear(4, 1)
    def forward(self, x):
        return self.out(self.lstm(x)[0][:, -1])
model = Net()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
x, y = torch.rand(4, 6, 2), torch.rand(4, 1)
"""
    + _LOOP,
    "conv net": """
torch.manual_seed(0)
model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
x, y = torch.rand(4, 1, 8, 8), torch.rand(4, 1)
"""
    + _LOOP,
    "embedding": """
torch.manual_seed(0)
model = nn.Sequential(nn.Embedding(5, 3), nn.Flatten(), nn.Linear(6, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x, y = torch.tensor([[0, 1], [2, 3]]), torch.rand(2, 1)
"""
    + _LOOP,
    "LBFGS": _NET.format(optimizer="LBFGS(model.parameters(), max_iter=3)")
    + """# ---
def closure():
    optimizer.zero_grad()
    loss = functional.mse_loss(model(x), y)
    loss.backward()
    return loss
optimizer.step(closure)
""",
    "variational autoencoder": """
torch.manual_seed(0)
model = nn.ModuleDict({"mean": nn.Linear(4, 2), "spread": nn.Linear(4, 2), "out": nn.Linear(2, 4)})
optimizer = torch.optim.Adam(model.parameters())
x = torch.rand(6, 4)
# ---
optimizer.zero_grad()
mean, spread = model["mean"](x), model["spread"](x)
code = mean + torch.randn_like(mean) * (0.5 * spread).exp()
fit = functional.binary_cross_entropy_with_logits(model["out"](code), x, reduction="sum")
loss = fit - 0.5 * (1 + spread - mean.pow(2) - spread.exp()).sum()
loss.backward()
optimizer.step()
""",
    "policy gradient": """
torch.manual_seed(0)
model = nn.Linear(3, 2)
optimizer = torch.optim.Adam(model.parameters())
state, reward = torch.rand(5, 3), torch.tensor([1.0, 0.0, 1.0, 1.0, 0.0])
# ---
optimizer.zero_grad()
choice = torch.distributions.Categorical(logits=model(state))
taken = choice.sample()
loss = -(choice.log_prob(taken) * reward).sum()
loss.backward()
optimizer.step()
""",
    "adversarial input": _SGD
    + """# ---
image = x.clone().requires_grad_()
functional.mse_loss(model(image), y).backward()
attacked = (image + 0.1 * image.grad.sign()).detach()
optimizer.zero_grad()
functional.mse_loss(model(attacked), y).backward()
optimizer.step()
""",
    "weight tying": """
torch.manual_seed(0)
model = nn.Sequential(nn.Embedding(5, 3), nn.Linear(3, 5, bias=False))
model[1].weight = model[0].weight
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
# ---
optimizer.zero_grad()
functional.cross_entropy(model(torch.tensor([0, 1, 2])), torch.tensor([1, 2, 3])).backward()
optimizer.step()
""",
    "checkpoint": """
from torch.utils.checkpoint import checkpoint
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
# ---
h = checkpoint(model[0], torch.rand(3, 2, requires_grad=True), use_reentrant=False)
model[2](model[1](h)).mean().backward()
""",
    "detached for a second head": _SGD
    + """# ---
probe = nn.Linear(4, 1)
both = torch.optim.SGD([*model.parameters(), *probe.parameters()], lr=0.1)
for _ in range(2):
    both.zero_grad()
    h = model[1](model[0](x))
    loss = functional.mse_loss(model[2](h), y) + functional.mse_loss(probe(h.detach()), y)
    loss.backward()
    both.step()
""",
    "target network, its own": _SGD
    + """
target = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1))
# ---
for _ in range(2):
    optimizer.zero_grad()
    loss = functional.mse_loss(model(x), y + 0.9 * target(x).detach())
    loss.backward()
    optimizer.step()
""",
    "target network, owned": """
torch.manual_seed(0)
model = nn.ModuleDict({"net": nn.Linear(2, 1), "target": nn.Linear(2, 1)})
optimizer = torch.optim.Adam(model.parameters())
x = torch.rand(8, 2)
# ---
optimizer.zero_grad()
loss = functional.mse_loss(model["net"](x), model["target"](x).detach())
loss.backward()
optimizer.step()
""",
    "encoder that follows its average": """
torch.manual_seed(0)
model = nn.ModuleDict({"net": nn.Linear(2, 3), "slow": nn.Linear(2, 3), "head": nn.Linear(3, 1)})
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x, y = torch.rand(8, 2), torch.rand(8, 1)
# ---
for _ in range(2):
    optimizer.zero_grad()
    out = model["head"](model["slow"](x).detach()) + model["head"](model["net"](x))
    functional.mse_loss(out, y).backward()
    optimizer.step()
    with torch.no_grad():
        for slow, quick in zip(model["slow"].parameters(), model["net"].parameters()):
            slow.mul_(0.9).add_(quick, alpha=0.1)
""",
    "two players, two optimizers": """
torch.manual_seed(0)
maker, judge = nn.Linear(2, 3), nn.Linear(3, 1)
of_maker, of_judge = (torch.optim.Adam(net.parameters()) for net in (maker, judge))
real, noise = torch.rand(8, 3), torch.rand(8, 2)
ones, zeros = torch.ones(8, 1), torch.zeros(8, 1)
# ---
fake = maker(noise)
of_judge.zero_grad()
both = [functional.binary_cross_entropy_with_logits(judge(g), t) for g, t in ((real, ones), (fake.detach(), zeros))]
sum(both).backward()
of_judge.step()
of_maker.zero_grad()
functional.binary_cross_entropy_with_logits(judge(fake), ones).backward()
of_maker.step()
""",
    "two players, the judge's turn": """
torch.manual_seed(0)
maker, judge = nn.Linear(2, 3), nn.Linear(3, 1)
optimizer = torch.optim.Adam(judge.parameters())
noise, zeros = torch.rand(8, 2), torch.zeros(8, 1)
# ---
for _ in range(2):
    optimizer.zero_grad()
    functional.binary_cross_entropy_with_logits(judge(maker(noise).detach()), zeros).backward()
    optimizer.step()
""",
    "straight through": _SGD
    + """# ---
optimizer.zero_grad()
h = model[1](model[0](x))
h = h + (h.round() - h).detach()
functional.mse_loss(model[2](h), y).backward()
optimizer.step()
""",
    "a linear probe on loaded features": _SGD + _PROBED.format(before="model.load_state_dict(kept)"),
    "a linear probe on features that were trained before": _SGD + _PROBED.format(before=_TRAINED),
    "frozen and detached": _SGD.replace("optimizer =", "model[0].requires_grad_(False); optimizer =")
    + """# ---
optimizer.zero_grad()
functional.mse_loss(model[2](model[1](model[0](x)).detach()), y).backward()
optimizer.step()
""",
    "detached, and the head alone is given": _SGD.replace("model.parameters()", "model[2].parameters()")
    + """# ---
for _ in range(2):
    optimizer.zero_grad()
    functional.mse_loss(model[2](model[1](model[0](x)).detach()), y).backward()
    optimizer.step()
""",
    "actor and critic": """
torch.manual_seed(0)
model = nn.ModuleDict({"actor": nn.Linear(2, 2), "critic": nn.Linear(2, 1)})
optimizer = torch.optim.Adam(model.parameters())
x, gain = torch.rand(8, 2), torch.rand(8)
# ---
optimizer.zero_grad()
advantage = (gain - model["critic"](x).squeeze(1)).detach()
loss = -(model["actor"](x).log_softmax(1)[:, 0] * advantage).mean()
loss.backward()
optimizer.step()
""",
    "only inference": _SGD + "# ---\nwith torch.no_grad():\n    model(x)\n",
    "only forward": _SGD + "# ---\nloss = functional.mse_loss(model(x), y)\n",
    "nothing": "# ---\npass\n",
}
RIGHT = {
    **{
        f"loop, {name.partition('(')[0]} {k}": _NET.format(optimizer=name) + _LOOP for k, name in enumerate(_OPTIMIZERS)
    },
    **_PROGRAMS,
}
