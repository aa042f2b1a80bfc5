"""What is shown: all that hides no country. The attacks alone would pass if nothing were shown."""

from collections import Counter

import pytest
from attrs import evolve
from hypothesis import HealthCheck, example, settings
from hypothesis import given as drawn_from

from capbuild.disclosure import Publications, disclose
from capbuild.disclosure.control import _Control
from capbuild.disclosure.score_bins import compute_share
from capbuild.model import (
    TLP,
    AssessmentSet,
    Audience,
    Capacity,
    Consent,
    ContactPoint,
    DisclosurePolicy,
    Dossier,
    Finding,
    Framework,
    Level,
    NetworkGap,
    Participation,
    Programme,
    Scale,
    Source,
)
from capbuild.model.plan import LeftOut
from capbuild.plugins import RenderContext
from capbuild.scoring import assess
from tests.reports.test_attack import truth, world
from tests.reports.test_publications import edition
from tests.reports.worlds import CODES, COUNTRIES, DAY, INDICATORS, ROUNDS, World, given, worlds

_slow = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
#: Parts of a dossier that all participants see whole if every country has agreed.
WHOLE = ("needs", "plan", "change", "series", "visits", "deliveries", "external", "catalogue")


def values(subject: AssessmentSet) -> dict[tuple[str, str], tuple[object, ...]]:
    """Level and values of the criteria, by country and indicator."""
    return {
        (one.country.alpha_2, score.capacity.id): (
            score.level,
            *((r.target, None if r.used_finding is None else r.used_finding.value) for r in score.results),
        )
        for one in subject
        for score in one.indicators
    }


@_slow
@example(world(came={"S1": {"BB": (2, 1)}}))  # the minimum
@drawn_from(worlds(parts=False))
def test_where_all_agree_participants_see_what_the_team_sees(drawn: World) -> None:
    """All but sources, and records of fewer people than the minimum."""
    for subject, context in given(drawn.naming(frozenset(CODES))):
        shown, seen = disclose(subject, context)
        assert values(shown) == values(subject)
        assert not any(finding.origin or finding.evidence or finding.note for one in shown for finding in one.findings)
        assert {name for name in WHOLE if getattr(seen.dossier, name) != getattr(context.dossier, name)} == set()
        recorded = [r.indicators[0].actuals for r in context.dossier.results if r.kind.value != "output"]
        assert [r.indicators[0].actuals for r in seen.dossier.results if r.kind.value != "output"] == recorded
        people = Counter((one.delivery, one.sex.value) for one in seen.dossier.enrolments)
        expected: Counter[tuple[str, str]] = Counter()
        for name, came in drawn.came.items():
            men, women = (sum(pair[place] for pair in came.values()) for place in (0, 1))
            if min(men, women) >= drawn.least:
                expected |= Counter({(name, "male"): men, (name, "female"): women})
            elif men + women >= drawn.least:
                expected[name, "not stated"] = men + women
        assert people == expected


#: All but Haiti have agreed; seats of named countries, of Haiti alone, of both and of nobody.
ONE_HIDDEN = world(
    truth(),
    truth(),
    named=" ".join(code for code in CODES if code != "HT"),
    seats={"S1": {"BB", "BZ"}, "S2": {"HT"}, "S3": {"BB", "HT"}, "S4": set()},
    host=dict.fromkeys(("S1", "S2", "S3", "S4"), "BB"),
    language=dict.fromkeys(("S1", "S2", "S3", "S4"), "en"),
    came={"S2": {"HT": (4, 4)}},
)


def test_sessions_with_named_countries_or_none_are_shown() -> None:
    subject, context = next(given(ONE_HIDDEN))
    plan = disclose(subject, context)[1].dossier.plan
    assert [(one.id, dict(one.seats)) for one in plan.activities] == [
        ("S001", {"BB": 2, "BZ": 2}),
        ("S002", {"BB": 2}),
        ("S003", {}),
    ]
    log = disclose(subject, evolve(context, kind="redactions"))[1].disclosure.log
    left = {one.about: one.count for one in log if (one.section, one.what) == ("plan.title", "session")}
    assert left == {"S2": 1, "S3": 1}


def for_country(context: RenderContext, code: str) -> RenderContext:
    """The context of a country's own report, before which the same countries are named."""
    policy = context.programme.disclosure
    consents = [evolve(one, audience="country") for one in policy.consents if one.audience == "regional"]
    policy = evolve(policy, audiences={**policy.audiences, "country": "TLP:AMBER"}, consents=consents)
    return evolve(
        context,
        audience="country",
        kind="profile",
        country=code,
        programme=evolve(context.programme, disclosure=policy),
    )


