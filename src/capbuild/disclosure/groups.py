"""Named, counted and excluded countries over all rounds."""

import re
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache

from attrs import evolve, field, frozen

from capbuild import countries
from capbuild.checks import to_tuple
from capbuild.disclosure.outcome import ITEMS, MASK
from capbuild.disclosure.publications import Figure, History, Publication, is_uniform, make_figure, partition
from capbuild.disclosure.score_bins import find_bin, list_facts
from capbuild.frozen import FrozenMap
from capbuild.model import AssessmentSet, Audience, Consent, Country, DisclosurePolicy, Participation

__all__ = ["Group", "Groups", "sum_facts"]

#: What parts the words of an id or an address.
_PARTS = re.compile(r"[^\w]+|_")


def sum_facts(value: float, most: float) -> frozenset[Hashable]:
    """Return facts that a sum can reveal: zero or maximum."""
    return frozenset(limit for limit, reached in (("nothing", value == 0), ("most", value == most)) if reached)


@lru_cache(maxsize=256)
def _list_codes(codes: frozenset[str]) -> frozenset[str]:
    """Return codes of two letters, and those of three of the same countries."""
    return frozenset(
        code for one in countries.all_countries() if one.alpha_2 in codes for code in (one.alpha_2, one.alpha_3)
    )


