"""Puts origins back: a table that was turned or shifted before it was read names the cells where they really are."""

from collections.abc import Callable

from attrs import evolve

from capbuild.model import Issue, Response
from capbuild.origin import Origin
from capbuild.plugins import ReadItem

__all__ = ["relocated"]


def relocated(item: ReadItem, place: Callable[[Origin], Origin], name: Callable[[Origin], str]) -> ReadItem:
    """Return a response or an issue with its true places; other items as they are.

    Args:
        item: What was read.
        place: Returns the true place of an origin.
        name: Returns the id of a response by its true place.
    """
    if isinstance(item, Issue) and item.origin is not None:
        return evolve(item, origin=place(item.origin))
    if isinstance(item, Response) and item.origin is not None:
        answers = [evolve(answer, origin=place(answer.origin)) if answer.origin else answer for answer in item.answers]
        origin = place(item.origin)
        return evolve(item, id=name(origin), answers=answers, origin=origin)
    return item