def test_only_those_who_see_sources_see_the_ids_of_deliveries() -> None:
    """Without a session in the plan. An id can name a country."""
    _, (subject, context) = given(ONE_HIDDEN)
    told = evolve(context, dossier=Dossier(deliveries=context.dossier.deliveries))
    seen = {one.audience: disclose(subject, one)[1].dossier.deliveries for one in (told, for_country(told, "BB"))}
    assert {whom: [one.id for one in found] for whom, found in seen.items()} == {
        "regional": ["D001"],
        "country": ["S2"],
    }


def test_a_reason_that_names_a_hidden_country_is_left_out_with_its_values() -> None:
    subject, context = next(given(ONE_HIDDEN))
    why = {"N-A-1": "no room", "N-A-2": "Haiti has no trainer"}
    plan = evolve(context.dossier.plan, left_out=why, left_out_for={need: [LeftOut(reason="no room")] for need in why})
    _, seen = disclose(subject, for_country(evolve(context, dossier=evolve(context.dossier, plan=plan)), "BZ"))
    assert dict(seen.dossier.plan.left_out) == {"N-A-1": "no room"}
    assert {*seen.dossier.plan.left_out_for} == {"N-A-1"}
    named = evolve(for_country(evolve(context, dossier=evolve(context.dossier, plan=plan)), "BZ"), kind="redactions")
    log = disclose(subject, named)[1].disclosure.log
    assert {one.about for one in log if one.section == "activities.title" and one.why == "mention"} == {"N-A-2"}


def test_contact_points_are_for_those_who_see_sources_as_far_as_labels_allow() -> None:
    _, (subject, context) = given(ONE_HIDDEN)
    points = [
        ContactPoint(country=COUNTRIES[code], network=label.name, tlp=label)
        for code in ("BB", "HT")
        for label in (TLP.GREEN, TLP.RED)
    ]
    told = evolve(context, programme=evolve(context.programme, contacts=points))
    seen = {one.audience: disclose(subject, one)[1].programme.contacts for one in (told, for_country(told, "BB"))}
    assert {whom: [(one.country.alpha_2, one.network) for one in found] for whom, found in seen.items()} == {
        "regional": [],
        "country": [("BB", "GREEN")],
    }


def test_a_code_names_a_country_unless_the_whole_text_is_in_capitals() -> None:
    """In a title in capitals, every short word looks like a code."""
    groups = _Control.of(*next(given(ONE_HIDDEN))).groups
    assert (groups.mentions("A visit to HT"), groups.mentions("A VISIT TO HT")) == (True, False)


def test_a_result_is_withheld_with_a_row_that_it_adds_up() -> None:
    """All are on one level of A-1, whose row is withheld: the sum less the other rows would give it."""
    levels = {code: ("L1", "L2", "L3")[place % 3] for place, code in enumerate(CODES)}
    standings = {code: {"A-1": "L1", "A-2": level, "A-3": level} for code, level in levels.items()}
    subject, context = next(given(world(truth(standing=standings))))
    _, shown = disclose(subject, context)
    (result,) = (one for one in shown.dossier.results if one.id == "R-MET")
    assert {*shown.disclosure.others} >= {"A-2", "A-3"}
    assert "A-1" not in shown.disclosure.others
    assert not result.indicators[0].actuals


def test_results_count_the_unnamed_where_there_are_enough() -> None:
    """Each of eight countries has one indicator on each of three levels: it meets 0, 1 and 2 criteria."""
    for rounds in ((truth(),), (truth(), truth())):
        *_, (subject, context) = given(world(*rounds))
        results = {one.id: one.indicators[0].actuals for one in disclose(subject, context)[1].dossier.results}
        assert len(results["R-MET"]) >= len(rounds)
        assert {*results["R-MET"].values()} == {8 * 3}


@pytest.mark.parametrize(
    ("level", "least", "reasons"),
    [("L1", 3, {"alike"}), ("L3", 3, {"alike"}), (None, 20, {"few"})],
)
def test_the_log_says_why_a_result_is_withheld(level: str | None, least: int, reasons: set[str]) -> None:
    """A sum over countries that all meet nothing, or all meet everything, is that of each."""
    one = truth() if level is None else truth(standing=dict.fromkeys(CODES, dict.fromkeys(INDICATORS, level)))
    *_, (subject, context) = given(world(one, one, least=least))
    assert not any(result.indicators[0].actuals for result in disclose(subject, context)[1].dossier.results)
    log = disclose(subject, evolve(context, kind="redactions"))[1].disclosure.log
    told = {str(one.about): one.why for one in log if (one.section, one.what) == ("results.title", "figure")}
    assert told["Figure MET"] in reasons
    assert {*told.values()} == reasons