@lru_cache(maxsize=4096)
def _find_named(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words that may be codes, and the codes of the countries that are named in words."""
    parts = _PARTS.sub(" ", text)
    codes = frozenset[str]() if parts.isupper() else frozenset(parts.split())
    mentions = (mention for words in dict.fromkeys((text, parts)) for mention in countries.find_countries(words))
    return codes, frozenset(code for mention in mentions for code in mention.candidates)


@frozen(kw_only=True)
class Group:
    """The countries of one round before an audience.

    Attributes:
        named: Alpha-2 codes of those named with their results.
        unnamed: Codes of those with an assessment that are not named.
        silent: Codes of those without one that are not listed as silent.
        counted: Codes of the unnamed ones that totals count.
        listed: Whether those that are not named may be listed as not shown.
    """

    named: frozenset[str]
    unnamed: frozenset[str]
    silent: frozenset[str]
    counted: frozenset[str] = frozenset()
    listed: bool = False

    @property
    def can_count_silent(self) -> bool:
        """True if the number without an answer may be shown.

        Then the number without consent is shown too.
        """
        return bool(self.counted) and self.counted == self.unnamed and self.listed


@frozen(kw_only=True, slots=False)
class Groups:
    """Named and hidden countries of an audience, over all rounds.

    Attributes:
        audience: Whom reports are for.
        policy: The rules.
        own: The country that a report is of.
        participants: Every participant with the languages it works in.
        rounds: All rounds that the audience is told of.
        others: Codes that needs, plan and training speak of besides.
        history: What was given before, to this audience and others.
        given: Figures about unnamed countries that are given now, by name; it grows.
    """

    audience: Audience
    policy: DisclosurePolicy
    own: frozenset[str] = frozenset()
    participants: tuple[Participation, ...] = field(default=(), converter=to_tuple)
    rounds: tuple[AssessmentSet, ...] = field(default=(), converter=to_tuple)
    others: frozenset[str] = frozenset()
    history: History = History()
    given: dict[str, dict[Figure, None]] = field(factory=dict)
    _withheld: dict[str, dict[str, str]] = field(factory=dict)

    @property
    def everything(self) -> bool:
        """True if the policy hides no country from the audience."""
        return self.audience in self.policy.named_by_default

    @property
    def least(self) -> int:
        """Least number of countries behind a figure."""
        return self.policy.minimum_n

    @cached_property
    def _every(self) -> frozenset[str]:
        """Codes of all known countries."""
        assessed = {place.alpha_2 for one in self.rounds for place in (*one.countries, *one.silent)}
        return self.others | assessed | {part.country.alpha_2 for part in self.participants} | self.own

    @cached_property
    def named(self) -> Mapping[str, frozenset[str]]:
        """Codes of nameable countries by item, with the report's own."""
        if self.everything:
            return dict.fromkeys(ITEMS, self._every)
        return {
            item: self.own
            | ({c.country.alpha_2 for c in self._consents if c.item in ("results", item)} & self._every)
            - self.held_back
            for item in ITEMS
        }

    @cached_property
    def _consents(self) -> tuple[Consent, ...]:
        return tuple(consent for consent in self.policy.consents if consent.audience is self.audience)

    @cached_property
    def held_back(self) -> frozenset[str]:
        """Codes of countries that agreed, and whose names would reveal others.

        What was given before, less what is told of them by name, would be about too few.
        """
        agreed = frozenset(consent.country.alpha_2 for consent in self._consents) & self._every
        return frozenset() if self.everything else self.history.hold_back(agreed, self.own, self.least)

    def hidden(self, item: str = "results") -> frozenset[str]:
        """Return the codes of countries hidden for an item."""
        return self._hidden[item]

    @cached_property
    def _hidden(self) -> Mapping[str, frozenset[str]]:
        return {item: self._every - codes for item, codes in self.named.items()}

    def hides(self, code: str) -> bool:
        """True if a country's results must not be named.

        A country outside the programme has nothing to hide.
        """
        return code in self.hidden()

    @cached_property
    def known(self) -> frozenset[str]:
        """Codes of countries named with one part alone, or named before.

        Some of what is hidden of them is revealed by that.
        """
        return self.history.named.union(*self.named.values()) - self.named["results"]

    @cached_property
    def _apart(self) -> frozenset[str]:
        """Codes of countries that protect no other in a total."""
        return self.known | self.named["results"]

    @cached_property
    def _assessed(self) -> frozenset[str]:
        return frozenset(place.alpha_2 for one in self.rounds for place in one.countries)

    def of(self, one: AssessmentSet) -> Group:
        """Return the countries of a round."""
        return self._by_round[one.round.id]

    @cached_property
    def _by_round(self) -> Mapping[str, Group]:
        groups = {one.round.id: self._group(one) for one in self.rounds}
        cores = self._cores({name: self._countable(group) for name, group in groups.items()})
        return {name: evolve(group, counted=cores[name]) for name, group in groups.items()}

    def _group(self, one: AssessmentSet) -> Group:
        named, answered = self.named["results"], {place.alpha_2 for place in one.countries}
        silent = frozenset(place.alpha_2 for place in one.silent)
        unnamed = answered - named
        # Who has agreed and is not named has not answered: that is known, and hides no other.
        hidden = (unnamed | silent) - self.known - named
        # Where all of them have answered, or none has, a list would say of each which of the two it is.
        mixed = bool(unnamed & hidden) and bool(silent & hidden) and len(hidden) > 2
        listed = len(hidden) >= self.least and (mixed or not named)
        return Group(
            named=frozenset(answered & named),
            unnamed=frozenset(unnamed),
            silent=frozenset() if self.everything else silent,
            listed=listed and not self.everything,
        )

    def _countable(self, group: Group) -> frozenset[str]:
        """Return unnamed countries if enough, and two others.

        Whoever knows the participants could else tell who has not agreed from who is missing, and so could a single
        country that has not answered.
        """
        enough = len(group.unnamed - self.known) >= self.least
        apart = len(group.silent - self.known - self.named["results"]) > 1 or not self.named["results"]
        return group.unnamed if enough and apart else frozenset()

    def _cores(self, counted: dict[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
        """Narrow counted countries until sums and differences cover the minimum.

        Results change little from round to round: the totals of two rounds, taken from each other, are a figure about
        the countries that only one of them counts. So are the totals of two editions.
        """
        found = dict(counted)
        while few := self.history.find_few(
            frozenset().union(*found.values()), list(found.values()), self.least, self._apart
        ):
            found = {name: codes - few for name, codes in found.items()}
        return {name: self._repeat(name, counted[name], codes) for name, codes in found.items()}

    def _repeat(self, round_: str, every: frozenset[str], codes: frozenset[str]) -> frozenset[str]:
        """Return the countries that a round counted before, where fewer are left: that tells nothing new."""
        before = (group for group in self.history.counted_in(round_) if group <= every)
        safe = [group for group in before if len(group - self._apart) >= self.least]
        return max([codes, *safe], key=len)

    def is_late(self, one: AssessmentSet, code: str) -> bool:
        """True if only what was given before keeps a country out of the totals."""
        group = self.of(one)
        return code not in group.counted and code in self._countable(group)

    @cached_property
    def parts(self) -> list[frozenset[str]]:
        """Counted unnamed countries, grouped by the rounds that count them."""
        return partition([*(group.counted for group in self._by_round.values()), *self.history.counted])

    def split(self, codes: Iterable[str], item: str, one: AssessmentSet | None = None) -> tuple[list[str], list[str]]:
        """Return the named countries, and masks for countable others.

        The others are counted only where at least the minimum of them are in the group, and neither all nor none that
        there are, nor all but one: whoever takes the named ones from the figure cannot tell then whether a certain
        country is among them. Otherwise none of them is, and that none is looks the same as that some are left out.

        Args:
            codes: Alpha-2 codes of the group.
            item: `results`, `needs`, `change` or `plan`.
            one: The round that the group is of; None for all.
        """
        every = list(dict.fromkeys(codes))
        named = [code for code in every if code in self.named[item]]
        others = set(every) - set(named)
        if one is None:
            parts = [(self._assessed & self.hidden(item)) or self.hidden(item)]
        else:
            counted = self.of(one).counted - self.named[item]
            parts = [part & counted for part in self.parts if part & counted]
            others &= counted
        # A group beside no round may be of countries that nothing is known of: none of the others is told by that.
        facts = [
            [{code in others} - ({False} if one is None else set()) for code in part - self.known] for part in parts
        ]
        safe = len(others - self.known) >= self.least and not any(map(is_uniform, facts))
        return named, [f"{MASK}{number}" for number in range(1, len(others) + 1)] if safe else []

    def share(
        self, name: str, values: Mapping[str, object], item: str, one: AssessmentSet | None = None
    ) -> tuple[list[str], list[str]]:
        """Return named countries, and masks that reveal none beside what was given before.

        Args:
            name: What the group is, the same in every edition, such as a need or the seats of a course.
            values: What each country of the group adds to the figure, by code.
            item: `results`, `needs`, `change` or `plan`.
            one: The round that the group is of; None for all.
        """
        named, masks = self.split(values, item, one)
        if one is None:
            others = {code: value for code, value in values.items() if code not in named}
            facts = None
        else:  # it tells of every country that the round counts whether it is in the group
            others = {code: values.get(code, "none") for code in self.of(one).counted - self.named[item]}
            facts = {code: [code in values] for code in others}
        return named, masks if masks and self.admit(name, others, facts) else []

    def admit(
        self,
        name: str,
        values: Mapping[str, object],
        facts: Mapping[str, Collection[Hashable]] | None = None,
        *,
        record: bool = True,
    ) -> bool:
        """True if a figure reveals no country beside its earlier editions; it is given then.

        Args:
            name: What the figure is, the same in every edition.
            values: What each unnamed country adds to it, by code.
            facts: What it states of each.
            record: False to ask only.
        """
        figure = make_figure(values, facts)
        safe = self.history.allows(name, figure, self.least, self._apart)
        if safe and record:
            self.given.setdefault(name, {})[figure] = None
        return safe

    def publication(self, rounds: Iterable[AssessmentSet]) -> Publication:
        """Return what the audience is given.

        Args:
            rounds: The rounds that it is told of.
        """
        own = next(iter(self.own), "") if self.audience is Audience.COUNTRY else ""
        return Publication(
            audience=self.audience,
            country=own,
            named=FrozenMap({item: codes - {own} for item, codes in self.named.items()}),
            counted=FrozenMap({one.round.id: self.of(one).counted for one in rounds}),
            figures=FrozenMap({name: tuple(every) for name, every in sorted(self.given.items())}),
        )

    def mentions(self, text: str) -> bool:
        """True if a text, an id or an address names a hidden country.

        In any language and spelling, or as its code in capitals.
        """
        hidden = self.hidden()
        if not hidden:
            return False
        codes, named = _find_named(text)
        return not codes.isdisjoint(_list_codes(hidden)) or not named.isdisjoint(hidden)

    def is_language_revealing(self, language: str) -> bool:
        """True if a language reveals a country.

        Too few participants work in it, and one of them is hidden.

        A hidden country whose languages nobody recorded may work in any.
        """
        base, hidden = _get_base(language), self.hidden()
        if not hidden or not base:
            return False
        speak = {part.country.alpha_2 for part in self.participants if base in map(_get_base, part.languages)}
        recorded = {part.country.alpha_2 for part in self.participants if part.languages}
        return len(speak) < self.least and (bool(hidden - recorded) or not hidden.isdisjoint(speak))

    def is_uniform(self, facts: Mapping[str, Collection[Hashable]]) -> bool:
        """True if a figure reveals a fact of indistinguishable countries.

        Of all in it that cannot be told apart, or of all but one.

        The countries that other rounds count too can be told apart from those that they do not.

        Args:
            facts: What the figure states of each country that it counts, by alpha-2 code.
        """
        parts = [part & facts.keys() - self.known for part in self.parts]
        return any(is_uniform([facts[code] for code in part]) for part in parts)

    def withheld_in(self, one: AssessmentSet) -> Mapping[str, str]:
        """Return capacities with counts that reveal unnamed countries of a round, and why.

        Their values are alike, or too few of them are otherwise than in an earlier edition.
        """
        if one.round.id not in self._withheld:
            found: dict[str, str] = {}
            for node in one.framework.walk():
                values, facts = self._describe_row(one, node.id)
                if self.is_uniform(facts):
                    found[node.id] = "alike"
                elif values and not self.admit(f"{one.round.id} row {node.id}", values, facts, record=False):
                    found[node.id] = "published"
            self._withheld[one.round.id] = found
        return self._withheld[one.round.id]

    def give_row(self, one: AssessmentSet, capacity: str) -> None:
        """Record that the audience is given the counts of a capacity.

        Args:
            one: The round.
            capacity: Id of the capacity, which `withheld_in` does not name.
        """
        self.admit(f"{one.round.id} row {capacity}", *self._describe_row(one, capacity))

    def _describe_row(
        self, one: AssessmentSet, capacity: str
    ) -> tuple[dict[str, str], dict[str, Collection[Hashable]]]:
        """Return bin and facts of each counted country with a score."""
        counted = self.of(one).counted
        own = {
            a.country.alpha_2: a.scores[capacity] for a in one if a.country.alpha_2 in counted and capacity in a.scores
        }
        bins = {code: find_bin(score).words for code, score in own.items()}
        return bins, {code: list_facts(score) for code, score in own.items()}

    def comparable(self, rounds: Sequence[AssessmentSet]) -> bool:
        """True if a figure over common countries reveals no answer status.

        Countries that take part in the same rounds cannot be told apart by such a figure. Where all of them have
        answered, or none has, it could tell just that.
        """
        taking_part = [frozenset(place.alpha_2 for place in (*one.countries, *one.silent)) for one in rounds]
        hidden = frozenset().union(*taking_part) - self.known - self.named["results"]
        for codes in partition(places & hidden for places in taking_part):
            for one in (one for one, places in zip(rounds, taking_part, strict=True) if codes <= places):
                answered = codes & self.of(one).unnamed
                # Where nobody is named, that a country has answered does not say that it has not agreed.
                if not answered or (self.named["results"] and answered == codes):
                    return False
        return True

    def list_hidden(self, one: AssessmentSet) -> list[Country]:
        """Return the countries that may be listed as not shown.

        In alphabetical order.
        """
        group = self.of(one)
        places = [p for p in (*one.countries, *one.silent) if p.alpha_2 in group.unnamed | group.silent]
        return sorted(places, key=lambda place: place.name) if group.listed else []


def _get_base(language: str) -> str:
    return language.split("-", maxsplit=1)[0]
