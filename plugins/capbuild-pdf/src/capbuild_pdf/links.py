"""Where links of a report may lead in a PDF."""

from capbuild.reports import is_web_address

__all__ = ["resolve"]


def resolve(link: str, pages: frozenset[str]) -> dict[str, str]:
    """Return where a link leads: a page of the document, a web address, or nowhere.

    Args:
        link: A link as the report has it.
        pages: Ids of the reports in the document.

    Example:
        >>> resolve("#BB", frozenset({"BB"})), resolve("javascript:alert(1)", frozenset())
        ({'is': 'page', 'to': 'BB'}, {'is': 'none', 'to': ''})
    """
    if link.startswith("#") and link[1:] in pages:
        return {"is": "page", "to": link[1:]}
    return {"is": "web", "to": link} if is_web_address(link) else {"is": "none", "to": ""}
