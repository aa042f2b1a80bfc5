"""How probable moves of criteria and levels are, by what sources said in both rounds."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import field, frozen

from capbuild.model import Capacity, Criterion, Recipe, SourceKind
from capbuild.scoring.reliability import SourceClass
from capbuild.tracking.crosswalk import Common, Pair
from capbuild.tracking.transitions import Comparison, Judge, Vote

if TYPE_CHECKING:
    from capbuild.stats.transitions import PairedReports, SourceRates, TransitionFit

__all__ = ["Probabilities", "probabilities"]

_DIGITS = 3

_Step = list[Pair]
#: Votes of one criterion in both rounds, each with the class of its source.
_Heard = list[tuple[SourceClass, Vote | None, Vote | None]]


@frozen(kw_only=True)
class Probabilities:
    """How probable it is that the truth moved.

    Attributes:
        criteria: Probability of each criterion to have been gained, and to have been lost, by alpha-2 code and id of
            its pair.
        levels: Probability of each capacity to have risen, and to have fallen, by alpha-2 code and id; only where all
            its criteria are the same in both editions.
    """

    criteria: Mapping[str, Mapping[str, tuple[float, float]]] = field(factory=dict)
    levels: Mapping[str, Mapping[str, tuple[float, float]]] = field(factory=dict)


def _ladders(shared: Common, nodes: Sequence[Capacity]) -> dict[str, list[_Step]]:
    """Return the pairs of each capacity by step, lowest first; only criteria that are the same in both editions."""
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


def _heard(compared: Comparison, pair: Pair, criterion: Criterion, recipe: Recipe) -> _Heard:
    votes: dict[Judge, tuple[Vote | None, Vote | None]] = {**compared.votes_of(pair)}
    if compared.before.visited and compared.after.visited:
        # Visits do not flatter: what one of them saw once tells of a step as well as what both saw.
        votes |= {judge: both for judge, both in compared.votes_once(pair).items() if judge[0] == SourceKind.VISIT}
    found = []
    for (kind, _), both in sorted(votes.items()):
        if kind in recipe.trust:
            source = SourceKind(kind)
            claims = criterion.check.needs_visit and source is not SourceKind.VISIT
            found.append((SourceClass(source, claims), *both))
    return found


@frozen
class _Table:
    """The steps of all countries, one after the other.

    Attributes:
        countries: Alpha-2 code of each step's country.
        steps: The pairs of each step.
        heard: What was said of each of its criteria.
        places: Which step of its capacity each is, from 0.
        ladders: Positions of the steps of each capacity, by country and id.
        whole: Ids of the capacities of which no criterion is left out.
    """

    countries: list[str] = field(factory=list)
    steps: list[_Step] = field(factory=list)
    heard: list[list[_Heard]] = field(factory=list)
    places: list[int] = field(factory=list)
    ladders: dict[tuple[str, str], list[int]] = field(factory=dict)
    whole: set[str] = field(factory=set)

    @classmethod
    def of(cls, matched: Sequence[Comparison], shared: Common, recipe: Recipe) -> "_Table":
        found = cls()
        if not matched:
            return found
        framework = matched[0].after.framework
        ladders = _ladders(shared, framework.indicators)
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
                        [_heard(compared, pair, framework.criteria[pair.after[0]], recipe) for pair in step]
                    )
        return found

    def classes(self) -> list[SourceClass]:
        """Return the classes of sources that judged anything in both rounds."""
        return sorted({source for step in self.heard for said in step for source, _, _ in said})

    def reports(self, classes: Sequence[SourceClass]) -> "PairedReports":
        """Return what was said as arrays."""
        import numpy as np

        from capbuild.stats.transitions import PairedReports

        width = max(len(step) for step in self.steps)
        at = {source: place for place, source in enumerate(classes)}
        counts = np.zeros((2, 2, len(self.steps), width, len(classes)))
        applies = np.zeros((len(self.steps), width), np.bool_)
        for row, step in enumerate(self.heard):
            applies[row, : len(step)] = True
            for column, said in enumerate(step):
                for source, *votes in said:
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


def _rates(classes: Sequence[SourceClass], recipe: Recipe) -> "SourceRates":
    import numpy as np

    from capbuild.stats.transitions import SourceRates

    trust = [recipe.trust[source.kind.value] for source in classes]
    return SourceRates(
        shares=np.array([[one.unmet for one in trust], [one.met for one in trust]]),
        weight=np.array([one.weight for one in trust]),
    )


def probabilities(matched: Sequence[Comparison], shared: Common, recipe: Recipe) -> Probabilities:
    """Return how probable it is that criteria and levels truly moved, over all countries together.

    Only what a kind of source and respondent said in both rounds counts, for what it always gets wrong cancels out, and
    what visits to a country saw that was visited in both. How far sources are believed begins with the recipe and is
    learnt from both rounds; see `capbuild.stats.transitions`.

    Args:
        matched: The countries that are in both rounds.
        shared: What both editions judge.
        recipe: Whose beliefs about sources count; none gives no probability.
    """
    table = _Table.of(matched, shared, recipe)
    classes = table.classes()
    if not classes:
        return Probabilities()
    from capbuild.stats.transitions import fit_transitions

    reports = table.reports(classes)
    return _read_off(table, fit_transitions(reports, _rates(classes, recipe)), reports)


def _read_off(table: _Table, fit: "TransitionFit", reports: "PairedReports") -> Probabilities:
    criteria: dict[str, dict[str, tuple[float, float]]] = {}
    for row, (code, step) in enumerate(zip(table.countries, table.steps, strict=True)):
        own = criteria.setdefault(code, {})
        for column, pair in enumerate(step):
            own[pair.id] = _rounded(fit.gained[row, column], fit.lost[row, column])
    levels: dict[str, dict[str, tuple[float, float]]] = {}
    for row, (code, name) in enumerate(table.ladders):
        if name in table.whole:
            levels.setdefault(code, {})[name] = _rounded(*fit.risen(reports.ladders[row]))
    return Probabilities(criteria=criteria, levels=levels)


def _rounded(first: float, second: float) -> tuple[float, float]:
    """More digits than are printed would differ from machine to machine."""
    return min(round(float(first), _DIGITS), 1.0), min(round(float(second), _DIGITS), 1.0)
