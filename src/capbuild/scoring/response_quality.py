"""Quality of survey returns.

Drops nothing, and gives no verdict.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import numpy as np
from attrs import evolve, field, frozen

from capbuild._typed import explains_arguments
from capbuild.checks import to_map, to_tuple
from capbuild.frozen import FrozenMap
from capbuild.model import (
    Answer,
    AssessmentSet,
    Finding,
    Framework,
    Issue,
    Missing,
    Response,
    Source,
    SourceKind,
    Survey,
    Verdict,
)
from capbuild.scoring.answer_words import answer_value
from capbuild.scoring.context import ScoringContext, cases_of
from capbuild.scoring.direct_scores import count_levels
from capbuild.scoring.reconciliation import current_verdicts
from capbuild.scoring.reliability import compare_sources, count_verdicts
from capbuild.stats import quality as numbers
from capbuild.stats.arrays import Bools, Floats
from capbuild.undefined import Undefined, UndefinedReason

#: Code and remedy for kinds of flags that become issues.
_ISSUES = {
    "zeros": ("CB207", "ask the provider whether these zeros are blanks, and record it in the mapping"),
    "not independent": (
        "CB209",
        "ask where these findings come from, and leave out what was taken from another source",
    ),
}
_PAIRS = ("duplicate", "not independent")
#: Share of equal answers of two countries that is a copy; chance of a false alarm in a programme.
_COPY, _CHANCE = 0.98, 0.01
_HEIGHT = {Verdict.NO: 0.0, Verdict.PARTLY: 0.5, Verdict.ELSEWHERE: 1.0, Verdict.YES: 1.0}
_ABSENT_UNASKED = (Missing.NOT_ASKED, Missing.NOT_COLLECTED, Missing.NOT_APPLICABLE)


@frozen(kw_only=True)
class QualityFlag:
    """Possible quality problem.

    Attributes:
        kind: `straight line`, `duplicate`, `contradiction`, `zeros`, `out of range` or `not independent`.
        subject: The return, item, capacity or kind of source.
        other: The second return or kind of source of a pair; the item or capacity that a return contradicts.
        detail: Description.
        numbers: Figures in the description, by name.
    """

    kind: str
    subject: str
    other: str = ""
    detail: str = ""
    numbers: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)

    @property
    def subject_text(self) -> str:
        """Subject of the flag, or both of a pair."""
        return f"{self.subject} and {self.other}" if self.kind in _PAIRS and self.other else self.subject

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject_text}; {self.detail}"


@frozen(kw_only=True)
class SourceAgreement:
    """Agreement between sources.

    Attributes:
        share: Share of pairs of findings on the same target that agree, 0 to 1; undefined without pairs.
        pairs: Number of such pairs.
    """

    share: float | Undefined
    pairs: int


@frozen(kw_only=True)
class ResponseQuality:
    """Quality of a round's returns.

    Attributes:
        returns: Number of returns.
        items: Number of items answered.
        flags: Flags by kind, then in the order of the returns.
        left_out: Share of items asked that a return left out, by return.
        unanswered: Share of returns asked that left an item out, by item.
        overall: Share of all questions asked that were not answered; undefined if none was asked.
        by_item: Agreement of sources on each criterion or capacity.
        by_country: Agreement of sources in each country, by alpha-2 code.
    """

    returns: int
    items: int
    flags: tuple[QualityFlag, ...] = field(default=(), converter=to_tuple)
    left_out: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)
    unanswered: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)
    overall: float | Undefined = Undefined(UndefinedReason.NOBODY_ANSWERED)
    by_item: FrozenMap[str, SourceAgreement] = field(factory=FrozenMap, converter=to_map)
    by_country: FrozenMap[str, SourceAgreement] = field(factory=FrozenMap, converter=to_map)

    def of_kind(self, kind: str) -> tuple[QualityFlag, ...]:
        """Return the flags of one kind."""
        return tuple(flag for flag in self.flags if flag.kind == kind)

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Issues for zeros that may be missing, and dependent sources."""
        return tuple(
            Issue.warning(code, f"{flag.subject_text}: {flag.detail}", remedy=remedy)
            for kind, (code, remedy) in _ISSUES.items()
            for flag in self.of_kind(kind)
        )


