"""Result of disclosure control: names, counts and redactions."""

from collections.abc import Mapping

from attrs import field, frozen

from capbuild.advice.country import Example
from capbuild.checks import to_map, to_tuple
from capbuild.disclosure.score_bins import ScoreBin
from capbuild.frozen import FrozenMap
from capbuild.model import TLP, Audience, Country, Criterion, DisclosurePolicy, Money
from capbuild.text import Text

#: Items of consent to be named: everything, or one part.
ITEMS = ("results", "needs", "change", "plan")
#: Audiences that see the evidence behind a result: informants, notes and documents.
_SEE_SOURCES = (Audience.TEAM, Audience.COUNTRY)
#: Prefix of the mask that replaces the code of an unnamed country.
MASK = "other "


def is_masked(code: str) -> bool:
    """True if a code masks an unnamed country."""
    return code.startswith(MASK)


@frozen(kw_only=True)
class Redaction:
    """Item withheld from an audience.

    Attributes:
        section: Message key of the section's title.
        what: Message key of the item; empty if `country` or `about` names it.
        why: Message key of the reason.
        about: Id or text of the item.
        country: Country of the item.
        count: Number in the item's message.
        least: Number in the reason's message.
    """

    section: str
    what: str = ""
    why: str
    about: str | Text = ""
    country: Country | None = None
    count: int | None = None
    least: int | None = None


#: Redactions in order, without duplicates.
Log = dict[Redaction, None]


@frozen(kw_only=True)
class BinCounts:
    """Number of unnamed countries in each bin, for one capacity.

    Attributes:
        counts: Number of countries by bin.
        aimed: How many with one level or a figure have a target; None if that would reveal more than the bins.
        met: How many of those reach it.
    """

    counts: FrozenMap[ScoreBin, int] = field(converter=to_map)
    aimed: int | None = None
    met: int = 0


def _to_names(value: Mapping[str, frozenset[str]]) -> FrozenMap[str, frozenset[str]]:
    return FrozenMap({item: frozenset(codes) for item, codes in value.items()})


@frozen(kw_only=True)
class Disclosure:
    """Disclosure decisions for one audience.

    Attributes:
        audience: Readers of the report.
        tlp: Label of the report.
        policy: The rules, with the consents for the audience.
        everything: Whether no country is hidden from the audience.
        hides: Items with which some country may not be named.
        named: Alpha-2 codes of the countries that may be named, by item.
        counted: Number of countries counted without their names.
        others: Their bins, by capacity; a capacity is absent if it would reveal the bin of one country.
        sums: Their sums:`visited` so far, `visited_now` in this round, `settled`, `applicable`, `conflicts`,
            and over the indicators in `others` `verified` and `reported`; absent if revealing.
        not_shown: Number of countries not shown, whether they have not answered or have not agreed; 0 if revealing.
        silent: Number that have not answered; None if it would reveal which ones have not agreed.
        costs: Whether costs of sessions are shown.
        own_costs: Cost of the country's own seats by id of the session, for a report of one country; one is absent
            if it would reveal hidden seats. None for a report of several.
        examples: Verified examples of other countries that may be named to the audience or to all
            participants, with the languages they share with the country; None for a report of several.
        unplaced: Ids of the sessions and deliveries with withheld place.
        marked: Pieces of evidence that are marked too strictly, by alpha-2 code.
        withheld: Ids of result indicators with a withheld total.
        network_left: Entries of the network that are marked too strictly.
        log: Items withheld from another audience, listed for the team. It names countries, so
            only the team gets it.
        log_audience: That audience.
    """

    audience: Audience
    tlp: TLP | None = None
    policy: DisclosurePolicy = DisclosurePolicy()
    everything: bool = True
    hides: frozenset[str] = frozenset()
    named: FrozenMap[str, frozenset[str]] = field(factory=FrozenMap, converter=_to_names)
    counted: int = 0
    others: FrozenMap[str, BinCounts] = field(factory=FrozenMap, converter=to_map)
    sums: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)
    not_shown: int = 0
    silent: int | None = None
    costs: bool = True
    own_costs: FrozenMap[str, Money] | None = None
    examples: tuple[Example, ...] | None = None
    unplaced: frozenset[str] = frozenset()
    marked: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)
    withheld: frozenset[str] = frozenset()
    network_left: int = 0
    log: tuple[Redaction, ...] = field(default=(), converter=to_tuple)
    log_audience: Audience | None = None

    @property
    def sources(self) -> bool:
        """True if the audience sees sources, notes and evidence."""
        return self.audience in _SEE_SOURCES

    @property
    def minimum_n(self) -> int:
        """Minimum number of countries or people behind a figure."""
        return self.policy.minimum_n

    @property
    def pooled(self) -> bool:
        """True if pooled estimates would reveal hidden countries."""
        return "results" in self.hides and not self.sources

    def names(self, code: str, item: str) -> bool:
        """True if a country may be named with an item.

        Args:
            code: Alpha-2 code.
            item: `results`, `needs`, `change` or `plan`.
        """
        return not is_masked(code) and (self.everything or code in self.named.get(item, frozenset()))

    def may_show_criterion(self, criterion: Criterion) -> bool:
        """True if the audience may see answers to a criterion."""
        return criterion.public or self.audience is not Audience.PUBLIC
