"""KoboToolbox matrices, scores and rankings, expanded to groups and questions.

A form may have `begin_kobomatrix`, `begin_score` and `begin_rank`, which no other tool supports. The deployed form,
submissions and exports have plain groups and questions, with names derived from those in the block.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from attrs import define

from capbuild.model import Issue, Severity
from capbuild_xlsform.definitions.form import FormChoice
from capbuild_xlsform.definitions.question_types import RowType, Structure, parse_type
from capbuild_xlsform.definitions.rows import DefinitionRow, Node, make_issue

#: Extra column with a row's name in label exports, if it differs from its label.
CALLED = "kobo--called"
_ITEMS = {"kobomatrix": "kobo--matrix_list", "score": "kobo--score-choices", "rank": "kobo--rank-items"}
_INNER = {"score": "score__row", "rank": "rank__level"}
_MESSAGE = "kobo--rank-constraint-message"
_OR_OTHER = re.compile(r"\s+or[\s_](?:other|specify[\s_]other)\s*$", re.IGNORECASE)
#: Limits on the cells of all matrices of a form, and on the places of a ranking, far above real forms.
_MOST_CELLS, _MOST_PLACES = 100_000, 200
_REFERENCE = re.compile(r"\$\{\s*+([^{}\s]++(?:\s++[^{}\s]++)*+)\s*+\}")
#: Markup used by the server to hide the label of a matrix cell, since row and column have headings.
_HIDDEN = '<span style="display:none">{}</span>'
_NOT_INSISTED = frozenset({"", "no", "false", "false()", "0"})

Lists = Mapping[str, tuple[FormChoice, ...]]


def expand_blocks(nodes: Iterable[Node], lists: Lists, issues: list[Issue]) -> list[Node]:
    """Return the tree of a form with its blocks expanded.

    Args:
        nodes: The tree.
        lists: Choices by list name.
        issues: Receives blocks that cannot be expanded, and rows that the server ignores.
    """
    return _expand(nodes, lists, issues, _CellBudget())


def _expand(nodes: Iterable[Node], lists: Lists, issues: list[Issue], room: "_CellBudget") -> list[Node]:
    expanded: list[Node] = []
    for node in nodes:
        children = _expand(node.children, lists, issues, room)
        block = _Block(node.row, children, lists, issues) if node.kind.block and node.row.get("name") else None
        if block is not None and block.can_open and room.reserve(block):
            expanded += _OPENED[node.kind.block](block)
        else:
            expanded.append(Node(node.row, node.kind, children))
    return expanded


@define(eq=False)
class _CellBudget:
    """Remaining number of matrix cells of a form.

    It bounds the memory of a matrix with a long list and many columns.
    """

    left: int = _MOST_CELLS

    def reserve(self, block: "_Block") -> bool:
        """Reserve a block's cells; return False above the budget."""
        if block.kind_word != "kobomatrix":
            return True
        needed = (len(block.lists[block.list_name]) + 1) * (len(block.children) + 1)
        if needed <= self.left:
            self.left -= needed
            return True
        message = f"the matrix {block.name!r} would be {needed} questions; it is read as a group"
        block.issues.append(make_issue("XF119", Severity.WARNING, message, block.row.origin, "name a shorter list"))
        return False


@define(eq=False)
class _Block:
    """Block, with its opening row and its children."""

    row: DefinitionRow
    children: Sequence[Node]
    lists: Lists
    issues: list[Issue]

    @property
    def name(self) -> str:
        return self.row.get("name")

    @property
    def kind_word(self) -> str:
        return parse_type(self.row.get("type")).block

    @property
    def list_name(self) -> str:
        return self.row.get(_ITEMS[self.kind_word])

    @property
    def can_open(self) -> bool:
        """Whether the block's choice list exists; names derive from it."""
        if self.list_name in self.lists:
            return True
        column, given = _ITEMS[self.kind_word], self.list_name
        message = f"the block {self.name!r} names {given!r} in {column!r}, which is no list of choices"
        remedy = "name a list of choices; until then its rows are read as questions of a group"
        self.issues.append(make_issue("XF103", Severity.WARNING, message, self.row.origin, remedy))
        return False

    def is_required(self) -> bool:
        return self.row.get("required").casefold() not in _NOT_INSISTED


def _rename_row(
    row: DefinitionRow,
    kind: str,
    name: str,
    labels: Mapping[str, str] | None = None,
    called: Mapping[str, str] | None = None,
    **cells: str,
) -> DefinitionRow:
    """Return a row with another type and name.

    `called` maps languages to the row's name in exports with labels.
    """
    extra = {f"{CALLED}::{language}" if language else CALLED: text for language, text in (called or {}).items()}
    kept = {k: v for k, v in row.cells.items() if k not in ("$autoname", *_ITEMS.values(), _MESSAGE)}
    merged = {**kept, "type": kind, "name": name, **cells, **extra}
    texts = {**row.texts, "label": row.labels() if labels is None else labels}
    return DefinitionRow({k: v for k, v in merged.items() if v}, texts, row.origin)


def _make_node(row: DefinitionRow, children: Sequence[Node] = ()) -> Node:
    return Node(row, parse_type(row.get("type")), list(children))


def _note(row: DefinitionRow, name: str, labels: Mapping[str, str], called: Mapping[str, str] | None = None) -> Node:
    """Return a note with a heading only."""
    bare = DefinitionRow({}, {}, row.origin)
    return _make_node(_rename_row(bare, "note", name, labels, called))


# --- scores and ranks -----------------------------------------------------------------------------------------------


