"""Wide frames of surveys: one row per response."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from capbuild._garbage import collector_paused
from capbuild.errors import CapbuildError, ModelError, did_you_mean
from capbuild.model import (
    AnswerValue,
    GeoPoint,
    Missing,
    Question,
    Questionnaire,
    QuestionType,
    Response,
    ResponseStatus,
    Survey,
)
from capbuild.model.survey_questions import answer_label, unknown_question
from capbuild.tables.building import polars as load_polars

if TYPE_CHECKING:
    import pandas
    import polars


class WideKind(StrEnum):
    """Type of a column."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    CATEGORY = "category"
    LIST = "list"


@frozen(kw_only=True)
class WideColumn:
    """Column of a wide frame.

    Attributes:
        name: Its name.
        kind: Type of its cells.
        cells: The cells, None for a missing value.
        missing: Reasons for missing cells, at the same indexes.
        categories: Categories, in order.
    """

    name: str
    kind: WideKind
    cells: list[Any] = field(repr=False)
    missing: list[Missing | None] = field(factory=list, repr=False)
    categories: tuple[str, ...] = ()


def make_frame(columns: Iterable[WideColumn], frame: str) -> Any:
    """Return columns as a frame of a library.

    Raises:
        ModelError: The library is neither pandas nor polars.
        CapbuildError: CB501, the library is not installed.
    """
    if frame == "polars":
        return _make_polars_frame(columns)
    if frame == "pandas":
        return _make_pandas_frame(columns)
    raise ModelError("frame", frame, "must be 'pandas' or 'polars'")


def _make_polars_frame(columns: Iterable[WideColumn]) -> "polars.DataFrame":
    pl = load_polars()
    types = {
        WideKind.TEXT: pl.String,
        WideKind.INTEGER: pl.Int64,
        WideKind.NUMBER: pl.Float64,
        WideKind.BOOLEAN: pl.Boolean,
        WideKind.DATE: pl.Date,
        WideKind.DATETIME: None,
        WideKind.TIME: pl.Time,
        WideKind.LIST: pl.List(pl.String),
    }
    frame: polars.DataFrame = pl.DataFrame(
        [
            pl.Series(c.name, c.cells, dtype=pl.Enum(c.categories) if c.kind is WideKind.CATEGORY else types[c.kind])
            for c in columns
        ]
    )
    return frame


def _make_pandas_frame(columns: Iterable[WideColumn]) -> "pandas.DataFrame":
    pd = load_pandas()
    types = {
        WideKind.TEXT: "string",
        WideKind.INTEGER: "Int64",
        WideKind.NUMBER: "Float64",
        WideKind.BOOLEAN: "boolean",
    }

    def cells(column: WideColumn) -> Any:
        if column.kind is WideKind.CATEGORY:
            return pd.Categorical(column.cells, categories=list(column.categories), ordered=True)
        if column.kind is WideKind.DATETIME and any(cell is not None and cell.tzinfo for cell in column.cells):
            # Not by `to_datetime`, whose nanoseconds end in 1677 and 2262, nor by `astimezone`, which ends in year 1.
            clocks = pd.Series([cell and cell.replace(tzinfo=None) for cell in column.cells], dtype="datetime64[us]")
            offsets = pd.Series([cell and cell.utcoffset() for cell in column.cells], dtype="timedelta64[us]")
            return (clocks - offsets.fillna(datetime.timedelta())).dt.tz_localize("UTC")
        if column.kind in (WideKind.DATE, WideKind.DATETIME):
            return pd.Series(column.cells, dtype="datetime64[s]" if column.kind is WideKind.DATE else "datetime64[us]")
        if column.kind in types:
            return pd.array(column.cells, dtype=types[column.kind])
        return pd.Series(column.cells, dtype="object")

    frame: pandas.DataFrame = pd.DataFrame({column.name: cells(column) for column in columns})
    return frame


