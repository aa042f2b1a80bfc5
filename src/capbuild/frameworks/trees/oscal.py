"""OSCAL catalogs and profiles as frameworks.

Any tree-shaped file can be drafted as a framework.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any

from attrs import define, evolve, field

from capbuild.display import counted
from capbuild.frameworks.spreadsheets.drafts import NO_FRAMEWORK, DraftNotes, FrameworkDraft, Tables
from capbuild.frameworks.spreadsheets.headers import fold, text_language
from capbuild.frameworks.trees.ciso_assistant import Library
from capbuild.frameworks.trees.library_questions import library_questionnaire
from capbuild.frameworks.trees.tree_nodes import STATUS, Tree, TreeNode, Words, add_nodes, add_status_scale
from capbuild.scoring.methods import RegisteredMethod
from capbuild.text import numbered_name

#: States of implementation in OSCAL, with their scores.
_STATES: dict[str, int | str] = {
    "implemented": 2, "alternative": 2, "partial": 1, "planned": 0, "not-implemented": 0,
    "not-applicable": "not_applicable",
}  # fmt: skip

_INSERT = re.compile(r"\{\{\s*(?:insert:\s*)?(?:param,\s*)?(?P<id>[^\s{}]+)\s*\}\}")

#: Parts on the assessment of a control, not on its content.
_ASIDE = ("assessment-objective", "objective")

_METHODS = ("assessment-method", "assessment")

#: Maximum depth of parameters that reference others.
_LONGEST_CHAIN = 8

_ROLES = ("publisher", "author", "creator", "owner")


@define(eq=False)
class Catalog:
    """Reader of a catalog.

    Attributes:
        tree: The catalog.
        notes: Collects questions and issues.
        head: Object with metadata that name the framework: the catalog, or the profile that selects from it.
        chosen: Returns whether a control is part of the framework, by its id and the ids of those above it.
        values: Values of parameters that a profile sets, by id.
    """

    tree: Tree
    notes: DraftNotes
    head: Tree
    chosen: Any = field(default=lambda _name, _above: True)
    values: Mapping[str, tuple[str, ...]] = field(factory=dict)
    _made: Tables = field(factory=Tables, init=False)
    _params: dict[str, Tree] = field(factory=dict, init=False)
    _ids: dict[str, str] = field(factory=dict, init=False)
    _language: str = field(default="en", init=False)
    _withdrawn: list[str] = field(factory=list, init=False)
    _left_out: set[str] = field(factory=set, init=False)

    def read(self) -> Tables | None:
        """Return the tables of the framework; None on errors."""
        self._read_head()
        self._collect_parameters(self.tree)
        roots = [*self._read_groups(self.tree), *self._read_controls(self.tree, ())]
        if not any(root.has_judged for root in roots):
            remedy = "choose a catalog with controls, or correct the profile"
            self.notes.add_error("no control is in the catalog", self.tree.origin, remedy, NO_FRAMEWORK)
            return None
        add_status_scale(self._made, _STATES, self.notes, "controls")
        self._note_understood(roots)
        add_nodes(roots, self._made, self.notes)
        return self._made

    # --- metadata ----------------------------------------------------------------------------------------------------

    def _read_head(self) -> None:
        metadata = self.head.tree("metadata")
        title = metadata.text("title") or PurePosixPath(self.tree.file).stem
        edition = metadata.text("version") or "1"
        self._language = _find_property(metadata, "language") or text_language(_list_titles(self.tree)) or "en"
        head: dict[str, Any] = {
            "id": fold(title).replace(" ", "-")[:60].strip("-") or "catalog",
            "edition": edition,
            "title": {self._language: title},
            "provider": _find_provider(metadata),
            "languages": [self._language],
        }
        licence = _find_property(metadata, "license", "licence", "rights") or next(_list_links(metadata, "license"), "")
        origin = metadata.origin
        if licence:
            head["licence"] = " ".join(licence.split())
            self.notes.understood.append(f"Licence: {head['licence']}")
        else:
            assumed = "The catalog names no licence: the owner of its texts is not known"
            self.notes.ask(assumed, 'write licence = "..." in the TOML file before you pass it on', origin)
        self._made.data["framework"] = head
        assumed = f"The framework is {head['id']} {edition}, after the title and the version, in {self._language}"
        self.notes.ask(assumed, "write id, edition and languages in the TOML file", origin)

    # --- parameters --------------------------------------------------------------------------------------------------

    def _collect_parameters(self, one: Tree) -> None:
        self._params |= {param.text("id"): param for param in one.trees("params")}
        for key in ("groups", "controls"):
            for inner in one.trees(key):
                self._collect_parameters(inner)

    def _fill_in(self, text: str, depth: int = 0) -> str:
        """Fill in the parameters of a text."""

        def value(match: re.Match[str]) -> str:
            name = match["id"]
            param = self._params.get(name)
            if name in self.values:
                return ", ".join(self.values[name])
            if param is None or depth == _LONGEST_CHAIN:
                return f"[{name}]"
            if values := param.names("values") or tuple(filter(None, [param.text("value")])):
                return ", ".join(values)
            choices = param.tree("select").names("choice")
            chosen = "; ".join(self._fill_in(choice, depth + 1) for choice in choices)
            return f"[{chosen or param.text('label') or name}]"

        return _INSERT.sub(value, text)

    # --- tree --------------------------------------------------------------------------------------------------------

    def _read_groups(self, above: Tree) -> list[TreeNode]:
        nodes: list[TreeNode] = []
        for group in above.trees("groups"):
            title = group.text("title") or group.text("id") or "Group"
            name = self._take(group.text("id") or fold(title).replace(" ", "-") or "group", group)
            kind = fold(group.text("class")).replace(" ", "-") or "group"
            texts = {"title": {self._language: self._fill_in(title)}, **self._read_texts(group)}
            node = TreeNode(name, kind, group.origin, texts)
            node.children = [*self._read_groups(group), *self._read_controls(group, ())]
            # A group without selected controls is not included.
            if node.has_judged or self.head is self.tree:
                nodes.append(node)
        return nodes

    def _read_controls(self, above: Tree, names: tuple[str, ...]) -> list[TreeNode]:
        """Return the controls below a group or control.

        An unselected control is replaced by its selected descendants.
        """
        nodes: list[TreeNode] = []
        for control in above.trees("controls"):
            given = control.text("id")
            if _find_property(control, "status").casefold() == "withdrawn":
                self._withdrawn.append(given or control.text("title"))
                continue
            if not given:
                self.notes.add_error("the control has no id", control.origin, 'write "id"')
                continue
            below = self._read_controls(control, (*names, given))
            if not self.chosen(given, names):
                nodes += below
                continue
            texts: dict[str, Words] = {"title": {self._language: self._fill_in(control.text("title") or given)}}
            if label := _find_label(control):
                texts["short"] = {self._language: label}
            values = {"answers": STATUS}
            node = TreeNode(
                self._take(given, control),
                "control",
                control.origin,
                {**texts, **self._read_texts(control)},
                True,
                values,
            )
            node.children = below
            nodes.append(node)
        return nodes

    def _take(self, name: str, one: Tree) -> str:
        """Return a unique id.

        A duplicate id of a control is reported as an error.
        """
        if name in self._ids and one.path[-2] == "controls":
            remedy = "give each control an id of its own"
            self.notes.add_error(f"{name!r} is also at {self._ids[name]}", one.origin, remedy, "CB021")
        name = numbered_name(name, self._ids.__contains__, "{}-{}")
        self._ids[name] = str(one.origin)
        return name

    def _read_texts(self, one: Tree) -> dict[str, Words]:
        """Return definition and evidence from a control's parts."""
        statements: list[str] = []
        others: list[str] = []
        evidence: list[str] = []
        for part in one.trees("parts"):
            name = part.text("name")
            if name in _ASIDE:
                self._left_out.add(name)
            elif name in _METHODS:
                evidence += [self._fill_in(inner.text("prose")) for inner in part.trees("parts")]
            else:
                (statements if name == "statement" else others).append(self._read_prose(part, 0))
        texts = {"definition": "\n\n".join(filter(None, [*statements, *others])), "evidence": "\n".join(evidence)}
        return {key: {self._language: text} for key, text in texts.items() if text.strip()}

    def _read_prose(self, part: Tree, depth: int) -> str:
        """Return the prose of a part and its items."""
        words = " ".join(filter(None, [part.text("title"), self._fill_in(part.text("prose"))]))
        label = _find_label(part) if depth else ""
        line = f"{'  ' * max(0, depth - 1)}{label} {words}" if label else words
        lines = [line.rstrip(), *(self._read_prose(inner, depth + 1) for inner in part.trees("parts"))]
        return "\n".join(filter(None, lines))

    def _note_understood(self, roots: Iterable[TreeNode]) -> None:
        nodes = [node for root in roots for node in root.walk()]
        judged = sum(node.judged for node in nodes)
        groups = counted(len(nodes) - judged, "group")
        sentences = [f"Tree: {groups}, {counted(judged, 'control')}. Languages: {self._language}."]
        if self._withdrawn:
            first = self._withdrawn[0]
            sentences.append(f"Withdrawn and left out: {counted(len(self._withdrawn), 'control')}, {first} first.")
        if self._left_out:
            sentences.append(f"Not read: parts {', '.join(sorted(self._left_out))}.")
        self.notes.understood[1:1] = sentences


