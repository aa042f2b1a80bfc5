"""Tables of a framework from tree-shaped files."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

from attrs import define, evolve, field, frozen

from capbuild._jsonpath import json_path
from capbuild.checks import to_map
from capbuild.display import counted
from capbuild.frameworks.spreadsheets.drafts import DraftNotes, Tables
from capbuild.frozen import FrozenMap
from capbuild.origin import Origin
from capbuild.text import numbered_name

#: Text by language.
Words = dict[str, str]

#: Default scale of nodes.
STATUS = "status"

_WORDS: Mapping[str, Any] = json.loads((files("capbuild.frameworks.trees") / "words.json").read_text("utf-8"))


@define(eq=False)
class TreeNode:
    """Node of a file.

    Attributes:
        id: Its id, unique in the file.
        kind: Kind of node.
        origin: Its place.
        texts: Texts of a node of a framework file, such as its title, by language.
        judged: Whether the node itself is judged, not only those below it.
        values: Other keys of its table.
        children: Nodes below it.
    """

    id: str
    kind: str
    origin: Origin
    texts: dict[str, Words]
    judged: bool = False
    values: dict[str, Any] = field(factory=dict)
    children: "list[TreeNode]" = field(factory=list)

    @property
    def has_judged(self) -> bool:
        """True if the node or one below it is judged."""
        return self.judged or any(child.has_judged for child in self.children)

    def walk(self) -> "Iterator[TreeNode]":
        """Yield the node and all nodes below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


def join_texts(*texts: Words) -> Words:
    """Return texts joined as paragraphs, in each language."""
    tags = dict.fromkeys(tag for words in texts for tag in words)
    return {tag: "\n\n".join(words[tag] for words in texts if words.get(tag)) for tag in tags}


def add_nodes(roots: Sequence[TreeNode], tables: Tables, notes: DraftNotes) -> None:
    """Add nodes to the tables of a framework.

    A judged node with children becomes their sibling, below a common parent, which the user is asked to confirm.

    Args:
        roots: Nodes at the top.
        tables: Tables to add nodes to.
        notes: Collects questions.
    """
    nodes = [node for root in roots for node in root.walk()]
    inner = [node for node in nodes if node.judged and any(child.has_judged for child in node.children)]
    if inner:
        assumed = (
            f"Judged, with others below: {counted(len(inner), 'node')}, such as {inner[0].id}. Each is the first of "
        )
        assumed += f"those below a node {inner[0].id}.all"
        notes.ask(assumed, "move them in the TOML file: set parent", inner[0].origin)
    plain = [node for node in nodes if not node.has_judged]
    if plain:
        named = ", ".join([*(node.id for node in plain[:3]), *(["..."] if len(plain) > 3 else [])])
        notes.understood.append(
            f"Text of the node above, since nobody judges them: {counted(len(plain), 'node')} ({named})."
        )
    used = {node.id for node in nodes}
    for root in roots:
        if root.has_judged:
            _add_node(root, None, tables, used.__contains__)
        else:
            metadata = tables.data["framework"]
            metadata.setdefault("notes", {})[root.id] = join_texts(*_list_own_texts(root))


def _list_own_texts(node: TreeNode) -> Iterator[Words]:
    for tree_node in node.walk():
        yield from (tree_node.texts[name] for name in ("title", "definition") if name in tree_node.texts)


def _add_node(node: TreeNode, parent: str | None, tables: Tables, is_taken: Callable[[str], bool]) -> None:
    below = [child for child in node.children if child.has_judged]
    texts = dict(node.texts)
    extra_texts = [text for child in node.children if not child.has_judged for text in _list_own_texts(child)]
    if extra_texts:
        texts["definition"] = join_texts(*([texts["definition"]] if "definition" in texts else []), *extra_texts)
    if node.judged and below:
        whole = numbered_name(f"{node.id}.all", is_taken, "{}-{}")
        _emit(whole, {"kind": node.kind, "title": texts["title"]}, parent, tables, node.origin)
        parent = whole
    values = {"kind": node.kind, **texts, **node.values}
    _emit(node.id, values, parent, tables, node.origin)
    for child in below:
        _add_node(child, parent if node.judged else node.id, tables, is_taken)


