"""Confusion tables of sources, learnt where the truth is known.

A table starts from the prior on the source, worth a number of comparisons, and moves towards the comparisons. For more
than two levels it has few parameters until the data require more: 25 cells cannot be learnt from a hundred comparisons.
A source may answer yes more readily if other items are good (halo; Thorndike, 1920). Sources with dependent errors,
because one repeats the other, are not two witnesses.

Names of array sizes: C countries, K items, L levels, J views.
"""

import numpy as np
from attrs import evolve, field, frozen

from capbuild.stats.arrays import Bools, Floats, Ints

_ROUNDS = 12
_ALIKE = 100.0  # comparisons at one level that outweigh the information from all levels jointly
_LEAST = 0.002  # a share of exactly 0 would never let another source be right
_INDEPENDENT, _DEPENDENT = 3.6, 0.4  # prior on independence: powers of w and of 1 - w
_HALO = 0.3  # prior standard deviation of the influence of other items on a source


@frozen(kw_only=True, eq=False)
class SourceModel:
    """Reporting model of a class of sources.

    Attributes:
        table: P(report | level), shape (L, L), the true level in the rows.
        spread: Standard deviation between countries of its bias, in log odds per level; 0 if it does not report for the
            country.
        halo: Shift towards higher reports per unit of an item's outlook.
        centre: Mean outlook of the items compared, by true level, shape (L,).
    """

    table: Floats
    spread: float = 0.0
    halo: float = 0.0
    centre: Floats = field(factory=lambda: np.zeros(2))

    def log_likelihood(self, reported: Floats, outlook: Floats, leaning: Floats) -> Floats:
        """Return log P(reports | level), shape (C, K, J, L).

        Args:
            reported: Number of sources reporting each level, shape (C, K, L).
            outlook: Log odds of the item given the other items, shape (C, K).
            leaning: Bias of each view in standard deviations, shape (J,).
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
        pairs: Number of pairs of their reports on one item.
        agreed: Number of equal pairs.
        expected: Expected number if errors were independent.
        together: Dependence of errors: sum of the products of their errors.
        error: Standard error of it if errors were independent.
    """

    pairs: float
    agreed: float
    expected: float
    together: float
    error: float


def trust_table(size: int, met: float, unmet: float) -> Floats:
    """Return the confusion table for given yes rates.

    A level counts as a number of thresholds: a source passes an unmet threshold with probability `unmet`, and misses a
    met one with probability `1 - met`.

    Example:
        >>> trust_table(2, 0.9, 0.2).round(2).tolist()
        [[0.8, 0.2], [0.1, 0.9]]
    """
    off = np.subtract.outer(np.arange(size), np.arange(size)).T  # report minus level
    table = np.where(off > 0, unmet ** np.abs(off), np.where(off < 0, (1 - met) ** np.abs(off), 0.0))
    if size > 2:
        table = np.where((off > 0) & (np.arange(size) < size - 1), table * (1 - unmet), table)
        table = np.where((off < 0) & (np.arange(size) > 0), table * met, table)
    return np.asarray(table + np.diag(np.maximum(1 - table.sum(axis=1), 1e-9)))


def _fit_table(given: Floats) -> Floats:
    """Return the smoothed table (L, L) that fits counts best.

    The candidates are the tables of `_fit_product` and `_fit_distance`.
    """
    size = len(given)
    tables = ((_fit_product(given), size), (_fit_distance(given), 2 * size - 2))
    fit = [float((given * np.log(np.maximum(table, _LEAST))).sum()) - unknowns for table, unknowns in tables]
    return tables[int(np.argmax(fit))][0]


def _fit_product(given: Floats) -> Floats:
    """Return a table with linear log odds.

    They are linear in level times report (Goodman, 1979).
    """
    size = len(given)
    rows, numbers = given.sum(axis=1), np.arange(size) / (size - 1)
    design = np.zeros((size, size, size))  # level, report, parameter: one for each report but the lowest, one for both
    design[:, :, :-1] = np.eye(size)[:, 1:]
    design[:, :, -1] = np.outer(numbers, numbers) * (size - 1)
    coefficients, table = np.zeros(size), np.full((size, size), 1 / size)
    for _ in range(_ROUNDS):
        mean = np.einsum("lr,lrp->lp", table, design)
        curve = np.einsum("l,lr,lrp,lrq->pq", rows, table, design, design) - np.einsum("l,lp,lq->pq", rows, mean, mean)
        pull = np.einsum("lr,lrp->p", given - rows[:, None] * table, design)
        coefficients = coefficients + np.clip(
            np.linalg.solve(curve + 1e-3 * np.eye(size), pull - 1e-3 * coefficients), -2, 2
        )
        odds = np.exp(design @ coefficients)
        table = odds / odds.sum(axis=1, keepdims=True)
    return table


