"""Visits are remembered: a later round says when a country was visited, and never that it was not."""

import datetime

import pytest
from attrs import evolve

from capbuild.model import AssessmentSet, Dossier, SourceKind
from capbuild.reports import build
from capbuild.reports.i18n import get_translator
from capbuild.reports.tidy.tables import tidy_tables
from tests.reports.looking import Context

DAY = datetime.date(2015, 10, 1)


@pytest.fixture
def unvisited(endline: AssessmentSet) -> AssessmentSet:
    """The later round without its visits."""
    return evolve(
        endline,
        assessments=[
            evolve(one, sources=[s for s in one.sources if s.kind is not SourceKind.VISIT]) for one in endline
        ],
    )


@pytest.mark.parametrize("language", ["en", "es", "fr", "nl", "pt"])
def test_a_profile_says_when_the_country_was_visited(unvisited: AssessmentSet, context: Context, language: str) -> None:
    t = get_translator(language)
    never = build(unvisited["BB"], context(language=language))
    assert never.facts[-1].value == t("fact.not_visited")
    page = build(unvisited["BB"], context(language=language, dossier=Dossier(visits={"BB": DAY})))
    assert (page.facts[-1].value, page.facts[-1].unit) == (t.month(DAY), t("fact.visited.before"))


@pytest.mark.parametrize("language", ["en", "es", "fr", "nl", "pt"])
def test_a_region_counts_visits_of_all_rounds(
    unvisited: AssessmentSet, endline: AssessmentSet, context: Context, language: str
) -> None:
    t, codes = get_translator(language), [a.country.alpha_2 for a in endline]
    dossier = Dossier(visits=dict.fromkeys(codes[:3], DAY))
    page = build(unvisited, context(language=language, dossier=dossier))
    shown = {fact.label: (fact.value, fact.unit) for fact in page.facts}
    assert shown[t("fact.visits")] == ("3", t("fact.visits.now", count=0))
    assert t("limits.visited_before.strong", count=3) in str(page)
    assert t("limits.unvisited.strong", count=len(endline) - 3 + len(endline.silent)) in str(page)
    rows = {row["country"]: row for row in next(t for t in tidy_tables(unvisited, context(dossier=dossier))
                                               if t.name == "countries").records}  # fmt: skip
    assert {code: row["visited"] for code, row in rows.items() if row["answered"]} == {
        code: code in codes[:3] for code in codes
    }
    assert rows[codes[0]]["last_visit"] == DAY
