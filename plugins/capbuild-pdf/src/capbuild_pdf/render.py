"""Rendering of reports as PDF with typst."""

import datetime
import json
import re
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from attrs import fields, frozen, has

from capbuild.errors import WriteError
from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import RenderContext
from capbuild.reports import (
    Bar,
    Figure,
    Heat,
    LinkTargets,
    ListItem,
    Report,
    Row,
    RowGroup,
    Tile,
    TileMap,
    Timeline,
    Words,
    build,
    get_translator,
)
from capbuild_pdf.column_widths import (
    compute_shares,
    find_fixed_width,
    is_drawn,
    is_long,
    measure_hanging,
    measure_marks,
)
from capbuild_pdf.glyphs import LOST, GlyphFilter, find_coverage
from capbuild_pdf.options import PdfOptions

_BASE = re.compile(r"[a-z]{2,3}(?=-|$)")

#: Notice under the header if letters could not be printed.
_LOST = {
    "en": "Letters that the fonts of this file lack are printed as {sign}; the other formats show them: {listed}.",
    "es": "Las letras que faltan en las fuentes de este archivo se imprimen como {sign}; los demás formatos las "
    "muestran: {listed}.",
    "fr": "Les lettres absentes des polices de ce fichier sont imprimées {sign}\u202f; les autres formats "
    "les montrent\u00a0: {listed}.",
    "nl": "Letters die in de lettertypen van dit bestand ontbreken, staan er als {sign}; de andere formaten tonen ze: "
    "{listed}.",
    "pt": "As letras que faltam nas fontes deste arquivo são impressas como {sign}; os demais formatos as mostram: "
    "{listed}.",
}


def get_base_language(tag: str) -> str:
    """Return a BCP 47 tag's language, empty if undetermined.

    Example:
        >>> [get_base_language(tag) for tag in ("es-CO", "und", "x-klingon", "Spanish")]
        ['es', '', '', '']
    """
    match = _BASE.match(tag.lower()) if tag != "und" else None
    return match[0] if match else ""


def describe_lost_letters(language: str, sign: str, lost: set[str]) -> str:
    """Describe unprintable characters by code points.

    Example:
        >>> describe_lost_letters("en", "?", {"中"})
        'Letters that the fonts of this file lack are printed as ?; the other formats show them: U+4E2D.'
    """
    codes = [f"U+{ord(letter):04X}" for letter in sorted(lost)]
    listed = ", ".join([*codes[:20], *(["…"] if len(codes) > 20 else [])])
    return _LOST.get(language, _LOST["en"]).format(sign=sign, listed=listed)


#: Accessible and archivable at once: PDF/UA-1 and PDF/A-2a share version 1.7 of PDF.
STANDARDS: Final = ("ua-1", "a-2a")

_HERE = Path(__file__).parent

_FONTS = _HERE / "fonts"

_TEMPLATES = _HERE / "typst"

#: Family of the pages; the other families of the folder replace letters that it lacks.
_FAMILY = "Capbuild Sans"


def write(subject: AssessmentSet | Assessment, context: RenderContext, options: PdfOptions) -> Iterable[bytes]:
    """Yield one PDF.

    Raises:
        WriteError: The disclosure policy refuses the report (code CB703), or a font of the user's cannot be read.
    """
    return [render_report(build(subject, context), subject.round.reference_date, options, context.pages)]


def render_report(
    report: Report, date: datetime.date, options: PdfOptions, pages: Mapping[str, str] | None = None
) -> bytes:
    """Return a report as PDF, with reproducible bytes.

    Args:
        report: The report.
        date: Date of the document, required by PDF/A: the reference date of the report, not the day of printing.
        options: Options of the writer.
        pages: Addresses of the documents beside it by kind of report.

    Raises:
        WriteError: A font of the user's cannot be read, or a page cannot be set.
    """
    import typst

    fonts = _load_fonts(options.fonts)
    source = json.dumps(
        _make_document(report, date, options, fonts.families(), pages or {}), ensure_ascii=False, separators=(",", ":")
    )
    compiler = typst.Compiler(input=_make_main(source), root=_TEMPLATES, font_paths=fonts, ignore_system_fonts=True)
    try:
        pdf = compiler.compile(format="pdf", pdf_standards=[*STANDARDS])
    except typst.TypstError as error:
        raise WriteError(
            f"the PDF cannot be typeset: {error.message}", remedy="; ".join(error.hints) or None
        ) from error
    if not isinstance(pdf, bytes):
        raise WriteError("the PDF is empty")
    return pdf


def _make_main(source: str) -> bytes:
    r"""Return the main file for typst.

    It calls the template with the report as a quoted text. As an input of the compiler, the report would be part of
    every template, so that nothing cached for one report could serve the next.

    Example:
        >>> print(_make_main('{"title":"A \\"B\\""}').decode())
        #import "report.typ": typeset
        #typeset(json(bytes("{\"title\":\"A \\\"B\\\"\"}")))
    """
    quoted = source.replace("\\", "\\\\").replace('"', '\\"')
    return f'#import "report.typ": typeset\n#typeset(json(bytes("{quoted}")))'.encode()


