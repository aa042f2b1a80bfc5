"""Reader of XLSX and XLSM packages."""

import contextlib
import posixpath
import zipfile
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING
from xml.parsers import expat

from attrs import define, evolve, field, frozen

from capbuild.errors import ReadError
from capbuild.model import Issue
from capbuild.origin import Origin
from capbuild.plugins import InputFile
from capbuild_sheets.annotations import CellComments, CellStyles, choice_lists
from capbuild_sheets.hidden_cells import Hiding
from capbuild_sheets.number_formats import Kind, kind_of_format
from capbuild_sheets.plain_sheet import NotPlainError, PlainSheet
from capbuild_sheets.sheet_xml import CellValues, SheetParser
from capbuild_sheets.sheets import MergedRange, Place, Sheet, Workbook
from capbuild_sheets.strings import SharedStrings, local, make_parser, parse

if TYPE_CHECKING:
    from capbuild_sheets.plain_columns import PlainColumns


_ROOT = "_rels/.rels"
#: Sheet size in bytes above which the fast reader is tried.
_LARGE = 200_000


def is_xlsx(members: tuple[str, ...]) -> bool:
    """True if archive members are those of XLSX or XLSM."""
    names = {name.replace("\\", "/").lower() for name in members}
    return any(name.endswith("workbook.xml") for name in names) and "[content_types].xml" in names


@frozen
class _Tab:
    """Sheet entry in the workbook part."""

    name: str
    state: str
    relation: str


@frozen
class _Relation:
    """Relationship from one package part to another."""

    kind: str
    target: str


@define
class _Listing:
    """Handler of the workbook part: sheets and date epoch."""

    tabs: list[_Tab] = field(factory=list)
    date_1904: bool = False
    names: dict[str, str] = field(factory=dict)
    _name: str = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = local(name)
        if tag == "sheet":
            relation = next((value for key, value in attributes.items() if local(key) == "id" and ":" in key), "")
            self.tabs.append(_Tab(attributes.get("name", ""), attributes.get("state", "visible"), relation))
        elif tag == "definedName":
            self._name = attributes.get("name", "")
        elif tag == "workbookPr" and "date1904" in attributes:
            # Extensions have an element of the same name, without this attribute.
            self.date_1904 = attributes["date1904"] in ("1", "true", "on")

    def end(self, name: str) -> None:
        if local(name) == "definedName":
            self._name = ""

    def data(self, text: str) -> None:
        if self._name:
            self.names[self._name] = self.names.get(self._name, "") + text


