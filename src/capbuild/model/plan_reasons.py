"""Reasons in plans, as codes and values for translation."""

from enum import StrEnum

from attrs import field

from capbuild._typed import model
from capbuild.checks import to_tuple


class StopReason(StrEnum):
    """Reason why the search for a plan stopped."""

    OPTIMAL = "optimal"
    GAP = "gap reached"
    LIMIT = "work limit reached"
    TIME = "time limit reached, so that another run may differ"
    GREEDY = "greedy draft, no bound"


class LeftOutReason(StrEnum):
    """Reason why a need or wish is left out of a plan."""

    NO_ACTIVITY = "no activity"
    BANNED = "banned"
    LANGUAGE = "language"
    NOT_MET = "criterion not met"
    NO_RIGHTS = "no rights decision"
    UNSAFE = "safeguard not confirmed"
    NO_SEATS = "no seats asked for"
    CLOSES_LESS = "closes less"
    COSTS_MORE = "costs more"
    NO_TRAINERS = "no trainer days"
    WAITS = "waits"
    NO_ROOM = "no room"


_WORDS = {
    LeftOutReason.NO_ACTIVITY: "no activity of the catalogue addresses it",
    LeftOutReason.BANNED: "left out by wish",
    LeftOutReason.LANGUAGE: "it is held in no language spoken there",
    LeftOutReason.NOT_MET: "{names} is not met, and no activity addresses it",
    LeftOutReason.NO_RIGHTS: "no rights decision is on record, and the work is intrusive",
    LeftOutReason.UNSAFE: "{names} is not confirmed, and no activity prepares it",
    LeftOutReason.NO_SEATS: "nobody asks for a seat",
    LeftOutReason.CLOSES_LESS: "{names} would close less for the money than what was chosen",
    LeftOutReason.COSTS_MORE: "the budget does not cover one session of {names}",
    LeftOutReason.NO_TRAINERS: "one session of {names} takes more trainer days than a month has",
    LeftOutReason.WAITS: "it comes after {names}, which cannot be held",
    LeftOutReason.NO_ROOM: "no session of it fits the limits",
}


@model(kw_only=True, order=True)
class LeftOut:
    """Reason with its names and values.

    Attributes:
        reason: The reason.
        names: Ids of the activities that could help, or of the criterion or capacity that prevents it.

    Example:
        >>> print(LeftOut(reason="criterion not met", names=["INF-1.3a"]))
        INF-1.3a is not met, and no activity addresses it
    """

    reason: LeftOutReason
    names: tuple[str, ...] = field(default=(), converter=to_tuple)

    def __str__(self) -> str:
        return _WORDS[self.reason].format(names=", ".join(self.names))
