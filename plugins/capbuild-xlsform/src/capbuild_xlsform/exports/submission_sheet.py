"""Submissions from export rows.

Split columns and flattened repeats are joined.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import partial
from itertools import chain

from attrs import define, evolve, field

from capbuild.formats import IssueLog, drop_edges, log_edges, shorten
from capbuild.model import ColumnUse, ColumnUsed, PersonalData, QuestionType, Severity, SheetReconciliation
from capbuild.origin import Origin
from capbuild_xlsform.definitions.form import Form
from capbuild_xlsform.definitions.question_types import find_personal_by_type
from capbuild_xlsform.exports.columns import (
    MARKS,
    TICKED,
    UNTICKED,
    Column,
    ColumnStatistics,
    Part,
    collect_column_facts,
    plan_columns,
)
from capbuild_xlsform.submissions.answers import AnswerBuilder
from capbuild_xlsform.submissions.draft import DraftHints, Guess
from capbuild_xlsform.submissions.metadata import (
    IDS,
    SUBMITTED,
    find_personal_metadata,
    is_meta,
    normalise_meta_name,
    select_meta,
)
from capbuild_xlsform.submissions.records import Entry, Record, Stored
from capbuild_xlsform.submissions.schema import ObservedQuestions
from capbuild_xlsform.values import parse_geopoint

_Row = tuple[int, tuple[str, ...]]

#: HXL hashtag, which tools write in a row below the header: `#adm1 +name`.
_TAG = re.compile(r"#[A-Za-z]\w*(?:\s*\+\s*\w+)*")


@define(eq=False)
class SubheaderRows:
    """Rows below the header that are not submissions.

    Attributes:
        tags: Numbers of the rows of tags.
        labelled: Numbers of the rows of labels.
        labels: Labels in column order; empty for none.
    """

    tags: list[int] = field(factory=list)
    labelled: list[int] = field(factory=list)
    labels: tuple[str, ...] = ()

    @property
    def last(self) -> int:
        """Number of the last of these rows; 0 for none."""
        return max((*self.tags, *self.labelled), default=0)


def find_subheader_rows(rows: Iterable[_Row], headers: Sequence[str]) -> tuple[SubheaderRows, Iterator[_Row]]:
    """Return subheader rows and the remaining rows.

    Subheaders are rows of tags or labels directly below the header row. Ona writes labels there, and repeats the names
    of metadata columns.

    Args:
        rows: Rows below the header.
        headers: Column headers.

    Example:
        >>> rows = [(2, ("Age?", "_id", "_uuid")), (3, ("#age", "", "")), (4, ("5", "1", "u"))]
        >>> found, rest = find_subheader_rows(rows, ["age", "_id", "_uuid"])
        >>> found.labelled, found.tags, found.labels, list(rest)
        ([2], [3], ('Age?', '_id', '_uuid'), [(4, ('5', '1', 'u'))])
    """
    subheader_rows, stream = SubheaderRows(), iter(rows)
    added = [position for position, head in enumerate(headers) if is_meta(normalise_meta_name(head))]
    for row in stream:
        number, cells = row
        filled = [cell for cell in cells if cell]
        if filled and all(map(_TAG.fullmatch, filled)):
            subheader_rows.tags.append(number)
        elif not subheader_rows.labels and _has_repeats(cells, headers, added):
            subheader_rows.labelled.append(number)
            subheader_rows.labels = cells
        else:
            return subheader_rows, chain([row], stream)
    return subheader_rows, iter(())


def _has_repeats(cells: Sequence[str], headers: Sequence[str], added: Sequence[int]) -> bool:
    """Return True if the metadata cells repeat their headers."""
    pairs = [(cells[place], headers[place]) for place in added if place < len(cells) and cells[place]]
    return len(pairs) > 1 and all(cell == head for cell, head in pairs)


_NOTHING = frozenset({"", "n/a"})


@define(eq=False)
class DuplicateMetadata:
    """Metadata columns with a duplicate name.

    Attributes:
        pairs: Index of the first column of a name, index of a later one, and the later one's new name.
        differing: Indexes of later columns that differ from the first in some row.
    """

    pairs: list[tuple[int, int, str]] = field(factory=list)
    differing: set[int] = field(factory=set)

    @classmethod
    def of(cls, columns: Sequence[Column]) -> "DuplicateMetadata":
        """Return the duplicates among the columns of a table.

        Example:
            >>> headers = ["_notes", "age", "_notes"]
            >>> parts = [Part.META, Part.WHOLE, Part.META]
            >>> DuplicateMetadata.of([Column(i, h, p, h) for i, (h, p) in enumerate(zip(headers, parts))]).pairs
            [(0, 2, '_notes (2)')]
        """
        places: dict[str, list[int]] = {}
        for column in columns:
            if column.part is Part.META:
                places.setdefault(column.path, []).append(column.index)
        duplicates = (
            (first, other, f"{name} ({number})")
            for name, (first, *others) in places.items()
            for number, other in enumerate(others, start=2)
        )
        return cls(list(duplicates))

    def see(self, cells: Sequence[str]) -> None:
        """Compare the metadata of one row.

        Blank cells and missing codes never count as a difference.
        """
        for first, other, _ in self.pairs:
            text, two = (cells[place] if place < len(cells) else "" for place in (first, other))
            if text not in _NOTHING and two not in _NOTHING and text != two:
                self.differing.add(other)

    def names(self) -> Mapping[int, str]:
        """Return new names of the columns that differ, by position."""
        return {other: name for _, other, name in self.pairs if other in self.differing}

    def report(self, headers: Sequence[str], row: int, log: IssueLog) -> None:
        """Report the columns that differ.

        Args:
            headers: Headers of the table.
            row: Row number of the header.
            log: Log of issues.
        """
        for place, name in self.names().items():
            message = f"the header {headers[place]!r} is repeated with other values; this column is kept as {name!r}"
            remedy = "find out which one counts"
            log.add("CB113", Severity.WARNING, message, row=row, column=place + 1, remedy=remedy, subject=name)


def is_yes_no(options: Sequence[Column], facts: Sequence[ColumnStatistics]) -> bool:
    """True if option columns have 1 and 0.

    Otherwise they have the option's code, which matters if `0` or `no` is itself a code. A yes or no that is not the
    column's own code proves it. Without one, all columns must be filled equally often, since exports with codes leave
    options that were not chosen blank.

    Args:
        options: The columns.
        facts: Statistics of each column of the sheet.
    """
    seen = [(column.detail.casefold(), facts[column.index]) for column in options if column.index < len(facts)]
    other = any(word != code for code, statistics in seen for word in statistics.marks)
    return other or (len(seen) > 1 and len({statistics.filled for _, statistics in seen}) == 1)


def find_ticked(
    joined: Stored, marks: Iterable[tuple[str, str]], fillers: frozenset[str], *, yes_or_no: bool
) -> tuple[Stored, str | None, str]:
    """Return the ticked codes, joined text and a message.

    The message reports a difference between columns, or a cell that is no tick; such a cell chooses nothing, and its
    text is kept. Codes are in the order of the joined cell if there is one. Without ticks, the joined cell is returned
    unchanged.

    Args:
        joined: Value of the question's own column.
        marks: Option codes with the cells of their columns.
        fillers: Cells that mean nothing.
        yes_or_no: Whether the option columns have 1 and 0 or the like.

    Example:
        >>> find_ticked("1 99", [("1", "1"), ("0", "0"), ("99", "1")], frozenset(), yes_or_no=True)
        (('1', '99'), '1 99', '')
        >>> find_ticked("", [("1", ""), ("0", "0")], frozenset(), yes_or_no=False)
        (('0',), None, '')
        >>> find_ticked("a", [("a", "0"), ("b", "1")], frozenset(), yes_or_no=True)
        (('b',), 'a', "the cell contains 'a', and the columns of the options contain 'b'")
        >>> find_ticked("", [("a", "1"), ("b", "see remark")], frozenset(), yes_or_no=True)
        (('a',), 'b: see remark', "'see remark' is no tick of b")
    """
    marks = list(marks)
    known = [(code, mark.casefold()) for code, mark in marks if mark and mark not in fillers]
    if not known:
        return joined, None, ""
    ticked = [
        code
        for code, mark in known
        if mark in TICKED or (mark == code.casefold() and _is_tick(mark, yes_or_no=yes_or_no))
    ]
    written = str(joined) if isinstance(joined, str) else ""
    strange = {code for code, mark in known if mark not in MARKS and mark != code.casefold()}
    odd = [(code, mark) for code, mark in marks if code in strange] if strange else []
    doubt = "; ".join(f"{shorten(mark)!r} is no tick of {code}" for code, mark in odd)
    if not written:
        return tuple(ticked), "; ".join(f"{code}: {mark}" for code, mark in odd) or None, doubt
    codes = {code for code, _ in marks}
    words = written.split()
    doubt = doubt or _describe_mismatch(words, codes, ticked, {code for code, _ in known})
    if set(ticked) <= set(words):  # A joined cell of codes has the order, and codes without a column.
        return tuple(dict.fromkeys(words)), written, doubt
    by_code = all(code.split() == [code] for code in codes) and (not ticked or bool(set(ticked) & set(words)))
    strangers = [word for word in words if word not in codes] if by_code else []  # Joined labels have no codes.
    if 2 * len(strangers) > len(words) and ticked:  # But a word of a label may equal one.
        strangers = []
    return (*ticked, *strangers), written or None, doubt


def _describe_mismatch(words: Sequence[str], codes: Set[str], ticked: Sequence[str], filled: Set[str]) -> str:
    """Return a message if codes contradict the option columns."""
    if not words or not set(words) <= codes or set(words) & filled == set(ticked):
        return ""
    cell, columns = shorten(" ".join(words)), shorten(" ".join(ticked))
    return f"the cell contains {cell!r}, and the columns of the options contain {columns!r}"


def _is_tick(mark: str, *, yes_or_no: bool) -> bool:
    """Return True if a cell with option code is ticked."""
    return not (yes_or_no and mark in UNTICKED)


Rows = Iterable[_Row]

_FILLERS = frozenset({"n/a"})

_DROPPED = "personal, dropped, as set in the options"

_PARTS = "part of a question in several columns"


@define(eq=False)
class _Question:
    """Columns of one question at one place in repeats."""

    path: str
    places: tuple[tuple[str, int], ...]
    whole: Column | None = None
    options: list[Column] = field(factory=list)
    geo: dict[str, Column] = field(factory=dict)
    yes_or_no: bool = False

    @property
    def first(self) -> int:
        if self.whole is not None:
            return self.whole.index
        return min(column.index for column in (*self.options, *self.geo.values()))


@define(eq=False)
class TableSheet:
    """Sheet of an export, or a text file's table.

    Attributes:
        file: Name of the file.
        sheet: Name of the sheet; None for a text file.
        columns: Columns with their roles.
        facts: Statistics of each column's cells.
        rows: Returns the rows below the header from the beginning.
        flattened: Groups repeated from row to row of one submission.
        blank: Number of blank rows.
        count: Number of non-blank rows.
        between: Rows of tags and labels below the header.
        extra: Number of cells beyond the last header.
        duplicates: New names of duplicate metadata columns with other values, by column.
    """

    file: str
    sheet: str | None
    columns: list[Column]
    facts: Sequence[ColumnStatistics]
    rows: Callable[[], Rows]
    flattened: tuple[str, ...] = ()
    blank: int = 0
    count: int = 0
    extra: int = 0
    between: SubheaderRows = field(factory=SubheaderRows)
    duplicates: Mapping[int, str] = field(factory=dict)
    _questions: list[_Question] = field(init=False)
    _plain: list[tuple[_Question, int, bool]] = field(init=False)
    _meta: list[tuple[str, int]] = field(init=False)
    _times: list[tuple[str, int]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        questions: dict[tuple[str, tuple[tuple[str, int], ...]], _Question] = {}
        for column in self.columns:
            if column.part not in (Part.WHOLE, Part.OPTION, Part.GEO):
                continue
            question = questions.setdefault((column.path, column.places), _Question(column.path, column.places))
            if column.part is Part.OPTION:
                question.options.append(column)
            elif column.part is Part.GEO:
                question.geo.setdefault(column.detail, column)
            elif question.whole is None:
                question.whole = column
            else:
                questions[column.path, (*column.places, (column.head, column.index))] = _Question(
                    column.path, column.places, column
                )
        named: dict[str, str] = {}
        columns = [(self.duplicates.get(c.index, c.path), c.index) for c in self.columns if c.part is Part.META]
        for name, index in columns:
            named[name] = named.get(name) or self.facts[index].first
        kept = select_meta(named)
        self._meta = [(name, index + 1) for name, index in columns if name in kept]
        self._times = [(name, index + 1) for name, index in columns if name in SUBMITTED]
        self._questions = list(questions.values())
        for question in self._questions:
            question.yes_or_no = is_yes_no(question.options, self.facts)
        self._plain = [(q, q.first, q.whole is not None and not q.options and not q.geo) for q in self._questions]

    @property
    def hints(self) -> DraftHints:
        """Hints from the columns: types, option codes and labels."""
        types = {q.path: QuestionType.SELECT_MULTIPLE for q in self._questions if q.options}
        types |= {q.path: QuestionType.GEOPOINT for q in self._questions if q.geo}
        codes = {q.path: tuple(column.detail for column in q.options) for q in self._questions if q.options}
        return DraftHints(types, codes, {column.path: column.label for column in self.columns if column.label})

    def observe(self, observed: ObservedQuestions, *, repeat: str = "", meta: bool = True) -> None:
        """Add questions without a definition, and metadata.

        Args:
            observed: Receives them.
            repeat: Path of the sheet's repeat.
            meta: Whether its rows may be submissions, with metadata to keep.
        """
        for question in self._questions:
            if not observed.knows(question.path):
                repeats = [path for path, _ in question.places] + ([repeat] if repeat else [])
                repeats += [group for group in self.flattened if question.path.startswith(f"{group}/")]
                guess = self.facts[question.whole.index].guess if question.whole is not None else Guess()
                observed.draft.add(question.path, repeats, guess)
        if meta:
            observed.meta.update(dict.fromkeys(name for name, _ in self._meta))

    def meta(self, cells: Sequence[str]) -> dict[str, str]:
        """Return the metadata of a row."""
        facts: dict[str, str] = {}
        for column in self.columns:
            text = _read_cell(column, cells) if column.part is Part.META else ""
            if text and text not in _FILLERS:
                name = self.duplicates.get(column.index, column.path) if column.path in facts else column.path
                facts.setdefault(name, text)
        return facts

    def entries(self, number: int, cells: Sequence[str]) -> list[Entry]:
        """Return the entries of a row."""
        width = len(cells)
        entries: list[Entry] = []
        for question, first, single in self._plain:  # Most questions have one column.
            origin = Origin(self.file, self.sheet, number, first + 1)
            text = cells[first] if first < width else ""
            if single and text not in _FILLERS:
                entries.append(Entry(question.path, question.places, text, origin))
            else:
                entries.append(self._make_entry(question, origin, cells))
        return entries

    def _make_entry(self, question: _Question, origin: Origin, cells: Sequence[str]) -> Entry:
        text = _read_cell(question.whole, cells)
        filler = text if text in _FILLERS else ""
        stored: Stored = "" if filler else text
        raw, doubt = None, ""
        if question.options:
            marks = ((column.detail, _read_cell(column, cells)) for column in question.options)
            stored, raw, doubt = find_ticked(stored, marks, _FILLERS, yes_or_no=question.yes_or_no)
            filler = filler or next((f for c in question.options if (f := _read_cell(c, cells)) in _FILLERS), "")
        elif question.geo and not stored:
            parts = [
                _read_cell(question.geo.get(name), cells) for name in ("latitude", "longitude", "altitude", "precision")
            ]
            given = [part for part in parts if part and part not in _FILLERS]
            raw = " ".join(given) or None
            stored = parse_geopoint(raw or "") or raw or ""  # Text that is not a location is kept, and reported.
        places = question.places
        return Entry(question.path, places, stored, origin, filler if stored == "" else "", raw, doubt)

    def reconciliation(self, answering: AnswerBuilder) -> SheetReconciliation:
        """Return the reconciliation of the sheet.

        Args:
            answering: Builder of its answers, which counted their cells.
        """
        counted = answering.account(Origin(self.file, self.sheet))
        rows_left_out = {
            "blank": self.blank,
            "tags below the headers": len(self.between.tags),
            "labels below the headers": len(self.between.labelled),
        }
        together = sum(len(q.options) + len(q.geo) - (q.whole is None) for q in self._questions if q.options or q.geo)
        left_out = {_PARTS: together * self.count, "beyond the last header": self.extra}
        account = evolve(
            counted,
            rows_out=self.count,
            rows_left_out=counted.rows_left_out + Counter(rows_left_out),
            left_out=counted.left_out + Counter(left_out),
        )
        dropped = answering.drop_personal
        columns = [_describe_use(column, answering.personal(column.path), dropped=dropped) for column in self.columns]
        return account.reconciliation(self.sheet, columns)

    def records(self) -> Iterator[Record]:
        """Yield the submissions.

        Each comes from one row, or from a group of flattened rows.
        """
        for rows in _group_rows(self, self.rows()):
            yield self.record(rows)

    def record(self, rows: Sequence[tuple[int, tuple[str, ...]]]) -> Record:
        """Return the submission of one or several flattened rows."""
        number, cells = rows[0]
        entries: list[Entry] = []
        for time, (row, row_cells) in enumerate(rows, start=1):
            for entry in self.entries(row, row_cells):
                group = next((g for g in self.flattened if entry.path.startswith(f"{g}/")), None)
                if group is not None:
                    entries.append(evolve(entry, places=((group, time), *entry.places)))
                elif time == 1:
                    entries.append(entry)
        return Record(
            entries, self.meta(cells), Origin(self.file, self.sheet, number), where=self._locate_metadata(number)
        )

    def _locate_metadata(self, number: int) -> dict[str, Origin]:
        """Return the locations of a row's metadata."""
        places: dict[str, Origin] = {}
        for name, column in (*self._meta, *self._times):
            places.setdefault(name, Origin(self.file, self.sheet, number, column))
        return places


