"""What several writers of one subject make once and use together."""

from collections.abc import Callable, Hashable
from threading import RLock
from typing import Any, TypeVar

from attrs import define, field

__all__ = ["Shared"]

T = TypeVar("T")


@define(eq=False)
class Shared:
    """Keeps what writers of the same subject for the same audience, in the same language, have in common.

    Whoever gives it to writers answers for it that subject and context are the same for all of them.

    Example:
        >>> shared = Shared()
        >>> shared.once("report", lambda: ["made"]) is shared.once("report", lambda: ["made again"])
        True
    """

    _made: dict[Hashable, Any] = field(factory=dict, init=False, repr=False)
    _lock: RLock = field(factory=RLock, init=False, repr=False)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what was made under a key, made now when nobody has yet; one that waits makes nothing of its own."""
        with self._lock:
            if key not in self._made:
                self._made[key] = make()
            found: T = self._made[key]
            return found
