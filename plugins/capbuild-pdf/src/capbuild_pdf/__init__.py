"""Reports as tagged, archivable PDF with reproducible bytes."""

from collections.abc import Iterable

from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import OutputFile, RenderContext, Writer, hookimpl
from capbuild_pdf.options import PdfOptions

__all__ = ["CAPBUILD_API", "PdfOptions", "register_writers"]

#: Version of the hook interface that this plugin was written for.
CAPBUILD_API = 1


def _write(
    subject: AssessmentSet | Assessment, context: RenderContext, options: PdfOptions
) -> Iterable[bytes] | Iterable[OutputFile]:
    """Write PDF; rendering is imported on demand."""
    from capbuild_pdf.render import write

    return write(subject, context, options)


@hookimpl
def register_writers() -> list[Writer]:
    """Return the writer `pdf`."""
    return [
        Writer(
            name="pdf",
            title="PDF, tagged and archivable",
            accepts=(AssessmentSet, Assessment),
            write=_write,
            suffixes=(".pdf",),
            options=PdfOptions,
            discloses=True,
            reports=True,
        )
    ]
