"""Building of tables from responses, column by column."""

import re
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from attrs import define, evolve, field

from capbuild.errors import CapbuildError
from capbuild.model import Answer, Question, Questionnaire, QuestionType, Response
from capbuild.model.response import BlockAnswers, ColumnAnswers, find_block
from capbuild.origin import Origin
from capbuild.tables.codebook import Codebook, Coding, Column
from capbuild.tables.coding import GAP, Coded, Dictionary, code_values
from capbuild.tables.row_reader import FACTS, fact_values
from capbuild.text import numbered_name

_LONGEST = 60

_OTHER = re.compile(r"[^a-z0-9]+")


class ColumnNames:
    """Unique column names for questions, valid in all engines.

    Spark treats `Q1` and `q1` as one column, and a dot as access to a field of a structure.

    Example:
        >>> names = ColumnNames()
        >>> names.make("TEC-2.2a"), names.make("Q1"), names.make("q1"), names.make("¿Qué?", repeat=2)
        ('tec_2_2a', 'q1', 'q1_2', 'qu_r2')
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def make(self, question: str, *, repeat: int = 0, prefix: str = "") -> str:
        """Return a new column name for a question."""
        plain = _OTHER.sub("_", question.lower()).strip("_")[:_LONGEST].strip("_")
        if not plain or plain[0].isdigit() or plain.startswith("response_"):
            plain = f"q_{plain}".rstrip("_")
        wanted = f"{prefix}{plain}_r{repeat}" if repeat else f"{prefix}{plain}"
        unique_name = numbered_name(wanted, self._taken.__contains__, "{}_{}")
        self._taken.add(unique_name)
        return unique_name


#: Key of a column: question, repeat, and which of several answers to the question in one response.
_Key = tuple[str, int, int]


def polars() -> ModuleType:
    """Return polars, which comes with the extra `tables`.

    Raises:
        CapbuildError: polars is not installed.
    """
    try:
        import polars as module
    except ModuleNotFoundError as error:
        raise CapbuildError(
            "tables need polars, which is not installed", code="CB501", remedy='pip install "capbuild[tables]"'
        ) from error
    return module


def engine_errors() -> tuple[type[BaseException], ...]:
    """Return the exceptions of polars for data it cannot store.

    A panic of polars is not an `Exception`.
    """
    errors = polars().exceptions
    return errors.PolarsError, errors.PanicException


def integer_type(lowest: int, highest: int) -> Any:
    """Return the smallest polars integer type for a range."""
    pl = polars()
    for bits, name in ((7, pl.Int8), (15, pl.Int16), (31, pl.Int32)):
        if -(2**bits) <= lowest and highest < 2**bits:
            return name
    return pl.Int64


@define
class _Gathered:
    """Cells of one logical column so far.

    They are fewer than the table's rows while the last rows have no answer.
    """

    question: str
    repeat: int
    values: list[Any] = field(factory=list)
    texts: dict[int, str] = field(factory=dict)
    comments: dict[int, str] = field(factory=dict)
    place: int | None = None
    step: str | None = None
    rows: dict[int, int] = field(factory=dict)
    moves: bool = False

    def put(self, row: int, answer: Answer, whole: Origin | None) -> None:
        if len(self.values) < row:
            self.values.extend([GAP] * (row - len(self.values)))
        self.values.append(answer.value)
        if answer.raw is not None:
            self.texts[row] = answer.raw
        if answer.comment is not None:
            self.comments[row] = answer.comment
        if answer.origin is not None and whole is not None:
            self._put_origin(row, answer.origin, whole)

    def put_all(self, row: int, column: ColumnAnswers, wholes: list[Origin | None]) -> None:
        """Add the answers of consecutive rows."""
        self.values.extend([GAP] * (row - len(self.values)))
        self.values.extend(column.values)
        self.texts.update((row + at, text) for at, text in column.raws.items())
        for at, origin in column.origins:
            whole = wholes[at]
            if whole is not None:
                self._put_origin(row + at, origin, whole)

    def _put_origin(self, row: int, cell: Origin, whole: Origin) -> None:
        """Record how a cell's origin differs from its response's origin."""
        step = cell.path.removeprefix(whole.path) if cell.path and whole.path else ""
        place = None if cell.column == whole.column else cell.column
        known = self.step is not None
        elsewhere = bool(cell.path) and not (cell.path or "").startswith(whole.path or "")
        if cell.sheet != whole.sheet or elsewhere or (known and (place, step) != (self.place, self.step)):
            self.moves = True
        elif cell.row is not None and cell.row != whole.row:
            self.rows[row] = cell.row
        self.place, self.step = place, step


@define
class TableBuilder:
    """Builder of a table from responses.

    A table does not store citations; `citations` counts them.
    """

    citations: int = 0
    _rows: int = 0
    _file: str = ""
    _facts: list[list[Any]] = field(factory=lambda: [[] for _ in FACTS])
    _columns: dict[_Key, _Gathered] = field(factory=dict)
    _waiting: list[tuple[Response, BlockAnswers]] = field(factory=list)

    def add(self, response: Response) -> None:
        """Add one response.

        The answers of consecutive responses that are stored by column are added together.
        """
        found = find_block(response)
        if self._waiting and (found is None or not _continues(self._waiting[-1][1], found)):
            self._add_waiting()
        if found is not None and len(found.rows) == 1:
            self._waiting.append((response, found))
        else:
            self._add(response)

    def _add_waiting(self) -> None:
        responses = [response for response, _ in self._waiting]
        first, last = self._waiting[0][1], self._waiting[-1][1]
        self._waiting = []
        columns = first.block.columns(range(first.rows.start, last.rows.stop))
        if columns is None:
            for response in responses:
                self._add(response)
            return
        for response in responses:
            self._add_facts(response)
        for column in columns:
            key = (column.question, column.repeat, 1)
            gathered = self._columns.setdefault(key, _Gathered(column.question, column.repeat))
            gathered.put_all(self._rows, column, [response.origin for response in responses])
        self._rows += len(responses)

    def _add_facts(self, response: Response) -> None:
        for known, value in zip(self._facts, fact_values(response), strict=True):
            known.append(value)
        if response.origin is not None and not self._file:
            self._file = response.origin.file

    def _add(self, response: Response) -> None:
        self._add_facts(response)
        seen: dict[tuple[str, int], int] = {}
        for answer in response.answers:
            place = (answer.question, answer.repeat)
            nth = seen[place] = seen.get(place, 0) + 1
            gathered = self._columns.get((*place, nth))
            if gathered is None:
                gathered = self._columns[(*place, nth)] = _Gathered(*place)
            gathered.put(self._rows, answer, response.origin)
            self.citations += len(answer.citations)
        self._rows += 1

    def finish(self, questionnaire: Questionnaire | None = None) -> tuple[Codebook, Any]:
        """Return the codebook and frame of the responses."""
        if self._waiting:
            self._add_waiting()
        names = ColumnNames()
        physical: dict[str, Any] = {}
        facts: dict[str, Column] = {}
        for name, values in zip(FACTS, self._facts, strict=True):
            fact, cells = _make_fact(name, values, self._facts[0])
            if fact is not None:
                facts[name] = fact
                physical |= cells
        columns: list[Column] = []
        for gathered in self._columns.values():
            gathered.values.extend([GAP] * (self._rows - len(gathered.values)))
            column, cells = _make_answer_columns(gathered, names.make(gathered.question, repeat=gathered.repeat))
            columns.append(column)
            physical |= cells
        form = (
            questionnaire if questionnaire is not None else _infer_questionnaire(columns, self._file)
        )  # `all` of no questions would be true
        codebook = Codebook(questionnaire=form, columns=columns, facts=facts, file=self._file)
        frame = polars().DataFrame(physical) if physical else polars().DataFrame({"response_count": [0] * self._rows})
        return codebook, frame


def _continues(one: BlockAnswers, other: BlockAnswers) -> bool:
    return one.block is other.block and one.rows.stop == other.rows.start and len(other.rows) == 1


def _make_fact(name: str, values: list[Any], rows: list[Any]) -> tuple[Column | None, dict[str, Any]]:
    """Return the column of a fact and its physical columns.

    The column is None if no response has the fact.
    """
    first = values[0] if values else GAP
    if all(value is first or value == first for value in values):
        if first is GAP:
            return None, {}
        constant = Column(name=f"response_{name}", question=name, coding=Coding.CONSTANT, values=[first])
        return constant, {}
    pattern = _find_pattern(values, rows)
    if pattern is not None:
        fact_column = Column(name=f"response_{name}", question=name, coding=Coding.FROM_ROW, values=[pattern])
        return fact_column, {}
    coded = code_values(values)
    column = Column(
        name=f"response_{name}", question=name, coding=coded.coding, values=coded.values, absent=coded.absent
    )
    return column, {column.name: _make_series(column.name, coded)}


def _find_pattern(values: list[Any], rows: list[Any]) -> str | None:
    """Return the pattern of texts with row numbers, or None.

    An example is `row {}`.
    """
    if not values or not isinstance(values[0], str) or rows[0] is GAP or "{" in values[0]:
        return None
    before, number, after = values[0].rpartition(str(rows[0]))
    if not number:
        return None
    pattern = f"{before}{{}}{after}"
    same = all(value == f"{before}{row}{after}" for value, row in zip(values, rows, strict=True))
    return pattern if same else None


def _make_series(name: str, coded: Coded) -> Any:
    pl = polars()
    present = [cell for cell in coded.cells if cell is not None]
    if coded.coding in (Coding.TEXT, Coding.TAGGED):
        kind = pl.String
    elif coded.coding is Coding.NUMBER:
        kind = pl.Float64
    else:
        kind = integer_type(min(present, default=0), max(present, default=0))
    return pl.Series(name, coded.cells, dtype=kind)


def _make_side_columns(name: str, texts: dict[int, str], rows: int) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return the dictionary and column of accompanying texts."""
    if not texts:
        return (), {}
    dictionary = Dictionary()
    codes: list[int | None] = [None] * rows
    for row, text in texts.items():
        codes[row] = dictionary.code(text)
    kind = integer_type(0, len(dictionary.values))
    return tuple(dictionary.values), {name: polars().Series(name, codes, dtype=kind)}


