"""Confusion tables of sources, learnt where the truth is known.

A table starts from what is believed of the source, as so many comparisons, and moves to what was compared. For more
than two levels it has few unknowns until shown otherwise: a table of 25 cells is not learnt from a hundred comparisons.
A source may say yes more readily where the rest is good (halo; Thorndike, 1920), and sources that err together, for one
repeats the other, are no two witnesses.

Names of array sizes: C countries, K items, L levels, J views.
"""

import numpy as np
from attrs import evolve, field, frozen

from capbuild.stats.arrays import Bools, Floats, Ints

__all__ = [
    "PairAgreement",
    "SourceModel",
    "add_halo",
    "answer_likelihood",
    "compare_reports",
    "effective_weight",
    "estimate_independence",
    "leaning_spread",
    "pair_agreement",
    "trust_table",
]

_ROUNDS = 12
_ALIKE = 100.0  # comparisons at one level that outweigh what all levels together say of it
_LEAST = 0.002  # a share of exactly 0 would never let another source be right
_INDEPENDENT, _DEPENDENT = 3.6, 0.4  # what is believed of independence beforehand: the powers of w and of 1 - w
_HALO = 0.3  # how far the rest sways a source before that is seen, as a standard deviation


@frozen(kw_only=True, eq=False)
class SourceModel:
    """Reporting model of a class of sources.

    Attributes:
        table: P(report | level), shape (L, L), the true level in the rows.
        spread: Standard deviation between countries of its leaning, in log odds a level; 0 where it does not speak for
            the country.
        halo: How far it leans to higher reports for each unit of an item's outlook.
        centre: Mean outlook of the items compared, by true level, shape (L,).
    """

    table: Floats
    spread: float = 0.0
    halo: float = 0.0
    centre: Floats = field(factory=lambda: np.zeros(2))

    def log_likelihood(self, reported: Floats, outlook: Floats, leaning: Floats) -> Floats:
        """Return log P(reports | level), shape (C, K, J, L).

        Args:
            reported: How many sources report each level, shape (C, K, L).
            outlook: How good the item looks by the rest, in log odds, shape (C, K).
            leaning: Leaning of each view in standard deviations, shape (J,).
        """
        numbers = np.arange(len(self.table))
        tilt = (self.spread * leaning)[:, None]  # (J, level)
        if self.halo:
            tilt = tilt + self.halo * (outlook[..., None] - self.centre)[:, :, None, :]  # (C, K, J, level)
        whole = np.log(sum(self.table[:, r] * np.exp(tilt * r) for r in numbers))
        own = (reported @ np.log(self.table).T)[:, :, None, :] + (reported @ numbers)[:, :, None, None] * tilt
        return np.asarray(own - reported.sum(axis=2)[:, :, None, None] * whole)


@frozen(kw_only=True)
class PairAgreement:
    """Agreement of two classes of sources on visited items.

    Attributes:
        pairs: Pairs of their reports on one item.
        agreed: How many are alike.
        expected: How many would be if they erred independently.
        together: How far they err together: products of their errors, summed.
        error: Standard error of that if they erred independently.
    """

    pairs: float
    agreed: float
    expected: float
    together: float
    error: float


def trust_table(size: int, met: float, unmet: float) -> Floats:
    """Return the confusion table of given yes rates.

    Yes to `met` of what is met, and to `unmet` of what is not.

    A level is taken as so many thresholds: one too many is passed with `unmet`, one too few missed with `1 - met`.

    Example:
        >>> trust_table(2, 0.9, 0.2).round(2).tolist()
        [[0.8, 0.2], [0.1, 0.9]]
    """
    off = np.subtract.outer(np.arange(size), np.arange(size)).T  # report less level
    table = np.where(off > 0, unmet ** np.abs(off), np.where(off < 0, (1 - met) ** np.abs(off), 0.0))
    if size > 2:
        table = np.where((off > 0) & (np.arange(size) < size - 1), table * (1 - unmet), table)
        table = np.where((off < 0) & (np.arange(size) > 0), table * met, table)
    return np.asarray(table + np.diag(np.maximum(1 - table.sum(axis=1), 1e-9)))


