"""Makes `chalicelib/imaging/blank.ttf`, the font of invisible text: every letter half an em wide, nothing drawn.

`python training/blank_font.py` with fonttools installed; the same bytes every time.
"""

import sys
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph

TARGET = Path(__file__).resolve().parents[1] / "chalicelib" / "imaging" / "blank.ttf"
EM, WIDE = 1000, 500


def main(target: Path = TARGET) -> None:
    made = FontBuilder(EM, isTTF=True)
    made.font.recalcTimestamp = False
    made.setupGlyphOrder([".notdef", "blank"])
    made.setupCharacterMap({0x20: "blank"})
    made.setupGlyf({".notdef": Glyph(), "blank": Glyph()})
    made.setupHorizontalMetrics({".notdef": (WIDE, 0), "blank": (WIDE, 0)})
    made.setupHorizontalHeader(ascent=800, descent=-200)
    made.setupNameTable(
        {"familyName": "MotCuaBlank", "styleName": "Regular", "psName": "MotCuaBlank"}
    )
    made.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    made.setupPost(keepGlyphNames=False)
    made.font["head"].created = made.font["head"].modified = 3_700_000_000
    made.save(target)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
