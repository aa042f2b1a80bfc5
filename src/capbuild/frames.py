"""Objects as frames of any library, tidy and with documented columns, and frames of any library read as surveys.

Model objects ask this module by name, as they ask for their display: `baseline.to_polars()`, `baseline.to_pandas()`,
`pyarrow.table(baseline)`. The columns are those of the tidy set; a table is in `docs/reference/frames.md`.
"""

import datetime
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from capbuild.errors import CapbuildError, ReadError
from capbuild.formats import Grid, GridRow, TableOptions, read_table
from capbuild.model import (
    Answer,
    Assessment,
    AssessmentSet,
    Audience,
    Change,
    Dossier,
    GeoPoint,
    Missing,
    Needs,
    Plan,
    Reading,
    Response,
)
from capbuild.origin import Origin
from capbuild.plugins import Claim, Confidence, InputFile, Reader, RenderContext
from capbuild.reports import TidyTable, tidy_tables
from capbuild.reports.disclosure import Disclosure
from capbuild.reports.tidy_dossier import dossier_tables
from capbuild.reports.tidy_table import columns
from capbuild.tables.building import polars

__all__ = ["arrow_stream", "frame_reader", "table_of", "to_pandas", "to_polars"]

_RESPONSES = columns(
    "response country place respondent questionnaire language date question repeat:int value number:float missing "
    "comment file sheet row:int column:int"
)
_INVENTED = "Invented answers"
#: What pandas has for no value, beside NaN.
_NO_VALUE = ("NAType", "NaTType")


def table_of(subject: object) -> TidyTable:
    r"""Return an object as one tidy table: everything that the team may see.

    Args:
        subject: An `AssessmentSet` or `Assessment` (a row a score), `Needs` (a need), `Plan` (a session), `Change` (a
            criterion that moved), or `Reading` (an answer).

    Raises:
        CapbuildError: CB508, it is none of these.

    Example:
        >>> from capbuild.io import read
        >>> table = table_of(read(b"country,P1\nJamaica,3\n", name="a.csv"))
        >>> [(row["country"], row["question"], row["number"], row["row"]) for row in table.records]
        [('JM', 'P1', 3.0, 2)]
    """
    for cls, make in _TABLES.items():
        if isinstance(subject, cls):
            return make(subject)
    known = ", ".join(cls.__name__ for cls in _TABLES)
    raise CapbuildError(f"a {type(subject).__name__} has no frame", code="CB508", remedy=f"these have one: {known}")


def _scores(subject: AssessmentSet | Assessment) -> TidyTable:
    return next(table for table in tidy_tables(subject, RenderContext()) if table.name == "scores")


def _from_dossier(name: str, dossier: Dossier, invented: bool) -> TidyTable:
    shown = Disclosure(audience=Audience.TEAM, tlp=None)
    tables = dossier_tables(shown, dossier, "en", _INVENTED if invented else "")
    return next(table for table in tables if table.name == name)


def _responses(reading: Reading) -> TidyTable:
    rows = (_answer(response, answer) for response in reading.responses for answer in response.answers)
    return TidyTable("responses", _RESPONSES, rows)


def _answer(response: Response, answer: Answer) -> Sequence[str | int | float | None]:
    value, at = answer.value, answer.origin
    number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
    return (
        response.id,
        response.country.alpha_2 if response.country is not None else None,
        response.place,
        response.respondent.pseudonym if response.respondent is not None else None,
        response.questionnaire,
        response.language,
        response.date.isoformat() if response.date is not None else None,
        answer.question,
        answer.repeat,
        None if isinstance(value, Missing) else _words(value),
        number,
        value.value if isinstance(value, Missing) else None,
        answer.comment,
        *((at.file, at.sheet, at.row, at.column) if at is not None else (None, None, None, None)),
    )


def _words(value: Any) -> str:
    """Return a value as text: choices by semicolons, a place by its coordinates, dates as ISO 8601."""
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, GeoPoint):
        return f"{value.latitude} {value.longitude}"
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


_TABLES: Mapping[type, Callable[[Any], TidyTable]] = {
    AssessmentSet: _scores,
    Assessment: _scores,
    Change: lambda change: _from_dossier("changes", Dossier(change=change), change.invented),
    Needs: lambda needs: _from_dossier("needs", Dossier(needs=needs), needs.invented),
    Plan: lambda plan: _from_dossier("sessions", Dossier(plan=plan), plan.invented),
    Reading: _responses,
}


