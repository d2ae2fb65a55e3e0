"""The viewer's script and styles, served as files by the app's own server: no message carries them.

`routes` are those files. Where a server has none of them, because the page is run by another script or its proxy
lets them not through, the browser says so, and the messages of that session carry all of it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from graphtrace.app.parcels import forget, message
from graphtrace.viewer import (
    BUILDER,
    BUILDER_CSS,
    BUILDER_HTML,
    COMPONENT,
    CSS,
    EDITOR,
    EDITOR_CSS,
    EDITOR_HTML,
    HTML,
    PULSE,
    SIGHT,
    SIGHT_CSS,
    SIGHT_HTML,
)

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

_FOLDER = "graphtrace-viewer"
_INLINE = "viewer_inline"  # bool: this browser does not get the files
_BUNDLES = {
    "viewer": (COMPONENT, CSS),
    "builder": (BUILDER, BUILDER_CSS),
    "sight": (SIGHT, SIGHT_CSS),
    "pulse": (PULSE, ""),  # draws nothing
    "editor": (EDITOR, EDITOR_CSS),
}
_FILES = {f"{name}.js": (script, "text/javascript") for name, (script, _) in _BUNDLES.items()}
_FILES |= {f"{name}.css": (sheet, "text/css") for name, (_, sheet) in _BUNDLES.items() if sheet}
_VERSION = blake2b("".join(text for text, _ in _FILES.values()).encode(), digest_size=8).hexdigest()
_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}  # another version is another address
_BASES = ("", "/{base:path}")
_PAGES = (
    *("Learn", "For_teachers", "Lab", "Programs", "Your_file", "Errors", "Sights", "Server", "Runs", "Your_code"),
    *("Training_step", "Open_a_file", "Tables"),  # addresses of earlier versions
)
_SHELL = Path(st.__file__).parent / "static" / "index.html"
# Without this it asks below the page's own path first: two answers of 404, and half a second later.
_HERE = "{const at = new URL('.', location).href; __streamlit = { BACKEND_BASE_URL: at, MAIN_PAGE_BASE_URL: at };}"
_served = False

# Both files, once per page; a component whose files do not come asks for everything in the message.
_LOADER = f"""const at = (name) => new URL(`./{_FOLDER}/${{name}}?{_VERSION}`, document.baseURI);"""
_LOADER += """
const sheet = new CSSStyleSheet();
const read = async (answer) => (answer.ok ? answer.text() : Promise.reject(answer.status));
const [bundle] = await Promise.all([
  import(at("BUNDLE.js")),
  fetch(at("BUNDLE.css")).then(read).then((text) => sheet.replace(text)),
]).catch(() => []);
export default (host) => {
  if (!bundle) return host.setStateValue("inline", true);
  const root = host.parentElement.getRootNode();
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
  return bundle.default(host);
};
"""

_SCRIPT_LOADER = f"""const file = new URL("./{_FOLDER}/BUNDLE.js?{_VERSION}", document.baseURI);"""
_SCRIPT_LOADER += """
const bundle = await import(file).catch(() => {});
export default (host) => (bundle ? bundle.default(host) : host.setStateValue("inline", true));
"""


def routes() -> list[BaseRoute]:
    """Return what the server of the app serves beside Streamlit, also below a path of its own."""
    from starlette.routing import Route

    global _served
    _served = True
    found = [Route(f"{base}/{_FOLDER}/{{name}}", _file) for base in _BASES]
    if _SHELL.is_file():
        found += [Route(f"{base}/{page}", _page, methods=["GET"]) for base in _BASES for page in _PAGES]
    return [*found]


async def _page(request: Request) -> Response:
    """Answer a link to one of the pages: Streamlit's own page, told where its server is instead of searching for it."""
    from starlette.responses import HTMLResponse

    shell = _SHELL.read_text(encoding="utf-8").replace("<head>", f"<head><script>{_HERE}</script>", 1)
    return HTMLResponse(shell, headers={"Cache-Control": "no-cache"})


async def _file(request: Request) -> Response:
    from starlette.responses import Response

    text, kind = _FILES.get(request.path_params["name"], ("", ""))
    if not text:
        return Response(status_code=404)
    return Response(text, media_type=kind, headers=_FOREVER)


def mount(name: str, key: str, html: str = HTML, *, data: object, **reported: Callable[[], None]) -> Any:
    """Mount a component of the viewer; its script and styles come as files where they are served.

    Args:
        name: Of the component.
        key: Of this one on its page.
        html: What it begins with.
        data: What it is sent; parts of it may be parcels.
        reported: What is called when it reports something: ``on_…_change``.

    Returns:
        What the component reports.
    """
    return _mount(name, key, html, "viewer", data=message(data), on_missing_change=forget, **reported)


def mount_builder(name: str, key: str, *, data: object, **reported: Callable[[], None]) -> Any:
    """Mount the list of layers, likewise; its data has no parcels."""
    return _mount(name, key, BUILDER_HTML, "builder", data=data, **reported)


def mount_editor(name: str, key: str, *, data: object, **reported: Callable[[], None]) -> Any:
    """Mount the editor of the page for code, likewise."""
    return _mount(name, key, EDITOR_HTML, "editor", data=data, **reported)


def mount_sight(name: str, key: str, *, data: object) -> Any:
    """Mount the player of a sight, likewise."""
    return _mount(name, key, SIGHT_HTML, "sight", data=data)


def mount_pulse(name: str, key: str, *, data: object) -> Any:
    """Mount what hands pictures to the viewer, likewise; it draws nothing."""
    return _mount(name, key, "", "pulse", data=data)


def _mount(name: str, key: str, html: str, bundle: str, data: object, **reported: Callable[[], None]) -> Any:
    inline = not _served or bool(st.session_state.get(_INLINE))
    component = _component(name, html, bundle, inline)
    result = component(data=data, key=key, on_inline_change=no_callback, **reported)
    if not inline and result.get("inline"):
        st.session_state[_INLINE] = True
        st.rerun()
    return result


def no_callback() -> None:
    """Do nothing: Streamlit keeps a component's state only if it has a callback."""


@cache
def chart_library() -> str:
    """Return the address of Streamlit's own file of Plotly, 4.7 MB: the browser may load it before it is asked to."""
    found = sorted((_SHELL.parent / "static" / "js").glob("PlotlyChart.*.js"))
    return f"./static/js/{found[0].name}" if len(found) == 1 else ""


@cache
def _component(name: str, html: str, bundle: str, inline: bool) -> Callable[..., Any]:
    """Register a component; both ways of it are components of their own."""
    script, sheet = _BUNDLES[bundle]
    if inline:
        return st.components.v2.component(f"{name}_inline", html=html or None, css=sheet or None, js=script)
    loader = _LOADER if sheet else _SCRIPT_LOADER
    return st.components.v2.component(name, html=html or None, js=loader.replace("BUNDLE", bundle))
