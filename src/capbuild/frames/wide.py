"""Surveys as wide frames: a row a response and a typed column a question."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from capbuild.errors import CapbuildError, ModelError, did_you_mean
from capbuild.model import Answer, GeoPoint, Missing, Question, QuestionType, Response, Survey
from capbuild.model.survey_questions import answer_label, unknown_question
from capbuild.tables.building import polars as load_polars

if TYPE_CHECKING:
    import pandas
    import polars

__all__ = ["WideColumn", "WideKind", "list_repeats", "load_pandas", "make_frame", "why_missing_frame", "wide_frame"]

#: Name of the block of repeated answers that no group of the form holds.
_REPEAT = "repeat"
_UNASKED = Missing.NOT_ASKED


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
        missing: Why a cell is missing, by the same places.
        categories: The values a category may have, in order.
    """

    name: str
    kind: WideKind
    cells: list[Any] = field(repr=False)
    missing: list[Missing | None] = field(factory=list, repr=False)
    categories: tuple[str, ...] = ()


#: A row: the response, and which time a repeated block was answered.
_Row = tuple[Response, int]


def list_repeats(survey: Survey) -> tuple[str, ...]:
    """Return the repeated blocks that have answers: groups of the form, else `repeat`."""
    blocks = _blocks(survey)
    found = (blocks.get(answer.question, _REPEAT) for one in survey.responses for answer in one if answer.repeat)
    return tuple(dict.fromkeys(found))


def _blocks(survey: Survey) -> dict[str, str]:
    """Return the repeated group in which each question lies, by question."""
    form = survey.questionnaire
    if form is None:
        return {}
    groups = {group.id: group for group in form.groups}

    def block(name: str | None) -> str | None:
        while name is not None and not groups[name].repeat:
            name = groups[name].parent
        return name

    return {question.id: found for question in form.questions if (found := block(question.group)) is not None}


def _rows(survey: Survey, block: str | None) -> tuple[list[_Row], list[str]]:
    """Return the rows of a frame, and the questions that have a column in it.

    Raises:
        ModelError: There is no such repeated block.
    """
    blocks, repeats = _blocks(survey), list_repeats(survey)
    if block is not None and block not in repeats:
        known = ", ".join(repeats) or "none, as no answer is repeated"
        raise ModelError("repeat", block, f"must be a repeated block{did_you_mean(block, repeats)}: {known}")
    repeated = {a.question: blocks.get(a.question, _REPEAT) for one in survey.responses for a in one if a.repeat}
    asked = [one.id for one in survey.questions if one.question.type is not QuestionType.NOTE]
    if block is None:
        return [(one, 0) for one in survey.responses], [name for name in asked if name not in {**blocks, **repeated}]
    own = [
        name for name in asked if repeated.get(name) == block or (name not in repeated and blocks.get(name) == block)
    ]
    rows = [
        (one, time)
        for one in survey.responses
        for time in sorted({a.repeat for a in one if a.question in set(own) and a.repeat})
    ]
    return rows, own


def _facts(rows: Sequence[_Row], labels: bool, block: str | None) -> Iterator[WideColumn]:
    """Yield the columns that are no questions; only the response is always there."""

    def country(one: Response) -> str | None:
        if one.country is None:
            return one.place
        return one.country.name if labels else one.country.alpha_2

    yield WideColumn(name="response", kind=WideKind.TEXT, cells=[one.id for one, _ in rows])
    if block is not None:
        yield WideColumn(name=_REPEAT, kind=WideKind.INTEGER, cells=[time for _, time in rows])
    facts: Mapping[str, tuple[WideKind, Callable[[Response], Any]]] = {
        "country": (WideKind.TEXT, country),
        "respondent": (WideKind.TEXT, _respondent),
        "date": (WideKind.DATE, lambda one: one.date),
    }
    for name, (kind, take) in facts.items():
        cells = [take(one) for one, _ in rows]
        if any(cell is not None for cell in cells) or (name == "country" and not rows):
            yield WideColumn(name=name, kind=kind, cells=cells)


def _respondent(one: Response) -> str | None:
    """Return who answered; None where the file does not say, and the respondent is only called by the row."""
    name = None if one.respondent is None else one.respondent.pseudonym
    return None if one.origin is not None and name == f"row {one.origin.row}" else name


def wide_columns(
    survey: Survey, *, labels: bool, multiple: str, repeat: str | None, language: str = ""
) -> Iterator[WideColumn]:
    """Yield the columns of a wide frame.

    Raises:
        ModelError: There is no such repeated block, or no such way of several options.
    """
    if multiple not in ("list", "indicators"):
        raise ModelError("multiple", multiple, "must be 'list' or 'indicators'")
    known = survey.questionnaire.languages if survey.questionnaire is not None else ()
    if language and known and language not in known:
        raise ModelError("language", language, f"must be a language of the form: {', '.join(known)}")
    rows, asked = _rows(survey, repeat)
    facts = list(_facts(rows, labels, repeat))
    yield from facts
    taken = {column.name for column in facts}
    by_row = [{answer.question: answer for answer in one if answer.repeat == time} for one, time in rows]
    for name in asked:
        question = _question(survey, name)
        column = _column(question, [found.get(name) for found in by_row], labels, language)
        if column.kind is WideKind.LIST and multiple == "indicators":
            yield from _indicators(question, column, labels, language)
        else:
            yield evolve(column, name=f"{name} (answer)") if name in taken else column


