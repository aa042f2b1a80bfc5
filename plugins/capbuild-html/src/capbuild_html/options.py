"""Options of the writers, cheap to import."""

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


@frozen(kw_only=True)
class HtmlFormOptions:
    """Options of the writer `html-form`.

    Attributes:
        visit: Whether to write the visit checklist instead of the survey, for a framework.
        language: Language of the page; the first of the form if empty.
        country: Pre-filled country.
        respondent: Pre-filled respondent or visit.
    """

    visit: bool = False
    language: str = ""
    country: str = ""
    respondent: str = ""
