"""Which choice makes a result uncertain: variance shares of method, weights and evidence, for each unit."""

import numpy as np
from attrs import frozen

from capbuild.stats.arrays import Floats
from capbuild.stats.montecarlo import EXACT, Alternatives, Plan, plan_at, simulate
from capbuild.stats.ranks import competition_places
from capbuild.stats.sobol import SobolIndices, radial_design, sobol_indices
from capbuild.undefined import Undefined, UndefinedReason

__all__ = ["Sensitivity", "sensitivity"]


@frozen(kw_only=True, eq=False)
class Sensitivity:
    """Sobol' indices of the choices that have more than one alternative.

    Attributes:
        factors: Their names, out of `table`, `weights`, `rules` and `evidence`.
        scores: Indices of each unit's figure, of shape (factors, units).
        rank_shift: Indices of the mean number of places that units move from their rank in the base case, which is the
            first alternative of each choice on exact evidence; of shape (factors, 1).
        replications: Number of replications.
    """

    factors: tuple[str, ...]
    scores: SobolIndices
    rank_shift: SobolIndices
    replications: int


def sensitivity(
    alternatives: Alternatives, *, base: int = 256, draws: int = 256, seed: int = 0, threads: int = 1
) -> Sensitivity | Undefined:
    """Estimate what share of the variance each choice makes.

    Every choice is a factor of a radial design with `base * (factors + 2)` replications: which table, which set of
    weights, which rules, which draw from the evidence. A unit with a missing figure in a replication has no indices.

    Args:
        alternatives: What may be chosen.
        base: Size of the design; a power of two.
        draws: How many draws from the evidence the design chooses from.
        seed: Seed of the design.
        threads: See `simulate`.

    Returns:
        The indices, or `Undefined` when nothing has an alternative.

    Example:
        >>> from capbuild.stats.tree import Tree
        >>> tree = Tree.build(["law", "staff"], {"law": "all", "staff": "all"})
        >>> found = sensitivity(Alternatives(tree=tree, tables=[[[80.0, 40.0]], [[60.0, 70.0]]]))
        >>> found.factors, found.scores.first.round(2)
        (('table',), array([[1.]]))
    """
    sizes = {
        "table": len(alternatives.tables),
        "weights": len(alternatives.weights),
        "rules": len(alternatives.rules),
        "evidence": draws if alternatives.evidence else 1,
    }
    factors = [name for name, size in sizes.items() if size > 1]
    if not factors:
        return Undefined(UndefinedReason.NOT_APPLICABLE, "there is one alternative for each choice")
    points = radial_design(base, len(factors), seed=seed)
    chosen = dict(zip(factors, plan_at(points, [sizes[name] for name in factors]), strict=True))
    same = np.zeros(len(points), dtype=np.int64)
    plan = Plan(
        table=chosen.get("table", same),
        weights=chosen.get("weights", same),
        rules=chosen.get("rules", same),
        evidence=chosen.get("evidence", same if alternatives.evidence else same + EXACT),
    )
    scores = simulate(alternatives, plan, threads=threads)
    return Sensitivity(
        factors=tuple(factors),
        scores=sobol_indices(scores, len(factors), seed=seed),
        rank_shift=sobol_indices(_rank_shift(alternatives, scores), len(factors), seed=seed),
        replications=len(scores),
    )


def _rank_shift(alternatives: Alternatives, scores: Floats) -> Floats:
    """Return the mean number of places moved in each replication, over the units that always have a figure."""
    first = np.zeros(1, dtype=np.int64)
    base = simulate(alternatives, Plan(table=first, weights=first, rules=first, evidence=first + EXACT))
    known = ~np.isnan(np.concatenate([scores, base])).any(axis=0)
    if not known.any():
        return np.zeros(len(scores))
    return np.asarray(np.abs(competition_places(scores[:, known]) - competition_places(base[:, known])).mean(axis=1))
