"""Options of the writer `docx`, apart from what renders, so that asking for writers stays cheap."""

from attrs import field, frozen
from attrs.validators import instance_of, optional

__all__ = ["DocxOptions"]


@frozen(kw_only=True)
class DocxOptions:
    """Options of the writer `docx`.

    Attributes:
        evidence: Whether the evidence annex is written; by default for one country and not for a whole region.
        single: Whether a set of assessments becomes one file with all profiles, or one file a country.
        template: A `.docx` file whose styles, page, header and footer are used; its text is left out.
    """

    evidence: bool | None = field(default=None, validator=optional(instance_of(bool)))
    single: bool = True
    template: str = ""
