import io
import unicodedata
import xml.etree.ElementTree as ET
from contextlib import suppress

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from graphtrace.errors import RenderError
from graphtrace.export import fonts, image, pdf, svg
from graphtrace.model import Box
from tests.support.render_samples import HOSTILE, hostile, placed, tiny

BLANK = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}"/>'


def pixels(made):
    return Image.open(io.BytesIO(made)).convert("RGBA")


def one_box(title, kind="op"):
    return placed((Box(0, kind, title, nodes=(0,)),), (), ((20, 20),))


def ink(layout, scale=2):
    """Bounding box of everything that the title alone adds to the picture, in layout pixels."""
    whole = pixels(image.png(svg.draw(layout), scale))
    root = ET.fromstring(svg.draw(layout))
    for parent in list(root.iter()):
        for text in [child for child in parent if child.tag.endswith("}text")]:
            parent.remove(text)
    bare = pixels(image.png(ET.tostring(root, encoding="unicode"), scale))
    box = ImageChops.difference(whole.convert("RGB"), bare.convert("RGB")).getbbox()
    return box and tuple(side / scale for side in box)


def pdf_text(made):
    return pypdf.PdfReader(io.BytesIO(made)).pages[0].extract_text()


@pytest.mark.parametrize("scale", [1, 1.5, 2, 4])
def test_a_png_has_the_picture_s_size_times_the_scale(scale):
    text = svg.draw(tiny())
    root = ET.fromstring(text)
    made = pixels(image.png(text, scale))
    assert made.size == pytest.approx((float(root.get("width")) * scale, float(root.get("height")) * scale), abs=0.5)


def test_colours_arrive_in_the_png():
    layout = tiny()
    made = pixels(image.png(svg.draw(layout), 1))
    place = layout.places[0]
    shift = (made.width - layout.width) / 2
    bar = made.getpixel((int(place.x + shift + 2), int(place.y + place.height / 2)))
    assert bar[:3] == pytest.approx((0x00, 0x72, 0xB2), abs=3)
    assert made.getpixel((0, 0)) == (0xFB, 0xFC, 0xFE, 255)


def test_a_picture_without_background_is_transparent():
    made = pixels(image.png(svg.draw(tiny(), background=False), 1))
    assert made.getpixel((0, 0))[3] == 0


@pytest.mark.parametrize("scale", [0, 0.5, 4.01, -1, float("nan"), float("inf"), True, "2", None])
def test_a_scale_out_of_range_is_refused(scale):
    with pytest.raises(RenderError, match=r"scale out of range: .* \(use a number from 1 to 4\)"):
        image.png(svg.draw(tiny()), scale)


def test_a_picture_too_large_is_refused_before_it_is_made():
    with pytest.raises(RenderError, match="too large: 20000×20000 pixels"):
        image.png(BLANK.format(10_000, 10_000), 2)


@pytest.mark.parametrize("text", ["", "<svg", "no", "<a/>", BLANK.format("x", 1)])
def test_what_is_no_svg_of_ours_is_refused(text):
    with pytest.raises(RenderError, match="SVG"):
        image.png(text)
    with pytest.raises(RenderError, match="SVG"):
        pdf.pdf([text])


def test_the_same_picture_gives_the_same_bytes():
    text = svg.draw(tiny())
    assert image.png(text) == image.png(text)
    assert pdf.pdf([text]) == pdf.pdf([text])


@pytest.mark.parametrize("title", ["卷积层.权重", "損失関数", "손실"])
def test_each_chinese_character_is_drawn_as_itself_inside_the_card(title):
    """A box for a missing character would look the same for every character."""
    layout = one_box(title)
    left, top, right, bottom = ink(layout)
    place = layout.places[0]
    assert place.x <= left < right <= place.x + place.width
    assert place.y <= top < bottom <= place.y + place.height
    crops = {char: _glyph(char) for char in title if char != "."}
    assert len(set(crops.values())) == len(crops)
    assert _glyph("\U00030ede") not in crops.values()


def _glyph(char):
    text = f'<text x="4" y="30" font-size="24" fill="#000">{char}</text></svg>'
    return pixels(image.png(BLANK.format(40, 40).replace("/>", ">") + text, 1)).tobytes()


