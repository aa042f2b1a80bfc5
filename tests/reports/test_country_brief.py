"""The country brief: one page with figures of the advice, in four languages, without what is withheld."""

import datetime

import pytest
from attrs import evolve

from capbuild.advice import MessageKind, advise
from capbuild.errors import WriteError
from capbuild.io import render
from capbuild.model import AssessmentSet, Audience, Consent, Dossier, Money, Programme
from capbuild.reports import Report, build
from capbuild.reports.cells import Lines, Track, Words
from tests.reports.conftest import COUNTRIES, SILENT, make_programme
from tests.reports.looking import Context, figure, section

DAY = datetime.date(2016, 5, 1)


def said(report: Report) -> str:
    """Everything that a page says, in one text."""
    cells = [cell.words for block in report.figures for row in block.rows for cell in row.cells]
    lists = [item.title for one in report.lists for item in one.items]
    facts = [f"{fact.label} {fact.value} {fact.unit}" for fact in report.facts]
    return "\n".join([report.title, report.subtitle, report.lead, *cells, *lists, *facts])


@pytest.fixture
def brief(baseline: AssessmentSet, dossier: Dossier, context: Context) -> Report:
    return build(baseline, context(kind="brief-country", country="Barbados", dossier=dossier))


def test_a_visited_country_gets_actions_and_an_unvisited_one_open_areas_first(
    brief: Report, baseline: AssessmentSet, dossier: Dossier, context: Context
) -> None:
    assert [one.id for one in brief.sections] == ["strip", "first", "then"]
    unseen = build(baseline, context(kind="brief-country", country="AG", dossier=dossier))
    assert [one.id for one in unseen.sections][:2] == ["strip", "look"]
    assert len(figure(unseen, "look").groups[0].rows) <= 5
    assert all(len(figure(one, "first").groups[0].rows) <= 3 for one in (brief, unseen))


def test_the_page_says_the_figures_of_the_advice(brief: Report, baseline: AssessmentSet, dossier: Dossier) -> None:
    advice = advise(baseline, "BB", dossier=dossier)
    lead = advice.messages[0]
    assert brief.facts[0].value == str(lead.counts["reached"])
    assert brief.facts[3].value == str(sum(one.counts["steps"] for one in advice.actions) + _open_steps(advice))
    rows = figure(brief, "first").groups[0].rows
    for one, row in zip(advice.of(MessageKind.FIRST), rows, strict=True):
        track = row.cells[1]
        assert isinstance(track, Track)
        assert (track.lowest, track.lifted, track.target) == (
            one.levels["now"], one.levels.get("then"), one.levels["target"],
        )  # fmt: skip


def _open_steps(advice) -> int:
    return sum(one.counts["steps"] for one in advice.of(MessageKind.OPEN))


def test_planned_money_is_the_share_of_the_seats(
    brief: Report, baseline: AssessmentSet, dossier: Dossier, context: Context
) -> None:
    assert dossier.plan is not None
    shares = [
        one.shares["BB"]
        for one in dossier.plan.activities
        if one.seats.get("BB") and one.end >= baseline.round.reference_date
    ]
    assert shares
    total = sum(shares[1:], start=shares[0])
    assert brief.facts[-1].value == f"{total.amount:,.2f}".removesuffix(".00")
    assert brief.facts[-1].unit == total.currency
    assert Money(0, total.currency) != total


@pytest.mark.parametrize("language", ["en", "es", "fr", "nl", "pt"])
@pytest.mark.parametrize("country", ["AG", "BB"])
def test_every_language_fills_every_slot(
    language: str, country: str, baseline: AssessmentSet, dossier: Dossier, context: Context
) -> None:
    report = build(baseline, context(kind="brief-country", country=country, language=language, dossier=dossier))
    assert "{" not in said(report)
    assert "[" not in said(report)


def test_every_action_names_its_criterion_or_contradiction(brief: Report, baseline: AssessmentSet) -> None:
    known = set(baseline.framework.criteria)
    for row in figure(brief, "first").groups[0].rows:
        sure = row.cells[3]
        assert isinstance(sure, Lines)
        assert any(name in sure.words for name in known)


def test_nobody_who_did_not_agree_is_named_to_a_country(
    baseline: AssessmentSet, dossier: Dossier, context: Context
) -> None:
    open_to = [Consent(country="JM", audience=Audience.REGIONAL, date=DAY)]
    programme = make_programme(consents=open_to)
    spoken = [evolve(one, languages=["en"]) for one in programme.participations]
    programme = evolve(programme, participations=spoken)
    for code in ("BB", "AG"):
        report = build(
            baseline,
            context(kind="brief-country", country=code, audience="country", programme=programme, dossier=dossier),
        )
        hidden = [place.name for name, place in COUNTRIES.items() if name not in (code, "JM")]
        assert [name for name in hidden if name in said(report)] == []
        assert report.tlp == "TLP:AMBER"


def test_it_needs_one_country_and_a_silent_one_has_its_page(
    baseline: AssessmentSet, dossier: Dossier, context: Context, programme: Programme
) -> None:
    with pytest.raises(WriteError, match="kind 'brief-country' needs one country"):
        build(baseline, context(kind="brief-country", dossier=dossier))
    silent = build(baseline, context(kind="brief-country", country=SILENT[0], dossier=dossier))
    assert section(silent, "silent").blocks
    with pytest.raises(WriteError, match="CB703"):
        render(baseline, "md", kind="brief-country", country="JM", audience="regional", programme=programme)


def test_lists_come_last_in_every_writer(
    brief: Report, baseline: AssessmentSet, dossier: Dossier, programme: Programme
) -> None:
    text = render(baseline, "md", kind="brief-country", country="BB", programme=programme, dossier=dossier)
    assert brief.lists_last
    assert text.index(brief.sections[-1].title) < text.index(brief.lists[0].title)
    page = render(baseline, "html", kind="brief-country", country="BB", programme=programme, dossier=dossier)
    assert page.index('id="BB-first"') < page.index(brief.lists[0].title)
    assert len(page) < 200_000


def test_a_framework_of_means_has_a_page_without_levels(means: AssessmentSet, context: Context) -> None:
    report = build(means, context(kind="brief-country", country="BB"))
    assert report.title == "Barbados"
    assert not [cell for one in report.figures for row in one.rows for cell in row.cells if isinstance(cell, Words)]
