"""The integrations with the real frameworks: `tasks.py test frameworks`; skipped where one is not installed."""

import os
import subprocess
import sys

import pytest
import torch
from torch import nn

import graphtrace as gt

os.environ["KERAS_BACKEND"] = "torch"


def net():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 1))


def data(count=12):
    generator = torch.Generator().manual_seed(1)
    return torch.randn(count, 4, generator=generator), torch.randn(count, 1, generator=generator)


def check(recording, steps, names):
    """The recording has these steps, breaks no law, and names every parameter."""
    assert recording.audit().ok
    assert sorted({event.step for event in recording.events if event.kind == "step_begin"}) == steps
    assert {event.param for event in recording.events if event.kind == "param_update"} == names
    assert {event.param for event in recording.events if event.kind == "accumulate"} == names


def test_lightning(tmp_path):
    lightning = pytest.importorskip("lightning")

    class Module(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.net = net()

        def training_step(self, batch, index):
            x, y = batch
            return nn.functional.mse_loss(self.net(x), y)

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=0.1)

    def train(*callbacks):
        module = Module()
        loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*data()), batch_size=2)
        quiet = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False}
        trainer = lightning.Trainer(max_epochs=1, accelerator="cpu", callbacks=list(callbacks), **quiet)
        trainer.fit(module, loader)
        return module

    recorder = gt.integrations.lightning.Recorder(every=2, folder=tmp_path)
    recorded, plain = train(recorder), train()
    check(recorder.recording, [0, 2, 4], {name for name, _ in recorded.named_parameters()})
    for a, b in zip(recorded.parameters(), plain.parameters(), strict=True):
        assert torch.equal(a, b)
    assert gt.load(tmp_path / "rank-0.json.gz") == recorder.recording


def test_transformers(tmp_path):
    transformers = pytest.importorskip("transformers")
    pytest.importorskip("accelerate")

    def train(*callbacks):
        torch.manual_seed(0)
        config = transformers.GPT2Config(n_layer=1, n_head=2, n_embd=8, vocab_size=16, n_positions=8)
        model = transformers.GPT2LMHeadModel(config)
        rows = [{"input_ids": torch.arange(6) + i, "labels": torch.arange(6) + i} for i in range(8)]
        arguments = transformers.TrainingArguments(
            str(tmp_path), max_steps=4, per_device_train_batch_size=1, gradient_accumulation_steps=2, report_to=[],
            use_cpu=True, save_strategy="no", disable_tqdm=True,
        )  # fmt: skip
        transformers.Trainer(model, arguments, train_dataset=rows, callbacks=list(callbacks)).train()
        return model

    recorder = gt.integrations.transformers.Recorder(every=3)
    recorded, plain = train(recorder), train()
    check(recorder.recording, [0, 3], {name for name, _ in recorded.named_parameters()})
    assert len(recorder.recording.graphs) == 4  # two steps of two accumulated passes
    for a, b in zip(recorded.parameters(), plain.parameters(), strict=True):
        assert torch.equal(a, b)


def test_a_plain_loop_with_accelerate():
    accelerate = pytest.importorskip("accelerate")
    accelerator = accelerate.Accelerator(cpu=True, gradient_accumulation_steps=2)
    model, optimizer = net(), None
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*data(8)), batch_size=2)
    model, optimizer, loader = accelerator.prepare(model, optimizer, loader)
    with gt.record(model) as rec:
        for x, y in loader:
            with accelerator.accumulate(model):
                accelerator.backward(nn.functional.mse_loss(model(x), y))
                optimizer.step()
                optimizer.zero_grad()
    check(rec.recording, [0, 1], {name for name, _ in model.named_parameters()})
    assert len(rec.recording.graphs) == 4


def test_keras():
    keras = pytest.importorskip("keras")
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.layers.Dense(6, "relu"), keras.layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    x, y = (tensor.numpy() for tensor in data())
    recorder = gt.integrations.keras.Recorder(every=4)
    model.fit(x, y, batch_size=2, verbose=0, callbacks=[recorder])
    recording = recorder.recording
    assert recording.audit().ok
    assert len(recording.graphs) == 2
    assert len({event.param for event in recording.events if event.kind == "accumulate"}) == 4


def test_the_package_imports_no_framework():
    names = "lightning transformers accelerate keras diffusers timm torchvision"
    program = (
        f"import sys, graphtrace, graphtrace.integrations; print([n for n in {names.split()} if n in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=os.getcwd())
    assert out.stdout.strip() == "[]"


def test_an_unknown_framework_is_told():
    with pytest.raises(AttributeError, match="one of keras, lightning"):
        _ = gt.integrations.jax
    with pytest.raises(gt.TraceError, match="every is no number of steps"):
        gt.integrations.steps.StepRecorder(every=0)
