"""The wire format read back in plain Python: what a page was sent, without a page."""

from itertools import accumulate

COLUMNS = ("node", "edge", "op", "leaf")


def summed(differences):
    return list(accumulate(differences))


def events(wire):
    """The events as dicts; what an event has not is not in it."""
    kinds, columns = wire["tables"]["kinds"], wire["events"]
    found = [{"kind": kinds[kind]} for kind in columns["kind"]]
    for name in ("step", "graph"):
        cursors, values = summed(columns[name]["cursors"]), columns[name]["values"]
        for start, end, value in zip(cursors, [*cursors[1:], len(found) + 1], values, strict=True):
            for event in found[start - 1 : end - 1]:
                event[name] = value
    for name in COLUMNS:
        for cursor, value in zip(summed(columns[name]["cursors"]), summed(columns[name]["values"]), strict=True):
            found[cursor - 1][name] = wire["leaves"][value] if name == "leaf" else value
    return found


def changes(histories):
    """(cursor, key, value) of every change, in order."""
    return list(zip(summed(histories["cursors"]), summed(histories["keys"]), histories["values"], strict=True))


def contents(wire, kind):
    """Per leaf the tensor that its latest event of a kind left behind: None, or as the wire has it."""
    kinds = [event["kind"] for event in events(wire)]
    left = [(cursor, leaf, value) for cursor, leaf, value in changes(wire["grads"])]
    left += [(cursor, leaf, after) for cursor, leaf, (_, after) in changes(wire["params"])]
    return {
        wire["leaves"][leaf]: None if place is None else wire["tensors"][place]
        for cursor, leaf, place in left
        if kinds[cursor - 1] == kind
    }
