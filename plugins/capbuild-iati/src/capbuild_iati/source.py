"""What reading looks at: an element tree with its file, and the account of what was found."""

import datetime
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from capbuild.model import Issue, Issues, Severity
from capbuild.origin import Origin
from capbuild.text import Text, Translation
from capbuild_iati.tree import LANGUAGE, own

__all__ = ["Source"]


class Source:
    """One activity of a file: finds texts and days in it, and records what is odd.

    Args:
        name: Name of the file.
        place: Path of the activity in the file, such as `iati-activity[2]`.
        language: Language of texts that name none.
    """

    def __init__(self, name: str, place: str, language: str) -> None:
        self.origin = Origin(name, path=place)
        self.language = language
        self._issues: list[Issue] = []

    def report(self, code: str, message: str, severity: Severity = Severity.WARNING, remedy: str = "") -> None:
        """Record an issue of this activity."""
        self._issues.append(Issue(code=code, severity=severity, message=message, origin=self.origin, remedy=remedy))

    @property
    def issues(self) -> Issues:
        """What was recorded."""
        return Issues(self._issues)

    def text(self, element: Element | None, narrative: str = "narrative") -> Text | None:
        """Return the narratives of an element as one text; None when there is none."""
        found: dict[str, str] = {}
        for one in element.findall(narrative) if element is not None else ():
            language = one.get(LANGUAGE) or self.language
            words = (one.text or "").strip() if narrative == "narrative" else one.text or ""
            if words and language not in found:
                found[language] = words
            elif words:
                self.report("IATI204", f"a second narrative in {language!r} is not kept: {words[:60]!r}.")
        if not found:
            return None
        (language, first), *others = found.items()
        return Text(first, language, {tag: Translation(words) for tag, words in others})

    def titled(self, element: Element, fallback: str) -> Text:
        """Return the title of an element, or another text where it has none."""
        return self.text(element.find("title")) or Text(fallback)

    def day(self, element: Element | None) -> datetime.date | None:
        """Return the day of an element such as `period-start`; None when it has none that can be read."""
        written = element.get("iso-date", "") if element is not None else ""
        return self.date(written) if written else None

    def date(self, written: str) -> datetime.date | None:
        """Return a day from text; a time or a time zone after it is passed over."""
        try:
            return datetime.date.fromisoformat(written.strip()[:10])
        except ValueError:
            self.report("IATI205", f"{written!r} is not a day.", remedy="write it as 2016-12-31")
            return None

    def number(self, written: str | None, what: str) -> float | None:
        """Return a figure; None, with an issue, for a text that is none."""
        try:
            value = float(written or "")
        except ValueError:
            value = float("nan")
        if value - value == 0:
            return value
        self.report("IATI205", f"{what} has no figure that can be read: {written!r}.", remedy="write a plain number")
        return None

    def not_kept(self, tags: Iterable[str]) -> None:
        """Record elements that a programme has no place for, each kind once."""
        counts: dict[str, int] = {}
        for tag in tags:
            counts[tag] = counts.get(tag, 0) + 1
        for tag, count in sorted(counts.items()):
            self.report("IATI203", f"{count} of <{tag}> not kept: a programme has no place for it.", Severity.NOTE)


def own_id(element: Element, fallback: str) -> str:
    """Return capbuild's own id of an element, or another one."""
    return (element.get(own("id")) or "").strip() or fallback
