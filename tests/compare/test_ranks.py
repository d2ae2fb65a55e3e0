"""Two processes that train one net: each writes its recording, the app's page shows them side by side."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch.distributed as dist
from streamlit.testing.v1 import AppTest

import graphtrace as gt
from graphtrace.compare import shared_gradients

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
import torch, torch.distributed as dist
from torch import nn
import graphtrace as gt
rank, port, folder = int(sys.argv[1]), sys.argv[2], sys.argv[3]
torch.set_num_threads(1)
dist.init_process_group("gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=2)
torch.manual_seed(0)
net = nn.parallel.DistributedDataParallel(nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)))
optimizer = torch.optim.SGD(net.parameters(), 0.1)
with gt.record(net) as rec:
    for _ in range(2):
        optimizer.zero_grad()
        net(torch.ones(4, 2) * (rank + 1)).pow(2).mean().backward()
        optimizer.step()
gt.integrations.ranks.save_rank(rec.recording, folder)
dist.destroy_process_group()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    if not dist.is_available() or not dist.is_gloo_available():
        pytest.skip("this torch has no gloo")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = tmp_path_factory.mktemp("ranks")
    processes = [
        subprocess.Popen([sys.executable, "-c", PROGRAM, str(rank), str(port), str(path)], cwd=ROOT)
        for rank in range(2)
    ]
    assert [process.wait(120) for process in processes] == [0, 0]
    return path


def test_ranks_differ_before_the_all_reduce_and_agree_after_it(folder):
    ranks = [gt.load(folder / f"rank-{number}.json.gz") for number in range(2)]
    assert all(recording.audit().ok for recording in ranks)
    assert ranks[0].graphs == ranks[1].graphs
    shared = shared_gradients(ranks)
    assert len(shared) == 2 * 4  # steps, parameters
    assert all(one.differs_before and not one.differs_after for one in shared)
    for one in shared:  # what DDP says of itself: the mean of all ranks
        sums = [sum(numbers) / 2 for numbers in zip(*(value.numbers() for value in one.before), strict=True)]
        assert one.after[0].numbers() == pytest.approx(sums, rel=1e-5)


def test_the_page_for_files_shows_the_ranks_of_a_folder_side_by_side(folder):
    def page(files):
        from graphtrace.app.ranks import show_ranks

        show_ranks(files, "en")

    files = [(path.name.split(".")[0], path.read_bytes()) for path in sorted(folder.iterdir())]
    at = AppTest.from_function(page, args=(files,), default_timeout=60).run()
    assert not at.exception
    table = at.dataframe[0].value
    assert len(table) == 8
    assert set(table["before"]) == {"≠"}
    assert set(table["after"]) == {"="}
    assert list(table["after · rank-0"]) == list(table["after · rank-1"])
    assert list(table["before · rank-0"]) != list(table["before · rank-1"])
