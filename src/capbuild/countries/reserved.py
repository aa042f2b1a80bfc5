"""Reserved texts that never resolve, and results of tiers."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from attrs import frozen

from capbuild.countries.index import FORM_WORDS, concept_key, load_index, to_concepts
from capbuild.countries.normalisation import fold_name
from capbuild.countries.registry import read_rows
from capbuild.frozen import FrozenMap


@frozen
class ReservedText:
    """Text that does not resolve, with the reason.

    Attributes:
        kind: `ambiguous`, `contradiction` (of a name and its code), `dissolved`, `constituent`, `region`, `world`,
            `union`, `city` or `none`.
        candidates: Alpha-2 codes of related countries, or of successors of a dissolved state.
        why: The reason as text.
        since: First day of a dissolved state, in ISO 8601 with the precision known, or empty.
        until: Last day, in the same form.
        spoken: Language -> the country with the name in it; a text in that language means it.
    """

    kind: str
    candidates: tuple[str, ...]
    why: str
    since: str = ""
    until: str = ""
    spoken: FrozenMap[str, str] = FrozenMap()

    @property
    def reason(self) -> str:
        """Reason, with the dates of a dissolved state."""
        return f"{self.why} ({self.since or '?'} to {self.until})" if self.until else self.why

    @property
    def is_ambiguous(self) -> bool:
        """True if it names several countries."""
        return self.kind in ("ambiguous", "contradiction")


@cache
def reserved_texts() -> Mapping[str, ReservedText]:
    """Return reserved texts by folded text.

    Example:
        >>> reserved_texts()["netherlands antilles"].candidates
        ('CW', 'SX', 'BQ')
    """
    index = load_index()
    table = dict.fromkeys(index.regions, ReservedText("region", (), "a region"))
    table.update((text, ReservedText("city", (code,), "a city")) for text, code in index.cities.items())
    for row in read_rows("refused.csv"):
        entry = ReservedText(row["kind"], tuple(row["candidates"].split()), row["why"], row["since"], row["until"])
        table.update(dict.fromkeys(map(fold_name, row["texts"].split("|")), entry))
    for row in read_rows("ambiguous.csv"):
        spoken: FrozenMap[str, str] = FrozenMap(claim.split(":") for claim in row["spoken"].split())
        entry = ReservedText("ambiguous", tuple(row["candidates"].split()), row["why"], spoken=spoken)
        table.update(dict.fromkeys(map(fold_name, row["texts"].split("|")), entry))
    return table


@cache
def reserved_keys() -> Mapping[str, ReservedText]:
    """Return reserved texts by concept key."""
    table: dict[str, ReservedText] = {}
    for text, entry in reserved_texts().items():
        words = to_concepts(text)
        if words and entry.kind not in ("none", "city") and not set(words) <= FORM_WORDS:
            table.setdefault(concept_key(words), entry)
    return table


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
