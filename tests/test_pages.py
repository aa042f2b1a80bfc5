"""The look at the built pages finds what it is for: planted faults of links, of roles and of the console."""

import importlib.util
from pathlib import Path

import pytest

from tools import browser, check_pages

ROOT = Path(__file__).resolve().parents[1]
PAGE = '<!doctype html><html lang="en"><title>A page</title><main><h1>A page</h1>%s</main></html>'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "how-to").mkdir()
    (tmp_path / "index.html").write_text(PAGE % '<p id="here">x <a href="how-to/a.html#there">a</a></p>')
    (tmp_path / "how-to" / "a.html").write_text(PAGE % '<p id="there">x <a href="../#here">b</a></p>')
    return tmp_path


def test_links_that_lead_somewhere_are_no_fault(folder):
    assert list(check_pages.broken_links(folder)) == []


@pytest.mark.parametrize("target", ["gone.html", "how-to/a.html#gone", "#gone", "how-to/gone.png"])
def test_a_link_that_leads_nowhere_is_found(folder, target):
    (folder / "index.html").write_text(PAGE % f'<a href="{target}">c</a>')
    found = [fault for fault in check_pages.broken_links(folder) if "../#here" not in fault]
    assert found == [f"index.html: {target} leads nowhere"]


def test_the_longest_page_of_each_folder_is_opened(folder):
    (folder / "how-to" / "short.html").write_text("")
    names = [path.name for path in check_pages.chosen(folder, every=False)]
    assert names == ["a.html", "index.html"]
    assert len(check_pages.chosen(folder, every=True)) == 3


@pytest.mark.browser
def test_what_is_wrong_with_a_page_is_found(folder):
    place = browser.chromium()
    if place is None:
        pytest.skip("no Chromium on this machine")
    pytest.importorskip("playwright", reason="Playwright is not installed: uv sync --group browser")
    bad = '<p role="heading">x</p><div style="width:900px">wide</div><script>console.error("no")</script>'
    (folder / "index.html").write_text(PAGE % bad)
    found = list(check_pages.page_faults(folder, place, [folder / "index.html"]))
    assert [fault.split(":")[1].strip() for fault in found] == [
        "aria-required-attr",
        "no",
        "scrolls sideways on a phone",
    ]


def test_the_theme_is_completed_once():
    spec = importlib.util.spec_from_file_location("accessible", ROOT / "docs" / "accessible.py")
    accessible = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(accessible)
    page = '<p role="heading">a</p><aside class="toc-drawer no-toc"><pre>b</pre><div id="search-results"></div>'
    better = accessible.improve(page)
    assert better == (
        '<p role="heading" aria-level="2">a</p><aside class="toc-drawer no-toc" aria-label="This page">'
        '<pre tabindex="0">b</pre><h1>Search</h1><div id="search-results"></div>'
    )
    assert accessible.improve(better) == better
