"""External series, described in `external/external.toml`."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from attrs import define, evolve

from capbuild.documents.toml import TomlTable, load_toml, read_names
from capbuild.errors import CountryError, ReadError
from capbuild.io import country
from capbuild.model import ExternalSeries, Issue, Missing
from capbuild.origin import Origin
from capbuild.tracking.external import has_suspicious_zeros
from capbuild.workspace.paths import find_named_file
from capbuild.workspace.records.plain_tables import PlainTable, decode_text, split_table
from capbuild.workspace.records.table import CODE_PAGE, Places
from capbuild.workspace.rounds.editions import Editions

_REGISTER = "external/external.toml"
#: Texts for missing values in published index tables, apart from empty cells.
_NO_VALUE = ("", "-", "–", "..", "n/a", "na", "no data", "not available", "not reported", "sin datos", "s.o.")


@define
class ExternalRecords:
    """Reader of external series.

    Attributes:
        folder: The programme's folder.
        editions: Framework editions of the capacities.
        places: Resolves countries, and collects problems as issues.
    """

    folder: Path
    editions: Editions
    places: Places

    def series(self) -> Iterator[ExternalSeries]:
        """Yield every series of the register; none without a register."""
        if not (self.folder / _REGISTER).is_file():
            return
        top = load_toml(self.folder / _REGISTER, _REGISTER, self.places.issues)
        for table in top.tables("series") if top is not None else ():
            series = self._read_series(table)
            if series is not None:
                yield series
        if top is not None:
            top.report_unknown()

    def _read_series(self, table: TomlTable) -> ExternalSeries | None:
        file = table.make(lambda: table.required("file"))
        place = (
            find_named_file(table, "file", file, self.places.settings.paths(self.folder), "external") if file else None
        )
        name = place[0] if place is not None else f"external/{file}"
        columns = [table.get(key, str, word) for key, word in (("countries", "country"), ("values", "value"))]
        absent = {*_NO_VALUE, *(word.casefold() for word in table.names("missing"))}
        delimiter = table.get("delimiter", str, "")
        rows = self._read_rows(place[1], name, delimiter, columns) if place is not None else None
        values = self._read_values(table, name, rows, columns, absent) if rows is not None and rows.rows else {}
        external_series = table.build(
            ExternalSeries,
            year=table.get("year", int, 0) or None,
            ascending=table.get("higher_is_better", bool, True),
            values={code: value for code, value in values.items() if not isinstance(value, Missing)},
            missing={code: value for code, value in values.items() if isinstance(value, Missing)},
            capacities=read_names(table, "capacities", self.editions.names, "capacity"),
        )
        return external_series if rows is not None else None

    def _read_rows(self, path: Path, name: str, delimiter: str, columns: list[str]) -> PlainTable | None:
        try:
            text, _, issue = decode_text(path.read_bytes(), name)
            rows, top, mark = split_table(text, [{column.lower() for column in columns}])
        except (ReadError, csv.Error) as error:
            reason = error.message if isinstance(error, ReadError) else str(error)
            message = f"{name} cannot be read: {reason}"
            self.places.issues.append(Issue.error("CB603", message, Origin(name), "save it as CSV in UTF-8"))
            return None
        if issue is not None:
            self.places.issues.append(evolve(issue, remedy=CODE_PAGE))
        if delimiter:
            rows, mark = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)), delimiter
        return PlainTable(rows=[tuple(cell.strip() for cell in row) for row in rows], top=top, delimiter=mark)

    def _read_values(
        self, table: TomlTable, name: str, read: PlainTable, columns: list[str], absent: set[str]
    ) -> dict[str, float | Missing]:
        """Return the values of participating countries, and report skipped rows."""
        # Title rows may precede the header: the first row with both columns.
        rows, values = read.rows, dict[str, float | Missing]()
        top = next((place for place, cells in enumerate(rows) if set(columns) <= set(cells)), 0)
        header, below = rows[top], rows[top + 1 :]
        for key, column in zip(("countries", "values"), columns, strict=True):
            if column not in header:
                remedy = f"its columns are: {', '.join(header)}"
                table.add_error(key, f"{name} has no column {column!r}", remedy, "CB603")
                return values
        places = [header.index(column) for column in columns]
        others: list[str] = []
        unknown: list[str] = []
        written = frozenset(cells[places[0]] for cells in below if places[0] < len(cells))
        for row, cells in enumerate(below, start=top + 2):
            where, text = (cells[place] if place < len(cells) else "" for place in places)
            code = self._find_code(where, written, others, unknown) if where or text else None
            if code is None:
                continue
            origin = Origin(name, row=row, column=places[1] + 1)
            if code in values:
                message = f"{where!r} appears twice; the first row counts"
                self.places.issues.append(Issue.error("CB672", message, origin, "remove one of them"))
            elif text.casefold() in absent:
                values[code] = Missing.NOT_COLLECTED
            else:
                try:
                    values[code] = read.number(text)
                except ValueError:
                    values[code] = Missing.INVALID
                    remedy = f"correct it, or list it under missing in {_REGISTER} if it marks missing values"
                    self.places.issues.append(Issue.error("CB201", f"{text!r} is not a number", origin, remedy))
        if others or unknown:
            shown = f": {', '.join(repr(text) for text in unknown[:5])}" if unknown else ""
            counts = f"{len(others)} rows of countries that do not take part, {len(unknown)} not understood{shown}"
            self.places.issues.append(Issue.note("CB846", f"{name}: {counts}; not used", table.origin("file")))
        numbers = [value for value in values.values() if not isinstance(value, Missing)]
        if has_suspicious_zeros(numbers):
            message = f"{name}: {numbers.count(0)} of {len(numbers)} values are 0; they may be blanks"
            remedy = 'add missing = ["0"] if they do'
            self.places.issues.append(Issue.warning("CB207", message, table.origin("values"), remedy))
        return values

    def _find_code(self, text: str, column: frozenset[str], others: list[str], unknown: list[str]) -> str | None:
        """Return the code of a participating country; count others."""
        programme, settled = self.places.settings.programme, self.places.settings.spellings
        try:
            resolved = country(
                text, context=programme.countries, overrides=settled, column=column, host=self.places.host
            )
        except CountryError:
            unknown.append(text)
            return None
        if programme.countries and resolved not in programme.countries:
            others.append(text)
            return None
        return resolved.alpha_2
