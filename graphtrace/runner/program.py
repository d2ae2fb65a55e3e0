"""Run a program under the recorder, in this process; `__main__` does so in one of its own."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from functools import partial
from types import TracebackType
from typing import TextIO

from torch.nn.modules.module import register_module_forward_pre_hook

from graphtrace.classroom.running import Adopted, run_statements, with_graph
from graphtrace.model import Recording
from graphtrace.recorder import record
from graphtrace.runner.output import Pages, Stdout
from graphtrace.runner.records import FILE, CodeRun, Ended, RunLimits
from graphtrace.runner.refusing import make_room
from graphtrace.runner.stopping import Stop, Watch

_End = tuple[Ended, BaseException | None]
_MOST = 4000  # characters of an error
_OUT_OF_MEMORY = ("MemoryError", "can't allocate memory", "not enough memory", "out of memory")


def run_here(code: str, limits: RunLimits, journal: TextIO | None = None) -> CodeRun:
    """Run a program until its end, its error or a limit.

    Args:
        code: The program.
        limits: Of clock, output and events; those of the process are `refusing.bound`.
        journal: A file for what it prints, as it prints it.
    """
    try:
        compile(code, FILE, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as wrong:
        return CodeRun("raised", error=_words(wrong), line=getattr(wrong, "lineno", None) or 0)
    recorder = record()
    watch = Watch(limits, lambda: recorder.events_so_far)
    pages = Pages(limits.output, lambda: recorder.events_so_far, lambda: watch.stop("output"), journal)
    variables: dict[str, object] = {"__name__": "__main__", "__file__": FILE}
    out, err = Stdout(pages, "out"), Stdout(pages, "err")
    with redirect_stdout(out), redirect_stderr(err), warnings.catch_warnings():
        warnings.showwarning = partial(_show_warning, err)
        ended, error = _run(code, variables, recorder, watch)
    make_room()
    line = 0 if error is None else _line_of(error.__traceback__)
    words = "" if error is None or isinstance(error, Stop) else _words(error)
    if ended == "raised" and any(sign in words for sign in _OUT_OF_MEMORY):
        ended = "memory"
    return CodeRun(ended, tuple(pages.printed), _recording(recorder, variables), words, line)


def _run(code: str, variables: dict[str, object], recorder: record, watch: Watch) -> _End:
    """Run a program; the error that ends it is recorded, a limit is not."""
    with recorder, _models_of_functions(recorder) as adopted:
        try:
            with watch.running():
                error = run_statements(code, FILE, variables, recorder, adopted)
        except Stop as stop:
            return stop.why, stop
        except SystemExit as stop:
            return "exit", stop
        except BaseException as other:  # KeyboardInterrupt, or no memory even to record an error
            return "raised", other
    if watch.why is not None:  # a program that catches everything went on
        return watch.why, None
    return ("end", None) if error is None else ("raised", error)


@contextmanager
def _models_of_functions(recorder: record) -> Iterator[Adopted]:
    """Take in also the models that a function of the program makes, when they are first called."""
    adopted = Adopted(recorder)
    handle = register_module_forward_pre_hook(lambda module, given: adopted.take(module))
    try:
        yield adopted
    finally:
        handle.remove()


def _recording(recorder: record, variables: dict[str, object]) -> Recording | None:
    with suppress(MemoryError):
        return with_graph(recorder, variables)
    return None


def _show_warning(
    stream: Stdout, message: Warning | str, category: type[Warning], file: str, line: int, *others: object
) -> None:
    stream.write(warnings.formatwarning(message, category, file, line))


def _line_of(trace: TracebackType | None) -> int:
    """Return the last line of the program in a traceback."""
    lines = [number for frame, number in traceback.walk_tb(trace) if frame.f_code.co_filename == FILE]
    return lines[-1] if lines else 0


def _words(error: BaseException) -> str:
    return "".join(traceback.format_exception_only(error)).strip()[:_MOST]