@frozen(kw_only=True, eq=False)
class _NumericReturns:
    """Returns as numbers, NaN for unanswered items.

    Attributes:
        rows: Name of each return.
        columns: Name of each item.
        values: Answers, shape (returns, items).
        asked: Mask of items asked, same shape.
    """

    rows: tuple[str, ...] = field(converter=to_tuple)
    columns: tuple[str, ...] = field(converter=to_tuple)
    values: Floats
    asked: Bools


def _number(value: object) -> float:
    if isinstance(value, Verdict):
        return _HEIGHT[value]
    return float(value) if isinstance(value, int | float) else np.nan


def _to_table(cells: Mapping[tuple[str, str], object]) -> _NumericReturns:
    """Return a table from cells by (return, item)."""
    rows = tuple(dict.fromkeys(row for row, _ in cells))
    columns = tuple(dict.fromkeys(column for _, column in cells))
    down, across = ({name: at for at, name in enumerate(names)} for names in (rows, columns))
    values = np.full((len(rows), len(columns)), np.nan)
    asked = np.zeros(values.shape, np.bool_)
    for (row, column), value in cells.items():
        at = down[row], across[column]
        values[at] = _number(value)
        asked[at] = value not in _ABSENT_UNASKED
    return _NumericReturns(rows=rows, columns=columns, values=values, asked=asked)


def _find_straight_lining(table: _NumericReturns) -> Iterable[QualityFlag]:
    for row in np.flatnonzero(numbers.find_straight_lining(table.values, share=0.95, minimum=12)):
        answered = int((~np.isnan(table.values[row])).sum())
        detail = f"one answer to nearly all of {answered}"
        yield QualityFlag(kind="straight line", subject=table.rows[row], detail=detail, numbers={"answered": answered})


def _find_copies(
    table: _NumericReturns,
    offices: Mapping[str, tuple[str, str]] | None = None,
    indicators: Mapping[str, str] = FrozenMap(),
) -> Iterable[QualityFlag]:
    """Find returns that say the same.

    Two returns of one office, by name of the return, know the same country. At most one of their shared answers may
    differ, and by chance, from how often other returns of one office agree, that must happen in less than one programme
    of a hundred. The same holds of two countries, from how often others have the same answers to an indicator: its
    criteria follow from one level.

    Args:
        table: The returns.
        offices: Country and respondent of each return; without them, only the share of equal answers counts.
        indicators: Indicator of each item.
    """
    straight = set(np.flatnonzero(numbers.find_straight_lining(table.values, share=0.95, minimum=1)))
    known = [None if offices is None else offices.get(row) for row in table.rows]
    agreement = _OfficeAgreement.make(table.values, known)
    for pair in numbers.find_duplicates(table.values, share=11 / 12, minimum=12):
        one_office = known[pair.first] is not None and known[pair.first] == known[pair.second]
        alike = agreement.is_copy(pair) if one_office else pair.same >= _COPY
        if alike and offices and not _is_one_country(pair, known):
            alike = _compute_chance(pair, table, indicators) < _CHANCE
        if alike and pair.first not in straight and pair.second not in straight:
            detail = f"{pair.same:.0%} of {pair.shared} shared answers are alike"
            rows, figures = table.rows, {"same": pair.same, "shared": pair.shared}
            subject, other = rows[pair.first], rows[pair.second]
            yield QualityFlag(kind="duplicate", subject=subject, other=other, detail=detail, numbers=figures)


def _is_one_country(pair: numbers.Duplicate, known: Sequence[tuple[str, str] | None]) -> bool:
    first, second = known[pair.first], known[pair.second]
    return first is not None and second is not None and first[0] == second[0]


def _compute_chance(pair: numbers.Duplicate, table: _NumericReturns, indicators: Mapping[str, str]) -> float:
    """Return the expected number of pairs that agree as these two do, if indicators were independent."""
    both = ~np.isnan(table.values[[pair.first, pair.second]]).any(axis=0)
    columns: dict[str, list[int]] = {}
    for at in np.flatnonzero(both):
        columns.setdefault(indicators.get(table.columns[at], table.columns[at]), []).append(int(at))
    count = len(table.rows)
    expected = count * (count - 1) / 2
    for group in columns.values():
        answered = table.values[:, group]
        whole = answered[~np.isnan(answered).any(axis=1)]
        _, sizes = np.unique(whole, axis=0, return_counts=True)
        expected *= (sizes * (sizes - 1)).sum() / max(len(whole) * (len(whole) - 1), 1)
    return float(expected)


