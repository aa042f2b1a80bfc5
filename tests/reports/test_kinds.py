"""What reports draw on the dossier: change, needs, plan, brief, programme report; each figure counted another way."""

import datetime
from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import pytest
from attrs import evolve

from capbuild.errors import WriteError
from capbuild.io import render
from capbuild.model import (
    TLP,
    Assessment,
    AssessmentSet,
    Audience,
    Budget,
    Consent,
    CriterionMove,
    DisclosurePolicy,
    Dissent,
    Dossier,
    Evidence,
    LeftOut,
    Money,
    Phase,
    Programme,
    Result,
    ResultIndicator,
)
from capbuild.plugins import Host, RenderContext
from capbuild.reports import (
    Bullets,
    Figure,
    Gauge,
    Paragraph,
    Report,
    ReportSection,
    Row,
    Spread,
    Square,
    Stretch,
    Tally,
    Track,
    Words,
    build,
)
from capbuild.reports.building import redactions
from capbuild.reports.kinds import KINDS
from capbuild.reports.wording import LANGUAGES
from capbuild.text import Text

Context = Callable[..., RenderContext]
DAY = datetime.date(2016, 12, 31)
PERIOD = (datetime.date(2017, 1, 1), datetime.date(2017, 9, 30))
HOST = Host(block=frozenset({"capbuild-broken"}))
WRITERS = sorted(name for name, writer in HOST.writers.items() if writer.reports)


def figure(report: Report, name: str) -> Figure:
    return next(figure for figure in report.figures if figure.id == name)


def section(report: Report, name: str) -> ReportSection:
    return next(section for section in report.sections if section.id == name)


def words(row: Row) -> list[str]:
    return [cell.words for cell in row.cells]


@pytest.fixture(scope="module")
def money(programme: Programme) -> Programme:
    """A programme with a results chain and a budget whose figures are easy to reckon with."""
    indicators = [
        ResultIndicator(
            id="I1", title="Services reached", baselines={"2015": 5}, actuals={"2016": 9, "2018": 11, "2016; BB": 1},
            targets={"2018": 12},
        ),
        ResultIndicator(id="I2", title="People trained", actuals={"2017-06": 102}, targets={"2017-06": 202}),
        ResultIndicator(
            id="I3", title="Days to answer", ascending=False, baselines={"2015": 40}, actuals={"2017-06": 8},
            targets={"2018": 10},
        ),
    ]  # fmt: skip
    return evolve(
        programme,
        phases=[Phase(id="all", title="All", start=datetime.date(2016, 1, 1), end=datetime.date(2017, 12, 31))],
        results=[Result(id="R", kind="output", title="People are trained", indicators=indicators)],
        budgets=[
            Budget(id="B1", title="Courses", amount=Money(1000, "CAD"), spent=Money(900, "CAD"),
                   committed=Money(1100, "CAD"), year=2017),
            Budget(id="B2", title="Equipment", amount=Money(2000, "CAD"), spent=Money(1000, "CAD"),
                   rate_date=datetime.date(2017, 3, 31)),
        ],
    )  # fmt: skip


