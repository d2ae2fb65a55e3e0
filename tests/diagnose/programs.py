"""The 28 mistakes, each in at least two wordings. ``#!`` marks the line where the mistake is made.

Lines above ``# ---`` run before the recording; ``model`` and ``optimizer`` are handed to it where they exist.
"""

WRONG = {
    "never_zeroed": [
        """
torch.manual_seed(0)
model = nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x, y = torch.ones(4, 2), torch.zeros(4, 1)
# ---
for _ in range(3):
    loss = functional.mse_loss(model(x), y)
    loss.backward()  #!
    optimizer.step()
""",
        """
w = torch.tensor(1.0, requires_grad=True)
# ---
for _ in range(3):
    loss = 2 * w
    loss.backward()  #!
""",
        """
w = torch.tensor([3.0], requires_grad=True)
# ---
for _ in range(3):
    loss = ((w - 1) ** 2).sum()
    loss.backward()  #!
    with torch.no_grad():
        w -= 0.1 * w.grad
""",
    ],
    "backward_twice": [
        """
x = torch.tensor([1.0, 2.0], requires_grad=True)
# ---
loss = (x ** 2).sum()
loss.backward()  #!
loss.backward()
""",
        """
model = nn.Linear(2, 1)
# ---
loss = model(torch.ones(3, 2)).pow(2).mean()
torch.autograd.grad(loss, model.weight)  #!
torch.autograd.grad(loss, model.bias)
""",
    ],
    "graph_across_iterations": [
        """
cell = nn.RNNCell(2, 3)
x = torch.ones(1, 2)
# ---
h = torch.zeros(1, 3)
for _ in range(2):
    h = cell(x, h)  #!
    loss = h.sum()
    loss.backward()
""",
        """
trunk, first, second = nn.Linear(2, 3), nn.Linear(3, 1), nn.Linear(3, 1)
# ---
shared = torch.tanh(trunk(torch.ones(4, 2)))
loss1, loss2 = first(shared).pow(2).mean(), second(shared).pow(2).mean()
loss1.backward()  #!
loss2.backward()
""",
        """
cell = nn.LSTMCell(2, 3)
x = torch.ones(1, 2)
# ---
h, c = torch.zeros(1, 3), torch.zeros(1, 3)
for _ in range(2):
    h, c = cell(x, (h, c))  #!
    h.sum().backward()
""",
    ],
    "vector_without_v": [
        """
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
# ---
y = x * 2
y.backward()  #!
""",
        """
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
# ---
y = x.exp()
g = torch.autograd.grad(y, x)  #!
""",
    ],
    "v_shape_or_dtype": [
        """
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
# ---
y = x * 2
y.backward(torch.ones(2))  #!
""",
        """
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
# ---
y = x * 2
torch.autograd.backward(y, [2.0])  #!
""",
    ],
    "grad_of_non_leaf": [
        """
x = torch.tensor([1.0, 2.0], requires_grad=True)
# ---
h = x * 3  #!
h.sum().backward()
print(h.grad)
""",
        """
model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
# ---
hidden = model[0](torch.ones(4, 2))  #!
model[2](model[1](hidden)).mean().backward()
slope = hidden.grad
""",
    ],
    "leaf_lost": [
        """
# ---
w = torch.ones(3, requires_grad=True) * 0.01  #!
(w * w).sum().backward()
print(w.grad)
""",
        """
# ---
w = torch.ones(3, requires_grad=True).to(torch.float64)  #!
w.sum().backward()
slope = w.grad
""",
    ],
    "graph_cut": [
        """
x = torch.tensor([2.0], requires_grad=True)
# ---
y = (x * 3).detach()  #!
y.sum().backward()
""",
        """
x = torch.tensor([2.0], requires_grad=True)
# ---
with torch.no_grad():
    y = (x * 3).sum()  #!
y.backward()
""",
        """
w = torch.tensor([2.0], requires_grad=True)
# ---
loss = (w * 3).sum()
loss = torch.tensor(loss.item())  #!
loss.backward()
""",
        """
w = torch.tensor([2.0])
# ---
loss = (w * 3).sum()  #!
loss.backward()
""",
        """
x = torch.tensor([2.0], requires_grad=True)
# ---
values = (x * 2).numpy()  #!
""",
        """
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x, y = torch.rand(8, 2), torch.rand(8, 1)
# ---
optimizer.zero_grad()
h = torch.relu(model[0](x))
h = h.detach()  #!
loss = functional.mse_loss(model[2](h), y)
loss.backward()
optimizer.step()
""",
        """
torch.manual_seed(0)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(2, 3), nn.Linear(3, 1)
    def forward(self, x):
        h = self.first(x).tanh()
        return self.second(h.detach().relu())  #!
model = Net()
optimizer = torch.optim.Adam(model.parameters())
x, y = torch.rand(8, 2), torch.rand(8, 1)
# ---
for _ in range(3):
    loss = functional.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
""",
        """
torch.manual_seed(0)
model = nn.ModuleDict({"table": nn.Embedding(5, 3), "head": nn.Linear(3, 2)})
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
# ---
for words in torch.tensor([[0, 1], [2, 3]]):
    optimizer.zero_grad()
    vectors = model["table"](words).detach()  #!
    scores = model["head"](vectors)
    functional.cross_entropy(scores, torch.tensor([0, 1])).backward()
    optimizer.step()
""",
    ],
    "fake_leaf": [
        """
w = torch.tensor([2.0], requires_grad=True)
# ---
loss = (w * 3).sum()
loss = torch.tensor(loss.item(), requires_grad=True)  #!
loss.backward()
""",
        """
model = nn.Linear(2, 1)
# ---
loss = model(torch.ones(3, 2)).pow(2).mean()
total = torch.tensor(loss.item(), requires_grad=True)  #!
(total * 1).backward()
""",
    ],
    "inplace_on_saved": [
        """
x = torch.tensor([1.0, 2.0], requires_grad=True)
# ---
y = x.exp()
y += 1  #!
y.sum().backward()
""",
        """
x = torch.tensor([1.0, 2.0], requires_grad=True)
# ---
y = torch.sigmoid(x)
y.mul_(2)  #!
y.sum().backward()
""",
        """
x = torch.tensor([1.0, 2.0], requires_grad=True)
# ---
y = x.exp()
z = y * y
y[0] = 5.0  #!
z.sum().backward()
""",
    ],
    "step_between_backwards": [
        """
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
# ---
first, second = model(torch.ones(1, 2)).sum(), model(torch.ones(1, 2) * 2).sum()
first.backward()
optimizer.step()  #!
second.backward()
""",
        """
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
# ---
output = model(torch.ones(4, 2))
loss = output.mean()
penalty = output.pow(2).mean()
loss.backward(retain_graph=True)
optimizer.step()  #!
penalty.backward()
""",
    ],
    "inplace_on_leaf": [
        """
w = torch.tensor([1.0, 2.0], requires_grad=True)
# ---
w.sum().backward()
w -= 0.1 * w.grad  #!
""",
        """
w = torch.tensor([1.0, 2.0], requires_grad=True)
# ---
w[0] = 5.0  #!
""",
    ],
    "parameter_rebound": [
        """
w = torch.tensor([3.0], requires_grad=True)
# ---
for _ in range(2):
    w.grad = None
    loss = (w * w).sum()
    loss.backward()
    w = w - 0.1 * w.grad  #!
""",
        """
w = torch.tensor([3.0], requires_grad=True)
# ---
for _ in range(2):
    w.grad = None
    loss = (w * w).sum()
    loss.backward()
    with torch.no_grad():
        w = w - 0.1 * w.grad  #!
""",
    ],
    "data_edit": [
        """
x = torch.tensor([1.0], requires_grad=True)
# ---
y = x.exp()
y.data.mul_(100)  #!
y.sum().backward()
""",
        """
x = torch.tensor([1.0, 2.0], requires_grad=True)
# ---
y = torch.tanh(x)
y.data[0] = 0.0  #!
y.sum().backward()
""",
    ],
    "graph_kept_for_logging": [
        """
torch.manual_seed(0)
model = nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
# ---
total = 0
for _ in range(3):
    optimizer.zero_grad()
    loss = model(torch.ones(4, 2)).pow(2).mean()
    loss.backward()
    optimizer.step()
    total += loss  #!
""",
        """
w = torch.tensor([3.0], requires_grad=True)
running = torch.zeros(())
# ---
for _ in range(3):
    w.grad = None
    loss = (w * w).sum()
    loss.backward()
    running = running + loss  #!
""",
    ],
    "optimizer_misses_parameter": [
        """
# ---
layers = [nn.Linear(2, 2)]
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = layers
optimizer = torch.optim.SGD(Net().parameters(), lr=0.1)  #!
""",
        """
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
optimizer = torch.optim.SGD(model[1].parameters(), lr=0.1)
# ---
for _ in range(2):
    optimizer.zero_grad()
    loss = model(torch.ones(4, 2)).pow(2).mean()
    loss.backward()
    optimizer.step()  #!
""",
        """
# ---
w = torch.ones(2, requires_grad=True) * 2
optimizer = torch.optim.SGD([w], lr=0.1)  #!
""",
    ],
    "frozen_parameter": [
        """
model = nn.Linear(2, 1)
head = nn.Linear(1, 1)
model.requires_grad_(False)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
# ---
loss = head(model(torch.ones(4, 2))).pow(2).mean()
loss.backward()
optimizer.step()  #!
""",
        """
first, model = nn.Linear(2, 2), nn.Linear(2, 1)
for parameter in model.parameters():
    parameter.requires_grad = False
optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
# ---
model(first(torch.ones(4, 2))).pow(2).mean().backward()
optimizer.step()  #!
""",
    ],
    "none_or_zero": [
        """
w = torch.tensor([1.0], requires_grad=True)
# ---
w.grad.zero_()  #!
(w * 2).sum().backward()
""",
        """
w = torch.tensor([1.0], requires_grad=True)
optimizer = torch.optim.Adam([w], lr=0.1)
# ---
(w * 2).sum().backward()
optimizer.step()
optimizer.zero_grad(set_to_none=False)  #!
optimizer.step()
""",
    ],
    "zeroed_before_step": [
        """
model = nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
# ---
model(torch.ones(4, 2)).pow(2).mean().backward()
optimizer.zero_grad()  #!
optimizer.step()
""",
        """
model = nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
# ---
for _ in range(2):
    loss = model(torch.ones(4, 2)).pow(2).mean()
    loss.backward()
    model.zero_grad(set_to_none=False)  #!
    optimizer.step()
""",
    ],
    "broadcast_loss": [
        """
model = nn.Linear(2, 1)
x, y = torch.ones(4, 2), torch.arange(4.0)
# ---
loss = functional.mse_loss(model(x), y)  #!
loss.backward()
""",
        """
model = nn.Linear(2, 1)
x, y = torch.ones(4, 2), torch.arange(4.0)
criterion = nn.BCEWithLogitsLoss()
# ---
loss = criterion(model(x), y)  #!
loss.backward()
""",
        """
model = nn.Linear(2, 1)
x, y = torch.ones(4, 2), torch.arange(4.0)
# ---
loss = ((model(x) - y) ** 2).mean()  #!
loss.backward()
""",
    ],
    "softmax_twice": [
        """
model = nn.Linear(2, 3)
x, y = torch.ones(4, 2), torch.tensor([0, 1, 2, 0])
# ---
p = functional.softmax(model(x), dim=1)  #!
loss = functional.cross_entropy(p, y)
loss.backward()
""",
        """
model = nn.Linear(2, 3)
x, y = torch.ones(4, 2), torch.tensor([0, 1, 2, 0])
# ---
p = model(x).softmax(1)  #!
loss = functional.nll_loss(p, y)
loss.backward()
""",
    ],
    "reduction_scale": [
        """
torch.manual_seed(0)
model = nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x, y = torch.rand(4, 2), torch.rand(4, 1)
# ---
optimizer.zero_grad()
for part in (slice(0, 2), slice(2, 4)):
    loss = functional.mse_loss(model(x[part]), y[part])
    loss.backward()  #!
optimizer.step()
""",
        """
torch.manual_seed(0)
model = nn.Linear(2, 3)
optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
x, y = torch.rand(6, 2), torch.tensor([0, 1, 2, 0, 1, 2])
# ---
for i in range(3):
    loss = functional.cross_entropy(model(x[2 * i : 2 * i + 2]), y[2 * i : 2 * i + 2])
    loss.backward()  #!
optimizer.step()
""",
    ],
    "train_or_eval": [
        """
model = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3))
# ---
y = model(torch.ones(1, 3))  #!
""",
        """
model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))
image = torch.ones(1, 1, 3, 3)
# ---
out = model(image)  #!
""",
    ],
    "dead_relu": [
        """
model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
nn.init.constant_(model[0].bias, -100.0)
# ---
loss = model(torch.ones(4, 2)).pow(2).mean()  #!
loss.backward()
""",
        """
torch.manual_seed(0)
w = torch.randn(2, 3, requires_grad=True)
# ---
h = torch.relu(torch.ones(4, 2) @ w - 50.0)  #!
h.sum().backward()
""",
    ],
    "vanishing_or_exploding": [
        """
layers = []
for _ in range(20):
    layers += [nn.Linear(1, 1, dtype=torch.float64), nn.Sigmoid()]
model = nn.Sequential(*layers)
for layer in layers[::2]:
    nn.init.ones_(layer.weight)
# ---
loss = model(torch.ones(1, 1, dtype=torch.float64)).sum()  #!
loss.backward()
""",
        """
w = torch.tensor(1.0, requires_grad=True)
# ---
y = w * 8  #!
for _ in range(14):
    y = y * 8
y.backward()
""",
    ],
    "non_finite": [
        """
x = torch.tensor([0.0, 1.0], requires_grad=True)
# ---
y = torch.where(x > 0, torch.log(x), torch.zeros(2))  #!
y.sum().backward()
""",
        """
x = torch.tensor([1.0, 5.0], requires_grad=True)
# ---
inner = torch.sqrt(x - 2)  #!
loss = torch.sqrt(inner).sum()
loss.backward()
""",
        """
x = torch.tensor([1.0, 5.0], requires_grad=True)
# ---
loss = torch.log(-x).sum()  #!
loss.backward()
""",
        """
x = torch.tensor([0.0, 4.0], requires_grad=True)
# ---
loss = x.sqrt().sum()  #!
loss.backward()
""",
    ],
    "dtype_mismatch": [
        """
model = nn.Linear(2, 1)
x = torch.ones(4, 2, dtype=torch.float64)
# ---
y = model(x)  #!
""",
        """
a, b = torch.ones(2, 2, dtype=torch.float64), torch.ones(2, 2)
# ---
c = a.mm(b)  #!
""",
        """
# ---
x = torch.tensor([1, 2], requires_grad=True)  #!
(x * x).sum().backward()
""",
        """
logits = torch.zeros(2, 3, requires_grad=True)
target = torch.tensor([1.0, 2.0])
# ---
loss = functional.cross_entropy(logits, target)  #!
""",
    ],
    "create_graph_missing": [
        """
x = torch.tensor([2.0], requires_grad=True)
# ---
y = (x ** 3).sum()
y.backward()  #!
x.grad.backward()
""",
        """
x = torch.tensor([2.0], requires_grad=True)
# ---
(slope,) = torch.autograd.grad((x ** 3).sum(), x)  #!
(slope * 2).sum().backward()
""",
        """
# ---
x = torch.tensor(2.0, requires_grad=True)
y = x ** 3
y.backward()  #!
x.grad.backward()
""",
    ],
}

