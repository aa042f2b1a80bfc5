"""What the reports say, counted by hand or from the assessments they were made of."""

from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from attrs import evolve

import capbuild as cb
from capbuild.countries import all_countries, country_name
from capbuild.errors import WriteError
from capbuild.model import AssessmentSet, Country
from capbuild.plugins import RenderContext
from capbuild.reports import Bullets, Figure, Paragraph, Report, ReportSection, TileMap, Track, Words, build
from capbuild.reports.country_names import shorten_name
from capbuild.reports.languages import BUILT_IN_LANGUAGES
from capbuild.testing import invented_programme
from tests.reports.looking import Context, figure, profile, section


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


@pytest.fixture(scope="module")
def report(baseline: AssessmentSet, context: Context) -> Report:
    return build(baseline, context())


def test_sections_stand_in_their_order_and_leave_room(report: Report) -> None:
    assert [s.id for s in report.sections] == [
        "story", "counts", "map", "heat", "did", "missing", "returns", "limits", "method",
    ]  # fmt: skip
    orders = {s.order for s in report.sections}
    assert not orders & {400, 500, 600}, "these places are for change, needs and plan"


def test_the_story_is_of_the_countries_that_may_be_named(baseline: AssessmentSet, context: Context) -> None:
    report = build(baseline, context(audience="regional"))
    told = section(report, "story")
    named = {row.cells[0].words for row in figure(report, "heat-1").rows}
    cells = [cell.words for one in told.blocks if isinstance(one, Figure) for row in one.rows for cell in row.cells]
    text = " ".join(
        [report.lead, *cells, *(p.text for one in told.blocks if isinstance(one, Bullets) for p in one.points)]
    )
    hidden = [place.name for place in baseline.countries if place.name not in named]
    assert hidden
    assert [name for name in hidden if name in text] == []
    assert f"of {len(named)} countries" in report.lead
    few = evolve(baseline, assessments=[baseline["BB"], baseline["CO"]])
    assert "story" not in [one.id for one in build(few, context(audience="regional")).sections]


def test_a_profile_begins_with_what_stands_out_and_what_to_do_first(baseline: AssessmentSet, context: Context) -> None:
    page = profile(baseline, context(), "BB")
    assert [one.id for one in page.sections][:4] == ["story", "first", "stand", "steps"]
    assert len(figure(page, "first").groups[0].rows) == 3
    findings = next(one for one in section(page, "story").blocks if isinstance(one, Bullets)).points
    assert len(findings) == len(baseline.framework.roots)
    for point, root in zip(findings, baseline.framework.roots, strict=True):
        inside = [baseline["BB"].scores[node.id] for node in root.leaves]
        reached = sum(score.target_met is True for score in inside)
        assert point.text.startswith(f"At target: {reached} of {len(inside)}.")


def test_steps_lead_to_their_evidence_and_back(baseline: AssessmentSet, context: Context) -> None:
    page, made = profile(baseline, context(), "BB"), build(baseline, context(kind="evidence", country="BB"))
    links = {link for row in figure(page, "steps").rows for _, link in row.cells[2].refs}  # type: ignore[union-attr]
    brief = build(baseline, context(kind="brief-country", country="BB"))
    links |= {link for row in figure(brief, "first").rows for line in row.cells[0].lines for _, link in line.refs}  # type: ignore[union-attr]
    assert links
    assert {link.removeprefix("page:evidence/BB#") for link in links} <= made.anchors
    back = {group.link for one in made.figures for group in one.groups}
    assert {link.removeprefix("page:profile/BB#") for link in back} <= page.anchors
    missing = {name for score in baseline["BB"].indicators if score.target_met is not True for name in score.lacking}
    listed = {row.anchor for row in figure(page, "steps").rows}
    assert listed <= missing
    assert len(listed) == min(len(missing), 14)


def test_evidence_is_one_row_an_answer(baseline: AssessmentSet, context: Context) -> None:
    made = build(baseline, context(kind="evidence", country="BB"))
    results = [result for score in baseline["BB"].indicators for result in score.results]
    groups = [group for one in made.figures for group in one.groups]
    assert [group.anchor for group in groups] == [result.target for result in results]
    for group, result in zip(groups, results, strict=True):
        assert len(group.rows) == max(len(result.findings), 1)
        counts = [row.cells[0].style.value == "strong" for row in group.rows]  # type: ignore[union-attr]
        assert counts.count(True) == (result.used_finding is not None)
    with pytest.raises(WriteError, match="CB703"):
        build(baseline, context(kind="evidence", country="BB", audience="regional"))


def test_the_regional_facts(report: Report, baseline: AssessmentSet) -> None:
    verified = sum(score.verified for a in baseline for score in a.indicators)
    shown = [(fact.value, fact.unit) for fact in report.facts]
    assert shown[:4] == [("10", ""), ("8", ""), ("4", ""), (str(verified), "of 200")]


@pytest.mark.parametrize("audience", ["team", "regional"])
def test_leads_are_short_answers(baseline: AssessmentSet, context: Context, audience: str) -> None:
    report = build(baseline, context(audience=audience))
    pages = [profile(baseline, context(audience=audience), code) for code in ("AG", "BB", "CO", "CU")]
    for page in (report, *pages):
        assert 15 <= len(page.lead.split()) <= 46, page.lead


