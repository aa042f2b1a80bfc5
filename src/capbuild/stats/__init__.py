"""Numerics on numpy arrays, without frameworks, countries or files.

Computations behind scores, tallies and changes. The package `capbuild-index` has the stages of a composite index
(imputation, outliers, normalisation, sensitivity analysis).

Conventions of every public function:

- A table is a `float64` array of shape (units, items). On input NaN means *missing* and nothing else; an infinite
  value is refused with `ModelError`. Zero is a value.
- In a returned array, NaN means that the figure is missing or undefined, and nothing else. Result objects
  have a `missing` mask if needed and, where a reason is known, `undefined`: a mapping from the position to
  `capbuild.undefined.Undefined`.
- A function with a single figure as result returns `Undefined` with its reason in place of NaN.
- No warning of numpy gets out, an argument is never changed in place, and randomness comes from a seed that is an
  argument.
- Directions are +1 (more is better) and -1 (less is better). Ranks are 1 for the best.
"""

from capbuild._lazy import lazy_exports

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

_NAMES = {
    "aggregate": "evaluate_nodes is_separable weighted_sums",
    "arrays": (
        "Bools Floats Ints as_directions as_groups as_table as_vector bounds count mean median quotient read_only std"
    ),
    "distributions": "t_cdf",
    "estimate": "LEVEL Estimate check_probability_level",
    "rules": "Rule arithmetic rules_by_position",
    "tree": "Tree",
    "uncertainty": "Ties competition_ranks rank_scores",
}

__getattr__, __dir__ = lazy_exports(__name__, _NAMES)
