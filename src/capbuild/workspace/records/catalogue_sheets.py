"""Catalogue tables: files in `catalogue/`, or sheets of one workbook."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from attrs import define, field, frozen

from capbuild.errors import CapbuildError, did_you_mean
from capbuild.io.cells import read_cells
from capbuild.model import Issue, SizeProfile
from capbuild.origin import Origin
from capbuild.plugins import CellTable, Host
from capbuild.text import Text
from capbuild.workspace.records.table import Record, read_records, read_sheet_records

#: Columns of each table; the first one locates the header.
CATALOGUE_TABLES: Mapping[str, tuple[str, ...]] = {
    "catalogue": ("field", "value"),
    "activities": (
        "activity", "title", "kind", "addresses", "effect", "days", "lead_months", "mode", "seats", "seats_min",
        "countries_min", "languages", "roles", "competences", "prerequisites", "one_of", "requires", "intrusive",
        "days_away", "trainer_days", "hosts", "prerequisite_share", "objective", "syllabus", "assessment", "providers",
    ),
    "prices": (
        "activity", "currency", "one_time", "per_session", "per_seat", "travel_per_seat", "recurring", "invented",
    ),
    "roles": ("role", "title", "competences", *(size.value for size in SizeProfile)),
    "competences": ("competence", "title", "critical"),
    "kinds": ("target", "kind"),
    "translations": ("item", "language", "title"),
    "checklist": ("target", "title", "place"),
}  # fmt: skip
#: Nouns for the names in a column, for messages.
_NOUNS = {
    **dict.fromkeys(("addresses", "requires", "target"), "criterion or node"),
    **dict.fromkeys(("prerequisites", "one_of"), "activity"),
    "roles": "role",
    "providers": "kind of provider",
}
_WORKBOOKS = ("catalogue.xlsx", "catalogue.ods", "catalogue.xls")


@frozen(kw_only=True)
class ChecklistItem:
    """Checklist item for a criterion or indicator.

    Attributes:
        target: Criterion or indicator.
        title: What to inspect or to ask for.
        place: Where.
    """

    target: str
    title: Text
    place: str = ""


@define
class CatalogueTables:
    """Catalogue tables: sheets of `catalogue.xlsx`, or files in `catalogue/`."""

    folder: Path
    host: Host
    issues: list[Issue]
    _book: str = field(default="", init=False)
    _sheets: dict[str, CellTable] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        name = next((one for one in _WORKBOOKS if (self.folder / one).is_file()), None)
        if name is None:
            return
        self._book = name
        try:
            sheets = read_cells(self.folder / name, name=name, host=self.host)
        except CapbuildError as error:
            self.issues.append(Issue.from_error(error, name))
            return
        for sheet in sheets:
            known = sheet.name.strip().casefold()
            if known in CATALOGUE_TABLES:
                self._sheets[known] = sheet
            elif any(map(any, sheet.rows)) and not known.startswith(("#", "help")):
                message = f"unknown sheet {sheet.name!r}{did_you_mean(known, CATALOGUE_TABLES)}"
                remedy = f"sheets are: {', '.join(CATALOGUE_TABLES)}"
                self.issues.append(Issue.error("CB603", message, Origin(name, sheet.name), remedy))

    def records(self, table: str) -> Iterator[Record]:
        """Yield the rows of a table."""
        name, columns, sheet = f"catalogue/{table}.csv", CATALOGUE_TABLES[table], self._sheets.get(table)
        if sheet is None:
            yield from read_records(self.folder, name, columns, self.issues)
            return
        if any(read_records(self.folder, name, columns, [])):
            message = f"the table {table} is also a sheet of {self._book}, which counts"
            self.issues.append(Issue.error("CB672", message, Origin(name), "remove one of the two"))
        yield from read_sheet_records(sheet, self._book, columns, self.issues)

    def unique(self, table: str) -> Iterator[Record]:
        """Yield the rows with an id; the first of each id counts."""
        column, seen = CATALOGUE_TABLES[table][0], set[str]()
        for record in self.records(table):
            name = record.text(column)
            if not name:
                record.problem(column, f"the row has no {column}", f"write an id in the column {column}")
            elif name in seen:
                record.problem(column, f"{name!r} is listed twice; the first row counts", "remove one", "CB672")
            else:
                seen.add(name)
                yield record


def load_checklist(
    folder: Path, names: Iterable[str], host: Host, issues: list[Issue]
) -> dict[str, list[ChecklistItem]]:
    """Return checklist items by criterion or indicator.

    Args:
        folder: The programme's folder.
        names: Ids of criteria and indicators.
        host: Plugin host, to read workbooks.
        issues: Collects problems of the table; the catalogue reports those of the whole workbook.
    """
    found: dict[str, list[ChecklistItem]] = {}
    tables = CatalogueTables(folder, host, [])
    tables.issues = issues
    for record in tables.records("checklist"):
        target = find_names(record, "target", names)
        if target and record.text("title"):
            item = ChecklistItem(target=target[0], title=record.texts("title"), place=record.text("place"))
            found.setdefault(target[0], []).append(item)
    return found


def find_names(record: Record, column: str, known: Iterable[str]) -> list[str]:
    """Return the known names in a semicolon-separated cell; others are issues."""
    names = list(known)
    for name in record.words(column):
        if name not in names:
            message = f"there is no {_NOUNS.get(column, column)} {name!r}{did_you_mean(name, names)}"
            record.problem(column, message, f"one of: {', '.join(sorted(names)[:30]) or 'none'}", "CB840")
    return [name for name in record.words(column) if name in names]
