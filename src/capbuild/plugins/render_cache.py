"""Cache shared by writers of one subject."""

from collections.abc import Callable, Hashable
from threading import RLock
from typing import Any, TypeVar

from attrs import define, field

T = TypeVar("T")


@define(eq=False)
class RenderCache:
    """Cache of results for one subject, audience and language.

    The caller ensures that subject and context are the same for all writers.

    Example:
        >>> shared = RenderCache()
        >>> shared.get("report", lambda: ["made"]) is shared.get("report", lambda: ["made again"])
        True
    """

    _made: dict[Hashable, Any] = field(factory=dict, init=False, repr=False)
    _lock: RLock = field(factory=RLock, init=False, repr=False)

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the value of a key, computed on first use."""
        with self._lock:
            if key not in self._made:
                self._made[key] = make()
            found: T = self._made[key]
            return found
