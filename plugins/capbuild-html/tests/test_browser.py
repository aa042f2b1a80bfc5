"""Pages as a browser shows them: nothing clipped, nothing fetched, usable by keyboard and by a screen reader."""

from pathlib import Path
from typing import Any

import pytest

import capbuild as cb
from capbuild.testing.golden import check_golden
from tools import browser as checks

pytestmark = pytest.mark.browser

WIDTHS = (860, 390)
PAGES = ("region", "visited", "unvisited", "silent", "evidence")


@pytest.fixture(scope="session")
def pages(example_programme: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The region, a visited, an unvisited and a silent country of the example."""
    folder = tmp_path_factory.mktemp("pages")
    workspace = example_programme
    pages = {"regional": "region.html", "profile": "{country}.html", "evidence": "evidence.html"}
    documents = {
        "region": ("regional", ""), "visited": ("profile", "BB"), "unvisited": ("profile", "GD"),
        "silent": ("profile", "DM"), "evidence": ("evidence", "BB"),
        "brief": ("brief-country", "BB"),
    }  # fmt: skip
    return {
        name: cb.write(
            workspace.assess("baseline"), folder / f"{name}.html", programme=workspace.programme, kind=kind,
            country=country, pages=pages,
        )[0]
        for name, (kind, country) in documents.items()
    }  # fmt: skip


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", [*PAGES, "brief"])
def test_a_page_is_whole_at_every_width(browser: Any, pages: dict[str, Path], name: str, width: int) -> None:
    seen = browser.open(pages[name], width)
    assert seen.page.evaluate(checks.CLIPPED) == []
    assert seen.page.evaluate(checks.OVERLAPS) == []
    assert seen.page.evaluate(checks.EMPTY_FIGURES) == []
    if (name, width) != ("evidence", 860):  # of thousands of cells, axe takes seconds, and finds the same at 390
        assert seen.faults() == []
    assert seen.complaints == []
    assert seen.asked == []


def test_axe_leaves_only_hatched_grounds_and_group_heads_to_a_person(browser: Any, pages: dict[str, Path]) -> None:
    seen = browser.open(pages["visited"])
    # Contrast on the hatch is computed in test_html; headers of groups are read out in the listening test below.
    assert set(seen.undecided()) <= {"color-contrast", "th-has-data-cells"}


@pytest.mark.parametrize("medium", ["screen", "print"])
def test_digits_of_the_heat_map_stand_on_a_plain_ground(browser: Any, pages: dict[str, Path], medium: str) -> None:
    page = browser.open(pages["region"]).page
    page.emulate_media(media=medium)
    cells = page.evaluate("""() => [...document.querySelectorAll(".heat .cell")].map(cell => {
      const style = getComputedStyle(cell);
      return [style.backgroundImage, parseFloat(style.fontSize), cell.scrollWidth <= cell.clientWidth + 1];
    })""")
    assert {ground for ground, _, _ in cells} == {"none"}
    assert min(size for _, size, _ in cells) >= 11
    assert all(fits for _, _, fits in cells)


def test_the_filter_finds_a_country_by_keyboard(browser: Any, pages: dict[str, Path]) -> None:
    page = browser.open(pages["region"]).page
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "search":
            break
    page.keyboard.type("jama")
    shown = page.locator("table.heat tbody tr:visible th").all_inner_texts()
    assert shown == ["Jamaica"]
    assert page.locator("output").first.inner_text() == "1 of 27 shown"
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    assert len(page.locator("table.heat tbody tr:visible th").all()) == 27


def test_the_filter_finds_a_criterion_and_letters_without_accents(browser: Any, pages: dict[str, Path]) -> None:
    page = browser.open(pages["evidence"]).page
    page.locator("section.s-evidence-TEC input[type=search]").fill("tec-2.2a")
    assert page.locator("section.s-evidence-TEC tr.group:visible").count() == 1
    region = browser.open(pages["region"]).page
    region.locator("input[type=search]").first.fill("curacao")
    assert region.locator("table.heat tbody tr:visible th").all_inner_texts() == ["Curaçao"]


def test_without_script_the_page_is_complete_and_offers_no_filter(browser: Any, pages: dict[str, Path]) -> None:
    page = browser.open(pages["region"], java_script_enabled=False).page
    assert page.locator("input:visible").count() == 0
    assert page.locator("table.heat tbody tr:visible").count() == 27


@pytest.mark.parametrize("name", ["region", "visited"])
def test_tab_goes_down_the_page(browser: Any, pages: dict[str, Path], name: str) -> None:
    seen = browser.open(pages[name])
    stops = seen.page.evaluate(checks.TAB_ORDER)
    reached = []
    for _ in range(min(len(stops), 25)):
        seen.page.keyboard.press("Tab")
        reached.append(
            seen.page.evaluate(
                "(e => e.tagName.toLowerCase() + ' ' + (e.labels?.[0]?.textContent || e.textContent).trim()"
                ".slice(0, 60))(document.activeElement)"
            )
        )
    assert reached == stops[: len(reached)]
    assert stops[0].startswith("a ")  # the way past the head comes first


def test_what_a_screen_reader_hears(browser: Any, pages: dict[str, Path]) -> None:
    heard = browser.open(pages["visited"]).heard()
    check_golden("\n".join(heard), Path(__file__).parent / "data" / "heard.txt")
