"""How far each kind of source can be believed: its findings beside what visits found of the same criteria."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.model import Check, Finding, Framework, Recipe, SourceKind, Trust, Verdict
from capbuild.scoring._traits import Rates
from capbuild.scoring.cases import Case
from capbuild.scoring.reconciling import current_verdicts
from capbuild.stats.arrays import Bools, Floats

__all__ = ["SourceClass", "SourceReliability", "Spoken", "by_reliability", "rates", "reliabilities", "spoken"]

_SPREAD_WEIGHT = 5.0  # how many visited countries the recipe's spread is worth
_ENOUGH_PAIRS, _ENOUGH_COUNTRIES = 30, 3


@frozen(order=True)
class SourceClass:
    """Sources that are believed alike.

    Attributes:
        kind: Survey, meeting, desk review, ...
        claims: Whether they speak of what they cannot see themselves, so that a yes is no more than a claim.
    """

    kind: SourceKind
    claims: bool

    def __str__(self) -> str:
        return f"{self.kind.value}, what only a visit can see" if self.claims else self.kind.value


@frozen(kw_only=True)
class SourceReliability:
    """How far a class of sources is believed, and what that rests on.

    Attributes:
        source: Which sources.
        trust: The belief that is used: the recipe's, moved by what was compared.
        stated: The recipe's own.
        compared: Criteria that both it and a visit judged.
        countries: Countries they are in.
        agreed: How many of them it judged as the visit did.
    """

    source: SourceClass
    trust: Trust
    stated: Trust
    compared: int
    countries: int
    agreed: int

    @property
    def measured(self) -> bool:
        """Whether enough was compared for the data, and not the recipe, to speak."""
        return self.compared >= _ENOUGH_PAIRS and self.countries >= _ENOUGH_COUNTRIES

    @property
    def right(self) -> float:
        """Probability that it is right of a criterion that is as likely met as not, 0 to 1."""
        return (self.trust.met + 1 - self.trust.unmet) / 2

    def __str__(self) -> str:
        rests = f"{self.compared} criteria in {self.countries} visited countries, {self.agreed} judged alike"
        return f"{self.source}: {self.trust} ({rests if self.compared else 'as the recipe states; nothing to compare'})"


@frozen(kw_only=True, eq=False)
class Spoken:
    """What all sources say of all criteria, as counts.

    Attributes:
        criteria: Position of each criterion.
        classes: The classes of sources that spoke.
        yes: How many of each class say that it is met, shape (countries, criteria, classes).
        no: How many say that it is not, same shape.
    """

    criteria: Mapping[str, int]
    classes: tuple[SourceClass, ...] = field(converter=to_tuple)
    yes: Floats
    no: Floats

    def visit(self) -> tuple[Bools, Bools]:
        """Say of what a visit found that it is met, and that it is not; shape (countries, criteria)."""
        seen = [at for at, source in enumerate(self.classes) if source.kind is SourceKind.VISIT]
        yes, no = self.yes[:, :, seen].sum(axis=2), self.no[:, :, seen].sum(axis=2)
        return np.asarray(yes > no), np.asarray(no > yes)


def _class(finding: Finding, check: Check, case: Case) -> SourceClass | None:
    source = case.sources.get(finding.source)
    if source is None:
        return None
    return SourceClass(source.kind, check.needs_visit and source.kind is not SourceKind.VISIT)


def _votes(cases: Sequence[Case], framework: Framework) -> Iterable[tuple[int, int, SourceClass, Verdict]]:
    for column, criterion in enumerate(framework.criteria.values()):
        for row, case in enumerate(cases):
            found = case.findings.get(criterion.id, ())
            for finding, verdict in current_verdicts(criterion, found, case.sources) if found else ():
                source = _class(finding, criterion.check, case)
                if source is not None:
                    yield row, column, source, verdict


def spoken(cases: Sequence[Case], framework: Framework) -> Spoken:
    """Count what the sources of each country say of each criterion; `partly` is not a yes."""
    votes = list(_votes(cases, framework))
    classes = sorted({vote[2] for vote in votes})
    place = {source: at for at, source in enumerate(classes)}
    shape = (len(cases), len(framework.criteria), len(classes))
    counts = {True: np.zeros(shape), False: np.zeros(shape)}
    for row, column, source, verdict in votes:
        counts[verdict.passes][row, column, place[source]] += 1
    return Spoken(
        criteria={name: at for at, name in enumerate(framework.criteria)},
        classes=classes,
        yes=counts[True],
        no=counts[False],
    )


def _trust(said: Spoken, at: int, stated: Trust, visit: tuple[Bools, Bools], seer: Trust | None) -> Trust:
    """A stated belief moved by what was compared: its shares are worth `weight` criteria each."""
    yes, no = said.yes[:, :, at], said.no[:, :, at]
    heard = [(float(yes[seen].sum()), float(yes[seen].sum() + no[seen].sum())) for seen in visit]
    beliefs = (stated.met, stated.unmet)
    raw = [
        (found + share * stated.weight) / (total + stated.weight) if total + stated.weight else share
        for (found, total), share in zip(heard, beliefs, strict=True)
    ]
    if seer is not None and all(total for _, total in heard):
        raw = _unblamed(raw, seer, float(visit[0].sum()) / float(visit[0].sum() + visit[1].sum()))
    # A share of exactly 0 or 1 would never let another source be right.
    met, unmet = (min(max(share, 0.005), 0.995) for share in raw)
    unmet = min(unmet, met)
    return Trust(met=met, unmet=unmet, weight=stated.weight, spread=_spread(said, at, (met, unmet), visit, stated))


def _unblamed(shares: Sequence[float], seer: Trust, seen_met: float) -> list[float]:
    """Take out of a source's errors those that are the visit's own.

    Of what a visit found met, a few criteria are not, and the other way round; a source that differs there is right.
    """
    prevalence = min(max((seen_met - seer.unmet) / (seer.met - seer.unmet or 1.0), 0.01), 0.99)
    yes = prevalence * seer.met / (prevalence * seer.met + (1 - prevalence) * seer.unmet)
    no = prevalence * (1 - seer.met) / (prevalence * (1 - seer.met) + (1 - prevalence) * (1 - seer.unmet))
    if yes - no < 0.5:  # a visit that can hardly tell is no yardstick
        return list(shares)
    met = ((1 - no) * shares[0] - (1 - yes) * shares[1]) / (yes - no)
    unmet = (yes * shares[1] - no * shares[0]) / (yes - no)
    return [met, unmet]


def _spread(said: Spoken, at: int, shares: tuple[float, float], visit: tuple[Bools, Bools], stated: Trust) -> float:
    """How far countries differ, in log odds, by the variance of their yeses beyond that of chance."""
    if not stated.spread:
        return 0.0
    yes, no = said.yes[:, :, at], said.no[:, :, at]
    excess = information = np.zeros(len(yes))
    for seen, share in zip(visit, shares, strict=True):
        heard = np.where(seen, yes + no, 0.0)
        excess = excess + (np.where(seen, yes, 0.0) - heard * share).sum(axis=1)
        information = information + heard.sum(axis=1) * share * (1 - share)
    known = information > 0
    if not known.any():
        return stated.spread
    found = float((excess[known] ** 2 - information[known]).sum() / (information[known] ** 2).sum())
    weighed = _SPREAD_WEIGHT * stated.spread**2 + known.sum() * max(found, 0.0)
    return float(np.sqrt(weighed / (_SPREAD_WEIGHT + known.sum())))


def reliabilities(said: Spoken, recipe: Recipe) -> tuple[SourceReliability, ...]:
    """Return how far each class of sources is believed; a kind that the recipe states no belief of is left out."""
    visit = said.visit()
    judged = visit[0] | visit[1]
    found = []
    for at, source in enumerate(said.classes):
        stated = recipe.trust.get(source.kind.value)
        if stated is None:
            continue
        yes, no = said.yes[:, :, at], said.no[:, :, at]
        both = judged & (yes + no > 0) & (source.kind is not SourceKind.VISIT)
        agreed = both & np.where(visit[0], yes > no, no > yes)
        found.append(
            SourceReliability(
                source=source,
                trust=stated
                if source.kind is SourceKind.VISIT
                else _trust(said, at, stated, visit, recipe.trust.get(SourceKind.VISIT.value)),
                stated=stated,
                compared=int(both.sum()),
                countries=int(both.any(axis=1).sum()),
                agreed=int(agreed.sum()),
            )
        )
    return tuple(found)


def rates(said: Spoken, found: Sequence[SourceReliability]) -> Rates:
    """Return beliefs as log odds; a class without one says nothing either way."""
    trusts = {one.source: one for one in found}
    met, unmet, spread = (np.zeros(len(said.classes)) for _ in range(3))
    for at, source in enumerate(said.classes):
        if source not in trusts:
            continue
        one = trusts[source]
        # A share over countries that differ lies nearer to a half than that of a middling country; and how readily
        # the average country says yes is itself known only from those compared.
        sharper = np.sqrt(1 + 0.346 * one.trust.spread**2)
        met[at] = np.log(one.trust.met / (1 - one.trust.met)) * sharper
        unmet[at] = np.log(one.trust.unmet / (1 - one.trust.unmet)) * sharper
        spread[at] = one.trust.spread * np.sqrt(1 + 1 / (one.countries + _SPREAD_WEIGHT))
    return Rates(met=met, unmet=unmet, spread=spread)


def by_reliability(found: Sequence[SourceReliability]) -> tuple[SourceKind, ...]:
    """Return kinds of sources, the one most often right first; of two alike the one more was compared of."""
    best: dict[SourceKind, tuple[float, int]] = {}
    for one in found:
        best[one.source.kind] = max(best.get(one.source.kind, (0.0, 0)), (one.right, one.compared))
    return tuple(sorted(best, key=lambda kind: (*(-part for part in best[kind]), kind.value)))
