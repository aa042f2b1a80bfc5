"""Submissions of any format: metadata, and answers by path and repeat position."""

from collections.abc import Mapping

from attrs import define, field, frozen

from capbuild.model import GeoPoint
from capbuild.origin import Origin

__all__ = ["Entry", "Record", "Stored"]

#: What is stored: text, codes that split columns gave, or a place that split columns gave.
Stored = str | tuple[str, ...] | GeoPoint


@define(eq=False)
class Entry:
    """One stored answer. Millions are made, so it is no frozen class; nothing changes it.

    Attributes:
        path: Path of the question, without positions.
        places: Each repeat it lies in, outer ones first: path and position from 1.
        stored: What is stored; an empty text for nothing.
        origin: Where it stands.
        filler: The text that a program wrote where there is nothing, such as `n/a`.
        raw: The text as found, where what is stored was put together.
        doubt: What to tell of cells that contradict one another.
    """

    path: str
    places: tuple[tuple[str, int], ...]
    stored: Stored
    origin: Origin | None = None
    filler: str = ""
    raw: str | None = None
    doubt: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing is stored."""
        return self.stored == ""


@frozen(eq=False)
class Record:
    """One submission.

    Attributes:
        entries: What is stored, in order.
        meta: Metadata by name.
        origin: Where it stands.
        form: Id of the form, if it says.
        version: Version of the form, if it says.
        whole: Whether all that was answered is here, so that what is absent has no answer.
        absent_is_unasked: Whether what was asked and not answered is here as an empty place.
        counts: Times of repeats by path, also of those that hold nothing.
        where: Where each metadata stands.
    """

    entries: list[Entry]
    meta: Mapping[str, str] = field(factory=dict)
    origin: Origin | None = None
    form: str = ""
    version: str = ""
    whole: bool = False
    absent_is_unasked: bool = False
    counts: dict[str, list[tuple[int, ...]]] = field(factory=dict)
    where: Mapping[str, Origin] = field(factory=dict)
