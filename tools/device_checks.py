"""What must hold on an accelerator before the recorder can be trusted there: order, equality, threads, memory.

Each check takes the device and returns whether it holds, None where it only informs, and a sentence of what was seen.
"""

from __future__ import annotations

import threading

import torch
from torch import nn
from torch.autograd.graph import Node as TorchNode

from graphtrace.literals import Level
from graphtrace.model import Recording
from graphtrace.recorder import record
from graphtrace.tracer import trace_live

Seen = tuple[bool | None, str]


def small_net(device: torch.device, width: int = 32) -> tuple[nn.Module, torch.Tensor]:
    """Return a net with a convolution and batch norm, and an input."""
    torch.manual_seed(0)
    layers = (nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.LazyLinear(width), nn.Linear(width, 3))
    net = nn.Sequential(*layers).to(device)
    x = torch.randn(4, 1, 12, 12, device=device)
    with torch.no_grad():
        net(x)
    return net, x


def step(net: nn.Module, x: torch.Tensor, optimizer: torch.optim.Optimizer) -> torch.Tensor:
    """Run a training step and return its loss."""
    optimizer.zero_grad()
    h = net(x)
    loss: torch.Tensor = (h * h.sigmoid()).sum()  # h has two contributions
    backward(loss)
    optimizer.step()
    return loss.detach()


def recorded(device: torch.device, values: Level = "stats") -> tuple[Recording, torch.Tensor, nn.Module]:
    """Record a step; return the recording, the loss and the net."""
    net, x = small_net(device)
    optimizer = torch.optim.Adam(net.parameters())
    with record(net, optimizer, values=values) as rec:
        loss = step(net, x, optimizer)
    return rec.recording, loss, net


def hook_threads(device: torch.device) -> Seen:
    """Hooks run on the calling thread with multithreading off."""
    told = {}
    for enabled in (True, False):
        threads, order, count = _watched(device, enabled)
        told[enabled] = (threads == {threading.get_ident()}, order == list(range(count)))
    text = f"on the caller's thread, in the predicted order: {told[True]} with engine threads, {told[False]} without"
    return told[False] == (True, True), text


def _watched(device: torch.device, multithreading: bool) -> tuple[set[int], list[int], int]:
    """Run a backward pass; return the threads that ran hooks, and the order of the nodes."""
    net, x = small_net(device)
    loss = net(x).sum()
    threads: set[int] = set()
    order: list[int] = []
    live = trace_live(loss)

    def ran(number: int) -> None:
        threads.add(threading.get_ident())
        order.append(number)

    for i, node in enumerate(live.nodes):
        node.register_hook(lambda *_, i=i: ran(i))
    with torch.autograd.set_multithreading_enabled(multithreading):
        backward(loss)
    return threads, order, len(live.nodes)


def backward(loss: torch.Tensor) -> None:
    """Run a backward pass; torch declares no types for it."""
    loss.backward()  # type: ignore[no-untyped-call]


def recorded_order(device: torch.device) -> Seen:
    """A recorded step is audited bit for bit."""
    recording, _, _ = recorded(device)
    report = recording.audit()
    return (
        report.ok and not report.unproven,
        f"{report.checked} equalities, {report.unproven} unproven, violations: {list(report.violations)}",
    )


def same_results(device: torch.device) -> Seen:
    """Loss and parameters are bit for bit those of the unrecorded step."""
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        _, loss, net = recorded(device, "full")
        other, x = small_net(device)
        free = step(other, x, torch.optim.Adam(other.parameters()))
        again, y = small_net(device)
        rerun = step(again, y, torch.optim.Adam(again.parameters()))
    finally:
        torch.use_deterministic_algorithms(False)
    same = torch.equal(free, loss) and all(map(torch.equal, net.parameters(), other.parameters()))
    repeats = torch.equal(free, rerun) and all(map(torch.equal, again.parameters(), other.parameters()))
    return same or not repeats, f"recorded equals unrecorded: {same}; two unrecorded runs are equal: {repeats}"


def mixed_devices(device: torch.device) -> Seen:
    """A graph over both devices is recorded in the order in which it ran."""
    w = torch.ones(3, requires_grad=True)
    v = torch.ones(3, device=device, requires_grad=True)
    with record(params={"w": w, "v": v}) as rec:
        backward(((w * 2).to(device) * v).cpu().sum())
    ran = [event.node or 0 for event in rec.recording.events if event.kind == "node_out"]
    devices = sorted({meta.device for node in rec.recording.graphs[0].nodes for meta in node.metas})
    return rec.recording.audit().ok and ran == sorted(ran), f"{len(ran)} nodes on {devices}"


def modes_in_backward(device: torch.device) -> Seen:
    """The recorder's own calls inside backward are not recorded."""
    recording, _, _ = recorded(device)
    inside, names = False, []
    for event in recording.events:
        inside = event.kind == "backward_begin" or (inside and event.kind != "backward_end")
        if inside and event.op is not None:
            names.append(recording.ops[event.op].name)
    return not names, f"ops between begin and end of backward: {names}"


def other_backwards(device: torch.device) -> Seen:
    """A backward that waits in a hook does not block another thread's."""
    entered, release, done = threading.Event(), threading.Event(), threading.Event()

    def wait(grad: torch.Tensor) -> None:
        entered.set()
        release.wait(10)

    def paused() -> None:
        x = torch.ones(2, device=device, requires_grad=True)
        h = x * 2
        h.register_hook(wait)  # type: ignore[no-untyped-call]
        with torch.autograd.set_multithreading_enabled(False):
            backward(h.sum())

    def other() -> None:
        x = torch.ones(2, device=device, requires_grad=True)
        with torch.autograd.set_multithreading_enabled(False):
            backward((x * 3).sum())
        done.set()

    threads = [threading.Thread(target=paused), threading.Thread(target=other)]
    threads[0].start()
    entered.wait(10)
    threads[1].start()
    free = done.wait(5)
    release.set()
    for thread in threads:
        thread.join()
    return free, "the other ran meanwhile" if free else "the other waited"


def node_types(device: torch.device) -> Seen:
    """Node types of this device."""
    recording, _, _ = recorded(device)
    lstm, x = nn.LSTM(4, 4).to(device), torch.ones(2, 1, 4, device=device)
    types = [node.type for node in recording.graphs[0].nodes] + [type(lstm(x)[0].grad_fn).__name__]
    return None, ", ".join(dict.fromkeys(one for one in types if one != "AccumulateGrad"))


def numbers_of_nodes(device: torch.device) -> Seen:
    """Sequence numbers rise along a forward pass."""
    net, x = small_net(device)
    nodes: list[TorchNode] = [node for node in trace_live(net(x).sum()).nodes if node._sequence_nr() < 2**63]
    numbers = [node._sequence_nr() for node in nodes]
    return numbers == sorted(numbers, reverse=True), f"{numbers[-1]} to {numbers[0]}"
