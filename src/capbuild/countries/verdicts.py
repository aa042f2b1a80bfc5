"""What the tiers say of a text: a country and why, a reason why not, or nothing."""

from enum import StrEnum

from attrs import frozen

from capbuild.countries.reserved import Reserved

__all__ = ["Accepted", "Refusal", "Tier", "Verdict"]


class Tier(StrEnum):
    """How a text was resolved, from the surest to the weakest."""

    OVERRIDE = "override"
    CODE = "code"
    NAME = "name"
    FORM = "official form"
    TOKENS = "same words"
    PARTS = "parts that agree"
    EDIT_DISTANCE = "edit distance"


@frozen
class Accepted:
    """A country that a tier accepts, and why.

    Attributes:
        code: Alpha-2 code.
        tier: The tier that accepted it.
        why: The reason in words.
    """

    code: str
    tier: Tier
    why: str


@frozen
class Refusal:
    """A value that was not resolved.

    Attributes:
        value: The value as given.
        is_ambiguous: Whether it names several countries, rather than none.
        why: The reason in words.
        candidates: Alpha-2 codes, best first: what it may mean, successors, or the state it belongs to.
    """

    value: object
    is_ambiguous: bool
    why: str
    candidates: tuple[str, ...] = ()


Verdict = Accepted | Reserved | None