def _emit(name: str, values: Mapping[str, Any], parent: str | None, tables: Tables, origin: Origin) -> None:
    above = {} if parent is None else {"parent": parent}
    tables.add("nodes", {"id": name, **above, **values}, {}, origin)


def add_status_scale(tables: Tables, codes: Mapping[str, int | str], notes: DraftNotes, what: str) -> None:
    """Add the scale of met, partly and not met.

    The codes of its levels are those that a product uses.

    Args:
        tables: Tables.
        codes: Meaning of each code: a level from 0 to 2, or a kind of missing.
        notes: Collects the question.
        what: Plural noun for the judged items.
    """
    languages = [tag for tag in tables.data["framework"]["languages"] if tag in _WORDS["status"]] or ["en"]

    def label(counts: int | str) -> Words:
        words, absent = _WORDS["status"], _WORDS["not_applicable"]
        return {tag: absent[tag] if isinstance(counts, str) else words[tag][counts] for tag in languages}

    labels = [label(order) for order in range(3)]
    levels = [{"code": f"L{order}", "label": words} for order, words in enumerate(labels)]
    tables.data.setdefault("scales", []).append({"id": STATUS, "first_level": 0, "levels": levels})
    options = [{"code": code, "label": label(counts), "counts": counts} for code, counts in codes.items()]
    tables.data.setdefault("answers", []).append({"id": STATUS, "options": options})
    names = ", ".join(next(iter(words.values())) for words in labels)
    assumed = f"The file declares no scale and no rule of scoring: {what} are judged {names}, and no total is computed"
    notes.ask(assumed, "write scales, answers and methods in the TOML file: docs/how-to/own-framework.md")


@frozen(kw_only=True)
class Tree:
    """Object in a tree-shaped file.

    Attributes:
        file: Name of the file.
        value: Its keys and values; empty if it is not an object.
        path: Its path: keys, and indexes from 0.
        lines: Line of each object of the file, by path; empty if the format has none.
        open_relative: Function that returns the tree of another file by relative path; None without one.
    """

    file: str
    value: Mapping[str, Any] = field(factory=dict, repr=False)
    path: tuple[str | int, ...] = ()
    lines: FrozenMap[tuple[str | int, ...], int] = field(factory=FrozenMap, converter=to_map, repr=False)
    open_relative: "Callable[[str], Tree | None]" = field(default=lambda _: None, repr=False)

    @property
    def origin(self) -> Origin:
        """Origin of the object."""
        return Origin(self.file, row=self.lines.get(self.path), path=json_path(self.path) if self.path else None)

    def __contains__(self, key: str) -> bool:
        return self.value.get(key) is not None

    def text(self, *keys: str) -> str:
        """Return the first non-blank value of some keys, as text."""
        for key in keys:
            value = self.value.get(key)
            if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
                return str(value).strip()
        return ""

    def number(self, key: str) -> float | int | None:
        """Return a number, or None."""
        text = self.text(key)
        try:
            number = float(text)
        except ValueError:
            return None
        return int(number) if number.is_integer() else number if abs(number) < float("inf") else None

    def flag(self, key: str) -> bool:
        """True if a value is true."""
        return self.value.get(key) is True

    def names(self, key: str) -> tuple[str, ...]:
        """Return the texts in a list or comma-separated text."""
        value = self.value.get(key)
        items = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else ()
        return tuple(str(item).strip() for item in items if isinstance(item, str | int | float) and str(item).strip())

    def tree(self, key: str) -> "Tree":
        """Return the object at a key."""
        value = self.value.get(key)
        return evolve(self, value=value if isinstance(value, dict) else {}, path=(*self.path, key))

    def trees(self, key: str) -> "Iterator[Tree]":
        """Yield the objects in the list at a key.

        A single object is treated as a list of one.
        """
        value = self.value.get(key)
        if isinstance(value, dict):
            yield self.tree(key)
        for position, item in enumerate(value if isinstance(value, list) else ()):
            if isinstance(item, dict):
                yield evolve(self, value=item, path=(*self.path, key, position))
