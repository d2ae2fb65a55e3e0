"""Graphviz as WebAssembly (layout/engine), run on wasmtime.

Every call has a store of its own, so that calls in several threads share nothing but read-only code;
a deadline that really interrupts; a memory limit; and no file, no variable and no clock but its own.
"""

from __future__ import annotations

import atexit
import importlib.metadata
import math
import struct
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from graphtrace.errors import LayoutError
from graphtrace.layout import compiled
from graphtrace.layout.columns import levelled
from graphtrace.layout.digraph import source
from graphtrace.layout.parse import read_placement
from graphtrace.layout.placement import Placement, TooSlowError
from graphtrace.layout.records import Card
from graphtrace.layout.tidy import tidied
from graphtrace.model import View

if TYPE_CHECKING:
    import wasmtime

T = TypeVar("T")

FILE = Path(__file__).parent / "engine" / "graphviz.wasm"  # Graphviz 16.1.0 for WASI, see the README beside it

_MEMORY = 1 << 30
_WASM_STACK = 2 << 20  # more than 2 MiB aborts the process (wasmtime's async stack size)
_THREAD_STACK = 32 << 20
_TICK = 0.05
_start_lock = threading.Lock()
_program_lock = threading.Lock()
_program: GraphvizProgram | None = None


def place(view: View, cards: Sequence[Card], budget: float) -> Placement:
    """Place `view` with dot.

    Args:
        view: What to place.
        cards: Cards of its boxes.
        budget: Seconds that dot may take.

    Raises:
        TooSlowError: It took longer than `budget` seconds (compiling once is not counted).
        LayoutError: The packages are missing, or dot failed.
    """
    return tidied(view, levelled(view, read_placement(view, cards, render(source(view, cards).source, budget))))


def render(text: str, budget: float, form: str = "svg") -> str:
    """Return what dot makes of a DOT `text` in the format `form` within `budget` seconds.

    Args:
        text: A graph in DOT.
        budget: Seconds that dot may take.
        form: Graphviz's name of an output format.
    """
    program = warm()
    return _in_deep_thread(lambda: program.run(text, form, budget))


def warm() -> GraphvizProgram:
    """Load the program, or compile it the first time; once per process. Safe to call from any thread."""
    global _program
    with _program_lock:
        if _program is None:
            _program = GraphvizProgram()
        return _program


@atexit.register
def _forget() -> None:
    """Drop the program while wasmtime is still whole; later its clean-up prints errors."""
    global _program
    _program = None


class GraphvizProgram:
    """The compiled program and the clock that stops its calls."""

    def __init__(self) -> None:
        try:
            import wasmtime
        except ImportError as error:
            raise LayoutError(f"wasmtime is missing: {error} (pip install wasmtime)") from None
        config = wasmtime.Config()
        config.epoch_interruption = True
        config.max_wasm_stack = _WASM_STACK
        self.engine = wasmtime.Engine(config)
        self.module = _module(self.engine)
        self.linker = wasmtime.Linker(self.engine)
        self.linker.define_wasi()
        self.ticker = _Ticker(self.engine.increment_epoch)

    def run(self, text: str, form: str, budget: float) -> str:
        """Run dot once, in the calling thread.

        Args:
            text: A graph in DOT.
            form: Graphviz's name of an output format.
            budget: Seconds that dot may take.
        """
        import wasmtime

        store = wasmtime.Store(self.engine)
        store.set_limits(memory_size=_MEMORY)
        store.set_wasi(wasmtime.WasiConfig())
        with self.ticker:
            store.set_epoch_deadline(max(1, math.ceil(budget / _TICK)))
            try:
                return _call(store, self.linker.instantiate(store, self.module).exports(store), text, form)
            except wasmtime.Trap as trap:
                if trap.trap_code == wasmtime.TrapCode.INTERRUPT:
                    raise TooSlowError(f"dot exceeded {budget:g} s (give it more time or fold more)") from None
                raise LayoutError(f"dot stopped: {_reason(trap)} (fold more, or use engine='ranked')") from None
            except wasmtime.WasmtimeError as error:
                raise LayoutError(f"dot did not start: {_reason(error)} (use engine='ranked')") from None


def _call(store: wasmtime.Store, exports: Any, text: str, form: str) -> str:
    memory = exports["memory"]

    def put(value: str) -> int:
        data = value.encode() + b"\0"
        address: int = exports["malloc"](store, len(data))
        if not address:
            raise LayoutError(f"dot is out of memory: {len(data)} bytes of DOT (fold more)")
        memory.write(store, data, address)
        return address

    arguments = [put(value) for value in (text, form, "dot")]
    length_at = exports["malloc"](store, 4)
    address = exports["graphviz_render"](store, *arguments, length_at)
    if not address:
        at = exports["graphviz_last_error"](store)
        message = bytes(memory.read(store, at, at + 200)).split(b"\0")[0].decode(errors="replace")
        raise LayoutError(f"dot failed: {message} (use engine='ranked')")
    (length,) = struct.unpack("<I", memory.read(store, length_at, length_at + 4))
    return bytes(memory.read(store, address, address + length)).decode()


def _module(engine: wasmtime.Engine) -> wasmtime.Module:
    import wasmtime

    wasm = FILE.read_bytes()
    path = compiled.path_for(wasm, importlib.metadata.version("wasmtime"))
    kept = compiled.load(path)
    if kept is not None:
        try:
            return wasmtime.Module.deserialize(engine, kept)
        except wasmtime.WasmtimeError:
            pass  # written under other settings: compile it anew
    module = wasmtime.Module(engine, wasm)
    compiled.save(path, bytes(module.serialize()))
    return module


class _Ticker:
    """Advances the epoch while at least one call runs. Deadlines are counted in its ticks."""

    def __init__(self, tick: Callable[[], None]) -> None:
        self.tick, self.calls, self.lock = tick, 0, threading.Lock()
        self.thread: threading.Thread | None = None

    def __enter__(self) -> None:
        with self.lock:
            self.calls += 1
            if self.thread is None or not self.thread.is_alive():  # not alive: this is a forked process
                self.thread = threading.Thread(target=self._loop, name="graphtrace-ticker", daemon=True)
                self.thread.start()

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.calls -= 1

    def _loop(self) -> None:
        while True:
            time.sleep(_TICK)
            self.tick()
            with self.lock:
                if self.calls == 0:
                    self.thread = None
                    return


def _in_deep_thread(work: Callable[[], T]) -> T:
    """Run `work` in a thread with a large stack: dot recurses, and a caller's thread may have 512 KB."""
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # handed to the caller below
            errors.append(error)

    with _start_lock:
        before = threading.stack_size(_THREAD_STACK)
        try:
            thread = threading.Thread(target=run, name="graphtrace-dot", daemon=True)
            thread.start()
        finally:
            threading.stack_size(before)
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


def _reason(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return next((line for line in lines if "wasm trap" in line), lines[-1] if lines else "unknown")[-120:]