def _series(subject: object) -> Iterator[tuple[str, type, list[Any]]]:
    """Yield name, type and cells of each column."""
    table = table_of(subject)
    rows = list(table.rows)
    for place, column in enumerate(table.columns):
        cells = (row[place] for row in rows)
        yield column.name, column.type, [None if cell is None else column.type(cell) for cell in cells]


def to_polars(subject: object) -> Any:
    """Return an object as a polars frame.

    Raises:
        CapbuildError: CB501, polars is not installed; CB508, the object has no frame.
    """
    pl = polars()
    types = {str: pl.String, bool: pl.Boolean, int: pl.Int64, float: pl.Float64}
    return pl.DataFrame([pl.Series(name, cells, dtype=types[kind]) for name, kind, cells in _series(subject)])


def to_pandas(subject: object) -> Any:
    """Return an object as a pandas frame, with types that know what is missing (`string`, `Int64`, `Float64`).

    Raises:
        CapbuildError: CB501, pandas is not installed; CB508, the object has no frame.
    """
    try:
        import pandas
    except ModuleNotFoundError as error:
        raise CapbuildError(
            "a pandas frame needs pandas, which is not installed", code="CB501", remedy="pip install pandas"
        ) from error
    types = {str: "string", bool: "boolean", int: "Int64", float: "Float64"}
    made = {name: pandas.array(cells, dtype=types[kind]) for name, kind, cells in _series(subject)}
    return pandas.DataFrame(made)


def arrow_stream(subject: object, schema: object = None) -> object:
    """Return an object as an Arrow C stream, which pyarrow, duckdb, polars and others take.

    Raises:
        CapbuildError: CB501, polars, which makes it, is not installed; CB508, the object has no frame.
    """
    return to_polars(subject).__arrow_c_stream__(schema)


def frame_reader(frame: Any, name: str | None) -> tuple[Reader, InputFile]:
    """Return a reader for one frame of any library that narwhals knows, and what stands for its file.

    A row of the frame is a row from 2, as in a sheet whose first row holds the heads.

    Args:
        frame: The frame; a lazy one is collected.
        name: Name for origins.

    Raises:
        ReadError: It is no frame, or has no column.
        CapbuildError: CB501, narwhals is not installed.
    """
    rows = list(_rows(frame))
    # What is read has a hash, as a file has: that of its cells.
    source = InputFile(name or "frame", data="\n".join(map(repr, rows)).encode())

    def read(source: InputFile, options: TableOptions) -> Iterator[Any]:
        yield from read_table(Grid(source.name, rows), options, source.limits)

    claim = Claim(Confidence.SIGNATURE, f"a frame of {type(frame).__module__.partition('.')[0]}")
    return Reader(name="frame", title="Frame", sniff=lambda _: claim, read=read, options=TableOptions), source


def _rows(frame: Any) -> Iterator[GridRow]:
    try:
        import narwhals
    except ModuleNotFoundError as error:
        raise CapbuildError(
            "frames need narwhals, which is not installed", code="CB501", remedy='pip install "capbuild[tables]"'
        ) from error
    try:
        known = narwhals.from_native(frame)
    except TypeError as error:
        raise ReadError(
            f"a {type(frame).__name__} is neither a path, bytes nor a frame",
            origin=Origin(type(frame).__name__),
            remedy="give a path, bytes, or a frame of polars, pandas, pyarrow, duckdb or others",
        ) from error
    whole = known.collect() if isinstance(known, narwhals.LazyFrame) else known
    yield 1, tuple(whole.columns)
    for number, row in enumerate(whole.iter_rows(), start=2):
        yield number, tuple(map(_cell, row))


def _cell(value: Any) -> Any:
    """Return a cell of a frame as one of a grid: no value is None, whichever sign the library has for it."""
    if value is None or type(value).__name__ in _NO_VALUE or (isinstance(value, float) and math.isnan(value)):
        return None
    plain = value.item() if hasattr(value, "item") and not isinstance(value, str) else value
    if isinstance(plain, Decimal):
        return float(plain)
    if isinstance(plain, str | bool | int | float | datetime.date | datetime.time | datetime.timedelta):
        return plain
    return "; ".join(map(str, plain)) if isinstance(plain, list | tuple) else str(plain)
