"""From a report to pages: Jinja2 templates with autoescape, style, script and fonts inside the file."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined

from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import File, RenderContext
from capbuild.reports import Report, build
from capbuild_html.layout import CELLS, bar_classes, calendars, heat_classes, heat_heads
from capbuild_html.links import Links
from capbuild_html.options import HtmlOptions
from capbuild_html.style import page_style, sane

__all__ = ["HtmlOptions", "write"]


def write(
    subject: AssessmentSet | Assessment, context: RenderContext, options: HtmlOptions
) -> Iterable[str] | Iterable[File]:
    """Yield one page as text, or with `single=False` the files of a set.

    Raises:
        WriteError: The disclosure policy refuses the report. Code CB703.
    """
    report = build(subject, context)
    if options.single or not report.profiles:
        return [render_page(report, options, Links(single=True, pages=_ids(report)))]
    return _files(report, options)


def _ids(report: Report) -> frozenset[str]:
    return frozenset([report.id, *(profile.id for profile in report.profiles)])


def _files(report: Report, options: HtmlOptions) -> Iterator[File]:
    """One file for the region and one a country, with relative links between them."""
    pages = _ids(report)
    yield File("regional.html", [render_page(report, options, Links(single=False, pages=pages))])
    for profile in report.profiles:
        text = render_page(profile, options, Links(single=False, pages=pages, region=report.id))
        yield File(f"countries/{profile.id}.html", [text])


@lru_cache(maxsize=4)
def _environment(templates: str) -> Environment:
    own = PackageLoader("capbuild_html", "templates")
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(Path(templates)), own]) if templates else own,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(kind_of=lambda cell: CELLS[type(cell)], heat_classes=heat_classes, heat_heads=heat_heads)
    return environment


def render_page(report: Report, options: HtmlOptions, links: Links) -> str:
    """Return one page; the same report gives the same text."""
    profiles = report.profiles if links.single else ()
    shown = (report, *profiles)
    values: Mapping[str, Any] = {
        "report": report,
        "profiles": profiles,
        "links": links,
        "style": page_style(report, bar_classes(shown), calendars(shown), options.style),
    }
    return sane(_environment(options.templates).get_template("page.html").render(values))
