"""Probability of true moves of criteria and levels between rounds."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import field, frozen

from capbuild.model import Capacity, Criterion, Recipe, SourceKind
from capbuild.scoring.reliability import SourceClass
from capbuild.tracking.crosswalk import CommonItem, Overlap
from capbuild.tracking.transitions import CountryComparison, Judge, SourceVote

if TYPE_CHECKING:
    from capbuild.stats.transitions import PairedReports, SourceRates, TransitionFit

__all__ = ["MoveProbabilities", "estimate_moves"]

_DIGITS = 3

_Step = list[CommonItem]
#: Votes of one criterion in both rounds, each with the class of its source.
_Heard = list[tuple[SourceClass, SourceVote | None, SourceVote | None]]


@frozen(kw_only=True)
class MoveProbabilities:
    """Probability of a true change.

    Attributes:
        criteria: Probability that each criterion was gained, and that it was lost, by alpha-2 code and id of its pair.
        levels: Probability that each capacity rose, and that it fell, by alpha-2 code and id; only if all its criteria
            are identical in both editions.
    """

    criteria: Mapping[str, Mapping[str, tuple[float, float]]] = field(factory=dict)
    levels: Mapping[str, Mapping[str, tuple[float, float]]] = field(factory=dict)


def _group_steps(shared: Overlap, nodes: Sequence[Capacity]) -> dict[str, list[_Step]]:
    """Return the pairs of each capacity by step, lowest first.

    Only criteria that are identical in both editions.
    """
    pairs = {pair.after[0]: pair for pair in shared.pairs if pair.same and len(pair.after) == 1}
    found: dict[str, list[_Step]] = {}
    for node in nodes:
        steps: dict[int, _Step] = {}
        for criterion in node.criteria:
            if criterion.id in pairs:
                steps.setdefault(criterion.step, []).append(pairs[criterion.id])
        if steps:
            found[node.id] = [steps[step] for step in sorted(steps)]
    return found


def _collect_votes(compared: CountryComparison, pair: CommonItem, criterion: Criterion, recipe: Recipe) -> _Heard:
    votes: dict[Judge, tuple[SourceVote | None, SourceVote | None]] = {**compared.repeated_votes(pair)}
    if compared.before.visited and compared.after.visited:
        # Visits do not exaggerate: what one visit saw informs a step as much as what both saw.
        votes |= {judge: both for judge, both in compared.single_votes(pair).items() if judge[0] == SourceKind.VISIT}
    found = []
    for (kind, _), both in sorted(votes.items()):
        if kind in recipe.trust:
            source = SourceKind(kind)
            claims = criterion.check.needs_visit and source is not SourceKind.VISIT
            found.append((SourceClass(source, claims), *both))
    return found


@frozen
class _StepTable:
    """Steps of all countries in one table.

    Attributes:
        countries: Alpha-2 code of each step's country.
        steps: The pairs of each step.
        heard: Reports on each of its criteria.
        places: Index of each step in its capacity, from 0.
        ladders: Positions of the steps of each capacity, by country and id.
        whole: Ids of capacities with all criteria included.
    """

    countries: list[str] = field(factory=list)
    steps: list[_Step] = field(factory=list)
    heard: list[list[_Heard]] = field(factory=list)
    places: list[int] = field(factory=list)
    ladders: dict[tuple[str, str], list[int]] = field(factory=dict)
    whole: set[str] = field(factory=set)

    @classmethod
    def build(cls, matched: Sequence[CountryComparison], shared: Overlap, recipe: Recipe) -> "_StepTable":
        found = cls()
        if not matched:
            return found
        framework = matched[0].after.framework
        ladders = _group_steps(shared, framework.indicators)
        found.whole.update(n for n, steps in ladders.items() if sum(map(len, steps)) == len(framework[n].criteria))
        for compared in matched:
            code = compared.after.country.alpha_2
            for name, steps in ladders.items():
                found.ladders[code, name] = list(range(len(found.steps), len(found.steps) + len(steps)))
                for place, step in enumerate(steps):
                    found.countries.append(code)
                    found.steps.append(step)
                    found.places.append(place)
                    found.heard.append(
                        [_collect_votes(compared, pair, framework.criteria[pair.after[0]], recipe) for pair in step]
                    )
        return found

    def source_classes(self) -> list[SourceClass]:
        """Return the classes of sources that judged in both rounds."""
        return sorted({source for step in self.heard for found_classes in step for source, _, _ in found_classes})

    def to_arrays(self, classes: Sequence[SourceClass]) -> "PairedReports":
        """Return the reports as arrays."""
        import numpy as np

        from capbuild.stats.transitions import PairedReports

        width = max(len(step) for step in self.steps)
        at = {source: place for place, source in enumerate(classes)}
        counts = np.zeros((2, 2, len(self.steps), width, len(classes)))
        applies = np.zeros((len(self.steps), width), np.bool_)
        for row, step in enumerate(self.heard):
            applies[row, : len(step)] = True
            for column, report_rows in enumerate(step):
                for source, *votes in report_rows:
                    for round_, vote in enumerate(votes):
                        if vote is not None:
                            counts[round_, int(vote.passes), row, column, at[source]] += 1
        ladders = np.full((len(self.ladders), max(self.places) + 1), -1, np.int64)
        for row, own in enumerate(self.ladders.values()):
            ladders[row, : len(own)] = own
        return PairedReports(
            before=counts[0],
            after=counts[1],
            applies=applies,
            steps=np.array(self.places, np.int64),
            ladders=ladders,
        )


def _report_rates(classes: Sequence[SourceClass], recipe: Recipe) -> "SourceRates":
    import numpy as np

    from capbuild.stats.transitions import SourceRates

    trust = [recipe.trust[source.kind.value] for source in classes]
    return SourceRates(
        shares=np.array([[one.unmet for one in trust], [one.met for one in trust]]),
        weight=np.array([one.weight for one in trust]),
    )


def estimate_moves(matched: Sequence[CountryComparison], shared: Overlap, recipe: Recipe) -> MoveProbabilities:
    """Return the probability of true changes, over all countries jointly.

    Uses only what a kind of source and respondent said in both rounds, since their constant errors cancel out, and
    visits to countries visited in both. The trust in sources starts with the recipe and is learnt from both rounds; see
    `capbuild.stats.transitions`.

    Args:
        matched: The countries of both rounds.
        shared: x
        recipe: Recipe with the priors of sources; without any there is no probability.
    """
    table = _StepTable.build(matched, shared, recipe)
    classes = table.source_classes()
    if not classes:
        return MoveProbabilities()
    from capbuild.stats.transitions import fit_transitions

    reports = table.to_arrays(classes)
    return _to_probabilities(table, fit_transitions(reports, _report_rates(classes, recipe)), reports)


def _to_probabilities(table: _StepTable, fit: "TransitionFit", reports: "PairedReports") -> MoveProbabilities:
    criteria: dict[str, dict[str, tuple[float, float]]] = {}
    for row, (code, step) in enumerate(zip(table.countries, table.steps, strict=True)):
        own = criteria.setdefault(code, {})
        for column, pair in enumerate(step):
            own[pair.id] = _round_probability(fit.gained[row, column], fit.lost[row, column])
    levels: dict[str, dict[str, tuple[float, float]]] = {}
    for row, (code, name) in enumerate(table.ladders):
        if name in table.whole:
            levels.setdefault(code, {})[name] = _round_probability(*fit.change_probabilities(reports.ladders[row]))
    return MoveProbabilities(criteria=criteria, levels=levels)


def _round_probability(first: float, second: float) -> tuple[float, float]:
    """Round to the printed digits; further digits differ between machines."""
    return min(round(float(first), _DIGITS), 1.0), min(round(float(second), _DIGITS), 1.0)
