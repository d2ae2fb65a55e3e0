"""Public architectures with random weights, in small sizes: traced, recorded, drawn, and checked.

    python bench/architectures.py [FOLDER]     # in the environment of `tasks.py test frameworks`

Writes one PNG per net (default view, of its loss by `gt.draw`'s exact modules) and `architectures_results.md`.
What does not import or build here is said in the table.
"""

from __future__ import annotations

import platform
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

import graphtrace as gt
from graphtrace.layout import place
from graphtrace.views import default_view, fold

warnings.filterwarnings("ignore")
ASPECT = 1.6  # 1600 by 1000
Built = tuple[nn.Module, tuple[object, ...], dict[str, object]]


def without_its_operators() -> None:
    """Let torchvision be imported where its compiled operators do not fit torch: its nets need none of them."""
    global _library
    try:
        import torchvision
    except RuntimeError:
        _library = torch.library.Library("torchvision", "DEF")
        for name in ("nms", "qnms"):
            _library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        for name in [name for name in sys.modules if name.startswith("torchvision")]:
            del sys.modules[name]
        import torchvision  # noqa: F401


def image(size: int, batch: int = 2) -> torch.Tensor:
    return torch.randn(batch, 3, size, size)


def vision(name: str, size: int = 64, **options: object) -> Callable[[], Built]:
    def build() -> Built:
        import torchvision

        return torchvision.models.get_model(name, weights=None, **options), (image(size),), {}

    return build


def timm(name: str, size: int = 64, **options: object) -> Callable[[], Built]:
    def build() -> Built:
        from timm import create_model

        return create_model(name, pretrained=False, **options), (image(size),), {}

    return build


def words(config: str, model: str, vocabulary: int = 64, **options: object) -> Callable[[], Built]:
    def build() -> Built:
        import transformers

        made = getattr(transformers, config)(vocab_size=vocabulary, **options)
        net = getattr(transformers, model)(made)
        ids = torch.randint(1, vocabulary, (2, 12))
        given: dict[str, object] = {"input_ids": ids}
        if "Causal" in model or "LMHead" in model or "Conditional" in model or "Masked" in model:
            given["labels"] = ids
        return net, (), given

    return build


def unet() -> Built:
    from diffusers import UNet2DModel

    net = UNet2DModel(
        sample_size=16, block_out_channels=(32, 32), layers_per_block=1, norm_num_groups=8,
        down_block_types=("DownBlock2D", "AttnDownBlock2D"), up_block_types=("AttnUpBlock2D", "UpBlock2D"),
    )  # fmt: skip
    return net, (image(16), torch.tensor([1, 2])), {}


def autoencoder() -> Built:
    from diffusers import AutoencoderKL

    return AutoencoderKL(block_out_channels=(16, 32), down_block_types=("DownEncoderBlock2D",) * 2,
                         up_block_types=("UpDecoderBlock2D",) * 2, norm_num_groups=8), (image(32),), {}  # fmt: skip


def graph_net(name: str) -> Callable[[], Built]:
    def build() -> Built:
        from torch_geometric.nn import models

        edges = torch.tensor([[0, 1, 2, 3, 4], [1, 2, 3, 4, 0]])
        return getattr(models, name)(8, 16, 3, 4), (torch.randn(5, 8), edges), {}

    return build


