"""The viewer's own drawing, run without a browser: the modules that draw a picture as a tree, and write it, in V8.

A frame from Python and a frame from a browser are the same file, because the same lines write both.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING

from graphtrace.errors import RenderError, extra, shown
from graphtrace.export.frames.look import Look
from graphtrace.literals import THEMES
from graphtrace.model import Recording

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

MOST_BOXES = 4000  # boxes of a picture; more cannot be told apart on paper
MOST_SENT = 200_000_000  # characters of a recording as JSON
_MEMORY = 3_000_000_000  # bytes; past it V8 would end the process, so it is stopped before
_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Frame:
    """One drawn event: the name of its file without a suffix, and its SVG."""

    name: str
    svg: str


class Engine:
    """A recording on a stage that nobody sees. Use it as a context: it holds memory outside of Python."""

    def __init__(self, recording: Recording, look: Look) -> None:
        if not isinstance(recording, Recording):
            raise RenderError(f"not a recording: {shown(recording)} (pass what gt.record gave; to_svg draws a graph)")
        from graphtrace.viewer import engine

        sent = json.dumps(_sent(recording, look), ensure_ascii=False, allow_nan=False)
        if len(sent) > MOST_SENT:
            raise RenderError(f"the recording is too large to draw: {len(sent):,} characters (keep fewer contents)")
        self._look = look
        racer = _racer()
        self._thread = ThreadPoolExecutor(1)  # V8 would else join the event loop of a notebook, and wait for itself
        self._context: MiniRacer | None = None
        try:
            self._context = self._thread.submit(racer).result()
            self._run(f"{engine()}0")
            self.length = int(self._call("openRecording", sent))
        except BaseException:
            self._close()
            raise

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()

    def _close(self) -> None:
        """Free V8's memory. An open context would keep the process from ending."""
        if self._context is not None:
            self._thread.submit(self._context.close).result()
        self._thread.shutdown()

    def frame(self, event: int, **more: object) -> Frame:
        """Return the frame after `event` events; `more` as `frameText` in viewer/src/draw/frame.js takes it."""
        found = json.loads(self._call("drawFrame", event, json.dumps({**self._look.drawing(), **more})))
        return Frame(found["name"].removesuffix("."), found["svg"])

    def _call(self, name: str, *arguments: object) -> str:
        return str(self._run(f"graphtrace.{name}({', '.join(map(json.dumps, arguments))})"))

    def _run(self, script: str) -> object:
        from py_mini_racer import JSOOMException, JSTimeoutException

        assert self._context is not None
        try:
            return self._thread.submit(self._context.eval, script, timeout_sec=_SECONDS, max_memory=_MEMORY).result()
        except JSOOMException:
            raise RenderError(
                f"the picture needs more memory than {_MEMORY:,} bytes (use a view that folds more)"
            ) from None
        except JSTimeoutException:
            raise RenderError(f"the picture takes longer than {_SECONDS:.0f} s (use a view that folds more)") from None


def _racer() -> type[MiniRacer]:
    with extra("files", "a frame"):
        from py_mini_racer import MiniRacer
    return MiniRacer


def _sent(recording: Recording, look: Look) -> dict[str, object]:
    from graphtrace.style.theme import as_dict
    from graphtrace.texts import section
    from graphtrace.viewer import play

    played = play(recording, look.views(recording), opened=look.opened)
    boxes = max((len(geo["boxes"]) for view in played["views"] for geo in view["pictures"]), default=0)
    if boxes > MOST_BOXES:
        raise RenderError(f"too many boxes for a frame: {boxes:,} (use a view that folds more, as fold='concept')")
    patch = {
        "title": look.title,
        "name": look.name,
        "language": look.language,
        "texts": section("viewer", look.language),
        "theme": look.theme,
        "palette": {theme: as_dict(theme) for theme in THEMES},
    }
    return {"play": played, "patch": patch}
