"""Options of the writer `docx`, cheap to import."""

from attrs import field, frozen


@frozen(kw_only=True)
class DocxOptions:
    """Options of the writer `docx`.

    Attributes:
        template: A `.docx` file that gives styles, page, header and footer; its text is left out.
    """

    template: str = field(default="", metadata={"path": True})
