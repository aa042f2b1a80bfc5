"""Memory while files are read: pause of the garbage collector, caches of what cells say."""

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
    """Pause the cyclic garbage collector: making millions of small objects costs a third of the time then."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def text_cache(size: int) -> Callable[[Function], Function]:
    """Return a decorator that caches what a function says of texts of a file, until the file has been read.

    Args:
        size: Texts at most.
    """

    def decorate(function: Function) -> Function:
        cached = lru_cache(size)(function)
        _CLEARING.append(cached.cache_clear)
        return cast("Function", cached)

    return decorate


@contextmanager
def text_caches_cleared() -> Iterator[None]:
    """Clear the caches afterwards: texts may be confidential, and are as long as a sender makes them."""
    try:
        yield
    finally:
        for clear in _CLEARING:
            clear()
