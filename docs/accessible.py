"""Sphinx extension: what the theme leaves out for keyboards and screen readers is put into the built pages.

Captions of the contents are headings of a level, the two side bars have names of their own, code that scrolls sideways
is reached by keyboard, and the page of the search has its head. `tools/check_pages.py` looks at the result.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["improve", "setup"]

_CHANGES = (
    (re.compile(r'role="heading"(?! aria-level)'), 'role="heading" aria-level="2"'),
    (re.compile(r'<aside class="sidebar-drawer">'), '<aside class="sidebar-drawer" aria-label="Pages">'),
    (re.compile(r'<aside class="(toc-drawer[^"]*)">'), r'<aside class="\1" aria-label="This page">'),
    (re.compile(r"<pre>"), '<pre tabindex="0">'),
    (re.compile(r"<th></th>"), "<td></td>"),  # corners of tables that pandas prints
    (re.compile(r'(?<!</h1>)<div id="search-results">'), '<h1>Search</h1><div id="search-results">'),
)


def improve(page: str) -> str:
    """Return the text of a page with what was missing; a page that has it stays as it is.

    Example:
        >>> improve('<p class="caption" role="heading">')
        '<p class="caption" role="heading" aria-level="2">'
        >>> improve(improve("<pre>")) == improve("<pre>")
        True
    """
    for pattern, replacement in _CHANGES:
        page = pattern.sub(replacement, page)
    return page


def _finish(app: "Sphinx", error: Exception | None) -> None:
    if error is not None or app.builder.format != "html":
        return
    for place in sorted(Path(app.outdir).rglob("*.html")):
        before = place.read_text(encoding="utf-8")
        after = improve(before)
        if after != before:
            place.write_text(after, encoding="utf-8")


def setup(app: "Sphinx") -> dict[str, Any]:
    """Register the extension."""
    app.connect("build-finished", _finish)
    return {"parallel_read_safe": True}
