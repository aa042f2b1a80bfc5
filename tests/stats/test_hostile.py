"""Hostile tables through every public function: a typed result or a refusal by name, never NaN alone, never a warning.

Warnings are errors in all tests, so that one of numpy fails these.
"""

import math
from collections.abc import Mapping

import attrs
import numpy as np
import pytest

from capbuild.errors import ModelError
from capbuild.stats import (
    aggregate,
    agreement,
    availability,
    bounds,
    change,
    compare,
    correlation,
    denominate,
    describe,
    evidence,
    impute,
    krippendorff,
    leaveoneout,
    normalise,
    optimise,
    outliers,
    panel,
    quality,
    ranks,
    regions,
    rules,
    sobol,
    transform,
    uncertainty,
    weights,
)
from capbuild.stats.tree import Tree
from capbuild.undefined import Undefined

NAN = math.nan
TABLES = {
    "all missing": np.full((4, 3), NAN),
    "one unit": np.array([[1.0, 2.0, 3.0]]),
    "one unit, all missing": np.full((1, 3), NAN),
    "one item": np.array([[1.0], [2.0], [NAN], [4.0]]),
    "constant": np.full((5, 3), 2.0),
    "zeros": np.zeros((5, 3)),
    "two units": np.array([[1.0, 2.0, 3.0], [2.0, 2.0, 1.0]]),
    "one value a column": np.array([[1.0, NAN, NAN], [NAN, 2.0, NAN], [NAN, NAN, 3.0]]),
    "a column and a row missing": np.array([[1.0, NAN, 2.0], [3.0, NAN, 1.0], [NAN, NAN, NAN], [2.0, NAN, 5.0]]),
    "negative": np.array([[-1.0, 2.0, -3.0], [4.0, -5.0, 6.0], [-7.0, 8.0, 9.0]]),
    "huge": np.array([[1e150, 2e150, -1e150], [3e150, 1e150, 1e150], [2e150, 5e150, 4e150]]),
    "tiny": np.array([[1e-150, 2e-150, 1e-150], [3e-150, 1e-150, 0.0], [2e-150, 5e-150, 4e-150]]),
    "nearly constant": 1e9 + np.array([[0.0, 1e-7, 0.0], [1e-7, 0.0, 1e-7], [0.0, 0.0, 1e-7]]),
}


def tree(table):
    names = [f"i{n}" for n in range(table.shape[1])]
    return Tree.build(names, dict.fromkeys(names, "root"))


def level_table(table):
    """The same gaps with levels 0 to 2 in the other cells."""
    return np.where(np.isnan(table), NAN, np.nan_to_num(np.sign(table)) + 1)


