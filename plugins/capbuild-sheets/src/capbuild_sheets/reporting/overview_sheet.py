"""First sheet: key results, contents, reading guide and provenance."""

from collections.abc import Iterator

from capbuild.reports import Bullets, Definitions, Paragraph, ReportSection
from capbuild_sheets.reporting.report_context import Making
from capbuild_sheets.writing import Link, Page, put

__all__ = ["about_page"]

#: Report sections of the reading guide.
_READING = ("limits", "unknown", "method")
_COLUMNS = ((0, 30), (1, 14), (2, 14), (3, 56))
#: Characters per line of a paragraph across all columns.
_LINE = 118


def begin_about(making: Making) -> Page:
    """Add the first sheet; `about_page` fills it once the other sheets are known."""
    report = making.report
    page = making.book.page(making.say("sheet.about"), title=report.title, lead=report.subtitle, landscape=False)
    for column, width in _COLUMNS:
        page.sheet.set_column(column, column, width)
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
        put(page.sheet, page.row, 0, fact.label, page.styles("cell"))
        put(page.sheet, page.row, 1, _number(fact.value), page.styles("fact"))
        put(page.sheet, page.row, 2, fact.unit, page.styles("code"))
        page.row += 1
    for short in report.lists:
        _section(page, short.title)
        for item in short.items:
            put(page.sheet, page.row, 0, item.title, page.styles("strong.wrap"))
            page.sheet.merge_range(page.row, 1, page.row, 3, "", page.styles("wrap"))
            put(page.sheet, page.row, 1, item.detail, page.styles("wrap"))
            page.sheet.set_row(page.row, _height(item.title, 30, item.detail, 96))
            page.row += 1
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
        put(page.sheet, page.row, 0, Link(f"#'{quoted}'!A1", name), page.styles("link"))
        page.sheet.merge_range(page.row, 1, page.row, 3, "", page.styles("wrap"))
        put(page.sheet, page.row, 1, lead, page.styles("wrap"))
        page.sheet.set_row(page.row, _height("", 30, lead, 96))
        page.row += 1


def _section(page: Page, title: str) -> None:
    page.row += 1
    for column, _ in _COLUMNS:
        put(page.sheet, page.row, column, title if column == 0 else None, page.styles("section"))
    page.sheet.set_row(page.row, 22)
    page.row += 1


def _paragraphs(page: Page, texts: list[str] | tuple[str, ...]) -> None:
    for text in texts:
        if text:
            page.block(text, _COLUMNS[-1][0], lines=_lines(text, _LINE))


def _entries(section: ReportSection) -> Iterator[tuple[str, str]]:
    for block in section.blocks:
        if isinstance(block, Definitions):
            yield from block.entries
        elif isinstance(block, Bullets):
            yield from ((point.strong, point.text) for point in block.points)
        elif isinstance(block, Paragraph):
            yield block.strong, block.text


def _entry(page: Page, term: str, text: str) -> None:
    put(page.sheet, page.row, 0, term, page.styles("strong.wrap"))
    page.sheet.merge_range(page.row, 1, page.row, 3, "", page.styles("wrap"))
    put(page.sheet, page.row, 1, text, page.styles("wrap"))
    page.sheet.set_row(page.row, _height(term, 30, text, 96))
    page.row += 1


def _lines(text: str, width: int) -> int:
    return sum(1 + len(line) // width for line in text.split("\n"))


def _height(left: str, left_width: int, right: str, right_width: int) -> float:
    """Return the height of a row with wrapped text.

    Rows with merged cells do not resize on their own.
    """
    return min(14.5 * max(_lines(left, left_width), _lines(right, right_width)) + 3, 400)