def _with_label(column: Column, labels: Sequence[str]) -> Column:
    """Return a column with the label below its header.

    A column that has a label keeps it.
    """
    label = labels[column.index] if column.index < len(labels) else ""
    own = column.part is Part.WHOLE and not column.label and label not in ("", column.head)
    return evolve(column, label=label) if own else column


def _read_cell(column: Column | None, cells: Sequence[str]) -> str:
    return cells[column.index] if column is not None and column.index < len(cells) else ""


def _describe_use(column: Column, asked: PersonalData | None, *, dropped: bool) -> ColumnUsed:
    personal = find_personal_metadata(column.path) if column.part is Part.META else asked
    if column.part is Part.GEO:
        personal = find_personal_by_type("geopoint")
    use = ColumnUse.METADATA if column.part is Part.META else ColumnUse.QUESTION
    reason = f"{column.detail} of {column.path}" if column.part in (Part.OPTION, Part.GEO) else ""
    if column.part is Part.NOTHING:
        return ColumnUsed(name="", column=column.index + 1, use=ColumnUse.IGNORED, reason="it has no head")
    if personal is not None:
        use = ColumnUse.PERSONAL
        reason = _DROPPED if dropped else reason or "kept as an answer; drop_personal leaves it out"
    return ColumnUsed(name=column.head, column=column.index + 1, use=use, reason=reason, personal=personal)