def _question(survey: Survey, name: str) -> Question:
    form = survey.questionnaire
    known = None if form is None else form.by_id.get(name)
    return known or unknown_question(name)


def _column(question: Question, answers: Sequence[Answer | None], labels: bool, language: str) -> WideColumn:
    values = [_UNASKED if answer is None else answer.value for answer in answers]
    missing = [value if isinstance(value, Missing) else None for value in values]
    labelled = labels and question.type not in _NUMERIC  # labels at the ends of a scale leave it a number
    shown = [answer_label(question, value, language) if labelled else value for value in values]
    cells: list[Any] = [None if isinstance(cell, Missing) else cell for cell in shown]
    kind = _kind_of(question, [cell for cell in cells if cell is not None])
    if kind is WideKind.LIST:
        cells = [None if cell is None else list(cell) if isinstance(cell, tuple) else [str(cell)] for cell in cells]
    elif kind in (WideKind.TEXT, WideKind.CATEGORY):
        cells = [None if cell is None else _to_text(cell) for cell in cells]
    categories: tuple[str, ...] = ()
    if kind is WideKind.CATEGORY:
        others = (str(cell) for cell in cells if cell is not None)
        categories = tuple(dict.fromkeys((*_options(question, labels, language), *others)))
    return WideColumn(name=question.id, kind=kind, cells=cells, missing=missing, categories=categories)


def _options(question: Question, labels: bool, language: str) -> Iterator[str]:
    for choice in question.choices:
        if choice.missing is None:
            label = choice.label.get(language) if language else choice.label.source
            yield label if labels else choice.code


def _kind_of(question: Question, cells: Sequence[Any]) -> WideKind:
    """Return the type that holds every cell: what the form says is only a hint, as people write what they like."""
    if any(isinstance(cell, tuple) for cell in cells):
        return WideKind.LIST
    if question.type in (QuestionType.SELECT_MULTIPLE, QuestionType.RANKING) and question.choices:
        return WideKind.LIST
    if question.choices and question.type not in _NUMERIC:
        return WideKind.CATEGORY
    types = {type(cell) for cell in cells}
    if not types:
        return _EMPTY.get(question.type, WideKind.TEXT)
    if len({getattr(cell, "tzinfo", None) is None for cell in cells}) > 1 or any(_is_large(cell) for cell in cells):
        return WideKind.TEXT
    return next((kind for kind, fit in _TYPES.items() if types <= fit), WideKind.TEXT)


def _is_large(cell: Any) -> bool:
    """True for a whole number that no frame holds."""
    return isinstance(cell, int) and abs(cell) >= 2**63


_NUMERIC = (QuestionType.INTEGER, QuestionType.DECIMAL)
#: Types of columns without any value.
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


def _indicators(question: Question, column: WideColumn, labels: bool, language: str) -> Iterator[WideColumn]:
    """Yield one column of yes and no for each option."""
    found = (part for cell in column.cells if cell is not None for part in cell)
    for option in dict.fromkeys((*_options(question, labels, language), *found)):
        cells = [None if cell is None else option in cell for cell in column.cells]
        yield WideColumn(name=f"{column.name}/{option}", kind=WideKind.BOOLEAN, cells=cells, missing=column.missing)


def wide_frame(survey: Survey, frame: str, **options: Any) -> Any:
    """Return a wide frame; see `Survey.wide`."""
    return make_frame(wide_columns(survey, **options), frame)


def why_missing_frame(survey: Survey, frame: str, multiple: str, repeat: str | None) -> Any:
    """Return the kinds of missing of a wide frame; see `Survey.why_missing`."""
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


def make_frame(columns: Iterable[WideColumn], frame: str) -> Any:
    """Return columns as a frame of a library.

    Raises:
        ModelError: The library is neither pandas nor polars.
        CapbuildError: CB501, it is not installed.
    """
    if frame == "polars":
        return _polars_frame(columns)
    if frame == "pandas":
        return _pandas_frame(columns)
    raise ModelError("frame", frame, "must be 'pandas' or 'polars'")


def _polars_frame(columns: Iterable[WideColumn]) -> "polars.DataFrame":
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


def _pandas_frame(columns: Iterable[WideColumn]) -> "pandas.DataFrame":
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
            return pd.to_datetime(pd.Series(column.cells, dtype="object"), utc=True)
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
        CapbuildError: CB501, it is not installed.
    """
    try:
        import pandas
    except ModuleNotFoundError as error:
        raise CapbuildError(
            "a pandas frame needs pandas, which is not installed", code="CB501", remedy="pip install pandas"
        ) from error
    return pandas
