"""Reports as Word documents: real headings and tables, in styles that an office can change."""

from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import Writer, hookimpl
from capbuild_docx.render import DocxOptions, write

__all__ = ["CAPBUILD_API", "DocxOptions", "register_writers"]

#: Version of the hook interface that this plugin was written for.
CAPBUILD_API = 1


@hookimpl
def register_writers() -> list[Writer]:
    """Return the writer `docx`."""
    return [
        Writer(
            name="docx",
            title="Word document",
            accepts=(AssessmentSet, Assessment),
            write=write,
            suffixes=(".docx",),
            options=DocxOptions,
            discloses=True,
        )
    ]
