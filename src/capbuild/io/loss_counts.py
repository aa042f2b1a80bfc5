"""Counters of conversion losses by kind, with examples."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Any

from attrs import define, field

from capbuild.frozen import FrozenMap

#: Examples kept of each kind.
_EXAMPLES = 3
_ADDED = "details that were not there"


def _is_empty(value: object) -> bool:
    """True if a field is empty.

    Zero is not empty, nor is a no to a question without a default.
    """
    return value is None or value is False or (isinstance(value, str | tuple | FrozenMap) and not value)


@define
class LossCounter:
    """Counter of losses by kind.

    Attributes:
        counts: Number of losses, by kind.
        wholes: Number of items that could be lost, by kind.
        examples: Examples of losses, by kind.
    """

    counts: Counter[str] = field(factory=Counter)
    wholes: Counter[str] = field(factory=Counter)
    examples: dict[str, list[str]] = field(factory=dict)

    def count(self, kind: str, count: int = 1) -> None:
        """Count items of a kind that could be lost."""
        self.wholes[kind] += count

    def lose(self, kind: str, example: str, count: int = 1) -> None:
        """Count a loss."""
        self.counts[kind] += count
        kept = self.examples.setdefault(kind, [])
        if len(kept) < _EXAMPLES and example not in kept:
            kept.append(example)

    def check(self, kind: str, before: Any, after: Any, name: str) -> None:
        """Count an item, and its loss or change."""
        if _is_empty(before):
            if not _is_empty(after):
                self.lose(_ADDED, f"{name}: {kind}")
            return
        self.check_fields(kind, before, after, name)

    def check_fields(self, kind: str, before: Any, after: Any, name: str) -> None:
        """Count an item with non-empty values, and its change."""
        self.count(kind)
        if before != after:
            self.lose(kind, name)

    def check_order(self, kind: str, before: Sequence[str], after: Sequence[str]) -> None:
        """Count items that moved between two lists."""
        out = find_moved(before, after)
        if out:
            self.count(kind, len(set(before) & set(after)))
            self.lose(kind, out[0], len(out))


def find_moved(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Return the items outside the longest run in the same order.

    Example:
        >>> find_moved(["a", "b", "c", "d"], ["b", "c", "x", "a", "d"])
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
