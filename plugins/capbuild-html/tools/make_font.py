"""Make the fonts of the pages: Source Sans 3, subset to what reports need and renamed.

Source: the OTF files of Debian's package `fonts-adobe-sourcesans3` (Adobe, OFL-1.1). The licence reserves the name
"Source" for the original, so the subset is called Capbuild Sans. Needs `fonttools` and `brotli`:

    python tools/make_font.py /usr/share/fonts/opentype/sourcesans3 src/capbuild_html/fonts
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FAMILY = "Capbuild Sans"
#: File of the source, file that is made, style name, weight that the page asks for.
FACES = (
    ("SourceSans3-Regular.otf", "capbuild-sans-regular.woff2", "Regular"),
    ("SourceSans3-Semibold.otf", "capbuild-sans-bold.woff2", "Bold"),
    ("SourceSans3-It.otf", "capbuild-sans-italic.woff2", "Italic"),
)
#: A fixed date in seconds since 1904, so that the files repeat byte for byte.
MADE = 3_786_912_000


def characters() -> Iterable[int]:
    """Latin-1, Latin Extended-A, Romanian commas, punctuation, arrows and the signs that figures use."""
    yield from range(0x20, 0x7F)
    yield from range(0xA0, 0x180)
    yield from (0x218, 0x219, 0x21A, 0x21B, 0x2BB, 0x2BC)
    yield from (0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E)
    yield from (0x2020, 0x2022, 0x2026, 0x202F, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x20AC)
    yield from (0x2190, 0x2191, 0x2192, 0x2193, 0x2212, 0x2264, 0x2265, 0x25B2, 0x25B6, 0x25CB, 0x25CF, 0x2713)


def make(source: Path, target: Path, style: str) -> None:
    """Make one face."""
    font = TTFont(source, recalcTimestamp=False)
    options = Options(flavor="woff2", layout_features=["kern", "liga", "mark", "ccmp", "locl"], name_IDs=["*"])
    options.hinting = False
    options.desubroutinize = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    rename(font, style)
    font["head"].created = font["head"].modified = MADE
    font.flavor = "woff2"
    font.save(target)
    print(f"{target.name}: {target.stat().st_size / 1000:.1f} kB, {len(font.getBestCmap())} characters")


def rename(font: TTFont, style: str) -> None:
    """Give a font the family's name in every place that holds one."""
    plain = FAMILY.replace(" ", "")
    names = {1: FAMILY, 2: style, 3: f"{plain}-{style}", 4: f"{FAMILY} {style}", 6: f"{plain}-{style}"}
    table = font["name"]
    table.names = [record for record in table.names if record.nameID in (0, 13, 14)]
    for number, text in names.items():
        table.setName(text, number, 3, 1, 0x409)
    face = font["CFF "].cff
    face.fontNames = [f"{plain}-{style}"]
    face.topDictIndex[0].FamilyName = FAMILY
    face.topDictIndex[0].FullName = f"{FAMILY} {style}"


if __name__ == "__main__":
    origin, folder = Path(sys.argv[1]), Path(sys.argv[2])
    for file, made, style in FACES:
        make(origin / file, folder / made, style)
