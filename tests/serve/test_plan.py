"""How many servers a class needs; laws over any machine and any cost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtrace.serve import Capacity, Cost, plan
from graphtrace.serve.machine import this_machine
from graphtrace.serve.plan import BUSY, LEAST_HISTORY, MOST_HISTORY, MOST_MEMORY, THINK

GB = 1 << 30
machines = st.builds(Capacity, st.integers(1, 64), st.integers(GB // 4, 512 * GB))
costs = st.builds(Cost, st.floats(0.001, 2), st.integers(GB // 8, GB), st.integers(1 << 20, 64 << 20))


@given(st.integers(1, 3000), machines, costs, st.none() | st.just(1))
def test_a_plan_stays_within_the_machine_and_is_the_smallest_that_fits(students, machine, cost, most):
    chosen = plan(students, machine, cost, most)
    assert 1 <= chosen.replicas <= (most or machine.cores)
    assert chosen.holds * cost.click <= chosen.replicas * BUSY * THINK * (1 + 1e-9)
    assert LEAST_HISTORY <= chosen.history <= MOST_HISTORY
    served = min(students, chosen.holds)
    if chosen.holds:
        used = chosen.replicas * (cost.base + chosen.history) + served * cost.visitor
        assert used <= machine.memory * MOST_MEMORY + chosen.replicas
    smaller = [plan(students, Capacity(cores, machine.memory), cost, most) for cores in range(2, chosen.replicas)]
    assert not chosen.fits or not any(other.fits for other in smaller)


def test_a_class_of_sixty_on_two_cores():
    chosen = plan(60, Capacity(2, 8 * GB), Cost(0.025, 450 << 20))
    assert (chosen.replicas, chosen.fits, chosen.holds) == (2, True, 480)
    alone = plan(60, Capacity(2, 8 * GB), Cost(0.025, 450 << 20), most_replicas=1)
    assert (alone.replicas, alone.holds) == (1, 240)
    assert not plan(600, Capacity(2, 8 * GB), Cost(0.025, 450 << 20)).fits
    assert plan(60, Capacity(8, GB // 2), Cost(0.025, 450 << 20)).holds == 0


@pytest.mark.parametrize(("quota", "cores"), [("150000 100000", 1), ("max 100000", None), ("", None)])
def test_a_container_may_use_less_than_its_machine(tmp_path, quota, cores):
    (tmp_path / "cpu.max").write_text(quota)
    (tmp_path / "memory.max").write_text("1000000000")
    (tmp_path / "memory.current").write_text("400000000")
    here, whole = this_machine(tmp_path), this_machine(tmp_path / "none")
    assert here.cores == (cores or whole.cores)
    assert here.memory == 600_000_000
    assert whole.memory > 0
