"""The style of a page as one text: fonts as data, the sheet, and the few classes that depend on the data."""

import re
from base64 import b64encode
from functools import lru_cache
from importlib.resources import files

from markupsafe import Markup

from capbuild.reports import Report, TileMap
from capbuild_html.layout import places

__all__ = ["css_text", "page_style", "sane"]

#: Colours of the Traffic Light Protocol 2.0 on black.
_TLP = {"TLP:RED": "#ff2b2b", "TLP:AMBER": "#ffc000", "TLP:AMBER+STRICT": "#ffc000", "TLP:GREEN": "#33ff00"}

_FACES = (("regular", 400, "normal"), ("bold", 700, "normal"), ("italic", 400, "italic"))

#: Characters that HTML does not allow, and lone halves of a pair.
_NOT_ALLOWED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")

#: Columns and rows of the largest grid: a tile map of the world, a heat map on a phone.
_COLUMNS, _ROWS = 40, 40
#: Fewer columns of tiles than this would make them needlessly wide.
_NARROWEST = 9


def sane(page: str) -> str:
    """Return a page with characters that HTML does not allow replaced by the sign for them."""
    return _NOT_ALLOWED.sub("\ufffd", page)


def css_text(text: str) -> Markup:
    r"""Return a text as a CSS string that cannot end the style block, whatever is in it.

    Example:
        >>> print(css_text('</style> "x"'))
        "\3c /style\3e  \22 x\22 "
    """
    escaped = "".join(c if c.isalnum() or c in " .,:/+-()" else f"\\{ord(c):x} " for c in text)
    return Markup(f'"{escaped}"')  # noqa: S704 - every character that could end the string is escaped above


@lru_cache(maxsize=1)
def _fonts() -> str:
    folder = files("capbuild_html") / "fonts"
    faces = []
    for name, weight, style in _FACES:
        data = b64encode((folder / f"capbuild-sans-{name}.woff2").read_bytes()).decode("ascii")
        faces.append(
            f"@font-face{{font-family:Capbuild Sans;font-weight:{weight};font-style:{style};"
            f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
        )
    return "\n".join(faces)


@lru_cache(maxsize=1)
def _sheet() -> str:
    return (files("capbuild_html") / "style.css").read_text("utf-8")


def _margins(report: Report) -> str:
    """What stands in the margins of printed pages."""
    foot = ". ".join(part for part in (report.title, report.disclaimer) if part)
    running = report.words["invented.running"] if report.invented else ""
    boxes = (
        f"@top-left{{content:{css_text(running)}}}@bottom-left{{content:{css_text(foot)}}}"
        f"@top-right{{content:{css_text(report.tlp) if report.tlp else 'none'};color:{_TLP.get(report.tlp, '#fff')}}}"
    )
    return f"@page{{{boxes}}}"


def page_style(report: Report, counts: list[int], months: str, own: str) -> Markup:
    """Return the whole style of a page.

    Args:
        report: The report, for the margins of its print.
        counts: Counts that bars show.
        months: Classes of calendars.
        own: CSS that comes last.
    """
    phone = "".join(f".px{n}{{grid-column:{n}}}" for n in range(1, _COLUMNS + 1))
    phone += "".join(f".py{n}{{grid-row:{n + 1}}}" for n in range(1, _ROWS + 1))
    factors = "".join(f".bar .f{count}{{flex-grow:{count}}}" for count in counts)
    widths = {block.width for section in report.sections for block in section.blocks if isinstance(block, TileMap)}
    grids = "".join(
        f".tiles.m{width} tbody{{grid-template-columns:repeat({max(width, _NARROWEST)},minmax(0,1fr))}}"
        for width in sorted(widths)
    )
    parts = (
        _fonts(),
        _sheet(),
        places(_COLUMNS, _ROWS),
        factors,
        months,
        grids,
        f"@media (max-width:640px){{{phone}}}",
        _margins(report),
        own.replace("</", "<\\/"),
    )
    return Markup("\n".join(part for part in parts if part))  # noqa: S704 - ours, and escaped texts