def _find_property(one: Tree, *names: str) -> str:
    """Return the value of a property, preferring the OSCAL namespace."""
    trees = [prop for prop in one.trees("props") if prop.text("name") in names]
    return next((prop.text("value") for prop in sorted(trees, key=lambda prop: "ns" in prop)), "")


def _find_label(one: Tree) -> str:
    """Return the plainest label of a control or part."""
    trees = [prop for prop in one.trees("props") if prop.text("name") == "label"]
    return next((prop.text("value") for prop in sorted(trees, key=lambda prop: "class" in prop)), "")


def _list_links(one: Tree, *relations: str) -> Iterator[str]:
    for link in one.trees("links"):
        if link.text("rel") in relations:
            yield link.text("text") or link.text("href")


def _find_provider(metadata: Tree) -> str:
    """Return the name of the publisher or author."""
    parties = {party.text("uuid"): party.text("name") for party in metadata.trees("parties")}
    responsible = {role.text("role-id"): role.names("party-uuids") for role in metadata.trees("responsible-parties")}
    named = [parties.get(uuid, "") for role in _ROLES for uuid in responsible.get(role, ())]
    return next(filter(None, [*named, *parties.values()]), "")


# --- profiles ---------------------------------------------------------------------------------------------------------


def read_profile(profile: Tree, notes: DraftNotes) -> Tables | None:
    """Return the tables of the controls that a profile selects.

    The result is None on errors.
    """
    imports = list(profile.trees("imports"))
    if len(imports) != 1:
        what = f"the profile imports from {len(imports)} catalogs; one is read"
        remedy = "resolve it to one catalog with a tool for OSCAL, and read that"
        notes.add_error(what, profile.origin, remedy, NO_FRAMEWORK)
        return None
    (only_import,) = imports
    hrefs = list(_resolve(profile, only_import.text("href")))
    document = next((relative for href in hrefs if (relative := profile.open_relative(href)) is not None), None)
    if document is None or "catalog" not in document:
        named = " or ".join(dict.fromkeys(PurePosixPath(href).name for href in hrefs)) or "its catalog"
        what = f"the profile selects controls from {named}, which is not a catalog beside it"
        notes.add_error(what, only_import.origin, f"put {named} beside the profile", NO_FRAMEWORK)
        return None
    changed = profile.tree("modify")
    alters = len(list(changed.trees("alters")))
    if alters:
        what = f"the profile alters {alters} controls: their texts are those of the catalog"
        notes.add_warning(what, changed.origin, "resolve it with a tool for OSCAL, and read the resolved catalog")
    set_ = {param.text("param-id"): param.names("values") for param in changed.trees("set-parameters")}
    values = {name: given for name, given in set_.items() if given}
    notes.understood.append(f"Controls are those of {document.file} that the profile selects.")
    catalog = document.tree("catalog")
    reader = Catalog(catalog, notes, profile, _Selection(only_import), values)
    tables = reader.read()
    known = set(_list_control_ids(catalog))
    for name in sorted(
        {name for part in only_import.trees("include-controls") for name in part.names("with-ids")} - known
    ):
        notes.add_warning(
            f"the catalog has no control {name!r}", only_import.origin, "take the edition that the profile names"
        )
    return tables


