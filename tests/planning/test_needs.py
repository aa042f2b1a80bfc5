"""Gaps and needs, against counts made by hand."""

import datetime

import pytest

from capbuild.errors import ModelError, PlanError
from capbuild.frameworks import load_bundled, load_catalogue
from capbuild.model import (
    Basis,
    Capacity,
    Country,
    Criterion,
    Finding,
    Framework,
    Gap,
    Method,
    NeedKind,
    Recipe,
    Round,
    Scale,
    SizeProfile,
    Source,
    TargetProfile,
    Verdict,
)
from capbuild.planning import gaps, needs, needs_matrix
from capbuild.planning.capacity_needs import NeedDecision, apply_decisions, gap_sizes, lacking_probability
from capbuild.planning.competences import CompetenceLevels, competence_gaps
from capbuild.scoring import assess

JM = Country(alpha_2="JM", alpha_3="JAM", name="Jamaica")
BB = Country(alpha_2="BB", alpha_3="BRB", name="Barbados")
TARGETS = TargetProfile(id="t", title="T", targets={"COO-1": 3, "TEC-2": 3})


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue("police_cyber/catalogue")


@pytest.fixture(scope="module")
def assessed():
    told = {
        JM: {"COO-1.2a": "yes", "COO-1.2b": "no", "COO-1.3a": "partly", "COO-1.3b": "yes", "COO-1.3c": "yes"},
        BB: {"COO-1.2a": "yes", "COO-1.2b": "yes", "COO-1.3b": "no"},
    }
    every = ("2a", "2b", "3a", "3b", "3c", "4a", "4b", "4c")
    for place in told:
        told[place] |= {f"TEC-2.{name}": "yes" for name in every if name != "4c"}
    told[BB]["TEC-2.3c"] = "no"
    findings = [
        Finding(country=place, target=name, value=Verdict(word), source=f"visit-{place.alpha_2}", basis=Basis.SEEN)
        for place, answers in told.items()
        for name, word in answers.items()
    ]
    round_ = Round(id="baseline", kind="baseline", title="Baseline", reference_date=datetime.date(2016, 3, 31))
    return assess(
        findings,
        load_bundled("police_cyber"),
        round=round_,
        sources=[Source(id=f"visit-{place.alpha_2}", kind="visit", title="Visit") for place in told],
        targets=TARGETS,
        sizes={JM: SizeProfile.STANDARD},
    )


def test_gaps_count_what_lacks_and_name_what_is_open(assessed):
    found = {(gap.country.alpha_2, gap.capacity): gap for gap in gaps(assessed)}
    assert set(found) == {("BB", "COO-1"), ("BB", "TEC-2"), ("JM", "COO-1")}
    jamaica = found["JM", "COO-1"]
    assert (jamaica.lacking, jamaica.open, jamaica.size) == (("COO-1.2b", "COO-1.3a"), (), 1.5)
    assert (jamaica.level, jamaica.target, jamaica.probability) == (1, 3, 1.0)
    barbados = found["BB", "COO-1"]
    assert (barbados.lacking, barbados.open) == (("COO-1.3b",), ("COO-1.3a", "COO-1.3c"))


def test_a_capacity_without_data_is_a_gap_of_open_criteria_only(assessed):
    silent = next(one for one in assessed["JM"].indicators if not one.lacking and one.level is None)
    (gap,) = gaps(assessed["JM"], {silent.capacity.id: 3})
    asked = tuple(one.id for one in silent.capacity.criteria if one.step <= 3)
    assert (gap.lacking, gap.open, gap.size, gap.level) == ((), asked, 0, None)


def test_gaps_agree_with_the_scores_for_their_own_targets(assessed):
    for gap in gaps(assessed):
        score = assessed[gap.country][gap.capacity]
        assert (gap.lacking, gap.open) == (score.lacking, score.open)


def test_other_targets_make_other_gaps(assessed):
    only = gaps(assessed["JM"], {"COO-1": 2})
    assert [(gap.capacity, gap.lacking, gap.target) for gap in only] == [("COO-1", ("COO-1.2b",), 2)]


