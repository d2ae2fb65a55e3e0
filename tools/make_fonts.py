r"""Make the font files of graphtrace/fonts from the whole ones: what no picture of ours uses is left out.

    python tools/make_fonts.py Roboto-Regular.ttf Roboto-Bold.ttf NotoSansCJK-Regular.ttc \
        NotoSansHebrew-Regular.ttf NotoSansArabic-Regular.ttf

Every character stays. Hinting goes, which no picture of ours looks at; of the CJK collection the simplified Chinese
face stays, without vertical writing, alternates and kerning: texts are set character by character.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from fontTools import subset

FOLDER = Path(__file__).resolve().parents[1] / "graphtrace" / "fonts"
CJK_FACE = 2  # of the collection: JP, KR, SC, TC, HK and their monospaced ones
CJK_TABLES = ["BASE", "DSIG", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]


def reduced(source: Path, target: Path, face: int = -1, tables: list[str] | None = None) -> None:
    """Write `target` with all characters of `source`, without hinting and without `tables`."""
    options = subset.Options()
    options.font_number = face
    options.hinting = False
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14]
    options.layout_features = [] if tables else ["*"]
    options.drop_tables += tables or []
    font = subset.load_font(str(source), options)
    work = subset.Subsetter(options)
    work.populate(unicodes=font.getBestCmap())
    work.subset(font)
    font.save(target)
    print(f"{target.name}: {source.stat().st_size:,} -> {target.stat().st_size:,} bytes")


def main(regular: str, bold: str, cjk: str, hebrew: str, arabic: str) -> None:
    """Write all five."""
    for name in (regular, bold):
        shutil.copyfile(name, FOLDER / Path(name).name)
    reduced(Path(cjk), FOLDER / "NotoSansCJKsc-Regular.otf", CJK_FACE, CJK_TABLES)
    for name in (hebrew, arabic):
        reduced(Path(name), FOLDER / Path(name).name)


if __name__ == "__main__":
    main(*sys.argv[1:])
