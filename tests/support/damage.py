"""Files damaged at random, for the readers' tests."""

import json
import zlib
from io import BytesIO

from graphtrace.model.step_file.blocks import MARK, STEP, TEMPLATE, packed, scanned


def garbled(rng, content):
    """Change some bytes: another value, a gap, something written in, a piece of elsewhere."""
    content = bytearray(content)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(content))
        action = rng.randrange(4)
        if action == 0:
            content[at] = rng.randrange(256)
        elif action == 1:
            del content[at : at + rng.randint(1, 20)]
        elif action == 2:
            content[at:at] = bytes(rng.choices(b'{}[],:"0123456789eE.-\\u', k=rng.randint(1, 8)))
        else:
            content[at : at + 9] = content[rng.randrange(len(content)) :][:9]
        content = content or bytearray(b"{")
    return bytes(content)


def changed(rng, plain):
    """Change values of parsed JSON at random places, in place: what stays JSON gets further than garbled bytes."""
    for _ in range(rng.randint(1, 3)):
        holder, key = _place(rng, plain)
        action = rng.randrange(4)
        if action == 0 and isinstance(holder, list):
            holder.insert(key, holder[rng.randrange(len(holder))])
        elif action == 1:
            del holder[key]
        elif action == 2 and isinstance(holder, dict) and isinstance(key, str):
            holder[key + rng.choice(["9", "x", ":99", "٣"])] = holder.pop(key)
        else:
            holder[key] = _other(rng, holder[key])
    return plain


def _place(rng, plain):
    """Choose a list or an object, and a place in it; deep ones as likely as others."""
    places, queue = [], [plain]
    while queue:
        holder = queue.pop()
        keys = holder.keys() if isinstance(holder, dict) else range(len(holder))
        places += [(holder, key) for key in keys]
        queue += [holder[key] for key in keys if isinstance(holder[key], dict | list)]
    return rng.choice(places) if places else ({"": 0}, "")


def _other(rng, value):
    if isinstance(value, str):
        return rng.choice([value + "9", value[:-1], value.partition(":")[0] + ":" + "9" * rng.choice([1, 3, 5000]), ""])
    if isinstance(value, int) and not isinstance(value, bool):
        return rng.choice([value + 1, value - 1, -1, 10**9, 2**62, 0])
    return rng.choice([None, 0, -1, 1.5, "", "x", True, [], {}, {"float": "nan"}])


def changed_steps(rng, content):
    """Change values in one block of a file of steps, and make its checksum right again."""
    blocks, _ = scanned(BytesIO(content), None)
    chosen, whole = rng.randrange(len(blocks)), bytearray(MARK)
    for number, block in enumerate(blocks):
        head, body = block.head, zlib.decompress(content[block.at : block.at + block.size]) if block.size else b""
        if number == chosen and (block.kind != STEP or rng.random() < 0.3) and rng.random() < 0.5:
            head = json.dumps(changed(rng, json.loads(head))).encode()
        elif number == chosen and block.kind == TEMPLATE:
            body = json.dumps(changed(rng, json.loads(body)), separators=(",", ":")).encode()
        elif number == chosen and block.kind == STEP:
            size = int.from_bytes(body[:4], "little")
            text = json.dumps(changed(rng, json.loads(body[8 : 8 + size])), separators=(",", ":")).encode()
            body = len(text).to_bytes(4, "little") + body[4:8] + text + body[8 + size :]
        whole += packed(block.kind, head, body)
    return bytes(whole)
