"""Definition rows from sheets or JSON.

They are a tree by `begin` and `end`.

Duplicate labels are reported.
"""

from collections.abc import Iterable, Iterator, Mapping

from attrs import define, field, frozen

from capbuild.errors import LimitError
from capbuild.formats import shorten
from capbuild.model import Issue, Severity
from capbuild.origin import Origin
from capbuild_xlsform.definitions.form import Form
from capbuild_xlsform.definitions.labels import find_duplicates
from capbuild_xlsform.definitions.question_types import RowType, Structure, parse_type


def make_issue(code: str, severity: Severity, message: str, origin: Origin | None = None, remedy: str = "") -> Issue:
    """Return an issue; the codes are listed in the README."""
    return Issue(code=code, severity=severity, message=message, origin=origin, remedy=remedy)


@frozen(eq=False)
class DefinitionRow:
    """Row of a definition.

    Attributes:
        cells: Non-blank cells by canonical column name.
        texts: Cells of translatable columns: by name, then by language.
        origin: Location of the row.
    """

    cells: Mapping[str, str]
    texts: Mapping[str, Mapping[str, str]]
    origin: Origin

    def get(self, name: str) -> str:
        """Return the text of a column, or an empty text.

        A row without `name` has the name that the form builder generated.
        """
        text = self.cells.get(name, "")
        return text if text or name != "name" else self.cells.get("$autoname") or self.cells.get("$autovalue", "")

    def labels(self, name: str = "label") -> Mapping[str, str]:
        """Return the texts of a column by language."""
        return self.texts.get(name, {})

    def rest(self, used: Iterable[str]) -> dict[str, str]:
        """Return other cells and texts, with languages in names."""
        left = {name: text for name, text in self.cells.items() if name not in used}
        for name, texts in self.texts.items():
            if name not in used:
                left.update({f"{name}::{lang}" if lang else name: text for lang, text in texts.items()})
        return left


@frozen(eq=False)
class DefinitionRows:
    """All rows of a definition.

    Attributes:
        survey: Questions and structure.
        choices: Choices.
        external: Choices of `select_one_external`.
        settings: Settings by name.
        languages: Languages in the order of the file.
        issues: Issues found.
    """

    survey: list[DefinitionRow] = field(factory=list)
    choices: list[DefinitionRow] = field(factory=list)
    external: list[DefinitionRow] = field(factory=list)
    settings: dict[str, str] = field(factory=dict)
    languages: list[str] = field(factory=list)
    issues: list[Issue] = field(factory=list)

    def take_languages(self, rows: Iterable[DefinitionRow]) -> None:
        """Add the languages that rows use."""
        for row in rows:
            for texts in row.texts.values():
                self.languages.extend(lang for lang in texts if lang and lang not in self.languages)


@define(eq=False)
class Node:
    """Row of the tree, with child rows for a group.

    Attributes:
        row: The row.
        kind: Its parsed type.
        children: Child rows.
    """

    row: DefinitionRow
    kind: RowType
    children: "list[Node]" = field(factory=list)


def build_tree(rows: Iterable[DefinitionRow], nesting: int, issues: list[Issue]) -> list[Node]:
    """Return the root nodes of the tree.

    Args:
        rows: Rows with a type.
        nesting: Largest depth of nested groups.
        issues: Receives unbalanced rows.

    Raises:
        LimitError: Groups are nested deeper than that.
    """
    top: list[Node] = []
    open_nodes: list[Node] = []
    for row in rows:
        kind = parse_type(row.get("type"))
        if kind.structure is Structure.END:
            if open_nodes:
                open_nodes.pop()
            else:
                message = f"{row.get('type')!r} closes nothing"
                issues.append(make_issue("XF104", Severity.WARNING, message, row.origin, "take the row out"))
            continue
        node = Node(row, kind)
        (open_nodes[-1].children if open_nodes else top).append(node)
        if kind.structure is not Structure.ITEM:
            if len(open_nodes) >= nesting:
                raise LimitError(
                    f"groups lie more than {nesting} deep",
                    code="CB118",
                    origin=row.origin,
                    remedy="raise limits.nesting",
                )
            open_nodes.append(node)
    for node in open_nodes:
        message = f"{node.row.get('type')!r} {node.row.get('name')!r} is never closed; it ends with the form"
        issues.append(make_issue("XF104", Severity.WARNING, message, node.row.origin, "add the row that ends it"))
    return top


@define
class _ColumnPair:
    """Two columns of one language.

    Attributes:
        rows: Number of rows in which they differ.
        texts: Their texts in the first such row: used, and unused.
        origin: Location of the first such row.
    """

    rows: int
    texts: tuple[str, str]
    origin: Origin | None


def find_duplicate_labels(form: Form) -> Iterator[Issue]:
    """Yield an issue for each pair of differing duplicate columns.

    Duplicates are two label or hint columns of one language, such as `label` and `label::English` if English is the
    default language, or `label::English` and `label::English (en)`. The form keeps both columns, a questionnaire only
    the one it uses.

    Args:
        form: The form.
    """
    pairs: dict[tuple[str, str, str], _ColumnPair] = {}
    for what, labels, origin in _list_texts(form):
        for left, kept in find_duplicates(labels, form.default_language):
            pair = pairs.setdefault((what, left, kept), _ColumnPair(0, (labels[kept], labels[left]), origin))
            pair.rows += 1
    for (what, left, kept), pair in pairs.items():
        rows = "in one row" if pair.rows == 1 else f"in {pair.rows:,} rows"
        used, unused = (repr(shorten(text, 120)) for text in pair.texts)
        message = (
            f"{_format_header(what, kept)!r} and {_format_header(what, left)!r} are of one language and differ {rows}: "
            f"{used} counts, {unused} is kept with the form only"
        )
        remedy = "take one of the columns out, or give each a language of its own"
        yield make_issue("XF116", Severity.WARNING, message, pair.origin, remedy)


def _list_texts(form: Form) -> Iterator[tuple[str, Mapping[str, str], Origin | None]]:
    for item in form.items:
        yield "label", item.labels, item.origin
        yield "hint", item.hints, item.origin
    for group in form.groups:
        yield "label", group.labels, group.origin
    for choices in form.lists.values():
        for choice in choices:
            yield "label", choice.labels, choice.origin


def _format_header(what: str, language: str) -> str:
    return f"{what}::{language}" if language else what
