"""Read-only mapping, hashable and comparable by value."""

from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import Any, TypeVar, overload

__all__ = ["FrozenMap", "freeze"]

K = TypeVar("K")
V = TypeVar("V")
D = TypeVar("D")


class FrozenMap(Mapping[K, V]):
    """Immutable mapping that keeps the order given.

    It is equal to any mapping with the same items, and hashable if its values are.

    Example:
        >>> ages = FrozenMap({"a": 1})
        >>> ages["a"], ages == {"a": 1}, hash(ages) == hash(FrozenMap(a=1))
        (1, True, True)
    """

    __slots__ = ("_hash", "_items")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._items: dict[K, V] = dict(*args, **kwargs)
        self._hash: int | None = None

    def __getitem__(self, key: K) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, key: object) -> bool:
        return key in self._items

    # The dictionary's own views: those of `Mapping` look up every item in Python.
    def keys(self) -> KeysView[K]:
        """Return the keys."""
        return self._items.keys()

    def values(self) -> ValuesView[V]:
        """Return the values."""
        return self._items.values()

    def items(self) -> ItemsView[K, V]:
        """Return the items."""
        return self._items.items()

    @overload
    def get(self, key: K, /) -> V | None: ...
    @overload
    def get(self, key: K, /, default: V | D) -> V | D: ...
    def get(self, key: K, /, default: D | None = None) -> V | D | None:
        """Return the value of a key, or the default.

        Args:
            key: The key.
            default: Value for a missing key.
        """
        return self._items.get(key, default)

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self._items.items()))
        return self._hash

    def __eq__(self, other: object) -> bool:
        if isinstance(other, FrozenMap):
            return self._items == other._items
        return self._items == other if isinstance(other, dict) else NotImplemented

    def __repr__(self) -> str:
        return f"FrozenMap({self._items!r})"

    def __reduce__(self) -> tuple[type["FrozenMap[K, V]"], tuple[dict[K, V]]]:
        return FrozenMap, (self._items,)

    def _ipython_key_completions_(self) -> list[K]:
        return list(self._items)


def freeze(value: Mapping[K, V]) -> FrozenMap[K, V]:
    """Return a mapping as a `FrozenMap`.

    A `FrozenMap` is returned itself.

    Example:
        >>> freeze({"es": "sí"})
        FrozenMap({'es': 'sí'})
    """
    return value if isinstance(value, FrozenMap) else FrozenMap(value)
