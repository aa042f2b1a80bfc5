"""The four levels in the report to a donor: counted by hand, in every language, of people who may be counted."""

import datetime
from collections.abc import Iterable

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capbuild.io.writing import render_files
from capbuild.model import (
    AssessmentSet,
    Delivery,
    Dossier,
    Enrolment,
    Evaluation,
    Missing,
    Programme,
    ProgrammeDocument,
)
from capbuild.plugins import default_host
from capbuild.reports import Report, build
from capbuild.reports.languages import BUILT_IN_LANGUAGES
from tests.reports.looking import Context, figure, words

FIRST, LAST = datetime.date(2017, 1, 1), datetime.date(2017, 11, 30)
HELD = Delivery(id="D1", course="A01", start=datetime.date(2017, 2, 1), end=datetime.date(2017, 2, 3))
SENT = {"BB": 3, "CO": 3, "CU": 2}


def people(sent: dict[str, int] | None = None) -> list[Enrolment]:
    codes = [code for code, count in (SENT if sent is None else sent).items() for _ in range(count)]
    return [
        Enrolment(participant=f"P{n}", delivery="D1", country=code, status="completed") for n, code in enumerate(codes)
    ]


def row(value: float | Missing, level: str, person: int | None, moment: str = "after", **more: object) -> Evaluation:
    who = None if person is None else f"P{person}"
    given = {"instrument": "test", **more}
    return Evaluation(delivery="D1", participant=who, level=level, moment=moment, value=value, **given)


def measured() -> list[Evaluation]:
    """Eight were present: five forms of six came back, four tests are in pairs, three counts came later."""
    forms: tuple[float | Missing, ...] = (5, 4, 0, 3, 4, Missing.NO_ANSWER)
    pairs = {0: (8, 12), 1: (10, 11), 2: (9, 15), 3: (7, 9)}
    return [
        *(row(value, "reaction", None, instrument="form", maximum=5) for value in forms),
        *(row(pair[0], "learning", n, "before", maximum=20) for n, pair in pairs.items()),
        *(row(pair[1], "learning", n, maximum=20) for n, pair in pairs.items()),
        *(row(value, "behaviour", n, "6 months", instrument="cases") for n, value in enumerate((2, 4, 6))),
        *(row(value, "results", None, "1 year", instrument="cases closed") for value in (50, 60, 70)),
    ]


def report_of(
    endline: AssessmentSet, context: Context, money: Programme, rows: Iterable[Evaluation], **more: object
) -> Report:
    sent = more.pop("sent", None)
    dossier = Dossier(deliveries=[HELD], enrolments=people(sent), evaluations=rows)  # type: ignore[arg-type]
    asked = {"kind": "donor", "audience": "team", "period": (FIRST, LAST), "dossier": dossier, **more}
    return build(endline, context(programme=money, **asked))


def test_the_team_sees_all_four_levels(endline: AssessmentSet, context: Context, money: Programme) -> None:
    report = report_of(endline, context, money, measured(), period=(FIRST, datetime.date(2018, 6, 1)))
    shown = [words(line) for line in figure(report, "evaluation").rows]
    assert shown[0] == ["Reaction", "form", "afterwards", "5 of 8", "62%", "3.2 of 5", "–"]
    # Differences 4, 1, 6, 2: mean 3.25, sd 2.217, t(0.95, 3) = 2.353: 3.25 ± 2.609.
    assert shown[1] == ["Learning", "test", "afterwards", "4 of 8", "50%", "11.8 of 20", "+3.2 (+0.6 to +5.9)"]
    assert shown[2] == ["Behaviour", "cases", "6 months later", "3 of 8", "38%", "4.0", "–"]
    assert shown[3] == ["Results", "cases closed", "12 months later", "3", "–", "60.0", "–"]


def test_what_was_measured_after_the_period_is_not_in_it(
    endline: AssessmentSet, context: Context, money: Programme
) -> None:
    report = report_of(endline, context, money, measured(), period=(FIRST, datetime.date(2017, 6, 30)))
    shown = [words(line)[:2] for line in figure(report, "evaluation").rows]
    assert shown[2:] == [["Behaviour", "not measured"], ["Results", "not measured"]]


def test_where_nothing_was_measured_there_is_no_section(
    endline: AssessmentSet, context: Context, money: Programme
) -> None:
    assert "evaluation" not in {one.id for one in report_of(endline, context, money, []).sections}