def _resolve(profile: Tree, href: str) -> Iterator[str]:
    """Yield the possible paths of a reference."""
    links = [href]
    if href.startswith("#"):
        resources = profile.tree("back-matter").trees("resources")
        named = [resource for resource in resources if resource.text("uuid") == href[1:]]
        links = [link.text("href") for resource in named for link in resource.trees("rlinks")]
    for target in links:
        if PurePosixPath(target).suffix.lower() in (".json", ".yaml", ".yml"):
            yield from dict.fromkeys((target, PurePosixPath(target).name))


def _list_titles(one: Tree) -> Iterator[str]:
    """Yield the titles of groups and controls."""
    for key in ("groups", "controls", "parts"):
        for inner in one.trees(key):
            yield inner.text("title")
            yield _INSERT.sub("", inner.text("prose"))
            yield from _list_titles(inner)


def _list_control_ids(one: Tree) -> Iterator[str]:
    for key in ("groups", "controls"):
        for inner in one.trees(key):
            if key == "controls":
                yield inner.text("id")
            yield from _list_control_ids(inner)


class _Selection:
    """Controls selected by an import of a profile."""

    def __init__(self, one: Tree) -> None:
        self._whole = "include-all" in one or "include-controls" not in one
        self._included = list(one.trees("include-controls"))
        self._excluded = list(one.trees("exclude-controls"))

    def __call__(self, name: str, above: tuple[str, ...]) -> bool:
        """True if a control is selected by id or ancestors."""
        included = self._whole or any(self._is_named(part, name, above) for part in self._included)
        return included and not any(self._is_named(part, name, above) for part in self._excluded)

    def _is_named(self, part: Tree, name: str, above: tuple[str, ...]) -> bool:
        tried = (name, *above) if part.text("with-child-controls") == "yes" else (name,)
        ids = part.names("with-ids")
        patterns = [matching.text("pattern") for matching in part.trees("matching")]
        return any(control in ids or any(fnmatchcase(control, pattern) for pattern in patterns) for control in tried)