@frozen(kw_only=True)
class _OfficeAgreement:
    """Agreement of returns of one office, over all offices.

    Attributes:
        pairs: Number of pairs of returns.
        shared: Number of answers that they share.
        equal: Number of these that are equal.
    """

    pairs: int
    shared: int
    equal: int

    @classmethod
    def make(cls, values: Floats, offices: Sequence[object]) -> "_OfficeAgreement":
        """Count the agreement in a table of returns and items."""
        members: dict[object, list[int]] = {}
        for row, office in enumerate(offices):
            if office is not None:
                members.setdefault(office, []).append(row)
        pairs = [values[list(pair)] for rows in members.values() for pair in combinations(rows, 2)]
        shared = [~np.isnan(pair).any(axis=0) for pair in pairs]
        equal = (int((pair[0] == pair[1])[both].sum()) for pair, both in zip(pairs, shared, strict=True))
        return cls(pairs=len(pairs), shared=sum(int(both.sum()) for both in shared), equal=sum(equal))

    def is_copy(self, pair: numbers.Duplicate) -> bool:
        """True if the agreement of a pair is not that of the others.

        Without others there is nothing to compare with.
        """
        n, equal = pair.shared, round(pair.same * pair.shared)
        others = self.shared - n
        if not others:
            return n - equal <= 1
        share = (self.equal - equal + 1) / (others + 2)
        chance = share**n + (n * share ** (n - 1) * (1 - share) if equal < n else 0)
        return n - equal <= 1 and chance * self.pairs < _CHANCE


def _find_false_zeros(table: _NumericReturns, framework: Framework | None) -> Iterable[QualityFlag]:
    """Find items with zeros that may be blanks.

    Items whose zeros have a meaning in the framework or scale are left out.
    """
    zeros = numbers.find_suspicious_zeros(table.values)
    numeric = ~np.array([_has_meaning_of_zero(name, framework) for name in table.columns], np.bool_)
    suspicious = zeros.suspicious & numeric
    for item in np.flatnonzero((suspicious | _find_co_occurring_zeros(table.values, suspicious)) & numeric):
        detail = (
            f"{zeros.share[item]:.0%} of the numbers are zero and none is missing; "
            f"the mean is {zeros.mean[item]:.3g}, and {zeros.mean_without[item]:.3g} if they are blanks"
        )
        figures = {
            "share": float(zeros.share[item]),
            "mean": float(zeros.mean[item]),
            "mean_without": float(zeros.mean_without[item]),
        }
        yield QualityFlag(kind="zeros", subject=table.columns[item], detail=detail, numbers=figures)


def _has_meaning_of_zero(name: str, framework: Framework | None) -> bool:
    node = None if framework is None else framework.capacities.get(name)
    if framework is None or node is None:
        return False
    return framework.zero is not None or 0 in framework.scale_of(node).orders


def _find_co_occurring_zeros(values: Floats, suspicious: Bools) -> Bools:
    """Return items whose zeros coincide with suspicious zeros."""
    zero = values == 0
    complete = ~np.isnan(values).any(axis=0)
    co_occurring = np.zeros(values.shape[1], np.bool_)
    for item in np.flatnonzero(suspicious):
        together = (zero & ~zero[:, [item]]).sum(axis=0) == 0
        chance = zero[:, item].mean() ** zero.sum(axis=0)
        co_occurring |= together & complete & (chance < 0.01)
    return np.asarray(co_occurring & ~suspicious)


def _find_off_scale(table: _NumericReturns, ends: Mapping[str, tuple[float, float]]) -> Iterable[QualityFlag]:
    least, most = np.array([ends[name] for name in table.columns], np.float64).reshape(-1, 2).T
    for row, item in np.argwhere((table.values < least) | (table.values > most)):
        subject, other, value = table.rows[row], table.columns[item], float(table.values[row, item])
        low, high = ends[other]
        detail = f"{other} is {value:g}, which must be {low:g} to {high:g}"
        figures = {"value": value, "low": low, "high": high}
        yield QualityFlag(kind="out of range", subject=subject, other=other, detail=detail, numbers=figures)


