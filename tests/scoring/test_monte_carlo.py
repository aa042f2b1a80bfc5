"""Intervals, shares of the variance and ranks: bounds known beforehand, invariances, and what must stay empty."""

import numpy as np
import pytest
from attrs import evolve

from capbuild.model import Method, Missing, Recipe, Verdict
from capbuild.scoring import assess, rank_countries, simulate_round
from capbuild.scoring.aggregation import round_figure, round_figures, rule_of
from capbuild.scoring.simulation import SimulationScenario
from capbuild.undefined import Undefined, UndefinedReason


@pytest.fixture(scope="module")
def simulated(make, round_):
    framework = make["points"](6)
    made = simulate_round(framework, SimulationScenario(countries=14, visited=6), seed=3)
    return framework, made, assess(made.findings, framework, round=round_, sources=made.sources)


def test_intervals_state_their_probability_and_shares_sum_to_one(simulated):
    for assessment in simulated[2]:
        total = assessment["total"]
        assert total.interval.nominal == pytest.approx(0.9, abs=0.02)
        assert sum(total.shares.values()) == pytest.approx(1)
        assert set(total.shares) <= {"weights", "missing", "disagreement"}
        assert 0 <= total.below_target <= 1
        for leaf in assessment.indicators:
            assert leaf.interval.nominal is None or leaf.interval.nominal >= 0.9


def test_visited_countries_are_surer(simulated):
    widths = {True: [], False: []}
    for assessment in simulated[2]:
        found = assessment["total"].interval
        widths[assessment.visited].append(found.upper - found.lower)
    assert np.mean(widths[True]) < np.mean(widths[False])


def test_the_seed_alone_decides(simulated, round_):
    framework, made, expected = simulated
    again = assess(reversed(made.findings), framework, round=round_, sources=reversed(made.sources))
    other = assess(made.findings, framework, Recipe(seed=1), round=round_, sources=made.sources)
    for assessment in expected:
        assert again[assessment.country]["total"].interval == assessment["total"].interval
        assert other[assessment.country]["total"].interval != assessment["total"].interval


def test_without_replications_an_interval_is_what_is_possible_and_has_no_level(simulated, round_):
    framework, made, _ = simulated
    found = assess(made.findings, framework, Recipe(replications=0), round=round_, sources=made.sources)
    assert {assessment["total"].interval.nominal for assessment in found} == {None}
    assert all(one["total"].interval.lower <= one["total"].value <= one["total"].interval.upper for one in found)


def test_a_figure_that_nothing_makes_unsure_has_no_interval(make, world, round_):
    framework = make["values"](4)
    findings, sources = world({n: {"survey": {f"D{k}": (n + k) % 6 for k in range(4)}} for n in range(3)})
    found = assess(findings, framework, round=round_, sources=sources)
    for assessment in found:
        assert assessment["total"].interval is None
        assert not assessment["total"].shares


def test_a_missing_part_is_a_range_of_assumptions_within_its_bounds(make, world, round_):
    framework = make["values"](4)
    findings, sources = world({0: {"survey": {"D0": 5, "D1": 5, "D2": 0, "D3": Missing.DONT_KNOW}}})
    total = assess(findings, framework, Recipe(weight_spread=0), round=round_, sources=sources)["XA"]["total"]
    # Weights 1, 2, 3, 1: with the missing part 0 it is 300/7, with it 100 it is 400/7.
    assert total.exact == pytest.approx(50)
    assert total.interval.nominal is None
    assert 300 / 7 <= total.interval.lower < 44 < 56 < total.interval.upper <= 400 / 7
    assert dict(total.shares) == {"missing": 1.0}
    assert total.below_target is None


def test_sources_that_differ_with_no_visit_are_a_range_of_assumptions(make, world, round_):
    framework = make["values"](2)
    findings, sources = world({0: {"survey": {"D0": 5, "D1": 2}, "desk": {"D0": 3, "D1": 2}}})
    found = assess(findings, framework, Recipe(weight_spread=0), round=round_, sources=sources)["XA"]
    assert (found["D0"].interval.lower, found["D0"].interval.upper) == (60, 100)
    assert found["D0"].interval.nominal is None
    assert found["D1"].interval is None
    assert dict(found["total"].shares) == {"disagreement": 1.0}


def test_a_named_alternative_method_varies(make, world, round_):
    framework = make["values"](2)
    findings, sources = world({0: {"survey": {"D0": 5, "D1": 1}}})
    recipe = Recipe(alternatives={"total": (Method(name="minimum"),)}, weight_spread=0)
    total = assess(findings, framework, recipe, round=round_, sources=sources)["XA"]["total"]
    # The mean is (1 x 100 + 2 x 20) / 3, the minimum 20.
    assert (total.interval.lower, total.interval.upper, total.interval.nominal) == (20, pytest.approx(140 / 3), None)
    assert dict(total.shares) == {"method": 1.0}