@lru_cache(maxsize=4)
def _load_fonts(folder: str) -> Any:
    """Load bundled and user fonts only, for reproducible pages."""
    import typst

    paths = [str(_FONTS), *([folder] if folder else [])]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)


def _make_glyph_filter(folder: str) -> GlyphFilter:
    own = sorted(_FONTS.glob("*.[ot]tf"))
    faces = tuple(path for path in own if path.name.startswith("capbuild-"))
    users = (
        sorted(path for path in Path(folder).rglob("*") if path.suffix.lower() in (".otf", ".ttf")) if folder else []
    )
    return GlyphFilter(find_coverage((*(path for path in own if path not in faces), *users), faces))


def _make_document(
    report: Report, date: datetime.date, options: PdfOptions, families: list[str], pages: Mapping[str, str]
) -> dict[str, Any]:
    letters = _make_glyph_filter(options.fonts)
    data = _ReportData(letters=letters, links=LinkTargets(pages=pages)).report(report)
    if letters.lost:
        data["notices"].append(describe_lost_letters(report.language, LOST, letters.lost))
    parts = (report.title, report.label, report.invented)
    return {
        "title": letters.clean(" – ".join(part for part in parts if part)),
        "date": {"year": date.year, "month": date.month, "day": date.day},
        "language": report.language,
        "right_to_left": get_translator(report.language).right_to_left,
        "paper": options.paper,
        "has_bold": bool(options.fonts),  # the user's own fonts
        "fonts": [_FAMILY, *sorted(set(families) - {_FAMILY})],
        "english": _match_sentences(report.english),
        "report": data,
    }


def _match_sentences(texts: Iterable[str]) -> str:
    """Return a regular expression of multi-word texts, longest first.

    The result is empty without any.
    """
    several = {text.strip() for text in texts if " " in text.strip()}
    return "|".join(map(re.escape, sorted(several, key=lambda text: (-len(text), text))))


@frozen(kw_only=True)
class _ReportData:
    """Turns a report into dictionaries, lists, texts and numbers.

    Attributes:
        letters: Characters that the fonts can print.
        links: Addresses of links.
    """

    letters: GlyphFilter
    links: LinkTargets

    def report(self, report: Report) -> dict[str, Any]:
        """Return a report with the data repeated on pages."""
        foot = ". ".join(part.rstrip(".") for part in (report.title, report.disclaimer) if part)
        return {
            **self._fields(report, leave=("words", "english")),
            "running": self._text(report.words.get("invented.running", report.invented) if report.invented else ""),
            "foot": self._text(foot),
        }

    def _text(self, text: str) -> str:
        return self.letters.clean(text)

    def _any(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(str(value))
        if isinstance(value, list | tuple):
            return [self._any(item) for item in value]
        if isinstance(value, Figure):
            return self._figure(value)
        return self._object(value) if has(type(value)) else value

    def _fields(self, value: Any, leave: Collection[str] = ()) -> dict[str, Any]:
        return {name: self._any(getattr(value, name)) for name in _list_fields(value.__class__) if name not in leave}

    def _object(self, value: Any) -> dict[str, Any]:
        return {"is": type(value).__name__.lower(), **self._fields(value), **self._added(value)}

    def _added(self, value: Any) -> dict[str, Any]:
        """Return extra template data of an object."""
        if isinstance(value, Words):
            refs = [{"text": self._text(text), "to": self.links(link)} for text, link in value.refs]
            return {"link": self.links(value.link), "refs": refs, "language": get_base_language(value.language)}
        if isinstance(value, RowGroup | ListItem):
            return {"link": self.links(value.link)}
        if isinstance(value, Row):
            return {
                "long": is_long(value.cells),
                "drawn": any(is_drawn(cell) for cell in value.cells),
                "blank": value.blank,
            }
        if isinstance(value, Bar | Heat):
            return {"words": self._text(value.words)}
        if isinstance(value, Timeline):
            return {"words": self._text(value.words), "late": value.late, "first": value.first, "end": value.end}
        if isinstance(value, TileMap):
            return {
                "kind": "tiles",
                "width": value.width,
                "words": self._text("; ".join(_list_tile_texts(value.tiles))),
            }
        return {}

    def _figure(self, figure: Figure) -> dict[str, Any]:
        widths = compute_shares(figure)
        columns = [
            {**self._fields(column), "share": max(width, 1.0), "fixed": find_fixed_width(figure, position)}
            for position, (column, width) in enumerate(zip(figure.columns, widths, strict=True))
        ]
        return {
            "is": "figure",
            **self._fields(figure, leave=("columns",)),
            "kind": figure.kind.value,
            "columns": columns,
            "hang": measure_hanging(figure),
            "mark_step": measure_marks(figure),
        }


def _list_tile_texts(tiles: tuple[Tile, ...]) -> Iterator[str]:
    return (f"{tile.name}, {tile.spoken}" for tile in tiles)


@lru_cache(maxsize=64)
def _list_fields(cls: Hashable) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cls))  # type: ignore[arg-type]  # an attrs class: the caller has asked `has`
