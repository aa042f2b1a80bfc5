"""Names of `capbuild.stats`, for type checkers. Written by: uv run python -m tools.public_api"""

from capbuild.stats.aggregate import evaluate_nodes, is_separable, weighted_sums
from capbuild.stats.arrays import (
    Bools,
    Floats,
    Ints,
    as_directions,
    as_groups,
    as_table,
    as_vector,
    bounds,
    count,
    mean,
    median,
    quotient,
    read_only,
    std,
)
from capbuild.stats.distributions import t_cdf
from capbuild.stats.estimate import LEVEL, Estimate, check_probability_level
from capbuild.stats.rules import Rule, arithmetic, rules_by_position
from capbuild.stats.tree import Tree
from capbuild.stats.uncertainty import Ties, competition_ranks, rank_scores

__all__ = [
    "LEVEL",
    "Bools",
    "Estimate",
    "Floats",
    "Ints",
    "Rule",
    "Ties",
    "Tree",
    "arithmetic",
    "as_directions",
    "as_groups",
    "as_table",
    "as_vector",
    "bounds",
    "check_probability_level",
    "competition_ranks",
    "count",
    "evaluate_nodes",
    "is_separable",
    "mean",
    "median",
    "quotient",
    "rank_scores",
    "read_only",
    "rules_by_position",
    "std",
    "t_cdf",
    "weighted_sums",
]
