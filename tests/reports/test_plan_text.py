"""What a plan says of itself in four languages: how good it is, why it stopped, and why needs were left out."""

import pytest

from capbuild.model import Expected, LeftOut, LeftOutReason, Limits, Money, Plan, StopReason
from capbuild.planning import ChangeKind
from capbuild.planning.replanning import Cause, ChangeReason, PlanChange
from capbuild.reports.i18n import get_translator
from capbuild.reports.languages import BUILT_IN_LANGUAGES
from capbuild.reports.plan_text import describe_change, describe_plan, explain_change, explain_left_out, explain_unmet

LIMITS = Limits(budget=Money(1000, "USD"))


def plan(**changes):
    reasons = {
        "N1": [LeftOut(reason="no rights decision"), LeftOut(reason="closes less", names=["A01", "A02"])],
        "N2": [LeftOut(reason="criterion not met", names=["INF-1.3a"])],
    }
    return Plan(limits=LIMITS, left_out={"N1": "kept", "N3": "as it was told"}, left_out_for=reasons, **changes)


def test_a_need_left_out_has_its_reasons_in_the_language_of_the_report():
    made = plan()
    assert explain_left_out(made, "N1", get_translator("en")) == (
        "no rights decision is on record, and the work is intrusive; "
        "A01 and A02 would close less for the money than what was chosen"
    )
    assert (
        explain_left_out(made, "N2", get_translator("es"))
        == "INF-1.3a no se cumple y ninguna actividad responde a ello"
    )
    assert (
        explain_left_out(made, "N2", get_translator("nl"))
        == "aan INF-1.3a is niet voldaan en geen activiteit pakt dit aan"
    )
    assert explain_left_out(made, "N3", get_translator("fr")) == "as it was told"
    assert explain_left_out(made, "N9", get_translator("fr")) == ""


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
def test_every_reason_has_words_of_its_own(language):
    t = get_translator(language)
    said = {
        explain_left_out(Plan(limits=LIMITS, left_out_for={"N": [LeftOut(reason=one, names=["A01"])]}), "N", t)
        for one in LeftOutReason
    }
    assert len(said) == len(LeftOutReason)
    assert (language == "en") == (str(LeftOut(reason="banned")) in said)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "to meet 13 of 1,250 criteria lacking, and to bring 3 of the 20 indicators"),
        ("en", "closes 48.8% of all gaps; no plan within the limits closes more than 50%."),
        (
            "fr",
            "comble 48,8\xa0% de toutes les lacunes\u202f; aucun plan dans les limites n’en comble plus de 50\xa0%.",
        ),
        ("es-MX", "cierra el 48.8% de todas las brechas; ningún plan dentro de los límites cierra más del 50%."),
        ("nl", "dicht het 48,8% van alle lacunes; geen plan binnen de grenzen dicht meer dan 50%."),
    ],
)
def test_value_bound_gap_and_why_it_stopped_are_told(language, told):
    t = get_translator(language)
    expected = Expected(criteria=12.6, lacking=1250, targets=3.2, below=20, total=200)
    said = describe_plan(plan(value=97.6, bound=100.0, expected=expected, stopped=StopReason.GAP), t)
    assert told in said
    ends = {describe_plan(plan(value=97.5, bound=100.0, stopped=one), t) for one in StopReason}
    assert len(ends) == len(StopReason)


def test_a_draft_says_that_it_has_no_bound():
    expected = Expected(criteria=1, lacking=4, targets=0, below=2, total=12)
    said = describe_plan(plan(value=3.0, expected=expected), get_translator("en"))
    assert said.endswith("closes 25% of all gaps. It is a draft made without a solver, and there is no bound.")


def test_a_plan_made_by_hand_expects_nothing():
    assert (
        describe_plan(plan(value=3.0), get_translator("en"))
        == "It is a draft made without a solver, and there is no bound."
    )


def test_a_wish_that_cannot_be_says_why_in_the_language_of_the_report():
    made = Plan(
        limits=LIMITS,
        unmet={"A09": "in English", "A06 JM": "in English", "A30": "as it was told"},
        unmet_for={"A09": LeftOut(reason="no room"), "A06 JM": LeftOut(reason="no rights decision")},
    )
    assert explain_unmet(made, "A09", get_translator("es")) == "ninguna sesión suya cabe en los límites"
    assert (
        explain_unmet(made, "A06 JM", get_translator("nl"))
        == "er is geen besluit over rechten vastgelegd en het werk is ingrijpend"
    )
    assert explain_unmet(made, "A30", get_translator("fr")) == "as it was told"
    assert explain_unmet(made, "A31", get_translator("fr")) == ""


def cause(reason):
    blocked = LeftOut(reason="banned") if reason is ChangeReason.BLOCKED else None
    return Cause(reason=reason, names=["JM", "PA"], value=1.25, left_out=blocked)


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
def test_every_change_and_its_cause_have_words_of_their_own(language):
    t = get_translator(language)
    changes = [PlanChange(kind="moved", activity="A01", cause=cause(one)) for one in ChangeReason]
    said = [explain_change(one, t) for one in changes]
    kinds = {describe_change(PlanChange(kind=one, activity="A01"), t) for one in ChangeKind}
    assert (len(set(said)), len(kinds)) == (len(ChangeReason), len(ChangeKind))
    english = {one.why for one in changes} | {one.value for one in ChangeKind}
    assert {*said, *kinds} & english == (kinds | set(said) & english if language == "en" else set())
    assert explain_change(PlanChange(kind="added", activity="A01"), t) == ""


def test_who_can_no_longer_take_part_and_what_would_be_lost_are_told_with_their_numbers():
    one = PlanChange(kind="dropped", activity="A01", cause=Cause(reason="countries", names=["JM"]))
    assert explain_change(one, get_translator("fr")) == "JM ne peut plus participer comme prévu"
    two = PlanChange(kind="added", activity="A01", cause=Cause(reason="marginal closure", value=0.025))
    assert (explain_change(two, get_translator("nl")), two.why) == (
        "zonder deze sessie zou het plan 2,5% minder van alle lacunes dichten",
        "without it the plan would close 2.50% of all gaps less",
    )
