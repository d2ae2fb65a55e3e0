"""The list of layers in the sidebar: one component, in which the net is built and its layers are edited."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TypedDict

import streamlit as st

from graphtrace import lab
from graphtrace.app import assets
from graphtrace.app.lab.layer_edits import do_edits, followed_in, notes
from graphtrace.app.lab.net_rows import Field, Problem, RowBlock, fields_of, net_block, problem, shape_text
from graphtrace.app.lab.session import LabSession
from graphtrace.app.payloads import component_state
from graphtrace.lab import layers
from graphtrace.lab.design.misfits import places
from graphtrace.lab.parts.devices import devices, resolved
from graphtrace.literals import Language
from graphtrace.texts import say, section

LIST = "lab_builder"  # component: its trigger `edit` reports what was pressed
COMMON = (
    *("Linear", "ReLU", "Conv2d", "MaxPool2d", "Flatten", "Dropout", "BatchNorm1d", "BatchNorm2d"),
    *("LayerNorm", "Tanh", "Sigmoid", "Softmax"),
)


class Devices(TypedDict):
    """The devices here by name and title, and which one is used."""

    options: list[tuple[str, str]]
    chosen: str


class LossRow(TypedDict):
    """The loss, with the targets that it compares with."""

    name: str
    shape: str
    fields: list[Field]
    problems: list[Problem]


class ListData(TypedDict):
    """What the list of layers is sent."""

    net: RowBlock
    x: str
    loss: LossRow
    devices: Devices
    general: list[str]  # problems that belong to no row
    note: str
    done: int
    kinds: tuple[list[str], list[str]]  # of layers: the common ones, the others
    words: Mapping[str, object]


def layer_list(session: LabSession, lang: Language) -> None:
    """Draw the list; what is pressed in it becomes an edit of the session's spec."""
    pressed = partial(_press, session)
    result = assets.mount_builder("graphtrace_builder", LIST, data=list_data(session, lang), on_edit_change=pressed)
    if do_edits(session, result.get("edit")):  # after a restart of the server the edit comes with the first run
        st.rerun()


def _press(session: LabSession) -> None:
    do_edits(session, component_state(LIST).get("edit"))


def list_data(session: LabSession, lang: Language) -> ListData:
    """Return what the list shows."""
    spec, trainer = session.spec, session.machine.trainer
    names = [name for name, _ in trainer.net.named_modules(remove_duplicate=False) if name]
    hooks = {name: trainer.hooks.does.get(name, "nothing") for name in names}
    followed = followed_in(spec)
    marks = {one.layer.path: f"{one.before} → {one.after}" for one in followed}
    told = [
        say(
            "builder.followed",
            lang,
            layer=f"{one.layer.kind} · {one.layer.path}",
            field=one.field,
            before=one.before,
            after=one.after,
        )
        for one in followed
    ]
    loss, general = _loss_problems(spec, lang)
    y = shape_text(trainer.y.shape)
    return {
        "net": net_block(spec, hooks, marks, lang),
        "x": shape_text(trainer.x.shape),
        "loss": {"name": spec.loss.name, "shape": y, "fields": fields_of(spec.loss, ()), "problems": loss},
        "devices": {"options": [(one.name, one.title) for one in devices()], "chosen": resolved(spec.device)},
        "general": general,
        "note": " · ".join(told),
        "done": notes().done,
        "kinds": (list(COMMON), sorted(set(layers.KINDS) - set(COMMON))),
        "words": section("builder", lang),
    }


def _loss_problems(spec: lab.Spec, lang: Language) -> tuple[list[Problem], list[str]]:
    """Return what does not fit at the loss, and what belongs to no row."""
    survey, where = lab.survey(spec), places(spec.layers)
    rest = [one for one in survey.misfits if one.layer.path not in where]
    of_loss = [one for one in rest if "loss" in dict(one.values)]
    problems = [problem(one, lang) for one in of_loss]
    problems += [problem(one, lang, stops=False) for one in survey.remarks]
    return problems, [one.say(lang) for one in rest if one not in of_loss]
