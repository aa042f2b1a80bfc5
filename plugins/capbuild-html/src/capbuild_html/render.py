"""Rendering of reports as HTML with Jinja2."""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import unescape
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from capbuild.escaping import isolate_direction, source_hash
from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import RenderContext
from capbuild.reports import LinkTargets, Report, ReportKind, TileMap, build, get_translator, make_page_link
from capbuild_html.layout import (
    CELLS,
    list_bar_classes,
    make_calendar_classes,
    make_heat_classes,
    make_heat_headers,
    make_place_classes,
)
from capbuild_html.options import HtmlOptions

#: Colours of the Traffic Light Protocol 2.0 on black.
_TLP = {"TLP:RED": "#ff2b2b", "TLP:AMBER": "#ffc000", "TLP:AMBER+STRICT": "#ffc000", "TLP:GREEN": "#33ff00"}

_FACES = (("regular", 400, "normal"), ("bold", 700, "normal"), ("italic", 400, "italic"))

#: Characters invalid in HTML, and lone surrogates.
_NOT_ALLOWED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")

#: Tags, and elements with text that is no passage of the page.
_ASIDE = "(?:style|script|title|svg)"
_MARKUP = re.compile(rf"(<{_ASIDE}\b.*?</{_ASIDE}>|<[^>]*>)", re.DOTALL)

#: Columns and rows of the largest grid: a tile map of the world, a heat map on a phone.
_COLUMNS, _ROWS = 40, 40
#: With fewer columns, tiles would be needlessly wide.
_NARROWEST = 9


def write(subject: AssessmentSet | Assessment, context: RenderContext, options: HtmlOptions) -> Iterable[str]:
    """Yield one page.

    Raises:
        WriteError: The disclosure policy refuses the report. Code CB703.
    """
    report = build(subject, context)
    return [render_page(report, options, LinkTargets(anchors=report.anchors, pages=context.pages))]


@lru_cache(maxsize=4)
def make_environment(templates: str) -> Environment:
    """Return the Jinja2 environment of the templates.

    Templates in the folder `templates` override built-in ones. If it is empty, only built-in ones are used.
    """
    own = PackageLoader("capbuild_html", "templates")
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(Path(templates)), own]) if templates else own,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.globals.update(
        kind_of=lambda cell: CELLS[type(cell)],
        make_heat_classes=make_heat_classes,
        make_heat_headers=make_heat_headers,
        is_right_to_left=lambda language: get_translator(language).right_to_left,
    )
    return environment


def _finalize(value: object) -> object:
    """Return text for a page, with its direction isolated."""
    return isolate_direction(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def render_page(report: Report, options: HtmlOptions, links: LinkTargets) -> str:
    """Return one page; the same report gives the same text."""
    style = make_page_style(report, list_bar_classes(report), make_calendar_classes(report), options.style)
    environment = make_environment(options.templates)
    script = clean_lines(environment.get_template("script.js").render())
    values: Mapping[str, Any] = {
        "report": report,
        "links": links,
        "home": links(make_page_link("regional")),
        "style": Markup(style),  # noqa: S704 - ours, and escaped texts
        "script": Markup(script),  # noqa: S704 - ours
        "policy": make_policy(style, script),
    }
    return clean_page(_mark_english(environment.get_template("page.html").render(values), report))


def _mark_english(page: str, report: Report) -> str:
    """Mark passages left in English.

    The mark tells screen readers and browsers their language.
    """
    if not report.english:
        return page
    parts = _MARKUP.split(page)
    parts[::2] = [
        "".join(
            f'<span lang="en" dir="ltr">{escape(text)}</span>' if english else escape(text)
            for text, english in report.split_english(unescape(part))
        )
        for part in parts[::2]
    ]
    return "".join(parts)


def make_policy(style: str, script: str) -> Markup:
    """Return the page's content security policy.

    It permits the page's own style and script, and no external resources.
    """
    return Markup(  # noqa: S704 - hashes
        f"default-src 'none'; style-src {source_hash(style)}; font-src data:; img-src data:; "
        f"script-src {source_hash(script)}; base-uri 'none'; form-action 'none'"
    )


def clean_page(page: str) -> str:
    """Replace characters invalid in HTML."""
    return _NOT_ALLOWED.sub("\ufffd", page)


def escape_css(text: str) -> Markup:
    r"""Return a text as an escaped CSS string.

    No character of the text can end the string or the style.

    Example:
        >>> print(escape_css('</style> "x"'))
        "\3c /style\3e  \22 x\22 "
    """
    escaped = "".join(c if c.isalnum() or c in " .,:/+-()" else f"\\{ord(c):x} " for c in text)
    return Markup(f'"{escaped}"')  # noqa: S704 - every character that could end the string is escaped above


@lru_cache(maxsize=1)
def _read_fonts() -> str:
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
def _read_stylesheet() -> str:
    return (files("capbuild_html") / "style.css").read_text("utf-8")


def _make_margins(report: Report) -> str:
    """Make the margin texts of printed pages."""
    foot = ". ".join(part for part in (report.title, report.disclaimer) if part)
    running = report.words["invented.running"] if report.invented else ""
    boxes = (
        f"@top-left{{content:{escape_css(running)}}}@bottom-left{{content:{escape_css(foot)}}}"
        f"@top-right{{content:{escape_css(report.tlp) if report.tlp else 'none'};color:{_TLP.get(report.tlp, '#fff')}}}"
    )
    # A single page gets more margin.
    room = "margin:15mm 14mm 12mm;" if report.kind is ReportKind.COUNTRY_BRIEF else ""
    return f"@page{{{room}{boxes}}}"


def clean_lines(text: str) -> str:
    """Return a style or script as browsers hash it.

    It has line feeds only, and no invalid characters.
    """
    return clean_page(text).replace("\r\n", "\n").replace("\r", "\n")


def make_form_style(own: str) -> str:
    """Return the whole style of a form."""
    return clean_lines(f"{_read_fonts()}\n{_read_stylesheet()}\n{own}")


def make_page_style(report: Report, counts: list[int], months: str, own: str) -> str:
    """Return the whole style of a page.

    Args:
        report: The report, for its print margins.
        counts: Counts shown in bars.
        months: Classes of calendars.
        own: CSS appended at the end.
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
        _read_fonts(),
        _read_stylesheet(),
        make_place_classes(_COLUMNS, _ROWS),
        factors,
        months,
        grids,
        f"@media (max-width:640px){{{phone}}}",
        _make_margins(report),
        own.replace("</", "<\\/"),
    )
    return clean_lines("\n".join(part for part in parts if part))
