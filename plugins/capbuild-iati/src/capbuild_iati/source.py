"""XML elements with tracking of unread content."""

import datetime
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from capbuild.model import Issue, Issues, Severity
from capbuild.origin import Origin
from capbuild.text import Text, Translation
from capbuild_iati.tree import LANGUAGE, NAMESPACE, make_own_name


class Node:
    """Element that records which children, attributes and texts were read.

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
        """Return an attribute in capbuild's namespace."""
        return self.get(make_own_name(name))

    def has(self, name: str) -> bool:
        """True if an attribute exists."""
        return name in self._element.attrib

    def findall(self, tag: str) -> Iterator["Node"]:
        """Yield its children with a name."""
        for child in self._children:
            if child.tag == tag:
                child._reached = not child._left
                yield child

    def find(self, tag: str) -> "Node | None":
        """Return its first child with a name."""
        return next(self.findall(tag), None)

    def leave(self) -> None:
        """Count the element as unread."""
        self._reached, self._left = False, True

    def pass_over(self) -> None:
        """Count the element and its content as read.

        Use it for elements that repeat others.
        """
        self._reached = self._passed_over = True

    def unread(self, path: str = "") -> Iterator[str]:
        """Yield the paths of unread content: `result/title`, `result@type`.

        An element that was never reached is listed without its content.
        """
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
    """Reads texts and dates of an activity, and records issues.

    Args:
        name: Name of the file.
        place: Path of the activity in the file, such as `iati-activity[2]`.
        language: Default language of texts.
    """

    def __init__(self, name: str, place: str, language: str) -> None:
        self.origin = Origin(name, path=place)
        self.language = language
        self._issues: list[Issue] = []

    def report(self, code: str, message: str, severity: Severity = Severity.WARNING, remedy: str = "") -> None:
        """Record an issue of this activity."""
        self._issues.append(Issue(code=code, severity=severity, message=message, origin=self.origin, remedy=remedy))

    def report_unread(self, activity: Node) -> None:
        """Record unread elements and attributes, each kind once."""
        for path, count in sorted(Counter(activity.unread()).items()):
            times = f", {count} times" if count > 1 else ""
            self.report("IATI203", f"{path} is not kept{times}: a programme has no place for it.", Severity.NOTE)

    @property
    def issues(self) -> Issues:
        """Recorded issues."""
        return Issues(self._issues)

    def text(self, node: Node | None, tag: str = "narrative") -> Text | None:
        """Return an element's narratives as a text, or None."""
        narratives: dict[str, str] = {}
        for child in node.findall(tag) if node is not None else ():
            language = child.own("language") or child.get(LANGUAGE) or self.language
            words = child.text.strip()
            if words and language not in narratives:
                narratives[language] = words
            elif words:
                self.report("IATI204", f"a second narrative in {language!r} is not kept: {words[:60]!r}.")
        if not narratives:
            return None
        (language, first), *others = narratives.items()
        return Text(first, language, {tag: Translation(words) for tag, words in others})

    def own_text(self, node: Node | None) -> Text | None:
        """Return an element's narratives in capbuild's namespace, or None."""
        return self.text(node, make_own_name("narrative"))

    def titled(self, node: Node, fallback: str) -> Text:
        """Return the title of an element, or a fallback."""
        return self.text(node.find("title")) or Text(fallback)

    def day(self, node: Node | None) -> datetime.date | None:
        """Return an element's date, or None."""
        return self.date(node.get("iso-date")) if node is not None else None

    def date(self, written: str) -> datetime.date | None:
        """Return the date in a text, without time, or None."""
        if not written:
            return None
        try:
            return datetime.date.fromisoformat(written.strip()[:10])
        except ValueError:
            self.report("IATI205", f"{written!r} is not a day.", remedy="write it as 2016-12-31")
            return None

    def number(self, written: str, what: str) -> float | None:
        """Parse a figure; None with an issue if invalid."""
        try:
            value = float(written)
        except ValueError:
            value = float("nan")
        if value - value == 0:
            return value
        self.report("IATI205", f"{what} has no readable figure: {written!r}.", remedy="write a plain number")
        return None