def load_pandas() -> Any:
    """Return pandas.

    Raises:
        CapbuildError: CB501, pandas is not installed.
    """
    try:
        import pandas
    except ModuleNotFoundError as error:
        raise CapbuildError(
            "a pandas frame needs pandas, which is not installed", code="CB501", remedy="pip install pandas"
        ) from error
    return pandas


#: Name of the block of repeated answers outside all groups of the form.
_REPEAT = "repeat"

_UNASKED = Missing.NOT_ASKED

#: Row: response, and number of the repeat.
_Row = tuple[Response, int]


def list_repeats(survey: Survey) -> tuple[str, ...]:
    """Return the names of repeated blocks with answers.

    A block that is not a group of the form is called `repeat`.
    """
    blocks = find_repeat_groups(survey.questionnaire)
    repeated = (
        blocks.get(answer.question, _REPEAT) for response in survey.responses for answer in response if answer.repeat
    )
    return tuple(dict.fromkeys(repeated))


def find_repeat_groups(form: Questionnaire | None) -> dict[str, str]:
    """Return the innermost repeated group of each question in one."""
    if form is None:
        return {}
    repeats = {q.id: [group.id for group in form.group_path(q.group) if group.repeat] for q in form.questions}
    return {question: groups[-1] for question, groups in repeats.items() if groups}


def _list_rows(survey: Survey, block: str | None) -> tuple[list[_Row], list[str]]:
    """Return the rows and questions of a frame.

    Raises:
        ModelError: There is no such repeated block.
    """
    blocks, repeats = find_repeat_groups(survey.questionnaire), list_repeats(survey)
    if block is not None and block not in repeats:
        known = ", ".join(repeats) or "none, as no answer is repeated"
        raise ModelError("repeat", block, f"must be a repeated block{did_you_mean(block, repeats)}: {known}")
    repeated = {
        a.question: blocks.get(a.question, _REPEAT) for response in survey.responses for a in response if a.repeat
    }
    form = () if survey.questionnaire is None else survey.questionnaire.questions
    answered = (answer.question for response in survey.responses for answer in response.answers)
    notes = {question.id for question in form if question.type is QuestionType.NOTE}
    asked = [name for name in dict.fromkeys((*(question.id for question in form), *answered)) if name not in notes]
    if block is None:
        return [(response, 0) for response in survey.responses], [
            name for name in asked if name not in {**blocks, **repeated}
        ]
    own = [
        name for name in asked if repeated.get(name) == block or (name not in repeated and blocks.get(name) == block)
    ]
    rows = [
        (response, time)
        for response in survey.responses
        for time in sorted({a.repeat for a in response if a.question in set(own) and a.repeat})
    ]
    return rows, own


def _list_facts(rows: Sequence[_Row], *, labels: bool, block: str | None) -> Iterator[WideColumn]:
    """Yield the columns of metadata."""

    def country(response: Response) -> str | None:
        if response.country is None:
            return response.place
        return response.country.name if labels else response.country.alpha_2

    yield WideColumn(name="response", kind=WideKind.TEXT, cells=[response.id for response, _ in rows])
    if block is not None:
        yield WideColumn(name=_REPEAT, kind=WideKind.INTEGER, cells=[time for _, time in rows])
    facts: Mapping[str, tuple[WideKind, Callable[[Response], Any]]] = {
        "country": (WideKind.TEXT, country),
        "respondent": (WideKind.TEXT, _find_respondent),
        "date": (WideKind.DATE, lambda response: response.date),
    }
    for name, (kind, take) in facts.items():
        cells = [take(response) for response, _ in rows]
        if any(cell is not None for cell in cells) or (name == "country" and not rows):
            yield WideColumn(name=name, kind=kind, cells=cells)
    if any(response.status is not ResponseStatus.SUBMITTED for response, _ in rows):
        yield WideColumn(name="status", kind=WideKind.TEXT, cells=[response.status.value for response, _ in rows])


def _find_respondent(response: Response) -> str | None:
    """Return a response's respondent; None if unknown or just numbered."""
    name = None if response.respondent is None else response.respondent.pseudonym
    return None if response.origin is not None and name == f"row {response.origin.row}" else name


