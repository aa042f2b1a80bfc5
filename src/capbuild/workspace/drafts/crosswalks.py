"""Draft crosswalks between items unchanged in two editions."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from capbuild.documents.toml import toml_value
from capbuild.errors import WorkspaceError
from capbuild.frameworks import FrameworkDraft
from capbuild.frameworks.spreadsheets.drafts import DraftNotes
from capbuild.frameworks.trees.ciso_assistant import read_mapping_sets
from capbuild.model import Crosswalk, Framework, Severity
from capbuild.origin import Origin
from capbuild.tracking import draft_crosswalk
from capbuild.tracking.crosswalk import find_crosswalk
from capbuild.workspace.framework_files import load_tree
from capbuild.workspace.paths import make_file_name
from capbuild.workspace.rounds.editions import RELATIONS
from capbuild.workspace.transactions import write_export
from capbuild.workspace.workspace import Workspace


def format_crosswalk(crosswalk: Crosswalk, before: Framework, after: Framework) -> str:
    """Return a crosswalk file with open decisions as comments.

    Args:
        crosswalk: Known links.
        before: The earlier edition.
        after: The later one.
    """
    lines = [
        f"# How {before.key} is read as {after.key}.",
        f"# Relations, from the earlier to the later: {RELATIONS}. Dropped has no `after`.",
        "# Only what is exact, split or merged is compared; the rest is named in reports, with the note as the reason.",
        "",
        f"before = {toml_value(before.key)}",
        f"after = {toml_value(after.key)}",
    ]
    for link in crosswalk.links:
        pairs = (("after", link.after), ("relation", link.relation), ("note", link.note))
        lines += ["", "[[links]]", f"before = {toml_value(link.before)}"]
        lines += [f"{name} = {toml_value(value)}" for name, value in pairs if value]
    for framework, side in ((before, "before"), (after, "after")):
        linked = {name for link in crosswalk.links for name in getattr(link, side)}
        open_ = list(_list_undecided(framework, linked))
        if open_:
            lines += ["", f"# To decide: {framework.key} has these, and no link names them.", *open_]
    return "\n".join(lines) + "\n"


def _list_undecided(framework: Framework, linked: set[str]) -> Iterator[str]:
    """Yield a comment for each unlinked criterion or judged indicator."""
    for node in framework.indicators:
        if node.id in linked:
            continue
        texts = {c.id: str(c.text) for c in node.criteria} or {node.id: str(node.title)}
        yield from (f"# {name}: {' '.join(text.split())}" for name, text in texts.items() if name not in linked)


def draft_crosswalks(workspace: Workspace) -> tuple[Path, ...]:
    """Write draft crosswalks between successive editions, and return the files.

    Drafts must be completed by a person, since a crosswalk is a decision. Editions that a file already joins are
    skipped.

    Raises:
        WorkspaceError: All rounds use one edition, a framework is missing, or a file of that name exists.
    """
    rounds = [workspace.edition(round_.id) for round_ in workspace.programme.rounds]
    pairs = {(a.key, b.key): (a, b) for a, b in pairwise(rounds) if a.key != b.key}
    if not pairs:
        raise WorkspaceError(
            f"all rounds use {rounds[0].key}: there is nothing to join",
            origin=workspace.settings.origin("rounds"),
            remedy='name the edition of a round: framework = "..." under its [[rounds]]',
        )
    written: list[Path] = []
    for before, after in pairs.values():
        if find_crosswalk(workspace.crosswalks, before, after) is not None:
            continue
        written.append(_write_crosswalk(workspace, draft_crosswalk(before, after), before, after))
    return tuple(written)


def import_crosswalks(workspace: Workspace, file: Path) -> tuple[tuple[Path, ...], FrameworkDraft]:
    """Write mappings of a CISO Assistant library as crosswalks.

    The result has the files, and a draft with the interpretation and its issues.

    Args:
        workspace: Folder with the frameworks to join.
        file: The library.

    Raises:
        WorkspaceError: A file of that name exists.
        CapbuildError: The library cannot be read.
    """
    notes = DraftNotes(file.name)
    sets = list(read_mapping_sets(load_tree(file, file.name), workspace.frameworks.values(), notes))
    draft = notes.draft(None, None)
    if not sets or any(issue.severity is Severity.ERROR for issue in draft.issues):
        return (), draft
    return tuple(_write_crosswalk(workspace, crosswalk, before, after) for crosswalk, before, after in sets), draft


def _write_crosswalk(workspace: Workspace, crosswalk: Crosswalk, before: Framework, after: Framework) -> Path:
    path = workspace.folder / "crosswalks" / f"{_make_slug(before)}-to-{_make_slug(after)}.toml"
    if path.exists():
        raise WorkspaceError(f"{path.name} is there already", origin=Origin(f"crosswalks/{path.name}"))
    write_export(workspace.folder, path, format_crosswalk(crosswalk, before, after))
    return path


def _make_slug(framework: Framework) -> str:
    return make_file_name(framework.key)