def groups(table):
    return ["a", "b"] * (len(table) // 2) + ["a"] * (len(table) % 2)


#: Every public function that takes a table or a column of one; columns are the first and the last.
FUNCTIONS = {
    "aggregate": lambda t: aggregate.aggregate(t, tree(t)),
    "aggregate, geometric": lambda t: aggregate.aggregate(t, tree(t), rules=rules.geometric(minimum_share=0.5)),
    "aggregate, harmonic": lambda t: aggregate.aggregate(t, tree(t), rules=rules.harmonic()),
    "aggregate, power 2": lambda t: aggregate.aggregate(t, tree(t), rules=rules.generalised(2.0)),
    "aggregate, minimum": lambda t: aggregate.aggregate(t, tree(t), rules=rules.minimum()),
    "aggregate, Mazziotta-Pareto": lambda t: aggregate.aggregate(t, tree(t), rules=rules.mazziotta_pareto()),
    "aggregate, Copeland": lambda t: aggregate.aggregate(t, tree(t), rules=rules.copeland()),
    "outranking": aggregate.outranking,
    "percent_agreement": agreement.percent_agreement,
    "rating_counts": agreement.rating_counts,
    "cohen_kappa": lambda t: agreement.cohen_kappa(t[:, 0], t[:, -1]),
    "cohen_kappa, weighted": lambda t: agreement.cohen_kappa(t[:, 0], t[:, -1], weights="quadratic"),
    "fleiss_kappa": lambda t: agreement.fleiss_kappa(agreement.rating_counts(t)),
    "randolph_kappa": lambda t: agreement.randolph_kappa(agreement.rating_counts(t)),
    "availability": availability.availability,
    "availability_by_group": lambda t: availability.availability_by_group(t, [f"g{n % 2}" for n in range(t.shape[1])]),
    "screen": lambda t: availability.screen(t, minimum_available=0.5),
    "mean_bounds": lambda t: bounds.mean_bounds(t, low=-1e160, high=1e160),
    "paired_change": lambda t: change.paired_change(t[:, 0], t[:, -1]),
    "signed_rank_change": lambda t: change.signed_rank_change(t[:, 0], t[:, -1]),
    "compare": lambda t: compare.compare(t[:, 0], t[:, -1]),
    "compare_many": lambda t: compare.compare_many({"a": t[:, 0], "b": t[:, -1]}),
    "correlation": correlation.correlation,
    "correlation, ranks": lambda t: correlation.correlation(t, "spearman"),
    "correlate": lambda t: correlation.correlate(t[:, 0], t[:, -1]),
    "correlate, order": lambda t: correlation.correlate(t[:, 0], t[:, -1], "kendall"),
    "p_values": correlation.p_values,
    "denominate": lambda t: denominate.denominate(t, np.abs(t)),
    "describe": describe.describe,
    "skewness": describe.skewness,
    "kurtosis": describe.kurtosis,
    "impute_mean": impute.impute_mean,
    "impute_mean, groups": lambda t: impute.impute_mean(t, groups=groups(t)),
    "impute_median": impute.impute_median,
    "impute_within_unit": lambda t: impute.impute_within_unit(t, ["g"] * t.shape[1]),
    "krippendorff_alpha": krippendorff.krippendorff_alpha,
    "krippendorff_alpha, ordinal": lambda t: krippendorff.krippendorff_alpha(t, metric="ordinal"),
    "krippendorff_alpha, interval": lambda t: krippendorff.krippendorff_alpha(t, metric="interval"),
    "krippendorff_alpha, ratio": lambda t: krippendorff.krippendorff_alpha(np.abs(t), metric="ratio"),
    "krippendorff_interval": lambda t: krippendorff.krippendorff_interval(t, replications=50, seed=1),
    "leave_one_out": lambda t: leaveoneout.leave_one_out(t, tree(t), ["i0"]),
    "balanced_weights": optimise.balanced_weights,
    "informative_weights": optimise.informative_weights,
    "winsorise": outliers.winsorise,
    "treat": outliers.treat,
    "impute_panel": lambda t: panel.impute_panel(t[None], [2000]),
    "longest_runs": quality.longest_runs,
    "straight_lines": quality.straight_lines,
    "duplicates": lambda t: quality.duplicates(t, minimum=1),
    "non_response": quality.non_response,
    "suspicious_zeros": quality.suspicious_zeros,
    "out_of_range": lambda t: quality.out_of_range(t, low=0.0, high=1.0),
    "item_agreement": quality.item_agreement,
    "ranks": ranks.ranks,
    "group_ranks": lambda t: ranks.group_ranks(t[:, 0], groups(t)),
    "standing": lambda t: ranks.standing(t, list(range(len(t)))[:1]),
    "fuse": lambda t: evidence.fuse(
        [(f"u{r}", f"s{c}", int(v)) for (r, c), v in np.ndenumerate(level_table(t)) if not np.isnan(v)], draws=4
    ),
    "summarise_regions": lambda t: regions.summarise_regions(t, groups(t)),
    "sobol_indices": lambda t: sobol.sobol_indices(np.resize(t[:, 0], 16), 2, resamples=10),
    "log_range": transform.log_range,
    "log_range_either": transform.log_range_either,
    "log_plus_one": transform.log_plus_one,
    "log_gii": transform.log_gii,
    "box_cox": lambda t: transform.box_cox(t, 0.5),
    "summarise_simulation": uncertainty.summarise_simulation,
    "chance_above": uncertainty.chance_above,
    "principal_components": weights.principal_components,
} | {
    f"normalise, {name}": lambda t, make=make: make(t).apply(t)
    for name, make in {
        "minmax": normalise.minmax,
        "zscore": normalise.zscore,
        "distance_to_maximum": normalise.distance_to_maximum,
        "distance_to_target": lambda t: normalise.distance_to_target(t, 3.0),
        "distance_to_reference": lambda t: normalise.distance_to_reference(t, 0),
        "fraction_of_maximum": normalise.fraction_of_maximum,
        "goalposts": lambda t: normalise.goalposts(np.zeros(t.shape[1]), np.ones(t.shape[1])),
        "rank": normalise.rank,
        "percentile": normalise.percentile,
        "borda": normalise.borda,
    }.items()
}  # fmt: skip


def figures(found, name=""):
    """Every single number of a result with its name; arrays apart."""
    if isinstance(found, Undefined | str | bytes | None):
        return
    if attrs.has(type(found)):
        for one in attrs.fields(type(found)):
            yield from figures(getattr(found, one.name), f"{name}.{one.name}")
    elif isinstance(found, Mapping):
        for key, value in found.items():
            yield from figures(value, f"{name}[{key}]")
    elif isinstance(found, tuple | list):
        for place, value in enumerate(found):
            yield from figures(value, f"{name}[{place}]")
    elif isinstance(found, np.ndarray | float | np.floating):
        yield name, found


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("kind", TABLES)
def test_a_result_is_typed_or_refused_by_name(name, kind):
    given = TABLES[kind].copy()
    try:
        found = FUNCTIONS[name](given)
    except ModelError:
        return
    np.testing.assert_array_equal(given, TABLES[kind])  # no argument is changed in place
    for place, figure in figures(found, name):
        if isinstance(figure, np.ndarray):
            if figure.dtype.kind == "f":
                assert not np.isinf(figure).any(), place
        elif not place.endswith(".df"):  # degrees of freedom without end are those of the normal distribution
            assert math.isfinite(figure), place


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_infinite_value_is_refused_by_name(name):
    table = np.array([[1.0, 2.0, 3.0], [2.0, math.inf, 1.0], [math.inf, 1.0, math.inf], [0.0, 1.0, math.inf]])
    if name == "fuse":
        pytest.skip("takes levels, made of the table's signs here")
    with pytest.raises(ModelError):
        FUNCTIONS[name](table)
