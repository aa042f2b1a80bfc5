"""Tidy tables of assessments: scores, criteria, findings, sources, evidence, countries."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from attrs import evolve, field, frozen

from capbuild.disclosure import Disclosure
from capbuild.model import Assessment, AssessmentSet, Dossier, Finding, Missing, Score, Verdict

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
    """

    name: str
    type: type
    is_key: bool = False
    lists: str = ""
    is_counted: bool = False


def parse_columns(text: str) -> tuple[TidyColumn, ...]:
    """Parse column names with their marks.

    The marks are `*` for a part of the key, `:type` unless the column is text, and `:list=NAME` or `:counts=NAME` for a
    column of several ids.

    Example:
        >>> [(column.name, column.type.__name__, column.is_key) for column in parse_columns("country* lowest:int")]
        [('country', 'str', True), ('lowest', 'int', False)]
        >>> parse_columns("roles:counts=role")[0].lists
        'role'
    """
    return tuple(map(_parse_column, text.split()))


def _parse_column(word: str) -> TidyColumn:
    name, _, kind = word.partition(":")
    kind, _, lists = kind.partition("=")
    plain = _TYPES["" if kind in _LISTS else kind]
    return TidyColumn(name.removesuffix("*"), plain, name.endswith("*"), lists, kind == "counts")


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


_Rows = Iterator[Sequence[TidyCell]]

_SCORES = parse_columns(
    "country* name capacity* kind title verified:bool reported:bool lowest:int highest:int level:int claimed:int "
    "value:float lower:float upper:float target:float target_met:bool lacking:list=criterion open:list=criterion "
    "counted_as_zero:list=item answered:int settled:int checked:int applicable:int notice"
)

_CRITERIA = parse_columns("country* capacity criterion* step:int check text state answer conflict:bool notice")

_FINDINGS = parse_columns(
    "country criterion answer status basis source source_kind source_title respondent as_of:date route reason "
    "sample:int lower:float upper:float note note_language written origin counts:bool notice"
)

_SOURCES = parse_columns(
    "country* source* kind title respondent start:date end:date place mode language late:bool notice"
)

_EVIDENCE = parse_columns(
    "country* evidence* kind title link date:date tlp reliability:int quote quote_language notice"
)

_COUNTRIES = parse_columns(
    "country* alpha_3 name answered:bool state visited:bool last_visit:date indicators:int verified:int reported:int "
    "criteria:int settled:int conflicts:int notice"
)


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
        yield TidyTable("evidence", _EVIDENCE, _make_evidence_rows(assessments, language, notice))
    yield TidyTable("countries", _COUNTRIES, _make_country_rows(subject, dossier, notice))


def _make_score_rows(assessments: Iterable[Assessment], language: str, notice: str) -> _Rows:
    for assessment in assessments:
        for score in assessment:
            yield (*_make_score_row(assessment, score, language), notice)


def _make_score_row(assessment: Assessment, score: Score, language: str) -> Sequence[TidyCell]:
    plausible, interval, coverage = score.plausible, score.interval, score.coverage
    # A level that is not settled has no cell of its own: the range is in `lowest` and `highest`.
    level = plausible.lowest if plausible is not None and plausible.settled else None
    return (
        assessment.country.alpha_2,
        assessment.country.name,
        score.capacity.id,
        score.capacity.kind,
        score.capacity.title.get(language),
        score.verified,
        score.reported,
        None if plausible is None else plausible.lowest,
        None if plausible is None else plausible.highest,
        level,
        score.claimed,
        score.value,
        None if interval is None else interval.lower,
        None if interval is None else interval.upper,
        score.target,
        score.target_met,
        " ".join(score.lacking),
        " ".join(score.open),
        " ".join(score.counted_as_zero),
        coverage.answered,
        coverage.settled,
        coverage.checked,
        coverage.applicable,
    )


