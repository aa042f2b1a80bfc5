"""Check for unread parts of a definition.

The values of a definition are compared with the questionnaire, since its reader may leave some out.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from enum import Enum
from functools import cache, partial
from html import unescape
from itertools import islice
from typing import Any, NamedTuple, TypeAlias
from xml.etree.ElementTree import Element

import attrs

from capbuild.display import counted
from capbuild.formats.json_files.json_file import json_origin
from capbuild.formats.values.missing import find_missing_kind
from capbuild.formats.vocabulary import shorten
from capbuild.formats.xml_file import local_name
from capbuild.model import Issue, Questionnaire
from capbuild.origin import Origin

_TAG = re.compile(r"<[/!]?[A-Za-z][^<>]*>")


def plain_text(text: object) -> str:
    """Return a text without HTML, with single spaces.

    Example:
        >>> plain_text("Which <b>units</b>?<br>Choose&nbsp;all."), plain_text("5 < 6 and 8 > 7")
        ('Which units ? Choose all.', '5 < 6 and 8 > 7')
    """
    plain = str(text or "")
    if "<" in plain:
        plain = _TAG.sub(" ", plain)
    return " ".join((unescape(plain) if "&" in plain else plain).split())


#: Known values of a key: texts, a test of a text, `bool` for true and false, `int` or `float` for numbers.
KnownValues: TypeAlias = Collection[str] | Callable[[str], object] | type[bool] | type[int] | type[float]

#: Kinds of texts that an issue names.
_SHOWN = 10
_WHOLE, _NUMBER = re.compile(r"-?\d+"), re.compile(r"-?\d+(\.\d+)?")
_WORDS = re.compile(r"[^\W\d_]{2}[,.;:]? [^\W\d_]{2}")


class Leaf(NamedTuple):
    """Value in a tree.

    Attributes:
        kind: Path without numbers, with points between names.
        text: The value as text.
        place: Its path in XML, its steps in JSON.
    """

    kind: str
    text: str
    place: str | tuple[str | int, ...]


def check_definition(
    file: str,
    tree: object,
    form: Questionnaire,
    known: Mapping[str, KnownValues],
    *,
    path: str = "",
    origin: Callable[..., Origin] | None = None,
) -> Iterator[Issue]:
    """Report parts of a definition that the form lacks.

    Values are grouped by kind, such as the labels of choices. If the form shows some values of a kind, those that it
    lacks are reported; if it shows none, texts of several words are (CB136). A value of a key in `known` must be one of
    those listed (CB137).

    Args:
        file: Name of the file.
        tree: The definition: a JSON value, or an XML element.
        form: The questionnaire made from it.
        known: Known values by the last names of a path, such as `type` or `item.type`; the longest counts.
        path: Path of an XML element, if it is not the root.
        origin: Returns the origin of a JSON value from its steps; that of a value in the file by default.

    Example:
        >>> from capbuild.model import Question
        >>> fields = [{"text": "Law in force"}, {"text": "Number of staff", "type": "integr"}]
        >>> tree = {"fields": fields, "about": "A first try"}
        >>> form = Questionnaire(id="a", title="A", questions=[Question(id="law", text="Law in force")])
        >>> for issue in check_definition("a.json", tree, form, {"type": ("integer", "text")}):
        ...     print(issue.code, issue.origin, issue.message)
        CB137 a.json $.fields[1].type 'integr' is no known value of 'fields.type'
        CB136 a.json $.fields[1].text 1 of 2 values of 'fields.text' are not in the form
        CB136 a.json $.about texts of these kinds are not read: 'about'
    """

    def place_of(leaf: Leaf) -> Origin:
        if isinstance(leaf.place, str):
            return Origin(file, path=leaf.place)
        return origin(*leaf.place) if origin is not None else json_origin(file, *leaf.place)

    kinds: defaultdict[str, list[Leaf]] = defaultdict(list)
    find_known = cache(partial(_find_known, known=known))
    for leaf in _xml_leaves(tree, path or f"/{local_name(tree)}") if isinstance(tree, Element) else _json_leaves(tree):
        values = find_known(leaf.kind)
        if values is None and has_letter(leaf.text):
            kinds[leaf.kind].append(leaf)
        elif values is not None and not _is_known(leaf.text, values):
            message = f"{shorten(leaf.text, 60)!r} is no known value of {leaf.kind!r}"
            remedy = "check whether the program that made the file is newer than this reader, and what was meant"
            yield Issue.warning("CB137", message, place_of(leaf), remedy)
    shown = _find_texts(form)
    everything = "\n".join(shown)
    unread: list[Leaf] = []
    for kind, leaves in kinds.items():
        if any(leaf.text in shown for leaf in leaves):
            lost = [
                leaf
                for leaf in leaves
                if leaf.text not in shown
                and leaf.text not in everything
                and not find_missing_kind(leaf.text, declared=False)
            ]
            if lost:
                message = f"{len(lost):,} of {counted(len(leaves), 'value', 'values')} of {kind!r} are not in the form"
                remedy = "compare the questionnaire with the file; ids and names must be unique in it"
                yield Issue.note("CB136", message, place_of(lost[0]), remedy)
        else:
            unread.extend(islice((leaf for leaf in leaves if _WORDS.search(leaf.text)), 1))
    if unread:
        names = ", ".join(repr(leaf.kind) for leaf in unread[:_SHOWN])
        more = f" and {len(unread) - _SHOWN:,} more" if len(unread) > _SHOWN else ""
        message = f"texts of these kinds are not read: {names}{more}"
        yield Issue.note("CB136", message, place_of(unread[0]), "keep the file, if they matter")


def has_letter(text: str) -> bool:
    """True if a text has a letter."""
    return any(map(str.isalpha, text))


def _find_known(kind: str, known: Mapping[str, KnownValues]) -> KnownValues | None:
    names = kind.split(".")
    most = max((name.count(".") + 1 for name in known), default=0)
    ends = (".".join(names[start:]) for start in range(max(len(names) - most, 0), len(names)))
    return next((known[end] for end in ends if end in known), None)


def _is_known(text: str, values: KnownValues) -> bool:
    if isinstance(values, type):
        if values is bool:
            return text in ("true", "false")
        return (_WHOLE if values is int else _NUMBER).fullmatch(text) is not None
    return bool(values(text)) if callable(values) else text in values


def _json_leaves(tree: object) -> Iterator[Leaf]:
    """Yield the values of a JSON document, in order."""
    waiting: list[tuple[object, tuple[str | int, ...], str]] = [(tree, (), "")]
    while waiting:
        value, steps, kind = waiting.pop()
        if isinstance(value, dict):
            below = [(inner, (*steps, str(key)), f"{kind}.{key}" if kind else str(key)) for key, inner in value.items()]
            waiting.extend(reversed(below))
        elif isinstance(value, list):
            waiting.extend((value[at], (*steps, at), kind) for at in range(len(value) - 1, -1, -1))
        elif value is not None:
            text = str(value).lower() if isinstance(value, bool) else plain_text(str(value))
            if text:
                yield Leaf(kind, text, steps)


def _xml_leaves(node: Element, path: str, kind: str = "") -> Iterator[Leaf]:
    text = plain_text(node.text or "")
    if text:
        yield Leaf(kind, text, path)
    for name, value in node.attrib.items():
        if value.strip():
            yield Leaf(f"{kind}.@{local_name(name)}".lstrip("."), plain_text(value), f"{path}/@{local_name(name)}")
    places: Counter[str] = Counter()
    for child in node:
        if isinstance(child.tag, str):
            name = local_name(child)
            places[name] += 1
            yield from _xml_leaves(child, f"{path}/{name}[{places[name]}]", f"{kind}.{name}".lstrip("."))


@cache
def _field_names(kind: Any) -> tuple[str, ...]:
    return tuple(attribute.name for attribute in attrs.fields(kind)) if attrs.has(kind) else ()


def _find_texts(form: Questionnaire) -> set[str]:
    """Return the texts with letters in a questionnaire."""
    found: set[str] = set()
    parts: list[Any] = [form]
    while parts:
        part = parts.pop()
        if isinstance(part, str):
            if not isinstance(part, Enum):
                found.add(part)
        elif isinstance(part, tuple):
            parts.extend(part)
        elif names := _field_names(part.__class__):
            parts.extend(inner for name in names if (inner := getattr(part, name)))
        elif isinstance(part, Mapping):
            parts.extend(part.keys())
            parts.extend(part.values())
    return {plain_text(text) for text in found if has_letter(text)}
