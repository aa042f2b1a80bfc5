"""Undefined results, with their reason, in place of NaN."""

from enum import StrEnum
from typing import Literal

from attrs import frozen

__all__ = ["Undefined", "UndefinedReason"]


class UndefinedReason(StrEnum):
    """Reason why a figure is undefined."""

    NOBODY_ANSWERED = "nobody answered"
    DONT_KNOW = "don't know"
    REFUSED = "refused"
    CONFIDENTIAL = "confidential"
    NOT_OBSERVED = "not observed"
    INVALID = "invalid"
    ONE_RATER = "only one rater"
    CONSTANT = "all values are equal"
    TOO_FEW = "too few values"
    NOT_TESTABLE = "not testable"
    NOT_APPLICABLE = "not applicable"
    BELOW_COVERAGE = "too little was answered"


@frozen
class Undefined:
    """Undefined figure with its reason.

    It is false in a condition, and equal to another one with the same reason.

    Attributes:
        reason: The reason, one of a closed list.
        detail: Details of the reason, for people.

    Example:
        >>> alpha = Undefined(UndefinedReason.ONE_RATER)
        >>> print(alpha)
        undefined: only one rater
        >>> bool(alpha)
        False
    """

    reason: UndefinedReason
    detail: str = ""

    def __bool__(self) -> Literal[False]:
        return False

    def __str__(self) -> str:
        return f"undefined: {self.reason.value}" + (f" ({self.detail})" if self.detail else "")
