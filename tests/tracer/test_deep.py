"""Deep graphs: traced, used, let go in every order, and never a crash. Each case runs in a process of its own.

A crash shows as a return code below 0 (the signal). From torch 2.13 on, a walked deep graph is freed by
recursion and overflows the stack unless nodes are held (`guard`). Without the guard a chain of 10,000 kills a thread of
512 kB of stack, and one of 100,000 the main thread, as the last test shows: the others need not be longer than that.
"""

import re
import subprocess
import sys
import textwrap

import pytest

from tests.support import fresh

PRELUDE = """
import gc, resource, sys, threading
import torch
from graphtrace.tracer import guard, trace, trace_live

def chain(count, start=None):
    y = torch.ones(1, requires_grad=True) if start is None else start
    for _ in range(count):
        y = y * 1.0
    return y

def done(case):
    gc.collect()
    print(case, guard.sweep(), flush=True)

def resident():
    for line in open("/proc/self/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024
"""


IN_A_THREAD = """
threading.stack_size(512 * 1024)
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""


@pytest.fixture
def run(tmp_path):
    """Run a script, expect a clean end, and return what it printed."""

    def run(code, small_stack=False):
        done = fresh.run(script(code, small_stack), tmp_path)
        assert done.status == 0, f"status {done.status} after {done.out!r}: {done.err[-2000:]}"
        return done.out

    return run


def script(code, small_stack=False):
    """The text of a whole script; with `small_stack` it runs in a thread of 512 kB of stack."""
    if not small_stack:
        return PRELUDE + textwrap.dedent(code)
    return PRELUDE + "def work():\n" + textwrap.indent(textwrap.dedent(code), "    ") + IN_A_THREAD


@pytest.mark.slow
@pytest.mark.guards
def test_a_deep_chain_is_let_go_in_every_order_and_nothing_stays_held(run):
    out = run(
        """
        for size in (1_000, 12_000):
            y = chain(size); graph = trace(y); assert len(graph.nodes) == size + 1 and graph.nodes[-1].id == size
            del y; done("root dropped, graph kept"); del graph; done("graph after root")
            y = chain(size); graph = trace(y); del graph; done("root kept"); del y; done("root after graph")
            y = chain(size); live = trace_live(y); del y; done("live kept"); del live; done("live after root")
            y = chain(size); live = trace_live(y); del live; done("live first"); del y; done("root after live")
            y = chain(size); node = trace_live(y).nodes[size // 2]; del y; done("inner node kept")
            del node; done("inner node")
            y = chain(size); trace(y); y.backward(); del y; done("backward between")
            y = chain(size); y.backward(); trace(y); del y; done("traced after backward")
            y = chain(size); trace(y); trace(y); trace(chain(size // 2, y)); del y; done("traced again")
            y = chain(size); y = trace(y, saved=False) and y.detach(); done("detached")
            y = chain(size); z = chain(size, y); trace([z, y]); del y; done("inner root first")
            del z; done("outer root")
        """,
        small_stack=True,
    )
    cases = re.findall(r"^(.*) (\d+)$", out, re.M)
    assert len(cases) == 2 * 16
    held = {case for case, count in cases if int(count)}
    assert held == {"root kept", "live kept", "live first", "inner node kept", "inner root first"}


@pytest.mark.slow
@pytest.mark.parametrize(("length", "small_stack"), [(100_000, False), (25_000, True)])
def test_a_deep_chain_is_let_go_after_backward(run, length, small_stack):
    out = run(
        f"""
        for _ in range(2):
            y = chain({length})
            trace(y, saved=False)
            y.backward()
            del y
            done("freed")
        """,
        small_stack,
    )
    assert out == "freed 0\nfreed 0\n"


def test_a_graph_of_custom_functions_is_let_go_on_a_small_stack(run):
    out = run(
        """
        class Same(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.save_for_backward(x)
                return x * 1
            @staticmethod
            def backward(ctx, grad):
                return grad
        y = torch.ones(1, requires_grad=True)
        for _ in range(30_000):
            y = Same.apply(y)
        graph = trace(y)
        assert graph.nodes[0].kind == "custom"
        del y
        done("freed")
        """,
        small_stack=True,
    )
    assert out == "freed 0\n"


@pytest.mark.slow
def test_a_chain_of_a_million_is_traced_and_freed(run):
    out = run("""
        y = chain(1_000_000)
        graph = trace(y)
        assert len(graph.nodes) == 1_000_001 and len(graph.edges) == 1_000_000
        assert graph.edges[-1].target == 1_000_000 and graph.nodes[-1].kind == "accumulate"
        del y
        done("freed")
    """)
    assert out == "freed 0\n"


@pytest.mark.parametrize("keep", [["y"], ["live"], ["y", "graph", "live"]])
def test_the_interpreter_ends_cleanly_with_a_deep_graph_alive(keep):
    code = script(f"""
        import builtins
        y = chain(100_000)
        live = trace_live(y)
        graph = live.graph
        builtins.kept = [globals()[name] for name in {keep!r}]
        del y, graph, live
    """)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"return code {done.returncode}: {done.stderr[-2000:]}"


@pytest.mark.slow
def test_repeated_train_steps_with_traces_keep_the_memory_flat(run):
    out = run("""
        sizes = []
        for step in range(12):
            loss = chain(20_000)
            trace(loss, saved=False)
            aux = chain(300, loss)
            trace([aux, loss], saved=False)
            aux.backward()
            sizes.append(resident())
        print(max(sizes[4:]) - sizes[3], guard.sweep())
        del loss, aux
        done("end")
    """)
    grown, held = map(int, out.splitlines()[0].split())
    assert grown < 40  # one step's graph is 25 MB: 8 further steps left alive would be 200 MB
    assert held <= 2 * 21 + 2
    assert out.splitlines()[1] == "end 0"


@pytest.mark.guards
def test_graphs_that_share_their_nodes_free_each_others_bands(run):
    out = run("""
        a = chain(30_000); trace(a, saved=False)
        b = chain(500, a); trace(b, saved=False)
        c = chain(300, b); trace(c, saved=False)
        assert guard.sweep() >= 3 * 28
        del a, b, c
        print(guard.sweep())
    """)
    assert out == "0\n"


def test_a_wide_and_deep_recurrent_cell_of_5_000_steps_is_traced_run_and_freed(run):
    out = run("""
        torch.manual_seed(0)
        cell, x = torch.nn.LSTMCell(2, 3), torch.ones(1, 2)
        h, c = torch.zeros(1, 3), torch.zeros(1, 3)
        for _ in range(5_000):
            h, c = cell(x, (h, c))
        loss = h.sum()
        graph = trace(loss, model=cell)
        assert {param.state for param in graph.params} == {"used"}
        assert len({node.key for node in graph.nodes}) == len(graph.nodes)
        entering = sum(edge.target == graph.params[1].node for edge in graph.edges)
        print(len(graph.nodes) > 50_000, entering)
        loss.backward()
        del loss, h, c
        done("freed")
    """)
    assert out == "True 5000\nfreed 0\n"


def test_a_thread_may_trace_while_another_frees(run):
    out = run("""
        def work():
            for _ in range(6):
                y = chain(5_000)
                trace(y, saved=False)
                del y
                gc.collect()
        threads = [threading.Thread(target=work) for _ in range(4)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        done("freed")
    """)
    assert out == "freed 0\n"


@pytest.mark.guards
def test_a_graph_of_fewer_nodes_than_two_bands_is_not_held(run):
    out = run("""
        y = chain(2 * guard.BAND - 2); trace(y); print(guard.sweep())
        z = chain(2 * guard.BAND + 1); trace(z); print(guard.sweep())
    """)
    assert out == "0\n2\n"  # the first nodes of the second and third band


@pytest.mark.parametrize(("length", "small_stack"), [(100_000, False), (10_000, True)])
def test_without_the_guard_the_same_chain_kills_the_process(tmp_path, length, small_stack):
    code = f"""
        guard.protect = guard.hold = lambda *_: 0
        y = chain({length})
        trace(y, saved=False)
        print("traced", flush=True)
        del y
        print("survived")
    """
    done = fresh.run(script(code, small_stack), tmp_path)
    assert done.out.startswith("traced")
    if "survived" in done.out:
        pytest.skip("this version of torch frees a walked deep graph without recursion: the guard is idle")
    assert done.status < 0
