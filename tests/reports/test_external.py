"""Published series in profiles and the regional report: value or reason, year, source and licence, never our own."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capbuild.io.writing import render_files
from capbuild.model import AssessmentSet, Dossier, ExternalSeries, Missing
from capbuild.plugins import default_host
from capbuild.reports import Definitions, Report, build
from capbuild.reports.languages import BUILT_IN_LANGUAGES
from capbuild.tracking import contrast_series
from tests.reports.looking import Context, figure, section, words

INDEX = ExternalSeries(
    id="index", provider="Observatory", edition="5", title={"en": "Readiness", "es": "Preparación"}, year=2016,
    minimum=0, maximum=100, unit="points", values={"BB": 0.0, "JM": 58.5}, missing={"CO": Missing.CONFIDENTIAL},
    statuses={"JM": "estimated"}, capacities=["TEC-2", "COO-1"], source="https://example.org/index",
    licence="CC BY 4.0",
)  # fmt: skip
DELAY = ExternalSeries(
    id="delay", provider="Bureau", edition="2017", title="Delay", ascending=False, values={"BB": 2.5}
)
DOSSIER = Dossier(external=[INDEX, DELAY])


def profile(baseline: AssessmentSet, context: Context, code: str, **more: object) -> Report:
    return build(baseline[code], context(dossier=DOSSIER, **more))


def test_a_profile_shows_each_figure_beside_our_result(baseline: AssessmentSet, context: Context) -> None:
    first, second = (words(row) for row in figure(profile(baseline, context, "BB"), "external").rows)
    assert first[0] == "Readiness; Observatory, 5; 0 to 100 points, more is better; published"
    assert first[1:3] == ["2016", "0"], "a published zero is a value"
    score = baseline["BB"].scores["TEC-2"]
    assert first[3].startswith("TEC-2 ")
    assert (score.plausible.settled, "not verified" in first[3].split("; ")[0]) in [(True, False), (False, True)]
    assert first[4] == "Source: https://example.org/index; Licence: CC BY 4.0"
    assert second[1:] == ["not stated", "2.5", "–", "Source: not stated; Licence: not stated"]
    assert "less is better" in second[0]


@pytest.mark.parametrize(("code", "value"), [("JM", "58.5 estimated"), ("CO", "confidential"), ("AG", "not collected")])
def test_what_is_missing_says_why_and_is_no_zero(
    code: str, value: str, baseline: AssessmentSet, context: Context
) -> None:
    first = next(iter(figure(profile(baseline, context, code), "external").rows))
    assert words(first)[2] == value


def test_the_region_has_a_row_a_country_that_it_names(baseline: AssessmentSet, context: Context) -> None:
    team = build(baseline, context(dossier=DOSSIER))
    table = figure(team, "external")
    assert [column.title for column in table.columns] == ["Country", "Readiness 2016", "Delay"]
    rows = {words(row)[0]: words(row)[1:] for row in table.rows}
    assert set(rows) == {country.name for country in baseline.countries} | {c.name for c in baseline.silent}
    assert rows["Barbados"] == ["0", "2.5"]
    (about,) = (block for block in section(team, "external").blocks if isinstance(block, Definitions))
    assert "CC BY 4.0" in dict(about.entries)["Readiness"]
    region = build(baseline, context(dossier=DOSSIER, audience="regional"))
    named = {words(row)[0] for row in figure(region, "external").rows}
    assert "Jamaica" not in named, "it has not agreed to be named"
    assert "Barbados" in named


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
def test_it_is_said_in_every_language(language: str, baseline: AssessmentSet, context: Context) -> None:
    title = section(profile(baseline, context, "BB", language=language), "external").title
    expected = {
        "en": "What others publish",
        "es": "Lo que publican otros",
        "fr": "Ce que d’autres publient",
        "nl": "Wat anderen publiceren",
        "pt": "O que outros publicam",
    }
    assert title == expected[language]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=st.dictionaries(st.sampled_from(["AG", "BB", "JM"]), st.floats(0, 100)))
def test_no_result_of_ours_depends_on_a_published_figure(
    values: dict[str, float], baseline: AssessmentSet, context: Context
) -> None:
    series = ExternalSeries(id="x", provider="P", edition="1", title="X", values=values, capacities=["TEC-2"])
    with_it = build(baseline, context(dossier=Dossier(external=[series])))
    without = build(baseline, context(dossier=Dossier()))
    left = [one for one in with_it.sections if one.id != "external"]
    tables = [[words(row) for row in table.rows] for one in (left, without.sections) for table in tables_of(one)]
    assert tables[: len(tables) // 2] == tables[len(tables) // 2 :]
    # What is printed is what the comparison in `capbuild.tracking` finds.
    (found,) = contrast_series(baseline, [series])
    assert {row.country.alpha_2: row.theirs for row in found.rows} == {
        one.country.alpha_2: values.get(one.country.alpha_2) for one in baseline
    }


def tables_of(sections: object) -> list:
    return [block for one in sections for block in one.blocks if hasattr(block, "groups")]  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", [name for name, one in default_host().writers.items() if one.reports])
def test_every_writer_of_reports_writes_it(name: str, baseline: AssessmentSet, context: Context) -> None:
    made = context(dossier=DOSSIER)
    files = render_files(baseline["BB"], name, programme=made.programme, dossier=DOSSIER)
    assert all(files.values())
    if name in ("md", "html"):
        (text,) = (one if isinstance(one, str) else one.decode() for one in files.values())
        for said in ("What others publish", "Observatory", "CC BY 4.0", "https://example.org/index"):
            assert said in text.replace("\\", "")
