"""Framework nodes in families: indicators by parent."""

import re
from collections.abc import Callable

from attrs import evolve, field, frozen

from capbuild.model import Capacity, Framework, ScaleKind
from capbuild.reports.cells import to_tuple


@frozen(kw_only=True)
class Family:
    """Adjacent nodes with a common parent.

    Attributes:
        parent: The node they belong to; None for nodes at the top.
        nodes: The nodes.
        above: Nodes above the parent that have no row of their own, the highest first.
    """

    parent: Capacity | None
    nodes: tuple[Capacity, ...] = field(converter=to_tuple)
    above: tuple[Capacity, ...] = field(default=(), converter=to_tuple)

    def heading(self, title: Callable[[Capacity], str]) -> str:
        """Return the names of the parent and of what is above it, in one line; empty for nodes at the top."""
        return " · ".join(map(title, (*self.above, *([self.parent] if self.parent is not None else []))))


def list_families(framework: Framework, *, counts: bool = True) -> list[Family]:
    """Return all nodes of a table, in the framework's order.

    Nodes above other parents (a total, a pillar) come before these, under no head, if they have a figure; each parent
    follows with its indicators.

    Args:
        framework: Their framework.
        counts: Whether numbers, such as of people or cases, are among the indicators: they have no place on a scale.
            A framework of nothing else keeps them.
    """
    numbers = {node.id for node in framework.indicators if framework.scale_of(node).kind is ScaleKind.COUNT}
    left_out = frozenset() if counts or len(numbers) == len(framework.indicators) else numbers
    found: list[Family] = []

    def visit(node: Capacity, path: tuple[Capacity, ...]) -> None:
        parent = path[-1] if path else None
        if node.id in left_out:
            return
        if not node.children:
            if found and found[-1].parent is parent and not found[-1].nodes[-1].children:
                found[-1] = evolve(found[-1], nodes=(*found[-1].nodes, node))
            else:
                bare = [one for one in path[:-1] if framework.method_of(one).name == "profile"]
                found.append(Family(parent=parent, nodes=[node], above=bare))
            return
        if any(child.children for child in node.children) and framework.method_of(node).name != "profile":
            if found and found[-1].nodes[-1].children:
                found[-1] = evolve(found[-1], nodes=(*found[-1].nodes, node))
            else:
                found.append(Family(parent=None, nodes=[node]))
        for child in node.children:
            visit(child, (*path, node))

    for root in framework.roots:
        visit(root, ())
    return found


def make_short_header(node: Capacity, parent: Capacity | None) -> str:
    """Return a short header for a node.

    Its id without its parent's, the number it ends in, or its first letters.

    Example:
        >>> make_short_header(Capacity(id="TEC-2", title=""), Capacity(id="TEC", title=""))
        '2'
        >>> [make_short_header(Capacity(id=name, title=""), None) for name in ("C.10", "total")]
        ['10', 'tot']
    """
    short = node.id.removeprefix(parent.id).lstrip("-._ ") if parent is not None else node.id
    last = re.split(r"[-._ ]", short)[-1]
    if last.isdigit():
        return last
    return short[:3] if short else node.id[:3]
