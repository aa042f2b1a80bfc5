"""Elements of an activity file: what they say, and an account of what was not read."""

import datetime
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from capbuild.model import Issue, Issues, Severity
from capbuild.origin import Origin
from capbuild.text import Text, Translation
from capbuild_iati.codes import NAMESPACE
from capbuild_iati.tree import LANGUAGE, make_own_name

__all__ = ["Node", "Source"]


class Node:
    """An element that remembers which of its children, attributes and texts were read.

    Args:
        element: The element.
    """

    def __init__(self, element: Element) -> None:
        self._element = element
        self._children = [Node(child) for child in element]
        self._read: set[str] = set()
        self._reached = self._left = self._passed_over = False

    @property
    def tag(self) -> str:
        """Name of the element."""
        return str(self._element.tag)

    @property
    def text(self) -> str:
        """Text before its first child."""
        self._read.add("")
        return self._element.text or ""

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute."""
        self._read.add(name)
        return self._element.get(name, default)

    def own(self, name: str) -> str:
        """Return an attribute that only capbuild writes."""
        return self.get(make_own_name(name))

    def has(self, name: str) -> bool:
        """Tell whether it has an attribute."""
        return name in self._element.attrib

    def findall(self, tag: str) -> Iterator["Node"]:
        """Yield its children of a name."""
        for child in self._children:
            if child.tag == tag:
                child._reached = not child._left
                yield child

    def find(self, tag: str) -> "Node | None":
        """Return its first child of a name."""
        return next(self.findall(tag), None)

    def leave(self) -> None:
        """Count the element among those that were not read."""
        self._reached, self._left = False, True

    def pass_over(self) -> None:
        """Count the element as read with all that is in it: it repeats what stands elsewhere."""
        self._reached = self._passed_over = True

    def unread(self, path: str = "") -> Iterator[str]:
        """Yield paths of what was not read: `result/title`, `result@type`; of an element not reached only its own."""
        if self._passed_over:
            return
        for name in self._element.attrib:
            if name not in self._read and NAMESPACE not in name:
                yield f"{path}@{'xml:lang' if name == LANGUAGE else name}"
        if "" not in self._read and (self._element.text or "").strip():
            yield f"text of {path}"
        for child in self._children:
            below = f"{path}/{child.tag}" if path else child.tag
            if child._reached:
                yield from child.unread(below)
            elif NAMESPACE not in child.tag:
                yield below


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

    def report_unread(self, activity: Node) -> None:
        """Record what a programme has no place for, each kind of element or attribute once."""
        for path, count in sorted(Counter(activity.unread()).items()):
            times = f", {count} times" if count > 1 else ""
            self.report("IATI203", f"{path} is not kept{times}: a programme has no place for it.", Severity.NOTE)

    @property
    def issues(self) -> Issues:
        """What was recorded."""
        return Issues(self._issues)

    def text(self, node: Node | None, tag: str = "narrative") -> Text | None:
        """Return the narratives of an element as one text; None when there is none."""
        found: dict[str, str] = {}
        for one in node.findall(tag) if node is not None else ():
            language = one.own("language") or one.get(LANGUAGE) or self.language
            words = one.text.strip()
            if words and language not in found:
                found[language] = words
            elif words:
                self.report("IATI204", f"a second narrative in {language!r} is not kept: {words[:60]!r}.")
        if not found:
            return None
        (language, first), *others = found.items()
        return Text(first, language, {tag: Translation(words) for tag, words in others})

    def titled(self, node: Node, fallback: str) -> Text:
        """Return the title of an element, or another text where it has none."""
        return self.text(node.find("title")) or Text(fallback)

    def day(self, node: Node | None) -> datetime.date | None:
        """Return the day of an element such as `period-start`; None when it has none that can be read."""
        return self.date(node.get("iso-date")) if node is not None else None

    def date(self, written: str) -> datetime.date | None:
        """Return a day from text, without the time or the time zone after it; None for an empty text."""
        if not written:
            return None
        try:
            return datetime.date.fromisoformat(written.strip()[:10])
        except ValueError:
            self.report("IATI205", f"{written!r} is not a day.", remedy="write it as 2016-12-31")
            return None

    def number(self, written: str, what: str) -> float | None:
        """Return a figure; None, with an issue, for a text that is none."""
        try:
            value = float(written)
        except ValueError:
            value = float("nan")
        if value - value == 0:
            return value
        self.report("IATI205", f"{what} has no figure that can be read: {written!r}.", remedy="write a plain number")
        return None
