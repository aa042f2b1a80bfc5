"""Self-contained HTML reports: one file, no outside request, readable on a phone, on paper and by a screen reader."""

from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import Writer, hookimpl
from capbuild_html.render import HtmlOptions, write

__all__ = ["CAPBUILD_API", "HtmlOptions", "register_writers"]

#: Version of the hook interface that this plugin was written for.
CAPBUILD_API = 1


@hookimpl
def register_writers() -> list[Writer]:
    """Return the writer `html`."""
    return [
        Writer(
            name="html",
            title="HTML page, self-contained",
            accepts=(AssessmentSet, Assessment),
            write=write,
            suffixes=(".html", ".htm"),
            options=HtmlOptions,
            discloses=True,
        )
    ]
