"""Tidy set: disclosed data as tables.

A table has one row per item. A score, finding, criterion, country, need or session is an item.

Every writer of tables gets its rows from here, so that all of them show an audience the same.
"""

import datetime
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import TYPE_CHECKING, Any

from attrs import evolve

from capbuild.disclosure import Disclosure, disclose
from capbuild.escaping import escape_formula, format_csv
from capbuild.model import Assessment, AssessmentSet, Round
from capbuild.plugins import NoOptions, OutputFile, RenderContext
from capbuild.reports.i18n import get_translator
from capbuild.reports.tidy.assessments import (
    TidyCell,
    TidyColumn,
    TidyTable,
    make_assessment_tables,
    parse_columns,
    split_lists,
)
from capbuild.reports.tidy.dossier import make_dossier_tables

if TYPE_CHECKING:
    import polars

__all__ = [
    "TidyCell",
    "TidyColumn",
    "TidyTable",
    "escape_formula",
    "load_descriptions",
    "tidy_tables",
    "write_tidy_files",
]

#: Columns in front of every table, so that tables of several rounds can be stacked.
_KEYS = parse_columns("round* framework_id edition")

_BOM = "\ufeff"


def tidy_tables(subject: AssessmentSet | Assessment, context: RenderContext) -> Iterator[TidyTable]:
    """Yield the tidy tables: `scores`, `criteria`, `findings`, `countries` and others.

    Countries that the audience may not see are left out. Findings, sources and evidence reveal answers, so only the
    team and the country get them. Needs, gaps, sessions, seats and changes come from the dossier, for the same
    countries.

    Raises:
        WriteError: The disclosure policy does not name the audience. Code CB703.
    """
    if context.shared is None:
        return _make_tables(subject, context)
    key = ("tidy tables", subject.country.alpha_2 if isinstance(subject, Assessment) else "")
    return iter(context.once(key, lambda: [_store_rows(table) for table in _make_tables(subject, context)]))


def _store_rows(table: TidyTable) -> TidyTable:
    """Return a table with rows that can be iterated repeatedly."""
    return evolve(table, rows=list(table.rows))


def _make_tables(subject: AssessmentSet | Assessment, context: RenderContext) -> Iterator[TidyTable]:
    subject, context = disclose(subject, context)
    disclosure: Disclosure = context.disclosure
    t = get_translator(context.language)
    notice = t("invented") if context.is_invented(subject) else ""
    keys = (subject.round.id, subject.framework.id, subject.framework.edition)
    for table in (
        *make_assessment_tables(subject, disclosure, context.dossier, t.language, notice),
        *make_dossier_tables(disclosure, context.dossier, t.language, notice),
    ):
        yield evolve(table, columns=(*_KEYS, *table.columns), rows=_add_keys(keys, table.rows))


def _add_keys(keys: tuple[str, ...], rows: Iterable[Sequence[TidyCell]]) -> Iterator[Sequence[TidyCell]]:
    return ((*keys, *row) for row in rows)


def write_tidy_files(
    subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions | None = None
) -> Iterator[OutputFile]:
    """Write the tidy set as CSV files with a `datapackage.json`.

    Each column of several ids becomes a table of its own.

    Raises:
        WriteError: The disclosure policy does not name the audience. Code CB703.
    """
    tables = [part for table in tidy_tables(subject, context) for part in split_lists(table)]
    for table in tables:
        yield OutputFile(f"{table.name}.csv", _write_csv(table.column_names, table.rows))
    title = getattr(context.programme, "title", None) or subject.framework.title
    notice = get_translator(context.language)("invented") if context.is_invented(subject) else ""
    yield OutputFile("datapackage.json", [_describe_tables(tables, subject.round, title.get(context.language), notice)])


def _write_csv(header: Iterable[str], rows: Iterable[Iterable[TidyCell]]) -> Iterator[bytes]:
    """Yield a table as UTF-8 with BOM, for spreadsheets."""
    yield (_BOM + format_csv(chain([header], rows), end="\r\n")).encode("utf-8", "replace")


# Description of the tidy set as a data package (Frictionless), with a data dictionary


