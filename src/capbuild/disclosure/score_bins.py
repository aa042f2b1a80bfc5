"""Where a score is counted: a level, a fifth of a numeric scale, open, or without a figure."""

import math
from collections.abc import Hashable
from typing import NamedTuple

from capbuild.model import Scale, Score

__all__ = ["FIFTHS", "Standing", "facts_of", "share", "standing_of"]

#: Parts of a numeric scale that values are counted in.
FIFTHS = 5


class Standing(NamedTuple):
    """Where a score is counted among those of other countries.

    Attributes:
        kind: `level`, `fifth`, `open` where evidence leaves more than one level, `none` where a figure is lacking, or
            `profile` where there never is one.
        order: Order of the level, or number of the fifth from 1; 0 for others.
    """

    kind: str
    order: int = 0


def share(value: float, scale: Scale) -> float:
    """Return the place of a value on its scale, 0 to 1."""
    return min(1.0, max(0.0, (value - scale.minimum) / (scale.maximum - scale.minimum)))


def standing_of(score: Score) -> Standing:
    """Return where a score is counted."""
    if score.plausible is not None:
        return Standing("level", score.plausible.lowest) if score.plausible.settled else Standing("open")
    if score.value is None:
        return Standing("none" if score.undefined is not None else "profile")
    # The upper end belongs to a fifth, so that level 3 of 5, scaled to 60, keeps its shade.
    return Standing("fifth", 1 + max(math.ceil(round(share(score.value, score.scale) * FIFTHS, 9)) - 1, 0))


def facts_of(score: Score) -> frozenset[Hashable]:
    """Return what the count of a score states: its standing, and the side of each boundary that it is on.

    A target is a boundary between two levels, or lies in a fifth. A score that is open is on no side: it may turn out
    to be on either.
    """
    standing = standing_of(score)
    facts: set[Hashable] = {standing}
    if standing.order:
        highest = FIFTHS if standing.kind == "fifth" else len(score.scale.levels)
        facts |= {(order, standing.order >= order) for order in range(2, highest + 1)}
    return frozenset(facts)