def test_a_profile_counts_what_its_assessment_counts(baseline: AssessmentSet, context: Context) -> None:
    page, assessment = profile(baseline, context(), "BB"), baseline["BB"]
    facts = {fact.label: (fact.value, fact.unit) for fact in page.facts}
    reached = sum(score.target_met is True for score in assessment.indicators)
    assert facts["Indicators at target"] == (str(reached), "of 25")
    below = sum(score.target_met is False for score in assessment.indicators)
    assert facts["Indicators below target"] == (str(below), "")
    assert facts["Levels left open"][0] == str(sum(not score.settled for score in assessment.indicators))
    assert facts["Assessment visit"] == ("yes", "survey")
    assert len(list(figure(page, "levels").rows)) == 25
    assert len(list(figure(page, "sources").rows)) == min(len(assessment.conflicts), 4)


def test_an_unvisited_country_has_its_own_titles(baseline: AssessmentSet, context: Context) -> None:
    page = profile(baseline, context(), "GD")
    titles = [one.title for one in page.sections]
    assert "To look at first: what a visit would settle" in titles
    assert "Do first, where the level is settled" in titles
    assert "A visit would settle" in page.lead
    assert page.lists_last
    seen = [one.title for one in profile(baseline, context(), "BB").sections]
    assert "Do first" in seen
    assert "To look at first: what a visit would settle" not in seen


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
def test_a_silent_country_is_five_sentences_without_a_level(
    baseline: AssessmentSet, context: Context, language: str
) -> None:
    page = profile(baseline, context(language=language), "HT")
    (only,) = page.sections
    (paragraph,) = only.blocks
    assert isinstance(paragraph, Paragraph)
    assert paragraph.text.count(".") == 5
    assert not page.facts
    assert not page.lists
    labels = [level.label.get(language) for level in baseline.framework.scales[0].levels]
    assert not any(label in text for label in labels for text in texts(page))


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
def test_no_sentence_claims_a_level_that_is_not_verified(
    baseline: AssessmentSet, context: Context, language: str
) -> None:
    levels = baseline.framework.scales[0].levels
    named = [f"{level.code} {level.label.get(language)}".casefold() for level in levels]
    for assessment in baseline:
        page = profile(baseline, context(language=language), assessment.country.alpha_2)
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


def test_absences_keep_their_own_words(baseline: AssessmentSet, context: Context) -> None:
    listed = " ".join(texts(section(profile(baseline, context(), "BB"), "unknown")))
    assert "don't know" in listed
    assert "not observed" in listed


def test_a_framework_of_means_needs_nothing_special(means: AssessmentSet) -> None:
    report = build(means, RenderContext())
    page = profile(means, RenderContext(), "BB")
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
    assert profile(means, RenderContext(), "PE").kind.value == "silent"


def test_every_figure_is_numbered_and_captioned(report: Report) -> None:
    blocks = [b for s in report.sections for b in s.blocks if isinstance(b, Figure | TileMap) and b.caption]
    starts = [block.caption.split(". ")[0] for block in blocks]
    assert starts == ["Table 1", "Figure 1", "Figure 2", "Figure 3", "Table 2", "Table 3"]


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
    assert [s.id for s in report.sections][3:7] == ["heat", "did", "plan", "missing"]
    assert section(report, "plan").title == "Plan for team"


def test_no_country_and_one_country(baseline: AssessmentSet, context: Context) -> None:
    nobody = build(evolve(baseline, assessments=[], silent=[]), context())
    assert [fact.value for fact in nobody.facts][:3] == ["0", "0", "0"]
    one = build(evolve(baseline, assessments=[baseline["BB"]], silent=[]), context())
    assert [row.cells[0].words for row in figure(one, "heat-1").rows] == ["Barbados"]


def test_invented_answers_say_so_on_every_page(baseline: AssessmentSet, context: Context) -> None:
    for kind in ("regional", "profile", "brief-country", "evidence"):
        country = "" if kind == "regional" else "BB"
        page = build(evolve(baseline, invented=False), context(language="nl", kind=kind, country=country))
        assert page.invented == "Fictieve antwoorden"
    assert build(evolve(baseline, invented=False), RenderContext()).invented == ""


def test_other_objects_have_no_report(context: Context) -> None:
    with pytest.raises(WriteError, match="cannot make a report of int"):
        build(3, context())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "limit", "short"),
    [
        ("Turks and Caicos Islands", 13, "Turks & C. I."),
        ("Trinidad and Tobago", 13, "Trinidad & T."),
        ("República Dominicana", 13, "R. Dominicana"),
        ("Saint Lucia", 13, "St Lucia"),
        ("Costa Rica", 13, "Costa Rica"),
    ],
)
def test_short_names(name: str, limit: int, short: str) -> None:
    assert shorten_name(name, limit) == short


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
@pytest.mark.parametrize("limit", [13, 14, 22])
def test_no_two_countries_have_one_short_name(language: str, limit: int) -> None:
    names = {country_name(one, language) for one in all_countries()}
    short = {shorten_name(name, limit) for name in names}
    assert len(short) == len(names)
    assert max(map(len, short)) <= limit


def test_the_same_report_twice(baseline: AssessmentSet, context: Context) -> None:
    assert build(baseline, context()) == build(baseline, context())


def test_a_country_without_an_assessment_has_a_remedy_for_every_audience():
    programme = invented_programme()
    for audience in ("team", "country"):
        with pytest.raises(WriteError) as caught:
            cb.render(programme.baseline, "html", programme=programme.programme, kind="brief-country", country="CU",
                      audience=audience)  # fmt: skip
        assert not caught.value.remedy.endswith(": ")
