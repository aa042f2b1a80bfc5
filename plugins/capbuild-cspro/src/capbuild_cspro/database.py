"""CSPro databases (`.csdb`).

An SQLite file has a table per level and record.
"""

import datetime
import sqlite3
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from attrs import define, field, frozen

from capbuild.formats import RecordReader, RecordValue, SurveyRecord
from capbuild.model import ColumnUse, ColumnUsed, QuestionType, ResponseStatus, Severity
from capbuild.origin import Origin
from capbuild.plugins import InputFile, ReadItem
from capbuild_cspro.dictionary import Dictionary, Item, Record, damaged, read_dictionary, record_value
from capbuild_cspro.options import CsproOptions


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@frozen(eq=False)
class _Rows:
    """Rows of a table, read case by case."""

    record: Record
    table: str
    items: tuple[tuple[Item, int], ...]
    cursor: Iterator[Sequence[object]]
    ahead: list[Sequence[object]] = field(factory=list[Sequence[object]])

    def of(self, case: object) -> Iterator[Sequence[object]]:
        """Yield the rows of a case."""
        while True:
            row = self.ahead.pop() if self.ahead else next(self.cursor, None)
            if row is None:
                return
            if row[0] != case:
                self.ahead.append(row)
                return
            yield row


@define(eq=False)
class _Database:
    """Reads a database.

    Attributes:
        source: The file.
        base: Its connection.
        dictionary: Its dictionary.
        reader: Reader of its records.
        tables: Columns of each table.
        unused: Columns that are not in the dictionary.
    """

    source: InputFile
    base: sqlite3.Connection
    dictionary: Dictionary
    reader: RecordReader
    tables: dict[str, list[str]]
    unused: list[str] = field(factory=list[str])
    cells: int = 0

    def rows(self, record: Record) -> _Rows | None:
        """Return the rows of a record or level ids."""
        table = record.name.lower() or f"level-{record.level}"
        columns = self.tables.get(table)
        levels = [f"level-{number}" for number in range(1, record.level + 1)]
        if columns is None or any(level not in self.tables for level in levels):
            self.reader.log.add(
                "CSPRO4", Severity.WARNING, f"the database has no table {table!r}", remedy="ask for the file again"
            )
            return None
        own = f"{table}-id"
        below = [*levels[1:], table] if record.name else levels[1:]
        joins = "".join(
            f" JOIN {_quote(low)} ON {_quote(low)}.{_quote(f'{high}-id')} = {_quote(high)}.{_quote(f'{high}-id')}"
            for high, low in zip(levels, below, strict=False)
        )
        orders = "".join(f", {_quote(level)}.{_quote(f'{level}-id')}" for level in levels)
        last = f", {_quote(table)}.{_quote('occ')}" if "occ" in columns else ""
        sql = (
            f"SELECT cases.id, {_quote(levels[-1])}.{_quote(f'{levels[-1]}-id')}, {_quote(table)}.{_quote(own)},"  # noqa: S608 - names are quoted
            f" {_quote(table)}.* FROM cases JOIN {_quote('level-1')} ON {_quote('level-1')}.{_quote('case-id')}"
            f" = cases.id{joins} WHERE cases.deleted = 0 ORDER BY cases.file_order, cases.id{orders}{last}"
        )
        places = {name: place + 3 for place, name in enumerate(columns)}
        items = tuple((item, place) for item in record.items if (place := self.column(item, places)))
        known = {place for _, place in items}
        for name, place in places.items():
            if place not in known and name not in ("occ", "case-id", own) and not name.startswith("level-"):
                self.unused.append(f"{table}.{name}")
        return _Rows(record, table, items, self.base.execute(sql))

    def column(self, item: Item, places: dict[str, int]) -> int:
        """Return the index of an item's column, 0 for none."""
        name = item.name.lower()
        names = (item.question.lower(), f"{name}_{item.occurrence}", name if item.occurrence == 1 else "")
        place = next((places[name] for name in names if name in places), 0)
        if not place:
            message = f"the database has no column {item.question.lower()!r}"
            self.reader.log.add("CSPRO4", Severity.WARNING, message, remedy="ask for the file again")
        return place

    def read(self) -> Iterator[ReadItem]:
        """Yield responses, issues and reconciliation."""
        records = (*self.dictionary.ids, *self.dictionary.records)
        parts = [rows for record in records if (rows := self.rows(record)) is not None]
        deleted = self.base.execute("SELECT count(*) FROM cases WHERE deleted != 0").fetchone()[0]
        if deleted:
            self.reader.account.rows_left_out["deleted in CSPro"] = deleted
        yield from self.reader.read(self.cases(parts), self.columns())

    def cases(self, parts: Sequence["_Rows"]) -> Iterator[SurveyRecord]:
        """Yield the cases, except deleted ones."""
        notes, number = self.notes(), 0
        sql = (
            "SELECT c.id, c.key, c.partial_save_mode, r.timestamp FROM cases c LEFT JOIN file_revisions r"
            " ON r.id = c.last_modified_revision WHERE c.deleted = 0 ORDER BY c.file_order, c.id"
        )
        for number, (case, key, partial, moment) in enumerate(self.base.execute(sql), start=1):
            yield SurveyRecord(
                id=str(key or "").strip() or str(case or "").strip() or str(number),
                values=tuple(self.values(case, parts, notes)),
                origin=Origin(self.source.name, sheet="cases", row=number),
                moment=_format_day(moment),
                status=ResponseStatus.PARTIAL if partial else ResponseStatus.SUBMITTED,
            )
        if not number and not self.reader.account.rows_left_out:
            remedy = "check that the file is whole"
            self.reader.log.add("CSPRO7", Severity.WARNING, "the database contains no case", remedy=remedy)
        if notes:
            message = f"{len(notes):,} notes belong to no answer and are left out"
            self.reader.log.add("CSPRO6", Severity.WARNING, message, remedy="read them in CSPro")
        unfit = self.base.text_factory.unfit
        if unfit:
            message = f"{unfit:,} texts of the database are not UTF-8; bytes that do not fit are numbers, such as \\x92"
            self.reader.log.add("CSPRO8", Severity.WARNING, message, remedy="ask for the file again")

    def columns(self) -> Iterator[ColumnUsed]:
        """Yield the use of each item and other column."""
        asked = [q for q in self.dictionary.form.questions if q.type is not QuestionType.NOTE]
        for number, question in enumerate(asked, start=1):
            yield ColumnUsed(name=question.id, column=number, use=ColumnUse.QUESTION, personal=question.personal)
        for number, name in enumerate(self.unused, start=len(asked) + 1):
            reason = "it is not in the dictionary of the database"
            yield ColumnUsed(name=name, column=number, use=ColumnUse.IGNORED, reason=reason)

    def notes(self) -> dict[tuple[str, str, int, int], str]:
        """Return the notes by case, field and occurrences.

        The occurrences are those of the record and of the item, from 1.
        """
        if "notes" not in self.tables:
            return {}
        sql = "SELECT case_id, field_name, record_occurrence, item_occurrence, content FROM notes"
        notes: dict[tuple[str, str, int, int], str] = {}
        for case, name, record, item, content in self.base.execute(sql):
            place = (str(case), str(name).upper(), max(_parse_int(record), 1), max(_parse_int(item), 1))
            notes[place] = f"{notes[place]} {content}" if place in notes else str(content)
        return notes

    def values(
        self, case: object, parts: Sequence["_Rows"], notes: dict[tuple[str, str, int, int], str]
    ) -> Iterator[RecordValue]:
        """Yield the values of a case."""
        for part in parts:
            nodes: dict[object, int] = {}
            for position, row in enumerate(part.of(case), start=1):
                node = nodes.setdefault(row[1], len(nodes) + 1)
                repeat = node if part.record.level > 1 and not part.record.repeat else position
                if part.record.level == 1 and not part.record.repeat and position == 1:
                    repeat = 0
                self.cells += len(part.items)
                self.source.limits.check_cells(self.source.name, self.cells)
                number = _parse_int(row[2])
                for item, column in part.items:
                    origin = Origin(self.source.name, part.table, max(number, 0) or None, path=item.question.lower())
                    note = notes.pop((str(case), item.name.upper(), max(repeat, 1), item.occurrence), None)
                    yield record_value(item, _text(row[column]), origin, repeat, note)


