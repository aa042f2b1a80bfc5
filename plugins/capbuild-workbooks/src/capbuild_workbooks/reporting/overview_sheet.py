"""First sheet of a report workbook.

It has key results, contents, reading guide and provenance; the state that all sheets share is here too.
"""

from collections.abc import Iterator

from attrs import field, frozen

from capbuild.countries import country_by_code
from capbuild.errors import CountryError
from capbuild.frozen import FrozenMap
from capbuild.model import Assessment, AssessmentSet, Country
from capbuild.reports import Bullets, Definitions, Paragraph, Report, ReportSection, get_country_name
from capbuild_workbooks.words import word
from capbuild_workbooks.writing import Book, Link, Page


@frozen(kw_only=True, eq=False)
class Making:
    """Shared state of the sheets of one report workbook.

    Attributes:
        book: The workbook.
        report: The report, without profiles.
        subject: Assessments of the report.
        language: Language of the workbook.
        names: Country names in that language, by alpha-2 code.
        sheets: Sheets made so far, with their leads.
    """

    book: Book
    report: Report
    subject: AssessmentSet | Assessment
    language: str
    names: FrozenMap[str, str]
    sheets: list[tuple[str, str]] = field(factory=list)

    def t(self, key: str) -> str:
        """Return a label in the language of the workbook."""
        return word(key, self.language)

    def name(self, code: str) -> str:
        """Return a country's name; an unknown code is returned unchanged."""
        known = self.names.get(code)
        if known is not None:
            return known
        try:
            return get_country_name(country_by_code(code), self.language)
        except CountryError:
            return code

    def page(self, name: str, *, landscape: bool = True) -> Page:
        """Add a sheet, and list it in the contents."""
        lead = self.t(f"lead.{name}")
        page = self.book.page(self.t(f"sheet.{name}"), lead=lead, landscape=landscape)
        self.sheets.append((page.name, lead))
        return page

    @property
    def titled_notice(self) -> str:
        """Notice added to chart titles, for charts copied elsewhere."""
        return f" – {self.book.notice}" if self.book.notice else ""


def names_of(subject: AssessmentSet | Assessment, language: str) -> FrozenMap[str, str]:
    """Return the names of countries that may be named."""
    if isinstance(subject, Assessment):
        everyone: tuple[Country, ...] = (subject.country,)
    else:
        everyone = (*subject.countries, *subject.silent)
    return FrozenMap({country.alpha_2: get_country_name(country, language) for country in everyone})


#: Report sections of the reading guide.
_READING = ("limits", "unknown", "method")

_COLUMNS = (30, 14, 14, 56)

#: Characters per line of a paragraph across all columns.
_LINE = 118


def begin_about(making: Making) -> Page:
    """Add the first sheet, which `about_page` fills later.

    Its content depends on the other sheets.
    """
    report = making.report
    page = making.book.page(making.t("sheet.about"), title=report.title, lead=report.subtitle, landscape=False)
    page.set_widths(_COLUMNS)
    return page


def about_page(making: Making, page: Page) -> None:
    """Write the content of the first sheet."""
    report = making.report
    _paragraphs(page, [" · ".join(p for p in (report.label, report.programme, report.audience_label, report.tlp) if p)])
    _paragraphs(page, report.notices)
    if report.lead:
        _paragraphs(page, [report.lead])
    page.row += 1
    for fact in report.facts:
        page.write((fact.label, _number(fact.value), fact.unit), ("cell", "fact", "code"))
    for short in report.lists:
        _section(page, short.title)
        for item in short.items:
            _entry(page, item.title, item.detail)
        if not short.items:
            _paragraphs(page, [short.empty])
    _contents(making, page)
    for section in report.sections:
        if section.id in _READING:
            _section(page, section.title)
            for term, text in _entries(section):
                _entry(page, term, text)
    page.row += 1
    _paragraphs(page, [making.t("cut"), report.disclaimer, report.provenance])


def _number(value: str) -> str | float:
    """Return digits as a number; a number with separators unchanged."""
    return float(value) if value.isdigit() else value


def _contents(making: Making, page: Page) -> None:
    _section(page, making.t("contents"))
    for name, lead in making.sheets:
        quoted = name.replace("'", "''")
        _entry(page, Link(f"#'{quoted}'!A1", name), lead)


def _section(page: Page, title: str) -> None:
    page.row += 1
    page.write_heading(title, len(_COLUMNS), "section", 22)


def _paragraphs(page: Page, texts: list[str] | tuple[str, ...]) -> None:
    for text in texts:
        if text:
            page.block(text, len(_COLUMNS) - 1, lines=_lines(text, _LINE))


def _entries(section: ReportSection) -> Iterator[tuple[str, str]]:
    for block in section.blocks:
        if isinstance(block, Definitions):
            yield from block.entries
        elif isinstance(block, Bullets):
            yield from ((point.strong, point.text) for point in block.points)
        elif isinstance(block, Paragraph):
            yield block.strong, block.text


def _entry(page: Page, term: str | Link, text: str) -> None:
    """Write a term, and text over the other columns.

    The row gets an explicit height, because rows with merged cells do not resize on their own.
    """
    page.sheet.merge_range(page.row, 1, page.row, 3, "", page.styles("wrap"))
    lines = max(_lines(term, 30) if isinstance(term, str) else 1, _lines(text, 96))
    style = "strong.wrap" if isinstance(term, str) else "link"
    page.write((term, text), (style, "wrap"), height=min(14.5 * lines + 3, 400))


def _lines(text: str, width: int) -> int:
    return sum(1 + len(line) // width for line in text.split("\n"))