def _fit_table(given: Floats) -> Floats:
    """Smoothed table near counts (L, L).

    By level times report, or by distance, whichever fits better.
    """
    size = len(given)
    tables = ((_fit_product(given), size), (_fit_distance(given), 2 * size - 2))
    fit = [float((given * np.log(np.maximum(table, _LEAST))).sum()) - unknowns for table, unknowns in tables]
    return tables[int(np.argmax(fit))][0]


def _fit_product(given: Floats) -> Floats:
    """Table with log odds linear in level times report (Goodman, 1979)."""
    size = len(given)
    rows, numbers = given.sum(axis=1), np.arange(size) / (size - 1)
    design = np.zeros((size, size, size))  # level, report, parameter: one for each report but the lowest, one for both
    design[:, :, :-1] = np.eye(size)[:, 1:]
    design[:, :, -1] = np.outer(numbers, numbers) * (size - 1)
    found, table = np.zeros(size), np.full((size, size), 1 / size)
    for _ in range(_ROUNDS):
        mean = np.einsum("lr,lrp->lp", table, design)
        curve = np.einsum("l,lr,lrp,lrq->pq", rows, table, design, design) - np.einsum("l,lp,lq->pq", rows, mean, mean)
        pull = np.einsum("lr,lrp->p", given - rows[:, None] * table, design)
        found = found + np.clip(np.linalg.solve(curve + 1e-3 * np.eye(size), pull - 1e-3 * found), -2, 2)
        odds = np.exp(design @ found)
        table = odds / odds.sum(axis=1, keepdims=True)
    return table


def _fit_distance(given: Floats) -> Floats:
    """Table with the same distances at all levels.

    What would lie beyond an end of the scale is reported as that end.
    """
    size = len(given)
    level, steps = np.arange(size)[:, None], np.arange(1 - size, size)
    report = np.clip(level + steps, 0, size - 1)  # (level, distance)
    shares = np.full(len(steps), 1 / len(steps))
    table = np.zeros((size, size))
    for _ in range(_ROUNDS):
        table = np.zeros((size, size))
        np.add.at(table, (level, report), shares)
        shares = ((given / np.maximum(table, 1e-12))[level, report] * shares).sum(axis=0)
        shares = shares / shares.sum()
    return table


def _table(counts: Floats, stated: Floats, weight: float) -> Floats:
    if len(stated) > 2:
        stated, weight = _fit_table(counts + weight / len(stated) * stated), _ALIKE
    table = counts + weight * stated
    total = table.sum(axis=1, keepdims=True)
    table = np.maximum(np.where(total > 0, table / np.where(total > 0, total, 1.0), stated), _LEAST)
    return np.asarray(table / table.sum(axis=1, keepdims=True))


def _level_probabilities(truth: Floats, reports: Floats) -> Floats:
    """Probability of each level, given log P(reports | level).

    Zeros where it is not known.

    Of what a visit found met a few criteria are not, and the other way round: where a report differs, either erred.
    """
    joint = truth * np.exp(reports)
    return np.asarray(joint / np.maximum(joint.sum(axis=-1, keepdims=True), 1e-300))


def compare_reports(said: Floats, truth: Floats, stated: Floats, weight: float) -> Floats:
    """Return the table of a class of sources, given known truth.

    Args:
        said: How many of its sources report each level, shape (C, K, L).
        truth: Probability of each level but for these reports, same shape; zeros where it is not known.
        stated: The table believed beforehand.
        weight: How many comparisons that is worth.
    """
    known = (said.sum(axis=2) > 0) & (truth.sum(axis=2) > 0)
    said, truth, table = said[known], truth[known], np.maximum(stated, _LEAST)
    for _ in range(_ROUNDS):
        table = _table(_level_probabilities(truth, said @ np.log(table).T).T @ said, stated, weight)
    return table


