"""Make the fonts of the PDF: Source Sans 3 renamed, and the letters that it lacks from Noto Sans.

Sources: the OTF files of Debian's package `fonts-adobe-sourcesans3` (Adobe, OFL-1.1; the licence reserves the name
"Source") and the TTF files of `fonts-noto-core` (The Noto Project Authors, OFL-1.1, no reserved name). Renaming is
shared with the fonts of the HTML report. Needs `fonttools`:

    python tools/make_fonts.py FOLDER_OF_SOURCE_SANS FOLDER_OF_NOTO src/capbuild_pdf/fonts
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

sys.path.insert(0, str(Path(__file__).parents[2] / "capbuild-html" / "tools"))
from make_font import MADE, characters, rename

#: File of the source, file that is made, style name.
FACES = (
    ("SourceSans3-Regular.otf", "capbuild-sans-regular.otf", "Regular"),
    ("SourceSans3-Semibold.otf", "capbuild-sans-bold.otf", "Bold"),
    ("SourceSans3-It.otf", "capbuild-sans-italic.otf", "Italic"),
)
#: Scripts that people answer in and Source Sans lacks: file of the source, file that is made, blocks.
SCRIPTS = (
    ("NotoSansArabic-Regular.ttf", "noto-sans-arabic.ttf", ((0x600, 0x700), (0x750, 0x780))),
    ("NotoSansHebrew-Regular.ttf", "noto-sans-hebrew.ttf", ((0x590, 0x600),)),
)
#: What typesetting needs: kerning, marks, and the joined forms of Arabic letters.
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "rlig", "init", "medi", "fina", "isol", "calt"]
#: Weight class that asks for each style; Semibold stands for bold.
WEIGHTS = {"Regular": 400, "Bold": 700, "Italic": 400}


def letters() -> Iterable[int]:
    """What pages need, and what people write in other languages: Greek, Cyrillic, Vietnamese."""
    yield from characters()
    yield from range(0x180, 0x250)
    yield from range(0x300, 0x370)
    yield from range(0x370, 0x530)
    yield from range(0x1E00, 0x1F00)
    yield from (0x25A0, 0x25A1, 0xFFFD)


def cut(source: Path, unicodes: Iterable[int]) -> TTFont:
    """Return a font with these characters only, with a fixed date."""
    font = TTFont(source, recalcTimestamp=False)
    options = Options(layout_features=FEATURES, name_IDs=["*"], hinting=False, notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=unicodes)
    subsetter.subset(font)
    font["head"].created = font["head"].modified = MADE
    return font


def make(origin: Path, noto: Path, folder: Path) -> None:
    """Make all faces."""
    for file, made, style in FACES:
        font = cut(origin / file, letters())
        rename(font, style)
        font["OS/2"].usWeightClass = WEIGHTS[style]
        font.save(folder / made)
    for file, made, blocks in SCRIPTS:
        script = (number for start, end in blocks for number in range(start, end))
        cut(noto / file, script).save(folder / made)
    for path in sorted(folder.glob("*.[ot]tf")):
        print(f"{path.name}: {path.stat().st_size / 1000:.1f} kB")


if __name__ == "__main__":
    make(*(Path(argument) for argument in sys.argv[1:4]))
