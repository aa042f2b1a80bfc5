"""One scale for all items, and normalisers that outlive the round they were fitted on."""

import numpy as np
import pytest
from attrs.exceptions import FrozenInstanceError
from capbuild_index import normalise
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from capbuild.errors import ModelError
from capbuild.undefined import UndefinedReason

NAN = np.nan
TABLES = arrays(np.float64, (6, 3), elements=st.integers(-40, 40).map(float) | st.just(NAN))
FITTED = {
    "minmax": normalise.minmax,
    "zscore": normalise.zscore,
    "rank": normalise.rank,
    "borda": normalise.borda,
    "percentile": normalise.percentile,
    "distance to maximum": normalise.distance_to_maximum,
    "distance to reference": lambda table, **options: normalise.distance_to_reference(table, 0, **options),
}


@pytest.mark.parametrize("fit", FITTED.values(), ids=FITTED)
@given(table=TABLES, order=st.permutations(range(6)), turn=st.lists(st.sampled_from([1, -1]), min_size=3, max_size=3))
def test_invariances(fit, table, order, turn):
    """Rows in another order, an item with its sign and its direction turned: the same figures."""
    out = fit(table, direction=[1, -1, 1]).apply(table)
    turned = fit(table * turn, direction=np.array([1, -1, 1]) * turn).apply(table * turn)
    np.testing.assert_allclose(turned, out, atol=1e-12)
    if fit is not FITTED["distance to reference"]:
        moved = fit(table[order], direction=[1, -1, 1]).apply(table[order])
        np.testing.assert_allclose(moved, out[order], atol=1e-12)


@pytest.mark.parametrize("fit", FITTED.values(), ids=FITTED)
@given(table=TABLES)
def test_more_is_better_and_missing_is_missing(fit, table):
    fitted = fit(table, direction=-1)
    out = fitted.apply(table)
    assert not np.isinf(out).any()
    for item in range(3):
        if item in fitted.undefined:
            assert np.isnan(out[:, item]).all()
            continue
        known = ~np.isnan(table[:, item])
        assert (np.isnan(out[:, item]) == ~known).all()
        order = np.argsort(-table[known, item], kind="stable")
        assert (np.diff(out[known, item][order]) >= -1e-12).all()


@given(table=TABLES)
def test_the_baselines_parameters_serve_a_later_round(table):
    """A unit that did not change keeps its figure, whatever joins or leaves."""
    for fit in FITTED.values():
        kept = fit(table)
        np.testing.assert_array_equal(kept.apply(table[:2]), kept.apply(table)[:2])


def test_goalposts_by_hand():
    posts = normalise.goalposts([0.0, 20.0], [5.0, 85.0], direction=[1, -1])
    np.testing.assert_allclose(posts.apply([[4.0, 33.0], [6.0, 10.0], [-1.0, NAN]]), [[80, 80], [100, 100], [0, NAN]])
    free = normalise.scaled([0.0], [5.0], scale=(1.0, 2.0))
    np.testing.assert_allclose(free.apply([[10.0]]), [[3.0]])


def test_a_later_unit_is_placed_among_the_baseline():
    kept = normalise.percentile([[10.0], [20.0], [30.0]])
    np.testing.assert_allclose(kept.apply([[5.0], [25.0], [99.0]]).ravel(), [0.0, 1.0, 1.0])
    assert normalise.rank([[10.0], [20.0], [20.0]], ties="average").apply([[20.0]])[0, 0] == 2.5
    assert normalise.rank([[10.0], [20.0], [20.0]], ties="max").apply([[20.0], [15.0]]).ravel().tolist() == [3.0, 2.0]


def test_a_constant_item_is_undefined_with_its_reason():
    """COINr gives NaN and a warning under min-max."""
    for fit in (normalise.minmax, normalise.zscore, normalise.distance_to_maximum):
        fitted = fit([[7.0, 1.0, NAN], [7.0, 2.0, NAN]])
        assert fitted.undefined[0].reason is UndefinedReason.CONSTANT
        assert fitted.undefined[2].reason is UndefinedReason.NOBODY_ANSWERED
        assert 1 not in fitted.undefined


def test_a_fraction_needs_a_positive_maximum():
    fitted = normalise.fraction_of_maximum([[-3.0, 2.0], [0.0, 8.0]])
    np.testing.assert_array_equal(fitted.apply([[-3.0, 2.0]]), [[NAN, 0.25]])
    assert fitted.undefined[0].reason is UndefinedReason.NOT_APPLICABLE


