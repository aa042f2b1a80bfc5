"""Real browser for tests.

Tests see how a page looks, what it requests and reports, and what it offers to keyboard and screen reader.

The browser is Debian's Chromium, driven by Playwright; `CAPBUILD_CHROMIUM` names another one.
"""

import os
import shutil
from pathlib import Path

#: Nothing in the background: what a page asks for is what the page asks for.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

#: Cells, chips, tiles and headers whose words do not fit into them, and what leaves the page at its side.
CLIPPED = """() => {
  const found = [];
  const wide = document.documentElement.clientWidth;
  const marks = "td, th, .chip, .claim, .range > span, .tile, .bar > b, .mark, dt, dd, summary, .tlp";
  for (const e of document.querySelectorAll(marks)) {
    const style = getComputedStyle(e), box = e.getBoundingClientRect();
    if (!box.width || !box.height || e.closest(".hid, [hidden]")) continue;
    if (style.overflow !== "visible" && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1))
      found.push("clipped: " + e.className + " " + e.textContent.trim().slice(0, 60));
    // What a region of its own scrolls is not lost.
    if ((box.right > wide + 1 || box.left < -1) && !e.closest(".scroll"))
      found.push("beside the page: " + e.tagName + "." + e.className + " " + e.textContent.trim().slice(0, 60));
  }
  if (document.documentElement.scrollWidth > wide) found.push("the page scrolls sideways");
  return found;
}"""

#: Words that lie over other words.
OVERLAPS = """() => {
  const found = [], boxes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const e = node.parentElement;
    const unseen = ".hid, [hidden], script, style, .skip, details:not([open]) > :not(summary)";
    if (!node.data.trim() || e.closest(unseen)) continue;
    // A head that is read out but not shown, as on a phone.
    const head = e.closest("thead");
    if (head && head.getBoundingClientRect().width <= 1) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects())
      if (box.width > 1 && box.height > 1) boxes.push([box, node.data.trim().slice(0, 40), e]);
  }
  boxes.sort((a, b) => a[0].top - b[0].top);
  boxes.forEach(([a, text, e], place) => {
    for (let next = place + 1; next < boxes.length && boxes[next][0].top < a.bottom - 3; next++) {
      const [b, other, f] = boxes[next];
      // Lines of one text stand close; a claim lies over its range on purpose.
      if (e === f || e.closest(".claim") || f.closest(".claim")) continue;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 2 && high > 4) found.push(text + " | " + other);
    }
  });
  return found.slice(0, 20);
}"""

#: Drawn figures that show nothing.
EMPTY_FIGURES = """() => [...document.querySelectorAll("table.figure, svg, .track, .bar, .tiles")]
  .filter(e => !e.closest(".hid, [hidden]") && e.checkVisibility())
  .filter(e => { const b = e.getBoundingClientRect(); return b.width < 3 || b.height < 3; })
  .map(e => e.tagName + "." + (e.getAttribute("class") || ""))"""

#: What the Tab key reaches, in order.
TAB_ORDER = """() => [...document.querySelectorAll("a[href], input, summary, button, select, textarea, [tabindex]")]
  .filter(e => e.tabIndex >= 0 && e.checkVisibility())
  .map(e => e.tagName.toLowerCase() + " " + (e.labels?.[0]?.textContent || e.textContent).trim().slice(0, 60))"""


def chromium() -> str | None:
    """Return the path of the browser, or None."""
    return os.environ.get("CAPBUILD_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


class Seen:
    """Opened page with its messages and requests.

    Attributes:
        page: The page.
        complaints: Errors and warnings of its console, and scripts that failed.
        asked: Addresses it asked for beside its own.
    """

    def __init__(self, page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        if not url.startswith(("file:", "data:")):
            self.asked.append(url)

    def faults(self) -> list[str]:
        """Return axe's violations with their first elements."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page, options={"resultTypes": ["violations"]}).response["violations"]
        return [f"{v['id']}: {v['help']}: {[n['target'] for n in v['nodes'][:3]]}" for v in found]

    def undecided(self) -> dict[str, int]:
        """Return axe's undecided findings, as elements by rule.

        A person must decide them.
        """
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page, options={"resultTypes": ["incomplete"]}).response["incomplete"]
        return {v["id"]: len(v["nodes"]) for v in found}

    def heard(self) -> list[str]:
        """Return a page's outline for screen readers.

        There is a line for each heading, landmark, table, link or field.
        """
        lines = self.page.locator("body").aria_snapshot().splitlines()
        kinds = ("heading", "main", "article", "navigation", "contentinfo", "table", "link", "searchbox", "group")
        return [line.rstrip(":") for line in lines if line.strip().lstrip("- ").startswith(kinds)]


class Browser:
    """Browser that opens each page in its own context."""

    def __init__(self, driver) -> None:
        self._driver = driver
        self._contexts: list = []

    def open(self, place: Path, width: int = 860, **settings) -> Seen:
        """Open a file at a width."""
        return self.open_address(place.as_uri(), width, **settings)

    def open_address(self, address: str, width: int = 860, **settings) -> Seen:
        """Open an address at a width.

        Only addresses of this machine are open to tests.
        """
        context = self._driver.new_context(viewport={"width": width, "height": 900}, **settings)
        self._contexts.append(context)
        seen = Seen(context.new_page())
        seen.page.goto(address)
        return seen

    def close(self) -> None:
        """Close the open page."""
        for context in self._contexts:
            context.close()
        self._contexts.clear()
