"""Display of a reading: reconciliation, and issues worst first."""

from pathlib import PurePath

from capbuild.display import counted
from capbuild.model import Issue, Reading, Severity, SheetReconciliation
from capbuild.notebook.pages import SAY, CodeText, Column, Grid, Page, Shown, count_text, is_invented, shorten
from capbuild.reports.cells import Style, Words

__all__ = ["page"]

#: Sheets and issues that are shown.
_SHEETS, _ISSUES = 4, 3

#: Signs carry the severity where colour does not.
_SIGNS = {Severity.ERROR: "▲", Severity.WARNING: "!", Severity.NOTE: "·"}


def page(reading: Reading) -> Page:
    """Return the display of a reading."""
    countries = {r.respondent.country for r in reading.responses if r.respondent and r.respondent.country}
    errors = reading.issues.count(Severity.ERROR)
    facts = [
        Words(text=counted(len(reading.responses), "response")),
        Words(text=str(reading.issues), style=Style.LACKING if errors else Style.PLAIN),
    ]
    if countries:
        facts.insert(1, Words(text=counted(len(countries), "country", "countries")))
    return Page(
        title=shorten(PurePath(reading.file).name, 100),
        facts=[Words(text=reading.format), *facts],
        blocks=[*_sheets(reading), *_issues(reading)],
        foot=_foot(reading),
        invented=is_invented(reading),
    )


def _sheets(reading: Reading) -> list[Grid]:
    sheets = reading.reconciliation.sheets
    if not sheets:
        return []
    heads = ("Rows", "Answers", "Absent", "Left out")
    columns = [Column(head="Sheet"), *(Column(head=head, number=True) for head in heads), Column(head="Adds up")]
    more = f"{counted(len(sheets) - _SHEETS, 'more sheet')} in `.reconciliation`" if len(sheets) > _SHEETS else ""
    return [Grid(columns=columns, rows=[_sheet(sheet) for sheet in sheets[:_SHEETS]], more=more)]


def _sheet(sheet: SheetReconciliation) -> tuple[Shown, ...]:
    if sheet.skipped:
        sums = Words(text=f"passed over: {shorten(sheet.skipped, 60)}", style=Style.QUIET)
    else:
        text = f"{SAY.number(sheet.accounted)} of {counted(sheet.cells, 'cell')}"
        sums = Words(text=text, style=Style.PLAIN if sheet.adds_up else Style.LACKING)
    absent, left_out = sum(sheet.absent.values()), sum(sheet.left_out.values())
    counts = (sheet.rows_in, sheet.answers, absent, left_out)
    return (CodeText(text=shorten(sheet.sheet, 40) or "–"), *map(count_text, counts), sums)


def _issues(reading: Reading) -> list[Grid]:
    worst = reading.issues.worst_first
    if not worst:
        return []
    heads = ("Issue", "Where", "What", "Remedy")
    rows = [_issue(issue) for issue in worst[:_ISSUES]]
    more = f"{SAY.number(len(worst) - _ISSUES)} more with `.issues.worst_first`" if len(worst) > _ISSUES else ""
    return [Grid(columns=[Column(head=head) for head in heads], rows=rows, more=more)]


def _issue(issue: Issue) -> tuple[Shown, ...]:
    style = Style.LACKING if issue.severity is Severity.ERROR else Style.PLAIN
    place = CodeText(text=shorten(str(issue.origin), 48)) if issue.origin is not None else Words(text="–")
    return (
        Words(text=f"{_SIGNS[issue.severity]} {issue.code} {issue.severity.value}", style=style),
        place,
        Words(text=shorten(issue.message, 110)),
        Words(text=shorten(issue.remedy, 90) or "none needed", style=Style.QUIET),
    )


def _foot(reading: Reading) -> list[str]:
    said = [f"Read so because: {shorten(reading.why).replace('`', '')}"] if reading.why else []
    said.append("`.responses` holds the answers")
    if reading.layout.tables:
        said.append("`.layout.show()` draws what each cell was read as")
    if reading.issues:
        said.append(f"`.issues` holds {counted(len(reading.issues), 'issue')}")
    return [*said, "`.reconciliation` accounts for every column"]
