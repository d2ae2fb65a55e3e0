"""The net in the sidebar: a line for each layer, also of those inside blocks, with the shape of its output."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import streamlit as st

from graphtrace import lab
from graphtrace.app.lab.forms import edited
from graphtrace.app.lab.session import LabSession
from graphtrace.app.texts import say
from graphtrace.errors import TraceError
from graphtrace.lab import edits, layers
from graphtrace.lab.design.new_layers import new_layer
from graphtrace.lab.parts.build import inner_blocks
from graphtrace.lab.parts.data import input_shape
from graphtrace.lab.records.actions import Hook
from graphtrace.lab.records.rules import MAX_NESTING
from graphtrace.literals import Language

Path = tuple[int, ...]
Shape = tuple[int, ...]
Block = tuple[layers.Layer, ...]

_HOOKS = ("nothing", "detach", "retain_grad")
_BLOCKS = frozenset({"Residual", "Parallel", "Repeat"})
_MAX_BRANCHES = 8


def net_editor(session: LabSession, lang: Language) -> lab.Spec:
    """Draw the net; return the spec as the user changed it."""
    editor = _NetEditor(session, lang, session.spec, {layer.path: layer.shape for layer in lab.shapes(session.spec)})
    trainer = session.machine.trainer
    with st.container(key="lab_layers"):
        with st.container(horizontal=True, gap="small"):
            for name, tensor in (("x", trainer.x), ("y", trainer.y)):
                help = say("lab_numbers_of", lang, of=name)
                if st.button(f"{name} :gray[{shape_text(tensor.shape)}]", key=f"lab_numbers_{name}", help=help):
                    session.edited_tensor = name
        editor.draw_block(session.spec.layers, (), "", input_shape(session.spec.data))
    return editor.spec


def shape_text(shape: Iterable[int]) -> str:
    """Return a shape for people: ``4×2``."""
    return "×".join(map(str, shape)) or "1"


def _title(layer: layers.Layer) -> str:
    kind = type(layer).__name__ + (f" ×{layer.times}" if isinstance(layer, layers.Repeat) else "")
    frozen = " ❄" if layer.frozen else ""
    return f"{kind} · {layer.name}{frozen}" if layer.name else f"{kind}{frozen}"


@dataclass(slots=True)
class _NetEditor:
    """Draws the net once.

    Attributes:
        spec: What the user made of it.
        shapes: Output shape of each layer, by its name in the net.
    """

    session: LabSession
    lang: Language
    spec: lab.Spec
    shapes: dict[str, Shape]

    def draw_block(self, block: Block, path: Path, prefix: str, shape: Shape) -> None:
        """Draw the layers of a block, those inside them, and the field that adds another layer.

        Args:
            block: The layers.
            path: Of the block, see `graphtrace.lab.edits`.
            prefix: Begins the names of the layers in the net.
            shape: Of the block's input.
        """
        for i, layer in enumerate(block):
            name = prefix + (layer.name or str(i))
            self._draw_layer(layer, (*path, i), name, len(block))
            parallel = isinstance(layer, layers.Parallel)
            for b, (inner, content) in enumerate(inner_blocks(layer)[: None if parallel else 1]):
                inner_path = (*path, i, *((b,) if parallel else ()))
                with st.container(key=f"lab_inside_{self._key(inner_path)}"):
                    if parallel:
                        st.caption(say("lab_branch", self.lang, number=b))
                    self.draw_block(content, inner_path, f"{name}.{inner}.", shape)
            shape = self.shapes.get(name, shape)
        self._draw_adder((*path, len(block)), shape)

    def _key(self, path: Path) -> str:
        return f"{self.session.form_count}_{'-'.join(map(str, path))}"

    def _draw_layer(self, layer: layers.Layer, path: Path, name: str, neighbours: int) -> None:
        shape = shape_text(self.shapes[name]) if name in self.shapes else "?"
        hook = self.session.machine.trainer.hooks.does.get(name)
        shape = f"{hook}() · {shape}" if hook else shape
        key = f"lab_layer_{self._key(path)}"
        with st.popover(f"{_title(layer)} :gray[{shape}]", width="stretch", key=key):
            self._draw_fields(layer, path, key)
            self._draw_hook(name, key)
            if isinstance(layer, layers.Parallel):
                self._draw_branch_buttons(layer, path, key)
            self._draw_place_buttons(path, neighbours, key)

    def _draw_fields(self, layer: layers.Layer, path: Path, key: str) -> None:
        """Draw a layer's fields, its name, and whether it is frozen."""
        changed = edited(layer, key)
        name = st.text_input(say("lab_name", self.lang), layer.name, key=f"{key}.name", max_chars=32)
        frozen = st.toggle(say("lab_frozen", self.lang), bool(layer.frozen), key=f"{key}.frozen")
        if frozen != bool(layer.frozen):  # a layer with only its bias frozen stays so until this is toggled
            changed = replace(changed, frozen="all" if frozen else "")
        changed = replace(changed, name=name)
        if changed != layer:
            self.spec = edits.replace(self.spec, path, changed)

    def _draw_hook(self, name: str, key: str) -> None:
        """Draw the choice of a hook on the layer's output; it is set on the machine's net at once."""
        trainer, widget = self.session.machine.trainer, f"{key}.output_{self.session.playback_id}"
        if name not in dict(trainer.net.named_modules()):
            return
        st.selectbox(
            say("lab_act_output", self.lang),
            _HOOKS,
            _HOOKS.index(trainer.hooks.does.get(name, "nothing")),
            format_func=lambda does: "–" if does == "nothing" else f"{does}()",
            key=widget,
            on_change=self._set_hook,
            args=(name, widget),
        )

    def _set_hook(self, name: str, widget: str) -> None:
        self.session.do(Hook(name, st.session_state[widget]))

    def _draw_branch_buttons(self, layer: layers.Parallel, path: Path, key: str) -> None:
        count = len(layer.branches)
        with st.container(horizontal=True):
            more = st.button(say("lab_more_branches", self.lang), key=f"{key}.more", disabled=count >= _MAX_BRANCHES)
            less = st.button(say("lab_fewer_branches", self.lang), key=f"{key}.less", disabled=count < 2)
        if more or less:
            branches = (*layer.branches, layer.branches[-1]) if more else layer.branches[:-1]
            self._rebuild(edits.replace(self.spec, path, branches=branches))

    def _draw_place_buttons(self, path: Path, neighbours: int, key: str) -> None:
        """Draw the buttons that move a layer among its neighbours, or remove it."""
        last = path[-1] == neighbours - 1
        with st.container(horizontal=True):
            up = st.button("↑", key=f"{key}.up", help=say("lab_up", self.lang), disabled=path[-1] == 0)
            down = st.button("↓", key=f"{key}.down", help=say("lab_down", self.lang), disabled=last)
            remove = st.button(say("lab_remove", self.lang), key=f"{key}.remove", icon=":material/delete:")
        if up or down or remove:
            self._rebuild(edits.remove(self.spec, path) if remove else edits.move(self.spec, path, -1 if up else 1))

    def _rebuild(self, spec: lab.Spec) -> None:
        self.session.rebuild(spec)
        st.rerun()

    def _draw_adder(self, path: Path, shape: Shape) -> None:
        """Draw the choice of the kinds of layers that may be added at `path`."""
        fits = _nesting(self.spec, path) <= MAX_NESTING
        kinds = [kind for kind in sorted(layers.KINDS) if fits or kind not in _BLOCKS]
        outermost = len(path) == 1
        label = say("lab_add" if outermost else "lab_add_inside", self.lang)
        kind = st.selectbox(
            label,
            kinds,
            index=None,
            placeholder=label,
            label_visibility="collapsed",
            key=f"lab_{'add' if outermost else 'into'}_{self._key(path)}",
        )
        if not kind:
            return
        try:
            self.spec = edits.add(self.spec, new_layer(kind, shape), path)
        except TraceError as error:
            self.session.note = str(error)


def _nesting(spec: lab.Spec, path: Path) -> int:
    """Return how deep layers would be nested inside a block at `path`."""
    depth, block, rest = 1, spec.layers, path
    while len(rest) > 1:
        layer = block[rest[0]]
        if isinstance(layer, layers.Parallel):
            block, rest = layer.branches[rest[1]], rest[2:]
        else:
            block, rest = getattr(layer, "block", ()), rest[1:]
        depth += 1
    return depth
