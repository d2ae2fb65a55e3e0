"""Files damaged at random, for the readers' tests."""


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
