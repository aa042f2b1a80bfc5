"""The needs brief: what it asks for, and the few needs and activities that it shows."""

import pytest
from attrs import evolve

from capbuild.model import AssessmentSet, Dossier, Money
from capbuild.reports import Figure, build
from capbuild.reports.languages import BUILT_IN_LANGUAGES
from tests.reports.looking import Context, figure, words


def _seen_by_hand(endline: AssessmentSet, dossier: Dossier, largest: Figure) -> list[int]:
    """Countries of each need in which a finding of a visit that counts says no."""
    assert dossier.needs is not None
    needs = {need.capacities[0]: need for need in dossier.needs}
    counts = []
    for row in largest.rows:
        need = needs[row.cells[0].words.rsplit(" ", 1)[-1]]
        found = {
            one.country.alpha_2
            for one in endline
            for name in need.capacities
            for result in one.scores[name].results
            for finding in result.findings
            if finding is result.used_finding
            and result.target in (need.criteria or [result.target])
            and str(finding.value) in ("no", "partly")
            and one.source_by_id[finding.source].kind == "visit"
        }
        counts.append(len(found & {place.alpha_2 for place in need.countries}))
    return counts


def test_the_brief_asks_only_for_what_the_plan_gives_reason_to_ask(
    endline: AssessmentSet, context: Context, dossier: Dossier
) -> None:
    report = build(endline, context(dossier=dossier, kind="brief"))
    assert [s.id for s in report.sections] == ["largest", "plan", "needs"]
    assert not report.numbered
    asked, could = report.lists
    assert [item.title for item in asked.items] == [
        "Approve the plan of 8 sessions, CAD 280,000",
        "Decide on 1 need that has no activity",
        "Agree 4 visits",
    ]
    assert could.items[0].title == "2 participants have not answered yet"
    largest = [int(words(row)[2]) for row in figure(report, "largest").rows]
    assert largest == sorted(largest, reverse=True)
    seen = [int(words(row)[-2]) for row in figure(report, "largest").rows]
    visited = sum(assessment.visited for assessment in endline)
    assert [column.id for column in figure(report, "largest").columns][-2] == "seen"
    assert all(0 <= count <= min(visited, among) for count, among in zip(seen, largest, strict=True))
    assert seen == _seen_by_hand(endline, dossier, figure(report, "largest"))
    assert dossier.needs is not None
    assert largest[0] == max(len(need.countries) for need in dossier.needs)
    bare = build(endline, context(dossier=evolve(dossier, plan=None), kind="brief"))
    assert [item.title for item in bare.lists[0].items] == ["Agree 4 visits"]


def test_the_plan_of_a_brief_keeps_to_the_activities_that_reach_most_countries(
    endline: AssessmentSet, context: Context, dossier: Dossier
) -> None:
    assert dossier.plan is not None
    first = dossier.plan.activities[0]
    # Of twelve the first two reach one and two countries, the others three, a seat each: the two share a line.
    codes = [country.alpha_2 for country in endline.countries]
    made = [
        evolve(
            first, id=f"S{n:02}", activity=f"X{n:02}", cost=Money(10, "CAD"), seats=dict.fromkeys(codes[: min(n, 3)], 1)
        )
        for n in range(1, 13)
    ]
    plan = evolve(dossier.plan, activities=made)
    table = figure(build(endline, context(dossier=evolve(dossier, plan=plan), kind="brief")), "plan")
    rows = [words(row) for row in table.rows]
    assert [row[0] for row in rows[:-1]] == [f"X{n:02} X{n:02}" for n in range(3, 13)]
    assert (rows[-1][0], rows[-1][2:]) == ("2 more activities (2 sessions)", ["2", "3", "20"])
    assert table.total is not None
    assert words(table.total)[3:] == ["33", "120"]


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
def test_a_need_has_a_short_head_over_its_squares(
    language: str, endline: AssessmentSet, context: Context, dossier: Dossier
) -> None:
    headers = figure(build(endline, context(dossier=dossier, kind="brief", language=language)), "needs").columns[1:]
    known = {node.id: node for node in endline.framework.walk()}
    assert dossier.needs is not None
    needs = {need.id: need.capacities[0] for need in dossier.needs}
    for head in headers:
        node = known[needs[head.code]]
        assert node.short is not None
        assert head.title.startswith(node.short.get(language))
        assert len(node.short.get(language)) <= 24
