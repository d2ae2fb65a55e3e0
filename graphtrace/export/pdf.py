"""SVG to PDF with typst: vectors, fonts embedded, text that can be selected; one page per picture."""

from __future__ import annotations

import json
from collections.abc import Sequence

from graphtrace.errors import RenderError, extra, shown
from graphtrace.export import fonts, typeset

_LONGEST = 14_400  # points of a side; the largest page that readers accept
_POINTS = 0.75  # per pixel
_SOURCE = b"""#set document(title: sys.inputs.title, date: none)
#set page(width: auto, height: auto, margin: 0pt, fill: none)
#for (i, one) in json(bytes(sys.inputs.pages)).enumerate() {
  if i > 0 { pagebreak() }
  image(bytes(one.svg), format: "svg", width: one.width * 1pt)
}
"""


def pdf(svgs: Sequence[str], title: str | None = None) -> bytes:
    """Return one PDF with a page per SVG, in their order.

    Args:
        svgs: The pictures. One with a side of more than 19,200 pixels is made smaller.
        title: Title of the document; None for that of the first picture.

    Raises:
        RenderError: One is no SVG, or cannot be drawn.
    """
    roots = [typeset.parsed(svg) for svg in svgs]
    if title is None:
        title = roots[0].findtext(f"{typeset.SVG}title", default="")
    pages = []
    for root in roots:
        width, height = typeset.size(root)
        shrink = min(1.0, _LONGEST / (_POINTS * max(width, height)))
        pages.append({"svg": typeset.set_texts(root)[0], "width": width * _POINTS * shrink})
    with extra("pdf", "a PDF"):
        import typst
    try:  # a new compiler each time: it is not safe to share, and costs 1 ms
        compiler = typst.Compiler(_SOURCE, font_paths=fonts.collection())
        made = compiler.compile(format="pdf", sys_inputs={"pages": json.dumps(pages), "title": title})
    except (typst.TypstError, RuntimeError) as error:
        raise RenderError(f"the pages cannot be drawn: {shown(str(error))} (save them as SVG instead)") from error
    if not isinstance(made, bytes):
        raise RenderError(f"the pages fell apart: {shown(made)} (save them as SVG instead)")
    return made
