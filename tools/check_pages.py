"""Checks of the built pages of the docs.

They find broken links, and what axe reports in a real browser.

    uv run --group docs sphinx-build -W -n -q docs docs/_build/html
    uv run python -m tools.check_pages docs/_build/html          # all links, and the longest page of each folder
    uv run python -m tools.check_pages docs/_build/html --all    # every page in the browser

A page is opened by its address on this machine, every second one on a dark ground. A page that asks for anything
beside itself, that complains in the console or scrolls sideways on a phone is a fault too.
"""

import argparse
import functools
import http.server
import os
import sys
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tools import browser


class Links(HTMLParser):
    """Links and anchors of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.anchors = {"", "top"}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note links and anchors."""
        for name, value in attrs:
            if name == "id" or (tag == "a" and name == "name"):
                self.anchors.add(value or "")
            elif name in {"href", "src"}:
                self.targets.append(value or "")


def broken_links(folder: Path) -> Iterator[str]:
    """Yield broken links.

    Such a link leads to no file, or to no place in a page.
    """
    pages = {path: Links(path.read_text(encoding="utf-8")) for path in folder.rglob("*.html")}
    for path, page in sorted(pages.items()):
        for target in page.targets:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            place = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            place = place / "index.html" if place.is_dir() else place
            anchors = pages[place].anchors if place in pages else {unquote(parts.fragment)}
            if "try" in place.parts and not (folder / "try").is_dir():
                continue  # the page that reads files is built apart, where Pyodide is at hand
            if not place.exists() or unquote(parts.fragment) not in anchors:
                yield f"{path.relative_to(folder)}: {target} leads nowhere"


class Silent(http.server.SimpleHTTPRequestHandler):
    """Server of a folder, without log messages.

    A request for an icon of the site gets an empty answer.
    """

    def do_GET(self) -> None:
        """Send the answer to a request."""
        if self.path == "/favicon.ico":
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, *arguments: object) -> None:
        """Discard a log message."""


def chosen(folder: Path, every: bool) -> list[Path]:
    """Return the pages to open.

    They are all, or those at the top and the longest of each folder, which has most kinds of parts.

    The page that reads files is left out: it has tests of its own.
    """
    pages = sorted(path for path in folder.rglob("*.html") if path.parent != folder / "try")
    if every:
        return pages
    longest = {path.parent: path for path in sorted(pages, key=lambda path: path.stat().st_size)}
    return [path for path in pages if path.parent == folder or longest[path.parent] == path]


def page_faults(folder: Path, chromium: str, pages: list[Path]) -> Iterator[str]:
    """Yield each page's faults in a browser."""
    from playwright.sync_api import sync_playwright

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Silent, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"
    with sync_playwright() as play:
        driver = play.chromium.launch(executable_path=chromium, args=[*browser.FLAGS])
        shown = browser.Browser(driver)
        for number, path in enumerate(pages):
            name = path.relative_to(folder).as_posix()
            seen = shown.open_address(address + name, color_scheme=("light", "dark")[number % 2])
            outside = [url for url in seen.asked if not url.startswith(address)]
            found = [*seen.faults(), *seen.complaints, *(f"asks for {url}" for url in outside)]
            seen.page.set_viewport_size({"width": 390, "height": 800})
            if seen.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                found.append("scrolls sideways on a phone")
            yield from (f"{name}: {fault}" for fault in found)
            shown.close()
        driver.close()
    server.shutdown()
    server.server_close()


def main() -> None:
    """Print every fault, and fail if there is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true", help="open every page, not the longest of each folder")
    arguments = parser.parse_args()
    folder, place = arguments.folder.resolve(), browser.chromium()
    faults, pages = list(broken_links(folder)), chosen(folder, arguments.all)
    if place is not None:
        faults += page_faults(folder, place, pages)
    elif os.environ.get("CI"):
        faults.append("no Chromium: .ci/run installs it")
    looked = f"{len(pages)} pages opened" if place else "no page opened, since there is no Chromium"
    sys.stdout.write("\n".join([*faults, f"links of all pages followed, {looked}, {len(faults)} faults\n"]))
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
