"""What writers share is made once, also when two ask at the same time; what fails is not kept."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from capbuild.plugins import RenderCache, RenderContext


def test_two_that_ask_at_once_get_the_same():
    shared, made, both = RenderCache(), [], Barrier(2)

    def ask(_):
        both.wait()
        return shared.get("report", lambda: made.append(1) or object())

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(ask, range(2))
    assert one is other
    assert made == [1]


def test_keys_are_apart_and_a_failure_is_not_kept():
    context = RenderContext(shared=RenderCache())
    assert (context.once("a", lambda: 1), context.once("b", lambda: 2), context.once("a", lambda: 3)) == (1, 2, 1)
    with pytest.raises(ZeroDivisionError):
        context.once("c", lambda: 1 // 0)
    assert context.once("c", lambda: 4) == 4


def test_without_a_place_to_share_everything_is_made():
    context = RenderContext()
    assert (context.once("a", lambda: 1), context.once("a", lambda: 2)) == (1, 2)
