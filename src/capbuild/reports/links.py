"""Links of reports."""

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from attrs import frozen

_PAGE = "page:"


def is_web_address(link: str) -> bool:
    """True for printable `http` and `https` addresses.

    Reports print any other address as text.

    Example:
        >>> is_web_address("https://example.org/a"), is_web_address("javascript:alert(1)"), is_web_address("https:///a")
        (True, False, False)
    """
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and link.isprintable()


def make_page_link(kind: str, country: str = "", anchor: str = "") -> str:
    """Return a link to another document or row.

    Example:
        >>> make_page_link("evidence", "BB", "COO-1.2b")
        'page:evidence/BB#COO-1.2b'
    """
    return f"{_PAGE}{kind}/{country}" + (f"#{anchor}" if anchor else "")


@frozen(kw_only=True)
class LinkTargets:
    """Resolves the links of a report.

    Attributes:
        anchors: Ids of its own rows.
        pages: Addresses of the documents next to it by kind of report; `{country}` is replaced by the alpha-2 code.
    """

    anchors: frozenset[str] = frozenset()
    pages: Mapping[str, str]

    def __call__(self, link: str) -> str:
        """Return the address of a link, empty without a target.

        Example:
            >>> targets = LinkTargets(anchors=frozenset({"COO-1"}), pages={"evidence": "evidence/{country}.html"})
            >>> targets("#COO-1"), targets("page:evidence/BB#COO-1.2b"), targets("page:profile/BB"), targets("a.html")
            ('#COO-1', 'evidence/BB.html#COO-1.2b', '', '')
        """
        if link.startswith("#"):
            return link if link[1:] in self.anchors else ""
        if not link.startswith(_PAGE):
            return link if is_web_address(link) else ""
        page, _, anchor = link.removeprefix(_PAGE).partition("#")
        kind, _, country = page.partition("/")
        address = self.pages.get(kind, "").replace("{country}", quote(country))
        # Only a page has places that a link from outside can lead to.
        return f"{address}#{quote(anchor)}" if anchor and address.endswith(".html") else address
