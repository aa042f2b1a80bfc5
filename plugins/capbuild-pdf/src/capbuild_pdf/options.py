"""Options of the writer `pdf`, cheap to import."""

from attrs import field, frozen
from attrs.validators import in_


@frozen(kw_only=True)
class PdfOptions:
    """Options of the writer `pdf`.

    Attributes:
        paper: `a4` or `us-letter`.
        fonts: Folder with further fonts, for scripts other than Latin, Greek, Cyrillic, Arabic and Hebrew.
    """

    paper: str = field(default="a4", validator=in_(("a4", "us-letter")))
    fonts: str = field(default="", metadata={"path": True})
