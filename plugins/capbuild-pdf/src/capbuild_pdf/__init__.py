"""Reports as PDF: tagged, archivable, offline, the same bytes twice."""

from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import Writer, hookimpl
from capbuild_pdf.render import PdfOptions, write

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
            write=write,
            suffixes=(".pdf",),
            options=PdfOptions,
            discloses=True,
            reports=True,
        )
    ]
