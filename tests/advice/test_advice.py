"""Advice by rule: messages and figures of hand-made countries, and what holds of any country."""

import datetime
from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.advice import Certainty, Message, MessageKind, advise
from capbuild.advice.areas import lift_level
from capbuild.advice.messages import Reason
from capbuild.errors import ModelError
from capbuild.model import (
    Activity,
    Agreement,
    Catalogue,
    Dossier,
    Finding,
    FindingStatus,
    Limits,
    Money,
    Need,
    Needs,
    Network,
    Participation,
    Plan,
    PlannedActivity,
    Programme,
    Recommendation,
    Safeguard,
    UnusedReason,
    UnusedResponses,
    Verdict,
)
from capbuild.reports.advice_text import write_sentences
from tests.advice.judged import AREAS, DAY, FRAMEWORK, PLACES, STEPS, judge, make_framework

K = MessageKind
#: A: one step, then L3. B: three steps. C: at the target. E: open. R: at level 4.
BARBADOS = judge({"BB": "nyyn nnny yyyn .yyn yyyy"})
JULY = datetime.date(2016, 7, 4)


def session(name, activity, seats, cost, *, start=JULY, host=None):
    return PlannedActivity(
        id=name, activity=activity, start=start, end=start + datetime.timedelta(days=2), seats=seats, host=host,
        cost=Money(cost, "USD"),
    )  # fmt: skip


def plan(*sessions, cleared=()):
    return Plan(activities=sessions, limits=Limits(budget=Money(10_000, "USD"), cleared=cleared))


def activity(name, addresses, **more):
    return Activity(id=name, kind="course", title=name, addresses=addresses, **more)


CATALOGUE = Catalogue(
    id="c", title="C", activities=[activity("A1", ["A.2a"]), activity("A2", ["B.2b", "B.3a"]), activity("A3", ["R.2a"])]
)
PLAN = plan(
    session("S1", "A1", {"BB": 2, "JM": 4}, 1000),
    session("S2", "A2", {"BB": 1}, "250.5", host="JM", start=JULY + datetime.timedelta(days=60)),
    session("S3", "A3", {"BB": 3}, 90),
    session("S4", "A2", {"JM": 3}, 77),
)


def programme(**languages):
    parts = [Participation(country=PLACES[code], languages=words) for code, words in languages.items()]
    return Programme(id="p", title="P", participations=parts)


# What stands out


def test_the_lead_counts_targets_small_steps_and_the_widest_gap():
    lead = advise(BARBADOS, "BB").of(K.LEAD)[0]
    counted = {"areas": 5, "settled": 4, "reached": 2, "below": 2}
    assert dict(lead.counts) == counted | {"quick": 1, "steps": 1, "missing": 3, "alike": 1}
    assert (lead.capacity, lead.capacities) == ("B", ("A",))
    assert lead.criteria == ("A.2a", "B.2a", "B.2b", "B.3a")


def test_an_unvisited_country_with_open_areas_is_not_judged():
    told = judge({"BB": "nyyn nnny yyyn .yyn yyyy"}, visit=False)
    lead = advise(told, "BB").messages[0]
    assert lead.kind is K.UNSETTLED
    assert lead.counts["settled"] + lead.counts["open"] == lead.counts["areas"]


def test_fewer_than_half_settled_is_unsettled():
    lead = advise(judge({"BB": "nyyn .... .... .... ...."}), "BB").messages[0]
    counted = {"areas": 5, "settled": 1, "reached": 0, "below": 1, "open": 4}
    assert (lead.kind, dict(lead.counts)) == (K.UNSETTLED, counted)


# What holds the next level down, and what all steps move


def test_hold_names_the_steps_of_the_next_level():
    advice = advise(BARBADOS, "BB")
    first, deep = advice.find(K.HOLD, "A"), advice.find(K.HOLD, "B")
    assert (first.criteria, dict(first.levels)) == (("A.2a",), {"now": 1, "then": 3})
    assert (deep.criteria, dict(deep.levels)) == (("B.2a", "B.2b"), {"now": 1, "then": 2})


def test_moves_tells_levels_and_share_of_all_steps():
    moves = advise(BARBADOS, "BB").find(K.MOVES, "B")
    assert dict(moves.levels) == {"now": 1, "high": 1, "target": 3, "then": 4}
    assert dict(moves.counts) == {"steps": 3, "all": 4}


