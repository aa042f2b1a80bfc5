"""Explorer page without external resources."""

import json
from collections.abc import Iterable, Mapping
from importlib.resources import files

from markupsafe import Markup

from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import RenderContext
from capbuild.reports import Explorer, LinkTargets, make_explorer, make_page_link
from capbuild_html.options import HtmlOptions
from capbuild_html.render import clean_lines, clean_page, make_environment, make_page_style, make_policy

#: Documents of a country linked from the page.
_LINKED = ("profile", "evidence")


def write(subject: AssessmentSet | Assessment, context: RenderContext, options: HtmlOptions) -> Iterable[str]:
    """Yield the page.

    Raises:
        WriteError: As `make_explorer` does.
    """
    return [render_explorer(make_explorer(subject, context), options, context.pages)]


def render_explorer(explorer: Explorer, options: HtmlOptions, pages: Mapping[str, str]) -> str:
    """Return the page; the same data give the same text.

    Args:
        explorer: The explorer.
        options: The user's templates and style.
        pages: Addresses of related documents by kind of report; `{country}` is replaced by the alpha-2 code.
    """
    head, links = explorer.headers[explorer.language], LinkTargets(pages=pages)
    own = (files("capbuild_html") / "explorer.css").read_text("utf-8")
    style = make_page_style(head, [], "", f"{own}\n{options.style}")
    environment = make_environment(options.templates)
    script = clean_lines(environment.get_template("explorer.js").render())
    noscript = explorer.words[explorer.language]["explorer.noscript"]
    return clean_page(
        environment.get_template("explorer.html").render(
            report=head,
            links=links,
            home=links(make_page_link("regional")),
            noscript=noscript,
            style=Markup(style),  # noqa: S704 - ours, and escaped texts
            script=Markup(script),  # noqa: S704 - ours
            policy=make_policy(style, script),
            data=Markup(explorer.to_json()),  # noqa: S704 - escaped for a script element
            pages=Markup(json.dumps({kind: pages[kind] for kind in _LINKED if kind in pages}).replace("<", "\\u003c")),  # noqa: S704 - escaped as the data
        )
    )
