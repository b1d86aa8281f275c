#!/usr/bin/env python3
"""Makes the two fonts of this folder, byte for byte, from Noto Sans 2.004 as Debian 12 packs it.

    apt-get install fonts-noto-core=20201225-1 && pip install fonttools==4.68.0
    python3 subset.py           writes them
    python3 subset.py --check   says whether they are what it would write
"""

import hashlib
import io
import pathlib
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

NOTO = pathlib.Path("/usr/share/fonts/truetype/noto")
HERE = pathlib.Path(__file__).parent
SOURCES = {
    "Regular": "89c3c497f618fdaa0b2d1e98fef93582f28c71debd2c4a8cdf41f190ced2909d",
    "Bold": "e83493c945848ecd4a9ad0f6d19164541a0d3e23a9c952304a00a46e00272ac5",
}
LETTERS = [
    (0x20, 0x7E), (0xA0, 0x17F),  # ASCII, Latin-1, Latin Extended-A
    (0x192, 0x192), (0x1A0, 0x1A1), (0x1AF, 0x1B0), (0x218, 0x21B), (0x1E80, 0x1E85), (0x1EA0, 0x1EF9),  # Ơ, Ư, Vietnamese
    (0x2C6, 0x2C7), (0x2D8, 0x2DD), (0x300, 0x303), (0x306, 0x306), (0x309, 0x309), (0x31B, 0x31B), (0x323, 0x323),  # marks
    (0x2010, 0x2027), (0x2030, 0x2030), (0x2032, 0x2033), (0x2039, 0x203A), (0x2044, 0x2044),  # punctuation
    (0x2070, 0x2070), (0x2074, 0x208E), (0x215B, 0x215E),  # small figures, fractions
    (0x20A0, 0x20BF), (0x2116, 0x2116), (0x2122, 0x2122), (0x2126, 0x2126), (0x212E, 0x212E),  # currency, №, ™
    (0xFFFD, 0xFFFD),
]  # fmt: skip


def made_of(weight: str) -> bytes:
    source = (NOTO / f"NotoSans-{weight}.ttf").read_bytes()
    if hashlib.sha256(source).hexdigest() != SOURCES[weight]:
        sys.exit(f"NotoSans-{weight}.ttf is not the one of fonts-noto-core 20201225-1")
    font = TTFont(io.BytesIO(source), recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = ["kern"]
    options.hinting = False
    options.name_IDs = [0, 1, 2, 5, 7, 13, 14]
    options.notdef_outline = True
    options.harfbuzz_repacker = False
    options.drop_tables += ["DSIG", "GDEF", "GSUB", "gasp"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[letter for first, last in LETTERS for letter in range(first, last + 1)])
    subsetter.subset(font)
    made = io.BytesIO()
    font.save(made)
    return made.getvalue()


for weight in SOURCES:
    place, made = HERE / f"NotoSans-{weight}.ttf", made_of(weight)
    if "--check" not in sys.argv:
        place.write_bytes(made)
    elif place.read_bytes() != made:
        sys.exit(f"{place} is another")