def test_the_pdf_holds_text_that_can_be_selected_in_packaged_fonts_alone():
    made = pdf.pdf([svg.draw(tiny(), caption="损失的计算图 of XOR")])
    text = pdf_text(made)
    for piece in ("Linear · fc2", "AddmmBackward0", "4×1 float32", "损失的计算图 of XOR"):
        assert piece in text
    used = pypdf.PdfReader(io.BytesIO(made)).pages[0]["/Resources"]["/Font"].values()
    names = {font.get_object()["/BaseFont"].split("+")[1].split("-")[0] for font in used}
    assert names == {"Roboto", "NotoSansCJKsc"}


def test_emoji_come_out_as_words():
    assert "[rocket] net" in pdf_text(pdf.pdf([svg.draw(one_box("🚀 net"))]))


def test_pdf_pages_stay_within_what_readers_accept():
    made = pdf.pdf([BLANK.format(60_000, 300)])
    page = pypdf.PdfReader(io.BytesIO(made)).pages[0]
    assert float(page.mediabox.width) == pytest.approx(14_400, abs=1)
    assert float(page.mediabox.height) == pytest.approx(72, abs=1)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_hostile_names_are_drawn_inside_their_card(name):
    layout = one_box(name)
    left, _, right, _ = ink(layout)
    place = layout.places[0]
    assert place.x + 4 <= left < right <= place.x + place.width
    assert pdf_text(pdf.pdf([svg.draw(hostile(name))])).strip()


def test_a_script_is_readable_text_in_the_pdf():
    assert "<script>" in pdf_text(pdf.pdf([svg.draw(one_box("<script>x</script>"))]))


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=60), st.booleans(), st.floats(2, 40))
def test_no_text_is_wider_than_its_room(text, bold, room):
    found, squeeze = fonts.fitted(text, bold, room)
    assert 0.85 - 1e-9 <= squeeze <= 1
    assert sum(run.width for run in found) * squeeze <= room + 1e-9


def test_text_that_fits_is_left_as_it_is():
    found, squeeze = fonts.fitted("Linear · fc1", False, 40)
    assert "".join(run.text for run in found) == "Linear · fc1"
    assert squeeze == 1


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("🚀", "[rocket]"),
        ("⧉", "[two joined squares]"),
        ("ก", "[U+0E01]"),
        ("a␊b", r"a\nb"),
        ("a\x1f", r"a\x1f"),
        ("☆\ufe0f", "☆"),
        ("é", "é"),
    ],
)
def test_what_no_font_has_is_named(text, spelled):
    assert "".join(run.text for run in fonts.runs(text)) == spelled


def encodable(encoding):
    """Every character of the basic plane that an older encoding has, ASCII aside."""
    for char in map(chr, [*range(0xA0, 0xD800), *range(0xF900, 0x10000)]):
        with suppress(UnicodeError):
            char.encode(encoding)
            yield char


@pytest.mark.parametrize(
    ("encoding", "least"), [("gb2312", 7000), ("gbk", 20_000), ("shift_jis", 6500), ("euc_kr", 8000)]
)
def test_the_packaged_fonts_have_every_letter_of_chinese_japanese_and_korean(encoding, least):
    chars = "".join(encodable(encoding))
    assert len(chars) > least
    missing = [char for char in chars if not any(ord(char) in fonts.face(*font).advances for font in fonts.FILES)]
    assert [char for char in missing if unicodedata.category(char)[0] in "LN"] == []


@pytest.mark.parametrize(("word", "family"), [("שלום", "Noto Sans Hebrew"), ("شبكة", "Noto Sans Arabic")])
def test_other_scripts_have_a_font_of_their_own(word, family):
    assert [(run.text, run.family) for run in fonts.runs(f"net {word}")][1:] == [(word, family)]
    layout = one_box(word)
    left, _, right, _ = ink(layout)
    assert layout.places[0].x <= left < right <= layout.places[0].x + layout.places[0].width


def test_each_font_comes_with_its_licence():
    names = {path.name for path in fonts.FOLDER.iterdir()}
    assert names == {*fonts.FILES.values(), "LICENSE-Noto.txt", "LICENSE-Roboto.txt", "README.md"}
    assert "SIL OPEN FONT LICENSE" in (fonts.FOLDER / "LICENSE-Noto.txt").read_text()
    assert "Apache License" in (fonts.FOLDER / "LICENSE-Roboto.txt").read_text()
