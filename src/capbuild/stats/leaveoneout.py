"""What a result owes to each of its parts: the root computed again without one item or node at a time."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.aggregate import evaluate
from capbuild.stats.arrays import Floats, as_table, mean
from capbuild.stats.ranks import ranks
from capbuild.stats.rules import Rule, rules_of
from capbuild.stats.tree import Tree

__all__ = ["LeftOut", "leave_one_out"]


@frozen(kw_only=True, eq=False)
class LeftOut:
    """The root without each part.

    Attributes:
        labels: What was left out, one at a time.
        full: Figures of the root with everything (units,).
        scores: Figures without each part (units, labels); NaN where nothing is left.
    """

    labels: tuple[str, ...]
    full: Floats
    scores: Floats

    @property
    def ranks(self) -> Floats:
        """Ranks without each part (units, labels)."""
        return ranks(self.scores)

    @property
    def mean_rank_shift(self) -> Floats:
        """Mean number of places that units move when a part is left out (labels,)."""
        return mean(np.abs(self.ranks - ranks(self.full)[:, None]))


def leave_one_out(
    values: npt.ArrayLike,
    tree: Tree,
    labels: Sequence[str],
    *,
    weights: npt.ArrayLike | Mapping[str, float] | None = None,
    rules: Rule | Mapping[str, Rule] | None = None,
) -> LeftOut:
    """Compute the root again without each of the labels, all in one batch.

    What is left out has the weight 0; its siblings take over its share. A floor set on it no longer holds.

    Args:
        values: Table (units, items) on one scale.
        tree: Items and nodes.
        labels: Items or nodes to leave out in turn; not the root.
        weights: See `aggregate`.
        rules: See `aggregate`.

    Raises:
        ModelError: The root is to be left out, or something does not fit; see `aggregate`.

    Example:
        >>> tree = Tree.build(["law", "staff"], {"law": "all", "staff": "all"})
        >>> leave_one_out([[80.0, 20.0], [60.0, 50.0]], tree, ["law", "staff"]).scores
        array([[20., 80.],
               [50., 60.]])
    """
    table = as_table(values)
    out = [tree.position(label) for label in labels]
    if tree.root in out:
        raise ModelError("labels", tree.labels[tree.root], "must not be the root")
    batch = np.tile(tree.weights(weights), (len(out) + 1, 1))
    batch[np.arange(len(out)), out] = 0.0
    figures = evaluate(table, tree, batch, rules_of(tree, rules))[tree.root]
    return LeftOut(labels=tuple(labels), full=figures[-1].copy(), scores=figures[:-1].T.copy())
