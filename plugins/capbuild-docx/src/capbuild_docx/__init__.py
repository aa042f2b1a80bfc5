"""Reports as Word documents, with headings, tables and adaptable styles."""

from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import LazyFunction, Writer, hookimpl
from capbuild_docx.options import DocxOptions

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
            write=LazyFunction("capbuild_docx.render:write"),
            suffixes=(".docx",),
            options=DocxOptions,
            discloses=True,
            reports=True,
            aliases=("word",),
        )
    ]
