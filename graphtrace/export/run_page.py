"""One HTML file with a run of many steps: each lies packed in the page, and is unpacked when it is looked at."""

from __future__ import annotations

import json
import math
import zlib
from base64 import b64encode
from collections.abc import Collection
from dataclasses import dataclass

from graphtrace.errors import RenderError
from graphtrace.export import html
from graphtrace.literals import Language, ThemeName, ViewName
from graphtrace.model import RecordingFile, StepSummary
from graphtrace.style.safe_text import visible

MOST_BYTES = 4_400_000  # of packed steps in a page: with the viewer it stays below 5 MB
_START = """
const sent = JSON.parse(document.getElementById("data").textContent);
graphtrace.openRun(document.querySelector(".gt-root"), sent);
"""
_BLOCK = '<script type="application/octet-stream" id="block-{number}">{content}</script>\n'


@dataclass(frozen=True, slots=True)
class RunPage:
    """A page, and the steps that can be played on it: others are too many or too large for one page."""

    text: str
    steps: tuple[int, ...]


def page(
    file: RecordingFile,
    *,
    title: str = "",
    fold: ViewName | None = None,
    limit: int = 400,
    theme: ThemeName | None = None,
    language: Language = "en",
) -> RunPage:
    """Return the whole page; `graphtrace.to_html` explains the options.

    Raises:
        RenderError: No step of the file is whole.
    """
    from graphtrace import viewer

    if not file.steps:
        raise RenderError(f"no step is whole: {file!r} (record some, as with last=20)")
    title = visible(title, 200) or "Run"
    blocks, parts = _Blocks(), dict[int, list[int]]()
    for step in _by_importance(file.steps):
        play = html.play_of(file.step(step), fold, limit=limit)
        parts[step] = [blocks.put(play[name]) for name in ("recording", "views")]
        if blocks.size > MOST_BYTES and len(parts) > 1:
            del parts[step]
            break
    wanted = {number for part in parts.values() for number in part}
    steps = [{**_told(summary), "blocks": parts.get(summary.step)} for summary in _each_once(file.summaries)]
    data = {"steps": steps, "patch": html.patch(title, theme, language)}
    text = html.wrapped(data, title, language, viewer.JS + _START, viewer.CSS, blocks=blocks.written(wanted))
    return RunPage(text, tuple(sorted(parts)))


def _by_importance(steps: tuple[int, ...]) -> list[int]:
    """Put the first step and the last one first, then those beside them."""
    pairs = zip(steps, reversed(steps), strict=True)
    return list(dict.fromkeys(step for pair in pairs for step in pair))


def _each_once(summaries: tuple[StepSummary, ...]) -> list[StepSummary]:
    return list({summary.step: summary for summary in summaries}.values())


class _Blocks:
    """Packed JSON, each once: the pictures of most steps are the same."""

    def __init__(self) -> None:
        self.size = 0
        self._numbers: dict[bytes, int] = {}

    def put(self, plain: object) -> int:
        """Return the number of a block."""
        text = json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        packed = zlib.compress(text.encode(), 9)
        if packed not in self._numbers:
            self.size += len(packed) * 4 // 3
        return self._numbers.setdefault(packed, len(self._numbers))

    def written(self, wanted: Collection[int]) -> str:
        """Return blocks as elements that are no scripts."""
        packed = [(at, one) for one, at in self._numbers.items() if at in wanted]
        return "".join(_BLOCK.format(number=at, content=b64encode(one).decode("ascii")) for at, one in packed)


def _told(summary: StepSummary) -> dict[str, object]:
    numbers = {name: getattr(summary, name) for name in ("loss", "grad_norm", "lr", "seconds")}
    told = {name: str(x) if isinstance(x, float) and not math.isfinite(x) else x for name, x in numbers.items()}
    return {"step": summary.step, **told}
