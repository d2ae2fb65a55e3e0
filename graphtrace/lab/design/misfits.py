"""What does not fit in a net, as a sentence in any language, with the field that makes it fit."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graphtrace.lab.records.layers import Layer
from graphtrace.lab.records.tree import blocks
from graphtrace.literals import Language
from graphtrace.texts import say
from graphtrace.texts.messages import in_language


@dataclass(frozen=True, slots=True)
class LayerName:
    """A layer in a sentence; without a path, the data."""

    path: str = ""
    kind: str = ""

    def say(self, language: Language) -> str:
        """Return its name: ``layer 2 Linear``."""
        if not self.path:
            return say("misfits.data", language)
        key = "number" if re.fullmatch(r"[\d.]+", self.path) else "name"
        return say(f"misfits.{key}", language, layer=self.path, kind=self.kind)


Value = str | int | LayerName | tuple[str, ...]  # several words are joined by "and"


@dataclass(frozen=True, slots=True)
class FieldRepair:
    """A value of one field of one layer, by its name in the net, that makes a misfit fit."""

    layer: str
    field: str
    value: int


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something in a spec that keeps it from running, or that a reader should know.

    Attributes:
        layer: Which layer; without a path it is the loss or the spec as a whole.
        reason: Name of its sentence among the texts.
        values: What the sentence names.
        repair: What makes it fit, if one field can.
    """

    layer: LayerName
    reason: str
    values: tuple[tuple[str, Value], ...] = ()
    repair: FieldRepair | None = None

    def say(self, language: Language = "en") -> str:
        """Return what is wrong: the value (how to fix)."""
        if self.reason == "text":
            return in_language(str(dict(self.values)["text"]), language)
        values = {name: _spoken(value, language) for name, value in self.values}
        return say(f"misfits.{self.reason}", language, **{"layer": self.layer.say(language), **values})


def _spoken(value: Value, language: Language) -> str | int:
    if isinstance(value, LayerName):
        return value.say(language)
    return say("misfits.both", language).join(value) if isinstance(value, tuple) else value


def untranslated(text: str, path: str = "", kind: str = "") -> Misfit:
    """Return a misfit whose sentence is there already."""
    return Misfit(LayerName(path, kind), "text", (("text", text),))


def places(layers: tuple[Layer, ...]) -> dict[str, tuple[int, ...]]:
    """Return the path of every layer by its name in the net; all repetitions of a layer have one path."""
    found: dict[str, tuple[int, ...]] = {}
    waiting: list[tuple[str, tuple[int, ...], tuple[Layer, ...]]] = [("", (), layers)]
    while waiting:
        prefix, above, block = waiting.pop()
        for i, layer in enumerate(block):
            name, path = f"{prefix}{layer.name or i}", (*above, i)
            found[name] = path
            times = min(getattr(layer, "times", 0), 64)  # a spec that does not run may ask for any number
            branches = hasattr(layer, "branches")
            for b, inner in enumerate(blocks(layer)):
                names = [str(k) for k in range(times)] or [f"branches.{b}" if branches else "block"]
                inside = (*path, b) if branches else path
                waiting += [(f"{name}.{one}.", inside, inner) for one in names]
    return found
