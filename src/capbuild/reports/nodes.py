"""The nodes of a framework in families: indicators under the node they belong to."""

from attrs import field, frozen

from capbuild.model import Capacity, Framework
from capbuild.reports.cells import to_tuple

__all__ = ["Family", "families", "numbered"]


@frozen(kw_only=True)
class Family:
    """Neighbouring nodes under one head.

    Attributes:
        parent: The node they belong to; None for nodes at the top.
        nodes: The nodes.
    """

    parent: Capacity | None
    nodes: tuple[Capacity, ...] = field(converter=to_tuple)


def families(framework: Framework) -> list[Family]:
    """Return all nodes that stand in a table, in the framework's order.

    Nodes above other parents (a total, a pillar) come first, under no head; then each parent with its indicators.
    """
    found: list[Family] = []
    above: list[Capacity] = []

    def visit(node: Capacity, parent: Capacity | None) -> None:
        if not node.children:
            if found and found[-1].parent is parent:
                found[-1] = Family(parent=parent, nodes=(*found[-1].nodes, node))
            else:
                found.append(Family(parent=parent, nodes=[node]))
            return
        if any(child.children for child in node.children):
            above.append(node)
        for child in node.children:
            visit(child, node)

    for root in framework.roots:
        visit(root, None)
    return [Family(parent=None, nodes=above), *found] if above else found


def numbered(node: Capacity, parent: Capacity | None, place: int) -> str:
    """Return a short head for a node: its id without its parent's, or its number where that is long.

    Example:
        >>> numbered(Capacity(id="TEC-2", title=""), Capacity(id="TEC", title=""), 1)
        '2'
        >>> numbered(Capacity(id="a-very-long-id", title=""), None, 3)
        '3'
    """
    short = node.id.removeprefix(parent.id).lstrip("-._ ") if parent is not None else node.id
    return short if 0 < len(short) <= 3 else str(place)
