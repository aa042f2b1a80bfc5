"""Quantiles, weights of zero, missing weights, strata with one cluster and repeats: as R's survey has them."""

import math
import random
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import capbuild as cb
from capbuild.errors import ModelError
from capbuild.model import Answer, Missing, QuestionMapping, Response, Survey
from capbuild.tables import ResponseTable, SampleDesign, tally
from tests.tables.estimators import survey_estimate


def survey_of(rows):
    responses = [Response(id=str(n), answers=[Answer(*pair) for pair in row.items()]) for n, row in enumerate(rows)]
    return Survey(file="made", format="test", responses=responses)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4)), min_size=2, max_size=40),
    st.sampled_from([0.1, 0.25, 0.5, 0.75, 0.9]),
)
def test_a_weighted_quantile_is_that_of_repeated_rows(pairs, probability):
    found = survey_of([{"y": y, "w": w} for y, w in pairs]).tally("y", weight="w", quantiles=[probability])
    repeated = np.repeat([y for y, _ in pairs], [w for _, w in pairs])
    wanted = np.quantile(repeated, probability, method="averaged_inverted_cdf")
    assert found["y", probability].mean == pytest.approx(float(wanted))
    cell = found["y", probability]
    if cell.interval is not None:
        assert cell.interval.lower <= cell.mean <= cell.interval.upper


def test_the_interval_of_a_median_covers_it():
    """Of samples in strata and clusters, the interval of 90 % holds the median of the population nine times in ten."""
    rng = random.Random(5)
    population = [[rng.gauss(10 + 3 * (c % 4), 4) for _ in range(12)] for c in range(400)]
    true = float(np.median([y for cluster in population for y in cluster]))
    hits = 0
    for _ in range(200):
        drawn = rng.sample(range(400), 30)
        rows = [{"y": y, "c": f"c{c}"} for c in drawn for y in population[c]]
        interval = survey_of(rows).tally("y", cluster="c", quantiles=[0.5])["y", 0.5].interval
        hits += interval.lower <= true <= interval.upper
    assert 170 <= hits <= 194


def test_too_few_answers_make_no_mean_where_every_question_was_asked():
    """One of three answers is less than half; who does not know was asked."""
    rows = [{"a": 1, "b": Missing.DONT_KNOW, "c": Missing.DONT_KNOW}, {"a": 1, "b": 2, "c": Missing.DONT_KNOW}]
    (cell,) = tally(
        ResponseTable.from_responses(survey_of(rows).responses),
        [QuestionMapping(question=name, target="T") for name in "abc"],
        by=[],
        minimum_n=1,
    )
    assert (cell.n, cell.short, cell.mean) == (1, 1, 1.5)


def test_the_standard_error_of_a_median_of_normal_values_is_known():
    """It tends to the square root of pi / 2n."""
    rows = [{"y": NormalDist().inv_cdf((n + 0.5) / 1000)} for n in range(1000)]
    found = survey_of(rows).tally("y", quantiles=[0.5])["y", 0.5].estimate
    assert found.se == pytest.approx(math.sqrt(math.pi / 2000), rel=0.05)


def test_quantiles_by_domain_on_every_engine(engines):
    rng = random.Random(3)
    rows = [{"place": "ab"[n % 2], "y": rng.randrange(20), "w": rng.choice([0.5, 2.0])} for n in range(60)]
    given = [Response(id=str(n), answers=[Answer(*pair) for pair in row.items()]) for n, row in enumerate(rows)]
    table = ResponseTable.from_responses(given)
    mapped = [cb.model.QuestionMapping(question="y", target="y")]
    tallies = {
        name: tally(table.on(put(table.frame)), mapped, by=["place"], design=SampleDesign(weight="w"), quantiles=[0.5])
        for name, put in engines.items()
    }
    first = next(iter(tallies.values()))
    for name, found in tallies.items():
        for cell, wanted in zip(found, first, strict=True):
            assert cell.mean == pytest.approx(wanted.mean), name
            assert cell.interval.lower == pytest.approx(wanted.interval.lower), name
    assert {cell.label for cell in first} == {"", "median"}


def test_a_weight_of_zero_counts_in_the_design_and_in_no_figure():
    """As a respondent outside the domain: R's survey has the same degrees of freedom and error."""
    rng = random.Random(1)
    rows = [{"y": rng.randrange(9), "w": rng.choice([0, 1, 2]), "c": f"c{n // 3}"} for n in range(45)]
    found = survey_of(rows).tally("y", weight="w", cluster="c")
    cell = found["y"]
    wanted = survey_estimate(
        [row["y"] for row in rows], [row["w"] > 0 for row in rows],
        weights=[row["w"] for row in rows], clusters=[row["c"] for row in rows],
    )  # fmt: skip
    assert cell.n == sum(row["w"] > 0 for row in rows)
    assert (cell.mean, cell.estimate.se, cell.estimate.df) == pytest.approx((wanted.value, wanted.se, wanted.df))
    (issue,) = found.issues
    assert (issue.code, issue.severity) == ("CB223", "note")
    assert f"{sum(row['w'] == 0 for row in rows)} respondents" in issue.message


def test_a_respondent_without_a_weight_is_left_out_and_reported():
    rows = [{"y": n % 5, "w": 1 + n % 2} for n in range(20)]
    spoilt = [*rows, {"y": 1000, "w": cb.Missing.REFUSED}, {"y": 1000}]
    found = survey_of(spoilt).tally("y", weight="w")
    assert found["y"].estimate == survey_of(rows).tally("y", weight="w")["y"].estimate
    (issue,) = found.issues
    assert (issue.code, issue.severity) == ("CB223", "warning")
    assert "2 respondents" in issue.message
    assert issue.message in found._repr_mimebundle_()["text/plain"]


#: Stratum b has one cluster only.
LONELY = [{"y": float(y), "s": "aaaab"[n], "c": f"c{n}"} for n, y in enumerate([1, 4, 2, 6, 9])]


def test_a_stratum_with_one_cluster():
    survey = survey_of(LONELY)
    failed, sure, adjusted = (
        survey.tally("y", strata="s", cluster="c", lonely=way)["y"] for way in ("fail", "certainty", "adjust")
    )
    assert failed.interval is None
    assert failed.mean == sure.mean == adjusted.mean == pytest.approx(22 / 5)
    # By hand, R's svymean: residuals y - 4.4 over 5; stratum a: 4/3 * sum((r - mean(r))^2); b: 0, or its residual^2.
    residuals = [(y - 4.4) / 5 for y in (1, 4, 2, 6)]
    centre = sum(residuals) / 4
    inside = 4 / 3 * sum((r - centre) ** 2 for r in residuals)
    assert sure.estimate.se == pytest.approx(math.sqrt(inside))
    assert adjusted.estimate.se == pytest.approx(math.sqrt(inside + ((9 - 4.4) / 5) ** 2))
    assert sure.estimate.df == 3
    with pytest.raises(ModelError, match="did you mean 'certainty'"):
        survey.tally("y", strata="s", lonely="certanty")


def test_a_tally_of_repeats_says_what_it_averages():
    given = [[Answer("age", 10 * n + k, repeat=k) for k in range(1, n + 2)] for n in range(6)]
    rows = [Response(id=str(number), answers=answers) for number, answers in enumerate(given)]
    survey = Survey(file="made", format="test", responses=rows)
    found = survey.tally("age")
    means = [sum(10 * n + k for k in range(1, n + 2)) / (n + 1) for n in range(6)]
    assert found["age"].mean == pytest.approx(sum(means) / 6)
    (issue,) = found.issues
    assert issue.code == "CB224"
    assert "up to 6 times" in issue.message
