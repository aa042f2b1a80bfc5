"""Typed columns as frames of pandas and polars."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from capbuild.errors import CapbuildError, ModelError
from capbuild.model import Missing
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
        CapbuildError: CB501, pandas is not installed.
    """
    try:
        import pandas
    except ModuleNotFoundError as error:
        raise CapbuildError(
            "a pandas frame needs pandas, which is not installed", code="CB501", remedy="pip install pandas"
        ) from error
    return pandas