def _find_contradictions(cells: Mapping[tuple[str, str], object], framework: Framework) -> Iterable[QualityFlag]:
    """Find returns that claim a step above a denied step."""
    for row in dict.fromkeys(row for row, _ in cells):
        for node in framework.indicators:
            passes: dict[int, list[bool]] = {}
            for criterion in node.criteria:
                value = cells.get((row, criterion.id))
                if isinstance(value, Verdict):
                    passes.setdefault(criterion.step, []).append(value.passes)
            denied = [step for step, answers in passes.items() if len(answers) > 1 and not any(answers)]
            claimed = [step for step, verdicts in passes.items() if len(verdicts) > 1 and all(verdicts)]
            if denied and claimed and max(claimed) > min(denied):
                detail = f"{node.id}: all of step {max(claimed)} is claimed and nothing of step {min(denied)}"
                figures = {"claimed": max(claimed), "denied": min(denied)}
                yield QualityFlag(kind="contradiction", subject=row, other=node.id, detail=detail, numbers=figures)


def _find_dependence(assessments: AssessmentSet) -> Iterable[QualityFlag]:
    """Return kinds of sources that agree more than independent ones."""
    cases, setting = cases_of(assessments), ScoringContext(framework=assessments.framework, recipe=assessments.recipe)
    for counts in (count_verdicts(cases, setting.framework), *(counts for _, counts in count_levels(cases, setting))):
        for dependence in compare_sources(counts, setting.recipe).agreement:
            first, second = (kind.value for kind in dependence.kinds)
            detail = (
                f"{dependence.agreed:.0%} of {dependence.pairs} pairs of findings that a visit judged too are alike; "
                f"of independent sources {dependence.expected:.0%} would be"
            )
            numbers = {"agreed": dependence.agreed, "expected": dependence.expected, "pairs": dependence.pairs}
            other = "" if first == second else second
            yield QualityFlag(kind="not independent", subject=first, other=other, detail=detail, numbers=numbers)


def _compute_item_rates(names: Sequence[str], shares: Floats) -> dict[str, float]:
    return {name: float(share) for name, share in zip(names, shares, strict=True) if not np.isnan(share)}


def _to_panel(table: _NumericReturns, flags: Iterable[QualityFlag]) -> ResponseQuality:
    absent = numbers.count_non_response(table.values, asked=table.asked)
    nothing = Undefined(UndefinedReason.NOBODY_ANSWERED, "nothing was asked")
    return ResponseQuality(
        returns=len(table.rows),
        items=len(table.columns),
        flags=flags,
        left_out=_compute_item_rates(table.rows, absent.respondents),
        unanswered=_compute_item_rates(table.columns, absent.items),
        overall=absent.overall if table.asked.any() else nothing,
    )


class _AgreementCounter:
    """Counts agreeing pairs of findings, by name."""

    def __init__(self) -> None:
        self.counts: dict[str, list[int]] = {}

    def add_pairs(self, name: str, findings: Sequence[object]) -> None:
        pairs = self.counts.setdefault(name, [0, 0])
        for position, finding in enumerate(findings):
            pairs[0] += len(findings) - position - 1
            pairs[1] += sum(finding == other for other in findings[position + 1 :])

    def result(self) -> dict[str, SourceAgreement]:
        alone = Undefined(UndefinedReason.ONE_RATER)
        return {
            name: SourceAgreement(share=same / pairs if pairs else alone, pairs=pairs)
            for name, (pairs, same) in self.counts.items()
        }


def _group_findings(
    findings: Sequence[Finding], target: str, framework: Framework, sources: Mapping[str, Source]
) -> list[object]:
    criterion = framework.criteria.get(target)
    own = [finding for finding in findings if not finding.consensus]  # a consensus is not an independent source
    if criterion is None:
        return [finding.value for finding in own if isinstance(finding.value, int | float)]
    return [verdict.passes for _, verdict in current_verdicts(criterion, own, sources)]


