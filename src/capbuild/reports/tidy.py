"""The tidy set: one row a score, a finding, a criterion, a country, a need, a session; disclosed as the pages are.

Every writer of tables takes its rows from here, so that all of them show an audience the same.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from attrs import evolve

from capbuild.disclosure import Disclosure, disclose
from capbuild.escaping import escape_formula
from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import OutputFile, RenderContext
from capbuild.reports.tidy_dossier import dossier_tables
from capbuild.reports.tidy_rows import assessment_tables
from capbuild.reports.tidy_table import Cell, TidyColumn, TidyTable
from capbuild.reports.wording import wording

__all__ = ["Cell", "TidyColumn", "TidyTable", "escape_formula", "tidy_files", "tidy_tables"]

_BOM = "\ufeff"


def tidy_tables(subject: AssessmentSet | Assessment, context: RenderContext) -> Iterator[TidyTable]:
    """Yield the tables `scores`, `criteria`, `findings`, `countries` and, where there are such, others.

    Countries that may not be named before the audience are left out; before others than the team and the country
    so are findings, sources and evidence, which tell who said what. Needs, gaps, sessions, seats and changes come from
    the dossier, with the same countries.

    Raises:
        WriteError: The disclosure policy does not name the audience. Code CB703.
    """
    if context.shared is None:
        return _tables(subject, context)
    key = ("tidy tables", subject.country.alpha_2 if isinstance(subject, Assessment) else "")
    return iter(context.once(key, lambda: [_kept(table) for table in _tables(subject, context)]))


def _kept(table: TidyTable) -> TidyTable:
    """A table whose rows can be gone through more than once."""
    return evolve(table, rows=list(table.rows))


def _tables(subject: AssessmentSet | Assessment, context: RenderContext) -> Iterator[TidyTable]:
    subject, context = disclose(subject, context)
    shown: Disclosure = context.disclosure
    say = wording(context.language)
    notice = say("invented") if context.is_invented(subject) else ""
    yield from assessment_tables(subject, shown, context.dossier, say.language, notice)
    yield from dossier_tables(shown, context.dossier, say.language, notice)


def tidy_files(subject: AssessmentSet | Assessment, context: RenderContext) -> Iterator[OutputFile]:
    """Yield the tidy set as CSV, one file a table.

    Raises:
        WriteError: The disclosure policy does not name the audience. Code CB703.
    """
    for table in tidy_tables(subject, context):
        yield OutputFile(f"{table.name}.csv", _csv(table.heads, table.rows))


def _csv(heads: Iterable[str], rows: Iterable[Iterable[Cell]]) -> Iterator[bytes]:
    """Yield a table as UTF-8 with a byte-order mark, which spreadsheets need to read accents."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([escape_formula(cell) for cell in row] for row in rows)
    yield (_BOM + buffer.getvalue()).encode("utf-8", "replace")
