"""Self-contained HTML reports for screens, paper and screen readers."""

from collections.abc import Iterable

from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import OutputFile, RenderContext, Writer, hookimpl
from capbuild_html.options import HtmlOptions

__all__ = ["CAPBUILD_API", "HtmlOptions", "register_writers"]

#: Version of the hook interface that this plugin was written for.
CAPBUILD_API = 1


def _write(
    subject: AssessmentSet | Assessment, context: RenderContext, options: HtmlOptions
) -> Iterable[str] | Iterable[OutputFile]:
    """Write HTML; rendering is imported on demand."""
    if context.kind == "explorer":
        from capbuild_html.explorer import write
    else:
        from capbuild_html.render import write
    return write(subject, context, options)


@hookimpl
def register_writers() -> list[Writer]:
    """Return the writer `html`."""
    return [
        Writer(
            name="html",
            title="HTML page, self-contained",
            accepts=(AssessmentSet, Assessment),
            write=_write,
            suffixes=(".html", ".htm"),
            options=HtmlOptions,
            discloses=True,
            reports=True,
        )
    ]