@explains_arguments
def assess_quality(assessments: AssessmentSet, kinds: Iterable[SourceKind] = (SourceKind.SURVEY,)) -> ResponseQuality:
    """Return quality flags and agreement for a round's returns.

    Agreement is that of all sources. Flags are those of returns, one per source.

    Args:
        assessments: The countries of a round.
        kinds: Kinds of sources that are returns.

    Example:
        >>> import datetime
        >>> from capbuild.model import Capacity, Criterion, Framework, Level, Round, Scale
        >>> from capbuild.scoring.simulation import SimulationScenario
        >>> from capbuild.scoring import assess, simulate_round
        >>> levels = [Level(code=f"L{n}", order=n, label=str(n)) for n in (1, 2)]
        >>> lab = Capacity(id="LAB", title="Lab", criteria=[Criterion(id="LAB.a", step=2, check="O", text="Seen")])
        >>> framework = Framework(id="f", edition="1", title="F", scales=[Scale(id="s", levels=levels)], roots=[lab])
        >>> made = simulate_round(framework, SimulationScenario(countries=6, visited=3, survey_answered=1.0), seed=1)
        >>> day = Round(id="r", kind="baseline", title="R", reference_date=datetime.date(2016, 3, 31))
        >>> baseline = assess(made.findings, framework, round=day, sources=made.sources)
        >>> found = assess_quality(baseline)
        >>> found.returns, found.items, found.overall
        (12, 1, 0.0)
    """
    framework, wanted = assessments.framework, set(kinds)
    cells: dict[tuple[str, str], object] = {}
    offices: dict[str, tuple[str, str]] = {}
    indicators = {criterion.id: node.id for node in framework.indicators for criterion in node.criteria}
    items, countries = _AgreementCounter(), _AgreementCounter()
    for assessment in assessments:
        sources = assessment.source_by_id
        for score in assessment.indicators:
            for result in score.results:
                grouped = _group_findings(result.findings, result.target, framework, sources)
                items.add_pairs(result.target, grouped)
                countries.add_pairs(assessment.country.alpha_2, grouped)
                for finding in result.findings:
                    source = sources.get(finding.source)
                    if source is not None and source.kind in wanted:
                        name = f"{assessment.country.alpha_2} {finding.source}"
                        cells[name, finding.target] = finding.value
                        offices[name] = (assessment.country.alpha_2, source.respondent)
    table = _to_table(cells)
    ends = {node.id: framework.scale_of(node).ends for node in framework.indicators if not node.criteria}
    valued = _to_table({key: value for key, value in cells.items() if key[1] in ends})
    flags = [
        *_find_straight_lining(table),
        *_find_copies(table, offices, indicators),
        *_find_contradictions(cells, framework),
        *_find_false_zeros(valued, framework),
        *_find_off_scale(valued, ends),
        *_find_dependence(assessments),
    ]
    panel = _to_panel(table, flags)
    return evolve(panel, by_item=items.result(), by_country=countries.result())


def assess_reading_quality(reading: Survey, framework: Framework | None = None) -> ResponseQuality:
    """Return quality flags for the responses of one file.

    Args:
        reading: The data that was read.
        framework: Framework with answer words; without one, only numbers, yes and no are understood.
    """
    cells: dict[tuple[str, str], object] = {}
    for number, response in enumerate(reading.responses, start=1):
        name = _format_respondent(response, number)
        for answer in response.answers:
            cells[name, answer.question] = _convert_meaning(answer, framework)
    table = _to_table({key: value for key, value in cells.items() if not isinstance(value, str)})
    zeros = _find_false_zeros(table, framework)
    return _to_panel(table, [*_find_straight_lining(table), *_find_copies(table), *zeros])


def _format_respondent(response: Response, number: int) -> str:
    person = response.respondent.pseudonym if response.respondent else ""
    return person or f"return {number}"


def _convert_meaning(answer: Answer, framework: Framework | None) -> object:
    value = answer.value
    if isinstance(value, bool):
        return Verdict.YES if value else Verdict.NO
    if isinstance(value, int | float | Missing):
        return value
    meaning = answer_value(value, framework) if framework is not None else None
    return meaning if meaning is not None else "text"