def _make_answer_columns(gathered: _Gathered, name: str) -> tuple[Column, dict[str, Any]]:
    """Return the column of one question and its physical columns."""
    # A text among numbers is stored in the column of original texts, unless the cell has an original text of its own.
    mixed = not any(isinstance(gathered.values[row], str) for row in gathered.texts)
    coded = code_values(gathered.values, mixed=mixed)
    rows = len(gathered.values)
    column = Column(
        name=name,
        question=gathered.question,
        repeat=gathered.repeat,
        coding=coded.coding,
        values=coded.values,
        absent=coded.absent,
        kinds=sorted(set(coded.kinds)) if coded.kinds is not None else (),
        place=None if gathered.moves else gathered.place,
        step="" if gathered.moves else gathered.step or "",
        own_rows=bool(gathered.rows) and not gathered.moves,
    )
    physical = {name: _make_series(name, coded)}
    if coded.kinds is not None:
        physical[column.missing_name] = polars().Series(column.missing_name, coded.kinds, dtype=polars().Int8)
    texts, text_column = _make_side_columns(column.text_name, {**gathered.texts, **(coded.others or {})}, rows)
    comments, comment_column = _make_side_columns(column.comment_name, gathered.comments, rows)
    if column.own_rows:
        numbers = [gathered.rows.get(row) for row in range(rows)]
        physical[column.row_name] = polars().Series(column.row_name, numbers, dtype=polars().Int32)
    return evolve(column, texts=texts, comments=comments), physical | text_column | comment_column


def _infer_questionnaire(columns: Iterable[Column], file: str) -> Questionnaire:
    """Return the inferred questionnaire of responses without one."""
    asked = {column.question: column for column in columns}
    questions = [Question(id=name.strip(), type=QuestionType.UNKNOWN, text=name, inferred=True) for name in asked]
    return Questionnaire(id=file or "table", title=file or "table", questions=questions, inferred=True)
