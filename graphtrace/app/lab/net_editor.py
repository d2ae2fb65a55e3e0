"""The net in the sidebar: a line for each layer, also of those inside blocks, with the shape behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from graphtrace import lab
from graphtrace.app.lab.forms import edited
from graphtrace.app.lab.session import Lab
from graphtrace.app.texts import say
from graphtrace.errors import TraceError
from graphtrace.lab import edits, layers
from graphtrace.lab.design.new_layers import new_layer
from graphtrace.lab.parts.build import inside
from graphtrace.lab.parts.data import input_shape
from graphtrace.lab.records.actions import Hook
from graphtrace.lab.records.fields import NEST

Path = tuple[int, ...]
Shape = tuple[int, ...]
Block = tuple[layers.Layer, ...]


def net(one: Lab, lang: str) -> lab.Spec:
    """Draw the net; return the spec as the user changed it."""
    drawn = _Net(one, lang, one.spec, {shape.path: shape.shape for shape in lab.shapes(one.spec)})
    with st.container(key="lab_layers"):
        with st.container(horizontal=True, gap="small"):
            for name, found in (("x", one.machine.trainer.x), ("y", one.machine.trainer.y)):
                help = say("lab_numbers_of", lang, of=name)
                if st.button(f"{name} :gray[{size(found.shape)}]", key=f"lab_numbers_{name}", help=help):
                    one.editing = name
        drawn.block(one.spec.layers, (), "", input_shape(one.spec.data))
    return drawn.spec


def size(shape: Iterable[int]) -> str:
    """Return a shape as people read it."""
    return "×".join(map(str, shape)) or "1"


def title(layer: layers.Layer) -> str:
    """Return what a layer is called in a list."""
    kind = type(layer).__name__ + (f" ×{layer.times}" if isinstance(layer, layers.Repeat) else "")
    frozen = " ❄" if layer.frozen else ""
    return f"{kind} · {layer.name}{frozen}" if layer.name else f"{kind}{frozen}"


@dataclass(slots=True)
class _Net:
    """One drawing of the net. `spec` is what the user made of it."""

    one: Lab
    lang: str
    spec: lab.Spec
    shapes: dict[str, Shape]

    def block(self, block: Block, path: Path, prefix: str, shape: Shape) -> None:
        """Draw the layers of one block, as deep as blocks may nest, and what adds another."""
        for i, layer in enumerate(block):
            name = prefix + (layer.name or str(i))
            self._line(layer, (*path, i), name, len(block))
            for b, (inner, content) in enumerate(inside(layer)[: None if isinstance(layer, layers.Parallel) else 1]):
                branch = (b,) if isinstance(layer, layers.Parallel) else ()
                with st.container(key=f"lab_inside_{self._key((*path, i, *branch))}"):
                    if branch:
                        st.caption(say("lab_branch", self.lang, number=b))
                    self.block(content, (*path, i, *branch), f"{name}.{inner}.", shape)
            shape = self.shapes.get(name, shape)
        self._adder((*path, len(block)), shape)

    def _key(self, path: Path) -> str:
        return f"{self.one.forms}_{'-'.join(map(str, path))}"

    def _line(self, layer: layers.Layer, path: Path, name: str, count: int) -> None:
        shape = size(self.shapes[name]) if name in self.shapes else "?"
        hooked = self.one.machine.trainer.hooks.does.get(name)
        shape = f"{hooked}() · {shape}" if hooked else shape
        key = f"lab_layer_{self._key(path)}"
        with st.popover(f"{title(layer)} :gray[{shape}]", width="stretch", key=key):
            self._form(layer, path, key)
            self._output(name, key)
            if isinstance(layer, layers.Parallel):
                self._branches(layer, path, key)
            self._place(path, count, key)

    def _form(self, layer: layers.Layer, path: Path, key: str) -> None:
        """Ask for a layer's fields, its name, and whether it learns."""
        changed: Any = edited(layer, key)
        name = st.text_input(say("lab_name", self.lang), layer.name, key=f"{key}.name", max_chars=32)
        frozen = st.toggle(say("lab_frozen", self.lang), bool(layer.frozen), key=f"{key}.frozen")
        if frozen != bool(layer.frozen):  # one of a seed has only its biases frozen, and keeps that
            changed = replace(changed, frozen="all" if frozen else "")
        changed = replace(changed, name=name)
        if changed != layer:
            self.spec = edits.replace(self.spec, path, changed)

    def _output(self, name: str, key: str) -> None:
        """Ask what happens to what leaves a layer: done to the net on the stage, from its next forward pass on."""
        live = self.one.machine.trainer
        if name not in dict(live.net.named_modules()):
            return
        now = live.hooks.does.get(name, "nothing")
        st.selectbox(
            say("lab_act_output", self.lang),
            _HOOKED,
            _HOOKED.index(now),
            format_func=lambda does: "–" if does == "nothing" else f"{does}()",
            key=f"{key}.output_{self.one.identity}",
            on_change=self._hook,
            args=(name, f"{key}.output_{self.one.identity}"),
        )

    def _hook(self, name: str, key: str) -> None:
        self.one.do(Hook(name, st.session_state[key]))

    def _branches(self, layer: layers.Parallel, path: Path, key: str) -> None:
        with st.container(horizontal=True):
            more = st.button(say("lab_more_branches", self.lang), key=f"{key}.more", disabled=len(layer.branches) >= 8)
            less = st.button(say("lab_fewer_branches", self.lang), key=f"{key}.less", disabled=len(layer.branches) < 2)
        if more or less:
            branches = (*layer.branches, layer.branches[-1]) if more else layer.branches[:-1]
            self._rebuild(edits.replace(self.spec, path, branches=branches))

    def _place(self, path: Path, count: int, key: str) -> None:
        """Ask where among its neighbours a layer stands, and whether it does."""
        with st.container(horizontal=True):
            up = st.button("↑", key=f"{key}.up", help=say("lab_up", self.lang), disabled=path[-1] == 0)
            down = st.button("↓", key=f"{key}.down", help=say("lab_down", self.lang), disabled=path[-1] == count - 1)
            gone = st.button(say("lab_remove", self.lang), key=f"{key}.remove", icon=":material/delete:")
        if up or down or gone:
            self._rebuild(edits.remove(self.spec, path) if gone else edits.move(self.spec, path, -1 if up else 1))

    def _rebuild(self, spec: lab.Spec) -> None:
        self.one.rebuild(spec)
        st.rerun()

    def _adder(self, path: Path, shape: Shape) -> None:
        """Offer the kinds of layers that may stand here."""
        levels = _levels(self.spec, path)
        kinds = [kind for kind in sorted(layers.KINDS) if levels <= NEST or kind not in _BLOCKS]
        asked = say("lab_add" if len(path) == 1 else "lab_add_inside", self.lang)
        chosen = st.selectbox(
            asked,
            kinds,
            index=None,
            placeholder=asked,
            label_visibility="collapsed",
            key=f"lab_{'add' if len(path) == 1 else 'into'}_{self._key(path)}",
        )
        if not chosen:
            return
        try:
            self.spec = edits.add(self.spec, new_layer(chosen, shape), path)
        except TraceError as error:
            self.one.note = str(error)


_HOOKED = ("nothing", "detach", "retain_grad")
_BLOCKS = frozenset({"Residual", "Parallel", "Repeat"})


def _levels(spec: lab.Spec, path: Path) -> int:
    """Count the levels that a block at `path` would make."""
    levels, block, rest = 1, spec.layers, path
    while len(rest) > 1:
        layer = block[rest[0]]
        step = 2 if isinstance(layer, layers.Parallel) else 1
        block = layer.branches[rest[1]] if isinstance(layer, layers.Parallel) else getattr(layer, "block", ())
        levels, rest = levels + 1, rest[step:]
    return levels
