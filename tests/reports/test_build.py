"""What the reports say, counted by hand or from the assessments they were made of."""

from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from attrs import evolve

from capbuild.errors import WriteError
from capbuild.model import AssessmentSet, Country
from capbuild.plugins import RenderContext
from capbuild.reports import Bullets, Figure, Paragraph, Report, ReportSection, TileMap, Track, Words, build
from capbuild.reports.country_names import shorten_name
from capbuild.reports.i18n import LANGUAGES
from tests.reports.looking import Context, figure, section


def texts(value: Any) -> Iterator[str]:
    """Every text of a report, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            yield from texts(getattr(value, field.name))


def profile(report: Report, code: str) -> Report:
    return next(page for page in report.profiles if page.id == code)


@pytest.fixture(scope="module")
def report(baseline: AssessmentSet, context: Context) -> Report:
    return build(baseline, context())


def test_sections_stand_in_their_order_and_leave_room(report: Report) -> None:
    assert [s.id for s in report.sections] == [
        "story", "map", "heat", "counts", "gaps", "missing", "returns", "limits", "method", "annex",
    ]  # fmt: skip
    orders = {s.order for s in report.sections}
    assert not orders & {400, 500, 600}, "these places are for change, needs and plan"


def test_the_story_is_of_the_countries_that_may_be_named(baseline: AssessmentSet, context: Context) -> None:
    report = build(baseline, context(audience="regional"))
    told = section(report, "story")
    named = {page.title for page in report.profiles}
    cells = [cell.words for one in told.blocks if isinstance(one, Figure) for row in one.rows for cell in row.cells]
    text = " ".join(
        [told.lead, *cells, *(p.text for one in told.blocks if isinstance(one, Bullets) for p in one.points)]
    )
    hidden = [place.name for place in baseline.countries if place.name not in named]
    assert hidden
    assert [name for name in hidden if name in text] == []
    assert f"of {len(named)} countries" in told.lead
    few = evolve(baseline, assessments=[baseline["BB"], baseline["CO"]])
    assert "story" not in [one.id for one in build(few, context(audience="regional")).sections]


def test_a_profile_begins_with_what_to_do_first(report: Report) -> None:
    page = profile(report, "BB")
    assert [one.id for one in page.sections][:3] == ["first", "then", "stand"]
    assert len(figure(page, "first").groups[0].rows) == 3


def test_the_regional_facts(report: Report, baseline: AssessmentSet) -> None:
    verified = sum(score.verified for a in baseline for score in a.indicators)
    shown = [(fact.value, fact.unit) for fact in report.facts]
    assert shown[:4] == [("10", ""), ("8", ""), ("4", ""), (str(verified), "of 200")]


@pytest.mark.parametrize("audience", ["team", "regional"])
def test_leads_are_short_answers(baseline: AssessmentSet, context: Context, audience: str) -> None:
    report = build(baseline, context(audience=audience))
    for page in (report, *report.profiles):
        if page.kind.value != "silent":
            assert 25 <= len(page.lead.split()) <= 46, page.lead


def test_a_profile_counts_what_its_assessment_counts(report: Report, baseline: AssessmentSet) -> None:
    page, assessment = profile(report, "BB"), baseline["BB"]
    facts = {fact.label: (fact.value, fact.unit) for fact in page.facts}
    assert facts["Criteria settled"] == (str(assessment.coverage.settled), "of 240")
    assert facts["Sources differ"][0] == str(len(assessment.conflicts))
    assert facts["Assessment visit"] == ("yes", "survey")
    assert len(list(figure(page, "levels").rows)) == 25
    assert len(list(figure(page, "sources").rows)) == len(assessment.conflicts)
    assert len(list(figure(page, "evidence").rows)) == 240


def test_an_unvisited_country_has_its_own_titles(report: Report) -> None:
    page = profile(report, "GD")
    assert [(short.title, short.warning) for short in page.lists] == [
        ("Strengths", False),
        ("To look at first", False),
    ]
    assert "What a visit would settle" in [s.title for s in page.sections]
    assert page.lead.startswith("Grenada has answered by survey, but has not been visited.")
    assert [short.title for short in profile(report, "BB").lists] == ["Strengths", "Needs"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_silent_country_is_four_sentences_without_a_level(
    baseline: AssessmentSet, context: Context, language: str
) -> None:
    page = profile(build(baseline, context(language=language)), "HT")
    (only,) = page.sections
    (paragraph,) = only.blocks
    assert isinstance(paragraph, Paragraph)
    assert paragraph.text.count(".") == 4
    assert not page.facts
    assert not page.lists
    labels = [level.label.get(language) for level in baseline.framework.scales[0].levels]
    assert not any(label in text for label in labels for text in texts(page))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_claims_a_level_that_is_not_verified(
    baseline: AssessmentSet, context: Context, language: str
) -> None:
    report = build(baseline, context(language=language))
    levels = baseline.framework.scales[0].levels
    named = [f"{level.code} {level.label.get(language)}".casefold() for level in levels]
    for assessment in baseline:
        page = profile(report, assessment.country.alpha_2)
        composed = [item.detail for short in page.lists for item in short.items]
        rows = {row.cells[0].before: row for row in figure(page, "levels").rows if isinstance(row.cells[0], Words)}
        for score in assessment.indicators:
            about = [text for text in composed if text.startswith(f"{score.capacity.id},")]
            row = rows[score.capacity.id]
            words = [cell.words for cell in row.cells[2:]] + about
            claimed = any(name in text.casefold() for name in named for text in words)
            assert claimed is score.verified, (score, words)
            track = row.cells[1]
            assert isinstance(track, Track)
            assert track.settled is score.verified


def test_absences_keep_their_own_words(report: Report) -> None:
    listed = " ".join(texts(section(profile(report, "BB"), "unknown")))
    assert "don't know" in listed
    assert "not observed" in listed


def test_a_framework_of_means_needs_nothing_special(means: AssessmentSet) -> None:
    report = build(means, RenderContext())
    page = profile(report, "BB")
    rows = [[cell.words for cell in row.cells] for row in figure(page, "levels").rows]
    # 4/5 and 2/5 of 100 are 80 and 40, their mean 60; with 100 above it the total is 80.
    assert [(row[0], row[2]) for row in rows] == [
        ("total All capacities", "80"),
        ("C1 Law", "60"),
        ("C1.1 Instruments", "80"),
        ("C1.2 Equality", "40"),
        ("C2 Laboratory", "100"),
        ("C2.1 Transport", "100"),
    ]
    assert rows[1][3] == "2 of 2 answered"
    assert [short.title for short in page.lists] == ["Highest figures", "Lowest figures"]
    assert not any("not verified" in text for text in texts(page))
    assert [cell.words for cell in next(figure(report, "heat-1").rows).cells] == ["Barbados", "80", "60", "100"]
    assert profile(report, "PE").kind.value == "silent"


def test_every_figure_is_numbered_and_captioned(report: Report) -> None:
    blocks = [b for s in report.sections for b in s.blocks if isinstance(b, Figure | TileMap) and b.caption]
    starts = [block.caption.split(". ")[0] for block in blocks]
    assert starts == ["Figure 1", "Figure 2", "Figure 3", "Table 1", "Table 2", "Table 3", "Table 4"]


def test_the_map_shows_the_indicator_asked_for(baseline: AssessmentSet, context: Context) -> None:
    report = build(baseline, context(settings={"map_indicator": "TEC-2"}))
    (tiles,) = section(report, "map").blocks
    assert isinstance(tiles, TileMap)
    shown = {tile.code: tile for tile in tiles.tiles}
    assert shown["BB"].text == str(baseline["BB"]["TEC-2"].plausible)
    assert (shown["HT"].text, shown["HT"].shade) == ("not answered yet", None)
    assert [tile.name for tile in tiles.tiles] == sorted(tile.name for tile in tiles.tiles)


def test_a_country_without_a_place_leaves_out_the_map(baseline: AssessmentSet, context: Context) -> None:
    nowhere = Country(alpha_2="ZZ", alpha_3="ZZZ", name="Nowhere")
    report = build(evolve(baseline, silent=(*baseline.silent, nowhere)), context())
    assert "map" not in [s.id for s in report.sections]


def test_plugins_place_their_sections(baseline: AssessmentSet, context: Context) -> None:
    def sections(report: Report, audience: str) -> list[ReportSection]:
        return [ReportSection(id="plan", order=600, title=f"Plan for {audience}")] if report.id == "region" else []

    report = build(baseline, context(sections=sections))
    assert [s.id for s in report.sections][4:7] == ["gaps", "plan", "missing"]
    assert section(report, "plan").title == "Plan for team"


def test_no_country_and_one_country(baseline: AssessmentSet, context: Context) -> None:
    nobody = build(evolve(baseline, assessments=[], silent=[]), context())
    assert [fact.value for fact in nobody.facts][:3] == ["0", "0", "0"]
    one = build(evolve(baseline, assessments=[baseline["BB"]], silent=[]), context())
    assert [page.id for page in one.profiles] == ["BB"]


def test_invented_answers_say_so_on_every_page(baseline: AssessmentSet, context: Context) -> None:
    report = build(evolve(baseline, invented=False), context(language="nl"))
    assert {page.invented for page in (report, *report.profiles)} == {"Verzonnen antwoorden"}
    assert build(evolve(baseline, invented=False), RenderContext()).invented == ""


def test_other_objects_have_no_report(context: Context) -> None:
    with pytest.raises(WriteError, match="cannot make a report of int"):
        build(3, context())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "limit", "short"),
    [
        ("Turks and Caicos Islands", 13, "Turks & C. I."),
        ("Trinidad and Tobago", 13, "Trinidad & T."),
        ("República Dominicana", 13, "República D."),
        ("Saint Lucia", 13, "St Lucia"),
        ("Costa Rica", 13, "Costa Rica"),
    ],
)
def test_short_names(name: str, limit: int, short: str) -> None:
    assert shorten_name(name, limit) == short


def test_the_same_report_twice(baseline: AssessmentSet, context: Context) -> None:
    assert build(baseline, context()) == build(baseline, context())
