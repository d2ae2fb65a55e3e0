"""Run the recorder on this machine's accelerator, and print what was seen; on a CPU too.

``python tools/cuda_check.py``, or with a device: ``python tools/cuda_check.py cpu``. Ends with exit status 1 if a
check that must hold does not.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from graphtrace.recorder import record
from tools.device_checks import (
    Seen,
    backward,
    hook_threads,
    mixed_devices,
    modes_in_backward,
    node_types,
    numbers_of_nodes,
    other_backwards,
    recorded_order,
    same_results,
    small_net,
    step,
)


def main(arguments: Sequence[str]) -> int:
    """Run every check on a device, ``cuda`` or the accelerator there is unless one is named."""
    device = torch.device(arguments[0]) if arguments else _accelerator()
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
    print(f"torch {torch.__version__} on {device} ({name}), Python {sys.version.split()[0]}")
    failed = 0
    for check in CHECKS:
        title = (check.__doc__ or check.__name__).strip().rstrip(".")
        try:
            holds, text = check(device)
        except Exception as error:
            holds, text = False, f"{type(error).__name__}: {error}"
        failed += holds is False
        print(f"{ {True: 'ok  ', False: 'FAIL', None: 'info'}[holds] } {title}: {text}")
    return 1 if failed else 0


def _accelerator() -> torch.device:
    if torch.cuda.is_available():
        return torch.device("cuda")
    found = torch.accelerator.current_accelerator() if hasattr(torch, "accelerator") else None
    return found if found is not None else torch.device("cpu")


def synchronize(device: torch.device) -> None:
    """Wait for a device."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def out_of_memory(device: torch.device) -> Seen:
    """Out of memory is an event with its node, and the process goes on."""
    if device.type != "cuda":
        return None, "needs a CUDA device"
    x = torch.ones(4, device=device, requires_grad=True)
    huge = torch.cuda.get_device_properties(device).total_memory

    class Greedy(torch.autograd.Function):
        @staticmethod
        def forward(ctx: object, value: torch.Tensor) -> torch.Tensor:
            return value * 2

        @staticmethod
        def backward(ctx: object, *grads: torch.Tensor) -> torch.Tensor:
            return torch.empty(huge, device=device)

    rec = record(params={"x": x})
    try:
        with rec:
            Greedy.apply(x).sum().backward()  # type: ignore[no-untyped-call]
    except torch.OutOfMemoryError:
        pass
    error = rec.recording.events[-1]
    where = rec.recording.graphs[0].nodes[error.node].key if error.node is not None else "no node"
    alive = bool((x * 2).sum().item() == 8)
    return error.fact(
        "type"
    ) == "OutOfMemoryError" and alive, f"{error.fact('type')} at {where}; device usable: {alive}"


def side_stream(device: torch.device) -> Seen:
    """Statistics are right for a forward pass on another stream."""
    if device.type != "cuda":
        return None, "needs a CUDA device"
    x = torch.ones(1 << 22, device=device, requires_grad=True)
    stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    stream.wait_stream(torch.cuda.current_stream())
    with record(params={"x": x}) as rec:
        with torch.cuda.stream(stream):
            loss = (x * 3).sin().sum()
        torch.cuda.current_stream().wait_stream(stream)
        backward(loss)
    told = next(event.tensor("after") for event in rec.recording.events if event.kind == "accumulate")
    real = torch.linalg.vector_norm(x.grad, dtype=torch.float64).item() if x.grad is not None else 0.0
    close = told is not None and told.norm is not None and abs(told.norm - real) <= 1e-6 * real
    return close and rec.recording.audit().ok, f"recorded norm {told.norm if told else None}, torch's {real}"


def overhead(device: torch.device) -> Seen:
    """Time of a step."""
    net, x = small_net(device, 512)
    optimizer = torch.optim.Adam(net.parameters())

    def held() -> None:
        with record(net, optimizer):
            step(net, x, optimizer)

    def timed(action: Callable[[], object]) -> float:
        synchronize(device)
        begun = time.perf_counter()
        action()
        synchronize(device)
        return (time.perf_counter() - begun) * 1e3

    held()
    pairs = [(timed(lambda: step(net, x, optimizer)), timed(held)) for _ in range(20)]
    plain, recorded = median(a for a, _ in pairs), median(b for _, b in pairs)
    peak = f", peak {torch.cuda.max_memory_allocated(device) >> 20} MiB" if device.type == "cuda" else ""
    return None, f"{plain:.2f} ms plain, {recorded:.2f} ms recorded{peak}"


CHECKS: tuple[Callable[[torch.device], Seen], ...] = (
    hook_threads,
    recorded_order,
    same_results,
    mixed_devices,
    modes_in_backward,
    other_backwards,
    node_types,
    numbers_of_nodes,
    out_of_memory,
    side_stream,
    overhead,
)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