def test_changes_are_counted_by_move_and_country(endline: AssessmentSet, context: Context, dossier: Dossier) -> None:
    report = build(endline, context(dossier=dossier))
    assert dossier.change is not None
    counts = Counter((c.country.name, c.move) for c in dossier.change.criteria)
    shown = {row.cells[0].words: row.cells[1:4] for row in figure(report, "change").rows}
    for name in ("Barbados", "Cuba", "Jamaica"):
        gained, lost, seen = (cell.words for cell in shown[name])
        assert (int(gained), int(lost), int(seen)) == (
            counts[name, CriterionMove.GAINED],
            counts[name, CriterionMove.LOST],
            counts[name, CriterionMove.NEWLY_OBSERVED],
        )
    # A mark stands for as many criteria as the caption says, and none is drawn for none.
    per = next(int(word) for word in figure(report, "change").caption.split() if word.isdigit() and int(word) < 10)
    for cells in shown.values():
        for cell in cells:
            assert (cell.marks if isinstance(cell, Tally) else 0) == -(-int(cell.words) // per)


def test_a_level_of_the_earlier_round_is_a_hollow_mark(
    baseline: AssessmentSet, endline: AssessmentSet, context: Context, dossier: Dossier
) -> None:
    page = build(endline["BB"], context(dossier=dossier))
    tracks = [row.cells[1] for row in figure(page, "levels").rows]
    for track, now in zip(tracks, endline["BB"].indicators, strict=True):
        before = baseline["BB"][now.capacity.id].plausible
        assert isinstance(track, Track)
        assert before is not None
        assert now.plausible is not None
        moved = before.settled and not (now.plausible.settled and now.plausible.lowest == before.lowest)
        assert track.earlier == (before.lowest if moved else None)
    assert not any(t.earlier for t in (row.cells[1] for row in figure(build(endline["BB"], context()), "levels").rows))


def test_the_squares_are_what_each_country_lacks(endline: AssessmentSet, context: Context, dossier: Dossier) -> None:
    matrix = figure(build(endline, context(dossier=dossier)), "needs")
    for place, column in enumerate(matrix.columns[1:], start=1):
        node = column.id.removeprefix("N-")
        having = 0
        for row in matrix.rows:
            square = row.cells[place]
            assert isinstance(square, Square)
            head = row.cells[0]
            assert isinstance(head, Words)
            score = endline[head.link.removeprefix("#")][node]
            lacking = len(score.lacking)
            assert square.size == (0 if not lacking else 1 if lacking == 1 else 2 if lacking < 4 else 3)
            assert square.open is (not lacking and bool(score.open))
            having += lacking > 0
        assert matrix.total is not None
        assert matrix.total.cells[place].words == str(having)


def test_the_calendar_adds_up(endline: AssessmentSet, context: Context, dossier: Dossier) -> None:
    plan = figure(build(endline, context(dossier=dossier)), "plan")
    assert dossier.plan is not None
    sessions = dossier.plan.activities
    rows = [words(row) for row in plan.rows]
    assert [row[3] for row in rows] == [str(sum(s.seats.values())) for s in sessions]
    assert plan.total is not None
    assert words(plan.total)[3:] == [str(sum(sum(s.seats.values()) for s in sessions)), "280,000"]
    first = next(iter(plan.rows)).cells[1]
    assert isinstance(first, Stretch)
    # From January 2017; the third session runs from 6 May to 9 August: months 4 to 7.
    third = [row.cells[1] for row in plan.rows][2]
    assert isinstance(third, Stretch)
    assert (first.bars, third.bars, third.total) == (((0, 1),), ((4, 4),), 18)
    assert (plan.columns[1].ticks[0], plan.columns[1].ticks[3], plan.columns[1].ticks[12]) == (
        "Jan 2017",
        "Apr",
        "Jan 2018",
    )


def test_wishes_and_safeguards_set_aside_are_told_to_the_team_alone(
    endline: AssessmentSet, context: Context, dossier: Dossier
) -> None:
    assert dossier.plan is not None
    plan = evolve(
        dossier.plan,
        unmet={"A24 JM": "English", "A99": "English"},
        unmet_for={"A24 JM": LeftOut(reason="no rights decision"), "A99": LeftOut(reason="no room")},
        overrides={"A09 CO": "a judge signs every order"},
    )
    told = context(dossier=evolve(dossier, plan=plan), language="es")
    blocks = section(build(endline, told), "plan").blocks
    points = {p.strong: p.text for block in blocks if isinstance(block, Bullets) for p in block.points}
    assert points["A24 Unit mentoring (Jamaica):"] == "no consta una decisión sobre derechos y el trabajo es intrusivo"
    assert points["A99:"] == "ninguna sesión suya cabe en los límites"
    assert points["A09 Mobile-device examination (Colombia):"] == "a judge signs every order"
    assert {b.strong for b in blocks if isinstance(b, Paragraph)} >= {
        "2 peticiones que los límites no permiten",
        "1 salvaguardia dejada de lado",
    }
    others = build(endline, evolve(told, audience="regional"))
    assert not any(isinstance(block, Bullets) for block in section(others, "plan").blocks)


def test_many_sessions_share_a_line_an_activity(endline: AssessmentSet, context: Context, dossier: Dossier) -> None:
    assert dossier.plan is not None
    many = [evolve(s, id=f"{s.id}-{n}") for s in dossier.plan.activities for n in range(5)]
    report = build(endline, context(dossier=evolve(dossier, plan=evolve(dossier.plan, activities=many))))
    rows = [words(row) for row in figure(report, "plan").rows]
    assert [row[0].split()[0] for row in rows] == ["A01", "A09", "A24", "A29"]
    assert all(row[1].endswith("10 sessions") for row in rows)
    assert sum(int(row[3]) for row in rows) == 5 * 116


def test_a_country_is_told_its_own_seats_and_nobody_else(
    endline: AssessmentSet, context: Context, dossier: Dossier
) -> None:
    page = build(endline["BB"], context(dossier=dossier, audience="country"))
    assert dossier.plan is not None
    seats = [s.seats["BB"] for s in dossier.plan.activities if "BB" in s.seats]
    assert [words(row)[-1] for row in figure(page, "activities").rows] == [str(n) for n in seats]
    others = build(endline, context(dossier=dossier, audience="regional"))
    assert not any(s.id == "activities" for profile in others.profiles for s in profile.sections)


def test_corrections_stand_in_the_country_s_own_words(endline: AssessmentSet, context: Context) -> None:
    dissent = Dissent(
        target="MAN-1.2a", statement=Text("La ley existe desde 2011.", "es"), by="ministry", answer="Noted"
    )
    told = evolve(endline["BB"], dissents=[dissent])
    page = build(told, context(audience="country", language="fr"))
    (row,) = figure(page, "view").rows
    said = row.cells[1]
    assert isinstance(said, Words)
    assert (said.text, said.language, said.after) == ("“La ley existe desde 2011.”", "es", "(es)")
    consent = Consent(country="BB", audience=Audience.REGIONAL, date=DAY)
    assert consent in context().programme.disclosure.consents
    public = build(told, context(audience="regional"))
    assert "ministry" not in str(public)
    assert section(public, "view").lead.endswith("1 correction by the country is on record.")


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
        counts.append(len(found & set(need.countries)))
    return counts


def test_the_brief_asks_only_for_what_the_plan_gives_reason_to_ask(
    endline: AssessmentSet, context: Context, dossier: Dossier
) -> None:
    report = build(endline, context(dossier=dossier, kind="brief"))
    assert [s.id for s in report.sections] == ["largest", "plan", "needs"]
    assert not report.numbered
    asked, could = report.lists
    assert [item.title for item in asked.items] == [
        "Approve the plan: 8 sessions, CAD 280,000",
        "Decide on 1 need that has no activity",
        "Agree 4 more visits",
    ]
    assert could.items[0].title == "2 participants have not answered"
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
    assert [item.title for item in bare.lists[0].items] == ["Agree 4 more visits"]


def test_a_session_that_waits_says_what_must_be_confirmed_first(
    endline: AssessmentSet, context: Context, dossier: Dossier
) -> None:
    assert dossier.plan is not None
    first, *others = dossier.plan.activities
    code, *_ = first.seats
    plan = evolve(dossier.plan, activities=[evolve(first, conditions=[f"MAN-1.2a {code}", "MAN-1 ZZ"]), *others])
    told = context(dossier=evolve(dossier, plan=plan))
    table = figure(build(endline, told), "plan")
    place = [column.id for column in table.columns].index("waiting")
    assert [words(row)[place] for row in table.rows] == ["2", *["–"] * len(others)]
    profile = figure(build(endline[code], told), "activities")
    assert words(next(iter(profile.rows)))[-1] == "MAN-1.2a"
    # How many wait is told to nobody from whom a country is hidden.
    hidden = figure(build(endline, evolve(told, audience="regional")), "plan")
    assert "waiting" not in [column.id for column in hidden.columns]


def test_who_answered_is_told_in_the_language_of_the_report(endline: AssessmentSet, context: Context) -> None:
    page = endline["BB"]
    told = {"police": "policía", "Prosecution": "fiscalía", "coast guard": "coast guard"}
    for name, word in told.items():
        sources = [evolve(source, respondent=name) for source in page.sources]
        shown = build(evolve(page, sources=sources), context(audience="country", language="es"))
        heads = [column.title for one in shown.figures for column in one.columns if column.id.startswith("source-")]
        assert heads
        assert all(head.endswith(f", {word}") for head in heads)


def test_the_programmes_own_mark_stands_beside_the_label(endline: AssessmentSet, context: Context) -> None:
    programme = context().programme
    label = programme.disclosure.audiences["country"]
    policy = evolve(programme.disclosure, markings={"Limited": label, "Unmarked": TLP.CLEAR})
    page = build(endline["BB"], context(programme=evolve(programme, disclosure=policy), audience="country"))
    assert page.audience_label.endswith(" · Limited")


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_need_has_a_short_head_over_its_squares(
    language: str, endline: AssessmentSet, context: Context, dossier: Dossier
) -> None:
    heads = figure(build(endline, context(dossier=dossier, kind="brief", language=language)), "needs").columns[1:]
    known = {node.id: node for node in endline.framework.walk()}
    assert dossier.needs is not None
    needs = {need.id: need.capacities[0] for need in dossier.needs}
    for head in heads:
        node = known[needs[head.code]]
        assert node.short is not None
        assert head.title.startswith(node.short.get(language))
        assert len(node.short.get(language)) <= 24


def test_results_stand_where_they_stood_at_the_end_of_the_period(
    endline: AssessmentSet, context: Context, money: Programme
) -> None:
    report = build(endline, context(programme=money, kind="donor", audience="donor", period=PERIOD))
    shown = [words(row) for row in figure(report, "results").rows]
    # The actual of 2018 lies beyond the period, and that of one country is never taken for the whole.
    assert shown[0][2:] == ["5", "9", "12", "3 to go"]
    assert shown[1][2:] == ["–", "102", "202", "100 to go, late"]
    assert shown[2][2:] == ["40", "8", "10", "reached"]
    spread = next(iter(figure(report, "results").rows)).cells[1]
    assert isinstance(spread, Spread)
    assert spread.baseline is not None
    assert spread.value is not None
    assert spread.target is not None
    assert spread.baseline < spread.value < spread.target < 1


def test_sums_counted_after_the_period_are_not_shown_in_it(
    endline: AssessmentSet, context: Context, money: Programme
) -> None:
    early, late = money.budgets
    lines = [
        evolve(early, as_of=datetime.date(2017, 6, 30)),
        evolve(late, as_of=datetime.date(2017, 10, 1)),
    ]
    report = build(
        endline, context(programme=evolve(money, budgets=lines), kind="donor", audience="donor", period=PERIOD)
    )
    table = figure(report, "money-cad")
    courses, equipment = (words(row) for row in table.rows)
    # 181 of 365 days had gone when the 900 of 1,000 were counted: 495.89 would be even, and 900 is 81 % more.
    assert courses[2:] == ["1,000", "900", "200", "−100", "+81\u202f%"]
    assert equipment[2:] == ["2,000", "–", "–", "–", "–"]
    assert table.total is not None
    assert words(table.total)[2:] == ["3,000", "–", "–", "–", "–"]
    assert [fact.label for fact in report.facts] == ["Budget, CAD"]
    assert "1 October 2017 only, after this period" in table.caption
    assert "1 budget line" in report.lead
    whole = figure(build(endline, context(programme=money, kind="donor", audience="donor", period=PERIOD)), "money-cad")
    assert whole.total is not None
    # 1,900 spent, where 747.95 and 1,748.29 would be even.
    assert words(whole.total)[2:] == ["3,000", "1,900", "200", "900", "−24\u202f%"]


def test_money_is_held_against_an_even_spread(endline: AssessmentSet, context: Context, money: Programme) -> None:
    report = build(endline, context(programme=money, kind="donor", audience="donor", period=PERIOD))
    table = figure(report, "money-cad")
    courses, equipment = (words(row) for row in table.rows)
    # All that was promised is 1,100, of which 900 is paid.
    # 273 of 365 days of 2017: 747.95 of 1,000; 900 is 20 % more, and 100 more than the budget is paid or promised.
    assert courses[2:] == ["1,000", "900", "200", "−100", "+20\u202f%"]
    # 639 of 731 days of the programme: 1,748.29 of 2,000; 1,000 is 43 % less.
    assert equipment[2:] == ["2,000", "1,000", "0", "1,000", "−43\u202f%"]
    assert Decimal(639) / 731 * 2000 == pytest.approx(Decimal("1748.29"), abs=Decimal("0.01"))
    gauge = next(iter(table.rows)).cells[1]
    assert isinstance(gauge, Gauge)
    assert (gauge.spent, gauge.committed) == (0.9, pytest.approx(0.1))
    assert table.total is not None
    assert words(table.total)[2:6] == ["3,000", "1,900", "200", "900"]
    assert "31 March 2017" in table.caption


def test_two_currencies_are_never_added(endline: AssessmentSet, context: Context, money: Programme) -> None:
    euro = Budget(id="B3", title="Visits", amount=Money(10, "EUR"))
    both = evolve(money, budgets=[*money.budgets, euro])
    report = build(endline, context(programme=both, kind="donor"))
    assert [f.id for f in report.figures if f.id.startswith("money")] == ["money-cad", "money-eur"]


def test_the_donor_is_told_no_name_and_no_group_of_one_or_two(
    endline: AssessmentSet, context: Context, dossier: Dossier, money: Programme
) -> None:
    made = context(programme=money, dossier=dossier, kind="donor", audience="donor", period=PERIOD)
    report = build(endline, made)
    assert not any(a.country.name in str(report) for a in endline)
    assert report.subtitle == "1 January 2017 to 30 September 2017, year 2 of 2. Sums in CAD."
    present = Counter(e.delivery for e in dossier.enrolments if e.status.value == "completed")
    women = Counter(e.delivery for e in dossier.enrolments if e.status.value == "completed" and e.sex.value == "female")
    held = [words(row) for row in figure(report, "held").rows]
    for place, name in enumerate(("S02", "S03", "S04"), start=1):
        assert held[place][3].split()[0] == str(present[name])
        few = women[name] < 3 or present[name] - women[name] < 3
        assert held[place][4] == ("withheld" if few else str(women[name]))
    # Only two countries take part in the first session.
    assert held[0][2:5] == ["withheld", "withheld", "withheld"]
    assert held[4][-1] == "late: moved to Nov 2017"


@pytest.mark.parametrize(
    ("kind", "values", "code"),
    [
        ("breif", {}, "CB731"),
        ("profile", {}, "CB731"),
        ("profile", {"country": "Atlantis"}, "CB731"),
        ("brief", {}, "CB732"),
        ("donor", {}, "CB732"),
    ],
)
def test_what_cannot_be_made_is_refused_with_a_remedy(
    endline: AssessmentSet, context: Context, kind: str, values: dict[str, str], code: str
) -> None:
    with pytest.raises(WriteError) as caught:
        build(endline, context(kind=kind, **values))
    assert (caught.value.code, bool(caught.value.remedy)) == (code, True)


def test_one_country_has_no_regional_report(endline: AssessmentSet, context: Context) -> None:
    with pytest.raises(WriteError, match="a regional report is made of the assessments of a round"):
        build(endline["BB"], context(kind="regional"))


def test_writers_of_data_take_no_kind(endline: AssessmentSet) -> None:
    with pytest.raises(WriteError, match="makes no brief report") as caught:
        render(endline, "csv", kind="brief", host=HOST)
    assert caught.value.code == "CB731"


@pytest.mark.parametrize("name", ["BB", "BRB", "Barbados"])
def test_a_profile_is_picked_by_any_name(endline: AssessmentSet, context: Context, name: str) -> None:
    page = build(endline, context(kind="profile", country=name, audience="country"))
    assert (page.id, page.kind.value) == ("BB", "country")
    hashes = dict(next(b.entries for b in section(page, "method").blocks))  # type: ignore[union-attr]
    assert hashes["Input (hash)"].startswith("returns/bb_police.csv ")


def test_a_silent_country_has_its_page_and_is_not_named_to_others(endline: AssessmentSet, context: Context) -> None:
    assert build(endline, context(kind="profile", country="HT", audience="country")).kind.value == "silent"
    with pytest.raises(WriteError, match="has not consented"):
        build(endline, context(kind="profile", country="HT", audience="regional"))


def test_the_list_of_what_is_left_out_is_for_the_team(
    endline: AssessmentSet, context: Context, dossier: Dossier
) -> None:
    report = build(endline, context(dossier=dossier, kind="redactions", audience="regional"))
    assert (report.audience, report.tlp) == ("team", "TLP:AMBER+STRICT")
    table = figure(report, "redactions")
    assert [group.title for group in table.groups] == ["Regional report", "Needs brief"]
    told = {row.cells[1].words for row in table.groups[0].rows}
    assert {"Grenada", "Jamaica", "Saint Vincent and the Grenadines", "2 silent participants."} <= told
    for kind in ("regional", "brief"):
        found = redactions(endline, context(dossier=dossier, kind=kind, audience="regional"))
        assert len(found) == len(set(found)) == len(next(g for g in table.groups if kind in g.title.casefold()).rows)
    nothing = build(endline, context(dossier=dossier, kind="redactions", audience="team"))
    assert "Nothing is left out" in nothing.sections[0].lead


def test_consent_to_one_part_names_a_country_in_that_part_only(
    endline: AssessmentSet, programme: Programme, dossier: Dossier
) -> None:
    consents = [*programme.disclosure.consents, Consent(country="JM", audience="regional", item="needs", date=DAY)]
    whom = evolve(programme, disclosure=evolve(programme.disclosure, consents=consents))
    report = build(endline, RenderContext(programme=whom, dossier=dossier, audience="regional"))
    assert "Jamaica" in [words(row)[0] for row in figure(report, "needs").rows]
    for name in ("heat-1", "change", "annex"):
        assert "Jamaica" not in [words(row)[0] for row in figure(report, name).rows]
    assert "JM" not in [profile.id for profile in report.profiles]


def marked(assessment: Assessment, marking: str) -> Assessment:
    """The assessment with one finding marked."""
    name, score = next(iter((s.capacity.id, s) for s in assessment.indicators))
    first, *others = score.results
    findings = [evolve(first.findings[0], marking=marking), *first.findings[1:]]
    results = [evolve(first, findings=findings), *others]
    return evolve(assessment, scores={**assessment.scores, name: evolve(score, results=results)})


@pytest.mark.parametrize("marking", ["TLP:RED", "Secret", "Restricted"])
def test_a_report_that_may_not_hold_a_finding_is_not_written(
    endline: AssessmentSet, programme: Programme, marking: str
) -> None:
    policy = evolve(programme.disclosure, markings={"Restricted": TLP.AMBER, "Open": TLP.CLEAR})
    context = RenderContext(programme=evolve(programme, disclosure=policy), audience="regional")

    def with_mark(text: str) -> AssessmentSet:
        return evolve(endline, assessments=[marked(a, text) if a.country.alpha_2 == "GD" else a for a in endline])

    # Grenada is not named, and is in the counts all the same.
    with pytest.raises(WriteError, match="marked more strictly than TLP:GREEN") as caught:
        build(with_mark(marking), context)
    assert caught.value.code == "CB730"
    assert build(with_mark("Open"), context).tlp == "TLP:GREEN"
    assert build(with_mark("TLP:GREEN"), context).tlp == "TLP:GREEN"


def test_the_stricter_of_mark_and_label_holds() -> None:
    policy = DisclosurePolicy(markings={"Restricted": TLP.AMBER})
    assert policy.label("Restricted", TLP.GREEN) is TLP.AMBER
    assert policy.label("Restricted", TLP.RED) is TLP.RED
    assert policy.label("What is this", TLP.CLEAR) is TLP.RED
    assert policy.label("", TLP.GREEN) is TLP.GREEN


def test_evidence_with_a_mark_is_left_out(endline: AssessmentSet, programme: Programme) -> None:
    item = Evidence(id="BB-law", title="Computer Misuse Act", tlp=TLP.CLEAR, marking="Secret")
    told = evolve(endline["BB"], evidence=[item])
    context = RenderContext(programme=programme, audience="country")
    assert "Computer Misuse Act" not in str(build(told, context))
    plain = evolve(endline["BB"], evidence=[evolve(item, marking="")])
    assert "Computer Misuse Act" in str(build(plain, context))


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_writer_writes_every_kind_with_the_sections_of_plugins(
    writer: str, kind: str, endline: AssessmentSet, context: Context, dossier: Dossier, money: Programme
) -> None:
    def sections(report: Report, audience: str) -> list[ReportSection]:
        return [ReportSection(id="next", order=50, title="Zzyzx", blocks=[Paragraph(text=f"Qux {report.kind.value}")])]

    made = context(
        programme=money, dossier=dossier, kind=kind, country="BB" if kind == "profile" else "", sections=sections
    )
    assert "Zzyzx" in [s.title for s in build(endline, made).sections]
    chosen = HOST.writers[writer]
    chunks = list(chosen.write(endline, made, chosen.options()))
    again = list(chosen.write(endline, made, chosen.options()))
    assert chunks == again
    assert all(chunks)
    if isinstance(chunks[0], str):
        text = "".join(chunks)
        assert "Zzyzx" in text
        assert "Qux" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["regional", "brief", "donor", "redactions"])
def test_every_kind_speaks_every_language(
    language: str, kind: str, endline: AssessmentSet, context: Context, dossier: Dossier, money: Programme
) -> None:
    for audience in ("team", "regional"):
        made = context(programme=money, dossier=dossier, kind=kind, language=language, audience=audience)
        report = build(endline, made)
        assert report.language == language
        assert "{" not in str([section.title for section in report.sections])
