"""Why gradients add up: x is used twice, so two edges lead to it.

python -m graphtrace examples/fan_out.py -o fan_out.svg --fold autograd
"""

import torch

x = torch.tensor(3.0, requires_grad=True)
loss = x * x + 2 * x
loss.backward(retain_graph=True)
print(f"x.grad = {x.grad.item():g}")  # 2x + 2
