"""Options of the writer `html`, cheap to import."""

from attrs import field, frozen

__all__ = ["HtmlOptions"]


@frozen(kw_only=True)
class HtmlOptions:
    """Options of the writer `html`.

    Attributes:
        single: Whether a set of assessments becomes one file with all profiles, or one file a country.
        templates: Folder whose templates come before the built-in ones of the same name; empty for none.
        style: CSS text put after the built-in style.
    """

    single: bool = True
    templates: str = field(default="", metadata={"path": True})
    style: str = field(default="")