def test_an_open_area_is_a_range_and_never_an_action():
    advice = advise(BARBADOS, "BB")
    assert dict(advice.find(K.OPEN, "E").levels) == {"now": 1, "high": 3, "target": 3}
    assert {one.capacity for one in advice.actions} == {"A", "B"}


def test_quick_steps_come_first_then_the_deepest():
    advice = advise(judge({"BB": "nyyn nnny nyyy ypyn yyyn"}), "BB")
    assert [(one.capacity, one.reason, one.kind) for one in advice.actions] == [
        ("C", Reason.QUICK, K.FIRST), ("A", Reason.QUICK, K.FIRST), ("B", Reason.DEEPEST, K.FIRST),
        ("E", Reason.QUICK, K.THEN),
    ]  # fmt: skip


def test_relevance_of_needs_ranks_quick_steps():
    wanted = Need(id="N", kind="skill", statement="n", countries=["BB"], capacities=["A"], relevance=3)
    advice = advise(judge({"BB": "nyyn nnny nyyy ypyn yyyn"}), "BB", dossier=Dossier(needs=Needs(needs=[wanted])))
    assert [one.capacity for one in advice.actions][:2] == ["A", "C"]


@pytest.mark.parametrize(("cleared", "first"), [((), "R"), (("BB",), "A")])
def test_safeguards_come_before_intrusive_work(cleared, first):
    unsafe = judge({"BB": "nyyn nnny yyyn yyyn nnnn"})
    guarded = evolve(
        CATALOGUE, activities=[activity("A1", ["A.2a"], intrusive=True)], safeguard=Safeguard(capacity="R", level=2)
    )
    advice = advise(unsafe, "BB", dossier=Dossier(catalogue=guarded, plan=plan(cleared=cleared)))
    assert advice.actions[0].capacity == first
    assert (advice.actions[0].reason is Reason.RIGHTS) is (first == "R")
    assert len(advice.of(K.FIRST)) == 3


# Cost, host and date


def test_cost_is_the_share_of_seats_in_sessions_that_address_the_steps():
    advice = advise(BARBADOS, "BB", dossier=Dossier(plan=PLAN, catalogue=CATALOGUE))
    shared, own = advice.find(K.COST, "A"), advice.find(K.COST, "B")
    assert (shared.cost, shared.sessions, shared.counts["seats"]) == (Money("333.33", "USD"), ("S1",), 2)
    assert (own.cost, own.date, own.host.alpha_2) == (Money("250.5", "USD"), datetime.date(2016, 9, 4), "JM")
    assert shared.host is None


def test_seats_that_answer_no_missing_step_are_told_apart():
    advice = advise(BARBADOS, "BB", dossier=Dossier(plan=PLAN, catalogue=CATALOGUE))
    idle = advice.of(K.IDLE_SEATS)[0]
    assert (idle.sessions, idle.counts["seats"], idle.cost) == (("S3",), 3, Money(90, "USD"))


def test_a_step_outside_the_plan_has_a_proposed_date_and_no_price():
    only = Dossier(plan=plan(session("S1", "A1", {"BB": 2}, 10)), catalogue=CATALOGUE)
    own = advise(BARBADOS, "BB", dossier=only).find(K.OWN_STEP, "B")
    assert (own.cost, own.date, own.proposed) == (None, datetime.date(2016, 7, 3), True)
    assert advise(BARBADOS, "BB").find(K.OWN_STEP, "B").date is None


def test_no_costs_are_told_where_they_may_not_be_seen():
    advice = advise(BARBADOS, "BB", dossier=Dossier(plan=PLAN, catalogue=CATALOGUE), costs=False)
    assert [one.cost for one in advice if one.cost is not None] == []
    assert advice.find(K.COST, "A").counts["seats"] == 2


def test_sessions_that_are_over_do_not_count():
    past = plan(session("S1", "A1", {"BB": 2}, 10, start=DAY - datetime.timedelta(days=30)))
    advice = advise(BARBADOS, "BB", dossier=Dossier(plan=past, catalogue=CATALOGUE))
    assert advice.find(K.COST, "A") is None
    assert advice.find(K.OWN_STEP, "A").date is None


@given(
    seats=st.dictionaries(st.sampled_from([*PLACES]), st.integers(0, 9), min_size=1),
    cents=st.integers(0, 10**9),
)
def test_shares_sum_to_the_cost_but_for_half_a_cent_each(seats, cents):
    held = session("S", "A1", seats, Decimal(cents) / 100)
    shares = held.shares
    if not sum(seats.values()):
        assert shares == {}
        return
    half = Decimal("0.005")
    assert abs(sum((one.amount for one in shares.values()), Decimal(0)) - held.cost.amount) <= half * len(shares)
    for code, share in shares.items():
        assert abs(share.amount - held.cost.amount * seats[code] / sum(seats.values())) <= half
        assert share.amount == share.amount.quantize(Decimal("0.01"))