def _find_id_column(columns: Sequence[Column]) -> int | None:
    by_name = {column.path: column.index for column in columns if column.part is Part.META}
    return next((by_name[name] for name in IDS if name in by_name), None)


def _group_rows(sheet: TableSheet, rows: Rows) -> Iterator[list[tuple[int, tuple[str, ...]]]]:
    """Yield rows, flattened ones with one id together.

    Rows are grouped only if the sheet has flattened repeats.
    """
    at = _find_id_column(sheet.columns) if sheet.flattened else None
    group: list[tuple[int, tuple[str, ...]]] = []
    for row in rows:
        if at is None:
            yield [row]
            continue
        same = bool(group) and at < len(row[1]) and bool(row[1][at]) and group[0][1][at : at + 1] == row[1][at : at + 1]
        if group and not same:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def scan_sheet(
    file: str,
    sheet: str | None,
    rows: Callable[[], Rows],
    form: Form | None,
    log: IssueLog,
    *,
    prefix: str = "",
    separator: str = "",
) -> TableSheet | None:
    """Scan all rows of a sheet, None if blank.

    Args:
        file: Name of the file.
        sheet: Name of the sheet; None for a text file.
        rows: Returns all rows from the beginning, header first.
        form: The merged definition of all versions; None for none.
        log: Log of issues.
        prefix: Path of the sheet's repeat.
        separator: Group separator of its headers; inferred if empty.
    """
    notes: dict[int, str] = {}
    stream = drop_edges(rows(), notes)
    blank, head_row, headers = _find_header(stream)
    if not headers:
        return None
    between, stream = find_subheader_rows(stream, headers)
    facts = collect_column_facts(headers)
    early = plan_columns(headers, facts, form, prefix=prefix, separator=separator)
    scan = _scan_rows(stream, headers, facts, early, log)
    log_edges(notes, log)
    scan.duplicates.report(headers, head_row, log)
    columns = plan_columns(headers, facts, form, prefix=prefix, separator=separator)
    columns = [_with_label(column, between.labels) for column in columns]
    return TableSheet(
        file,
        sheet,
        columns,
        facts,
        rows=partial(_list_rows_below, partial(_drop_edges, rows), max(between.last, head_row)),
        flattened=() if prefix else _find_flattened_groups(columns, scan.varying),
        blank=blank + scan.blank,
        count=scan.count,
        extra=scan.extra,
        between=between,
        duplicates=scan.duplicates.names(),
    )


