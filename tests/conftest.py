"""Golden files: ``pytest --overwrite`` writes them anew; look at the difference before you commit it.

What this version of torch cannot do is found by trying, and the tests that need it are skipped.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

GOLDEN = Path(__file__).parent / "golden"
pytest_plugins = ["pytester", "tests.support.retries"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--overwrite", action="store_true", help="write golden files anew")
    parser.addoption("--require-browser", action="store_true", help="without Chromium fail instead of skipping")


def _keeps_wrappers() -> bool:
    """Tell whether torch itself refers to a node that Python has seen, as it does since 2.13."""
    root = torch.ones(1, requires_grad=True) * 2
    node = root.grad_fn
    return sys.getrefcount(node) > 2


def _shows_backward() -> bool:
    """Tell whether ``torch.autograd.backward`` comes by a function mode, as ``Tensor.backward`` always does."""
    seen = []

    class Watch(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, func, types, args=(), kwargs=None):
            seen.append(func)
            return func(*args, **kwargs or {})

    x = torch.ones(1, requires_grad=True)
    with Watch():
        torch.autograd.backward([x * 2])
    return torch.autograd.backward in seen


LACKING = {
    "reads_saved": (hasattr(torch._C._autograd.SavedTensor, "data"), "saved tensors read as unreadable"),
    "shows_backward": (_shows_backward(), "torch.autograd.backward of several roots cannot be watched"),
    "guards": (_keeps_wrappers(), "walked deep graphs are freed without recursion, the guard is idle"),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)  # no process waits for another at the end
    for item in items:
        for marker, (present, reason) in LACKING.items():
            if not present and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=f"in torch {torch.__version__} {reason}"))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare text with the golden file of a name."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--overwrite"):
            path.write_bytes(text.encode())
        assert path.read_bytes().decode() == text, f"{name} differs (look at it, then pytest --overwrite)"

    return compare
