import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from math import cos, sin

import pytest

from graphtrace.errors import RenderError
from graphtrace.export import marks, svg
from graphtrace.layout.text_width import width
from graphtrace.model import Box
from graphtrace.style.safe_text import visible
from graphtrace.style.theme import palette
from tests.support.render_samples import HOSTILE, hostile, placed, tiny

SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "g", "rect", "path", "circle", "text", "title"}
ATTRIBUTES = {"version", "width", "height", "viewBox", "role", "aria-label", "font-family", "transform", "class"}
ATTRIBUTES |= {"data-id", "data-path", "data-source", "data-target", "data-room", "x", "y", "rx", "r", "cx", "cy"}
ATTRIBUTES |= {"d", "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "font-size"}
ATTRIBUTES |= {"font-weight", "textLength", "lengthAdjust"}


def drawn(layout, **options):
    return ET.fromstring(svg.draw(layout, **options).encode())


def of_class(root, name):
    return [group for group in root.iter(f"{SVG}g") if name in (group.get("class") or "").split()]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_tiny_picture_is_the_golden_one(golden, theme):
    golden(f"tiny_{theme}.svg", svg.draw(tiny(), theme=theme, caption="A caption · 说明"))


def test_the_same_layout_gives_the_same_bytes():
    assert svg.draw(tiny()) == svg.draw(tiny())


def test_every_box_and_link_is_drawn_once_with_its_id():
    layout = tiny()
    root = drawn(layout)
    assert [group.get("data-id") for group in of_class(root, "box")] == [str(b.id) for b in layout.view.boxes]
    ends = [(int(g.get("data-source")), int(g.get("data-target"))) for g in of_class(root, "link")]
    assert ends == [(link.source, link.target) for link in layout.view.links]
    assert len(of_class(root, "frame")) == len(layout.frames)


def test_bars_have_the_colour_of_their_kind():
    root, colours = drawn(tiny()), palette("light")
    bars = {g.get("class"): [p.get("fill") for p in g.findall(f"{SVG}path")] for g in of_class(root, "box")}
    assert bars["box op"] == [colours.forward]
    assert bars["box leaf"] == [colours.leaf]
    assert bars["box module"] == [colours.forward]
    assert bars["box cut"] == []


def test_cuts_are_dashed_stubs_are_dots_and_what_opens_is_a_stack():
    boxes = {g.get("class").split()[1]: g for g in of_class(drawn(tiny()), "box")}
    assert any(rect.get("stroke-dasharray") for rect in boxes["cut"].findall(f"{SVG}rect"))
    assert [child.tag for child in boxes["stub"]] == [f"{SVG}title", f"{SVG}circle"]
    rects = {kind: len(boxes[kind].findall(f"{SVG}rect")) for kind in ("op", "module")}
    assert rects["module"] == rects["op"] + 2


def test_copies_of_a_shared_leaf_carry_a_badge_and_say_so():
    leaf = of_class(drawn(tiny()), "leaf")[0]
    assert leaf.find(f"{SVG}g/{SVG}circle") is not None
    assert "the same leaf is drawn once for each use" in leaf.findtext(f"{SVG}title")
    alone = replace(tiny().view.boxes[2], twin=None)
    plain = of_class(drawn(placed((alone,), (), ((10, 10),))), "leaf")[0]
    assert plain.find(f"{SVG}g") is None


def test_arrows_end_at_the_box_toward_the_root():
    layout = tiny()
    for link, group in zip(layout.view.links, of_class(drawn(layout), "link"), strict=True):
        line, head = group.findall(f"{SVG}path")
        tip = tuple(map(float, re.match(r"M(\S+) ([^L]+)L", head.get("d")).groups()))
        end = tuple(map(float, line.get("d").split()[-2:]))
        root = layout.places[link.source]
        assert tip == pytest.approx((root.x, root.y + root.height / 2), abs=0.01)
        assert end == pytest.approx((tip[0] - 6, tip[1]), abs=0.01)  # the line stops inside the head


@pytest.mark.parametrize("angle", [0, 1, 2, 3, 4, 5])
def test_an_arrow_head_is_a_symmetric_triangle_along_its_line(angle):
    towards = complex(cos(angle), sin(angle))
    end = 100 * towards
    tip, *back = (
        complex(*corner) for corner in marks.arrow(((0, 0), (0, 0), (end.real, end.imag), (end.real, end.imag)))
    )
    assert tip == end
    turned = [(corner - tip) / towards for corner in back]
    assert sorted(corner.imag for corner in turned) == pytest.approx([-3.2, 3.2])
    assert [corner.real for corner in turned] == pytest.approx([-7, -7])


def test_a_line_without_length_has_no_head():
    assert marks.arrow(((1, 1), (1, 1), (1, 1), (1, 1))) == ()
    assert marks.curve(((1, 1), (1, 1), (1, 1), (1, 1))) == "M1 1C1 1 1 1 1 1"


def test_the_picture_ends_with_caption_and_notes():
    texts = [text.text for text in drawn(tiny(), caption="What one sees").findall(f"{SVG}text")]
    folded, shared = (
        "concept view: 2 nodes are folded into the boxes drawn",
        "two sheets in a card's corner: one shared",
    )
    assert texts[:2] == ["What one sees", folded]
    assert texts[2].startswith(shared)
    assert texts[3:] == ["A note"]


def test_a_long_caption_is_broken_into_lines_inside_the_picture():
    root = drawn(tiny(), caption="多个词 and words " * 40)
    lines = root.findall(f"{SVG}text")
    room = float(root.get("width")) - 40
    assert len(lines) == 6 + 3
    assert lines[5].text.endswith("…")
    assert all(width(line.text, float(line.get("font-size"))) <= room for line in lines)


def test_without_a_background_nothing_is_painted_behind():
    ground = palette("light").background
    assert f'fill="{ground}"' in svg.draw(tiny())
    assert f'fill="{ground}"' not in svg.draw(tiny(), background=False)


def test_an_unknown_theme_is_refused():
    with pytest.raises(RenderError, match="unknown theme"):
        svg.draw(tiny(), theme="sepia")


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_hostile_names_become_text_and_nothing_else(name):
    text = svg.draw(hostile(name), caption=name)
    root = ET.fromstring(text.encode())
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in ELEMENTS
        assert set(element.attrib) <= ATTRIBUTES
    assert len(of_class(root, "box")) == 2
    assert of_class(root, "box")[0].findtext(f"{SVG}title") == "\n".join([visible(name)] * 4)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_lines_are_held_inside_their_card(name):
    for text in drawn(hostile(name)).iter(f"{SVG}text"):
        room, size = float(text.get("data-room")), float(text.get("font-size"))
        held = float(text.get("textLength", "0"))
        assert held <= room
        # What is not held has a tenth to spare in the widest font.
        assert held or width(text.text, size, text.get("font-weight") is not None) <= 0.9 * room


def test_numbers_are_short():
    box = Box(0, "op", "x", nodes=(0,))
    text = svg.draw(placed((box,), (), ((1 / 3, 2 / 3),)))
    assert not re.search(r"\d\.\d{3,}", text)
