"""Framework files: TOML, spreadsheets, libraries and catalogs of other products."""

from collections.abc import Callable, Mapping
from pathlib import Path

from capbuild._typed import explains_arguments
from capbuild.documents.toml import read_toml_text
from capbuild.errors import CapbuildError
from capbuild.formats.json_files.json_file import json_object, load_json
from capbuild.formats.yaml_file import YamlFile, load_yaml
from capbuild.frameworks import flat
from capbuild.frameworks.spreadsheets.drafting import draft_framework
from capbuild.frameworks.spreadsheets.drafts import FrameworkDraft
from capbuild.frameworks.structure_packs import StructurePack, fit_pack, load_pack, pack_tables
from capbuild.frameworks.trees.oscal import draft_tree
from capbuild.frameworks.trees.tree_nodes import Tree
from capbuild.io.cells import read_cells
from capbuild.io.format_detection import open_input
from capbuild.model import Framework, Issue, Issues
from capbuild.origin import Origin
from capbuild.plugins import Host, default_host


@explains_arguments
def read_framework(
    path: str | Path, *, name: str | None = None, host: Host | None = None, like: str | None = None
) -> FrameworkDraft:
    """Return the draft of a framework from a file.

    Spreadsheets may have any usual layout: a row per indicator with level texts across, a row per criterion with its
    level, a tree by numbers, indents, columns or sheets, points, weights, answer scales, and texts in several
    languages. YAML and JSON files may be CISO Assistant libraries, and OSCAL catalogs or profiles.
    `docs/how-to/own-framework.md` has an example of each.

    Args:
        path: A workbook (XLSX, XLS, ODS), a CSV table, a TOML file, or a library or catalog in YAML or JSON.
        name: File name for origins; the file's own by default.
        host: Plugin host.
        like: Name of a structure pack, such as `cmm-2021`, whose identity, levels, rule and licence the file takes; its
            nodes and texts are the file's.

    Returns:
        The framework, with the interpretation, all assumptions, and every problem with its cell. Problems are never
        raised: `require()` returns the framework or raises all errors at once.
    """
    place, used = Path(path), host or default_host()
    pack = None if like is None else load_pack(like)
    named = name or place.name
    reader = _READERS.get(place.suffix.lower(), _read_sheets)
    try:
        draft = reader(place, named, used, pack)
    except CapbuildError as error:
        return FrameworkDraft(file=named, framework=None, issues=Issues([Issue.from_error(error, named)]))
    return draft if pack is None else fit_pack(pack, draft)


def _read_toml(place: Path, named: str, host: Host, _: StructurePack | None) -> FrameworkDraft:
    issues: list[Issue] = []
    text = read_toml_text(place, named, issues, "CB010")
    framework = None if text is None else flat.read_framework(text, named, issues, host.methods)
    return FrameworkDraft(file=named, framework=framework, issues=Issues(issues))


def _read_sheets(place: Path, named: str, host: Host, pack: StructurePack | None) -> FrameworkDraft:
    tables = read_cells(place, name=named, host=host)
    return draft_framework(tables if pack is None else pack_tables(pack, tables), named, host.methods)


def _read_tree(place: Path, named: str, host: Host, _: StructurePack | None) -> FrameworkDraft:
    return draft_tree(load_tree(place, named), host.methods)


def load_tree(place: Path, named: str) -> Tree:
    """Return a JSON or YAML file's content, with locations.

    Args:
        place: The file.
        named: File name for origins.

    Raises:
        CapbuildError: It cannot be read, or is larger or deeper than the limits.
    """

    def open_relative(path: str) -> Tree | None:
        folder = place.parent.resolve()
        other = (folder / path).resolve()
        return load_tree(other, other.name) if other.is_relative_to(folder) and other.is_file() else None

    source = open_input(place, name=named)
    yaml_file = YamlFile(load_json(source), {}) if source.suffix == ".json" else load_yaml(source)
    return Tree(file=named, value=json_object(yaml_file.value), lines=yaml_file.lines, open_relative=open_relative)


_Reader = Callable[[Path, str, Host, StructurePack | None], FrameworkDraft]
#: Readers of framework files by suffix.
_READERS: Mapping[str, _Reader] = {
    **dict.fromkeys((".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv"), _read_sheets),
    **dict.fromkeys((".yaml", ".yml", ".json"), _read_tree),
    ".toml": _read_toml,
}


def find_framework_files(folder: Path) -> list[Path]:
    """Return the framework files of a folder."""
    paths = (folder / "frameworks").glob("*")
    files = [path for path in paths if path.suffix.lower() in _READERS and not path.name.startswith(("~$", "."))]
    return sorted(files, key=lambda path: (path.suffix.lower() == ".toml", path.name))


def folder_frameworks(folder: Path, host: Host) -> tuple[dict[str, Framework], tuple[Issue, ...]]:
    """Return the frameworks of a programme's folder, with issues.

    Frameworks are by key. A TOML file replaces a spreadsheet of the same framework and edition, since a person made
    it from the spreadsheet.
    """
    frameworks: dict[str, Framework] = {}
    origins: dict[str, str] = {}
    issues: list[Issue] = []
    for path in find_framework_files(folder):
        name = f"frameworks/{path.name}"
        draft = read_framework(path, name=name, host=host)
        framework = draft.framework
        known = frameworks.get(framework.key) if framework is not None else None
        if framework is None or known is None:
            issues += draft.all_issues
        elif known != framework:
            message = f"{framework.key} is also in {origins[framework.key]}, and differs; this one is used"
            remedy = "remove the other file, or give one another edition"
            warning = Issue.warning("CB804", message, Origin(name), remedy)
            issues += [*draft.all_issues, warning]
        if framework is not None:
            frameworks[framework.key], origins[framework.key] = framework, name
    return frameworks, tuple(issues)
