"""Columnar scan of a file, parsing distinct values once."""

from functools import partial
from typing import Any

import numpy as np

from capbuild.formats import MISSING_WORDS, IssueLog, Role, shorten
from capbuild.model import ResponseStatus, Severity
from capbuild.origin import Origin
from capbuild.plugins import InputFile
from capbuild.tables import (
    Codebook,
    Coding,
    Column,
    ColumnNames,
    DistinctCells,
    ParsedCell,
    ResponseTable,
    ScannedColumn,
    column_fact,
    constant_fact,
    polars,
    row_fact,
    row_numbers,
)
from capbuild_spss.encodings import open_file
from capbuild_spss.options import StatisticsFileOptions
from capbuild_spss.questions import LONGEST_WORD, SetQuestion, VariableQuestion
from capbuild_spss.reader import FileReader, make_reader
from capbuild_spss.subprocess_parser import ParsedFile
from capbuild_spss.variables import RawColumn, Value

#: Number of first texts sampled from a column, and the share of distinct texts from which a dictionary does not pay.
_SAMPLE, _NEARLY_ALL = 500, 0.97


def scan_file(source: InputFile, options: StatisticsFileOptions) -> ResponseTable | None:
    """Return a file as columns; None without rows, or if the options declare missing values.

    Args:
        source: An SPSS or Stata file.
        options: Options in force.

    Raises:
        ReadError: SPSS1, it cannot be parsed.
        LimitError: It declares more cells than the limits allow.
    """
    if options.missing:
        return None
    log = IssueLog(source.name)
    with open_file(source, options, log) as file:
        return _scan_columns(source, options, file, log)


def _scan_columns(
    source: InputFile, options: StatisticsFileOptions, file: ParsedFile, log: IssueLog
) -> ResponseTable | None:
    if not file.facts.rows:
        return None
    reader = make_reader(source, options, file.facts, log)
    pairs = zip(reader.variables.values(), file.columns, strict=True)
    columns = {question.variable.name: _scan_column(question, raw, source.limits.text) for question, raw in pairs}
    names, answers = ColumnNames(), []
    physical: dict[str, Any] = {}
    facts = _make_facts(reader, columns, physical)
    gathered = [_set_answer(set_, columns) for set_ in reader.sets]
    for scanned in (*(columns[question.variable.name] for question in reader.questions), *gathered):
        column, cells = scanned.answers(names.make(scanned.question))
        answers.append(column)
        physical |= cells
        _note(log, scanned)
    codebook = Codebook(questionnaire=reader.questionnaire(), columns=answers, facts=facts, file=source.name)
    return ResponseTable(codebook=codebook, frame=polars().DataFrame(physical), issues=list(log.close()))


def _scan_column(question: VariableQuestion, whole: RawColumn, longest: int) -> ScannedColumn:
    pl, name, place = polars(), question.question.id, question.variable.column
    if whole.form == "i":
        codes = pl.Series(np.frombuffer(whole.data, np.uint32))
        return ScannedColumn(name, place, codes, DistinctCells(whole.cells, question.read))
    if whole.form == "t":
        return _scan_texts(question, whole.data, longest)
    numbers = pl.Series(np.frombuffer(whole.data), nan_to_null=True)
    blank = pl.select(pl.when(numbers.is_null()).then(pl.lit(0, pl.UInt8))).to_series()
    scanned = ScannedColumn(name, place, blank, DistinctCells((None,), question.read), numbers)
    plain = question.is_plain_number and not numbers.is_infinite().any()
    return scanned if plain else scanned.as_dictionary()


def _scan_texts(question: VariableQuestion, data: bytes, longest: int) -> ScannedColumn:
    """Return a column of texts.

    Distinct texts are stored in a dictionary, or directly if hardly any text recurs.
    """
    pl, direct = polars(), None
    texts = pl.Series([data], dtype=pl.Binary).cast(pl.String).str.split("\0").explode()
    sample = texts.head(_SAMPLE)
    if question.is_plain_text and sample.n_unique() > _NEARLY_ALL * len(sample):
        plain = texts.to_frame("text").select(_is_plain_answer(longest)).to_series()
        direct = pl.select(pl.when(plain).then(texts)).to_series()
        texts = pl.select(pl.when(~plain).then(texts)).to_series()
    words = texts.cast(pl.Categorical(pl.Categories.random(physical=pl.UInt32)))
    distinct = DistinctCells(tuple(words.dtype.categories.to_series().to_list()), question.read)
    return ScannedColumn(question.question.id, question.variable.column, words.to_physical(), distinct, direct)


def _is_plain_answer(longest: int) -> Any:
    """Return an expression true for unchanged text answers.

    Such a text has no white space at its ends and is not a word for missing.
    """
    text = polars().col("text")
    ends = text.str.contains(r"(?s)^[!-~](?:.*[!-~])?$") & (text.str.len_chars() <= longest)
    simple = text.str.contains(r"^[!-~]+(?: [!-~]+)*$") & ~text.str.to_lowercase().is_in(list(MISSING_WORDS))
    return ends & (simple | (text.str.len_chars() > LONGEST_WORD))


