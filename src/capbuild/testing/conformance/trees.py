"""Clauses on XML, JSON and tables of definitions.

Whatever a reader uses of one element must be used or reported for every other.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.dom import minidom

from attrs import evolve, frozen

from capbuild.model import Issues, Survey
from capbuild.origin import Origin
from capbuild.testing.conformance.cell_probes import NONSENSE
from capbuild.testing.conformance.edits import Edit, TextTable, apply_edit, file_kind, json_bytes, leaves
from capbuild.testing.conformance.metamorphic import MetamorphicClauses, SampleFile, plain_path
from capbuild.testing.conformance.sample import is_read, is_reported, misplaced_issue, reading_content, spread
from capbuild.testing.contract import require_clause

_WORDS = re.compile(r"[^\W\d_]{2}[,.;:]? [^\W\d_]{2}")


@frozen
class Twin:
    """Copy of a tree with a duplicate element or object.

    The duplicate has another text.

    Attributes:
        path: The element's path.
        text: The text in the first.
        without: The file without the element.
        data: The file with both.
    """

    path: str
    text: str
    without: bytes
    data: bytes


class TreeClauses(MetamorphicClauses):
    """Clauses that edit XML and JSON.

    They edit values, texts and elements, in samples and companion files.
    """

    def _trees(self) -> Iterator[SampleFile]:
        yield from (file for file in self.files() if file_kind(file.name, file.data) in ("json", "xml"))

    def _tables(self) -> Iterator[SampleFile]:
        """Yield tables that define a form: they have no responses."""
        for file in self.files():
            own = any(file.name == response.origin.file for response in file.before.responses if response.origin)
            if not own and file_kind(file.name, file.data) == "table":
                yield file

    def _is_unread(self, pattern: str) -> bool:
        return any(part in pattern for part in self.unread)

    def test_every_value_counts(self) -> None:
        """Check that every value of a response counts.

        Nonsense must be shown or reported, and so must both of two duplicate elements.
        """
        self.clause("every value counts")
        for file in self._trees():
            self._check_nonsense(file, "every value counts", within=True)
            self._check_twins(file, "every value counts", within=True)

    def test_every_definition_counts(self) -> None:
        """Check that every part of a form counts.

        Nonsense must be shown or reported, and each text must be read.
        """
        self.clause("every definition counts")
        for file in self._trees():
            self._check_nonsense(file, "every definition counts", within=False)
            self._check_twins(file, "every definition counts", within=False)
        for file in self._tables():
            self._check_twins(file, "every definition counts", within=False)

    def _check_nonsense(self, file: SampleFile, clause: str, *, within: bool) -> None:
        before, responses = reading_content(file.before), _Responses.of(file)
        for pattern, members in spread(list(_patterns(file, responses, within=within).items()), 5 * self.edits):
            if self._is_unread(pattern):
                continue
            ignored = []
            ends = dict.fromkeys((members[0], members[-1]))
            for origin, text in ends:
                counts = False
                for new in (NONSENSE, *([f"{text}.5"] if text.isdecimal() else [])):
                    data = apply_edit(file.name, file.data, Edit(kind="replace", origin=origin, text=new))
                    after = None if data is None else file.read(data)
                    if after is None:
                        continue
                    if reading_content(after) == before or _is_reported_only(file.before, after, origin):
                        ignored += [text] if new == NONSENSE else []
                        small = f"{file.name}: {text} at {origin} counts, and {new} is read as {text}"
                        require_clause(not counts, clause, small)
                        continue
                    counts = True
                    what = f"{file.name}: {new!r} at {origin}, in place of {text[:40]!r},"
                    shown, reported = is_read(new, after), is_reported(file.before, after)
                    require_clause(
                        shown or reported, clause, f"{what} changes what is read, and is neither shown nor reported"
                    )
                    elsewhere = misplaced_issue(file.before, after, origin) if within and not shown else ""
                    require_clause(not elsewhere, "says where", f"{what}: the only new issue is {elsewhere}")
            words = next(filter(_WORDS.search, ignored), "")
            place = re.sub(r"[$/.]+", ".", pattern.partition("/")[2].partition("/")[2] or pattern).strip(".")
            kinds = (kind for issue in file.before.issues for kind in re.findall(r"'([\w.@:-]+)'", issue.message))
            reported = any(f".{kind}." in f".{place}." for kind in kinds)
            unread = words and len(ignored) == len(ends) and not reported
            require_clause(not unread, clause, f"{file.name}: the text {words[:60]!r} is not read ({pattern})")

    def _check_twins(self, file: SampleFile, clause: str, *, within: bool) -> None:
        before, responses = reading_content(file.before), _Responses.of(file)
        for twin in spread([twin_ for twin_ in _twins(file) if (twin_.path in responses) is within], 3 * self.edits):
            if self._is_unread(_pattern(twin.path)) or not is_read(twin.text, file.before):
                continue
            gone = file.read(twin.without)
            after = file.read(twin.data)
            if gone is None or reading_content(gone) == before or after is None or is_reported(file.before, after):
                continue
            lost = [text for text in (twin.text, NONSENSE) if not is_read(text, after)]
            require_clause(
                not lost, clause, f"{file.name}: with {twin.path} twice, {lost} is not read, and no issue says so"
            )


def _is_reported_only(before: Survey, after: Survey, origin: Origin) -> bool:
    """True if only an issue of the place is gone."""
    path = _pattern(origin.path or "")
    left = Issues(
        issue for issue in before.issues if not (issue.origin and path.startswith(_pattern(issue.origin.path or " ")))
    )
    return len(left) < len(before.issues) and reading_content(evolve(before, issues=left)) == reading_content(after)


@frozen
class _Responses:
    """Places of the responses in a file."""

    paths: tuple[str, ...]

    @classmethod
    def of(cls, file: SampleFile) -> "_Responses":
        """Return those of a sample; none in a companion file."""
        origins = [response.origin for response in file.before.responses]
        return cls(tuple(plain_path(o.path) for o in origins if o is not None and o.path and o.file == file.name))

    def __contains__(self, path: object) -> bool:
        plain = plain_path(str(path))
        return any(plain == path or plain.startswith((f"{path}/", f"{path}.", f"{path}[")) for path in self.paths)


def without_values(name: str, data: bytes, most: int) -> Iterator[bytes]:
    """Yield copies of a file, each without one value.

    The file is XML or JSON; values at different paths are left out in turn.

    Args:
        name: Name of the file.
        data: Its bytes.
        most: Number of copies.
    """
    if file_kind(name, data) not in ("json", "xml"):
        return
    try:
        firsts = {_pattern(origin.path or ""): origin for origin, _ in leaves(name, data)}
    except (ValueError, LookupError):
        return
    for origin in spread(list(firsts.values()), most):
        edited = apply_edit(name, data, Edit(kind="remove", origin=origin))
        if edited is not None:
            yield edited


def _pattern(path: str) -> str:
    return re.sub(r"\[\d+\]", "", path)


def _patterns(file: SampleFile, responses: _Responses, *, within: bool) -> Mapping[str, list[tuple[Origin, str]]]:
    """Return a file's values by path without numbers.

    Args:
        file: The file.
        responses: Paths of the responses.
        within: True for values within responses, False for all others.
    """
    by_pattern: defaultdict[str, list[tuple[Origin, str]]] = defaultdict(list)
    for origin, text in leaves(file.name, file.data):
        if text.strip() and (origin.path in responses) is within:
            by_pattern[_pattern(origin.path or "")].append((origin, text))
    return by_pattern


def _twins(file: SampleFile) -> Iterator[Twin]:
    """Yield copies of a file with a duplicate element."""
    content, seen = file.data.decode("utf-8-sig", "replace"), set[str]()

    def text_of(path: str, texts: Iterator[str]) -> str:
        text = next((text_ for text_ in texts if content.count(text_) == 1), "") if _pattern(path) not in seen else ""
        seen.update([_pattern(path)] if text else ())
        return text

    if file_kind(file.name, file.data) == "json":
        tree = json.loads(content)
        for path, place, above in _json_objects(tree, "$"):
            if text := text_of(path, _json_texts(above[place])):
                own = above.pop(place)
                without = json_bytes(tree, file.data)
                above[place:place] = [own, json.loads(json.dumps(own, ensure_ascii=False).replace(text, NONSENSE))]
                yield Twin(path, text, without, json_bytes(tree, file.data))
                del above[place + 1]
        return
    if file_kind(file.name, file.data) == "table":
        yield from _row_twins(file, text_of)
        return
    document: Any = minidom.parseString(file.data)  # noqa: S318 - a sample of a test
    for path, node in _xml_elements(document.documentElement, f"/{document.documentElement.tagName}"):
        if text := text_of(path, _xml_texts(node)):
            above, after = node.parentNode, node.nextSibling
            above.removeChild(node)
            without = document.toxml("utf-8")
            twin = node.cloneNode(deep=True)
            _put_text(twin, text)
            above.insertBefore(node, after)
            above.insertBefore(twin, after)
            yield Twin(path, text, without, document.toxml("utf-8"))
            above.removeChild(twin)


def _row_twins(file: SampleFile, text_of: Callable[[str, Iterator[str]], str]) -> Iterator[Twin]:
    """Yield copies of a table with a duplicate record.

    Every record of the table must have as many cells as the header.
    """
    table = TextTable.parse(file.data)
    rows = [table.cells(place) for place in range(len(table.records))]
    for place, cells in enumerate(rows if {*map(len, rows)} == {max(3, len(rows[0]))} else ()):
        if place and (text := text_of(f"line {table.starts[place]}", filter(_is_words, reversed(cells)))):
            twin = table.write(place, [NONSENSE if cell == text else cell for cell in cells])
            above, own, below = table.records[:place], table.records[place], table.records[place + 1 :]
            without, data = (table.encode([*above, *kept, *below]) for kept in ((), (own, twin)))
            yield Twin(f"line {table.starts[place]}", text, without, data)


def _json_objects(value: Any, path: str) -> Iterator[tuple[str, int, list[Any]]]:
    """Yield the objects in lists: path, place, and list."""
    for key, item in list(value.items() if isinstance(value, dict) else ()):
        yield from _json_objects(item, f"{path}.{key}")
    for position, item in enumerate(list(value) if isinstance(value, list) else ()):
        if isinstance(item, dict):
            yield f"{path}[{position}]", position, value
        yield from _json_objects(item, f"{path}[{position}]")


def _xml_elements(node: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield the elements below one, with their paths."""
    counts: Counter[str] = Counter()
    for child in [child for child in node.childNodes if child.nodeType == child.ELEMENT_NODE]:
        counts[child.tagName] += 1
        inner = f"{path}/{child.tagName}[{counts[child.tagName]}]"
        yield inner, child
        yield from _xml_elements(child, inner)


def _json_texts(value: Any) -> Iterator[str]:
    """Yield texts with words in a value, last ones first.

    Ids come first in a value, and texts after them.
    """
    if isinstance(value, dict | list):
        for item in reversed(list(value.values()) if isinstance(value, dict) else value):
            yield from _json_texts(item)
    elif isinstance(value, str) and _is_words(value):
        yield value


def _xml_texts(node: Any) -> Iterator[str]:
    """Yield the texts of words in an element."""
    for child in node.childNodes:
        if child.nodeType == child.ELEMENT_NODE:
            yield from _xml_texts(child)
        elif child.nodeType == child.TEXT_NODE and _is_words(child.data):
            yield child.data


def _put_text(node: Any, text: str) -> None:
    """Put nonsense in place of a text of an element."""
    for child in node.childNodes:
        if child.nodeType == child.ELEMENT_NODE:
            _put_text(child, text)
        elif child.nodeType == child.TEXT_NODE and child.data == text:
            child.data = NONSENSE


def _is_words(text: str) -> bool:
    return len(re.findall(r"[^\W\d_]", text)) > 2 and text == text.strip()
