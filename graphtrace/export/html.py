"""One HTML file with the viewer in it: opens from disk, works offline, sends no request.

The policy in its head forbids every request and every script but the viewer's own, known by its hash.
Data lie in a block of JSON that is no script, escaped so that no text of a user can end it.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Collection
from hashlib import sha256
from html import escape

from graphtrace.errors import RenderError, shown
from graphtrace.literals import THEMES, Language, ThemeName, ViewName
from graphtrace.model import Graph, Recording
from graphtrace.model.wire_pictures import WireGeometry, WirePackedGeometry, WirePlayedGeometry
from graphtrace.style import theme as themes
from graphtrace.style.safe_text import visible

_START = """
const sent = JSON.parse(document.getElementById("data").textContent);
graphtrace.open(document.querySelector(".gt-root"), sent);
"""
_PAGE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<div class="{root}"></div>
<script type="application/json" id="data">{data}</script>
{blocks}<script type="module">{script}</script>
</body>
</html>
"""
_BODY = "\nhtml, body { margin: 0; height: 100%; overflow: hidden; }\n"


def page(
    shown_thing: Graph | Recording,
    *,
    title: str,
    fold: ViewName | None,
    opened: Collection[str] | None,
    saved: bool,
    limit: int,
    theme: ThemeName | None,
    language: Language,
    start: int,
) -> str:
    """Return the whole page; `graphtrace.to_html` explains the options and has their defaults."""
    from graphtrace import viewer

    title = visible(title, 200) or _named(shown_thing)
    data = {
        **_content(shown_thing, fold, opened, saved, limit),
        "start": _cursor(start),
        "patch": patch(title, theme, language),
    }
    return wrapped(data, title, language, viewer.JS + _START, viewer.CSS)


def wrapped(
    data: object, title: str, language: Language, script: str, style: str, root: str = "gt-root", blocks: str = ""
) -> str:
    """Return one page that holds all it needs and may ask for nothing.

    Args:
        data: What the script finds in the element ``data``, as JSON.
        title: Of the page.
        language: Of its texts.
        script: A module.
        style: A sheet.
        root: Class of the one element on the page.
        blocks: More elements with data.
    """
    style += _BODY
    return _PAGE.format(
        lang="zh-CN" if language == "zh" else "en",
        policy=_policy(script, style),
        title=escape(title),
        style=style,
        root=root,
        data=_inert(data),
        blocks=blocks,
        script=script,
    )


def _content(
    thing: object, fold: ViewName | None, opened: Collection[str] | None, saved: bool, limit: int
) -> dict[str, object]:
    from graphtrace import viewer
    from graphtrace.layout import place
    from graphtrace.views import VIEWS, default_view
    from graphtrace.views import fold as folded

    if fold is not None and fold not in VIEWS:
        raise RenderError(f"unknown view: {shown(fold)} (must be one of {list(VIEWS)})")
    if isinstance(thing, Recording):
        return {"id": "recording", "play": play_of(thing, fold, opened=opened, limit=limit)}
    if not isinstance(thing, Graph):
        raise RenderError(f"neither a graph nor a recording: {shown(thing)} (pass what trace or record returned)")
    shape = folded(thing, fold or default_view(thing), opened=opened, saved=saved, limit=limit)
    return {"id": "graph", "geo": _fixed(viewer.geometry(thing, place(shape)))}


def play_of(
    recording: Recording, fold: ViewName | None, *, opened: Collection[str] | None = None, limit: int
) -> dict[str, object]:
    """Return what the viewer plays of a recording; its modules stay as they are.

    Args:
        recording: Any.
        fold: View to open on; None for the one that suits.
        opened: Paths of the modules that the module view draws open.
        limit: Most boxes of each graph.
    """
    from graphtrace import viewer

    views = viewer.views_of(recording)
    order = views if fold is None or not views else (fold, *(name for name in views if name != fold))
    found = viewer.play(recording, order, opened=opened, limit=limit)
    fixed = [{**view, "pictures": [_fixed(picture) for picture in view["pictures"]]} for view in found["views"]]
    return {**found, "views": fixed}


def _fixed(geo: WireGeometry | WirePackedGeometry | WirePlayedGeometry) -> dict[str, object]:
    """Let modules stay as they are: opening one needs a layout, which needs Python."""
    if "boxes" in geo:
        return {**geo, "fixed": True, "boxes": [{**box, "openable": False} for box in geo["boxes"]]}
    cards = [{**card, "openable": False} for card in geo["dense"]["cards"]]
    return {**geo, "fixed": True, "dense": {**geo["dense"], "cards": cards}}


def _cursor(start: object) -> int:
    if type(start) is not int or start < 0:
        raise RenderError(f"no such event: {shown(start)} (use 0, before everything, or more)")
    return start


def _named(thing: Graph | Recording) -> str:
    return "Recording" if isinstance(thing, Recording) else "Graph"


def patch(title: str, theme: ThemeName | None, language: Language) -> dict[str, object]:
    """Return the words and colours of a page."""
    from graphtrace.texts import LANGUAGES, check_language, section

    check_language(language, RenderError)
    return {
        "title": title,
        "name": title,
        "theme": None if theme is None else themes.palette(theme).name,
        "palette": {name: themes.as_dict(name) for name in THEMES},
        "languages": {name: section("viewer", name) for name in LANGUAGES},
        "language": language,
    }


def _policy(script: str, style: str) -> str:
    allowed = {"script-src": _hash(script), "style-src": _hash(style), "img-src": "data: blob:"}
    nothing = "default-src 'none'; base-uri 'none'; form-action 'none'"
    return "; ".join([nothing, *(f"{name} {value}" for name, value in allowed.items())])


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


def _inert(data: object) -> str:
    """Return JSON in which no character can end its script element or open a comment."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text