def _parse_int(value: object) -> int:
    return value if isinstance(value, int) else 0


def _text(value: object) -> str:
    """Return a stored value as text, numbers in shortest form."""
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    return "" if value is None else str(value)


@define
class _Texts:
    """Decodes stored texts; bytes that are not UTF-8 become numbers.

    Attributes:
        unfit: Number of texts with such bytes.
    """

    unfit: int = 0

    def __call__(self, data: bytes) -> str:
        """Return a stored text, decoded."""
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            self.unfit += 1
            return data.decode("utf-8", "backslashreplace")


def _format_day(moment: object) -> str:
    try:
        return (
            datetime.datetime.fromtimestamp(_parse_int(moment), datetime.UTC).date().isoformat()
            if _parse_int(moment) > 0
            else ""
        )
    except (OverflowError, ValueError, OSError):
        return ""


def is_database(source: InputFile) -> bool:
    """True for a CSPro database."""
    return source.start.startswith(b"SQLite format 3\0") and b"cspro_version" in source.start


@contextmanager
def open_database(source: InputFile) -> Generator[sqlite3.Connection]:
    """Yield a read-only connection to a database.

    Raises:
        ReadError: The file is damaged.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = source.path or Path(folder, "data.csdb")
        if source.path is None:
            path.write_bytes(source.content)
        try:
            with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as base:
                base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(4 * source.limits.text, 1 << 20))
                base.execute("PRAGMA trusted_schema = OFF")
                base.text_factory = _Texts()
                yield base
        except (sqlite3.Error, OverflowError) as error:
            raise damaged(source.name, f"the database is damaged ({error})") from error


def _index_tables(base: sqlite3.Connection) -> dict[str, list[str]]:
    """Return the columns of each table, in lower case.

    Views and virtual tables are left out.
    """
    named = base.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    plain = [str(name) for name, sql in named if str(sql or "").upper().startswith("CREATE TABLE")]
    return {
        name.lower(): [str(row[1]).lower() for row in base.execute(f"PRAGMA table_info({_quote(name)})")]
        for name in plain
    }


def read_database(source: InputFile, options: CsproOptions) -> Iterator[ReadItem]:
    """Yield the questionnaire, responses, issues and reconciliation of a database.

    Raises:
        ReadError: The file is damaged, or older than CSPro 7.4.
    """
    with open_database(source) as base:
        tables = _index_tables(base)
        if not {"meta", "cases", "file_revisions", "level-1"}.issubset(tables):
            raise damaged(source.name, "it lacks the tables that CSPro 7.4 and later write")
        row = base.execute("SELECT dictionary FROM meta").fetchone()
        text = _text(row[0] if row else "").encode("utf-8", "replace")
        dictionary = read_dictionary(InputFile(source.name, data=text, limits=source.limits))
        yield from dictionary.issues
        reader = RecordReader.with_options(dictionary.form, source, options)
        yield from _Database(source, base, dictionary, reader, tables).read()
