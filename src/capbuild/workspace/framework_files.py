"""Framework files: TOML, and spreadsheets in layouts of their own."""

from pathlib import Path

from capbuild.documents.toml import read_toml_text
from capbuild.errors import CapbuildError
from capbuild.frameworks import flat
from capbuild.frameworks.spreadsheets.drafting import draft_framework
from capbuild.frameworks.spreadsheets.drafts import FrameworkDraft
from capbuild.frameworks.structure_packs import fit_pack, load_pack, pack_tables
from capbuild.io.cells import read_cells
from capbuild.model import Framework, Issue, Issues, Severity
from capbuild.origin import Origin
from capbuild.plugins import Host, default_host

__all__ = ["find_framework_files", "folder_frameworks", "read_framework"]

#: Suffixes of spreadsheets.
_SHEETS = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv")
SUFFIXES = (*_SHEETS, ".toml")


def read_framework(
    path: str | Path, *, name: str | None = None, host: Host | None = None, like: str | None = None
) -> FrameworkDraft:
    """Return the draft of a framework from a file.

    Spreadsheets may have any usual layout: one row an indicator with the text of each level across, one row a
    criterion with its level, a tree by numbers, indents, columns or sheets, points, weights, answer scales, and texts
    in several languages. `docs/how-to/own-framework.md` shows them.

    Args:
        path: A workbook (XLSX, XLS, ODS), a CSV table or a TOML file.
        name: Its name in origins; the file's own by default.
        host: Whose plugins are used.
        like: Name of a structure pack, such as `cmm-2021`, whose identity, levels, rule and licence the file takes; its
            nodes and texts are the file's.

    Returns:
        The framework with what was understood, what was assumed, and every problem with its cell. It is never
        raised: `require()` returns the framework or raises all errors at once.
    """
    place, used = Path(path), host or default_host()
    pack = None if like is None else load_pack(like)
    named = name or place.name
    if place.suffix.lower() == ".toml":
        issues: list[Issue] = []
        text = read_toml_text(place, named, issues, "CB010")
        framework = None if text is None else flat.read_framework(text, named, issues, used.methods)
        draft = FrameworkDraft(file=named, framework=framework, issues=Issues(issues))
        return draft if pack is None else fit_pack(pack, draft)
    try:
        tables = read_cells(place, name=named, host=used)
    except CapbuildError as error:
        return FrameworkDraft(file=named, framework=None, issues=Issues([Issue.from_error(error, named)]))
    if pack is None:
        return draft_framework(tables, named, used.methods)
    return fit_pack(pack, draft_framework(pack_tables(pack, tables), named, used.methods))


def find_framework_files(folder: Path) -> list[Path]:
    """Return the framework files of a programme's folder: spreadsheets, then TOML files, which come before them."""
    found = (folder / "frameworks").glob("*")
    files = [path for path in found if path.suffix.lower() in SUFFIXES and not path.name.startswith(("~$", "."))]
    return sorted(files, key=lambda path: (path.suffix.lower() == ".toml", path.name))


def folder_frameworks(folder: Path, host: Host) -> tuple[dict[str, Framework], tuple[Issue, ...]]:
    """Return the frameworks of a programme's folder by key, and their issues.

    A TOML file comes before a spreadsheet of the same framework and edition: it is what a person made of it.
    """
    found: dict[str, Framework] = {}
    origins: dict[str, str] = {}
    issues: list[Issue] = []
    for path in find_framework_files(folder):
        name = f"frameworks/{path.name}"
        draft = read_framework(path, name=name, host=host)
        framework = draft.framework
        known = found.get(framework.key) if framework is not None else None
        if framework is None or known is None:
            issues += draft.all_issues
        elif known != framework:
            message = f"{framework.key} is also in {origins[framework.key]}, and differs; this one is used"
            remedy = "remove the other file, or give one another edition"
            warning = Issue(
                code="CB804", severity=Severity.WARNING, message=message, origin=Origin(name), remedy=remedy
            )
            issues += [*draft.all_issues, warning]
        if framework is not None:
            found[framework.key], origins[framework.key] = framework, name
    return found, tuple(issues)
