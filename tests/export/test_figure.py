import base64
import xml.etree.ElementTree as ET

import pytest

from graphtrace.export import figure, svg
from graphtrace.style.theme import palette
from tests.support.render_samples import HOSTILE, hostile, tiny


def words_of(made):
    source = made.layout.images[0].source
    head, _, content = source.partition(",")
    assert head == "data:image/svg+xml;base64"
    return ET.fromstring(base64.b64decode(content))


def test_one_invisible_point_stands_in_the_middle_of_every_box():
    layout = tiny()
    (trace,) = figure.draw(layout).data
    assert [list(data) for data in trace.customdata] == [[box.id] for box in layout.view.boxes]
    middles = [place.x + place.width / 2 for place in layout.places]
    assert list(trace.x) == pytest.approx(middles)
    assert trace.marker.opacity == 0


def test_axes_are_equal_hidden_and_as_large_as_the_picture():
    layout = tiny()
    page = figure.draw(layout).layout
    root = ET.fromstring(svg.draw(layout))
    assert page.yaxis.scaleanchor == "x"
    assert not page.xaxis.visible
    assert not page.yaxis.visible
    assert page.xaxis.range[1] - page.xaxis.range[0] == page.width == float(root.get("width"))
    assert page.yaxis.range[0] - page.yaxis.range[1] == page.height == float(root.get("height"))


def test_texts_scale_with_the_cards_because_they_are_an_image_in_the_axes():
    layout = tiny()
    made = figure.draw(layout, caption="Seen here")
    image = made.layout.images[0]
    assert (image.xref, image.yref, image.sizing) == ("x", "y", "stretch")
    assert (image.sizex, image.sizey) == (made.layout.width, made.layout.height)
    shown = {element.text for element in words_of(made).iter("{http://www.w3.org/2000/svg}text")}
    written = {line.text for card in layout.cards for line in card.lines}
    assert written | {"Seen here", "fc · Sequential"} <= shown


def test_cards_links_and_arrows_are_shapes():
    layout = tiny()
    shapes = figure.draw(layout).layout.shapes
    fills = [shape.fillcolor for shape in shapes]
    colours = palette("light")
    assert {colours.forward, colours.leaf, colours.constant, colours.surface} <= set(fills)
    lines = next(shape for shape in shapes if shape.line.width == 1.3)
    assert lines.path.count("M") == len(layout.view.links)
    heads = next(shape for shape in shapes if shape.fillcolor == colours.line)
    assert heads.path.count("M") == len(layout.view.links)


def test_paths_use_only_the_commands_plotly_knows():
    for shape in figure.draw(tiny()).layout.shapes:
        assert set(filter(str.isalpha, shape.path)) <= set("MLHVQCTSZ")


def test_dark_is_dark():
    assert figure.draw(tiny(), "dark").layout.paper_bgcolor == palette("dark").background


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_hostile_names_are_not_markup_on_hover(name):
    made = figure.draw(hostile(name))
    for text in made.data[0].hovertext:
        assert "<" not in text.replace("<br>", "")
        assert text.count("<br>") >= 2
    assert made.data[0].hovertemplate is None
    assert len(made.layout.annotations) == 0
    assert made.to_json()
    assert words_of(made).tag.endswith("svg")
