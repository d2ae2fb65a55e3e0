"""LeNet, the opening example: its loss, its output as a root, and the 5×5 edition."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from graphtrace.examples.program import Built, Example, example
from graphtrace.examples.seeded import Seeded
from graphtrace.examples.updates import by_optimizer


class LeNet(nn.Module):
    """Two convolutions and three linear layers for a 32×32 image; `kernel` is 3 or 5."""

    def __init__(self, kernel: int = 3) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, kernel)
        self.conv2 = nn.Conv2d(6, 16, kernel)
        side = ((32 - kernel + 1) // 2 - kernel + 1) // 2  # of the image that conv2's pooling leaves
        self.fc1 = nn.Linear(16 * side * side, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Return ten scores for each image."""
        x = functional.max_pool2d(functional.relu(self.conv1(x)), 2)
        x = functional.max_pool2d(functional.relu(self.conv2(x)), 2)
        x = x.view(-1, self.fc1.in_features)
        x = functional.relu(self.fc1(x))
        x = functional.relu(self.fc2(x))
        out: Tensor = self.fc3(x)
        return out


def _drawn(kernel: int) -> tuple[LeNet, Tensor, Tensor, Tensor]:
    """Net, image, v and target, drawn in the tutorial's order."""
    with Seeded(0):
        net = LeNet(kernel)
        image, v, target = torch.randn(1, 1, 32, 32), torch.randn(1, 10), torch.randn(10).view(1, -1)
    return net, image, v, target


def _with_loss(kernel: int) -> Built:
    net, image, _, target = _drawn(kernel)
    criterion = nn.MSELoss()

    def forward() -> Tensor:
        loss: Tensor = criterion(net(image), target)
        return loss

    tensors = {"input": image, "target": target}
    built = Built(forward(), net, tensors=tensors, forward=forward, zero=net.zero_grad)
    return by_optimizer(built, "SGD", 0.01)


@example("f", "LeNet, MSELoss", "LeNet，MSELoss", "两个卷积层、三个全连接层，一张 32×32 图像：26 个节点。")
def lenet() -> Built:
    """Two convolutions and three linear layers on one 32×32 image: 26 nodes."""
    return _with_loss(kernel=3)


@example("f", "LeNet, its output as root", "LeNet，以输出为根", "没有损失：从 (1, 10) 的输出开始反向，需要给出 v。")
def lenet_output() -> Built:
    """No loss: backward starts at the (1, 10) output and needs a v."""
    net, image, v, _ = _drawn(kernel=3)
    return Built(net(image), net, tensors={"input": image}, grad_output=v, zero=net.zero_grad)


@example("f", "LeNet, 5×5 kernels", "LeNet，5×5 卷积核", "教程的新版：5×5 卷积核，第一个全连接层有 400 个输入。")
def lenet_5x5() -> Built:
    """The tutorial's current edition: 5×5 kernels, 400 inputs to the first linear layer."""
    return _with_loss(kernel=5)


EXAMPLES: tuple[Example, ...] = (lenet, lenet_output, lenet_5x5)