class Unrolled(nn.Module):
    """An LSTM cell in a Python loop."""

    def __init__(self, width: int = 16) -> None:
        super().__init__()
        self.cell, self.out = nn.LSTMCell(width, width), nn.Linear(width, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = c = torch.zeros(x.shape[0], x.shape[2])
        for step in x.unbind(1):
            h, c = self.cell(step, (h, c))
        return self.out(h)


GPT = {"n_embd": 32, "n_head": 2, "n_positions": 32}
BERT = {"hidden_size": 32, "num_attention_heads": 2, "intermediate_size": 64}
LLAMA = {**BERT, "num_key_value_heads": 2}
NETS: dict[str, Callable[[], Built]] = {
    "torchvision alexnet": vision("alexnet", 96),
    "torchvision vgg11": vision("vgg11"),
    "torchvision resnet18": vision("resnet18"),
    "torchvision resnet50": vision("resnet50"),
    "torchvision densenet121": vision("densenet121"),
    "torchvision googlenet": vision("googlenet", 96, aux_logits=False, init_weights=False),
    "torchvision squeezenet1_1": vision("squeezenet1_1"),
    "torchvision mobilenet_v3_small": vision("mobilenet_v3_small"),
    "torchvision efficientnet_b0": vision("efficientnet_b0"),
    "torchvision swin_t": vision("swin_t"),
    "timm convnext_atto": timm("convnext_atto"),
    "timm vit_tiny_patch16_224": timm("vit_tiny_patch16_224", 224),
    "timm mixer_s32_224": timm("mixer_s32_224", 224),
    "timm regnetx_002": timm("regnetx_002"),
    "timm deit_tiny_patch16_224": timm("deit_tiny_patch16_224", 224),
    "timm ghostnet_100": timm("ghostnet_100"),
    "transformers GPT-2": words("GPT2Config", "GPT2LMHeadModel", n_layer=4, **GPT),
    "transformers BERT": words("BertConfig", "BertForMaskedLM", num_hidden_layers=4, **BERT),
    "transformers RoBERTa": words("RobertaConfig", "RobertaForMaskedLM", num_hidden_layers=4, **BERT),
    "transformers DistilBERT": words("DistilBertConfig", "DistilBertForMaskedLM", dim=32, hidden_dim=64, n_heads=2),
    "transformers ALBERT": words("AlbertConfig", "AlbertForMaskedLM", embedding_size=16, num_hidden_layers=4, **BERT),
    "transformers T5": words("T5Config", "T5ForConditionalGeneration", d_model=32, d_kv=16, d_ff=64, num_layers=3,
                             num_heads=2, decoder_start_token_id=0),
    "transformers Llama": words("LlamaConfig", "LlamaForCausalLM", num_hidden_layers=4, **LLAMA),
    "transformers Qwen2": words("Qwen2Config", "Qwen2ForCausalLM", num_hidden_layers=4, **LLAMA),
    "transformers Mamba": words("MambaConfig", "MambaForCausalLM", hidden_size=32, num_hidden_layers=2, state_size=4),
    "diffusers UNet2D": unet,
    "diffusers AutoencoderKL": autoencoder,
    "PyG GCN": graph_net("GCN"),
    "PyG GAT": graph_net("GAT"),
    "PyG GraphSAGE": graph_net("GraphSAGE"),
    "torch LSTM, unrolled 30": lambda: (Unrolled(), (torch.randn(2, 30, 16),), {}),
}  # fmt: skip


def loss_of(output: object) -> torch.Tensor:
    """Return the loss of a model's output, or one number of it."""
    loss = getattr(output, "loss", None)
    if loss is not None:
        return loss
    for name in ("logits", "sample", "last_hidden_state"):
        output = getattr(output, name, output)
    if isinstance(output, (tuple, list)):
        output = output[0]
    return output.pow(2).mean()


class WithLoss(nn.Module):
    """A net with its loss, as one module, so that a picture ends in the loss."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, *inputs: object, **options: object) -> torch.Tensor:
        return loss_of(self.net(*inputs, **options))


def seconds(task: Callable[[], object]) -> tuple[object, float]:
    start = time.process_time()
    made = task()
    return made, time.process_time() - start


def outside(layout: object) -> list[str]:
    """Return the titles of boxes that are not wholly in the frame of their module."""
    frames: dict[str, list[object]] = {}
    for frame in layout.frames:
        frames.setdefault(frame.path, []).append(frame)
    found = []
    for box, rectangle in zip(layout.view.boxes, layout.places, strict=True):
        around = frames.get(box.group, ())
        if around and not any(
            f.x <= rectangle.x and f.y <= rectangle.y and rectangle.x + rectangle.width <= f.x + f.width
            and rectangle.y + rectangle.height <= f.y + f.height for f in around
        ):  # fmt: skip
            found.append(box.title)
    return found


def measured(name: str, build: Callable[[], Built], folder: Path) -> str:
    torch.manual_seed(0)
    net, inputs, options = build()
    model = WithLoss(net)
    with gt.record(model) as rec:
        model(*inputs, **options).backward()
    recording = rec.recording
    loss = model(*inputs, **options)
    traced, tracing = seconds(lambda: gt.trace(loss, model=model))
    drawn, drawing = seconds(lambda: gt.draw(model, *inputs, **options))
    view = fold(drawn, default_view(drawn))
    layout, placing = seconds(lambda: place(view, aspect=ASPECT))
    (folder / f"{name.replace(' ', '_').replace(',', '')}.png").write_bytes(gt.to_png(drawn, scale=1))
    last = view.boxes[0].title
    faults = "; ".join(recording.audit().violations[:1]) or "–"
    return (
        f"| {name} | {len(traced.nodes):,} | {len(recording):,} | {tracing:.2f} | {drawing:.2f} | {placing:.2f} | "
        f"{view.name}, {len(view.boxes)} | {last} | {len(outside(layout))} | {faults} |"
    )


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "architectures")
    folder.mkdir(parents=True, exist_ok=True)
    without_its_operators()
    lines = []
    for name, build in NETS.items():
        try:
            lines.append(measured(name, build, folder))
        except Exception as error:
            lines.append(
                f"| {name} | not run: {type(error).__name__}: {str(error).splitlines()[0][:90]} | | | | | | | | |"
            )
        print(lines[-1], flush=True)
    head = (
        "| net | nodes | events | trace s | gt.draw s | layout s | default view, boxes | ends in | outside "
        "| violations |\n"
        "|---|--:|--:|--:|--:|--:|---|---|--:|---|"
    )
    about = f"CPU seconds, torch {torch.__version__}, Python {platform.python_version()}; random weights, small sizes."
    text = (
        f"# Architectures\n\n`python bench/architectures.py` writes this. {about}\n\n"
        + "\n".join([head, *lines])
        + "\n"
    )
    Path(__file__).with_name("architectures_results.md").write_text(text)


if __name__ == "__main__":
    main()