def _score(block: _Block) -> list[Node]:
    """Return a score's group, with a question per row.

    A note above the questions shows the choices.
    """
    insisted = {"required": "true"} if block.is_required() else {}
    inner = [_note(block.row, f"{block.name}_header", block.row.labels())]
    inner += [_make_question(block, child, **insisted) for child in block.children]
    return [_make_heading(block, inner)]


def _rank(block: _Block) -> list[Node]:
    """Return a ranking's group, with a question per place.

    The answer of each place must differ from those before it.
    """
    inner = [_note(block.row, f"{block.name}_label", block.row.labels())]
    before: list[str] = []
    for child in block.children:
        name = child.row.get("name")
        differs = " and ".join(f"${{{name}}} != ${{{other}}}" for other in before[:_MOST_PLACES])
        cells = {"required": "true", "constraint": differs, "constraint_message": block.row.get(_MESSAGE)}
        inner.append(_make_question(block, child, **cells))
        before.append(name)
    return [_make_heading(block, inner)]


def _make_heading(block: _Block, inner: Sequence[Node]) -> Node:
    """Return the group of a block, headed by a note.

    Because the heading is a separate note, exports call the group by its name.
    """
    called = dict.fromkeys(block.row.labels(), block.name)
    row = _rename_row(block.row, "begin_group", block.name, None, called, required="")
    return Node(row, RowType(Structure.GROUP), list(inner))


def _make_question(block: _Block, child: Node, **cells: str) -> Node:
    if child.row.get("type").split()[:1] != [_INNER[block.kind_word]]:
        return child
    row = _rename_row(child.row, f"select_one {block.list_name}", child.row.get("name"), None, None, **cells)
    return _make_node(row)


# --- matrices -------------------------------------------------------------------------------------------------------


def _make_matrix(block: _Block) -> list[Node]:
    """Return the groups of a matrix.

    The first has the headings. Each matrix row has a group with a question per column, named
    `matrix_row/matrix_row_column`.
    """
    columns = [child for child in block.children if child.kind.structure is Structure.ITEM and child.row.get("name")]
    if left := [child.row.get("type") for child in block.children if child not in columns]:
        message = f"the matrix {block.name!r} contains what cannot be a column: {', '.join(left)}; it is left out"
        block.issues.append(
            make_issue("XF119", Severity.WARNING, message, block.row.origin, "take it out of the matrix")
        )
    if block.row.get("relevant"):
        message = f"KoboToolbox shows the matrix {block.name!r} whatever its condition; it is read as written"
        remedy = "put the matrix into a group with that condition"
        block.issues.append(make_issue("XF119", Severity.NOTE, message, block.row.origin, remedy))
    header = f"{block.name}_header"
    headers = [_note(block.row, f"{header}_note", block.row.labels(), _make_bold(block.row.labels()))]
    headers += [
        _note(c.row, f"{header}_{c.row.get('name')}", c.row.labels(), _make_bold(c.row.labels())) for c in columns
    ]
    return [_group(block, header, {}, headers)] + [
        _make_matrix_row(block, choice, columns) for choice in _drop_duplicates(block.lists[block.list_name])
    ]


def _drop_duplicates(choices: Iterable[FormChoice]) -> list[FormChoice]:
    return list({choice.name: choice for choice in reversed(tuple(choices))}.values())[::-1]


def _make_bold(labels: Mapping[str, str]) -> dict[str, str]:
    """Return headings in bold, as the server writes them."""
    return {language: f"**{text}**" for language, text in labels.items()}


def _group(block: _Block, name: str, labels: Mapping[str, str], inner: Sequence[Node]) -> Node:
    """Return a group of a matrix, with the matrix's condition.

    Exports use its name, even those with labels.
    """
    cells = {"type": "begin_group", "name": name, "relevant": block.row.get("relevant")}
    called = {f"{CALLED}::{language}" if language else CALLED: name for language in labels}
    row = DefinitionRow({k: v for k, v in (cells | called).items() if v}, {"label": labels}, block.row.origin)
    return Node(row, RowType(Structure.GROUP), list(inner))


def _make_matrix_row(block: _Block, choice: FormChoice, columns: Sequence[Node]) -> Node:
    base = f"{block.name}_{choice.name}"
    names = {column.row.get("name"): f"{base}_{column.row.get('name')}" for column in columns}
    titles = {language: f"##### {text}" for language, text in choice.labels.items()}
    inner = [_note(block.row, f"{base}_note", choice.labels, titles)]
    for column in columns:
        row = column.row
        first = next(iter(choice.labels.values()), choice.name)
        labels = {lang: f"{choice.labels.get(lang, first)}: {text}" for lang, text in row.labels().items()}
        called = {lang: _HIDDEN.format(f"{choice.name}-{text}") for lang, text in row.labels().items()}
        cells = {name: _rewrite_expression(row.get(name), names) for name in ("relevant", "constraint", "required")}
        kind = _OR_OTHER.sub("", row.get("type"))  # The server does not support `or_other` in a matrix.
        inner.append(_make_node(_rename_row(row, kind, names[row.get("name")], labels, called, **cells)))
    return _group(block, base, choice.labels or {"": choice.name}, inner)


def _rewrite_expression(expression: str, names: Mapping[str, str]) -> str:
    """Replace the questions that a column's expression refers to.

    `names` maps them to those of the matrix row.

    Example:
        >>> _rewrite_expression("${owns} = 'yes' and ${age} > 17", {"owns": "m_car_owns"})
        "${m_car_owns} = 'yes' and ${age} > 17"
    """
    return _REFERENCE.sub(lambda match: f"${{{names[match[1]]}}}" if match[1] in names else match[0], expression)


_OPENED: Mapping[str, Callable[[_Block], list[Node]]] = {"kobomatrix": _make_matrix, "score": _score, "rank": _rank}
