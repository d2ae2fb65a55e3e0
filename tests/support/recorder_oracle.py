"""What the tests of the recorder compare with: backward evaluated by hand, and the bytes of tensors.

Nothing here uses a hook or calls the recorder.
"""

import base64
import heapq
from collections import Counter, defaultdict

import torch
from torch.autograd.function import BackwardCFunction

LEAF = 2**64 - 1


def content(tensor):
    """The bytes of a dense tensor, row by row, in base64; None stays None."""
    if tensor is None:
        return None
    plain = tensor.detach()
    flat = torch.empty(plain.numel(), dtype=plain.dtype).copy_(plain.reshape(-1))
    return base64.b64encode(bytes(flat.view(torch.uint8).tolist())).decode()


def evaluate(nodes, roots, seeds):
    """Call every node by hand, as the engine would, and return what each edge delivers.

    Args:
        nodes: Torch nodes by id.
        roots: Pairs of node id and input_nr.
        seeds: One gradient per root.

    Returns:
        (node id, slot) to the tensor delivered, None where the node sends nothing.
    """
    ids = {node: number for number, node in enumerate(nodes)}
    awaited = Counter(ids[target] for node in nodes for target, _ in node.next_functions if target is not None)
    arrived = defaultdict(dict)
    for (node, input_nr), seed in zip(roots, seeds, strict=True):
        put(arrived[node], input_nr, seed)
    ready = [(-nodes[node]._sequence_nr(), node) for node in {node for node, _ in roots} if not awaited[node]]
    heapq.heapify(ready)
    delivered = {}
    while ready:
        number = heapq.heappop(ready)[1]
        node = nodes[number]
        grads = arrived.pop(number, {})
        outs = () if node._sequence_nr() == LEAF else call(node, grads)
        for slot, (target, input_nr) in enumerate(node.next_functions):
            if target is None:
                continue
            grad = validated(outs[slot] if slot < len(outs) else None, target._input_metadata[input_nr])
            delivered[number, slot] = grad
            put(arrived[ids[target]], input_nr, grad)
            awaited[ids[target]] -= 1
            if not awaited[ids[target]]:
                heapq.heappush(ready, (-target._sequence_nr(), ids[target]))
    return delivered


def put(slots, input_nr, grad):
    """Add in order of arrival, as the engine's buffer does."""
    if grad is None:
        return
    old = slots.get(input_nr)
    if old is None:
        slots[input_nr] = grad
    else:
        slots[input_nr] = grad + old if old.is_sparse and not grad.is_sparse else old + grad


@torch.no_grad()
def call(node, grads):
    given = [grads.get(i) for i in range(len(node._input_metadata))]
    out = node.apply(*given) if isinstance(node, BackwardCFunction) else node(*given)
    return out if isinstance(out, tuple) else (out,)


def validated(grad, meta):
    """What the engine does to every gradient that leaves a node (``validate_outputs``)."""
    if grad is None:
        return None
    if grad.layout is torch.strided and tuple(grad.shape) != tuple(meta.shape):
        grad = grad.sum_to_size(tuple(meta.shape))
    if grad.is_complex() and not meta.dtype.is_complex:
        grad = torch.real(grad)
    return grad.to(meta.dtype)
