"""Reasons for changes between two plans, as codes and values."""

from enum import StrEnum

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.model import LeftOut


class ChangeKind(StrEnum):
    """Kinds of change to a session."""

    ADDED = "added"
    DROPPED = "dropped"
    MOVED = "moved"
    RESIZED = "resized"


class ChangeReason(StrEnum):
    """Reasons for a change between two plans."""

    BUDGET = "budget"
    TRAINERS = "trainers"
    COUNTRIES = "countries"
    BLOCKED = "blocked"
    NOT_OFFERED = "not offered"
    OUTSIDE = "outside"
    NOT_HELD = "not held"
    BETTER = "better use"
    MONTH = "better month"
    SEATS = "better seats"
    MARGINAL = "marginal closure"


_WORDS = {
    ChangeReason.BUDGET: "the budget no longer covers it",
    ChangeReason.TRAINERS: "no trainer is free in that month",
    ChangeReason.COUNTRIES: "{names} can no longer take part as planned",
    ChangeReason.BLOCKED: "it cannot be held for {names}: {left_out}",
    ChangeReason.NOT_OFFERED: "the catalogue no longer has it",
    ChangeReason.OUTSIDE: "it began outside the months of the plan",
    ChangeReason.NOT_HELD: "it can no longer be held",
    ChangeReason.BETTER: "what takes its place closes more for the money",
    ChangeReason.MONTH: "the plan closes more, or costs less, with it in that month",
    ChangeReason.SEATS: "its seats close more for those who have them now",
    ChangeReason.MARGINAL: "without it the plan would close {value:.2%} of all gaps less",
}


@frozen(kw_only=True)
class Cause:
    """Reason for a change of one session.

    Attributes:
        reason: The reason.
        names: Alpha-2 codes of its countries.
        value: Share of the weighted value of all gaps.
        left_out: Why the activity is impossible for those countries; None for other reasons.

    Example:
        >>> print(Cause(reason="countries", names=["JM", "PA"]))
        JM, PA can no longer take part as planned
    """

    reason: ChangeReason = field(converter=ChangeReason)
    names: tuple[str, ...] = field(default=(), converter=to_tuple)
    value: float = 0.0
    left_out: LeftOut | None = None

    def __str__(self) -> str:
        return _WORDS[self.reason].format(names=", ".join(self.names), value=self.value, left_out=self.left_out)
