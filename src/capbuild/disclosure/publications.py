"""Publications, and what their differences reveal."""

import datetime
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from functools import cached_property
from threading import Lock
from typing import Any

from attrs import define, evolve, field, frozen

from capbuild.checks import to_tuple
from capbuild.frozen import FrozenMap
from capbuild.model import Audience

#: Countries in a figure, by value and by the facts that it reveals if several share them.
Figure = FrozenMap[str, frozenset[str]]
#: A country with a fact about it.
_Item = tuple[str, str]
_ORDER = tuple(Audience)


def is_uniform(facts: Collection[Collection[Hashable]]) -> bool:
    """True if all, or all but one, share a fact.

    A fact that all share is known of each. A single exception knows its own value, and so that of all others.

    Args:
        facts: Facts that a figure states about each country.
    """
    counts = Counter(fact for own in facts for fact in set(own))
    return any(count >= len(facts) - 1 for count in counts.values())


def partition(groups: Iterable[frozenset[Any]]) -> list[frozenset[Any]]:
    """Partition members by the groups that contain them."""
    places_by_member: dict[Any, list[int]] = {}
    for position, group in enumerate(groups):
        for member in group:
            places_by_member.setdefault(member, []).append(position)
    parts: dict[tuple[int, ...], set[Any]] = {}
    for member, places in places_by_member.items():
        parts.setdefault(tuple(places), set()).add(member)
    return [frozenset(members) for members in parts.values()]


def make_figure(values: Mapping[str, object], facts: Mapping[str, Collection[Hashable]] | None = None) -> Figure:
    """Make the record of a figure.

    Args:
        values: Contribution of each country, by alpha-2 code.
        facts: Facts that it states about each country.

    Example:
        >>> sorted(make_figure({"BB": 2, "JM": 2}, {"BB": ["most"], "JM": []}))
        ['2', '2|most']
    """
    groups: dict[str, set[str]] = {}
    for code, value in values.items():
        own = sorted(str(fact) for fact in (facts or {}).get(code, ()))
        groups.setdefault("|".join([str(value), *own]), set()).add(code)
    return FrozenMap({words: frozenset(codes) for words, codes in sorted(groups.items())})


def _list_items(figure: Figure) -> frozenset[_Item]:
    return frozenset((code, words) for words, codes in figure.items() for code in codes)


def _list_facts(words: str) -> list[str]:
    return words.split("|")[1:]


@frozen(kw_only=True)
class Publication:
    """One edition of the reports for an audience.

    Attributes:
        audience: The audience.
        country: Alpha-2 code of the country, for the audience `country`: each country has reports of its own.
        on: Date of writing.
        named: Alpha-2 codes of the countries named, by item: `results`, `needs`, `change`, `plan`.
        counted: Codes of the countries counted without their names, by round.
        figures: Figures that count countries without their names, by name.
        withheld: Names of withheld figures: their absence reveals something of their values too.
    """

    audience: Audience
    country: str = ""
    on: datetime.date | None = None
    named: FrozenMap[str, frozenset[str]] = field(factory=FrozenMap)
    counted: FrozenMap[str, frozenset[str]] = field(factory=FrozenMap)
    figures: FrozenMap[str, tuple[Figure, ...]] = field(factory=FrozenMap)
    withheld: FrozenMap[str, tuple[Figure, ...]] = field(factory=FrozenMap)

    @property
    def every_name(self) -> frozenset[str]:
        """Codes of all countries named with anything."""
        return frozenset().union(*self.named.values())

    @property
    def facts(self) -> frozenset[tuple[str, str, object]]:
        """All published facts, to compare publications by."""
        facts: set[tuple[str, str, object]] = {
            ("named", item, code) for item, codes in self.named.items() for code in codes
        }
        facts |= {("counted", round_, codes) for round_, codes in self.counted.items()}
        for kind, figures in (("figure", self.figures), ("withheld", self.withheld)):
            facts |= {(kind, name, frozen_map) for name, editions in figures.items() for frozen_map in editions}
        return frozenset(facts)

    def join(self, other: "Publication") -> "Publication | None":
        """Join two publications into one edition.

        The result is None if they count different countries in a round.
        """
        if any(other.counted.get(name, codes) != codes for name, codes in self.counted.items()):
            return None
        figures, withheld = _merge(self.figures, other.figures), _merge(self.withheld, other.withheld)
        named = {
            item: self.named.get(item, frozenset()) | other.named.get(item, frozenset())
            for item in {**self.named, **other.named}
        }
        counted = dict(self.counted) | dict(other.counted)
        return evolve(self, named=FrozenMap(named), counted=FrozenMap(counted), figures=figures, withheld=withheld)


