"""The tidy set: disclosed data as tables, one row per item.

A score, finding, criterion, country, need or session is an item.

Every writer of tables takes its rows from here, so that all of them show an audience the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from attrs import evolve

from capbuild.disclosure import Disclosure, disclose
from capbuild.escaping import escape_formula, format_csv
from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import OutputFile, RenderContext
from capbuild.reports.i18n import get_translator
from capbuild.reports.tidy.assessments import make_assessment_tables
from capbuild.reports.tidy.data_package import describe_tables
from capbuild.reports.tidy.dossier import make_dossier_tables
from capbuild.reports.tidy.table import TidyCell, TidyColumn, TidyTable, parse_columns, split_lists

__all__ = ["TidyCell", "TidyColumn", "TidyTable", "escape_formula", "tidy_tables", "write_tidy_files"]

#: Columns in front of every table, so that tables of several rounds can be stacked.
_KEYS = parse_columns("round* framework_id edition")
_BOM = "\ufeff"


def tidy_tables(subject: AssessmentSet | Assessment, context: RenderContext) -> Iterator[TidyTable]:
    """Yield the tidy tables: `scores`, `criteria`, `findings`, `countries` and others.

    Countries that may not be named before the audience are left out; before others than the team and the country
    so are findings, sources and evidence, which tell who said what. Needs, gaps, sessions, seats and changes come from
    the dossier, with the same countries.

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
    say = get_translator(context.language)
    notice = say("invented") if context.is_invented(subject) else ""
    keys = (subject.round.id, subject.framework.id, subject.framework.edition)
    for table in (
        *make_assessment_tables(subject, disclosure, context.dossier, say.language, notice),
        *make_dossier_tables(disclosure, context.dossier, say.language, notice),
    ):
        yield evolve(table, columns=(*_KEYS, *table.columns), rows=_add_keys(keys, table.rows))


def _add_keys(keys: tuple[str, ...], rows: Iterable[Sequence[TidyCell]]) -> Iterator[Sequence[TidyCell]]:
    return ((*keys, *row) for row in rows)


def write_tidy_files(subject: AssessmentSet | Assessment, context: RenderContext) -> Iterator[OutputFile]:
    """Yield the tidy set as CSV, one file a table, and `datapackage.json`, which describes them.

    Columns of several ids are tables of their own.

    Raises:
        WriteError: The disclosure policy does not name the audience. Code CB703.
    """
    tables = [part for table in tidy_tables(subject, context) for part in split_lists(table)]
    for table in tables:
        yield OutputFile(f"{table.name}.csv", _write_csv(table.column_names, table.rows))
    title = getattr(context.programme, "title", None) or subject.framework.title
    notice = get_translator(context.language)("invented") if context.is_invented(subject) else ""
    yield OutputFile("datapackage.json", [describe_tables(tables, subject.round, title.get(context.language), notice)])


def _write_csv(header: Iterable[str], rows: Iterable[Iterable[TidyCell]]) -> Iterator[bytes]:
    """Yield a table as UTF-8 with BOM, for spreadsheets."""
    yield (_BOM + format_csv(chain([header], rows), end="\r\n")).encode("utf-8", "replace")
