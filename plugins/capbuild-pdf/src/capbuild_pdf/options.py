"""Options of the writer `pdf`, cheap to import."""

from attrs import field, frozen
from attrs.validators import in_, instance_of, optional

__all__ = ["PdfOptions"]


@frozen(kw_only=True)
class PdfOptions:
    """Options of the writer `pdf`.

    Attributes:
        evidence: Whether the evidence annex is printed; by default for one country and not for a whole region.
        single: Whether a set of assessments becomes one file with all profiles, or one file a country.
        paper: `a4` or `us-letter`.
        fonts: Folder with further fonts, for scripts other than Latin, Greek, Cyrillic, Arabic and Hebrew.
    """

    evidence: bool | None = field(default=None, validator=optional(instance_of(bool)))
    single: bool = True
    paper: str = field(default="a4", validator=in_(("a4", "us-letter")))
    fonts: str = field(default="", metadata={"path": True})
