"""Random draws that depend on seed and key only.

They are the same on every machine, in any order.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TypeVar

__all__ = ["Draws"]

T = TypeVar("T")


class Draws:
    """Seeded generator whose draws are addressed by keys.

    A draw added in one place leaves all others as they were, so a change of the example stays small.
    """

    def __init__(self, seed: str) -> None:
        self.seed = seed

    def uniform(self, *key: object) -> float:
        """Return a uniform number in [0, 1) for a key."""
        digest = sha256("|".join((self.seed, *map(str, key))).encode()).digest()
        return int.from_bytes(digest[:6], "big") / 2**48

    def normal(self, *key: object) -> float:
        """Return a standard normal number.

        It is twelve uniform ones less 6, the same on all machines.
        """
        return sum(self.uniform(*key, turn) for turn in range(12)) - 6

    def chance(self, probability: float, *key: object) -> bool:
        """Return True with a probability."""
        return self.uniform(*key) < probability

    def weighted(self, weights: Mapping[T, float], *key: object) -> T:
        """Return a key of a mapping, drawn by weight."""
        left = self.uniform(*key) * sum(weights.values())
        for item, weight in weights.items():
            left -= weight
            if left < 0:
                return item
        return list(weights)[-1]

    def among(self, items: Sequence[T], *key: object) -> T:
        """Return one of the items, all equally likely."""
        return items[int(self.uniform(*key) * len(items))]
