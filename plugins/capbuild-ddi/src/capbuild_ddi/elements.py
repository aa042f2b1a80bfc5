"""DDI elements: names, references, texts by language."""

from collections.abc import Collection, Iterable, Iterator
from xml.etree.ElementTree import Element

from capbuild.errors import ReadError
from capbuild.formats import find_missing_kind, local_name
from capbuild.model import Choice, Missing
from capbuild.origin import Origin
from capbuild.text import Text, as_text

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: Elements of Lifecycle with a text in one language.
_LEAVES = frozenset(("Content", "String", "Text"))


def damaged(name: str, why: str) -> ReadError:
    """Return the error for an unreadable DDI file."""
    return ReadError(
        f"{name} is no readable DDI file: {why}",
        code="DDI1",
        origin=Origin(name),
        remedy="ask for the file again, or name another reader with format=",
    )


def children(node: Element | None, *names: str) -> Iterator[Element]:
    """Yield the children of an element with given names."""
    for child in node if node is not None else ():
        if local_name(child) in names:
            yield child


def first(node: Element | None, *path: str) -> Element | None:
    """Return the first element along a path, or None."""
    for name in path:
        node = next(children(node, name), None)
    return node


def plain(node: Element | None) -> str:
    """Return an element's text without markup, with single spaces."""
    return "" if node is None else " ".join("".join(node.itertext()).split())


def spoken(nodes: Iterable[Element], fallback: str, default: str) -> Text:
    """Return a text in all languages.

    Args:
        nodes: Elements with the text; those of one language are not joined.
        fallback: Default text.
        default: Default language.
    """
    texts: dict[str, str] = {}
    for node in nodes:
        own: dict[str, list[str]] = {}
        for leaf in [element for element in node.iter() if local_name(element) in _LEAVES] or [node]:
            tag = leaf.get(XML_LANG) or node.get(XML_LANG) or default
            own.setdefault(tag, []).append(plain(leaf))
        for tag, parts in own.items():
            text = " ".join(part for part in parts if part)
            if text:
                texts.setdefault(tag, text)
    return as_text(texts or {default: fallback})


def choice(code: str, label: Text, *, missing: bool) -> Choice:
    """Return a category as a choice.

    The label of a missing category says which kind of missing value it is.
    """
    kinds = (find_missing_kind(label.get(tag), declared=missing) for tag in label.languages)
    kind = next((kind for kind in kinds if kind is not None), Missing.NO_ANSWER if missing else None)
    return Choice(code=code, label=label, missing=kind)


def number(text: str | None) -> float | None:
    """Return a finite number, or None.

    Example:
        >>> number("1.5"), number("high"), number("1e999")
        (1.5, None, None)
    """
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if abs(value) < 1e300 else None


def unique(name: str, key: str, used: Collection[str]) -> str:
    """Return a unique name.

    A name that is in use gets its key in brackets, or a number.

    Example:
        >>> unique("age", "V7", ["age"]), unique("age", "", ["age"]), unique("", "", [])
        ('age (V7)', 'age (2)', 'item')
    """
    name = name or key or "item"
    candidate = name if name not in used else f"{name} ({key})" if key else ""
    place = len(used) + 1
    while not candidate or candidate in used:
        candidate = f"{name} ({place})"
        place += 1
    return candidate
