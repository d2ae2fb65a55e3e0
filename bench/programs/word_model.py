"""A recurrent model of words, updated by hand as in pytorch/examples, with an optimizer for the first epochs."""

import torch
from torch import nn

torch.manual_seed(0)


class WordModel(nn.Module):
    def __init__(self, words=500, width=64):
        super().__init__()
        self.drop, self.encoder = nn.Dropout(0.2), nn.Embedding(words, width)
        self.rnn, self.decoder = nn.LSTM(width, width, 2, dropout=0.2), nn.Linear(width, words)

    def forward(self, x, hidden):
        y, hidden = self.rnn(self.drop(self.encoder(x)), hidden)
        return nn.functional.log_softmax(self.decoder(self.drop(y)).flatten(0, 1), dim=1), hidden


net = WordModel()
optimizer = torch.optim.SGD(net.parameters(), lr=2.0)
hidden = tuple(torch.zeros(2, 8, 64) for _ in range(2))
for _ in range(80):
    text = torch.randint(500, (21, 8))
    hidden = tuple(state.detach() for state in hidden)
    optimizer.zero_grad()
    y, hidden = net(text[:-1], hidden)
    loss = nn.functional.nll_loss(y, text[1:].flatten())
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 0.25)
    optimizer.step()
