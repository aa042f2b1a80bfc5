"""Drafts of frameworks from tree-shaped files."""

from collections.abc import Callable, Mapping

from attrs import evolve

from capbuild.frameworks.spreadsheets.drafts import NO_FRAMEWORK, DraftNotes, FrameworkDraft
from capbuild.frameworks.trees.ciso_assistant import Library
from capbuild.frameworks.trees.library_questions import library_questionnaire
from capbuild.frameworks.trees.oscal import Catalog, read_profile
from capbuild.frameworks.trees.tree_files import Tree
from capbuild.scoring.methods import RegisteredMethod

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
    found = ", ".join(map(repr, list(tree.value)[:5])) or "no object"
    notes.add_error(f"the file is not known: at its top it has {found}", None, kinds, NO_FRAMEWORK)
    return notes.draft(None, methods)