def _set_answer(made: SetQuestion, columns: dict[str, ScannedColumn]) -> ScannedColumn:
    """Return a multiple-response set's answers, parsing each combination once."""
    members = [columns[member.variable.name].as_dictionary() for member in made.members]
    width = max(member.variable.column for member in made.members)
    pl = polars()
    codes = pl.DataFrame({str(number): member.codes for number, member in enumerate(members)})
    kinds = codes.unique(maintain_order=True)
    places = pl.Series(range(kinds.height), dtype=pl.UInt32)
    where = codes.join(kinds.with_columns(place=places), on=kinds.columns, how="left", maintain_order="left")

    def read(combination: tuple[int, ...]) -> ParsedCell:
        row: list[Value] = [None] * width
        for member, scanned, code in zip(made.members, members, combination, strict=True):
            row[member.variable.column - 1] = scanned.cells[code]
        answer = made.answer(row, Origin("-"))
        return answer.value, answer.raw, ""

    first = made.members[0].variable.column
    return ScannedColumn(made.question.id, first, where.get_column("place"), DistinctCells(tuple(kinds.rows()), read))


def _make_facts(reader: FileReader, columns: dict[str, ScannedColumn], physical: dict[str, Any]) -> dict[str, Column]:
    row, numbers = row_numbers(1, reader.facts.rows)
    options = reader.options
    facts: dict[str, Column | None] = {
        "row": row,
        "id": row_fact("id", "{}"),
        "status": constant_fact("status", ResponseStatus.SUBMITTED),
        "place": constant_fact("place", options.country) if options.country else None,
        "respondent": row_fact("respondent", "row {}"),
        "language": constant_fact("language", options.language) if options.language else None,
    }
    physical |= numbers
    role_columns = {Role.COUNTRY: ("place", options.country), Role.LANGUAGE: ("language", options.language)}
    for role, (name, other) in role_columns.items():
        if role in reader.keys:
            column = columns[reader.keys[role].variable.name]
            facts[name], cells = column_fact(name, column, partial(_read_role_cell, reader, role, other))
            physical |= cells
    if Role.DATE in reader.keys:
        dates = columns[reader.keys[Role.DATE].variable.name]
        facts["date"], cells = column_fact("date", dates, reader.read_day)
        physical |= cells
        _note_dates(reader, dates)
    if Role.COUNTRY in reader.keys and not options.country:
        _note_places(reader, columns[reader.keys[Role.COUNTRY].variable.name])
    if Role.ID in reader.keys:
        facts["respondent"] = _make_respondents(reader, columns[reader.keys[Role.ID].variable.name], physical)
    return {name: column for name, column in facts.items() if column is not None}


def _make_respondents(reader: FileReader, column: ScannedColumn, physical: dict[str, Any]) -> Column:
    """Return the respondent ids.

    An id is the text of the variable, else the row number.
    """
    named = column.texts(lambda cell: reader.role_text(Role.ID, cell) or None, as_is=True)
    if named.null_count():
        rows = polars().Series([f"row {number}" for number in range(1, reader.facts.rows + 1)])
        named = named.zip_with(named.is_not_null(), rows)
    physical["response_respondent"] = named
    return Column(name="response_respondent", question="respondent", coding=Coding.TEXT)


def _note_places(reader: FileReader, column: ScannedColumn) -> None:
    whole = column.as_dictionary()
    pairs = zip(whole.cells, whole.counts, strict=True)
    blank = sum(count for cell, count in pairs if count and not reader.role_text(Role.COUNTRY, cell))
    if blank:
        reader.log.add("CB206", Severity.WARNING, f"{blank:,} rows name no country", remedy="fill it in")


def _note_dates(reader: FileReader, column: ScannedColumn) -> None:
    whole = column.as_dictionary()
    for cell, count in zip(whole.cells, whole.counts, strict=True):
        text = reader.role_text(Role.DATE, cell) if count and reader.read_day(cell) is None else ""
        if text.strip():
            reader.log.add_unreadable_date(text, Origin(reader.source.name, column=column.place))


def _note(log: IssueLog, scanned: ScannedColumn) -> None:
    for problem, count in scanned.problems:
        message = f"{problem} ({shorten(scanned.question, 40)}), in {count:,} cells; it is kept"
        remedy = "correct the file, or label the value"
        log.add("CB201", Severity.WARNING, message, column=scanned.place, remedy=remedy, subject=scanned.question)


def _read_role_cell(reader: FileReader, role: Role, other: str | None, cell: Any) -> str | None:
    """Return a cell's text for a role, else the option's."""
    return reader.role_text(role, cell) or other
