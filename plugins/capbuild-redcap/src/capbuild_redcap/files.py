"""REDCap files: their kinds and tables."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from itertools import islice, zip_longest
from pathlib import PurePath

from capbuild.errors import ReadError
from capbuild.formats import (
    DefinitionOptions,
    RecordReader,
    TextTable,
    TypeInference,
    cell_text,
)
from capbuild.model import QuestionType, Severity, SheetReconciliation
from capbuild.origin import Origin
from capbuild.plugins import Claim, Confidence, InputFile, ReadItem
from capbuild_redcap.dictionary import Dictionary, dictionary_columns, read_dictionary
from capbuild_redcap.odm import is_project, read_project
from capbuild_redcap.records import EVENT, INSTANCE, INSTRUMENT, LABELLED_TICK, Export, Row, instrument_name

#: Columns about the record, by labelled header.
_SYSTEM = {
    "Event Name": EVENT, "Repeat Instrument": INSTRUMENT, "Repeat Instance": INSTANCE,
    "Data Access Group": "redcap_data_access_group", "Survey Identifier": "redcap_survey_identifier",
}  # fmt: skip
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_IDS = {"record_id", "study_id", "participant_id", "subject_id"}
#: Rows whose cells are inspected together.
_TOGETHER = 4_096
_MARKS = re.compile(rb"Field Type|field_type|_complete|redcap_|Complete\?|Repeat Instance")


def sniff(source: InputFile) -> Claim | None:
    """Claim REDCap files by structure."""
    if is_project(source):
        return Claim(Confidence.SIGNATURE, "a REDCap project: ODM with redcap: attributes")
    if _MARKS.search(source.first_lines.replace(b"\0", b"")) is None:
        return None
    rows = first_rows(source)
    if rows and dictionary_columns(rows[0]):
        return Claim(Confidence.SIGNATURE, "a REDCap data dictionary: field name, form name and field type")
    return Claim(Confidence.SIGNATURE, "a REDCap record export: status of forms") if is_records(rows) else None


def first_rows(source: InputFile) -> list[list[str]]:
    """Return the header and the first rows of a table."""
    if source.start.startswith((b"PK", b"%PDF", b"<")):
        return []
    return [[cell_text(cell).strip() for cell in row] for _, row in islice(TextTable.open(source).rows(), 20)]


def is_records(rows: Sequence[Sequence[str]]) -> bool:
    """True if a table's first rows are a record export.

    Example:
        >>> is_records([["record_id", "law", "form_1_complete"], ["1", "2", "0"]]), is_records([["record_id", "law"]])
        (True, False)
    """
    header = [column for column in rows[0] if column] if rows else []
    if "Complete?" in header or {"Repeat Instrument", "Repeat Instance"} <= {*header}:
        return True
    if not all(map(_NAME.fullmatch, header)):
        return False
    if any(column in _SYSTEM.values() for column in header):
        return True
    states = [place for place, column in enumerate(rows[0]) if column.endswith("_complete")] if rows else []
    cells = {row[place] for row in rows[1:] for place in states if place < len(row)}
    named = bool(_IDS.intersection(header[:2])) or any("___" in column for column in header)
    return bool(states) and named and cells <= {"", "0", "1", "2", "NA"}


def read_file(source: InputFile, options: DefinitionOptions) -> Iterator[ReadItem]:
    """Yield the questionnaire, responses, issues and reconciliation of a file.

    Raises:
        ReadError: It is not a REDCap file, or damaged.
        LimitError: It exceeds the size or depth limits.
    """
    if source.start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        yield from read_project(source, options)
        return
    rows = first_rows(source)
    if rows and dictionary_columns(rows[0]):
        dictionary = _check_dictionary(source)
        yield dictionary.form
        yield from dictionary.log.close()
        yield SheetReconciliation(skipped="it is a data dictionary without responses")
    else:
        yield from _read_records(source, options, rows[0] if rows else [])


def _make_error(source: InputFile, problem: str) -> ReadError:
    remedy = "export records and data dictionary as CSV again"
    return source.error(f"{problem}", "RED1", remedy)


def _check_dictionary(source: InputFile) -> Dictionary:
    dictionary = read_dictionary(source)
    if not dictionary.form.questions:
        raise _make_error(source, "is not a REDCap data dictionary with fields")
    return dictionary


def _read_records(source: InputFile, options: DefinitionOptions, header: Sequence[str]) -> Iterator[ReadItem]:
    if not any(header):
        raise _make_error(source, "has no header row")
    dictionary = None if options.definition is None else _check_dictionary(options.definition)
    names = _list_raw_names(header, dictionary)
    table = _Table(source, from_r=not header[0], width=len(header))
    types, repeating = _scan(table, names, dictionary.columns if dictionary is not None else ())
    export = Export(header, names, types, dictionary, repeating)
    form = export.form(PurePath(source.name).stem or "records")
    reader = RecordReader.with_options(form, source, options)
    yield from dictionary.log.close() if dictionary is not None else ()
    yield from export.read(table.rows(reader), reader, export.columns())
    yield from table.table.issues


class _Table:
    """Rows of a record export below its header."""

    def __init__(self, source: InputFile, *, from_r: bool, width: int) -> None:
        self.source, self.from_r, self.width = source, from_r, width
        self.table = TextTable.open(source)

    def rows(self, reader: RecordReader | None = None) -> Iterator[Row]:
        """Yield the rows; R writes blanks as `NA`."""
        self.table, count = TextTable.open(self.source), 0
        for number, row in islice(self.table.rows(), 1, None):
            count += len(row)
            self.source.limits.check_cells(self.source.name, count)
            cells = [cell if isinstance(cell, str) else cell_text(cell) for cell in row]
            if self.from_r:
                cells = ["" if text == "NA" else text for text in cells]
            if reader is not None and any(map(str.strip, cells[self.width :])):
                message, remedy = "the row has more cells than the header", "check the quotes of this row"
                reader.log.add("CB109", Severity.WARNING, message, row=number, remedy=remedy)
            yield Row(cells, Origin(self.source.name, None, number), partial(self._place, number))

    def _place(self, row: int, column: int) -> Origin:
        return Origin(self.source.name, None, row, column + 1)


def _scan(table: _Table, names: list[str], defined: Collection[str]) -> tuple[list[QuestionType], set[str]]:
    """Return column types and repeating instruments.

    Types are inferred from cells. An instrument repeats if a row that names it has a status in its `_complete` column.
    """
    inferences = [TypeInference() for _ in names]
    drafted = [place for place, name in enumerate(names) if name not in defined]
    instrument = names.index(INSTRUMENT) if INSTRUMENT in names else None
    states = [place for place, name in enumerate(names) if name.endswith("_complete")]
    repeating: set[str] = set()
    rows = table.rows()
    while block := list(islice(rows, _TOGETHER)):
        for row in block if instrument is not None else ():
            form = instrument_name(row.text(instrument))
            state = next((place for place in states if row.text(place)), None) if form not in repeating else None
            if form and state is not None:
                names[state] = f"{form}_complete"
            repeating.add(form)
        columns = list(zip_longest(*(row.cells for row in block), fillvalue=""))
        for place in drafted:
            for text, count in Counter(columns[place]).items() if place < len(columns) else ():
                inferences[place].add(text.strip(), count)
    return [inference.type for inference in inferences], repeating - {""}


def _list_raw_names(header: Sequence[str], dictionary: Dictionary | None) -> list[str]:
    """Return the column names of a raw export."""
    if "Complete?" not in header and not _SYSTEM.keys() & {*header}:
        return list(header)
    waiting = {label: iter(names) for label, names in dictionary.labels.items()} if dictionary else {}
    forms = list(dict.fromkeys(slot.form for slot in dictionary.columns.values())) if dictionary else []
    names: list[str] = []
    for column in header:
        tick, done = LABELLED_TICK.fullmatch(column), sum(name.endswith("_complete") for name in names)
        form = forms[done] if done < len(forms) else f"form_{done + 1}"
        if column in ("Complete?", "Survey Timestamp"):
            names.append(f"{form}_complete" if column == "Complete?" else f"{form}_timestamp")
            continue
        name = _SYSTEM.get(column) or next(waiting.get(" ".join(column.split()), iter(())), "")
        code = re.sub(r"\W+", "_", tick[2]) if tick else ""
        names.append(name or (f"{tick[1]}___{code}" if tick else column))
    return names


def explains(records: InputFile, other: InputFile) -> bool:
    """True if a dictionary file covers an export's fields."""
    header_rows, rows = first_rows(records)[:1], first_rows(other)
    if not header_rows or dictionary_columns(header_rows[0]) or not rows or not dictionary_columns(rows[0]):
        return False
    known = read_dictionary(other)
    forms = {slot.form for slot in known.columns.values()}
    about = re.compile(r"(redcap_\w+)|(.+)_(?:complete|timestamp)")
    marked = ((name, about.fullmatch(name)) for name in _list_raw_names(header_rows[0], known))
    return all(not name or name in known.columns or (mark and (mark[1] or mark[2] in forms)) for name, mark in marked)