_Methods = Mapping[str, RegisteredMethod] | None


def _draft_library(tree: Tree, notes: DraftNotes, methods: _Methods) -> FrameworkDraft:
    library = Library(tree, notes)
    draft = notes.draft(library.read(), methods)
    if draft.framework is None or not library.questions:
        return draft
    return evolve(draft, questionnaire=library_questionnaire(draft.framework, library.questions))


def _draft_catalog(tree: Tree, notes: DraftNotes, methods: _Methods) -> FrameworkDraft:
    catalog = tree.tree("catalog")
    return notes.draft(Catalog(catalog, notes, catalog).read(), methods)


def _draft_profile(tree: Tree, notes: DraftNotes, methods: _Methods) -> FrameworkDraft:
    return notes.draft(read_profile(tree.tree("profile"), notes), methods)


#: Readers by the top-level key of each kind of file.
_READERS: Mapping[str, tuple[str, Callable[[Tree, DraftNotes, _Methods], FrameworkDraft]]] = {
    "objects": ("a library of CISO Assistant", _draft_library),
    "catalog": ("a catalog of OSCAL", _draft_catalog),
    "profile": ("a profile of OSCAL", _draft_profile),
}


def draft_tree(tree: Tree, methods: _Methods = None) -> FrameworkDraft:
    """Return the draft of a framework from a tree-shaped file.

    Args:
        tree: The file.
        methods: Methods of plugins by name; None if unknown.

    Example:
        >>> control = {"id": "a-1", "title": "Watch"}
        >>> document = {"catalog": {"metadata": {"title": "Small", "version": "2"}, "controls": [control]}}
        >>> draft_tree(Tree(file="small.json", value=document)).framework.key
        'small 2'
    """
    notes = DraftNotes(tree.file)
    for key, (what, read) in _READERS.items():
        if isinstance(tree.value.get(key), dict):
            notes.understood.append(f"Read as {what}.")
            return read(tree, notes, methods)
    kinds = "; ".join(f"{what} has {key!r}" for key, (what, _) in _READERS.items())
    keys = ", ".join(map(repr, list(tree.value)[:5])) or "no object"
    notes.add_error(f"the file is not known: at its top it has {keys}", None, kinds, NO_FRAMEWORK)
    return notes.draft(None, methods)
