"""Small random training programs, recorded: everything that changes a state, in any order."""

import random

import torch
from torch import nn

import graphtrace as gt
from graphtrace.model import join

UNARY = (torch.sin, torch.exp, torch.relu, torch.tanh, torch.abs, lambda t: t.T, lambda t: t.clone(), lambda t: -t)


class Program:
    """A few leaves and a model, an optimizer, and actions on them."""

    def __init__(self, seed):
        torch.manual_seed(seed)
        self.random = random.Random(seed)
        choose = self.random
        self.leaves = {name: torch.randn(2, 2).requires_grad_() for name in "abc"[: choose.randint(1, 3)]}
        self.model = nn.Sequential(nn.Linear(2, 2), nn.Tanh()) if choose.random() < 0.4 else None
        self.params = [*self.leaves.values(), *(self.model.parameters() if self.model else ())]
        self.optimizer = choose.choice(
            [None, torch.optim.SGD(self.params, lr=0.1), torch.optim.Adam(self.params, lr=0.1)]
        )
        self.made, self.inner, self.roots = [], [], []
        if choose.random() < 0.3:
            self.params[0].register_post_accumulate_grad_hook(self._clip)

    def _clip(self, param):
        with torch.no_grad():
            param.grad.clamp_(-0.5, 0.5)

    def run(self):
        """Record two to six actions; what torch raises is caught, as a notebook would."""
        names = self.leaves or None
        with gt.record(self.model, optimizer=self.optimizer, params=names) as rec:
            self.forward()
            for _ in range(self.random.randint(2, 6)):
                try:
                    getattr(self, self.random.choice(self.ACTIONS))()
                except RuntimeError:
                    self.forward()
        return rec.recording

    def forward(self):
        choose = self.random
        known = list(self.leaves.values())
        self.inner = []
        for _ in range(choose.randint(1, 5)):
            x = choose.choice(known)
            how = choose.randrange(5)
            if how == 0:
                made = choose.choice(UNARY)(x)
            elif how == 1:
                made = x * choose.choice(known)
            elif how == 2:
                made = x + choose.choice(known).mean()
            elif how == 3:
                made = sum(part * (i + 1) for i, part in enumerate(x.unbind(0)))[None].expand(2, 2)
            else:
                made = self.model(x) if self.model else x @ choose.choice(known)
            known.append(made)
            self.inner.append(made)
        self.roots = [choose.choice(self.inner).sum(), known[-1].square().mean()]

    def backward(self):
        self.roots[-1].backward(retain_graph=self.random.random() < 0.5)

    def backward_many(self):
        torch.autograd.backward(self.roots, retain_graph=self.random.random() < 0.5)

    def backward_some(self):
        self.roots[-1].backward(inputs=[self.random.choice(self.params)], retain_graph=True)

    def spoil(self):
        """Change in place what a node has saved."""
        with torch.no_grad():
            self.random.choice(self.inner).mul_(2)

    def zero(self):
        to_none = self.random.random() < 0.5
        if self.optimizer:
            self.optimizer.zero_grad(set_to_none=to_none)
            return
        for param in self.params:
            if param.grad is not None:
                param.grad = None if to_none else param.grad.zero_()

    def edit(self):
        for param in self.params:
            if param.grad is not None:
                param.grad.mul_(0.5)

    def step(self):
        if self.optimizer:
            self.optimizer.step()
            return
        with torch.no_grad():
            for param in self.params:
                if param.grad is not None:
                    param -= 0.1 * param.grad

    ACTIONS = ("forward", "backward", "backward", "backward_many", "backward_some", "spoil", "zero", "edit", "step")


def recorded(seed):
    """The recording of a random program; of some, two that follow each other, joined."""
    program = Program(seed)
    first = program.run()
    return join([first, program.run()]) if seed % 7 == 0 else first