def test_gaps_are_filtered_by_country_and_dimension(assessed):
    found = gaps(assessed)
    assert [(gap.country.alpha_2, gap.capacity) for gap in found.filter(country="Barbados")] == [
        ("BB", "TEC-2"),
        ("BB", "COO-1"),
    ]
    assert [(gap.country.alpha_2, gap.capacity) for gap in found.filter(dimension="COO")] == [
        ("BB", "COO-1"),
        ("JM", "COO-1"),
    ]
    (only,) = found.filter(country=JM, dimension="COO-1")
    assert only is found[-1]
    assert only in found
    assert len(found.filter(country=JM, dimension="TEC")) == 0
    with pytest.raises(KeyError, match="has no 'TECH'"):
        found.filter(dimension="TECH")


def test_gaps_know_the_framework_and_the_notice_of_their_needs(assessed):
    whole, partly = needs(assessed), needs(gaps(assessed))
    assert [(need.id, need.statement) for need in partly] == [(need.id, need.statement) for need in whole]
    assert repr(gaps(assessed)).startswith("3 gaps of 2 countries\n")


@pytest.mark.parametrize(("count", "probability", "each"), [(1, 0.3, 0.3), (2, 0.75, 0.5), (3, 0.875, 0.5)])
def test_open_criteria_share_the_doubt(count, probability, each):
    gap = Gap(country=JM, capacity="X", target=3, open=[f"x{n}" for n in range(count)], probability=probability)
    assert lacking_probability(gap, "x0") == pytest.approx(each)
    assert 1 - (1 - lacking_probability(gap, "x0")) ** count == pytest.approx(probability)


def test_what_is_open_counts_with_the_probability_that_it_lacks(assessed):
    """A capacity of all open criteria is short by those not met, on average: one less each probability, by hand."""
    found = {(gap.country.alpha_2, gap.capacity): gap for gap in gaps(assessed)}
    barbados, score = found["BB", "COO-1"], assessed["BB"]["COO-1"]
    met = {result.target: result.probability for result in score.results}
    assert dict(barbados.chances) == {name: 1 - met[name] for name in ("COO-1.3a", "COO-1.3c")}
    assert all(0 < chance < 1 and chance != 0.5 for chance in barbados.chances.values())
    assert gap_sizes(barbados) == {"COO-1.3b": 1.0, **barbados.chances}


def test_no_estimate_leaves_even_odds(assessed):
    bare = assess(
        [finding for one in assessed for result in one["COO-1"].results for finding in result.findings],
        assessed.framework,
        Recipe(trust={}),
        round=assessed.round,
        targets=TARGETS,
    )
    barbados = {(gap.country.alpha_2, gap.capacity): gap for gap in gaps(bare)}["BB", "COO-1"]
    assert not barbados.chances
    assert gap_sizes(barbados) == {"COO-1.3b": 1.0, "COO-1.3a": 0.5, "COO-1.3c": 0.5}


@pytest.mark.parametrize("chances", [{"y": 0.3}, {"x": 1.2}, {"x": float("nan")}])
def test_only_open_criteria_have_a_chance_to_lack(chances):
    with pytest.raises(ModelError, match=r"Gap\.chances"):
        Gap(country=JM, capacity="X", target=3, open=["x"], chances=chances)


def test_sizes_add_up_to_the_gap(assessed):
    jamaica = next(gap for gap in gaps(assessed) if gap.country == JM)
    assert gap_sizes(jamaica) == {"COO-1.2b": 0.75, "COO-1.3a": 0.75}


def test_needs_are_shared_and_cite_their_findings(assessed, catalogue):
    found = needs(assessed, catalogue=catalogue)
    contact = found["COO-1-cooperation"]
    assert contact.kind is NeedKind.COOPERATION
    assert [place.alpha_2 for place in contact.countries] == ["BB", "JM"]
    assert contact.criteria == ("COO-1.2b", "COO-1.3a", "COO-1.3b", "COO-1.3c")
    assert contact.sources == ("visit-BB", "visit-JM")
    assert contact.statement.get("es") == "Punto de contacto permanente (cooperación)"
    # Contact officers: 3 in a standard service, 2 in a small one, which stands in where the size is not known.
    assert contact.roles["R10"] == 5
    assert [place.alpha_2 for place in found["TEC-2-agreement"].countries] == ["BB"]
    assert dict(needs_matrix(found)["COO-1-cooperation"]) == {"BB": 3, "JM": 2}
    assert found.as_of == datetime.date(2016, 3, 31)