def test_seats_of_all_countries_cost_what_the_plan_costs():
    every = judge(dict.fromkeys(("BB", "JM"), "nnnn nnnn nnnn nnnn nnnn"))
    asks = [
        one.cost
        for code in ("BB", "JM")
        for one in advise(every, code, dossier=Dossier(plan=PLAN, catalogue=CATALOGUE)).of(K.ASK)
        if one.reason is Reason.SEATS
    ]
    assert sum(asks[1:], start=asks[0]) == PLAN.cost


# How sure


def test_seen_on_a_visit_is_firm():
    found = advise(BARBADOS, "BB").find(K.CERTAINTY, "A")
    assert (found.certainty, found.date, found.findings[0].target) == (Certainty.FIRM, DAY, "A.2a")


def test_a_single_return_is_one_source():
    told = judge({"BB": "nyyn nnny yyyn yyyn yyyy"}, visit=False)
    assert advise(told, "BB").find(K.CERTAINTY, "A").certainty is Certainty.ONE_SOURCE


def _other(value):
    return Finding(
        country=PLACES["BB"], target="A.2a", value=value, source="meeting-BB", as_of=DAY, status=FindingStatus.REPORTED
    )


def test_sources_that_differ_are_asked_first():
    told = judge({"BB": "nyyn nnny yyyn yyyn yyyy"}, visit=False, other=_other(Verdict.YES))
    found = advise(told, "BB").find(K.CERTAINTY, "A")
    assert found.certainty is Certainty.ASK
    assert {one.source for one in found.findings} == {"survey-BB", "meeting-BB"}


def test_sources_that_agree_are_reported():
    told = judge({"BB": "nyyn nnny yyyn yyyn yyyy"}, visit=False, other=_other(Verdict.NO))
    assert advise(told, "BB").find(K.CERTAINTY, "A").certainty is Certainty.REPORTED


def test_a_met_criterion_that_implies_a_missing_one_is_checked_first():
    found = advise(BARBADOS, "BB").find(K.CERTAINTY, "B")
    assert (found.certainty, found.criteria) == (Certainty.CHECK, ("B.2a", "C.3a"))


# Who could help


FOUR = judge({
    "BB": "nyyn nnny yyyn yyyn yyyy", "JM": "yyyy yyyy yyyy yyyy yyyy", "PA": "yyyy yyyn yyyn yyyn yyyn",
    "LC": "yyyy yyyn yyyn yyyn yyyn",
})  # fmt: skip


def test_partners_share_a_language_and_parties_to_an_agreement_come_first():
    spoken = programme(BB=["en"], JM=["en"], PA=["es"], LC=["en", "fr"])
    bond = Agreement(id="G", title="G", parties=[PLACES["BB"], PLACES["LC"]], in_force=DAY)
    alone = advise(FOUR, "BB", programme=spoken).find(K.HELP, "A")
    bound = advise(FOUR, "BB", programme=spoken, dossier=Dossier(network=Network(agreements=[bond]))).find(K.HELP, "A")
    assert [one.alpha_2 for one in alone.countries] == ["JM", "LC"]
    assert [one.alpha_2 for one in bound.countries] == ["LC", "JM"]
    assert (dict(alone.counts), alone.languages) == ({"JM": 4, "LC": 4}, ("en",))
    assert advise(FOUR, "BB", programme=programme(BB=["nl"])).of(K.HELP) == ()


def test_nobody_who_was_not_visited_is_an_example():
    told = judge({"BB": "nyyn nnny yyyn yyyn yyyn", "JM": "yyyy yyyy yyyy yyyy yyyy"}, visit=False)
    spoken = programme(BB=["en"], JM=["en"])
    assert advise(told, "BB", programme=spoken).of(K.HELP) == ()
    assert advise(told).of(K.PRACTICE) == ()


# A region


def test_the_region_counts_targets_that_are_one_step_away():
    region = advise(FOUR).messages[0]
    assert region.kind is K.REGION
    assert dict(region.counts) == {"countries": 1, "areas": 1, "all": 4, "shared": 0}
    assert "most countries share" not in write_sentences(advise(FOUR))[0]