def _merge(
    one: Mapping[str, tuple[Figure, ...]], other: Mapping[str, tuple[Figure, ...]]
) -> FrozenMap[str, tuple[Figure, ...]]:
    """Return the figures of both by name, each once."""
    names = sorted({*one, *other})
    return FrozenMap({name: tuple(dict.fromkeys([*one.get(name, ()), *other.get(name, ())])) for name in names})


@frozen(kw_only=True, slots=False)
class History:
    """Publications that a reader may compare with a new one.

    Attributes:
        publications: Publications for any audience: reports are passed on, so a reader may have those of two audiences.
        audience: Audience of the new publication.
    """

    publications: tuple[Publication, ...] = field(default=(), converter=to_tuple)
    audience: Audience = Audience.PUBLIC

    @cached_property
    def _own(self) -> tuple[Publication, ...]:
        """Publications that the audience reads."""
        place = _ORDER.index(self.audience)
        return tuple(publication for publication in self.publications if _ORDER.index(publication.audience) >= place)

    @cached_property
    def named(self) -> frozenset[str]:
        """Codes of countries named in any publication."""
        return frozenset().union(*(publication.every_name for publication in self.publications))

    @cached_property
    def counted(self) -> list[frozenset[str]]:
        """Groups of countries that totals counted."""
        return list(
            dict.fromkeys(codes for publication in self.publications for codes in publication.counted.values() if codes)
        )

    def counted_in(self, round_: str) -> list[frozenset[str]]:
        """Return the groups counted in totals of a round.

        Totals are those for the audience or a wider one.

        Args:
            round_: Id of the round.
        """
        return list(
            dict.fromkeys(publication.counted[round_] for publication in self._own if publication.counted.get(round_))
        )

    def _list_figures(self, name: str, *, withheld: bool = False) -> list[frozenset[_Item]]:
        figure_sets = (publication.withheld if withheld else publication.figures for publication in self.publications)
        return list(dict.fromkeys(_list_items(figure) for figures in figure_sets for figure in figures.get(name, ())))

    def find_few(self, shown: frozenset[str], counted: Collection[frozenset[str]], least: int,
                 apart: frozenset[str]) -> frozenset[str]:  # fmt: skip
        """Return counted countries that single out fewer than the minimum.

        The difference between two totals, of this edition or earlier ones, would be about these countries alone.

        Args:
            shown: Codes of the countries to count in some total.
            counted: The groups to count in totals.
            least: Minimum number of countries behind a figure.
            apart: Codes of countries with known facts, which protect no other.
        """
        before, few = partition(self.counted), frozenset[str]()
        for part in partition([*self.counted, *counted]):
            if len(part - apart) >= least:
                continue
            if part & shown:
                few |= part
            elif part - apart and part not in before:
                # An earlier total counted it: a total without it must not be published.
                few |= next(group for group in before if part <= group) & shown
        return few

    def allows(self, name: str, figure: Figure, least: int, apart: frozenset[str]) -> bool:
        """True if a figure singles out no country.

        The figure is compared with those of earlier editions. A figure that was withheld counts like one that was
        shown: a reader who knows the rules infers that all countries, or all but one, were alike.

        Args:
            name: Name of the figure, the same in every edition.
            figure: Facts that it states about each country.
            least: Minimum number of countries behind a figure.
            apart: Codes of countries with known facts.
        """
        past, now = self._list_figures(name), _list_items(figure)
        if now in past:
            return True
        past += self._list_figures(name, withheld=True)
        if not past:
            return True
        before = set(partition(past))
        return not any(
            _is_revealing(part, apart, least, new=not part.isdisjoint(now))
            for part in partition([*past, now])
            if part not in before
        )

    def has_other_rows(self, prefix: str, rows: Iterable[str]) -> bool:
        """True if a table's rows differ from an earlier edition.

        Args:
            prefix: Prefix of the names of the table's figures.
            rows: Names of the figures of this edition.
        """
        row_names = (
            {name for name in publication.figures if name.startswith(prefix)} for publication in self.publications
        )
        return any(names and names != set(rows) for names in row_names)

    def find_withheld(self, agreed: frozenset[str], own: frozenset[str], least: int) -> frozenset[str]:
        """Return countries that agreed, but must not be named yet.

        An earlier total minus the figures published by name would be about fewer countries than the minimum, or would
        reveal a fact about each of them.

        Args:
            agreed: Codes of the countries that may be named.
            own: Codes of countries that the reader knows, such as its own.
            least: Minimum number of countries behind a figure.
        """
        known = own.union(*(publication.every_name for publication in self._own))
        withheld: set[str] = set()
        for group in self._list_groups():
            codes = {code for code, _ in group}
            new = sorted(codes & agreed - known - withheld)
            while new and _is_rest_revealing(group, known | agreed - withheld, least):
                withheld.add(new.pop(0))
        return frozenset(withheld)

    def _list_groups(self) -> Iterator[frozenset[_Item]]:
        """Yield the groups that differences of earlier totals isolate."""
        counted = (codes for publication in self._own for codes in publication.counted.values())
        yield from (frozenset((code, "") for code in part) for part in partition(counted))
        figures: dict[str, list[frozenset[_Item]]] = {}
        for publication in self._own:
            for name, editions in publication.figures.items():
                figures.setdefault(name, []).extend(map(_list_items, editions))
        for figure in figures.values():
            yield from partition(figure)