def _fit_distance(given: Floats) -> Floats:
    """Return a table with equal errors at all levels.

    The error, report minus level, has one distribution; a report beyond an end of the scale becomes that end.
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


def _make_table(counts: Floats, stated: Floats, weight: float) -> Floats:
    if len(stated) > 2:
        stated, weight = _fit_table(counts + weight / len(stated) * stated), _ALIKE
    table = counts + weight * stated
    total = table.sum(axis=1, keepdims=True)
    table = np.maximum(np.where(total > 0, table / np.where(total > 0, total, 1.0), stated), _LEAST)
    return np.asarray(table / table.sum(axis=1, keepdims=True))


def _compute_probabilities(truth: Floats, reports: Floats) -> Floats:
    """Return the probability of each level given prior and reports.

    If reports differ from a visit's finding, either may be wrong.

    Args:
        truth: Prior probability of each level; zeros if unknown, as is the result then.
        reports: Log P(reports | level).
    """
    joint = truth * np.exp(reports)
    return np.asarray(joint / np.maximum(joint.sum(axis=-1, keepdims=True), 1e-300))


def compare_reports(counts: Floats, truth: Floats, stated: Floats, weight: float) -> Floats:
    """Estimate the table of a source class, given the truth.

    Rows are true levels, columns are reports.

    Args:
        counts: Number of its sources reporting each level, shape (C, K, L).
        truth: Probability of each level without these reports, same shape; zeros if unknown.
        stated: The prior table.
        weight: Weight of the prior, in comparisons.
    """
    known = (counts.sum(axis=2) > 0) & (truth.sum(axis=2) > 0)
    counts, truth, table = counts[known], truth[known], np.maximum(stated, _LEAST)
    for _ in range(_ROUNDS):
        table = _make_table(_compute_probabilities(truth, counts @ np.log(table).T).T @ counts, stated, weight)
    return table


def leaning_spread(counts: Floats, truth: Floats, table: Floats, *, usual: float, weight: float) -> float:
    """Estimate the standard deviation of countries' bias.

    It is in log odds per level, estimated from the excess over chance.

    Args:
        counts: Number of sources reporting each level, shape (C, K, L).
        truth: Probability of each level, same shape; zeros if unknown.
        table: P(report | level).
        usual: The prior spread.
        weight: Weight of the prior, in countries.
    """
    numbers = np.arange(len(table))
    mean = table @ numbers
    chance = table @ numbers**2 - mean**2
    reports, known, truth = (
        counts.sum(axis=2),
        truth.sum(axis=2) > 0,
        _compute_probabilities(truth, counts @ np.log(table).T),
    )
    excess = np.where(known, counts @ numbers - reports * (truth @ mean), 0.0).sum(axis=1)
    information = np.where(known, reports * (truth @ chance), 0.0).sum(axis=1)
    informative = information > 0
    if not informative.any():
        return usual
    excess_spread = float(
        (excess[informative] ** 2 - information[informative]).sum() / (information[informative] ** 2).sum()
    )
    return float(
        np.sqrt((weight * usual**2 + informative.sum() * max(excess_spread, 0.0)) / (weight + informative.sum()))
    )


def estimate_independence(likelihoods: Floats, reports: Floats, truth: Floats) -> float:
    """Return the independence of sources' errors, 0 to 1.

    Each of n reports on an item counts (1 + (n - 1) w) / n: with w = 1 all count fully, with w = 0 together as one. The
    result is the w that best predicts the findings of visits.

    Args:
        likelihoods: Log P(all reports | level), each counted fully, shape (C, K, L).
        reports: Number of reports on each item, shape (C, K).
        truth: Probability of each level by the visit, shape (C, K, L); zeros if unknown.
    """
    known = (reports > 1) & (truth.sum(axis=2) > 0)
    shares = (truth.sum(axis=(0, 1)) + 1) / (truth.sum() + truth.shape[2])
    visit, likelihoods = truth[known] / shares, likelihoods[known]  # P(visit's finding | level), up to a factor
    steps = np.linspace(0, 1, 41)
    values = _INDEPENDENT * np.log(np.maximum(steps, 0.01)) + _DEPENDENT * np.log(np.maximum(1 - steps, 0.01))
    for position, w in enumerate(steps if known.any() else ()):
        joint = shares * np.exp(likelihoods * effective_weight(reports[known], w)[:, None])
        values[position] += np.log((visit * joint).sum(axis=1) / joint.sum(axis=1)).sum()
    return float(steps[int(np.argmax(values))])


def effective_weight(reports: Floats, w: float) -> Floats:
    """Return the weight of each of n dependent reports."""
    return np.asarray((1 + (np.maximum(reports, 1) - 1) * w) / np.maximum(reports, 1))


def pair_agreement(one: Floats, other: Floats | None, tables: tuple[Floats, Floats], truth: Floats) -> PairAgreement:
    """Return the observed and expected agreement of two classes.

    Args:
        one: Number of sources of the first class reporting each level, shape (C, K, L).
        other: The same for the second; None for pairs within the first.
        tables: P(report | level) of both.
        truth: Probability of each level, shape (C, K, L); zeros if unknown.
    """
    known = truth.sum(axis=2) > 0
    truth, here, numbers = truth[known], one[known], np.arange(truth.shape[2])
    there = here if other is None else other[known]
    means = [table @ numbers for table in tables]
    chances = [table @ numbers**2 - mean**2 for table, mean in zip(tables, means, strict=True)]
    off = [
        (reports @ numbers)[:, None] - reports.sum(axis=1)[:, None] * mean
        for reports, mean in zip((here, there), means, strict=True)
    ]
    agreed, pairs, together = (here * there).sum(axis=1), here.sum(axis=1) * there.sum(axis=1), off[0] * off[1]
    score = here @ np.log(tables[0]).T
    if other is None:  # each pair once, and no report with itself
        squares = (here[:, None, :] * (numbers - means[0][:, None]) ** 2).sum(axis=2)
        alone = here.sum(axis=1)
        agreed, pairs, together = (agreed - alone) / 2, (pairs - alone) / 2, (together - squares) / 2
    else:
        score = score + there @ np.log(tables[1]).T
    return PairAgreement(
        pairs=float(pairs.sum()),
        agreed=float(agreed.sum()),
        expected=float((pairs * (truth @ (tables[0] * tables[1]).sum(axis=1))).sum()),
        together=float((_compute_probabilities(truth, score) * together).sum()),
        error=float(np.sqrt((pairs * (truth @ (chances[0] * chances[1]))).sum())),
    )


def add_halo(source: SourceModel, counts: Floats, truth: Floats, outlook: Floats) -> SourceModel:
    """Return the source with its halo effect estimated.

    Args:
        source: The source, with its learnt table.
        counts: Number of its sources reporting each level, shape (C, K, L).
        truth: Probability of each level, same shape; zeros if unknown.
        outlook: Log odds of the item given the other items, shape (C, K).
    """
    numbers, reports = np.arange(len(source.table)), counts.sum(axis=2)
    truth = _compute_probabilities(truth, counts @ np.log(source.table).T)
    weight = reports[..., None] * truth
    total = weight.sum(axis=(0, 1))
    centre = (weight * outlook[..., None]).sum(axis=(0, 1)) / np.where(total > 0, total, 1.0)
    off, halo = outlook[..., None] - centre, 0.0
    for _ in range(_ROUNDS // 2):
        odds = source.table * np.exp(halo * off[..., None] * numbers)
        odds /= odds.sum(axis=3, keepdims=True)
        mean = odds @ numbers
        pull = (off * truth * ((counts @ numbers)[..., None] - reports[..., None] * mean)).sum() - halo / _HALO**2
        curve = (off**2 * weight * (odds @ numbers**2 - mean**2)).sum() + 1 / _HALO**2
        halo += float(np.clip(pull / curve, -1, 1))
    return evolve(source, halo=halo, centre=centre)


def answer_likelihood(answered: Bools, asked: Bools, truth: Floats, groups: Ints, weight: float) -> Floats:
    """Return log-likelihoods of answering and omitting, shape (C, K, L).

    The effect of being met on answering is estimated from items with known truth, by country and group (Mantel and
    Haenszel, 1959); a country's overall response rate is treated as fixed.

    Args:
        answered: True if a source answered, shape (C, K).
        asked: True if it was asked, same shape.
        truth: Probability of each of two levels, shape (C, K, 2); zeros if unknown.
        groups: Group number of each item, shape (K,): items of equal probability.
        weight: Weight of the prior "no effect", in pairs.
    """
    _, at = np.unique(groups, return_inverse=True)
    member = np.eye(at.max() + 1)[at]  # (K, group)
    cells = {}
    for level in (0, 1):
        for has_answered in (False, True):
            cells[level, has_answered] = (truth[..., level] * (asked & (answered == has_answered))) @ member
    total = sum(cells.values())
    size = np.where(total > 0, total, 1.0)
    more = float((cells[1, True] * cells[0, False] / size).sum())
    less = float((cells[1, False] * cells[0, True] / size).sum())
    ratio = np.log((more + weight) / (less + weight))
    share = (answered & asked).sum(axis=1) / np.maximum(asked.sum(axis=1), 1)
    share = np.clip(share, 0.02, 0.98)
    base = np.log(share / (1 - share))
    for _ in range(_ROUNDS):  # so that both levels jointly answer as often as the country does
        chance = 1 / (1 + np.exp(-(base[:, None] + ratio * np.array([-0.5, 0.5]))))
        base = base - (chance.mean(axis=1) - share) / (chance * (1 - chance)).mean(axis=1)
    known = np.where(answered[..., None], np.log(chance)[:, None], np.log(1 - chance)[:, None])
    return np.where(asked[..., None], known, 0.0)
