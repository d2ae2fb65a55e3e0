"""Heavy work in turns: as many at once as there are places, nobody twice before all others once."""

import threading
import time
from itertools import pairwise

from graphtrace.app import fair_queue
from graphtrace.app.fair_queue import FairQueue, Ticket

NEVER = bool  # False


def test_places_are_given_in_the_order_in_which_work_came():
    queue = FairQueue(2)
    first, second, third, fourth = (Ticket(queue) for _ in range(4))
    assert first.turn(NEVER)
    assert second.turn(NEVER)
    done = []

    def wait(ticket, name):
        assert ticket.turn(NEVER)
        done.append(name)
        ticket.leave()

    threads = []
    for ticket, name in ((third, "third"), (fourth, "fourth")):
        threads.append(threading.Thread(target=wait, args=(ticket, name)))
        threads[-1].start()
        while not ticket.position:
            time.sleep(0.001)
    assert (first.position, second.position, third.position, fourth.position) == (0, 0, 1, 2)
    assert queue.anybody_waits
    first.leave()
    for thread in threads:
        thread.join()
    assert done == ["third", "fourth"]
    assert not queue.anybody_waits


def test_work_takes_turns(monkeypatch):
    monkeypatch.setattr(fair_queue, "TURN", 0.0)
    queue, order, steps = FairQueue(1), [], 20
    barrier = threading.Barrier(2)

    def work(name):
        ticket = Ticket(queue)
        barrier.wait()
        for _ in range(steps):
            assert ticket.turn(NEVER)
            order.append(name)
            while len(order) < 2 * steps and not queue.anybody_waits and len(set(order)) < 2:
                time.sleep(0.001)
        ticket.leave()

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(order) == ["a"] * steps + ["b"] * steps
    assert {"ab", "ba"} & {one + two for one, two in pairwise(order)}


def test_work_that_is_ended_leaves_the_queue():
    queue = FairQueue(1)
    holder, waiting = Ticket(queue), Ticket(queue)
    assert holder.turn(NEVER)
    assert not waiting.turn(lambda: True)
    assert not queue.anybody_waits
    holder.leave()
    assert waiting.turn(lambda: True)


def test_without_others_a_place_is_kept():
    ticket = Ticket(FairQueue(1))
    assert all(ticket.turn(NEVER) for _ in range(100))
    assert ticket.position == 0