def test_a_donor_sees_nothing_of_too_few_countries(endline: AssessmentSet, context: Context, money: Programme) -> None:
    """Three unnamed countries may be counted together, two may not: then nothing of their course is in the report."""
    three = report_of(endline, context, money, measured(), audience="donor")
    assert words(next(iter(figure(three, "evaluation").rows)))[3] == "5 of 8"
    two = report_of(endline, context, money, measured(), audience="donor", sent={"BB": 4, "CO": 4})
    team = report_of(endline, context, money, measured(), sent={"BB": 4, "CO": 4})
    ids = [{one.id for one in report.figures} & {"held", "evaluation"} for report in (three, team, two)]
    assert ids == [{"held", "evaluation"}, {"held", "evaluation"}, set()]
    assert "Seats filled" not in {fact.label for fact in two.facts}


def test_figures_of_few_people_are_withheld_from_a_donor(
    endline: AssessmentSet, context: Context, money: Programme
) -> None:
    few = [*measured()[:6], *(row(3, "behaviour", n, instrument="cases") for n in (0, 4))]
    shown = [
        words(line) for line in figure(report_of(endline, context, money, few, audience="donor"), "evaluation").rows
    ]
    assert shown[2][3:] == ["withheld"] * 4
    shown = [words(line) for line in figure(report_of(endline, context, money, few), "evaluation").rows]
    assert shown[2][3:6] == ["2 of 8", "25%", "3.0"]


NAMES = {
    "en": ["Reaction", "Learning", "Behaviour", "Results"],
    "es": ["Reacción", "Aprendizaje", "Comportamiento", "Resultados"],
    "fr": ["Réaction", "Apprentissage", "Comportement", "Résultats"],
    "nl": ["Reactie", "Leren", "Gedrag", "Resultaten"],
    "pt": ["Reação", "Aprendizagem", "Comportamento", "Resultados"],
}


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
def test_the_levels_are_said_in_every_language(
    language: str, endline: AssessmentSet, context: Context, money: Programme
) -> None:
    table = figure(report_of(endline, context, money, measured(), language=language), "evaluation")
    assert [words(line)[0] for line in table.rows] == NAMES[language]


VALUES = st.sampled_from([0.0, 1.0, 4.0]) | st.sampled_from(Missing)
ROWS = st.lists(
    st.builds(
        row,
        VALUES,
        st.sampled_from(["reaction", "learning", "behaviour", "results"]),
        st.none() | st.integers(0, 7),
        st.sampled_from(["before", "after", "6 months"]),
        maximum=st.just(4),
    ),
    max_size=12,
)
_slow = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@_slow
@given(rows=ROWS)
def test_two_unnamed_countries_can_change_places_in_what_was_measured(
    rows: list[Evaluation], endline: AssessmentSet, context: Context, money: Programme
) -> None:
    def shown(sent: dict[str, int]) -> str:
        return str(report_of(endline, context, money, rows, audience="donor", sent=sent).sections)

    assert shown({"BB": 4, "CO": 4}) == shown({"CO": 4, "BB": 4}) == shown({"CU": 4, "AG": 4})
    assert shown(SENT) == shown({"AG": 3, "BZ": 3, "GD": 2})


@_slow
@given(rows=ROWS, more=st.lists(st.tuples(st.integers(0, 7), st.sampled_from(Missing)), max_size=4))
def test_rows_without_a_value_change_no_mean_and_no_change(
    rows: list[Evaluation],
    more: list[tuple[int, Missing]],
    endline: AssessmentSet,
    context: Context,
    money: Programme,
) -> None:
    used = [one for one in rows if not isinstance(one.value, Missing)]
    added = [evolve(one, value=kind, participant=f"P{n}") for one in used for n, kind in more]

    def means(some: list[Evaluation]) -> list[list[str]]:
        report = report_of(endline, context, money, [row(1, "reaction", 0, instrument="other"), *some])
        return [[*words(line)[:3], *words(line)[5:]] for line in figure(report, "evaluation").rows]

    assert means([*used, *added]) == means(used)


@pytest.mark.parametrize("name", [name for name, one in default_host().writers.items() if one.reports])
def test_every_writer_of_reports_writes_it(
    name: str, endline: AssessmentSet, context: Context, money: Programme
) -> None:
    document = ProgrammeDocument(title="Logical framework", url="https://example.org/logframe.pdf", date=FIRST)
    dossier = Dossier(deliveries=[HELD], enrolments=people(), evaluations=measured())
    files = render_files(
        endline, name, programme=evolve(money, documents=[document]), dossier=dossier, kind="donor",
        period=(FIRST, datetime.date(2018, 6, 1)),
    )  # fmt: skip
    assert all(files.values())
    if name in ("md", "html"):
        (text,) = (one if isinstance(one, str) else one.decode() for one in files.values())
        for said in ("What training came to", "cases closed", "62%", "Logical framework", "logframe.pdf"):
            assert said in text.replace("\\", "")
