"""Pictures made of the example programme.

They are two reports beside each other for the README, and the explorer.

Run: uv run python -m tools.pictures
"""

import base64
import tempfile
from pathlib import Path

import capbuild as cb
from tools.browser import FLAGS, chromium

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "images" / "reports.png"
EXPLORER = ROOT / "docs" / "images" / "explorer.png"
#: Width of a page, and height of what is shown of it, in pixels.
WIDTH, HEIGHT = 860, 684
SCROLL = """place => {
  const top = document.querySelector(place).getBoundingClientRect().top + scrollY - 24;
  scrollTo({top, behavior: "instant"});
}"""
#: Both on one ground: the map of the region, and where one country stands.
FRAME = """<body style="margin:0;background:#dfe6ec"><div style="display:flex;gap:24px;padding:24px;width:max-content">
{0}{1}</div></body>"""


def reports() -> tuple[str, str]:
    """Return two reports as HTML.

    They are the regional report in English and the profile of Barbados in Spanish.
    """
    workspace = cb.open_workspace(ROOT / "examples" / "americas-2015")
    baseline, dossier = workspace.assess("baseline"), workspace.dossier("baseline")
    region = cb.render(baseline, "html", programme=workspace.programme, dossier=dossier)
    profile = cb.render(
        baseline["Barbados"],
        "html",
        language="es",
        audience="country",
        programme=workspace.programme,
        dossier=dossier,
    )
    return str(region), str(profile)


def explorer() -> str:
    """Return the explorer as HTML."""
    workspace = cb.open_workspace(ROOT / "examples" / "americas-2015")
    rounds = [workspace.assess(one.id) for one in workspace.programme.rounds]
    dossier = workspace.dossier("baseline")
    page = cb.render(rounds[-1], "html", kind="explorer", programme=workspace.programme, dossier=dossier, rounds=rounds)
    return str(page)


def main() -> None:
    """Write the pictures."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        driver = play.chromium.launch(executable_path=chromium(), args=[*FLAGS])
        page = driver.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        shown = []
        for number, (html, place) in enumerate(zip(reports(), ("#region-map", "#BB-stand"), strict=True)):
            path = Path(folder, f"{number}.html")
            path.write_text(html, "utf-8")
            page.goto(path.as_uri())
            page.evaluate(SCROLL, place)
            data = base64.b64encode(page.screenshot()).decode()
            shown.append(f'<img src="data:image/png;base64,{data}" width="{WIDTH}" height="{HEIGHT}">')
        page.set_viewport_size({"width": 2 * WIDTH + 72, "height": HEIGHT + 48})
        page.set_content(FRAME.format(*shown))
        page.screenshot(path=PICTURE)
        path = Path(folder, "explorer.html")
        path.write_text(explorer(), "utf-8")
        page.set_viewport_size({"width": 1280, "height": 940})
        page.goto(f"{path.as_uri()}#indicator=COO-1&round=baseline&country=BB")
        page.locator("summary").nth(1).click()
        page.locator("#title").focus()
        page.screenshot(path=EXPLORER)
        driver.close()


if __name__ == "__main__":
    main()
