"""What a plan says of itself in four languages: how good it is, why it stopped, and why needs were left out."""

import pytest

from capbuild.model import LeftOut, LeftOutReason, Limits, Money, Plan, StopReason
from capbuild.reports.plan_words import how_good, why_left_out
from capbuild.reports.wording import LANGUAGES, wording

LIMITS = Limits(budget=Money(1000, "USD"))


def plan(**changes):
    reasons = {
        "N1": [LeftOut(reason="no rights decision"), LeftOut(reason="closes less", names=["A01", "A02"])],
        "N2": [LeftOut(reason="criterion not met", names=["INF-1.3a"])],
    }
    return Plan(limits=LIMITS, left_out={"N1": "kept", "N3": "as it was told"}, left_out_for=reasons, **changes)


def test_a_need_left_out_has_its_reasons_in_the_language_of_the_report():
    made = plan()
    assert why_left_out(made, "N1", wording("en")) == (
        "no rights decision is on record, and the work is intrusive; "
        "A01 and A02 would close less for the money than what was chosen"
    )
    assert why_left_out(made, "N2", wording("es")) == "INF-1.3a no se cumple y ninguna actividad responde a ello"
    assert why_left_out(made, "N2", wording("nl")) == "aan INF-1.3a is niet voldaan en geen activiteit pakt dit aan"
    assert why_left_out(made, "N3", wording("fr")) == "as it was told"
    assert why_left_out(made, "N9", wording("fr")) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_words_of_its_own(language):
    say = wording(language)
    said = {
        why_left_out(Plan(limits=LIMITS, left_out_for={"N": [LeftOut(reason=one, names=["A01"])]}), "N", say)
        for one in LeftOutReason
    }
    assert len(said) == len(LeftOutReason)
    assert (language == "en") == (str(LeftOut(reason="banned")) in said)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            "no plan within the limits closes more than 100: the gap is 2.5\u202f%.",
        ),
        ("fr", "comble 97,5 de la valeur des écarts"),
        ("es", "la diferencia es del 2,5\u202f%."),
        ("nl", "het verschil is 2,5\u202f%."),
    ],
)
def test_value_bound_gap_and_why_it_stopped_are_told(language, told):
    say = wording(language)
    said = how_good(plan(value=97.5, bound=100.0, stopped=StopReason.GAP), say)
    assert told in said
    ends = {how_good(plan(value=97.5, bound=100.0, stopped=one), say) for one in StopReason}
    assert len(ends) == len(StopReason)


def test_a_draft_says_that_it_has_no_bound():
    assert how_good(plan(value=3.0), wording("en")) == (
        "The plan closes 3 of what gaps are worth. It is a draft made without a solver, and there is no bound."
    )
