"""Bins of scores: levels, fifths, open, or missing."""

import math
from collections.abc import Hashable
from typing import NamedTuple

from capbuild.model import Scale, Score

#: Parts of a numeric scale that values are counted in.
FIFTHS = 5


class ScoreBin(NamedTuple):
    """Bin of a score.

    Attributes:
        kind: `level`, `fifth`, `open` where evidence leaves more than one level, `none` where a figure is lacking, or
            `profile` where there never is one.
        order: Position of the level or fifth, from 1; 0 for others.
    """

    kind: str
    order: int = 0

    @property
    def words(self) -> str:
        """Text for the register of publications."""
        return f"{self.kind} {self.order}" if self.order else self.kind


def compute_share(value: float, scale: Scale) -> float:
    """Return the position of a value on its scale.

    The lowest value has position 0, and the highest 1.
    """
    return min(1.0, max(0.0, (value - scale.minimum) / (scale.maximum - scale.minimum)))


def find_bin(score: Score) -> ScoreBin:
    """Return the bin of a score."""
    if score.plausible is not None:
        return (
            ScoreBin("level", score.scale.place(score.plausible.lowest))
            if score.plausible.settled
            else ScoreBin("open")
        )
    if score.value is None:
        return ScoreBin("none" if score.undefined is not None else "profile")
    # The upper end belongs to a fifth, so that level 3 of 5, scaled to 60, keeps its shade.
    return ScoreBin("fifth", 1 + max(math.ceil(round(compute_share(score.value, score.scale) * FIFTHS, 9)) - 1, 0))


def list_facts(score: Score) -> frozenset[Hashable]:
    """Return the facts that a score's count states.

    Facts are the bin, and the side of each boundary. A target is a boundary between two levels, or within a fifth. An
    open score is on no side, since it may end on either.
    """
    bin_ = find_bin(score)
    facts: set[Hashable] = {bin_}
    if bin_.order:
        highest = FIFTHS if bin_.kind == "fifth" else len(score.scale.levels)
        facts |= {(order, bin_.order >= order) for order in range(2, highest + 1)}
    return frozenset(facts)