def test_survey_counts_come_before_usual_ones(assessed, catalogue):
    found = needs(assessed, catalogue=catalogue, headcount={"JM": {"R10": 9}})
    assert found["COO-1-cooperation"].roles["R10"] == 11


def test_needs_from_gaps_alone():
    gap = Gap(country=JM, capacity="X-1", level=1, target=3, lacking=["X-1.2a"], size=1, probability=1)
    found = needs([gap], kinds={"X-1": "law"})
    assert [(need.id, need.kind, need.urgency, str(need.statement)) for need in found] == [
        ("X-1-law", NeedKind.LAW, 3, "X-1 (law)")
    ]


def test_what_comes_first(assessed, catalogue):
    found = needs(assessed, {"OPS-3": 4}, catalogue=catalogue)
    # The dark-web course waits for the separate line and the rule.
    assert found["OPS-3-skill"].depends_on == ("OPS-3-equipment", "OPS-3-procedure")


def test_meetings_add_confirm_and_reprioritise(assessed, catalogue):
    found = needs(assessed, catalogue=catalogue)
    decided = apply_decisions(
        found,
        [
            NeedDecision(meeting="m1", action="confirm", need="COO-1-cooperation"),
            NeedDecision(meeting="m2", action="reprioritise", need="TEC-2-agreement", urgency=3, relevance=1),
            NeedDecision(meeting="m2", action="add", need="language", kind="skill", statement="Languages",
                         countries=["JM"], criteria=["COO-5.3c"], urgency=1),
        ],
    )  # fmt: skip
    assert decided["COO-1-cooperation"].sources[-1] == "m1"
    assert (decided["TEC-2-agreement"].urgency, decided["TEC-2-agreement"].relevance) == (3, 1)
    assert (decided["language"].sources, decided["language"].urgency) == (("m2",), 1)


def test_a_meeting_that_speaks_of_nothing_is_told_with_all_others(assessed):
    with pytest.raises(PlanError) as caught:
        apply_decisions(
            needs(assessed),
            [
                NeedDecision(meeting="m1", action="confirm", need="NO-1"),
                NeedDecision(meeting="m2", action="reprioritise", need="NO-2"),
            ],
        )
    assert caught.value.code == "CB811"
    assert "'NO-1'" in caught.value.message
    assert "'NO-2'" in caught.value.message


def test_people_of_whom_nothing_is_told_are_unknown_not_zero(catalogue):
    told = [CompetenceLevels(country="JM", role="R07", person="p1", levels={"C05": 2})]
    short = {gap.competence: gap for gap in competence_gaps(catalogue, told, {"JM": {"R07": 3}})}
    assert (short["C05"].people, short["C05"].levels, short["C05"].trainable, short["C05"].unknown) == (1, 2, 1, 2)
    assert (short["C04"].people, short["C04"].unknown) == (0, 3)


def test_a_node_above_others_has_a_gap_where_it_has_a_target_and_a_figure():
    leaves = [
        Capacity(id=name, title=name, method=Method(name="points"), criteria=[Criterion(id=f"{name}.1", text="x")])
        for name in ("P1", "P2", "P3", "P4")
    ]
    total = Capacity(id="T", title="Total", method=Method(name="mean"), children=leaves, target=60)
    framework = Framework(id="p", edition="1", title="P", scales=[Scale(id="s", kind="percent")], roots=[total])
    answers = {JM: ("yes", "no", "no", "no"), BB: ("yes", "yes", "yes", "no")}
    assessed = assess(
        [
            Finding(country=place, target=f"P{number}.1", value=value, source=place.alpha_2)
            for place, values in answers.items()
            for number, value in enumerate(values, start=1)
        ],
        framework,
        round=Round(id="r", kind="baseline", title="R", reference_date=datetime.date(2016, 3, 31)),
        sources=[Source(id=place.alpha_2, kind="visit", country=place, title="Visit") for place in answers],
    )
    # One of four is 25 of 100, 35 below the target; three of four are 75.
    (gap,) = gaps(assessed)
    assert (gap.country, gap.capacity, gap.value, gap.size, gap.probability) == (JM, "T", 25, 35, 1.0)
    (need,) = needs(assessed)
    assert (need.countries, need.capacities) == ((JM,), ("T",))
