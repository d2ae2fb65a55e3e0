"""Random specs for the builder and random share links, most of them valid."""

import base64
import json
import random
import zlib
from dataclasses import fields, replace

from graphtrace import lab
from graphtrace.errors import SpecError
from graphtrace.lab import actions, datasets, layers, spec
from graphtrace.lab.design.new_layers import new_layer
from graphtrace.lab.parts.data import input_shape
from graphtrace.lab.records.rules import Scalar

SIZES = (1, 1, 2, 2, 3, 4, 8, 65_536)
ACTIONS = (
    *(actions.Forward(), actions.Backward(), actions.Backward(True), actions.Step(), actions.ZeroGrad()),
    *(actions.ZeroGrad(False), actions.Iterate(3), actions.Train(False), actions.Swap(spec.Adam(0.1))),
    *(actions.Hook("0", "detach"), actions.Hook("1", "retain_grad"), actions.Freeze("0.weight")),
    *(actions.Edit("x", (0, 0), 2.0), actions.Edit("0.weight", (0, 0), -1e30), actions.Edit("0.bias.grad", (0,), 1.0)),
)


def value(rng: random.Random, rule: Scalar, now):
    """Return a value that a form could give, mostly a small one."""
    if rule.choices:
        return rng.choice(rule.choices)
    if isinstance(now, bool):
        return rng.random() < 0.5
    if isinstance(now, int):
        return min(max(rng.choice(SIZES), int(rule.low or 0)), int(rule.high or 0))
    if isinstance(now, float):
        return rng.choice((rule.low or 0.0, now, now, 0.5, min(rule.high or 1.0, 1e30)))
    return now


def varied(rng: random.Random, record, share: float):
    """Change some plain fields of a record."""
    plain = [one for one in fields(record) if isinstance(one.metadata.get("rule"), Scalar) and one.name != "name"]
    chosen = [one for one in plain if rng.random() < share]
    return replace(record, **{one.name: value(rng, one.metadata["rule"], getattr(record, one.name)) for one in chosen})


def random_layers(rng: random.Random, shape, depth: int = 0):
    """Build a net as a user does, layer after layer, most of them fitting."""
    found = []
    for _ in range(rng.randint(0, 4 if depth else 5)):
        kind = rng.choice(list(layers.KINDS))
        layer = varied(rng, new_layer(kind, shape), 0.1)
        if kind in ("Residual", "Repeat") and depth < 2 and rng.random() < 0.5:
            layer = replace(layer, block=random_layers(rng, shape, depth + 1))
        name = rng.choice(("", "", "", "", "a", "層", "weight", "<b>"))
        found.append(replace(layer, name=name))
        one = datasets.Random(min(shape[0], 64), tuple(shape[1:5]) or (1,))
        behind = lab.shapes(spec.Spec((new_layer("Linear", shape) if kind == "Embedding" else found[-1],), data=one))
        shape = behind[-1].shape if behind else shape
    return tuple(found)


def random_spec(rng: random.Random) -> spec.Spec:
    kind = rng.choice([kind for kind in datasets.KINDS if kind != "Table"])
    data = varied(rng, datasets.KINDS[kind](), 0.1)
    return spec.Spec(
        random_layers(rng, input_shape(data)),
        varied(rng, spec.Loss(), 0.5),
        varied(rng, rng.choice(list(spec.OPTIMIZERS.values()))(), 0.2),
        rng.choice((None, spec.StepLR(), spec.CosineAnnealingLR())),
        data,
        dtype=rng.choice(("float32", "float64")),
        seed=rng.choice((0, 1, 2**40, 2**63 - 1)),
    )


def random_link(rng: random.Random) -> str:
    """Return a link, often a wrong one: of a net that does not fit, with bytes changed, or of JSON made up."""
    done = tuple(rng.choice(ACTIONS) for _ in range(rng.randint(0, 6)))
    specs = [random_spec(rng) for _ in range(6)]
    chosen = next((found for found in specs if not lab.validate(found)), specs[0])
    try:
        link = lab.encode(lab.Scene(chosen, done, rng.randint(0, len(done))))
    except SpecError:
        link = "1"
    way = rng.random()
    if way < 0.2:
        return link[: rng.randint(0, len(link))]
    if way < 0.4:
        place = rng.randrange(len(link))
        return link[:place] + rng.choice("Az09-_ <\u4e2d\x00") + link[place + 1 :]
    return packed(made_up(rng)) if way < 0.5 else link


def made_up(rng: random.Random, depth: int = 0):
    """Return JSON that has the look of a scene, and wrong things in it."""
    kinds = ("Scene", "Spec", "Linear", "Loss", "SGD", "Random", "Forward", "os.system", 5, None)
    if depth > 3 or rng.random() < 0.2:
        return rng.choice((0, -1, 2**70, 1e308, True, None, "", "x" * 500, "\ud800", [], {}))
    if rng.random() < 0.3:
        return [made_up(rng, depth + 1) for _ in range(rng.randint(0, 4))]
    names = ("spec", "layers", "actions", "position", "in_features", "out_features", "loss", "n", "seed", "shape")
    return {"kind": rng.choice(kinds)} | {rng.choice(names): made_up(rng, depth + 1) for _ in range(rng.randint(0, 4))}


def packed(data) -> str:
    return "1" + base64.urlsafe_b64encode(zlib.compress(json.dumps(data).encode())).rstrip(b"=").decode()
