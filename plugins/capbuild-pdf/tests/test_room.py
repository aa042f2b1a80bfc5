"""Room on the pages of a PDF: how wide columns are, and what stands whole on a page or runs on."""

import io
from collections.abc import Callable

import pytest
from attrs import evolve
from capbuild_pdf import PdfOptions
from capbuild_pdf.column_widths import compute_shares
from capbuild_pdf.render import render_report

from capbuild.model import AssessmentSet, Dossier, Limits, Money, Plan, PlannedActivity, Recommendation
from capbuild.plugins import RenderContext
from capbuild.reports import Column, Figure, FigureKind, Row, RowGroup, Words, build
from capbuild.reports.languages import BUILT_IN_LANGUAGES, load_texts
from capbuild.text import Text
from capbuild.workspace import Workspace
from tools.pdf_text import pages, squeezed

pypdf = pytest.importorskip("pypdf", reason="reading PDF needs pypdf")

Pdf = Callable[..., bytes]


def figure(*columns: list[str]) -> Figure:
    rows = [Row(cells=[Words(text=text) for text in texts]) for texts in zip(*columns, strict=True)]
    return Figure(
        id="f", columns=[Column(id=str(n), title="Head") for n, _ in enumerate(columns)], groups=[RowGroup(rows=rows)]
    )


def test_short_columns_get_what_they_ask_for_and_long_ones_share_the_rest() -> None:
    short, other = compute_shares(figure(["L1"], ["met"]))
    assert short == other == 6
    title, code, sentence = compute_shares(figure(["t" * 60], ["L3"], ["s" * 300]))
    assert code == 6
    assert sentence > title > 25
    assert title + code + sentence == pytest.approx(104)


def test_heads_take_two_lines_where_sentences_need_the_room() -> None:
    table = figure(["s" * 60], *(["yes"] for _ in range(4)))
    headers = [evolve(column, title="Survey of prosecutors") for column in table.columns]
    sentence, *answers = compute_shares(evolve(table, columns=headers))
    # "prosecutors", below "Survey of", and room beside it; all that is left goes to the sentences.
    assert answers == [13] * 4
    assert sentence == pytest.approx(104 - 4 * 13)
    wide = figure(["s" * 60], ["yes"])
    assert compute_shares(evolve(wide, columns=headers[:2])) == [61.5, 23]  # there is room for the whole head


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
def test_a_needs_brief_has_two_pages_in_every_language(
    pdf: Pdf, language: str, workspace: Workspace, baseline: AssessmentSet, context: Callable[..., RenderContext]
) -> None:
    catalogue, day = workspace.catalogue, baseline.round.reference_date
    assert catalogue is not None
    seats = dict.fromkeys((country.alpha_2 for country in baseline.countries), 2)
    cost = Money(1000, "CAD")
    planned = [
        PlannedActivity(id=f"S{n:02}-{m}", activity=activity.id, start=day, end=day, seats=seats, cost=cost)
        for n, activity in enumerate(catalogue.activities)
        for m in (1, 2)
    ]
    plan = Plan(activities=planned, limits=Limits(budget=Money(1_000_000, "CAD")))
    dossier = Dossier(needs=workspace.needs("baseline"), catalogue=catalogue, plan=plan)
    made = pdf(baseline, context(audience="team", language=language, kind="brief", dossier=dossier))
    assert len(pypdf.PdfReader(io.BytesIO(made)).pages) == 2


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
@pytest.mark.parametrize("country", ["Barbados", "Guyana"])
@pytest.mark.parametrize(("kind", "most"), [("brief-country", 1), ("letter", 2)])
def test_what_is_short_stays_so_in_every_language(
    pdf: Pdf,
    language: str,
    country: str,
    kind: str,
    most: int,
    workspace: Workspace,
    baseline: AssessmentSet,
    context: Callable[..., RenderContext],
) -> None:
    catalogue, day = workspace.catalogue, baseline.round.reference_date
    assert catalogue is not None
    code, cost = baseline[country].country.alpha_2, Money("1234.50", "CAD")
    planned = [
        PlannedActivity(id=activity.id, activity=activity.id, start=day, end=day, seats={code: 2}, cost=cost)
        for activity in catalogue.activities
    ]
    recorded = [
        Recommendation(
            id=f"R-{name}", country=baseline[country].country, target=name, text=Text(name), due=day, cost=cost
        )
        for name in ("COO-1.2b", "COO-1.4a", "INF-2.3b", "TEC-2.2b", "TEC-2.2a", "COO-2.2b")
    ]
    dossier = Dossier(
        needs=workspace.needs("baseline"),
        catalogue=catalogue,
        plan=Plan(activities=planned, limits=Limits(budget=Money(1_000_000, "CAD"))),
        recommendations=recorded if kind == "letter" else (),
    )
    made = pdf(baseline, context(audience="team", language=language, kind=kind, country=country, dossier=dossier))
    assert len(pypdf.PdfReader(io.BytesIO(made)).pages) == most


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
@pytest.mark.parametrize("country", ["Barbados", "Grenada", "Mexico"])
def test_levels_begin_on_the_first_page_and_go_on_between_two_dimensions(
    language: str, country: str, baseline: AssessmentSet, context: Callable[..., RenderContext]
) -> None:
    messages = load_texts(language)
    whole = build(baseline[country], context(language=language))
    # Where they come first: what stands before them in a profile takes the first page.
    report = evolve(whole, sections=[one for one in whole.sections if one.id not in ("story", "first")])
    levels = next(figure for figure in report.figures if figure.kind is FigureKind.LEVELS)
    made = render_report(report, baseline.round.reference_date, PdfOptions())
    first, second = map(squeezed, pages(made)[:2])
    # Up to the caption, below which other tables name indicators too.
    second = second.partition(squeezed(levels.caption)[:60])[0]
    head = squeezed(levels.columns[2].title + levels.columns[3].title)
    begun = first.partition(squeezed(f"1 {messages['stand.title']}"))[2].partition(head)[2]
    assert head in second
    families = [[row.cells[0].words.split()[0] for row in group.rows] for group in levels.groups]
    on_first = [all(name in begun for name in family) for family in families]
    on_second = [all(name in second for name in family) for family in families]
    assert on_first[0]
    assert [one is not other for one, other in zip(on_first, on_second, strict=True)] == [True] * len(families)
    # What is lacking is named in sentences, and a family is on one page alone.
    assert not [
        name for family, one in zip(families, on_first, strict=True) if not one for name in family if name in begun
    ]