def test_the_register_keeps_the_part_of_each_country_in_a_result() -> None:
    """The parts add up to the figure; later editions are compared by them."""
    register = Publications()
    *_, (subject, context) = given(world(truth(), truth()))
    dossier = disclose(subject, evolve(context, publications=register))[1].dossier
    results = {one.id: one.indicators[0] for one in dossier.results}
    figures = [pair for one in register.every for pair in one.figures.items()]
    kept = {name: editions for name, editions in figures if name.startswith("result ")}
    shown = {f"result MET {key}": value for key, value in results["R-MET"].actuals.items()}
    assert kept.keys() == shown.keys()
    for name, (figure,) in kept.items():
        assert sum(float(words.split("|")[0]) * len(codes) for words, codes in figure.items()) == shown[name]
        assert sorted(code for codes in figure.values() for code in codes) == sorted(CODES)


def test_the_log_says_why_a_country_is_not_named() -> None:
    """Counted countries have not consented; two are too few to count."""
    for named, why in (("", "consent"), (" ".join(CODES[:6]), "too_few")):
        subject, context = next(given(world(truth(), named=named)))
        log = disclose(subject, evolve(context, kind="redactions"))[1].disclosure.log
        found = {one.country.alpha_2: one.why for one in log if one.section == "profiles" and one.country is not None}
        assert found == dict.fromkeys([code for code in CODES if code not in named.split()], why)


def test_examples_name_the_languages_that_both_countries_work_in() -> None:
    """Of those that are named and were visited at level 4. Antigua and Barbuda works in English and French."""
    framework = Framework(
        id="f",
        edition="1",
        title="F",
        scales=[Scale(id="s", levels=[Level(code=f"L{n}", order=n, label="Level") for n in range(1, 5)])],
        roots=[Capacity(id="A", title="A")],
    )
    languages = {"AG": ("en", "fr"), "BB": ("en",), "CO": ("es",), "CU": ("es", "fr"), "HT": ("fr",)}
    subject = assess(
        [Finding(country=COUNTRIES[code], target="A", value=4, source=code, as_of=DAY) for code in languages],
        framework,
        round=ROUNDS[0],
        countries=[COUNTRIES[code] for code in languages],
        sources=[Source(id=code, kind="visit", title="Visit", country=COUNTRIES[code]) for code in languages],
    )
    programme = Programme(
        id="p",
        title="P",
        participations=[Participation(country=COUNTRIES[code], languages=words) for code, words in languages.items()],
        disclosure=DisclosurePolicy(
            audiences={"regional": "TLP:GREEN"},
            consents=[Consent(country=code, audience="regional", date=DAY) for code in languages if code != "HT"],
        ),
    )
    told = RenderContext(audience="regional", kind="profile", country="AG", programme=programme)
    examples = disclose(subject, told)[1].disclosure.examples
    found = {one.country.alpha_2: one.languages for one in examples}
    assert found == {"AG": ("en", "fr"), "BB": ("en",), "CO": (), "CU": ("fr",)}


def test_sums_are_shown_until_a_row_is_withheld_that_an_earlier_edition_had() -> None:
    """Six of eight countries have answers to both criteria of three indicators; the others leave all open."""
    register, first = Publications(), edition()
    (one,) = first.rounds
    corrected = evolve(one, standing={**one.standing, "HT": {**one.standing["HT"], "A-2": "L3"}})
    sums = []
    for drawn in (first, evolve(first, rounds=(corrected,))):
        subject, context = next(given(drawn))
        sums.append(disclose(subject, evolve(context, publications=register))[1].disclosure.sums)
        register.settle(Audience.REGIONAL)
    assert [one.get("settled") for one in sums] == [6 * 3 * 2, None]


def test_gaps_of_a_network_are_shown_without_partners_that_are_hidden() -> None:
    """A gap that concerns hidden partners only is left out; one without partners is the country's own."""
    subject, context = next(given(ONE_HIDDEN))
    partners = {"no partner": "", "one named": "CO", "one hidden": "HT", "both": "CO HT"}
    gaps = [
        NetworkGap(
            country=COUNTRIES["BB"],
            kind="no agreement",
            network=name,
            partners=[COUNTRIES[code] for code in codes.split()],
        )
        for name, codes in partners.items()
    ]
    told = for_country(evolve(context, dossier=evolve(context.dossier, network_gaps=gaps)), "BB")
    found = disclose(subject, told)[1].dossier.network_gaps
    assert {one.network: [place.alpha_2 for place in one.partners] for one in found} == {
        "no partner": [],
        "one named": ["CO"],
        "both": ["CO"],
    }


def test_a_value_has_its_place_between_the_ends_of_its_scale() -> None:
    scale = Scale(id="s", kind="points", minimum=10, maximum=20)
    assert [compute_share(value, scale) for value in (5, 10, 11, 20, 25)] == [0, 0, 0.1, 1, 1]