_TYPES: Mapping[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number", datetime.date: "date"}

#: Tables with rows about a country of the table `countries`.
_OF_COUNTRIES = ("scores", "criteria", "findings", "sources", "evidence")


@cache
def load_descriptions() -> Mapping[str, str]:
    """Return the descriptions of columns by name.

    Keys are `table.name` for columns whose meaning differs between tables.
    """
    text = (files("capbuild.reports") / "column_descriptions.json").read_text("utf-8")
    descriptions: dict[str, str] = json.loads(text)
    return descriptions


def _describe_tables(tables: Iterable[TidyTable], round_: Round, title: str, notice: str) -> bytes:
    """Return the descriptor of a set of CSV files.

    Args:
        tables: The tables; their rows are not taken.
        round_: The round.
        title: Title of the programme.
        notice: Text that marks the data as invented; may be empty.
    """
    package = {
        "profile": "tabular-data-package",
        "name": f"tidy-{round_.id}".lower(),
        "title": f"{title}: {round_.title}" if str(round_.title) else title,
        **({"description": notice} if notice else {}),
        "resources": [_describe_table(table) for table in tables],
    }
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _describe_table(table: TidyTable) -> dict[str, Any]:
    keys = [column.name for column in table.columns if column.is_key]
    # Answers of one country recur in findings, which have no key.
    key = {"primaryKey": keys} if len(keys) > 1 else {}
    countries = {"fields": ["round", "country"], "reference": {"resource": "countries", "fields": ["round", "country"]}}
    foreign = {"foreignKeys": [countries]} if table.name in _OF_COUNTRIES else {}
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": [_describe_column(table, column) for column in table.columns], **key, **foreign},
    }


def _describe_column(table: TidyTable, column: TidyColumn) -> dict[str, str]:
    descriptions = load_descriptions()
    text = descriptions.get(f"{table.name}.{column.name}") or descriptions[column.name]
    return {"name": column.name, "type": _TYPES[column.type], "description": text}


def list_typed_columns(table: TidyTable) -> Iterator[tuple[str, type, list[Any]]]:
    """Yield the name, type and converted cells of each column."""
    rows = list(table.rows)
    for position, column in enumerate(table.columns):
        yield column.name, column.type, [_convert_cell(row[position], column.type) for row in rows]


def _convert_cell(value: Any, kind: type) -> Any:
    if value is None or isinstance(value, datetime.date):
        return value
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else kind(value)


def make_frame(table: TidyTable) -> "polars.DataFrame":
    """Convert a table to a typed polars frame.

    Columns of mixed types become text.

    Raises:
        CapbuildError: polars is not installed. Code CB501.
    """
    from capbuild.tables.building import polars as load_polars

    pl = load_polars()
    types = {str: pl.String, bool: pl.Boolean, int: pl.Int64, float: pl.Float64, datetime.date: pl.Date}
    columns = list_typed_columns(table)
    frame: polars.DataFrame = pl.DataFrame([pl.Series(name, cells, dtype=types[kind]) for name, kind, cells in columns])
    return frame


def _write_files(
    subject: AssessmentSet | Assessment, context: RenderContext, suffix: str, save: Callable[[Any, io.BytesIO], None]
) -> Iterator[OutputFile]:
    for table in (part for whole in tidy_tables(subject, context) for part in split_lists(whole)):
        stream = io.BytesIO()
        save(make_frame(table), stream)
        yield OutputFile(f"{table.name}.{suffix}", [stream.getvalue()])


def write_parquet_files(
    subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions | None = None
) -> Iterator[OutputFile]:
    """Yield the tidy set as Parquet, one file a table.

    Raises:
        WriteError: The disclosure policy does not name the audience. Code CB703.
        CapbuildError: The extra `tables` is not installed. Code CB501.
    """
    return _write_files(subject, context, "parquet", lambda frame, stream: frame.write_parquet(stream))


def write_arrow_files(
    subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions | None = None
) -> Iterator[OutputFile]:
    """Write the tidy set as Arrow IPC (Feather).

    Raises:
        WriteError: The disclosure policy does not name the audience. Code CB703.
        CapbuildError: The extra `tables` is not installed. Code CB501.
    """
    return _write_files(subject, context, "arrow", lambda frame, stream: frame.write_ipc(stream))
