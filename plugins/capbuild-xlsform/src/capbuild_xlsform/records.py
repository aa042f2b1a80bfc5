"""Submissions of any format: metadata, and answers by path and repeat position."""

from collections.abc import Mapping

from attrs import define, field, frozen

from capbuild.model import GeoPoint
from capbuild.origin import Origin

#: Stored answer: text, codes from split columns, or a location from split columns.
Stored = str | tuple[str, ...] | GeoPoint


@define(eq=False)
class Entry:
    """Stored answer. Not frozen for speed, since there are millions; never modified.

    Attributes:
        path: Path of the question, without positions.
        places: Each repeat around it, outer ones first: path and position from 1.
        stored: Stored value; an empty text for nothing.
        origin: Location of the answer.
        filler: Filler text of the exporter for nothing, such as `n/a`.
        raw: Text as found, if the stored value was combined from several cells.
        doubt: Message on contradictory cells.
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
        entries: Stored answers in order.
        meta: Metadata by name.
        origin: Location of the submission.
        form: Id of the form, if given.
        version: Version of the form, if given.
        whole: Whether it is complete, so that absent questions have no answer.
        absent_is_unasked: Whether unanswered questions are present as blanks, so that absent ones were not asked.
        counts: Instances of repeats by path, empty ones included.
        where: Location of each metadata.
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
