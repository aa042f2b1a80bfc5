"""Results of the resolver's tiers."""

from enum import StrEnum

from attrs import frozen

from capbuild.countries.reserved import ReservedText


class Tier(StrEnum):
    """Tier that resolved a text, most certain first."""

    OVERRIDE = "override"
    CODE = "code"
    NAME = "name"
    FORM = "official form"
    TOKENS = "same words"
    PARTS = "parts that agree"
    EDIT_DISTANCE = "edit distance"


@frozen
class AcceptedCountry:
    """Country accepted by a tier, with the reason.

    Attributes:
        code: Alpha-2 code.
        tier: The tier that accepted it.
        why: The reason as text.
    """

    code: str
    tier: Tier
    why: str


@frozen
class Refusal:
    """Value that was not resolved.

    Attributes:
        value: The value as given.
        is_ambiguous: Whether it names several countries, rather than none.
        why: The reason as text.
        candidates: Alpha-2 codes, best first: possible meanings, successors, or its state.
        is_contradiction: Whether its name and its code are of different countries.
    """

    value: object
    is_ambiguous: bool
    why: str
    candidates: tuple[str, ...] = ()
    is_contradiction: bool = False


Verdict = AcceptedCountry | ReservedText | None
