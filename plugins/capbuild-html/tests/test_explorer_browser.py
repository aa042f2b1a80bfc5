"""The explorer as a browser shows it: whole, quiet, usable by keyboard, and right about what would move."""

import datetime
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import capbuild as cb
from capbuild.advice import MessageKind, advise
from capbuild.advice.areas import lift_level
from capbuild.model import (
    Assessment,
    AssessmentSet,
    CriterionState,
    Dossier,
    Limits,
    Money,
    Plan,
    PlannedActivity,
    Round,
    RoundKind,
)
from capbuild.reports.languages import BUILT_IN_LANGUAGES, load_texts
from capbuild.workspace import Workspace
from tools import browser as checks

pytestmark = pytest.mark.browser

VIEWS = ("levels", "compare&columns=BB%20JM%20CARICOM", "scenario&chosen=S1")
LACKING = (CriterionState.NOT_MET, CriterionState.PARTLY)


@pytest.fixture(scope="module")
def workspace(example_programme: Workspace) -> Workspace:
    return example_programme


@pytest.fixture(scope="module")
def baseline(workspace: Workspace) -> AssessmentSet:
    return workspace.assess("baseline")


@pytest.fixture(scope="module")
def page(workspace: Workspace, baseline: AssessmentSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The explorer of the example, with a plan of one session for two countries."""
    day = datetime.date(2016, 9, 5)
    session = PlannedActivity(
        id="S1", activity="A14", start=day, end=day, seats={"BB": 2, "JM": 2}, cost=Money("12000.50", "USD")
    )
    plan = Plan(activities=[session], limits=Limits(budget=Money(20_000, "USD")))
    (path,) = cb.write(
        workspace.assess("endline"), tmp_path_factory.mktemp("explorer") / "explorer.html", kind="explorer",
        programme=workspace.programme, rounds=[baseline, workspace.assess("endline")],
        dossier=Dossier(plan=plan, catalogue=workspace.catalogue, network=workspace.network),
    )  # fmt: skip
    assert path.stat().st_size < 2_000_000
    return path


def opened(browser: Any, page: Path, address: str = "levels", width: int = 1280, **settings: Any) -> Any:
    return browser.open_address(f"{page.as_uri()}#round=baseline&indicator=COO-1&view={address}", width, **settings)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_whole_and_asks_for_nothing(browser: Any, page: Path, view: str, width: int, scheme: str) -> None:
    seen = opened(browser, page, view, width, color_scheme=scheme, offline=True)
    if view == "levels":
        seen.page.locator("summary").first.click()
    assert seen.page.evaluate(checks.CLIPPED) == []
    assert seen.page.evaluate(checks.OVERLAPS) == []
    assert seen.page.evaluate(checks.EMPTY_FIGURES) == []
    assert seen.faults() == []
    assert (seen.complaints, seen.asked) == ([], [])
    assert seen.page.locator("#view .made-up:visible").count()  # invented answers say so in each view


def tab_to(page: Any, selector: str) -> None:
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches({selector!r})"):
            return
    pytest.fail(f"Tab does not reach {selector}")


def test_from_a_level_to_the_cell_by_keyboard(browser: Any, page: Path, baseline: AssessmentSet) -> None:
    shown = opened(browser, page).page
    tab_to(shown, "input[type=search]")
    shown.keyboard.type("curacao")
    assert shown.locator(".levels-of tbody th").all_inner_texts() == ["Curaçao"]
    tab_to(shown, ".levels-of button")
    shown.keyboard.press("Enter")
    tab_to(shown, "summary")
    shown.keyboard.press("Enter")
    shown.locator("details[open] .place").first.wait_for()
    results = {result.target: result for result in baseline["Curaçao"]["COO-1"].results}
    found = shown.locator("details[open] .place").all_inner_texts()
    target = shown.locator("details[open] .id").inner_text()
    assert found == [str(finding.origin) for finding in results[target].findings]


def test_the_language_changes_in_place_and_focus_stays(browser: Any, page: Path) -> None:
    shown = opened(browser, page).page
    shown.evaluate("window.kept = true")
    for language in BUILT_IN_LANGUAGES:
        shown.locator(f".languages [lang={language}]").press("Enter")
        assert shown.evaluate("document.documentElement.lang") == language
        assert shown.evaluate("document.activeElement.lang") == language
        messages = load_texts(language)
        assert shown.locator(".tabs button").all_inner_texts() == [
            messages[f"explorer.{view}"] for view in ("levels", "compare", "scenario")
        ]
    assert shown.evaluate("window.kept")


def test_the_address_keeps_the_view(browser: Any, page: Path) -> None:
    shown = opened(browser, page, "compare&columns=BB%20SIDS&language=es").page
    headers = shown.locator(".compared thead th").all_inner_texts()
    assert headers == ["Indicador", "Barbados", "Pequeños Estados insulares en desarrollo"]
    bar = shown.locator(".compared tbody tr:not(.family)").first.locator(".bar")
    assert sum(map(int, re.findall(r"× (\d+)", bar.inner_text().replace("\n", " ")))) > 1


def lifts(one: Assessment, helped: set[str]) -> Iterator[tuple[str, str, int, int]]:
    """Yield the levels of a country that rise once every step that is helped and missing is shown."""
    for score in one.indicators:
        steps = {result.target for result in score.results if result.state in LACKING and result.target in helped}
        if steps and score.settled and score.plausible is not None:
            lifted = lift_level(score, steps, one.recipe.allow_partial)
            if lifted is not None and lifted > score.plausible.lowest:
                yield one.country.name, score.capacity.id, score.plausible.lowest, lifted


@pytest.mark.parametrize("whom", ["plan", "all"])
def test_what_would_move_is_what_the_staircase_gives(
    browser: Any, page: Path, workspace: Workspace, baseline: AssessmentSet, whom: str
) -> None:
    assert workspace.catalogue is not None
    activities = [one for one in workspace.catalogue.activities if whom == "all" or one.id == "A14"]
    helped = {name for one in activities for name in one.helps}
    shown = opened(browser, page, f"scenario&whom={whom}").page
    opens = shown.locator(".facts").inner_text()
    shown.locator(".buttons button").nth(1).click()
    assert shown.locator(".facts b").first.inner_text() == "0"
    shown.reload()  # nothing chosen is a choice, too
    assert shown.locator(".facts b").first.inner_text() == "0"
    shown.locator(".buttons button").first.click()
    assert shown.locator(".facts").inner_text() == opens
    # In one call of the browser: there are hundreds of rows.
    cells = shown.evaluate("""() => [...document.querySelectorAll(".moves tbody tr")].map(
      row => ["th", ".id", ".hid"].map(part => row.querySelector(part).innerText))""")
    rows = [(country, name, *map(int, re.findall(r"L(\d)", spoken))) for country, name, spoken in cells]
    whose = [one for one in baseline if whom == "all" or one.country.alpha_2 in ("BB", "JM")]
    assert rows == [row for one in sorted(whose, key=lambda one: one.country.name) for row in lifts(one, helped)]
    assert rows
    facts = shown.locator(".facts b").all_inner_texts()
    assert facts[0] == str(len(rows))
    assert facts[4:] == (["12,000.5"] if whom == "plan" else [])


def test_on_paper_every_criterion_shows_its_sources(browser: Any, page: Path) -> None:
    shown = opened(browser, page).page
    shown.evaluate("dispatchEvent(new Event('beforeprint'))")
    shown.emulate_media(media="print")
    assert shown.locator("#detail details:not([open])").count() == 0
    assert shown.locator("#detail .answers").count() > 5
    assert shown.locator(".filters:visible").count() == 0


def test_the_script_uses_words_that_exist() -> None:
    script = (files("capbuild_html") / "templates" / "explorer.js").read_text("utf-8")
    keys = set(re.findall(r'\bt\("([\w.]+)"[,)]', script))
    assert len(keys) > 30
    for language in BUILT_IN_LANGUAGES:
        assert keys <= set(load_texts(language))


def test_a_rubric_shows_what_each_level_is(browser: Any, tmp_path: Path) -> None:
    """A framework of level texts: all of them beside the country, its own marked, and no column of criteria."""
    table = tmp_path / "model.csv"
    texts = ["No plan.", "A draft.", "A budget.", "An audit."]
    table.write_text(f"Dimension,Indicator,Low,Some,Good,Best\nD1 Law,D1.1 Plan,{','.join(texts)}\n", encoding="utf-8")
    answers = tmp_path / "answers.csv"
    answers.write_text("country,D1.1\nJamaica,3\nBelize,1\n", encoding="utf-8")
    round_ = Round(id="r", kind=RoundKind.BASELINE, title="R", reference_date=datetime.date(2026, 3, 31))
    made = cb.assess(cb.read(answers), cb.read_framework(table).require(), round=round_)
    (path,) = cb.write(made, tmp_path / "explorer.html", kind="explorer")
    shown = browser.open_address(f"{path.as_uri()}#view=levels", 1280).page
    shown.get_by_role("button", name="Jamaica").click()
    assert shown.locator(".rung > span:nth-child(3)").all_inner_texts() == texts
    assert shown.locator(".rung.held").all_inner_texts()[0].split("\n")[-1].strip() == "A budget."
    assert load_texts("en")["explorer.met"] not in shown.locator("thead").first.inner_text()


def test_points_have_no_levels_and_count_their_steps(browser: Any, tmp_path: Path) -> None:
    """By hand: Belize lacks both points of law, Jamaica one; only Jamaica is a single step away, and so says advice."""
    table, answers = tmp_path / "model.csv", tmp_path / "answers.csv"
    table.write_text(
        "ID,Indicator,Criterion,Points,Target\nA,Law,A rule,2,100\n,,A judge,2,\nB,Team,A team,1,100\n",
        encoding="utf-8",
    )
    framework = cb.read_framework(table).require()
    names = list(framework.criteria)
    answers.write_text(f"country,{','.join(names)}\nJamaica,yes,no,yes\nBelize,no,no,yes\n", encoding="utf-8")
    round_ = Round(id="r", kind=RoundKind.BASELINE, title="R", reference_date=datetime.date(2026, 3, 31))
    made = cb.assess(cb.read(answers), framework, round=round_)
    (path,) = cb.write(made, tmp_path / "explorer.html", kind="explorer")
    shown = browser.open_address(f"{path.as_uri()}#view=levels&indicator=A", 1280).page
    cells = shown.evaluate("""() => [...document.querySelectorAll(".levels-of tbody tr")].map(
      row => [...row.children].slice(3).map(cell => cell.firstChild.textContent))""")
    assert cells == [["0 of 2", "2"], ["1 of 2", "1"]]
    assert "one step away: 1" in shown.locator("#message").inner_text()
    assert "undefined" not in shown.locator("body").inner_text()
    assert shown.locator(".tabs button").count() == 2
    (lead,) = advise(made).of(MessageKind.REGION)
    assert (lead.counts["areas"], lead.counts["countries"]) == (1, 1)