def _drop_edges(rows: Callable[[], Rows]) -> Rows:
    """Return the rows without the notes below the table."""
    return drop_edges(rows(), {})


def _list_rows_below(rows: Callable[[], Rows], last: int) -> Iterator[_Row]:
    """Yield the non-blank rows after a row."""
    return ((number, cells) for number, cells in rows() if number > last and any(cells))


def _find_header(rows: Iterator[_Row]) -> tuple[int, int, list[str]]:
    """Find the header row after leading blank rows.

    Returns the number of blank rows, the number of the header row, and its cells up to the last non-blank.
    """
    for blank, (number, cells) in enumerate(rows):
        if any(cells):
            last = max(position for position, cell in enumerate(cells, start=1) if cell)
            return blank, number, list(cells[:last])
    return 0, 0, []


@define(eq=False)
class _SheetScan:
    """Statistics of all rows of a sheet."""

    blank: int = 0
    count: int = 0
    extra: int = 0
    varying: set[int] = field(factory=set)
    duplicates: DuplicateMetadata = field(factory=DuplicateMetadata)


def _scan_rows(
    stream: Iterable[tuple[int, tuple[str, ...]]],
    headers: Sequence[str],
    facts: Sequence[ColumnStatistics],
    columns: Sequence[Column],
    log: IssueLog,
) -> _SheetScan:
    scan, id_column = _SheetScan(duplicates=DuplicateMetadata.of(columns)), _find_id_column(columns)
    last: tuple[str, ...] = ()
    for number, cells in stream:
        if not any(cells):
            scan.blank += 1
            continue
        scan.count += 1
        scan.duplicates.see(cells)
        for fact, cell in zip(facts, cells, strict=False):
            if cell:
                fact.see(cell)
        beyond = [cell for cell in cells[len(headers) :] if cell]
        if beyond:
            scan.extra += len(beyond)
            message = (
                f"the row has {len(cells)} cells below {len(headers)} headers; left out: {' | '.join(beyond)[:60]!r}"
            )
            log.add("CB109", Severity.WARNING, message, row=number, remedy="put quotes around texts with separators")
        mark = cells[id_column : id_column + 1] if id_column is not None else ()
        if id_column is not None and mark not in ((), ("",)) and mark == last[id_column : id_column + 1]:
            scan.varying.update(i for i, (cell, other) in enumerate(zip(last, cells, strict=False)) if cell != other)
        last = cells
    return scan


def _find_flattened_groups(columns: Sequence[Column], varying: set[int]) -> tuple[str, ...]:
    """Return the groups repeated from row to row.

    Only columns of these groups differ between rows of one submission.
    """
    differing = [column for column in columns if column.index in varying]
    groups = {
        column.path.partition("/")[0] for column in differing if "/" in column.path and column.part is not Part.META
    }
    fits = all("/" in column.path for column in differing if column.part is not Part.META)
    return tuple(sorted(groups)) if fits else ()