def test_standing_counts_every_country_once():
    found = {one.capacity: dict(one.counts) for one in advise(FOUR).of(K.STANDING)}
    assert found["A"] == {"reached": 3, "near": 1, "below": 0, "open": 0}
    assert found["B"] == {"reached": 3, "near": 0, "below": 1, "open": 0}


def test_practice_is_one_a_capacity_two_a_country_by_name():
    found = [(one.country.alpha_2, one.capacity) for one in advise(FOUR).of(K.PRACTICE)]
    assert found == [("BB", "R"), ("JM", "A"), ("JM", "B")]


def test_a_shared_gap_names_its_commonest_step_and_who_has_seats():
    weak = judge(dict.fromkeys(("BB", "JM", "PA"), "nyyn yyyn yyyn yyyn yyyn"))
    needs = Needs(needs=[Need(id="N", kind="skill", statement="n", countries=["BB"], capacities=["A"], relevance=3)])
    region = advise(weak, dossier=Dossier(needs=needs, plan=PLAN, catalogue=CATALOGUE))
    (shared,) = region.of(K.SHARED)
    assert (shared.capacity, shared.criteria) == ("A", ("A.2a",))
    assert dict(shared.counts) == {"below": 3, "settled": 3, "step": 3, "booked": 2}
    assert advise(weak, dossier=Dossier(needs=needs), least=4).messages == ()


# What holds of any country


def _climb(letters):
    """The staircase, written again: a step is passed when all of its criteria are met."""
    level = 1
    for step in (2, 3, 4):
        inside = [letter for letter, one in zip(letters, STEPS.values(), strict=True) if one == step]
        if any(letter != "y" for letter in inside):
            break
        level = step
    return level


@settings(max_examples=40, deadline=None)
@given(
    letters=st.lists(st.lists(st.sampled_from("yyyn"), min_size=20, max_size=20), min_size=3, max_size=3),
    dear=st.sets(st.sampled_from(AREAS)),
)
def test_a_gap_of_two_thirds_of_the_countries_is_shared_and_relevance_ranks_it(letters, dear):
    assessed = judge({code: "".join(row) for code, row in zip(("BB", "JM", "PA"), letters, strict=True)})
    needs = [
        Need(id=f"N{one}", kind="skill", statement="n", countries=["BB", "JM", "PA"], capacities=[one], relevance=3)
        for one in dear
    ]
    below = {
        area: sum(_climb(row[4 * place : 4 * place + 4]) < 3 for row in letters) for place, area in enumerate(AREAS)
    }
    by_hand = sorted((area for area in AREAS if below[area] >= 2), key=lambda area: (area not in dear, -below[area]))
    shared = advise(assessed, dossier=Dossier(needs=Needs(needs=needs))).of(K.SHARED)
    assert [one.capacity for one in shared] == by_hand[:4]


@settings(max_examples=60, deadline=None)
@given(letters=st.lists(st.sampled_from("yyynp."), min_size=20, max_size=20), visit=st.booleans())
def test_messages_of_any_country(letters, visit):
    if set(letters) == {"."}:
        return
    assessed = judge({"BB": "".join(letters)}, visit=visit)
    if "BB" not in assessed:
        return
    advice = advise(assessed, "BB", dossier=Dossier(plan=PLAN, catalogue=CATALOGUE))
    by_area = {area: letters[4 * place : 4 * place + 4] for place, area in enumerate(AREAS)}
    known = {*FRAMEWORK.criteria, *(node.id for node in FRAMEWORK.walk()), *(one.id for one in PLAN.activities)}
    assert len({one.id for one in advice}) == len(advice)
    assert len(advice.of(K.FIRST)) <= 3
    assert len(advice.of(K.UNKNOWN)) <= 4
    for one in advice:
        assert one.evidence
        assert set(one.evidence) <= known
    for one in advice.actions:
        own = dict(zip((f"{one.capacity}.{name}" for name in STEPS), by_area[one.capacity], strict=True))
        # What nobody observed is never told as absent.
        assert {own[name] for name in one.criteria} <= {"n", "p"}
        moved = advice.find(K.MOVES, one.capacity)
        if moved is not None:
            shown = ["y" if name in one.criteria else letter for name, letter in own.items()]
            assert moved.levels["then"] == _climb(shown)
            assert moved.levels["now"] == _climb(["n" if letter == "." else letter for letter in own.values()])


def test_a_message_without_evidence_is_refused():
    with pytest.raises(ModelError, match="must name a criterion"):
        Message(id="m", kind=K.LEAD)


