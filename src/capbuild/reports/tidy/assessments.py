"""Tidy tables of assessments: scores, criteria, findings, sources, evidence, countries."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, TypeAlias

from attrs import evolve, field, frozen

from capbuild.disclosure import Disclosure
from capbuild.model import Assessment, AssessmentSet, Country, Dossier, Score
from capbuild.text import Text

TidyCell: TypeAlias = str | int | float | datetime.date | None

_TYPES: Mapping[str, type] = {"": str, "bool": bool, "int": int, "float": float, "date": datetime.date}

_LISTS = ("list", "counts")


@frozen
class TidyColumn:
    """Column of a tidy table.

    Attributes:
        name: Its name, the same in every language.
        type: `str`, `bool`, `int`, `float` or `datetime.date`; any cell may also be None.
        is_key: Whether it is part of the key of its table.
        lists: Meaning of each of several ids in a cell, separated by spaces; empty for a single value.
        is_counted: Whether each id has a number after it, as in `R10=59`.
        path: Attributes that lead from the item of a row to the cell; by default the one named as the column.
    """

    name: str
    type: type
    is_key: bool = False
    lists: str = ""
    is_counted: bool = False
    path: tuple[str, ...] = ()


def parse_columns(text: str) -> tuple[TidyColumn, ...]:
    """Parse column names with their marks.

    The marks are `*` for a part of the key, `:type` unless the column is text, `:list=NAME` or `:counts=NAME` for a
    column of several ids, and `@path` for the attributes that lead to its cell.

    Example:
        >>> [(column.name, column.type.__name__, column.is_key) for column in parse_columns("country* lowest:int")]
        [('country', 'str', True), ('lowest', 'int', False)]
        >>> parse_columns("roles:counts=role")[0].lists
        'role'
        >>> parse_columns("lowest:int@plausible.lowest")[0].path
        ('plausible', 'lowest')
    """
    return tuple(map(_parse_column, text.split()))


def _parse_column(word: str) -> TidyColumn:
    word, _, path = word.partition("@")
    name, _, kind = word.partition(":")
    kind, _, lists = kind.partition("=")
    plain = _TYPES["" if kind in _LISTS else kind]
    name, is_key = name.removesuffix("*"), name.endswith("*")
    return TidyColumn(name, plain, is_key, lists, kind == "counts", tuple((path or name).split(".")))


def list_cells(
    columns: Iterable[TidyColumn], item: object, language: str = "en", /, **known: object
) -> tuple[TidyCell, ...]:
    """Return the row of an item.

    A path that meets None gives None.

    Args:
        columns: The columns.
        item: Object whose attributes the columns name.
        language: Language of texts.
        **known: Objects at which paths begin instead, by the name of their first part.

    Example:
        >>> from capbuild.model import Interval, Money
        >>> columns = parse_columns("session* cost:float@cost.amount low:float@range.lower")
        >>> list_cells(columns, Interval(lower=1, upper=2), session="S1", cost=Money(5, "EUR"), range=None)
        ('S1', 5.0, None)
    """
    cells: list[TidyCell] = []
    for column in columns:
        first, *rest = column.path
        value: Any = known[first] if first in known else getattr(item, first)
        for name in rest:
            value = None if value is None else getattr(value, name)
        cells.append(_to_cell(value, column.type, language))
    return tuple(cells)


def _to_cell(value: Any, kind: type, language: str) -> TidyCell:
    """Convert a value of the model to a cell; ids are joined with spaces, and a text is in the language."""
    if value is None or (isinstance(value, str | int | float) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Text):
        return value.get(language)
    if isinstance(value, Country):
        return value.alpha_2
    if isinstance(value, datetime.date) and kind is not str:
        return value
    if isinstance(value, Mapping):
        return " ".join(f"{name}={count}" for name, count in value.items())
    if isinstance(value, tuple | list):
        return " ".join(str(_to_cell(item, str, language)) for item in value)
    return float(value) if kind is float else str(value)


@frozen(eq=False)
class TidyTable:
    """Table of the tidy set.

    Attributes:
        name: Its name, the same in every language.
        columns: Its columns.
        rows: Its rows, to be taken once.
    """

    name: str
    columns: tuple[TidyColumn, ...]
    rows: Iterable[Sequence[TidyCell]] = field(repr=False)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(column.name for column in self.columns)

    @property
    def records(self) -> Iterator[dict[str, TidyCell]]:
        """Rows, each as cells by column name."""
        headers = self.column_names
        return (dict(zip(headers, row, strict=True)) for row in self.rows)


def split_lists(table: TidyTable) -> Iterator[TidyTable]:
    """Yield a table, then its list columns as tables.

    A list column has several ids per cell. Its table is named after both (`needs_criteria`), and has the key of the
    first.

    Example:
        >>> needs = TidyTable("needs", parse_columns("need* criteria:list=criterion notice"), [("N1", "A B", "")])
        >>> [(one.name, one.column_names, [*one.rows]) for one in split_lists(needs)][1]
        ('needs_criteria', ('need', 'criterion', 'notice'), [('N1', 'A', ''), ('N1', 'B', '')])
    """
    rows = list(table.rows)
    plain = [place for place, column in enumerate(table.columns) if not column.lists]
    yield evolve(
        table,
        columns=tuple(table.columns[place] for place in plain),
        rows=[tuple(row[place] for place in plain) for row in rows],
    )
    keys = [place for place, column in enumerate(table.columns) if column.is_key]
    last = table.column_names.index("notice") if any(column.lists for column in table.columns) else 0
    for place, column in enumerate(table.columns):
        if column.lists:
            count = (TidyColumn("count", int),) if column.is_counted else ()
            yield TidyTable(
                f"{table.name}_{column.name}",
                (
                    *(table.columns[key] for key in keys),
                    TidyColumn(column.lists, str, is_key=True),
                    *count,
                    table.columns[last],
                ),
                [
                    (*(row[key] for key in keys), *part, row[last])
                    for row in rows
                    for part in _list_parts(row[place], is_counted=column.is_counted)
                ],
            )


def _list_parts(cell: TidyCell, *, is_counted: bool) -> Iterator[tuple[TidyCell, ...]]:
    for part in dict.fromkeys(str(cell or "").split()):
        name, _, count = part.rpartition("=")
        yield (name, int(count)) if is_counted else (part,)


_SCORES = parse_columns(
    "country* name@country.name capacity*@capacity.id kind@capacity.kind title@capacity.title verified:bool "
    "reported:bool lowest:int@plausible.lowest highest:int@plausible.highest level:int claimed:int value:float "
    "lower:float@interval.lower upper:float@interval.upper target:float target_met:bool lacking:list=criterion "
    "open:list=criterion counted_as_zero:list=item answered:int@coverage.answered settled:int@coverage.settled "
    "checked:int@coverage.checked applicable:int@coverage.applicable notice"
)

_CRITERIA = parse_columns(
    "country* capacity@capacity.id criterion*@target step:int@criterion.step check text state answer@value "
    "conflict:bool notice"
)

_FINDINGS = parse_columns(
    "country criterion@target answer@value status basis source source_kind@cited.kind source_title@cited.title "
    "respondent@cited.respondent as_of:date route reason sample:int lower:float@interval.lower "
    "upper:float@interval.upper note@note.source note_language@note.language written@raw origin counts:bool notice"
)

_SOURCES = parse_columns(
    "country* source*@name kind@source.kind title@source.title respondent@source.respondent "
    "start:date@source.start end:date@source.end place@source.place mode@source.mode language@source.language "
    "late:bool@source.late notice"
)

_EVIDENCE = parse_columns(
    "country* evidence*@id kind title link date:date tlp reliability:int quote@quote.source "
    "quote_language@quote.language notice"
)

_COUNTRIES = parse_columns(
    "country*@alpha_2 alpha_3 name answered:bool state visited:bool last_visit:date indicators:int verified:int "
    "reported:int criteria:int@coverage.applicable settled:int@coverage.settled conflicts:int notice"
)

_Rows: TypeAlias = Iterator[Sequence[TidyCell]]


def make_assessment_tables(
    subject: AssessmentSet | Assessment, disclosure: Disclosure, dossier: Dossier, language: str, notice: str
) -> Iterator[TidyTable]:
    """Yield the tables of assessments.

    Args:
        subject: The assessments, as the audience may see them.
        disclosure: Data that the audience may see.
        dossier: When countries were visited.
        language: Language of titles.
        notice: Text in every row; may be empty.
    """
    assessments = [subject] if isinstance(subject, Assessment) else list(subject)
    yield TidyTable("scores", _SCORES, _make_score_rows(assessments, language, notice))
    yield TidyTable("criteria", _CRITERIA, _make_criterion_rows(assessments, language, notice))
    if disclosure.sources:
        yield TidyTable("findings", _FINDINGS, _make_finding_rows(assessments, language, notice))
        yield TidyTable("sources", _SOURCES, _make_source_rows(assessments, language, notice))
        evidence = (
            list_cells(_EVIDENCE, item, language, country=assessment.country, notice=notice)
            for assessment in assessments
            for item in assessment.evidence
        )
        yield TidyTable("evidence", _EVIDENCE, evidence)
    yield TidyTable("countries", _COUNTRIES, _make_country_rows(subject, dossier, notice))


def _make_score_rows(assessments: Iterable[Assessment], language: str, notice: str) -> _Rows:
    for assessment in assessments:
        for score in assessment:
            level = _find_settled_level(score)
            yield list_cells(_SCORES, score, language, country=assessment.country, level=level, notice=notice)


def _find_settled_level(score: Score) -> int | None:
    """Return the level, or None if it is open: its range has columns of its own."""
    plausible = score.plausible
    return plausible.lowest if plausible is not None and plausible.settled else None


def _make_criterion_rows(assessments: Iterable[Assessment], language: str, notice: str) -> _Rows:
    for assessment in assessments:
        for score in assessment.indicators:
            for result in score.results:
                criterion = assessment.framework.criteria.get(result.target)
                yield list_cells(
                    _CRITERIA,
                    result,
                    language,
                    country=assessment.country,
                    capacity=score.capacity,
                    criterion=criterion,
                    check="" if criterion is None else criterion.check,
                    text=score.capacity.title if criterion is None else criterion.text,
                    notice=notice,
                )


def _make_finding_rows(assessments: Iterable[Assessment], language: str, notice: str) -> _Rows:
    for assessment in assessments:
        for score in assessment.indicators:
            for result in score.results:
                for position, finding in enumerate(result.findings):
                    cited, used = assessment.source_by_id.get(finding.source), position == result.used
                    yield list_cells(_FINDINGS, finding, language, cited=cited, counts=used, notice=notice)


def _make_source_rows(assessments: Iterable[Assessment], language: str, notice: str) -> _Rows:
    """Make the rows of sources.

    Sources that findings cite but nobody described are included.
    """
    for assessment in assessments:
        names = [*assessment.source_by_id, *(finding.source for finding in assessment.findings)]
        for name in dict.fromkeys(names):
            source = assessment.source_by_id.get(name)
            yield list_cells(_SOURCES, assessment, language, name=name, source=source, notice=notice)


def _make_country_rows(subject: AssessmentSet | Assessment, dossier: Dossier, notice: str) -> _Rows:
    for assessment in [subject] if isinstance(subject, Assessment) else subject:
        country, scores = assessment.country, assessment.indicators
        visit = assessment.last_visit or dossier.visits.get(country.alpha_2)
        yield list_cells(
            _COUNTRIES,
            country,
            answered=True,
            state="answered",
            visited=visit is not None,
            last_visit=visit,
            indicators=len(scores),
            verified=sum(score.verified for score in scores),
            reported=sum(score.reported for score in scores),
            coverage=assessment.coverage,
            conflicts=len(assessment.conflicts),
            notice=notice,
        )
    if isinstance(subject, Assessment):
        return
    for country in subject.silent:
        why = subject.unusable.get(country.alpha_2)
        day = dossier.visits.get(country.alpha_2)
        yield list_cells(
            _COUNTRIES,
            country,
            answered=False,
            state="not answered yet" if why is None else f"received, not usable: {why.value}",
            visited=None if day is None else True,
            last_visit=day,
            notice=notice,
            **dict.fromkeys(("indicators", "verified", "reported", "coverage", "conflicts")),
        )