# Repairs that are not one line at one place: what to replace in the program, as the diagnosis says.
BY_HAND = {
    ("step_between_backwards", 0): ("optimizer.step()  #!\nsecond.backward()", "second.backward()\noptimizer.step()"),
    ("step_between_backwards", 1): ("optimizer.step()  #!\npenalty.backward()", "penalty.backward()\noptimizer.step()"),
    ("optimizer_misses_parameter", 0): ("self.layers = layers", "self.layers = nn.ModuleList(layers)"),
    ("optimizer_misses_parameter", 1): (
        "# ---",
        'optimizer.add_param_group({"params": [model[0].bias, model[0].weight]})\n# ---',
    ),
    ("frozen_parameter", 0): ("# ---", "model.weight.requires_grad_(True); model.bias.requires_grad_(True)\n# ---"),
    ("frozen_parameter", 1): ("# ---", "model.weight.requires_grad_(True); model.bias.requires_grad_(True)\n# ---"),
    ("zeroed_before_step", 0): ("# ---\n", "# ---\noptimizer.zero_grad()\n", "optimizer.zero_grad()  #!\n", ""),
    ("zeroed_before_step", 1): (
        "    loss = model",
        "    model.zero_grad(set_to_none=False)\n    loss = model",
        "    model.zero_grad(set_to_none=False)  #!\n",
        "",
    ),
    ("dead_relu", 0): ("nn.ReLU()", "nn.LeakyReLU(0.01)"),
    ("dead_relu", 1): ("torch.relu(", "torch.nn.LeakyReLU(0.01)("),
    ("vanishing_or_exploding", 0): ("nn.Sigmoid()", "nn.ReLU()"),
}
