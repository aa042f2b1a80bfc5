"""Tree of an index: items at the bottom, nodes above."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError, did_you_mean
from capbuild.stats.arrays import Floats


@frozen(kw_only=True, slots=False)
class Tree:
    """Items and nodes with their parents, as positions.

    Positions 0 to `items - 1` are the items, in the order of a table's columns; nodes follow. An item may belong to a
    node at any depth, so branches may differ in depth.

    Attributes:
        labels: Label of each position.
        parents: Position of each one's parent, -1 for the root.
        items: Number of items, which are the first positions.

    Raises:
        ModelError: A label is duplicate, a parent is unknown or an item, a node has no child, there is not exactly
            one root, or the parents form a cycle.

    Example:
        >>> tree = Tree.build(["law", "staff", "lab"], {"law": "all", "staff": "unit", "lab": "unit", "unit": "all"})
        >>> tree.labels, tree.root
        (('law', 'staff', 'lab', 'all', 'unit'), 3)
        >>> [tree.labels[c] for c in tree.children[tree.root]]
        ['law', 'unit']
    """

    labels: tuple[str, ...]
    parents: tuple[int, ...]
    items: int

    def __attrs_post_init__(self) -> None:
        if len(self.parents) != len(self.labels):
            raise ModelError("Tree.parents", len(self.parents), f"must have {len(self.labels)} positions")
        repeated = next((label for label, uses in Counter(self.labels).items() if uses > 1), None)
        if repeated is not None:
            raise ModelError("Tree.labels", repeated, "must be used once")
        roots = [label for label, parent in zip(self.labels, self.parents, strict=True) if parent == -1]
        if len(roots) != 1:
            raise ModelError("Tree.parents", roots, "must leave exactly one root")
        for parent in self.parents:
            if parent != -1 and not self.items <= parent < len(self.labels):
                raise ModelError("Tree.parents", parent, "must be the position of a node")
        for node in range(self.items, len(self.labels)):
            if not self.children[node]:
                raise ModelError("Tree.parents", self.labels[node], "must have a child")
        if len(self.nodes_upward) != len(self.labels) - self.items:
            raise ModelError("Tree.parents", self.parents, "must not run in a circle")

    @classmethod
    def build(cls, items: Sequence[str], parents: Mapping[str, str]) -> "Tree":
        """Build a tree from the parent of each node."""
        labels = list(items)
        labels += [node for node in dict.fromkeys(parents.values()) if node not in labels]
        labels += [node for node in parents if node not in labels]
        orphan = next((item for item in items if item not in parents), None)
        if orphan is not None:
            raise ModelError("Tree.build", orphan, f"must have a parent{did_you_mean(orphan, parents)}")
        index = {label: position for position, label in enumerate(labels)}
        above = [index[parents[label]] if label in parents else -1 for label in labels]
        return cls(labels=tuple(labels), parents=tuple(above), items=len(items))

    @cached_property
    def root(self) -> int:
        """Position of the root."""
        return self.parents.index(-1)

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """Positions of the children of each position, items first."""
        below: list[list[int]] = [[] for _ in self.labels]
        for position, parent in enumerate(self.parents):
            if parent != -1:
                below[parent].append(position)
        return tuple(tuple(sorted(own)) for own in below)

    @cached_property
    def nodes_upward(self) -> tuple[int, ...]:
        """Nodes below the root, children before parents."""
        order: list[int] = []
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            order.append(node)
            waiting += [child for child in self.children[node] if child >= self.items]
        return tuple(reversed(order))

    @cached_property
    def depths(self) -> tuple[int, ...]:
        """Distance from the root, 0 for the root itself."""
        depth = [0] * len(self.labels)
        for node in reversed(self.nodes_upward):
            for child in self.children[node]:
                depth[child] = depth[node] + 1
        return tuple(depth)

    def position(self, label: str) -> int:
        """Return the position of a label.

        Raises:
            ModelError: The label is unknown; suggests the nearest.
        """
        if label not in self.labels:
            raise ModelError("label", label, f"must be in the tree{did_you_mean(label, self.labels)}")
        return self.labels.index(label)

    def weights(self, weights: npt.ArrayLike | Mapping[str, float] | None = None) -> Floats:
        """Return one weight per position, or a checked array.

        Weights are equal (1) by default; a mapping gives them by label, with 1 for the rest. They are relative within
        one parent, so their scale does not matter. A batch has shape (replications, positions).

        Raises:
            ModelError: The shape is wrong, a weight is negative or missing, or all under one parent are zero.
        """
        if weights is None:
            return np.ones(len(self.labels))
        if isinstance(weights, Mapping):
            given = np.ones(len(self.labels))
            for label, weight in weights.items():
                given[self.position(label)] = weight
            weights = given
        array = np.asarray(weights, dtype=np.float64)
        if array.shape[-1:] != (len(self.labels),) or array.ndim > 2:
            raise ModelError("weights", array.shape, f"must have {len(self.labels)} weights in the last dimension")
        if not (np.isfinite(array).all() and (array >= 0).all()):
            raise ModelError("weights", float(np.min(array)), "must be finite and not negative")
        for node in self.nodes_upward:
            if not (array[..., list(self.children[node])].sum(axis=-1) > 0).all():
                raise ModelError(f"weights under {self.labels[node]}", 0.0, "must not all be zero")
        return array
