"""The plan in reports: its calendar, what waits or was set aside, and the seats of a country."""

from attrs import evolve

from capbuild.model import AssessmentSet, Dossier, LeftOut
from capbuild.reports import Bullets, Paragraph, Timeline, build
from tests.reports.looking import Context, figure, section, words


def test_the_calendar_adds_up(endline: AssessmentSet, context: Context, dossier: Dossier) -> None:
    plan = figure(build(endline, context(dossier=dossier)), "plan")
    assert dossier.plan is not None
    sessions = dossier.plan.activities
    rows = [words(row) for row in plan.rows]
    assert [row[3] for row in rows] == [str(sum(s.seats.values())) for s in sessions]
    assert plan.total is not None
    assert words(plan.total)[3:] == [str(sum(sum(s.seats.values()) for s in sessions)), "280,000"]
    first = next(iter(plan.rows)).cells[1]
    assert isinstance(first, Timeline)
    # From January 2017; the third session runs from 6 May to 9 August: months 4 to 7.
    third = [row.cells[1] for row in plan.rows][2]
    assert isinstance(third, Timeline)
    assert (first.bars, third.bars, third.total) == (((0, 1),), ((4, 4),), 18)
    # A month with its year takes the room of the next quarter's.
    named = {place: tick for place, tick in enumerate(plan.columns[1].ticks) if tick}
    assert named == {0: "Jan 2017", 6: "Jul", 9: "Oct", 12: "Jan 2018"}


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
        "1 salvaguardia no aplicada",
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
    page = build(endline["BZ"], context(dossier=dossier, audience="country"))
    assert dossier.plan is not None
    seats: dict[str, int] = {}
    day = endline.round.reference_date  # what is over then is among the deliveries
    for one in sorted(dossier.plan.activities, key=lambda one: (one.start, one.end, one.id)):
        if "BZ" in one.seats and one.end >= day:
            seats[one.activity] = seats.get(one.activity, 0) + one.seats["BZ"]
    assert seats
    assert [words(row)[-1] for row in figure(page, "activities").rows] == [str(n) for n in seats.values()]
    others = build(endline, context(dossier=dossier, audience="regional", kind="profile", country="BZ"))
    assert "activities" not in [one.id for one in others.sections]


def test_a_session_that_waits_says_what_must_be_confirmed_first(
    endline: AssessmentSet, context: Context, dossier: Dossier
) -> None:
    assert dossier.plan is not None
    *others, last = dossier.plan.activities
    code, *_ = last.seats
    plan = evolve(dossier.plan, activities=[*others, evolve(last, conditions=[f"MAN-1.2a {code}", "MAN-1 ZZ"])])
    told = context(dossier=evolve(dossier, plan=plan))
    table = figure(build(endline, told), "plan")
    place = [column.id for column in table.columns].index("waiting")
    assert [words(row)[place] for row in table.rows] == [*["–"] * len(others), "2"]
    profile = figure(build(endline[code], told), "activities")
    assert words(list(profile.rows)[-1])[-1] == "MAN-1.2a"
    # How many wait is told to nobody from whom a country is hidden.
    hidden = figure(build(endline, evolve(told, audience="regional")), "plan")
    assert "waiting" not in [column.id for column in hidden.columns]
