"""Reliability of each kind of source, measured against visits."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import numpy as np
from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.model import Check, Finding, Framework, Recipe, SourceKind, Trust
from capbuild.scoring.context import Case
from capbuild.scoring.reconciliation import current_verdicts, is_applicable
from capbuild.stats.arrays import Bools, Floats, Ints
from capbuild.stats.confusion import (
    PairAgreement,
    SourceModel,
    compare_reports,
    effective_weight,
    estimate_independence,
    leaning_spread,
    pair_agreement,
    trust_table,
)

_SPREAD_WEIGHT = 5.0  # weight of the recipe's spread, in visited countries
_ENOUGH_PAIRS, _ENOUGH_COUNTRIES = 30, 3
_BEYOND_CHANCE = 3.0  # standard errors that chance exceeds once in 700 times


@frozen(order=True)
class SourceClass:
    """Sources of equal reliability.

    Attributes:
        kind: Survey, meeting, desk review, ...
        claims: Whether they report things that they cannot observe, so that a yes is only a claim.
    """

    kind: SourceKind
    claims: bool

    def __str__(self) -> str:
        return f"{self.kind.value}, what only a visit can see" if self.claims else self.kind.value


@frozen(kw_only=True)
class SourceReliability:
    """Reliability of a class of sources, and its basis.

    Attributes:
        source: The class of sources.
        trust: Trust in use: the recipe's prior, updated by comparisons.
        stated: The recipe's prior.
        compared: Number of criteria judged by it and by a visit.
        countries: Number of their countries.
        agreed: Number judged as in the visit.
    """

    source: SourceClass
    trust: Trust
    stated: Trust
    compared: int
    countries: int
    agreed: int

    @property
    def is_measured(self) -> bool:
        """True if comparisons, not the recipe, determine it."""
        return self.compared >= _ENOUGH_PAIRS and self.countries >= _ENOUGH_COUNTRIES

    @property
    def accuracy(self) -> float:
        """Probability of a correct report.

        Met and unmet criteria are assumed equally likely.
        """
        return (self.trust.met + 1 - self.trust.unmet) / 2

    def __str__(self) -> str:
        rests = f"{self.compared} criteria in {self.countries} visited countries, {self.agreed} judged alike"
        return f"{self.source}: {self.trust} ({rests if self.compared else 'as the recipe states; nothing to compare'})"


@frozen(kw_only=True, eq=False)
class ReportCounts:
    """Reports of all sources on all items, as counts.

    Attributes:
        items: Position of each item.
        classes: The classes of sources that reported.
        reports: Number of reports of each level by class, 0 and 1 for criteria, shape (classes, countries, items,
            levels).
        applies: Whether an item applies, shape (countries, items).
    """

    items: Mapping[str, int]
    classes: tuple[SourceClass, ...] = field(converter=to_tuple)
    reports: Floats
    applies: Bools

    @property
    def visits(self) -> list[int]:
        """Positions of the classes that are visits."""
        return [at for at, source in enumerate(self.classes) if source.kind is SourceKind.VISIT]

    def sum_kinds(self, kinds: Iterable[SourceKind]) -> Floats:
        """Return the counts of some kinds, shape (countries, items, levels)."""
        wanted = set(kinds)
        return np.asarray(self.reports[[source.kind in wanted for source in self.classes]].sum(axis=0))

    def majority_levels(self, counts: Floats) -> Ints:
        """Return the majority level, -1 without one, shape (countries, items)."""
        ordered = np.sort(counts, axis=2)
        return np.where(ordered[..., -1] > ordered[..., -2], counts.argmax(axis=2), -1)


@frozen(kw_only=True)
class SourceDependence:
    """Two kinds of sources that agree more than independent ones.

    Attributes:
        kinds: Kinds; one kind two times for respondents of that kind.
        pairs: Number of pairs of their findings on one criterion or capacity judged by a visit.
        agreed: Share of equal pairs, 0 to 1.
        expected: The share if they erred independently.
    """

    kinds: tuple[SourceKind, SourceKind]
    pairs: int
    agreed: float
    expected: float


@frozen(kw_only=True, eq=False)
class SourceComparison:
    """Comparison of all classes of sources with visits.

    Attributes:
        reliability: Reliability of each class with a prior in the recipe.
        models: Reporting models of those classes.
        counts: Reports, one array (countries, items, levels) per class: several reports on one item count less, the
            less independent the sources are.
        truth: Probability of each level by visits alone, shape (countries, items, levels); zeros without one.
        agreement: Kinds of sources that agree beyond what independent sources can.
    """

    reliability: tuple[SourceReliability, ...]
    models: tuple[SourceModel, ...]
    counts: tuple[Floats, ...]
    truth: Floats
    agreement: tuple[SourceDependence, ...]

    @property
    def is_measured(self) -> bool:
        """True if comparisons, not the recipe alone, determine reliability."""
        return any(source_reliability.is_measured for source_reliability in self.reliability)

    @property
    def reference(self) -> list[int]:
        """Positions of visits among the models."""
        return [at for at, reliability in enumerate(self.reliability) if reliability.source.kind is SourceKind.VISIT]


def _find_class(finding: Finding, check: Check, case: Case) -> SourceClass | None:
    source = case.sources.get(finding.source)
    if source is None:
        return None
    return _make_class(source.kind, needs_visit=check.needs_visit and source.kind is not SourceKind.VISIT)


@cache
def _make_class(kind: SourceKind, *, needs_visit: bool) -> SourceClass:
    return SourceClass(kind, needs_visit)


def count_verdicts(cases: Sequence[Case], framework: Framework) -> ReportCounts:
    """Count the verdicts of sources by country and criterion.

    The verdict `partly` does not count as a yes.
    """
    applies = np.ones((len(cases), len(framework.criteria)), np.bool_)
    votes: list[tuple[SourceClass, int, int, int]] = []
    for column, criterion in enumerate(framework.criteria.values()):
        for row, case in enumerate(cases):
            findings = case.findings.get(criterion.id, ())
            verdicts = current_verdicts(criterion, findings, case.sources) if findings else []
            for finding, verdict in verdicts:
                source = _find_class(finding, criterion.check, case)
                if source is not None:
                    votes.append((source, row, column, int(verdict.passes)))
            applies[row, column] = bool(verdicts) or is_applicable(criterion, findings)
    classes = sorted({vote[0] for vote in votes})
    place = {source: at for at, source in enumerate(classes)}
    reports = np.zeros((len(classes), *applies.shape, 2))
    for source, *at in votes:
        reports[(place[source], *at)] += 1
    items = {name: at for at, name in enumerate(framework.criteria)}
    return ReportCounts(items=items, classes=classes, reports=reports, applies=applies)


def _estimate_truth(counts: ReportCounts, recipe: Recipe) -> Floats:
    """Return the probability of each level by visits alone.

    Probabilities are 0 for items without findings of visits.
    """
    visited, size = counts.sum_kinds([SourceKind.VISIT]), counts.reports.shape[3]
    seer = recipe.trust.get(SourceKind.VISIT.value)
    table = np.eye(size) if seer is None else trust_table(size, seer.met, seer.unmet)
    shares = visited.sum(axis=(0, 1)) + 1.0
    joint = shares * np.exp(visited @ np.log(np.maximum(table, 1e-9)).T)
    known = visited.sum(axis=2, keepdims=True) > 0
    return np.where(known, joint / joint.sum(axis=2, keepdims=True), 0.0)


def _to_trust(table: Floats, stated: Trust, spread: float) -> Trust:
    """Return the trust that corresponds to a confusion table."""
    size = len(table)
    above = np.triu(table, 1)[:-1].sum() / (size - 1)
    reached = 1 - np.tril(table, -1)[1:].sum() / (size - 1)
    return Trust(met=float(reached), unmet=float(min(above, reached)), weight=stated.weight, spread=spread)


def _report_table(counts: ReportCounts, at: int, stated: Trust, truth: Floats) -> Floats:
    """Return P(report | level) of one class of sources."""
    size = counts.reports.shape[3]
    table = trust_table(size, stated.met, stated.unmet)
    if counts.classes[at].kind is SourceKind.VISIT:
        return table
    table = compare_reports(counts.reports[at], truth, table, stated.weight)
    if size == 2 and table[0, 1] > table[1, 1]:  # a source with more yes for unmet criteria is uninformative
        table = np.tile(table.mean(axis=0), (2, 1))
    return table


def _estimate_reliability(
    counts: ReportCounts, at: int, stated: Trust, table: Floats, spread: float
) -> SourceReliability:
    source, visited = counts.classes[at], counts.majority_levels(counts.sum_kinds([SourceKind.VISIT]))
    visit = source.kind is SourceKind.VISIT
    both = (visited >= 0) & (counts.reports[at].sum(axis=2) > 0) & (not visit)
    return SourceReliability(
        source=source,
        trust=stated if visit else _to_trust(table, stated, spread),
        stated=stated,
        compared=int(both.sum()),
        countries=int(both.any(axis=1).sum()),
        agreed=int((both & (counts.majority_levels(counts.reports[at]) == visited)).sum()),
    )


def _make_source_model(table: Floats, spread: float, countries: int) -> SourceModel:
    """Return the reporting model of a biased source class.

    Each country has its own bias. A share averaged over differing countries is closer to one half than that of a
    typical country, so the table is sharpened. The spread also covers that the rate of the average country is
    estimated from the compared ones.
    """
    sharper = table ** np.sqrt(1 + 0.346 * spread**2)
    return SourceModel(
        table=sharper / sharper.sum(axis=1, keepdims=True),
        spread=float(spread * np.sqrt(1 + 1 / (countries + _SPREAD_WEIGHT))),
        centre=np.zeros(len(table)),
    )


def _discount_dependent(
    counts: ReportCounts, places: Sequence[int], tables: Sequence[Floats], truth: Floats
) -> list[Floats]:
    """Return reports, discounted where dependent sources report one item."""
    others = [(at, table) for at, table in zip(places, tables, strict=True) if at not in counts.visits]
    known = sum((counts.reports[at] @ np.log(table).T for at, table in others), np.zeros(truth.shape))
    number = sum((counts.reports[at].sum(axis=2) for at, _ in others), np.zeros(truth.shape[:2]))
    share = effective_weight(number, estimate_independence(known, number, truth))[..., None]
    return [counts.reports[at] if at in counts.visits else counts.reports[at] * share for at in places]


def _find_dependence(
    counts: ReportCounts, places: Sequence[int], tables: Sequence[Floats], truth: Floats
) -> Iterable[SourceDependence]:
    """Return pairs of kinds that agree more than independent ones."""
    by_kinds: dict[tuple[SourceKind, SourceKind], list[PairAgreement]] = {}
    others = [(at, table) for at, table in zip(places, tables, strict=True) if at not in counts.visits]
    for number, (at, table) in enumerate(others):
        for other, its in others[number:]:
            kinds = (counts.classes[at].kind, counts.classes[other].kind)
            second = None if other == at else counts.reports[other]
            by_kinds.setdefault(kinds, []).append(pair_agreement(counts.reports[at], second, (table, its), truth))
    for kinds, parts in by_kinds.items():
        pairs, agreed, expected = (sum(getattr(p, name) for p in parts) for name in ("pairs", "agreed", "expected"))
        error = np.sqrt(sum(part.error**2 for part in parts))
        if agreed > expected and sum(part.together for part in parts) > _BEYOND_CHANCE * error:
            yield SourceDependence(kinds=kinds, pairs=int(pairs), agreed=agreed / pairs, expected=expected / pairs)


def compare_sources(counts: ReportCounts, recipe: Recipe) -> SourceComparison:
    """Return the reliability and reporting model of each class.

    Args:
        counts: Reports of sources.
        recipe: Recipe with the priors.
    """
    truth = _estimate_truth(counts, recipe)
    stated = {
        at: recipe.trust[source_class.kind.value]
        for at, source_class in enumerate(counts.classes)
        if source_class.kind.value in recipe.trust
    }
    tables = [_report_table(counts, at, trust, truth) for at, trust in stated.items()]
    spreads = [
        leaning_spread(counts.reports[at], truth, table, usual=trust.spread, weight=_SPREAD_WEIGHT)
        if at not in counts.visits
        else 0.0
        for (at, trust), table in zip(stated.items(), tables, strict=True)
    ]
    rows = list(zip(stated.items(), tables, spreads, strict=True))
    reliability = tuple(_estimate_reliability(counts, at, trust, table, spread) for (at, trust), table, spread in rows)
    return SourceComparison(
        reliability=reliability,
        models=tuple(
            _make_source_model(table, spread, source_reliability.countries)
            for source_reliability, table, spread in zip(reliability, tables, spreads, strict=True)
        ),
        counts=tuple(_discount_dependent(counts, list(stated), tables, truth)),
        truth=truth,
        agreement=tuple(_find_dependence(counts, list(stated), tables, truth)),
    )


def source_reliabilities(counts: ReportCounts, recipe: Recipe) -> tuple[SourceReliability, ...]:
    """Return the reliability of each class of sources.

    Kinds without a prior in the recipe are left out.
    """
    return compare_sources(counts, recipe).reliability


def sort_by_reliability(reliabilities: Sequence[SourceReliability]) -> tuple[SourceKind, ...]:
    """Return kinds of sources, most reliable first.

    Ties are broken by the number of comparisons.
    """
    best: dict[SourceKind, tuple[float, int]] = {}
    for reliability in reliabilities:
        best[reliability.source.kind] = max(
            best.get(reliability.source.kind, (0.0, 0)), (reliability.accuracy, reliability.compared)
        )
    return tuple(sorted(best, key=lambda kind: (*(-part for part in best[kind]), kind.value)))
