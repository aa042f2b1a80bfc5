"""Texts that must not resolve: names that several countries bear, and names that are no country's."""

from collections.abc import Mapping
from functools import cache

from attrs import frozen

from capbuild.countries.index import load_index
from capbuild.countries.normalisation import fold
from capbuild.countries.package_data import rows
from capbuild.countries.tokens import FORM_WORDS, concepts, key_of
from capbuild.frozen import FrozenMap

__all__ = ["Reserved", "reserved_keys", "reserved_texts"]


@frozen
class Reserved:
    """Why a text does not resolve by itself.

    Attributes:
        kind: `ambiguous`, `dissolved`, `constituent`, `region`, `world`, `union`, `city` or `none`.
        candidates: Alpha-2 codes of the countries it may have to do with; successors of a dissolved state.
        why: The reason in words.
        since: First day of a dissolved state, in ISO 8601 with the precision known, or empty.
        until: Last day of it, likewise.
        spoken: Language -> the country that bears the name in it; a text known to be in that language means it.
    """

    kind: str
    candidates: tuple[str, ...]
    why: str
    since: str = ""
    until: str = ""
    spoken: FrozenMap[str, str] = FrozenMap()

    @property
    def reason(self) -> str:
        """The reason, with the dates of a dissolved state."""
        return f"{self.why} ({self.since or '?'} to {self.until})" if self.until else self.why

    @property
    def is_ambiguous(self) -> bool:
        """Tell whether it names several countries, so that a context may choose among them."""
        return self.kind == "ambiguous"


@cache
def reserved_texts() -> Mapping[str, Reserved]:
    """Return folded text -> why it is reserved.

    Example:
        >>> reserved_texts()["netherlands antilles"].candidates
        ('CW', 'SX', 'BQ')
    """
    index = load_index()
    table = dict.fromkeys(index.regions, Reserved("region", (), "a region"))
    table.update((text, Reserved("city", (code,), "a city")) for text, code in index.cities.items())
    for row in rows("refused.csv"):
        entry = Reserved(row["kind"], tuple(row["candidates"].split()), row["why"], row["since"], row["until"])
        table.update(dict.fromkeys(map(fold, row["texts"].split("|")), entry))
    for row in rows("ambiguous.csv"):
        spoken: FrozenMap[str, str] = FrozenMap(claim.split(":") for claim in row["spoken"].split())
        entry = Reserved("ambiguous", tuple(row["candidates"].split()), row["why"], spoken=spoken)
        table.update(dict.fromkeys(map(fold, row["texts"].split("|")), entry))
    return table


@cache
def reserved_keys() -> Mapping[str, Reserved]:
    """Return concept key -> why it is reserved, so that word order and articles do not matter here either."""
    table: dict[str, Reserved] = {}
    for text, entry in reserved_texts().items():
        words = concepts(text)
        if words and entry.kind not in ("none", "city") and not set(words) <= FORM_WORDS:
            table.setdefault(key_of(words), entry)
    return table