@define
class _Styles:
    """Handler of the styles part.

    It collects number format, strike-through, fill and indent of each cell style.
    """

    codes: dict[int, str] = field(factory=dict)
    kinds: list[Kind] = field(factory=list)
    struck: set[str] = field(factory=set)
    fills: dict[str, str] = field(factory=dict)
    indents: dict[str, int] = field(factory=dict)
    _part: str = ""
    _fonts: int = 0
    _struck_fonts: set[int] = field(factory=set)
    _colours: list[str] = field(factory=list)
    _solid: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = local(name)
        if tag == "numFmt" and attributes.get("numFmtId", "").isdecimal():
            self.codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif tag in ("cellXfs", "fonts", "fills"):
            self._part = tag
        elif self._part == "fonts":
            self._fonts += tag == "font"
            if tag == "strike" and attributes.get("val", "1") in ("1", "true", "on"):
                self._struck_fonts.add(self._fonts - 1)
        elif self._part == "fills":
            self._fill(tag, attributes)
        elif self._part == "cellXfs" and tag == "xf":
            self._style(attributes)
        elif self._part == "cellXfs" and tag == "alignment" and attributes.get("indent", "0").strip("0").isdecimal():
            self.indents[str(len(self.kinds) - 1)] = int(attributes["indent"])

    def _fill(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "fill":
            self._colours.append("")
        elif tag == "patternFill":
            self._solid = attributes.get("patternType", "none") not in ("none", "gray125")
        elif tag == "fgColor" and self._solid and self._colours:
            named = (attributes.get(key) and f"{key} {attributes[key]}" for key in ("theme", "indexed"))
            colour = attributes["rgb"][-6:] if "rgb" in attributes else next(filter(None, named), "")
            self._colours[-1] = "" if colour in ("FFFFFF", "theme 0") else colour

    def _style(self, attributes: dict[str, str]) -> None:
        number, style = attributes.get("numFmtId", "0"), str(len(self.kinds))
        format_id = int(number) if number.isdecimal() else 0
        self.kinds.append(kind_of_format(format_id, self.codes.get(format_id, "")))
        font, fill = attributes.get("fontId", "0"), attributes.get("fillId", "0")
        if font.isdecimal() and int(font) in self._struck_fonts:
            self.struck.add(style)
        if fill.isdecimal() and int(fill) < len(self._colours) and self._colours[int(fill)]:
            self.fills[style] = self._colours[int(fill)]

    def end(self, name: str) -> None:
        if local(name) == self._part:
            self._part = ""


@define
class _Relations:
    """Relationships of one part, by id."""

    base: str
    found: dict[str, _Relation] = field(factory=dict)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if local(name) != "Relationship" or attributes.get("TargetMode") == "External":
            return
        target = attributes.get("Target", "").replace("\\", "/")
        place = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{self.base}/{target}")
        kind = attributes.get("Type", "").rpartition("/")[2]
        self.found[attributes.get("Id", "")] = _Relation(kind, place.removeprefix("./"))


def _ignore(_name: str) -> None:
    """Ignore the end of an element."""


@define
class _Package:
    """Opened archive.

    Member names are matched regardless of case and slashes. A part counts against the limits each time it is opened,
    since a thousand sheets may name one part.
    """

    source: InputFile
    archive: zipfile.ZipFile
    members: dict[str, str] = field(init=False)
    opened: int = field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        self.members = {name.replace("\\", "/").lower().lstrip("/"): name for name in self.archive.namelist()}

    def has(self, part: str) -> bool:
        return part.lower() in self.members

    def open(self, part: str) -> IO[bytes]:
        self.opened += self.size(part)
        self.source.limits.check_unpacked(self.source.name, 0, self.opened, self.source.size)
        return self.archive.open(self.members[part.lower()])

    def size(self, part: str) -> int:
        return self.archive.getinfo(self.members[part.lower()]).file_size

    def relations(self, part: str) -> dict[str, _Relation]:
        folder, _, name = part.rpartition("/")
        place = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
        relations = _Relations(folder)
        if self.has(place):
            with self.open(place) as stream:
                parse(make_parser(self.source.name, relations.start, _ignore), stream)
        return relations.found

    def main_part(self) -> str:
        """Return the part that lists the sheets."""
        relations = _Relations("")
        if self.has(_ROOT):
            with self.open(_ROOT) as stream:
                parse(make_parser(self.source.name, relations.start, _ignore), stream)
        named = [r.target for r in relations.found.values() if r.kind == "officeDocument" and self.has(r.target)]
        parts = named or [name for name in self.members if name.endswith("workbook.xml")]
        if not parts:
            raise ReadError(f"{self.source.name} has no part that lists its sheets", origin=Origin(self.source.name))
        return parts[0]


@frozen
class _Contents:
    """Package parts read before the sheets."""

    package: _Package
    listing: _Listing
    relations: dict[str, _Relation]
    values: CellValues

    @classmethod
    def of(cls, source: InputFile, archive: zipfile.ZipFile) -> "_Contents":
        package = _Package(source, archive)
        main = package.main_part()
        listing, styles = _Listing(), _Styles()
        with package.open(main) as stream:
            parse(make_parser(source.name, listing.start, listing.end, listing.data), stream)
        relations = package.relations(main)
        by_kind = {relation.kind: relation.target for relation in relations.values() if package.has(relation.target)}
        if "styles" in by_kind:
            with package.open(by_kind["styles"]) as stream:
                parse(make_parser(source.name, styles.start, styles.end), stream)
        texts = package.open(by_kind["sharedStrings"]) if "sharedStrings" in by_kind else None
        marks = CellStyles(frozenset(styles.struck), styles.fills, styles.indents)
        values = CellValues(SharedStrings(source.name, texts), styles.kinds, listing.date_1904, marks)
        return cls(package, listing, relations, values)


def read_columns(source: InputFile, archive: zipfile.ZipFile, name: str) -> "PlainColumns | None":
    """Return the columns of one sheet.

    The result is None if the sheet is not plain, or has annotations.

    Args:
        source: The file, for its name and limits.
        archive: The same file, opened, its limits checked.
        name: Name of the sheet.
    """
    from capbuild_sheets.plain_columns import PlainColumns

    contents = _Contents.of(source, archive)
    parts = [contents.relations[tab.relation].target for tab in contents.listing.tabs if tab.name == name]

    with contextlib.suppress(NotPlainError, expat.ExpatError), contents.package.open(parts[0]) as stream:
        columns = PlainColumns(PlainSheet(source.name, contents.values, source.limits), source.limits)
        columns.parse(stream)
        columns.find_hidden(lambda: _filters(contents.package, parts[0]))
        annotated = columns.sheet.rules.found or _comments(contents.package, parts[0])
        return None if annotated else columns
    return None


def _filters(package: _Package, part: str) -> list[MergedRange]:
    """Return the areas of table filters that hide rows."""
    hiding = Hiding()
    for relation in package.relations(part).values():
        if relation.kind == "table" and package.has(relation.target):
            with package.open(relation.target) as stream:
                start = lambda name, attributes: hiding.take(local(name), attributes)  # noqa: E731
                parse(make_parser(package.source.name, start, _ignore), stream)
    return hiding.areas


def _comments(package: _Package, part: str) -> dict[Place, str]:
    """Return the comments on a sheet's cells.

    A threaded comment replaces the note that the file has for older programs.
    """
    comments_by_kind: dict[str, CellComments] = {"comments": CellComments(), "threadedComment": CellComments()}
    for relation in package.relations(part).values():
        if relation.kind in comments_by_kind and package.has(relation.target):
            comments = comments_by_kind[relation.kind]
            with package.open(relation.target) as stream:
                parse(make_parser(package.source.name, comments.start, comments.end, comments.data), stream)
    return {**comments_by_kind["comments"].found, **comments_by_kind["threadedComment"].found}


def read_xlsx(source: InputFile, archive: zipfile.ZipFile, most: int | None) -> Workbook:
    """Return the workbook in an archive.

    Args:
        source: The file, for its name and limits.
        archive: The same file, opened, its limits checked.
        most: Rows to read of each sheet, None for all.
    """
    contents = _Contents.of(source, archive)
    package, listing, relations, values = contents.package, contents.listing, contents.relations, contents.values
    sheets: list[tuple[Sheet, Sequence[tuple[str, str]]]] = []
    issues: list[Issue] = []
    for tab in listing.tabs:
        relation = relations.get(tab.relation)
        if relation is None or not package.has(relation.target):
            issues.append(_absent(source, tab))
        elif relation.kind == "worksheet":
            parser = _parsed(package, relation.target, values, most)
            try:
                comments = _comments(package, relation.target)
            except expat.ExpatError as error:
                issues.append(_unread_comments(source, tab, error))
                comments = {}
            sheet = evolve(_sheet(tab, parser, package, relation.target), comments=comments)
            sheets.append((sheet, parser.rules.found))
        else:
            issues.append(_no_cells(source, tab, relation.kind))
    kinds = {relation.kind for relation in relations.values() if package.has(relation.target)}
    macros = "vbaproject" in kinds or any(name.endswith("vbaproject.bin") for name in package.members)
    by_name = {sheet.name: sheet for sheet, _ in sheets}
    listed = (evolve(s, lists=choice_lists(rules, s, by_name, listing.names)) if rules else s for s, rules in sheets)
    return Workbook(
        sheets=tuple(listed),
        date_1904=listing.date_1904,
        kind="xlsm" if macros else "xlsx",
        issues=tuple(issues),
    )


def _parsed(package: _Package, part: str, values: CellValues, most: int | None) -> SheetParser | PlainSheet:
    """Parse one sheet.

    Large plain sheets use the fast reader; all others are parsed as XML.
    """
    source = package.source
    if most is None and package.size(part) > _LARGE:
        with contextlib.suppress(NotPlainError), package.open(part) as stream:
            plain = PlainSheet(source.name, values, source.limits)
            plain.parse(stream)
            return plain
    parser = SheetParser(source.name, values, source.limits, most)
    with package.open(part) as stream:
        parser.parse(stream)
    return parser


def _sheet(tab: _Tab, parser: SheetParser | PlainSheet, package: _Package, part: str) -> Sheet:
    return Sheet(
        name=tab.name,
        hidden=tab.state.lower() in ("hidden", "veryhidden"),
        rows=tuple(parser.rows.rows),
        merged=tuple(parser.merged),
        formulas=parser.formulas,
        unseen=parser.hiding.of(parser.rows.rows, lambda: _filters(package, part)),
        struck=frozenset(parser.marked.struck),
        fills=parser.marked.fills,
        indents=parser.marked.indents,
    )


def _absent(source: InputFile, tab: _Tab) -> Issue:
    return Issue.error(
        "SHEET3",
        f"the sheet {tab.name!r} is listed but not in the file",
        Origin(source.name, tab.name or None),
        "ask for the file again",
    )


def _unread_comments(source: InputFile, tab: _Tab, error: expat.ExpatError) -> Issue:
    return Issue.warning(
        "SHEET11",
        f"the comments on cells of the sheet {tab.name!r} are damaged and were not read ({error})",
        Origin(source.name, tab.name or None),
        "open the file in a spreadsheet program and save it again",
    )


def _no_cells(source: InputFile, tab: _Tab, kind: str) -> Issue:
    return Issue.note(
        "SHEET3", f"the sheet {tab.name!r} is a {kind}, which has no cells", Origin(source.name, tab.name or None)
    )
