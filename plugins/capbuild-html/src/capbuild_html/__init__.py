"""Writers of self-contained HTML.

They write reports for screens, paper and screen readers, and forms to fill in offline.
"""

from collections.abc import Iterable

from capbuild.model import Assessment, AssessmentSet, Framework, Questionnaire
from capbuild.plugins import LazyFunction, OutputFile, RenderContext, Writer, hookimpl
from capbuild_html.options import HtmlFormOptions, HtmlOptions

__all__ = ["CAPBUILD_API", "HtmlFormOptions", "HtmlOptions", "register_writers"]

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
    """Return the writers of reports and of forms."""
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
        ),
        Writer(
            name="html-form",
            title="Survey or visit checklist to fill in offline (HTML)",
            accepts=(Questionnaire, Framework),
            write=LazyFunction("capbuild_html.form:write"),
            suffixes=(".html", ".htm"),
            options=HtmlFormOptions,
        ),
    ]
