"""From a report to PDF: typst draws what the templates say, with data as JSON and the fonts of this package."""

import datetime
import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from attrs import evolve

from capbuild.errors import WriteError
from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import File, RenderContext
from capbuild.reports import Report, build
from capbuild_pdf.data import Plain
from capbuild_pdf.glyphs import LOST, Letters, coverage
from capbuild_pdf.language import lost_letters
from capbuild_pdf.options import PdfOptions

__all__ = ["STANDARDS", "render_report", "write"]

#: Accessible and archivable at once: PDF/UA-1 and PDF/A-2a share version 1.7 of PDF.
STANDARDS: Final = ("ua-1", "a-2a")

_HERE = Path(__file__).parent
_FONTS = _HERE / "fonts"
_TEMPLATES = _HERE / "typst"
#: Family of the pages; the other families of the folder stand in where it has no letter.
_FAMILY = "Capbuild Sans"


def write(
    subject: AssessmentSet | Assessment, context: RenderContext, options: PdfOptions
) -> Iterable[bytes] | Iterable[File]:
    """Yield one PDF as bytes, or with `single=False` the files of a set.

    Raises:
        WriteError: The disclosure policy refuses the report (code CB703), or a font of the user's cannot be read.
    """
    report = build(subject, context)
    one = not report.profiles
    annex = options.evidence if options.evidence is not None else one
    shown = report if annex else report.without_evidence()
    date = subject.round.reference_date
    if options.single or one:
        return [render_report(shown, date, options)]
    return _files(shown, date, options)


def _files(report: Report, date: datetime.date, options: PdfOptions) -> Iterator[File]:
    """One file for the region and one a country."""
    yield File("regional.pdf", [render_report(evolve(report, profiles=()), date, options)])
    for profile in report.profiles:
        yield File(f"countries/{profile.id}.pdf", [render_report(profile, date, options)])


def render_report(report: Report, date: datetime.date, options: PdfOptions) -> bytes:
    """Return a report as PDF; the same report gives the same bytes.

    Args:
        report: The report.
        date: Date of the document, which PDF/A asks for: the day that the report speaks of, not the day of printing.
        options: Options of the writer.

    Raises:
        WriteError: A font of the user's cannot be read, or a page cannot be set.
    """
    import typst

    fonts = _fonts(options.fonts)
    source = json.dumps(_document(report, date, options, fonts.families()), ensure_ascii=False, separators=(",", ":"))
    compiler = typst.Compiler(
        input=_TEMPLATES / "report.typ",
        root=_TEMPLATES,
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs={"report": source},
    )
    try:
        made = compiler.compile(format="pdf", pdf_standards=[*STANDARDS])
    except typst.TypstError as error:
        raise WriteError(f"the PDF cannot be set: {error.message}", remedy="; ".join(error.hints) or None) from error
    if not isinstance(made, bytes):
        raise WriteError("the PDF is empty")
    return made


@lru_cache(maxsize=4)
def _fonts(folder: str) -> Any:
    """The fonts of this package and of the user's folder, and no others: the same pages on every machine."""
    import typst

    paths = [str(_FONTS), *([folder] if folder else [])]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)


def _letters(folder: str) -> Letters:
    own = sorted(_FONTS.glob("*.[ot]tf"))
    faces = tuple(path for path in own if path.name.startswith("capbuild-"))
    users = (
        sorted(path for path in Path(folder).rglob("*") if path.suffix.lower() in (".otf", ".ttf")) if folder else []
    )
    return Letters(coverage((*(path for path in own if path not in faces), *users), faces))


def _document(report: Report, date: datetime.date, options: PdfOptions, families: list[str]) -> dict[str, Any]:
    letters = _letters(options.fonts)
    pages = frozenset((report.id, *(profile.id for profile in report.profiles)))
    made = Plain(letters=letters, pages=pages).report(report)
    if letters.lost:
        made["notices"].append(lost_letters(report.language, LOST, letters.lost))
    parts = (report.title, report.label, report.invented)
    return {
        "title": letters.clean(" – ".join(part for part in parts if part)),
        "date": {"year": date.year, "month": date.month, "day": date.day},
        "language": report.language,
        "paper": options.paper,
        "fonts": [_FAMILY, *sorted(set(families) - {_FAMILY})],
        "report": made,
    }