def test_sentences_in_every_language_hold_the_figures():
    advice = advise(BARBADOS, "BB", dossier=Dossier(plan=PLAN, catalogue=CATALOGUE), programme=programme(BB=["en"]))
    for language in ("en", "es", "fr", "nl", "pt"):
        told = advice.sentences(language)
        assert len(told) == len(advice)
        assert "{" not in "".join(told)
        assert all(figure in told[0] for figure in ("2", "5", "3"))
    assert str(advice).startswith("Barbados: target reached in 2 of 5 indicators. One small step would bring one more")


@settings(max_examples=40)
@given(
    st.text("ypn", min_size=20, max_size=20), st.sets(st.sampled_from(sorted(STEPS))), st.sampled_from([0, 1]),
    st.sampled_from(["", "top step"]),
)  # fmt: skip
def test_the_level_once_steps_are_met_is_that_of_a_country_that_meets_them(answers, met, first, partly):
    framework = make_framework(first, partly=partly)
    (before,) = judge({"BB": answers}, framework=framework)
    steps = [name for _ in AREAS for name in STEPS]
    lifted = "".join("y" if name in met else letter for letter, name in zip(answers, steps, strict=True))
    (after,) = judge({"BB": lifted}, framework=framework)
    for area in AREAS:
        expected = after.scores[area].plausible
        assert expected is not None
        assert lift_level(before.scores[area], {f"{area}.{name}" for name in met}) == expected.lowest


@settings(max_examples=40)
@given(st.text("ypn.", min_size=20, max_size=20))
def test_what_is_at_its_target_is_among_what_is_settled_where_that_is_said(answers):
    (one,) = judge({"BB": answers})
    lead = next((m for m in advise(one).messages if m.kind is MessageKind.UNSETTLED), None)
    if lead is not None:
        reached = [
            s for s in one.indicators if s.target_met is True and s.plausible is not None and s.plausible.settled
        ]
        assert lead.counts["reached"] == len(reached) <= lead.counts["settled"]


def test_owners_are_asked_for_steps_that_have_none():
    (one,) = judge({"BB": "nnnn yyyy yyyy yyyy yyyy"})
    rows = [
        Recommendation(id=f"BB-{name}", country=PLACES["BB"], target=f"A.{name}", text="Do it", owner=owner, due=due)
        for name, owner, due in (("2a", "unit", DAY), ("2b", "", DAY), ("3a", "unit", None))
    ]
    for recorded, asked in (((), ["A.2a", "A.2b", "A.3a"]), (rows, ["A.2b", "A.3a"])):
        found = advise(one, dossier=Dossier(recommendations=recorded)).messages
        (ask,) = (m for m in found if m.reason is Reason.OWNERS)
        assert (list(ask.criteria), ask.counts["steps"]) == (asked, len(asked))


@settings(max_examples=40)
@given(st.text("ypn..", min_size=20, max_size=20), st.sets(st.sampled_from([f"{a}.{s}" for a in AREAS for s in STEPS])))
def test_a_visit_is_offered_only_for_what_no_waiting_answer_may_settle(answers, waiting):
    """Answers that wait for a mapping are counted, and nobody travels for what they may settle."""
    assessed = judge({"BB": answers, "JM": answers}, visit=False)
    unmapped = UnusedResponses(
        file="b.csv",
        reason=UnusedReason.NOT_MAPPED,
        places=["Barbados"],
        waiting={f"q-{name}": name for name in waiting},
    )
    told = evolve(assessed, unused=[unmapped] if waiting else ())
    plain, found = advise(assessed, "BB"), advise(told, "BB")
    assert advise(told, "JM").messages == advise(assessed, "JM").messages

    def count(advice, reason, name):
        return next((m.counts[name] for m in advice.messages if m.reason is reason), 0)

    assert count(found, Reason.UNMAPPED, "answers") == len(waiting)
    left = [
        score
        for score in assessed["BB"].indicators
        if not score.settled
        and not {r.target for r in score.results if r.target in score.deciding or not score.deciding} <= waiting
    ]
    assert count(found, Reason.VISIT, "open") <= count(plain, Reason.VISIT, "open")
    assert count(found, Reason.VISIT, "open") <= len(left)
    if waiting and any(m.kind is K.UNSETTLED for m in found.messages):
        lead = next(m for m in found.messages if m.kind is K.UNSETTLED)
        assert (lead.counts["waiting"], lead.counts["open"]) == (len(waiting), count(found, Reason.VISIT, "open"))
        assert str(len(waiting)) in write_sentences(found, "fr")[0] or len(waiting) == 1
