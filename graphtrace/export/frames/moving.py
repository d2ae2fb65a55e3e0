"""PNG frames as one moving picture: GIF and WebP by Pillow, MP4 by PyAV where it is installed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from io import BytesIO
from itertools import chain
from types import ModuleType
from typing import TYPE_CHECKING

from graphtrace.errors import RenderError, extra, shown

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("gif", "webp", "mp4")
_SLOWEST, _QUICKEST = 60.0, 0.05


def check(format: str, background: str, seconds: float) -> None:
    """Refuse what no moving picture can be, before the frames are drawn."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not _QUICKEST <= seconds <= _SLOWEST:
        raise RenderError(f"time of a frame out of range: {shown(seconds)} (use {_QUICKEST} to {_SLOWEST:.0f} seconds)")
    if background == "transparent":
        raise RenderError(f"a moving picture needs a background: {shown(background)} (use 'theme' or 'white')")
    with extra("files", "a moving picture"):
        import PIL.Image  # noqa: F401
    if format == "mp4":
        _av()


def moving(pngs: Iterable[bytes], format: str, seconds: float) -> bytes:
    """Return a picture that shows each PNG for some seconds, and starts again after the last."""
    if format == "mp4":
        return _mp4(_same_size(_opened(pngs)), seconds)
    file, duration = BytesIO(), round(seconds * 1000)
    if format == "gif":
        pictures = _indexed(list(pngs))
        next(pictures).save(
            file, "GIF", save_all=True, append_images=pictures, duration=duration, loop=0, optimize=False
        )
    else:
        pictures = _same_size(_opened(pngs))
        next(pictures).save(
            file, "WEBP", save_all=True, append_images=pictures, duration=duration, loop=0, lossless=True, method=2
        )
    return file.getvalue()


def _opened(pngs: Iterable[bytes]) -> Iterator[Image]:
    from PIL import Image

    for png in pngs:
        with Image.open(BytesIO(png)) as picture:
            yield picture.convert("RGB")


def _same_size(pictures: Iterator[Image]) -> Iterator[Image]:
    """Put each on a sheet of the first one's size: two passes may have pictures of two sizes."""
    from PIL import Image

    first = next(pictures)
    for picture in chain([first], pictures):
        if picture.size == first.size:
            yield picture
        else:
            sheet = Image.new("RGB", first.size, picture.getpixel((0, 0)))
            sheet.paste(picture, (0, 0))
            yield sheet


def _indexed(pngs: Sequence[bytes]) -> Iterator[Image]:
    """Yield the pictures in one palette for all: then only what a step changes is stored, and nothing flickers."""
    from PIL import Image
    from PIL.Image import Dither, Quantize

    chosen = pngs[:: max(1, -(-len(pngs) // 6))]
    samples = list(_same_size(_opened([*chosen, pngs[-1]])))
    sheet = Image.new("RGB", (samples[0].width, samples[0].height * len(samples)))
    for place, picture in enumerate(samples):
        sheet.paste(picture, (0, place * picture.height))
    palette = sheet.quantize(256, method=Quantize.MEDIANCUT, dither=Dither.NONE)
    for picture in _same_size(_opened(pngs)):
        yield picture.quantize(palette=palette, dither=Dither.NONE)


def _av() -> ModuleType:
    with extra("video", "an MP4"):
        import av
    return av


def _mp4(pictures: Iterator[Image], seconds: float) -> bytes:
    av = _av()
    found = BytesIO()
    with av.open(found, "w", format="mp4") as container:
        stream = None
        for number, picture in enumerate(pictures):
            if stream is None:
                stream = container.add_stream("libx264", rate=Fraction(1 / seconds).limit_denominator(1000))
                stream.width, stream.height = (side - side % 2 for side in picture.size)  # the codec halves colours
                stream.pix_fmt, stream.options = "yuv420p", {"crf": "18", "tune": "stillimage"}
            frame = av.VideoFrame.from_image(picture.crop((0, 0, stream.width, stream.height)))
            frame.pts = number
            container.mux(stream.encode(frame))
        if stream is not None:
            container.mux(stream.encode())
    return found.getvalue()
