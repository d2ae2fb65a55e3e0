"""Run the program of a lesson for real and record it: a listing as it stands, or an example's own loop."""

from __future__ import annotations
import __future__

import ast
import linecache
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphtrace import examples
from graphtrace.examples import Built
from graphtrace.examples.scripts import SCRIPTS
from graphtrace.examples.seeded import Seeded
from graphtrace.lessons import Lesson, LessonProgram, lab_runs
from graphtrace.model import Recording
from graphtrace.recorder import record
from graphtrace.tracer import trace_live

_SEED = 0
_FUTURE = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names})


def file_name(program: LessonProgram) -> str:
    """Return what a listing is called where lines of code are shown."""
    return f"{program.name}.py"


class Adopted:
    """The modules of a program that a recorder has taken in, each once."""

    def __init__(self, recorder: record) -> None:
        self._recorder = recorder
        self._ids: set[int] = set()

    def take_all(self, variables: Mapping[str, object]) -> None:
        """Take in the modules among a program's variables that are new; an object with named parameters is one."""
        for value in list(variables.values()):
            if not isinstance(value, type) and callable(getattr(value, "modules", None)):
                self.take(value)

    def take(self, module: Any) -> None:
        """Take in a module and all in it, unless it is known."""
        if id(module) not in self._ids:
            self._ids.update(id(part) for part in module.modules())
            self._recorder.adopt(module)


def run_listing(program: LessonProgram) -> Recording:
    """Run a listing statement by statement, until its end or until torch raises, which is recorded.

    Modules that it makes give their parameters their names. The process's random numbers stay as they were.
    """
    variables: dict[str, object] = {"__name__": "__main__"}
    with Seeded(_SEED), warnings.catch_warnings(), record() as recorder:
        warnings.simplefilter("ignore")  # what they warn of is what the lesson tells
        run_statements(program.code, file_name(program), variables, recorder)
    return with_graph(recorder, variables)


def run_statements(
    code: str, name: str, variables: dict[str, object], recorder: record, adopted: Adopted | None = None
) -> Exception | None:
    """Run a program until its end or until it raises, which is recorded.

    Args:
        code: The program.
        name: Of its file; its lines can be looked up.
        variables: Those that it begins with and makes.
        recorder: Records it; it takes in the modules that the program makes.
        adopted: Those that it has taken in.

    Returns:
        The error that ended it.
    """
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    adopted = adopted or Adopted(recorder)
    flags = compile(code, name, "exec", dont_inherit=True).co_flags & _FUTURE  # the program's own, not this file's
    for statement in ast.parse(code, name).body:
        try:
            exec(compile(ast.Module([statement], []), name, "exec", flags, dont_inherit=True), variables)
        except Exception as error:
            recorder.ended_by(error)
            return error
        adopted.take_all(variables)
    return None


def with_graph(recorder: record, variables: Mapping[str, Any]) -> Recording:
    """Add the graph that was built last, where nothing ran backward: it is to be seen all the same."""
    recording = recorder.recording
    built = [value for value in variables.values() if getattr(value, "grad_fn", None) is not None]
    if recording.graphs or not built:
        return recording
    leaves = {name: value for name, value in variables.items() if getattr(value, "is_leaf", False)}
    graph = trace_live(built[-1], params=leaves, made_by=recorder.made_by).graph
    return replace(recording, graphs=(graph,))


@dataclass(frozen=True, slots=True)
class LessonRun:
    """A lesson with a recording of each of its programs, by name."""

    lesson: Lesson
    recordings: Mapping[str, Recording]


def run_lesson(lesson: Lesson) -> LessonRun:
    """Run all programs of a lesson."""
    return LessonRun(lesson, {name: record_program(program) for name, program in lesson.programs.items()})


def record_program(program: LessonProgram) -> Recording:
    """Record what a lesson runs."""
    if program.preset:
        return lab_runs.played(program).recording
    return run_listing(program) if program.code else record_example(program.example, program.steps)


def record_example(program: str, steps: int) -> Recording:
    """Run an example's own loop for some steps under the recorder."""
    script = SCRIPTS.get(program)
    if script is not None:
        with record() as rec:
            script.run(script.text(steps), rec.adopt)
        return rec.recording
    built = examples.build(program)
    if built.forward is None and built.model is None:
        return _without_loop(program, steps)
    optimizer = built.optimizer() if built.optimizer is not None else None
    with record(built.model, optimizer=optimizer, params=built.params or None) as rec:
        for _ in range(steps):
            _iterate(built)
    return rec.recording


def _iterate(built: Built) -> None:
    """Zero the gradients, run forward and backward, update: those of these that the program has."""
    if built.zero is not None:
        built.zero()
    if built.forward is not None:
        root = built.forward()
    else:
        assert built.model is not None, "other programs are recorded without a loop"
        root = built.model(built.tensors["input"])
    root.backward(built.grad_output)  # type: ignore[no-untyped-call]
    if built.step is not None:
        built.step()


def _without_loop(program: str, passes: int) -> Recording:
    """Record how the program is built: leaves then have the names of the program's variables."""
    with record() as rec:
        built = examples.build(program)
        root = built.root if not isinstance(built.root, tuple) else built.root[0]
        for i in range(passes):
            root.backward(built.grad_output, retain_graph=i < passes - 1)  # type: ignore[no-untyped-call]
        if built.zero is not None:
            built.zero()
    return rec.recording