def _make_criterion_rows(assessments: Iterable[Assessment], language: str, notice: str) -> _Rows:
    for assessment in assessments:
        for score in assessment.indicators:
            for result in score.results:
                criterion = assessment.framework.criteria.get(result.target)
                yield (
                    assessment.country.alpha_2,
                    score.capacity.id,
                    result.target,
                    None if criterion is None else criterion.step,
                    "" if criterion is None else criterion.check.value,
                    (score.capacity.title if criterion is None else criterion.text).get(language),
                    result.state.value,
                    _convert_answer(result.value),
                    result.conflict,
                    notice,
                )


def _convert_answer(value: Verdict | int | float | Missing) -> TidyCell:
    return value.value if isinstance(value, Verdict | Missing) else value


def _make_finding_rows(assessments: Iterable[Assessment], language: str, notice: str) -> _Rows:
    for assessment in assessments:
        for score in assessment.indicators:
            for result in score.results:
                for place, finding in enumerate(result.findings):
                    yield (*_make_finding_row(assessment, finding, language), place == result.used, notice)


def _make_finding_row(assessment: Assessment, finding: Finding, language: str) -> Sequence[TidyCell]:
    source = assessment.source_by_id.get(finding.source)
    return (
        assessment.country.alpha_2,
        finding.target,
        _convert_answer(finding.value),
        finding.status.value if finding.status is not None else None,
        finding.basis.value,
        finding.source,
        "" if source is None else source.kind.value,
        "" if source is None else source.title.get(language),
        "" if source is None else source.respondent,
        finding.as_of,
        finding.route.value if finding.route else "",
        finding.reason,
        finding.sample,
        None if finding.interval is None else finding.interval.lower,
        None if finding.interval is None else finding.interval.upper,
        "" if finding.note is None else finding.note.source,
        "" if finding.note is None else finding.note.language,
        finding.raw,
        str(finding.origin) if finding.origin else "",
    )


def _make_source_rows(assessments: Iterable[Assessment], language: str, notice: str) -> _Rows:
    """Make the rows of sources.

    Sources that findings cite but nobody described are included.
    """
    for assessment in assessments:
        names = [*assessment.source_by_id, *(finding.source for finding in assessment.findings)]
        for name in dict.fromkeys(names):
            source = assessment.source_by_id.get(name)
            yield (
                assessment.country.alpha_2,
                name,
                source.kind.value if source else None,
                source.title.get(language) if source else None,
                source.respondent if source else None,
                source.start if source else None,
                source.end if source else None,
                source.place if source else None,
                source.mode if source else None,
                source.language if source else None,
                source.late if source else None,
                notice,
            )


def _make_evidence_rows(assessments: Iterable[Assessment], language: str, notice: str) -> _Rows:
    for assessment in assessments:
        for item in assessment.evidence:
            yield (
                assessment.country.alpha_2,
                item.id,
                item.kind.value,
                item.title.get(language),
                item.link,
                item.date,
                item.tlp.value,
                item.reliability,
                item.quote.source if item.quote else None,
                item.quote.language if item.quote else None,
                notice,
            )


def _make_country_rows(subject: AssessmentSet | Assessment, dossier: Dossier, notice: str) -> _Rows:
    for assessment in [subject] if isinstance(subject, Assessment) else subject:
        country, scores = assessment.country, assessment.indicators
        visit = assessment.last_visit or dossier.visits.get(country.alpha_2)
        yield (
            country.alpha_2,
            country.alpha_3,
            country.name,
            True,
            "answered",
            visit is not None,
            visit,
            len(scores),
            sum(score.verified for score in scores),
            sum(score.reported for score in scores),
            assessment.coverage.applicable,
            assessment.coverage.settled,
            len(assessment.conflicts),
            notice,
        )
    if isinstance(subject, Assessment):
        return
    for country in subject.silent:
        why = subject.unusable.get(country.alpha_2)
        state = "not answered yet" if why is None else f"received, not usable: {why.value}"
        day = dossier.visits.get(country.alpha_2)
        visited = (None, None) if day is None else (True, day)
        yield (
            country.alpha_2,
            country.alpha_3,
            country.name,
            False,
            state,
            *visited,
            *(None for _ in range(6)),
            notice,
        )
