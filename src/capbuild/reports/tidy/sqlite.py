"""Tidy tables as a SQLite file.

The file has foreign keys and views. Tables have names in the singular and contain each fact once; views have names in
the plural and contain joined tables. The rows are those of the tidy CSV set, so disclosure is the same by construction.
"""

import datetime
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping

from attrs import evolve

from capbuild.disclosure import Disclosure, disclose
from capbuild.model import Assessment, AssessmentSet, Framework
from capbuild.plugins import NoOptions, RenderContext
from capbuild.reports.i18n import get_translator
from capbuild.reports.tidy.assessments import split_lists
from capbuild.reports.tidy.sqlite_schema import TABLES, VIEWS
from capbuild.reports.tidy.tables import TidyCell, tidy_tables

_Row = Mapping[str, TidyCell]


def write_sqlite(
    subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions | None = None
) -> Iterator[bytes]:
    """Yield a SQLite database of disclosed data, with reproducible bytes.

    Raises:
        WriteError: The disclosure policy does not name the audience. Code CB703.
    """
    subject, context = disclose(subject, context)
    database = sqlite3.connect(":memory:", isolation_level=None)
    try:
        database.executescript(f"PRAGMA page_size = 4096; PRAGMA foreign_keys = ON; {TABLES}{VIEWS}")
        database.execute("BEGIN")
        for table, rows in _list_tables(subject, context):
            _insert(database, table, rows)
        database.execute("COMMIT")
        # Packs the pages anew, so that the bytes depend on the content alone.
        database.execute("VACUUM")
        yield database.serialize()
    finally:
        database.close()


def _insert(database: sqlite3.Connection, table: str, rows: Iterable[_Row]) -> None:
    """Fill a table; cells without a column are ignored."""
    columns = [name for _, name, *_ in database.execute(f'PRAGMA table_info("{table}")')]
    headers = ", ".join(f'"{name}"' for name in columns)
    places = ", ".join(f":{name}" for name in columns)
    statement = f"INSERT INTO {table} ({headers}) VALUES ({places})"  # noqa: S608 - names are those of the schema above
    database.executemany(statement, ({name: _convert_cell(row[name]) for name in columns} for row in rows))


def _convert_cell(value: TidyCell) -> TidyCell:
    """Convert a cell to a value that SQLite can store.

    Dates become text. Zero bytes, at which SQL text ends, and lone surrogates, which UTF-8 cannot encode, are replaced.
    """
    if isinstance(value, datetime.date):
        return value.isoformat()
    if not isinstance(value, str):
        return value
    return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def _list_tables(subject: AssessmentSet | Assessment, context: RenderContext) -> Iterator[tuple[str, Iterable[_Row]]]:
    t, disclosure = get_translator(context.language), context.disclosure
    assessments = (subject,) if isinstance(subject, Assessment) else subject.assessments
    language, notice = t.language, t("invented") if context.is_invented(subject) else ""
    yield "about", _make_about_rows(subject, disclosure, context, notice)
    yield "level", _make_level_rows(subject.framework, language)
    yield "capacity", _make_capacity_rows(subject.framework, language)
    yield "criterion", _make_criteria_rows(subject.framework, language)
    stored = [evolve(table, rows=list(table.rows)) for table in tidy_tables(subject, context)]
    parts = {part.name: part for table in stored for part in split_lists(table)}
    tables = parts | {table.name: table for table in stored}
    for name, (table, convert) in _TABLES.items():
        if name in tables:
            yield table, tables[name].records if convert is None else convert(tables[name].records)
    yield "lacking", _make_lacking_rows(assessments)
    if disclosure.sources:
        yield "finding_evidence", _make_link_rows(assessments)


