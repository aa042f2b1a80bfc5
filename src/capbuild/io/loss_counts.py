"""Losses while they are counted: how many of each kind, of how many, and some of them in words."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Any

from attrs import define, field

__all__ = ["Counted", "moved"]

#: Examples that are kept of each kind.
_EXAMPLES = 3
_ADDED = "details that were not there"


def _nothing(value: object) -> bool:
    """Tell whether a field says nothing. Zero says something, and so does a no to a question that has no default."""
    return value is None or value is False or (isinstance(value, str | tuple) and not value)


@define
class Counted:
    """Losses while they are counted.

    Attributes:
        counts: How many were lost, by kind.
        wholes: How many could have been lost, by kind.
        examples: Some of those that were lost, by kind.
    """

    counts: Counter[str] = field(factory=Counter)
    wholes: Counter[str] = field(factory=Counter)
    examples: dict[str, list[str]] = field(factory=dict)

    def seen(self, kind: str, count: int = 1) -> None:
        """Count things of a kind that could be lost."""
        self.wholes[kind] += count

    def lose(self, kind: str, example: str, count: int = 1) -> None:
        """Count a loss."""
        self.counts[kind] += count
        kept = self.examples.setdefault(kind, [])
        if len(kept) < _EXAMPLES and example not in kept:
            kept.append(example)

    def check(self, kind: str, before: Any, after: Any, name: str) -> None:
        """Count a thing that was there, and its loss where it is another now; or one that was not there, and is."""
        if _nothing(before):
            if not _nothing(after):
                self.lose(_ADDED, f"{name}: {kind}")
            return
        self.same(kind, before, after, name)

    def same(self, kind: str, before: Any, after: Any, name: str) -> None:
        """Count a thing whose every value says something, and its loss where it is another now."""
        self.seen(kind)
        if before != after:
            self.lose(kind, name)

    def order(self, kind: str, before: Sequence[str], after: Sequence[str]) -> None:
        """Count the things of two lists that stand elsewhere."""
        out = moved(before, after)
        if out:
            self.seen(kind, len(set(before) & set(after)))
            self.lose(kind, out[0], len(out))


def moved(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Return the things that stand elsewhere: those outside the longest run that kept its order.

    Example:
        >>> moved(["a", "b", "c", "d"], ["b", "c", "x", "a", "d"])
        ['a']
    """
    place: dict[Hashable, int] = {name: number for number, name in enumerate(after)}
    kept = [(place[name], name) for name in before if name in place]
    ends: list[int] = []
    lengths: list[int] = []
    for number, _ in kept:
        at = bisect_left(ends, number)
        ends[at : at + 1] = [number]
        lengths.append(at + 1)
    wanted = len(ends)
    last = len(after)
    out: list[str] = []
    for (number, name), length in zip(reversed(kept), reversed(lengths), strict=True):
        if length == wanted and number < last:
            wanted, last = wanted - 1, number
        else:
            out.append(name)
    return out[::-1]