def leaning_spread(said: Floats, truth: Floats, table: Floats, *, usual: float, weight: float) -> float:
    """Return the spread of countries' bias, in log odds a level.

    By their excess beyond that of chance.

    Args:
        said: How many sources report each level, shape (C, K, L).
        truth: Probability of each level, same shape; zeros where it is not known.
        table: P(report | level).
        usual: The spread believed beforehand.
        weight: How many countries that is worth.
    """
    numbers = np.arange(len(table))
    mean = table @ numbers
    chance = table @ numbers**2 - mean**2
    reports, known, truth = said.sum(axis=2), truth.sum(axis=2) > 0, _level_probabilities(truth, said @ np.log(table).T)
    excess = np.where(known, said @ numbers - reports * (truth @ mean), 0.0).sum(axis=1)
    information = np.where(known, reports * (truth @ chance), 0.0).sum(axis=1)
    heard = information > 0
    if not heard.any():
        return usual
    found = float((excess[heard] ** 2 - information[heard]).sum() / (information[heard] ** 2).sum())
    return float(np.sqrt((weight * usual**2 + heard.sum() * max(found, 0.0)) / (weight + heard.sum())))


def estimate_independence(likelihoods: Floats, reports: Floats, truth: Floats) -> float:
    """Return the independence of sources' errors, 0 to 1.

    Of n reports on one item each counts (1 + (n - 1) w) / n: with w = 1 all count in full, with w = 0 all of them count
    as one. The w returned is the one under which they foretell best what visits found.

    Args:
        likelihoods: Log P(all reports | level), each counted in full, shape (C, K, L).
        reports: How many reports there are on each item, shape (C, K).
        truth: Probability of each level by the visit, shape (C, K, L); zeros where it is not known.
    """
    known = (reports > 1) & (truth.sum(axis=2) > 0)
    shares = (truth.sum(axis=(0, 1)) + 1) / (truth.sum() + truth.shape[2])
    visit, likelihoods = truth[known] / shares, likelihoods[known]  # P(what the visit found | level), but for a factor
    steps = np.linspace(0, 1, 41)
    values = []
    for w in steps:
        score = np.exp(likelihoods * effective_weight(reports[known], w)[:, None])
        joint = shares * score
        value = np.log((visit * joint).sum(axis=1) / joint.sum(axis=1)).sum()
        values.append(value + _INDEPENDENT * np.log(max(w, 0.01)) + _DEPENDENT * np.log(max(1 - w, 0.01)))
    return float(steps[int(np.argmax(values))])


def effective_weight(reports: Floats, w: float) -> Floats:
    """Return the weight of each of n dependent reports."""
    return np.asarray((1 + (np.maximum(reports, 1) - 1) * w) / np.maximum(reports, 1))


def pair_agreement(one: Floats, other: Floats | None, tables: tuple[Floats, Floats], truth: Floats) -> PairAgreement:
    """Return the agreement of two classes, beside the expected one.

    Args:
        one: How many sources of the first class report each level, shape (C, K, L).
        other: The same of the second; None for pairs within the first.
        tables: P(report | level) of both.
        truth: Probability of each level, shape (C, K, L); zeros where it is not known.
    """
    known = truth.sum(axis=2) > 0
    truth, here, numbers = truth[known], one[known], np.arange(truth.shape[2])
    there = here if other is None else other[known]
    means = [table @ numbers for table in tables]
    chances = [table @ numbers**2 - mean**2 for table, mean in zip(tables, means, strict=True)]
    off = [
        (said @ numbers)[:, None] - said.sum(axis=1)[:, None] * mean
        for said, mean in zip((here, there), means, strict=True)
    ]
    alike, pairs, together = (here * there).sum(axis=1), here.sum(axis=1) * there.sum(axis=1), off[0] * off[1]
    score = here @ np.log(tables[0]).T
    if other is None:  # each pair once, and none of a report with itself
        squares = (here[:, None, :] * (numbers - means[0][:, None]) ** 2).sum(axis=2)
        alone = here.sum(axis=1)
        alike, pairs, together = (alike - alone) / 2, (pairs - alone) / 2, (together - squares) / 2
    else:
        score = score + there @ np.log(tables[1]).T
    return PairAgreement(
        pairs=float(pairs.sum()),
        agreed=float(alike.sum()),
        expected=float((pairs * (truth @ (tables[0] * tables[1]).sum(axis=1))).sum()),
        together=float((_level_probabilities(truth, score) * together).sum()),
        error=float(np.sqrt((pairs * (truth @ (chances[0] * chances[1]))).sum())),
    )