def _make_about_rows(
    subject: AssessmentSet | Assessment, disclosure: Disclosure, context: RenderContext, notice: str
) -> Iterator[_Row]:
    language = context.language
    title = getattr(context.programme, "title", None)
    facts = {
        "programme": title.get(language) if title is not None else "",
        "framework": subject.framework.key,
        "framework_title": subject.framework.title.get(language),
        "round": subject.round.id,
        "round_title": subject.round.title.get(language),
        "reference_date": subject.round.reference_date.isoformat(),
        "language": language,
        "audience": disclosure.audience.value,
        "label": disclosure.tlp.value if disclosure.tlp is not None else "",
        "countries_named": str(len(subject) if isinstance(subject, AssessmentSet) else 1),
        "countries_not_named": str(disclosure.counted or ""),
        "countries_silent": "" if disclosure.silent is None else str(disclosure.silent),
        "notice": notice,
    }
    return ({"fact": fact, "value": value} for fact, value in facts.items())


def _make_level_rows(framework: Framework, language: str) -> Iterator[_Row]:
    for scale in framework.scales:
        for level in scale.levels:
            yield {"scale": scale.id, "level": level.order, "code": level.code, "label": level.label.get(language)}


def _make_capacity_rows(framework: Framework, language: str) -> Iterator[_Row]:
    parents = {child.id: node.id for node in framework.walk() for child in node.children}
    for position, node in enumerate(framework.walk(), start=1):
        yield {
            "capacity": node.id,
            "parent": parents.get(node.id),
            "place": position,
            "kind": node.kind,
            "title": node.title.get(language),
            "scale": framework.scale_of(node).id,
        }


def _make_criteria_rows(framework: Framework, language: str) -> Iterator[_Row]:
    return (
        {
            "criterion": criterion.id,
            "capacity": node.id,
            "step": criterion.step,
            "checked_by": criterion.check.value,
            "text": criterion.text.get(language),
        }
        for node in framework.indicators
        for criterion in node.criteria
    )


def _make_lacking_rows(assessments: Iterable[Assessment]) -> Iterator[_Row]:
    for assessment in assessments:
        criteria = assessment.framework.criteria
        for score in assessment.indicators:
            for why, names in (("lacking", score.lacking), ("open", score.open)):
                for name in names:
                    if name in criteria:
                        yield {
                            "country": assessment.country.alpha_2,
                            "capacity": score.capacity.id,
                            "criterion": name,
                            "why": why,
                        }


def _make_link_rows(assessments: Iterable[Assessment]) -> Iterator[_Row]:
    """Make the rows that link findings to evidence."""
    number = 0
    for assessment in assessments:
        known = {item.id for item in assessment.evidence}
        for finding in assessment.findings:
            number += 1
            for name in dict.fromkeys(finding.evidence):
                if name in known:
                    yield {"finding": number, "country": assessment.country.alpha_2, "evidence": name}


def _make_result_rows(rows: Iterable[_Row]) -> Iterator[_Row]:
    """Split the criterion or capacity column into two foreign keys."""
    for row in rows:
        yield {**row, "target": row["criterion"], "criterion": None if row["step"] is None else row["criterion"]}


def _make_finding_rows(rows: Iterable[_Row]) -> Iterator[_Row]:
    """Make finding rows, numbered as in the CSV files."""
    for number, row in enumerate(rows, start=1):
        cells = {name: None if cell == "" else cell for name, cell in row.items()}
        yield {**cells, "finding": number, "target": row["criterion"]}


#: Tables by the table of the tidy set, or its column of several ids, that they have their rows from, in the order that
#: foreign keys require.
_TABLES: dict[str, tuple[str, Callable[[Iterable[_Row]], Iterable[_Row]] | None]] = {
    "countries": ("country", None),
    "scores": ("score", None),
    "criteria": ("result", _make_result_rows),
    "sources": ("source", None),
    "evidence": ("evidence_item", None),
    "findings": ("finding", _make_finding_rows),
    "needs": ("need", None),
    "needs_countries": ("need_country", None),
    "needs_criteria": ("need_criterion", None),
    "gaps": ("gap", None),
    "activities": ("activity", None),
    "activities_competences": (
        "activity_competence",
        lambda rows: ({**row, "level": row["count"]} for row in rows),
    ),
    "activities_prerequisites": ("prerequisite", None),
    "sessions": ("session", None),
    "sessions_addresses": ("session_need", None),
    "seats": ("seat", None),
    "changes": ("change", None),
    "capacity_changes": ("capacity_change", None),
    "change_counts": ("change_count", None),
}
