"""Where links of a report lead, in one file and in a set of files."""

from attrs import frozen

from capbuild.reports import is_web_address

__all__ = ["Links"]


@frozen(kw_only=True)
class Links:
    """Resolves links of a report.

    Attributes:
        single: Whether all reports stand in one file.
        pages: Ids of the reports that are written.
        region: Id of the regional report, on a page of its set; empty elsewhere.
    """

    single: bool
    pages: frozenset[str]
    region: str = ""

    def __call__(self, link: str) -> str:
        """Return the address of a link, empty where it leads nowhere or is not one that a page may follow.

        Example:
            >>> Links(single=False, pages=frozenset({"BB"}))("#BB"), Links(single=True, pages=frozenset())("#BB")
            ('countries/BB.html', '')
        """
        if not link.startswith("#"):
            return link if is_web_address(link) else ""
        page = link[1:]
        if page not in self.pages:
            return ""
        if self.single:
            return link
        if self.region:
            return "../regional.html" if page == self.region else f"{page}.html"
        return f"countries/{page}.html"

    @property
    def home(self) -> str:
        """Where a profile leads back to; empty where it stands alone."""
        return "#region" if self.single and "region" in self.pages else ("../regional.html" if self.region else "")
