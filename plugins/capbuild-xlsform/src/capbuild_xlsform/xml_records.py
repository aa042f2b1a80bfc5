"""Submissions as OpenRosa XML instances: elements that come twice are repeats, an empty one has no answer."""

from collections import Counter
from xml.etree.ElementTree import Element

from attrs import define, field

from capbuild.origin import Origin
from capbuild_xlsform.meta import is_asked, is_meta
from capbuild_xlsform.records import Entry, Record
from capbuild_xlsform.safe import local_name

__all__ = ["xml_record"]

_FILE = ("type", "file")
#: Attributes of the root that say whose form it is, or stand for metadata.
_OF_ROOT = frozenset({"id", "id_string", "version", "template", "instanceID", "submissionDate"})
_Places = tuple[tuple[str, int], ...]


@define(eq=False)
class _Walk:
    """Collects what one submission stores."""

    file: str
    at: str
    asked: frozenset[str] = frozenset()
    entries: list[Entry] = field(factory=list)
    meta: dict[str, str] = field(factory=dict)
    where: dict[str, Origin] = field(factory=dict)

    def take(self, element: Element, prefix: str, places: _Places, at: str) -> None:
        children = [child for child in element if not _is_template(child)]
        counts = Counter(local_name(child.tag) for child in children)
        seen: Counter[str] = Counter()
        for child in children:
            name = local_name(child.tag)
            path = f"{prefix}{name}"
            seen[name] += 1
            here, inner = f"{at}/{name}", places
            if counts[name] > 1:
                here, inner = f"{here}[{seen[name]}]", (*places, (path, seen[name]))
            if path in ("meta", "formhub") or (is_meta(path) and not is_asked(path, self.asked)):
                self._meta(child, path, here)
                continue
            self.entries.extend(
                Entry(f"{path}/@{key}", inner, value, Origin(self.file, path=f"{self.at}{here}/@{key}"))
                for key, value in _attributes(child)
            )
            if len(child):
                if _between(child).strip():  # no device writes that, but people edit what devices wrote
                    self._leaf(child, path, inner, here)
                self.take(child, f"{path}/", inner, here)
            else:
                self._leaf(child, path, inner, here)

    def _meta(self, element: Element, path: str, at: str) -> None:
        for child in element:
            name = local_name(child.tag)
            self._meta(child, f"{path}/{name}", f"{at}/{name}")
        for key, value in _attributes(element):
            self.keep(f"{path}/@{key}", value, f"{at}/@{key}")
        if not len(element) and (element.text or "").strip():
            self.keep(path, (element.text or "").strip(), at)

    def keep(self, name: str, text: str, at: str) -> None:
        """Keep a piece of metadata; another one of that name that says something else has a number."""
        number, own = 1, name
        while self.meta.get(own, text) != text:
            number += 1
            own = f"{name} ({number})"
        self.meta[own] = text
        self.where.setdefault(own, Origin(self.file, path=f"{self.at}{at}"))

    def _leaf(self, element: Element, path: str, places: _Places, at: str) -> None:
        text = _between(element)
        stored = text.strip()
        origin = Origin(self.file, path=f"{self.at}{at}")
        self.entries.append(Entry(path, places, stored, origin, "", text if text != stored and stored else None))


def _between(element: Element) -> str:
    """Return the text of an element that stands before, between and behind the elements in it."""
    parts = [element.text or "", *(child.tail or "" for child in element)]
    return " ".join(part.strip() for part in parts if part.strip()) if len(element) else parts[0]


def _attributes(element: Element) -> list[tuple[str, str]]:
    """Return the attributes of an element that say something: of a case, of an entity; by name without namespace.

    Web forms mark the answers that are files, which their questions tell.
    """
    found = [(local_name(name), value.strip()) for name, value in element.attrib.items()]
    return [(name, value) for name, value in found if value and name != "template" and (name, value) != _FILE]


def _is_template(element: Element) -> bool:
    """Tell whether an element is the blank form of a repeat, from which devices make each time of it."""
    marked = any(local_name(name) == "template" for name in element.attrib)
    return marked and not any((text or "").strip() for text in element.itertext())


def xml_record(root: Element, file: str, at: str = "", asked: frozenset[str] = frozenset()) -> Record:
    """Return the submission that an XML instance is.

    Args:
        root: Its root.
        file: Name of the file.
        at: Where in the file the instance stands, for archives and lists.
        asked: Paths of the questions of the definition.
    """
    walk = _Walk(file, at, asked)
    walk.take(root, "", (), f"/{local_name(root.tag)}")
    attributes = {local_name(name): value.strip() for name, value in root.attrib.items()}
    for name, meta in (("instanceID", "meta/instanceID"), ("submissionDate", "submissionDate")):
        if attributes.get(name):
            walk.meta.setdefault(meta, attributes[name])
    for name, value in attributes.items():
        if value and name not in _OF_ROOT:
            walk.keep(f"@{name}", value, f"/{local_name(root.tag)}/@{name}")
    return Record(
        walk.entries,
        walk.meta,
        Origin(file, path=at or f"/{local_name(root.tag)}"),
        form=attributes.get("id") or attributes.get("id_string") or local_name(root.tag),
        version=attributes.get("version", ""),
        whole=True,
        absent_is_unasked=True,
        where=walk.where,
    )
