"""Hostile tables through every public function: a typed result or a refusal by name, never NaN alone, never a warning.

Warnings are errors in all tests, so that one of numpy fails these.
"""

import numpy as np
import pytest
from capbuild_index import (
    agreement,
    compare,
    correlation,
    describe,
    impute,
    montecarlo,
    normalise,
    outliers,
    sensitivity,
    transform,
    weights,
)

from tests.stats.hostile_tables import TABLES, check_infinite_refused, check_typed_or_refused, groups, tree

#: Every public function that takes a table or a column of one; columns are the first and the last.
FUNCTIONS = {
    "percent_agreement": agreement.percent_agreement,
    "rating_counts": agreement.rating_counts,
    "cohen_kappa": lambda t: agreement.cohen_kappa(t[:, 0], t[:, -1]),
    "cohen_kappa, weighted": lambda t: agreement.cohen_kappa(t[:, 0], t[:, -1], weights="quadratic"),
    "fleiss_kappa": lambda t: agreement.fleiss_kappa(agreement.rating_counts(t)),
    "randolph_kappa": lambda t: agreement.randolph_kappa(agreement.rating_counts(t)),
    "availability": describe.availability,
    "availability_by_group": lambda t: describe.availability_by_group(t, [f"g{n % 2}" for n in range(t.shape[1])]),
    "screen": lambda t: describe.screen(t, minimum_available=0.5),
    "compare": lambda t: compare.compare(t[:, 0], t[:, -1]),
    "compare_many": lambda t: compare.compare_many({"a": t[:, 0], "b": t[:, -1]}),
    "correlation": correlation.correlation,
    "correlation, ranks": lambda t: correlation.correlation(t, "spearman"),
    "correlate": lambda t: correlation.correlate(t[:, 0], t[:, -1]),
    "correlate, order": lambda t: correlation.correlate(t[:, 0], t[:, -1], "kendall"),
    "p_values": correlation.p_values,
    "denominate": lambda t: transform.denominate(t, np.abs(t)),
    "describe": describe.describe,
    "skewness": describe.skewness,
    "kurtosis": describe.kurtosis,
    "impute_mean": impute.impute_mean,
    "impute_mean, groups": lambda t: impute.impute_mean(t, groups=groups(t)),
    "impute_median": impute.impute_median,
    "impute_within_unit": lambda t: impute.impute_within_unit(t, ["g"] * t.shape[1]),
    "krippendorff_alpha": agreement.krippendorff_alpha,
    "krippendorff_alpha, ordinal": lambda t: agreement.krippendorff_alpha(t, metric="ordinal"),
    "krippendorff_alpha, interval": lambda t: agreement.krippendorff_alpha(t, metric="interval"),
    "krippendorff_alpha, ratio": lambda t: agreement.krippendorff_alpha(np.abs(t), metric="ratio"),
    "krippendorff_interval": lambda t: agreement.krippendorff_interval(t, replications=50, seed=1),
    "leave_one_out": lambda t: compare.leave_one_out(t, tree(t), ["i0"]),
    "balanced_weights": weights.balanced_weights,
    "informative_weights": weights.informative_weights,
    "winsorise": outliers.winsorise,
    "treat": outliers.treat,
    "impute_panel": lambda t: impute.impute_panel(t[None], [2000]),
    "group_ranks": lambda t: compare.group_ranks(t[:, 0], groups(t)),
    "standing": lambda t: compare.compare_unit(t, list(range(len(t)))[:1]),
    "summarise_regions": lambda t: compare.summarise_regions(t, groups(t)),
    "sobol_indices": lambda t: sensitivity.sobol_indices(np.resize(t[:, 0], 16), 2, resamples=10),
    "log_range": transform.log_range,
    "log_range_either": transform.log_range_either,
    "log_plus_one": transform.log_plus_one,
    "log_gii": transform.log_gii,
    "box_cox": lambda t: transform.box_cox(t, 0.5),
    "chance_above": montecarlo.chance_above,
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


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("kind", TABLES)
def test_a_result_is_typed_or_refused_by_name(name, kind):
    check_typed_or_refused(FUNCTIONS[name], name, kind)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_infinite_value_is_refused_by_name(name):
    check_infinite_refused(FUNCTIONS[name])
