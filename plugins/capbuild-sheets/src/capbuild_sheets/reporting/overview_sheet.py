"""First sheet: key results, contents, reading guide and provenance."""

from collections.abc import Iterator

from capbuild.reports import Bullets, Definitions, Paragraph, ReportSection
from capbuild_sheets.reporting.report_context import Making
from capbuild_sheets.writing import Link, Page

#: Report sections of the reading guide.
_READING = ("limits", "unknown", "method")
_COLUMNS = (30, 14, 14, 56)
#: Characters per line of a paragraph across all columns.
_LINE = 118


def begin_about(making: Making) -> Page:
    """Add the first sheet; `about_page` fills it once the other sheets are known."""
    report = making.report
    page = making.book.page(making.say("sheet.about"), title=report.title, lead=report.subtitle, landscape=False)
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
    _paragraphs(page, [making.say("cut"), report.disclaimer, report.provenance])


def _number(value: str) -> str | float:
    """Return digits as a number; a number with separators unchanged."""
    return float(value) if value.isdigit() else value


def _contents(making: Making, page: Page) -> None:
    _section(page, making.say("contents"))
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

    Rows with merged cells do not resize on their own. The name of a sheet is one line.
    """
    page.sheet.merge_range(page.row, 1, page.row, 3, "", page.styles("wrap"))
    lines = max(_lines(term, 30) if isinstance(term, str) else 1, _lines(text, 96))
    style = "strong.wrap" if isinstance(term, str) else "link"
    page.write((term, text), (style, "wrap"), height=min(14.5 * lines + 3, 400))


def _lines(text: str, width: int) -> int:
    return sum(1 + len(line) // width for line in text.split("\n"))