def _is_revealing(part: frozenset[_Item], apart: frozenset[str], least: int, *, new: bool) -> bool:
    rest = [words for code, words in part if code not in apart]
    if not rest:
        return new  # the old value is known, the new one is not
    return len(rest) < least or is_uniform([_list_facts(words) for words in rest])


def _is_rest_revealing(group: frozenset[_Item], named: frozenset[str], least: int) -> bool:
    rest = [words for code, words in group if code not in named]
    return bool(rest) and (len(rest) < least or is_uniform([_list_facts(words) for words in rest]))


@define(eq=False)
class Publications:
    """Register of publications.

    Each edition must be added before it is passed on.

    Attributes:
        earlier: Publications so far.
        today: Date of new publications.
        added: New publications. Later reports of the same run are not compared with them until `settle`.
        settled: Audiences with all publications of this run added.
        store: Saves the register; None to keep it in memory.
        changed: True if unsaved publications were added.

    Example:
        >>> register = Publications()
        >>> register.add(Publication(audience=Audience.DONOR, counted=FrozenMap({"baseline": frozenset({"BB"})})))
        >>> register.settle(Audience.DONOR)
        >>> len(register.earlier), register.changed
        (1, True)
    """

    earlier: tuple[Publication, ...] = field(default=(), converter=to_tuple)
    today: datetime.date | None = None
    added: list[Publication] = field(factory=list)
    store: Callable[["Publications"], None] | None = field(default=None, repr=False)
    settled: set[Audience] = field(factory=set, init=False)
    changed: bool = field(default=False, init=False)
    _lock: Lock = field(factory=Lock, init=False, repr=False)

    def history(self, audience: Audience, country: str = "") -> History:
        """Return the history to compare a new publication with.

        Args:
            audience: The audience.
            country: Code of the country, for the audience `country`.
        """
        personal = Audience.COUNTRY
        compared = [publication for publication in self.earlier if publication.audience is not personal or
                    (audience is personal and publication.country == country)]  # fmt: skip
        return History(publications=compared, audience=audience)

    def add(self, publication: Publication) -> None:
        """Add a publication, unless its content was published before."""
        with self._lock:
            known = [old for old in (*self.earlier, *self.added) if _has_reader(old, publication)]
            if publication.facts <= frozenset().union(*(old.facts for old in known)):
                return
            self.changed = True
            last = next((position for position, old in enumerate(self.added) if _has_reader(old, publication)), None)
            joined = None if last is None else self.added[last].join(publication)
            if last is None or joined is None:
                self.added.append(evolve(publication, on=self.today))
            else:
                self.added[last] = joined

    def settle(self, audience: Audience) -> None:
        """Compare later publications with the new ones too.

        Args:
            audience: The audience with all publications added.
        """
        with self._lock:
            self.earlier, self.added = (*self.earlier, *self.added), []
            self.settled.add(audience)

    def save(self) -> None:
        """Save new publications, before readers get the reports."""
        if self.changed and self.store is not None:
            self.store(self)
        self.changed = False

    @property
    def every(self) -> tuple[Publication, ...]:
        """All publications, oldest first."""
        return (*self.earlier, *self.added)


def _has_reader(publication: Publication, other: Publication) -> bool:
    return (publication.audience, publication.country) == (other.audience, other.country)