def test_a_target_no_better_than_the_worst_is_undefined():
    assert list(normalise.distance_to_target([[1.0], [2.0]], [1.0]).undefined) == [0]


def test_parameters_are_frozen():
    fitted = normalise.minmax([[1.0], [2.0]])
    with pytest.raises(FrozenInstanceError):
        fitted.low = 5.0
    with pytest.raises(ValueError, match="read-only"):
        fitted.origin[0] = 5.0


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: normalise.goalposts([5.0], [5.0]), "goalposts of item 0"),
        (lambda: normalise.minmax([[1.0]], direction=2), "direction"),
        (lambda: normalise.rank([[1.0]], ties="dense"), "ties"),
    ],
)
def test_what_does_not_fit_is_refused(call, said):
    with pytest.raises(ModelError, match=said):
        call()


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "fit"),
    [
        ("minmax_0_100", normalise.minmax),
        ("minmax_1_100", lambda t, **o: normalise.minmax(t, scale=(1, 100), **o)),
        ("zscore_0_1", normalise.zscore),
        ("zscore_10_2", lambda t, **o: normalise.zscore(t, mean_to=10, std_to=2, **o)),
        ("rank", normalise.rank),
        ("rank_ties_average", lambda t, **o: normalise.rank(t, ties="average", **o)),
        ("prank", normalise.percentile),
        ("borda", normalise.borda),
        ("dist2max", normalise.distance_to_maximum),
        ("dist2ref_unit1_cap", lambda t, **o: normalise.distance_to_reference(t, 0, cap=True, **o)),
        ("fracmax", lambda t, **_: normalise.fraction_of_maximum(t)),
        ("scaled_0_100", lambda _, **o: normalise.scaled(np.zeros(49), np.full(49, 100.0), **o)),
    ],
)
def test_asem_normalised(asem, name, fit):
    table = asem("05_treat_default").table(asem.items, asem.units)
    fitted = fit(table, direction=asem.direction)
    ours, reference = fitted.apply(table), asem(f"06_norm_{name}").table(asem.items, asem.units)
    right = np.ones(len(asem.items), dtype=bool)
    if name in {"fracmax", "scaled_0_100"}:
        # The reference multiplies "less is better" by -1 and goes on, so that x / max makes more CO2 score more, and
        # 0 to 100 becomes -100 to 0. Ours refuses the one and mirrors the other.
        right = asem.direction > 0
    if name.startswith("dist2ref"):
        # Where the reference unit is the worst there is no way to measure along: the reference divides by zero.
        right[list(fitted.undefined)] = False
        assert fitted.undefined
    np.testing.assert_allclose(ours[:, right], reference[:, right], rtol=1e-9, atol=1e-9)
    if name == "scaled_0_100":
        np.testing.assert_allclose(ours[:, ~right], reference[:, ~right] + 100, rtol=1e-9)


@pytest.mark.corpus
def test_asem_goalposts_and_targets(asem):
    table = asem("05_treat_default").table(asem.items, asem.units)
    sheet = asem("06_goalposts_targets")
    rows = [sheet.key.index(item) for item in asem.items]
    lower, upper, target = (sheet.numbers(name)[rows] for name in ("goalpost_lower", "goalpost_upper", "Target"))
    posts = normalise.goalposts(lower, upper, direction=asem.direction)
    np.testing.assert_allclose(posts.apply(table), asem("06_norm_goalposts").table(asem.items, asem.units), rtol=1e-9)
    to_target = normalise.distance_to_target(table, target, direction=asem.direction)
    np.testing.assert_allclose(
        to_target.apply(table), asem("06_norm_dist2targ").table(asem.items, asem.units), rtol=1e-9
    )


@pytest.mark.corpus
def test_asem_panel_on_one_scale(asem):
    """All years on one scale is: fit on all of them, apply to each."""
    treated, reference = asem("13_panel_Treated_global"), asem("13_panel_Normalised_global")
    rows = {(row[0], row[1]): number for number, row in enumerate(treated.rows)}
    order = [rows[row[0], row[1]] for row in reference.rows]
    table = treated.table(asem.items)[order]
    fitted = normalise.minmax(table, direction=asem.direction)
    np.testing.assert_allclose(fitted.apply(table), reference.table(asem.items), rtol=1e-9, atol=1e-9)