def wide_columns(
    survey: Survey, *, labels: bool, multiple: str, repeat: str | None, language: str = ""
) -> Iterator[WideColumn]:
    """Yield the columns of a wide frame.

    Raises:
        ModelError: The repeated block, or `multiple`, is unknown.
    """
    if multiple not in ("list", "indicators"):
        raise ModelError("multiple", multiple, "must be 'list' or 'indicators'")
    known = survey.questionnaire.languages if survey.questionnaire is not None else ()
    if language and known and language not in known:
        raise ModelError("language", language, f"must be a language of the form: {', '.join(known)}")
    rows, asked = _list_rows(survey, repeat)
    facts = list(_list_facts(rows, labels=labels, block=repeat))
    yield from facts
    used = {column.name: column.cells for column in facts}
    values: dict[str, list[AnswerValue]] = {name: [_UNASKED] * len(rows) for name in asked}
    for row, (response, time) in enumerate(rows):
        for answer in response.answers:
            if answer.repeat == time and answer.question in values:
                values[answer.question][row] = answer.value
    for name in asked:
        question = _make_question(survey, name)
        column = _make_column(question, values.pop(name), labels=labels, language=language)
        if column.kind is WideKind.LIST and multiple == "indicators":
            yield from _list_indicators(question, column, labels=labels, language=language)
        elif name not in used:
            yield column
        elif None in column.cells or column.cells != used[name]:  # otherwise it repeats the fact
            yield evolve(column, name=f"{name} (answer)")


def _make_question(survey: Survey, name: str) -> Question:
    form = survey.questionnaire
    question = None if form is None else form.by_id.get(name)
    return question or unknown_question(name)


def _make_column(question: Question, values: Sequence[AnswerValue], *, labels: bool, language: str) -> WideColumn:
    """Make the column of a question.

    Each distinct value is labelled once, since columns are long.
    """
    missing = [value if value.__class__ is Missing else None for value in values]
    cells: list[Any] = [None if value.__class__ is Missing else value for value in values]
    # A numeric scale with labels at its ends stays numeric.
    if labels and question.choices and question.type not in _NUMERIC:
        cells = _convert(cells, lambda value: answer_label(question, value, language))
    if question.type in _PARSERS:
        cells = _parse_times(cells, _PARSERS[question.type])
    kind = _find_kind(question, cells)
    if kind is WideKind.LIST:
        cells = [None if cell is None else list(cell) if isinstance(cell, tuple) else [str(cell)] for cell in cells]
    elif kind in (WideKind.TEXT, WideKind.CATEGORY):
        cells = _convert(cells, _to_text)
    categories: tuple[str, ...] = ()
    if kind is WideKind.CATEGORY:
        others = dict.fromkeys(cells)
        others.pop(None, None)
        categories = tuple(dict.fromkeys((*_list_options(question, labels=labels, language=language), *others)))
    return WideColumn(name=question.id, kind=kind, cells=cells, missing=missing, categories=categories)


def _parse_times(cells: list[Any], parse: Callable[[str], Any]) -> list[Any]:
    """Parse ISO 8601 texts as dates and times.

    The cells stay unchanged if any text is not one. Date-times that are all at midnight become dates.
    """
    try:
        converted = _convert(cells, lambda cell: parse(cell) if isinstance(cell, str) else cell)
    except ValueError:
        return cells
    times = [cell for cell in converted if isinstance(cell, datetime.datetime)]
    plain = all(cell.tzinfo is None and cell.time() == datetime.time.min for cell in times)
    was_text = any(isinstance(cell, str) for cell in cells)
    if not (times and plain and was_text):
        return converted
    return [cell.date() if isinstance(cell, datetime.datetime) else cell for cell in converted]


def _convert(cells: Iterable[Any], convert: Callable[[Any], Any]) -> list[Any]:
    """Return converted cells; equal texts are converted once."""
    known: dict[str, Any] = {}
    converted: list[Any] = []
    for cell in cells:
        if cell is None:
            converted.append(None)
        elif cell.__class__ is str:
            converted_cell = known.get(cell)
            if converted_cell is None:
                converted_cell = known[cell] = convert(cell)
            converted.append(converted_cell)
        else:
            converted.append(convert(cell))
    return converted


