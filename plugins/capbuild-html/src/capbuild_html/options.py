"""Options of the writer `html`, cheap to import."""

from attrs import field, frozen


@frozen(kw_only=True)
class HtmlOptions:
    """Options of the writer `html`.

    Attributes:
        templates: Folder of templates that replace built-in ones of the same name; empty for none.
        style: CSS text after the built-in style.
    """

    templates: str = field(default="", metadata={"path": True})
    style: str = field(default="")