def test_few_levels_stand_whole_on_the_first_page(
    baseline: AssessmentSet, context: Callable[..., RenderContext]
) -> None:
    report = build(baseline["Grenada"], context())
    stand = next(one for one in report.sections if one.id == "stand")
    (levels,) = (block for block in stand.blocks if isinstance(block, Figure))
    short = evolve(levels, groups=[evolve(group, rows=list(group.rows)[:1]) for group in levels.groups[:2]])
    shown = evolve(report, sections=[evolve(stand, blocks=[short])])
    made = render_report(shown, baseline.round.reference_date, PdfOptions())
    assert squeezed(levels.caption) in squeezed(pages(made)[0])


def test_a_figure_of_many_rows_runs_on_where_it_would_leave_half_a_page_empty(
    baseline: AssessmentSet, context: Callable[..., RenderContext], workspace: Workspace
) -> None:
    dossier = Dossier(needs=workspace.needs("baseline"))
    report = build(baseline, context(dossier=dossier))
    gaps, needs = (next(one for one in report.sections if one.id == name) for name in ("limits", "needs"))
    (table,) = (block for block in needs.blocks if isinstance(block, Figure))
    rows = [*table.rows, *table.rows][:36]
    long = evolve(table, groups=[RowGroup(rows=rows)])
    shown = evolve(report, sections=[evolve(gaps, blocks=[]), evolve(needs, blocks=[long])])
    made = render_report(shown, baseline.round.reference_date, PdfOptions())
    said_on = [squeezed(page) for page in pages(made)]
    headers = [squeezed(column.title) for column in table.columns[1:3]]
    holding = [number for number, page in enumerate(said_on) if all(head in page for head in headers)]
    # Its head stands on both pages, and it begins on the page on which the gaps end.
    assert len(holding) == 2
    assert squeezed(gaps.title) in said_on[holding[0]]


@pytest.mark.parametrize("country", ["Barbados", "Guyana", "Haiti"])
def test_a_profile_is_five_pages_and_a_region_eight(
    country: str, baseline: AssessmentSet, context: Callable[..., RenderContext], workspace: Workspace
) -> None:
    dossier = Dossier(needs=workspace.needs("baseline"), catalogue=workspace.catalogue)
    for subject, most in ((baseline[country], 5), (baseline, 8)):
        made = render_report(build(subject, context(dossier=dossier)), baseline.round.reference_date, PdfOptions())
        assert len(pypdf.PdfReader(io.BytesIO(made)).pages) <= most