@pytest.mark.parametrize(("visited", "promised"), [(6, True), (1, False)])
def test_levels_given_as_a_whole_promise_a_probability_only_where_enough_was_compared(visited, promised, make, round_):
    made = simulate_round(make["values"](), SimulationScenario(countries=12, visited=visited), seed=2)
    found = assess(made.findings, make["values"](), round=round_, sources=made.sources)
    assert {a["total"].interval.nominal is not None for a in found} == {promised}


def test_ordinal_levels_given_as_a_whole_are_open_where_sources_differ_unseen(make, world, round_):
    framework = make["values"](1, scaled=False)
    findings, sources = world(
        {0: {"survey": {"D0": 4}, "desk": {"D0": 2}}, 1: {"survey": {"D0": 4}, "visit": {"D0": 2}}}
    )
    found = assess(findings, framework, round=round_, sources=sources)
    assert str(found["XA"]["D0"]) == "not verified, L2 to L4"
    assert (str(found["XB"]["D0"]), found["XB"]["D0"].results[0].conflict) == ("L2 Level 2", True)


@pytest.mark.parametrize("name", ["mean", "minimum", "geometric", "harmonic", "mazziotta-pareto"])
def test_every_method_is_one_rule_for_scores_and_simulations(name, make, world, round_):
    from capbuild.stats.aggregate import combine

    framework = make["values"](3)
    root = evolve(framework.roots[0], method=Method(name=name))
    findings, sources = world({0: {"survey": {"D0": 1, "D1": 3, "D2": 5}}})
    found = assess(findings, evolve(framework, roots=[root]), round=round_, sources=sources)["XA"]["total"]
    assert found.exact == pytest.approx(combine([[20, 60, 100]], rule_of(root.method), weights=[1, 2, 3])[0])


def test_rounding_many_is_rounding_one(make):
    from capbuild.model import RoundingMode, RoundingRule

    values = np.linspace(-3, 3, 241)
    for mode in RoundingMode:
        rule = RoundingRule(digits=1, mode=mode)
        assert round_figures(values, rule).tolist() == pytest.approx([round_figure(v, rule) for v in values])


# Ranks ---------------------------------------------------------------------------------------------------------


def test_a_list_of_visited_and_unvisited_says_so(simulated):
    found = simulated[2]
    everyone = rank_countries(found, "total")
    assert everyone.mixed
    assert "unvisited" in everyone.note
    assert str(everyone).startswith(everyone.note)
    seen, others = rank_countries(found, "total", visited=True), rank_countries(found, "total", visited=False)
    assert not seen.mixed
    assert not others.note
    assert len(seen) + len(others) == len(everyone) == 14
    for place in everyone:
        assert 1 <= place.best <= place.rank <= place.worst <= 14


def test_ranks_of_sure_figures_are_the_plain_ones(make, world, round_):
    framework = make["values"](1)
    findings, sources = world({n: {"survey": {"D0": value}} for n, value in enumerate((3, 5, 3, 1))})
    found = rank_countries(assess(findings, framework, round=round_, sources=sources), "total")
    assert [(p.country.alpha_2, p.best, p.worst) for p in found] == [
        ("XB", 1, 1),
        ("XA", 2, 2),
        ("XC", 2, 2),
        ("XD", 4, 4),
    ]


def test_ranks_of_levels_follow_what_is_likely(make, world, round_):
    framework = make["staircase"](1)
    names = list(framework.criteria)
    low = {name: Verdict.YES if name.startswith("S0.2") else Verdict.NO for name in names}
    table = {
        0: {"visit": dict.fromkeys(names, Verdict.YES)},
        1: {"visit": low},
        2: {"survey": dict.fromkeys(names, Verdict.YES)},
    }
    findings, sources = world(table, {("survey", name) for name in names})
    found = rank_countries(assess(findings, framework, round=round_, sources=sources), "S0")
    places = {place.country.alpha_2: (place.best, place.worst) for place in found}
    assert places["XA"] == (1, 1)
    assert places["XC"][0] == 1 < places["XC"][1]
    assert found.mixed


def test_ranks_with_missing_parts_hold_every_place_that_is_possible(make, world, round_):
    framework = make["values"](2)
    table = {0: {"survey": {"D0": 5, "D1": Missing.REFUSED}}, 1: {"survey": {"D0": 4, "D1": 4}}}
    findings, sources = world(table)
    found = rank_countries(assess(findings, framework, round=round_, sources=sources), "total")
    assert found.nominal is None
    assert {(place.best, place.worst) for place in found} == {(1, 2)}


def test_what_has_no_figure_is_not_ranked(make, world, round_):
    framework = make["staircase"](1)
    findings, sources = world({0: {"visit": {"S0.20": Verdict.YES}}})
    found = rank_countries(assess(findings, framework, round=round_, sources=sources), "all")
    assert isinstance(found, Undefined)
    assert found.reason is UndefinedReason.NOBODY_ANSWERED
