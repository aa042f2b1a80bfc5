"""Options of the writer `docx`, cheap to import."""

from attrs import field, frozen
from attrs.validators import instance_of

__all__ = ["DocxOptions"]


@frozen(kw_only=True)
class DocxOptions:
    """Options of the writer `docx`.

    Attributes:
        evidence: Whether the annex of evidence is written, criterion by criterion: 20 pages a country, which the HTML
            page, the PDF and the workbook hold too. A profile without it says so at its end.
        single: Whether a set of assessments becomes one file with all profiles, or one file a country.
        template: A `.docx` file whose styles, page, header and footer are used; its text is left out.
    """

    evidence: bool = field(default=False, validator=instance_of(bool))
    single: bool = True
    template: str = field(default="", metadata={"path": True})