def add_halo(source: SourceModel, said: Floats, truth: Floats, outlook: Floats) -> SourceModel:
    """Return the source with its halo effect estimated.

    Args:
        source: The source, its table already learnt.
        said: How many of its sources report each level, shape (C, K, L).
        truth: Probability of each level, same shape; zeros where it is not known.
        outlook: How good the item looks by the rest, in log odds, shape (C, K).
    """
    numbers, reports = np.arange(len(source.table)), said.sum(axis=2)
    truth = _level_probabilities(truth, said @ np.log(source.table).T)
    weight = reports[..., None] * truth
    total = weight.sum(axis=(0, 1))
    centre = (weight * outlook[..., None]).sum(axis=(0, 1)) / np.where(total > 0, total, 1.0)
    off, found = outlook[..., None] - centre, 0.0
    for _ in range(_ROUNDS // 2):
        odds = source.table * np.exp(found * off[..., None] * numbers)
        odds /= odds.sum(axis=3, keepdims=True)
        mean = odds @ numbers
        pull = (off * truth * ((said @ numbers)[..., None] - reports[..., None] * mean)).sum() - found / _HALO**2
        curve = (off**2 * weight * (odds @ numbers**2 - mean**2)).sum() + 1 / _HALO**2
        found += float(np.clip(pull / curve, -1, 1))
    return evolve(source, halo=found, centre=centre)


def answer_likelihood(answered: Bools, asked: Bools, truth: Floats, groups: Ints, weight: float) -> Floats:
    """Return log-likelihoods of answering and omitting, shape (C, K, L).

    Whether what is met is answered more readily is read off the items whose truth is known, country by country and
    group by group (Mantel and Haenszel, 1959); how readily a country answers at all is taken as it is.

    Args:
        answered: Where a source said something, shape (C, K).
        asked: Where it was asked, same shape.
        truth: Probability of each of two levels, shape (C, K, 2); zeros where it is not known.
        groups: Number of the group of each item, shape (K,): items as likely as each other to be met.
        weight: How many pairs "it makes no difference" is worth.
    """
    _, at = np.unique(groups, return_inverse=True)
    member = np.eye(at.max() + 1)[at]  # (K, group)
    cells = {}
    for level in (0, 1):
        for said in (False, True):
            cells[level, said] = (truth[..., level] * (asked & (answered == said))) @ member
    total = sum(cells.values())
    size = np.where(total > 0, total, 1.0)
    more = float((cells[1, True] * cells[0, False] / size).sum())
    less = float((cells[1, False] * cells[0, True] / size).sum())
    ratio = np.log((more + weight) / (less + weight))
    share = (answered & asked).sum(axis=1) / np.maximum(asked.sum(axis=1), 1)
    share = np.clip(share, 0.02, 0.98)
    base = np.log(share / (1 - share))
    for _ in range(_ROUNDS):  # so that both levels together answer as often as the country does
        chance = 1 / (1 + np.exp(-(base[:, None] + ratio * np.array([-0.5, 0.5]))))
        base = base - (chance.mean(axis=1) - share) / (chance * (1 - chance)).mean(axis=1)
    known = np.where(answered[..., None], np.log(chance)[:, None], np.log(1 - chance)[:, None])
    return np.where(asked[..., None], known, 0.0)
