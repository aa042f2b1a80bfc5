"""Parquet and Arrow: the rows of the CSV set, typed, as any reader of these formats sees them."""

import csv
import io
from collections.abc import Callable

import pytest

from capbuild.model import AssessmentSet
from capbuild.plugins import RenderContext
from capbuild.reports.tidy.tables import (
    escape_formula,
    tidy_tables,
    write_arrow_files,
    write_parquet_files,
    write_tidy_files,
)

pa = pytest.importorskip("pyarrow", reason="the engine that reads is a development dependency")


def _read(name: str, data: bytes):
    if name.endswith(".parquet"):
        import pyarrow.parquet as pq

        return pq.read_table(io.BytesIO(data))
    import pyarrow.feather as feather

    return feather.read_table(io.BytesIO(data))


@pytest.mark.parametrize("audience", ["team", "regional"])
@pytest.mark.parametrize("write", [write_parquet_files, write_arrow_files])
def test_rows_are_those_of_the_csv_set(write, audience: str, baseline: AssessmentSet, context: Callable) -> None:
    made = {f.name: b"".join(f.chunks) for f in write(baseline, context(audience=audience))}
    expected = {
        f.name: b"".join(f.chunks).decode("utf-8-sig")
        for f in write_tidy_files(baseline, context(audience=audience))
        if f.name.endswith(".csv")
    }
    assert [name.partition(".")[0] for name in made] == [name.partition(".")[0] for name in expected]
    for (name, data), text in zip(made.items(), expected.values(), strict=True):
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        found = [{key: escape_formula(cell) for key, cell in row.items()} for row in _read(name, data).to_pylist()]
        assert found == rows, name


@pytest.mark.parametrize("write", [write_parquet_files, write_arrow_files])
def test_columns_are_typed(write, baseline: AssessmentSet, context: Callable[..., RenderContext]) -> None:
    kinds = {
        "str": ("string", "large_string", "string_view"),
        "bool": ("bool",),
        "int": ("int64",),
        "float": ("double",),
        "date": ("date32[day]",),
    }
    made = {f.name.partition(".")[0]: _read(f.name, b"".join(f.chunks)) for f in write(baseline, context())}
    for table in tidy_tables(baseline, context()):
        for column in (one for one in table.columns if not one.lists):
            assert str(made[table.name].schema.field(column.name).type) in kinds[column.type.__name__]


def test_the_same_bytes_twice(baseline: AssessmentSet, context: Callable[..., RenderContext]) -> None:
    for write in (write_parquet_files, write_arrow_files):
        first, second = ([b"".join(f.chunks) for f in write(baseline, context())] for _ in range(2))
        assert first == second


def test_no_country(baseline: AssessmentSet, context: Callable[..., RenderContext]) -> None:
    from attrs import evolve

    empty = evolve(baseline, assessments=[], silent=[])
    for file in write_parquet_files(empty, context()):
        assert _read(file.name, b"".join(file.chunks)).num_rows == 0
