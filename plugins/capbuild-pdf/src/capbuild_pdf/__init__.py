"""Reports as tagged, archivable PDF with reproducible bytes."""

from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import LazyFunction, Writer, hookimpl
from capbuild_pdf.options import PdfOptions

__all__ = ["CAPBUILD_API", "PdfOptions", "register_writers"]

#: Version of the hook interface that this plugin was written for.
CAPBUILD_API = 1


@hookimpl
def register_writers() -> list[Writer]:
    """Return the writer `pdf`."""
    return [
        Writer(
            name="pdf",
            title="PDF, tagged and archivable",
            accepts=(AssessmentSet, Assessment),
            write=LazyFunction("capbuild_pdf.render:write"),
            suffixes=(".pdf",),
            options=PdfOptions,
            discloses=True,
            reports=True,
        )
    ]
