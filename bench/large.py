"""Large public nets: trace and the default picture, in CPU seconds, beside torchview and torchvista.

python bench/large.py      # in the environment of `tasks.py test frameworks`, with both tools; writes large_results.md
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent))
from architectures import Unrolled, WithLoss, seconds, vision, without_its_operators, words

import graphtrace as gt

warnings.filterwarnings("ignore")
NETS = {
    "GPT-2, 24 layers": words("GPT2Config", "GPT2LMHeadModel", n_layer=24, n_embd=64, n_head=2, n_positions=32),
    "ViT-L/16": vision("vit_l_16", 224),
    "Llama, 32 layers": words(
        "LlamaConfig", "LlamaForCausalLM", num_hidden_layers=32, hidden_size=64, intermediate_size=128,
        num_attention_heads=2, num_key_value_heads=2,
    ),
    "ResNet-152": vision("resnet152", 64),
    "LSTM × 500": lambda: (Unrolled(), (torch.randn(2, 500, 16),), {}),
}  # fmt: skip


def torchview(model, inputs):
    from torchview import draw_graph

    graph = draw_graph(model, input_data=inputs, depth=2, device="cpu").visual_graph
    return len(graph.source)


def torchvista(model, inputs):
    import torchvista

    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "net.html")
        torchvista.trace_model(model, inputs, export_format="html", export_path=path)


class Logits(torch.nn.Module):
    """A language model for tools that give a model its inputs by position and expect tensors of it."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, ids):
        return self.net(input_ids=ids, use_cache=False).logits


def told(task):
    try:
        return f"{seconds(task)[1]:.2f}"
    except Exception as error:
        return f"{type(error).__name__}"


def main() -> None:
    without_its_operators()
    lines = []
    for name, build in NETS.items():
        torch.manual_seed(0)
        net, inputs, options = build()
        model = WithLoss(net)
        gt.to_svg(gt.draw(torch.nn.Linear(2, 2), torch.ones(1, 2)))  # Graphviz is loaded once
        loss = model(*inputs, **options)
        graph, tracing = seconds(lambda m=model, root=loss: gt.trace(root, model=m))
        _, picture = seconds(lambda g=graph: gt.to_svg(g))
        _, forward = seconds(lambda m=model, i=inputs, o=options: m(*i, **o))
        drawn, drawing = seconds(lambda m=model, i=inputs, o=options: gt.draw(m, *i, **o))
        _, exact = seconds(lambda g=drawn: gt.to_svg(g))
        if options:
            net, inputs = Logits(net), (options["input_ids"],)
        view, vista = (told(lambda t=t, n=net, i=inputs: t(n, i)) for t in (torchview, torchvista))
        lines.append(
            f"| {name} | {len(graph.nodes):,} | {tracing:.2f} + {picture:.2f} | {forward:.2f} | "
            f"{drawing:.2f} + {exact:.2f} | {view} | {vista} |"
        )
        print(lines[-1], flush=True)
    head = (
        "| net | nodes | trace + picture | one forward pass | gt.draw + picture | torchview, depth 2 | torchvista |\n"
        "|---|--:|--:|--:|--:|--:|--:|"
    )
    about = "`python bench/large.py` writes this. CPU seconds of one run on one thread; default SVG, random weights."
    about += " torchview writes DOT and draws nothing yet; torchvista writes an HTML page that lays out in the browser."
    text = f"# Large nets\n\n{about}\n\n" + "\n".join([head, *lines]) + "\n"
    Path(__file__).with_name("large_results.md").write_text(text)


if __name__ == "__main__":
    main()