def _list_options(question: Question, *, labels: bool, language: str) -> Iterator[str]:
    for choice in question.choices:
        if choice.missing is None:
            label = choice.label.get(language) if language else choice.label.source
            yield label if labels else choice.code


def _find_kind(question: Question, cells: Sequence[Any]) -> WideKind:
    """Return the type that fits every cell.

    The type of the question in the form is only a hint.
    """
    types = {*map(type, cells)} - {type(None)}
    if tuple in types:
        return WideKind.LIST
    if question.type in (QuestionType.SELECT_MULTIPLE, QuestionType.RANKING) and question.choices:
        return WideKind.LIST
    if question.choices and question.type not in _NUMERIC:
        return WideKind.CATEGORY
    if not types:
        return _EMPTY.get(question.type, WideKind.TEXT)
    timed = not types.isdisjoint((datetime.datetime, datetime.time))
    zones = {cell.tzinfo is None for cell in cells if hasattr(cell, "tzinfo")} if timed else ()
    if len(zones) > 1 or (int in types and any(isinstance(cell, int) and abs(cell) >= 2**63 for cell in cells)):
        return WideKind.TEXT  # frames cannot store such numbers, nor mix times with and without a zone
    return next((kind for kind, fit in _TYPES.items() if types <= fit), WideKind.TEXT)


_NUMERIC = (QuestionType.INTEGER, QuestionType.DECIMAL)

#: Parsers for questions with a date or time.
_PARSERS: Mapping[QuestionType, Callable[[str], Any]] = {
    QuestionType.DATE: datetime.date.fromisoformat,
    QuestionType.DATETIME: datetime.datetime.fromisoformat,
    QuestionType.TIME: datetime.time.fromisoformat,
}

#: Types of columns without values.
_EMPTY = {
    QuestionType.INTEGER: WideKind.INTEGER,
    QuestionType.DECIMAL: WideKind.NUMBER,
    QuestionType.DATE: WideKind.DATE,
}

_TYPES: Mapping[WideKind, set[type]] = {
    WideKind.BOOLEAN: {bool},
    WideKind.INTEGER: {int},
    WideKind.NUMBER: {int, float},
    WideKind.DATE: {datetime.date},
    WideKind.DATETIME: {datetime.datetime},
    WideKind.TIME: {datetime.time},
}


def _to_text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, GeoPoint):
        return f"{value.latitude} {value.longitude}"
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


def _list_indicators(question: Question, column: WideColumn, *, labels: bool, language: str) -> Iterator[WideColumn]:
    """Yield one yes/no column per option."""
    parts = (part for cell in column.cells if cell is not None for part in cell)
    for option in dict.fromkeys((*_list_options(question, labels=labels, language=language), *parts)):
        cells = [None if cell is None else option in cell for cell in column.cells]
        yield WideColumn(name=f"{column.name}/{option}", kind=WideKind.BOOLEAN, cells=cells, missing=column.missing)


def wide_frame(survey: Survey, frame: str, **options: Any) -> Any:
    """Return a wide frame; see `Survey.wide`."""
    with collector_paused():
        return make_frame(wide_columns(survey, **options), frame)


def why_missing_frame(survey: Survey, frame: str, multiple: str, repeat: str | None) -> Any:
    """Return the frame for `Survey.why_missing`."""
    kinds = tuple(kind.value for kind in Missing)
    columns = [
        (column if column.name in ("response", _REPEAT) else evolve(column, cells=[None] * len(column.cells)))
        if not column.missing
        else WideColumn(
            name=column.name,
            kind=WideKind.CATEGORY,
            cells=[None if kind is None else kind.value for kind in column.missing],
            categories=kinds,
        )
        for column in wide_columns(survey, labels=True, multiple=multiple, repeat=repeat)
    ]
    return make_frame(columns, frame)
