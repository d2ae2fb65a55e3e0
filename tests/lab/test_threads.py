"""Threads of torch in the app's server."""

from __future__ import annotations

from threading import Thread

import pytest
import torch

from graphtrace.lab.parts.devices import use_one_thread


def threads_of_a_page() -> int:
    """Return how many threads torch uses in a new thread, as every run of a page is one."""
    found: list[int] = []
    thread = Thread(target=lambda: found.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    return found[0]


@pytest.mark.parametrize(("variable", "threads"), [(None, 1), ("2", 2)])
def test_a_page_computes_in_its_own_thread(monkeypatch: pytest.MonkeyPatch, variable: str | None, threads: int) -> None:
    before = torch.get_num_threads()
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    if variable is not None:
        monkeypatch.setenv("OMP_NUM_THREADS", variable)
    torch.set_num_threads(2)
    try:
        use_one_thread()
        assert threads_of_a_page() == threads
    finally:
        torch.set_num_threads(before)
