"""Tree of rows by `begin` and `end`. Unbalanced rows are corrected and reported."""

from collections.abc import Iterable

from attrs import define, field

from capbuild.errors import LimitError
from capbuild.model import Issue, Severity
from capbuild_xlsform.question_types import RowType, Structure, parse_type
from capbuild_xlsform.rows import DefinitionRow, issue


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
                issues.append(issue("XF104", Severity.WARNING, message, row.origin, "take the row out"))
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
        issues.append(issue("XF104", Severity.WARNING, message, node.row.origin, "add the row that ends it"))
    return top
