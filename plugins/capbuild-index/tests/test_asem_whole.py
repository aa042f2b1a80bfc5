"""Several stages in a row, against tables that the reference publishes at their end."""

import numpy as np
import pytest
from capbuild_index import normalise
from capbuild_index.compare import compare_many
from capbuild_index.correlation import correlation, p_values
from capbuild_index.describe import screen
from capbuild_index.impute import impute_mean
from capbuild_index.outliers import treat
from capbuild_index.weights import effective_weights, informative_weights

from capbuild.errors import ModelError
from capbuild.stats import rules
from capbuild.stats.aggregate import aggregate
from capbuild.stats.tree import Tree
from capbuild.stats.uncertainty import rank_scores

pytestmark = pytest.mark.corpus


def weights_of(asem, name="01_weights_original"):
    return dict(zip(asem(name).key, asem(name).numbers("Weight"), strict=True))


def test_full_table_of_ranks(asem):
    sheet = asem("09_results_Full_ranks")
    columns = sheet.head[1:]
    figures = asem("08_agg_amean_0_100").table(columns, asem.units)
    np.testing.assert_array_equal(rank_scores(figures), sheet.table(columns, asem.units))


@pytest.mark.parametrize("unit", ["CHE", "IND", "LAO"])
def test_profile_of_a_unit(asem, unit):
    sheet = asem(f"09_unit_summary_{unit}")
    figures = asem("08_agg_amean_0_100").table(sheet.key, asem.units)
    row = asem.units.index(unit)
    np.testing.assert_allclose(figures[row], sheet.numbers("Score"), atol=1e-9)
    np.testing.assert_array_equal(rank_scores(figures)[row], sheet.numbers("Rank"))


def test_correlations_with_each_ancestor(asem):
    """Only those with a p-value of at most 0.05 are published."""
    columns = list(asem.tree.labels)
    table = asem("08_agg_amean_0_100").table(columns, asem.units)
    found, chance = correlation(table), p_values(table)
    sheet, lineage = asem("10_corr_family"), asem("01_lineage")
    for (level, item, _), published in zip(sheet.rows, sheet.numbers("Correlation"), strict=True):
        ancestor = lineage.text(level)[lineage.key.index(item)]
        at = columns.index(item), columns.index(ancestor)
        assert np.isnan(published) == (chance[at] > 0.05)
        if not np.isnan(published):
            assert found[at] == pytest.approx(published, abs=1e-9)


def test_three_indices_beside_each_other(asem):
    treated = asem("05_treat_default").table(asem.items, asem.units)
    scores = {
        name: aggregate(
            fit(treated, direction=asem.direction).apply(treated), asem.tree, weights=weights_of(asem) | zero
        ).root
        for name, fit, zero in (
            ("Nominal", normalise.minmax, {}),
            ("Prank", normalise.percentile, {}),
            ("NoLPIFor", normalise.minmax, {"LPI": 0.0, "Forest": 0.0}),
        )
    }
    found, sheet = compare_many(scores), asem("12_compare_multi")
    assert [asem.units[int(row)] for row in found["unit"]] == sheet.key
    for name in scores:
        np.testing.assert_array_equal(found[name], sheet.numbers(name), err_msg=name)


def test_negative_weights_are_refused(asem):
    """The reference aggregates with the loadings of a component, 16 of 49 negative: more capacity, lower score."""
    weights = weights_of(asem, "07_weights_PCA_L1")
    assert min(weights.values()) < 0
    with pytest.raises(ModelError, match="not negative"):
        aggregate(asem("06_norm_minmax_1_100").table(asem.items, asem.units), asem.tree, weights=weights)


def test_most_informative_weights_are_no_worse(asem):
    pillars = [label for label in asem.nodes if asem.tree.depths[asem.tree.position(label)] == 2]
    table = asem("08_agg_a_amean").table(pillars, asem.units)
    theirs = effective_weights(asem.tree, asem.tree.weights(weights_of(asem, "07_weights_opt_infomax_L2")))
    index = table @ theirs[[asem.tree.position(pillar) for pillar in pillars]]
    reached = sum(np.corrcoef(column, index)[0, 1] ** 2 for column in table.T)
    assert -informative_weights(table).objective >= reached - 1e-9


@pytest.fixture
def panel(asem):
    """The screened panel as one table a year, with the keys of its rows."""
    sheet = asem("13_panel_Screened_global")
    years = {}
    for key, values in zip([tuple(row[:2]) for row in sheet.rows], sheet.table(asem.items), strict=True):
        years.setdefault(key[0], ([], []))
        years[key[0]][0].append(key)
        years[key[0]][1].append(values)
    return {year: (keys, np.array(values)) for year, (keys, values) in years.items()}


def in_order(asem, name, keys, columns):
    sheet = asem(name)
    at = {tuple(row[:2]): number for number, row in enumerate(sheet.rows)}
    return sheet.table(columns)[[at[key] for key in keys]]


def test_panel_screened_and_treated_by_year(asem, panel):
    for keys, values in panel.values():
        assert screen(values, minimum_available=0.9).kept.all()
        reference = in_order(asem, "13_panel_Treated_global", keys, asem.items)
        np.testing.assert_allclose(treat(values).values, reference, rtol=1e-9)


def test_panel_scored_year_by_year(asem, panel):
    """The same units on a scale of each year's own: their scores in two years cannot be compared."""
    for keys, values in panel.values():
        treated = treat(values).values
        scaled = normalise.minmax(treated, direction=asem.direction).apply(treated)
        found = aggregate(scaled, asem.tree, weights=weights_of(asem)).values
        reference = in_order(asem, "13_panel_Aggregated_perYear", keys, list(asem.tree.labels))
        np.testing.assert_allclose(found, reference, rtol=1e-9, atol=1e-9)


@pytest.mark.corpus
@pytest.mark.parametrize(("name", "rule"), [("amean", rules.arithmetic()), ("gmean", rules.geometric())])
def test_synthetic_index_from_raw_data(synthetic, name, rule):
    """The whole way: impute, treat, normalise, aggregate."""
    meta, data = synthetic("iMeta"), synthetic("iData")
    of = {row[1]: dict(zip(meta.head, row, strict=True)) for row in meta.rows}
    items = data.head[2:]
    parents = {code: row["Parent"] for code, row in of.items() if row["Parent"] not in {"", "NA"}}
    tree = Tree.build(items, parents)
    treated = treat(impute_mean(data.table(items)).values).values
    normaliser = normalise.minmax(treated, direction=[float(of[item]["Direction"]) for item in items], scale=(1, 100))
    weights = {code: float(row["Weight"]) for code, row in of.items() if row["Weight"] not in {"", "NA"}}
    found = aggregate(normaliser.apply(treated), tree, weights=weights, rules=rule)
    sheet = synthetic(f"ref_aggregated_{name}")
    np.testing.assert_allclose(
        found.values[:, len(items) :], sheet.table(list(tree.labels[len(items) :]), data.key), rtol=1e-9
    )
