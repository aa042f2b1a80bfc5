"""Reports as Word documents, with headings, tables and adaptable styles."""

from collections.abc import Iterable

from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import OutputFile, RenderContext, Writer, hookimpl
from capbuild_docx.options import DocxOptions

__all__ = ["CAPBUILD_API", "DocxOptions", "register_writers"]

#: Version of the hook interface that this plugin was written for.
CAPBUILD_API = 1


def _write(
    subject: AssessmentSet | Assessment, context: RenderContext, options: DocxOptions
) -> Iterable[bytes] | Iterable[OutputFile]:
    """Write Word; rendering is imported on demand."""
    from capbuild_docx.render import write

    return write(subject, context, options)


@hookimpl
def register_writers() -> list[Writer]:
    """Return the writer `docx`."""
    return [
        Writer(
            name="docx",
            title="Word document",
            accepts=(AssessmentSet, Assessment),
            write=_write,
            suffixes=(".docx",),
            options=DocxOptions,
            discloses=True,
            reports=True,
            aliases=("word",),
        )
    ]
