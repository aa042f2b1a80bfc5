"""Rows of any frame, and frames as survey files."""

import datetime
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from capbuild.errors import CapbuildError, ReadError
from capbuild.formats import Grid, GridRow, TableOptions, read_table
from capbuild.formats.answer_table import is_tidy, read_answers
from capbuild.origin import Origin
from capbuild.plugins import Claim, Confidence, InputFile, Reader

#: pandas types for missing values, apart from NaN.
_NO_VALUE = ("NAType", "NaTType")


def frame_rows(frame: Any) -> Iterator[GridRow]:
    """Yield column names as row 1, and rows from 2.

    A lazy frame is collected.

    Raises:
        ReadError: It is not a frame.
        CapbuildError: CB501, narwhals is not installed.
    """
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
            f"{type(frame).__name__} is neither a path, bytes nor a frame",
            origin=Origin(type(frame).__name__),
            remedy="give a path, bytes, or a frame of polars, pandas, pyarrow, duckdb or others",
        ) from error
    whole = known.collect() if isinstance(known, narwhals.LazyFrame) else known
    yield 1, tuple(whole.columns)
    for number, row in enumerate(whole.iter_rows(), start=2):
        yield number, tuple(map(_simplify_cell, row))


def _simplify_cell(value: Any) -> Any:
    """Return a plain cell; missing values are None."""
    if value is None or type(value).__name__ in _NO_VALUE or (isinstance(value, float) and math.isnan(value)):
        return None
    plain = value.item() if hasattr(value, "item") and not isinstance(value, str) else value
    if isinstance(plain, Decimal):
        return float(plain)
    if isinstance(plain, str | bool | int | float | datetime.date | datetime.time | datetime.timedelta):
        return plain
    return "; ".join(map(str, plain)) if isinstance(plain, list | tuple) else str(plain)


def frame_reader(frame: Any, name: str | None) -> tuple[Reader, InputFile]:
    """Return a reader for a frame, and its substitute file.

    Rows count from 2, as below the header row of a sheet.

    Args:
        frame: The frame; lazy ones are collected.
        name: Name for origins.

    Raises:
        ReadError: It is not a frame, or has no column.
        CapbuildError: CB501, narwhals is not installed.
    """
    rows = list(frame_rows(frame))
    # A reading has a hash, like that of a file: the hash of its cells.
    source = InputFile(name or "frame", data="\n".join(map(repr, rows)).encode())

    def read(source: InputFile, options: TableOptions) -> Iterator[Any]:
        if is_tidy(rows[0][1]):
            yield from read_answers(source.name, rows, drop_personal=options.drop_personal)
            return
        yield from read_table(Grid(source.name, rows), options, source.limits)

    claim = Claim(Confidence.SIGNATURE, f"a frame of {type(frame).__module__.partition('.')[0]}")
    return Reader(name="frame", title="Frame", sniff=lambda _: claim, read=read, options=TableOptions), source
