"""Garbage collection and caches during reading.

The collector is paused, and caches of parsed texts are cleared.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TypeVar, cast

__all__ = ["collector_paused", "text_cache", "text_caches_cleared"]

Function = TypeVar("Function", bound=Callable[..., object])

_CLEARING: list[Callable[[], None]] = []


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the cyclic garbage collector.

    The collector takes a third of the time when millions of small objects are made.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def text_cache(size: int) -> Callable[[Function], Function]:
    """Return a decorator that caches results by text.

    `text_caches_cleared` empties the cache.

    Args:
        size: Maximum number of texts.
    """

    def decorate(function: Function) -> Function:
        cached = lru_cache(size)(function)
        _CLEARING.append(cached.cache_clear)
        return cast("Function", cached)

    return decorate


@contextmanager
def text_caches_cleared() -> Iterator[None]:
    """Clear the caches of `text_cache` after a block.

    Texts may be confidential, and of any length.
    """
    try:
        yield
    finally:
        for clear in _CLEARING:
            clear()
